"""Synchroniseren in the real window with a real centre: bring the day home, prove it, give back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt

from clbdesk.centre import administration as office
from clbdesk.clock import SetClock
from clbdesk.domain.visits import Visit
from clbdesk.services.drafts import keep_draft
from clbdesk.services.records import Where
from clbdesk.storage.device_file import keep_device
from clbdesk.sync import conversation
from tests.journeys.town import Town, heights, press_synchronise, tasks_of
from tests.journeys.world import AN, CONTACT, ELS, MORNING, VACCINATION
from tests.sync.real_party import CuttingProxy
from ui.pages.base import Destination
from ui.widgets.button import Link


def test_the_day_is_brought_home_in_two_strokes_and_the_centre_proves_it(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    pupil = town.pupil(hands.desk, 0)
    town.measure(hands.desk, pupil, "131.0")
    saved = town.growth_head(hands.desk, pupil).leaf.rev_id
    hands.start_counting()

    press_synchronise(hands)

    assert hands.strokes == 2
    assert saved in town.at_centre()
    with hands.desk.vault.read() as reader:
        assert reader.outbox_count() == 0
        receipt = reader.receipts()[0]
    assert hands.message() == (
        f"{receipt.confirmed} van {receipt.sent} wijzigingen verzonden en door het centrum "
        "bevestigd."
    )
    assert hands.desktop.work is not None
    assert hands.desktop.work.waiting == 0


def test_what_the_laptop_lost_is_fetched_again_and_told(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    visit = town.world.visit(CONTACT)
    with hands.desk.vault.write() as work:
        work.connection.exec_driver_sql(
            "DELETE FROM scope_revision WHERE scope = :visit AND rev_id = "
            "(SELECT min(rev_id) FROM scope_revision WHERE scope = :visit)",
            {"visit": visit},
        )
    press_synchronise(hands)
    assert hands.message().startswith(
        "De controle klopte niet voor Basisschool De Kring – systematisch contact. "
        "De gegevens zijn opnieuw opgehaald; er is niets overschreven. "
    )
    assert hands.message().endswith("door het centrum bevestigd.")


def test_what_waits_stands_on_every_page_and_is_counted_again_after_a_saving(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    hands.go(Destination("class_list", town.world.visit(CONTACT)))
    pupil = town.pupil(hands.desk, 0)
    hands.go(Destination("pupil", town.world.visit(CONTACT), pupil, "growth"))
    before = hands.desktop.work.waiting
    hands.type("131,5")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    hands.press(Qt.Key.Key_Return)
    hands.type("o")
    hands.save_and_go()
    assert "opgeslagen" in hands.message()
    with hands.desk.vault.read() as reader:
        waiting = reader.outbox_count()
    assert waiting > before
    assert hands.desktop.work.waiting == waiting
    assert f"{waiting} te verzenden" in hands.page.status.accessibleName()


def test_own_drafts_are_named_before_anything_is_sent(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    visit, pupil = town.world.visit(CONTACT), town.pupil(hands.desk, 0)
    keep_draft(hands.desk, f"growth/{pupil}/{visit}", Where(pupil, visit), (), "{}")
    hands.press(Qt.Key.Key_F5)
    assert hands.page._drafts.isVisible()
    assert hands.page._view.drafts[0].title.startswith("Groei – ")


def test_every_draft_says_what_it_is_and_leads_to_its_form(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    contact, vaccination = town.world.visit(CONTACT), town.world.visit(VACCINATION)
    pupil = town.pupil(hands.desk, 0)
    for form, visit, of in (
        (f"audiogram/new/{pupil}/{contact}", contact, pupil),
        (f"intervention/school/{contact}", contact, None),
        (f"vaccination_close/{vaccination}", vaccination, None),
    ):
        keep_draft(hands.desk, form, Where(of, visit), (), "{}")
    hands.press(Qt.Key.Key_F5)

    links = {one.text().partition(" – ")[0]: one for one in hands.page._drafts.findChildren(Link)}
    assert set(links) == {"Extern audiogram", "Interventie", "Vaccinatiesessie afsluiten"}
    links["Vaccinatiesessie afsluiten"].click()
    assert hands.page.name == "vaccination_close"


def test_a_visit_is_taken_along_and_then_ready_to_leave(town: Town, tmp_path: Path) -> None:
    program = town.world.setting.enrol("LAP-11", [AN])
    town.programs["LAP-11"] = program
    hands = town.window("LAP-11", AN)
    press_synchronise(hands)
    hands.press(Qt.Key.Key_Home, alt=True)
    hands.go(Destination("visits", town.world.visit(CONTACT)))
    hands.start_counting()

    hands.save_and_go()

    hands.wait(lambda: hands.page.name == "visits")
    hands.settle()
    assert hands.strokes == 1
    assert hands.message().startswith("Basisschool De Kring meegenomen: ")
    assert hands.message().endswith("Klaar voor vertrek.")
    with hands.desk.vault.read() as reader:
        assert {row.scope for row in reader.scopes()} == {"centre", town.world.visit(CONTACT)}
        assert reader.pupil_count() > 50


def test_a_visit_that_is_given_back_leaves_this_laptop_and_stays_at_the_centre(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    visit = town.world.visit(VACCINATION)
    hands.go(Destination("synchronise", visit, step="give_back"))
    hands.save_and_go()
    assert "vrijgegeven" in hands.message()
    with hands.desk.vault.read() as reader:
        assert visit not in {row.scope for row in reader.scopes()}
        assert not reader.heads(kinds=("visit_pupil",), visit_id=visit)


def test_a_visit_with_a_draft_is_not_given_back_and_says_why(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    visit, pupil = town.world.visit(CONTACT), town.pupil(hands.desk, 0)
    keep_draft(hands.desk, f"growth/{pupil}/{visit}", Where(pupil, visit), (), "{}")
    hands.go(Destination("synchronise", visit, step="give_back"))
    hands.save_and_go()
    told = next(one for one in tasks_of(hands) if one.startswith("Niet vrijgegeven"))
    assert "Vrijgeven kan niet: er is nog 1 concept. Er is niets gewijzigd." in told
    with hands.desk.vault.read() as reader:
        assert visit in {row.scope for row in reader.scopes()}


def test_without_the_centre_nothing_is_lost_and_the_next_time_everything_arrives(
    town: Town,
) -> None:
    hands = town.window("LAP-07", AN)
    device = town.laptop("LAP-07").device
    pupil = town.pupil(hands.desk, 0)
    town.measure(hands.desk, pupil, "131.0")
    folder = town.laptop("LAP-07").folder
    keep_device(folder, msgspec.structs.replace(device, centre_address="https://127.0.0.1:9"))
    press_synchronise(hands)
    assert hands.message() == (
        "Het centrum is niet bereikbaar. Alles staat veilig op deze laptop. "
        "Probeer opnieuw op het netwerk van het centrum."
    )
    with hands.desk.vault.read() as reader:
        assert reader.outbox_count() > 0
        assert reader.receipts() == []
    keep_device(folder, device)
    hands.press(Qt.Key.Key_O, ctrl=True, shift=True)
    assert "door het centrum bevestigd" in hands.message()
    assert town.growth_head(hands.desk, pupil).leaf.rev_id in town.at_centre()


def test_taking_along_without_the_centre_says_that_what_is_here_works(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    device = town.laptop("LAP-07").device
    keep_device(
        town.laptop("LAP-07").folder,
        msgspec.structs.replace(device, centre_address="https://127.0.0.1:9"),
    )
    hands.go(Destination("synchronise", town.world.visit(CONTACT), step="take"))
    assert hands.message() == (
        "Meenemen kan alleen op het netwerk van het centrum. Wat al meegenomen is, werkt."
    )


def test_a_torn_connection_says_how_far_it_came_and_goes_on_from_there(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    for number in range(4):
        town.measure(hands.desk, town.pupil(hands.desk, number), f"13{number}.0")
    device = town.laptop("LAP-07").device
    proxy = CuttingProxy(device.centre_address)
    try:
        proxy.passed, proxy.limit = 0, 12_000
        keep_device(
            town.laptop("LAP-07").folder,
            msgspec.structs.replace(device, centre_address=proxy.address),
        )
        press_synchronise(hands)
        assert "Er is niets dubbel en niets verloren. Kies Verdergaan." in hands.message()
        proxy.limit = None
        hands.press(Qt.Key.Key_O, ctrl=True, shift=True)
        assert "bevestigd" in hands.message()
    finally:
        proxy.limit = None
        proxy.stop()
    with hands.desk.vault.read() as reader:
        assert reader.outbox_count() == 0
        assert reader.receipts()[0].quarantined == 0


def test_a_revoked_laptop_hands_over_what_waits_and_nothing_more(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    pupil = town.pupil(hands.desk, 0)
    town.measure(hands.desk, pupil, "131.0")
    centre = town.world.setting.centre
    office.revoke_device(centre, office.find_device(centre, "LAP-07"))
    press_synchronise(hands)
    assert hands.message().startswith("Deze laptop is ingetrokken door het centrum.")
    assert town.growth_head(hands.desk, pupil).leaf.rev_id in town.at_centre()


def test_a_clock_that_is_a_year_off_is_told_and_saving_goes_on_marked_uncertain(
    town: Town,
) -> None:
    program = town.laptop("LAP-07")
    hands = town.window("LAP-07", AN)
    assert isinstance(program.clock, SetClock)
    program.clock.set(MORNING - timedelta(days=365))
    press_synchronise(hands)
    assert any(
        "De klok van deze laptop wijkt 365 dagen af van het centrum. Opslaan kan; het uur wordt "
        "als onzeker gemerkt. Zet de klok juist." in told
        for told in tasks_of(hands)
    )
    pupil = town.pupil(hands.desk, 1)
    town.measure(hands.desk, pupil, "131.0")
    assert town.growth_head(hands.desk, pupil).leaf.clock_uncertain


def test_a_centre_of_an_older_version_gets_nothing_and_the_laptop_keeps_everything(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = town.window("LAP-07", AN)
    town.measure(hands.desk, town.pupil(hands.desk, 0), "131.0")
    kinds = {
        name: msgspec.structs.replace(kind, version=0) for name, kind in conversation.KINDS.items()
    }
    monkeypatch.setattr("clbdesk.centre.answers.KINDS", kinds)
    press_synchronise(hands)
    assert hands.message() == (
        "Het centrum kent deze versie nog niet. Alles blijft op deze laptop tot het centrum "
        "bijgewerkt is."
    )
    with hands.desk.vault.read() as reader:
        assert reader.outbox_count() > 0


def test_what_the_centre_put_apart_is_told_with_its_reason(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    town.measure(hands.desk, town.pupil(hands.desk, 0), "131.0")
    office.end_memberships(town.world.setting.centre, town.world.staff(AN), date(2026, 11, 1))
    press_synchronise(hands)
    told = next(one for one in tasks_of(hands) if one.startswith("In quarantaine"))
    assert "apart op het centrum: wie ze schreef, " in told
    assert "niet verloren" in told


def test_other_pages_stay_usable_while_the_network_is_busy(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    hands.press(Qt.Key.Key_F5)
    page = hands.page
    page.start()
    hands.desktop.window.go(Destination("class_list", town.world.visit(CONTACT)))
    assert hands.page.name == "class_list"
    hands.settle()
    assert not page.is_running()
    with hands.desk.vault.read() as reader:
        assert reader.receipts()


def test_cancelling_keeps_what_waits(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    town.measure(hands.desk, town.pupil(hands.desk, 0), "131.0")
    hands.press(Qt.Key.Key_F5)
    page = hands.page
    page.start()
    page.cancel()
    hands.settle()
    assert hands.message() == (
        "Synchroniseren is gestopt. Wat bevestigd is, blijft bevestigd; de rest wacht op deze "
        "laptop."
    )
    with hands.desk.vault.read() as reader:
        assert reader.outbox_count() > 0


def test_a_visit_planned_later_comes_with_the_next_synchronisation(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    setting = town.world.setting
    school = setting.schools["Basisschool De Kring"]
    with hands.desk.vault.read() as reader:
        known = len(reader.heads(kinds=("visit",)))
    planned = office.visits(setting.centre)[town.world.visit(CONTACT)]
    later = msgspec.structs.replace(planned, on=date(2026, 11, 24), school_id=school)
    assert isinstance(later, Visit)
    office.plan_visit(setting.centre, later)
    press_synchronise(hands)
    with hands.desk.vault.read() as reader:
        assert len(reader.heads(kinds=("visit",))) == known + 1


def test_both_laptops_end_with_the_same_values(town: Town) -> None:
    hands = town.window("LAP-07", AN)
    pupil = town.pupil(hands.desk, 0)
    els = town.desk("LAP-03", ELS)
    town.measure(els, pupil, "132.6")
    town.synchronise("LAP-03", els)
    els.close()
    press_synchronise(hands)
    assert heights(town.growth_head(hands.desk, pupil)) == ["132.6"]
