"""A safety concern in the real window: literal, never alone, and unreadable outside its circle."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from clbdesk.centre.schema import REVISION
from clbdesk.centre.sealed_concerns import open_by_recovery
from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.clock import SetClock
from clbdesk.domain.body import decode
from clbdesk.domain.safety import ConcernFact, SafetyConcern
from clbdesk.domain.scopes import PushOutcome, PushResult
from clbdesk.errors import Refused
from clbdesk.ids import PupilId
from clbdesk.services.circle import members
from clbdesk.services.conflicts import questions
from clbdesk.services.desk import Desk
from clbdesk.services.history import open_history
from clbdesk.services.records import withdraw
from clbdesk.services.safety_concern import (
    ConcernEntry,
    ConcernView,
    entry_of,
    open_concern,
    record_concern,
)
from clbdesk.storage.sealing import unseal
from clbdesk.storage.sync_store import SyncStore
from clbdesk.wording import say
from tests.journeys.concerns import FACT, concern_page, fill_in
from tests.journeys.conftest import Opener
from tests.journeys.moments import open_step
from tests.journeys.town import Town
from tests.journeys.world import (
    AN,
    CONTACT,
    DOCTOR,
    ELS,
    WIM,
    Hands,
    World,
    find_pupil,
    open_window,
)
from ui.pages.base import Destination
from ui.pages.safety_concern import SafetyConcernPage
from ui.widgets.label import Label

ENTER = Qt.Key.Key_Return


def stored(desk: Desk) -> list[str]:
    """The bodies as they are stored and sent."""
    with desk.vault.read() as reader:
        return [leaf.body for h in reader.heads(kinds=("safety_concern",)) for leaf in h.leaves]


def with_doctor(qtbot: QtBot, world: World, folder: Path) -> Hands:
    """An's window on a laptop that the doctor unlocked once before, so that her key is known."""
    program = world.copy("LAP-07", folder)
    program.unlock(world.staff(DOCTOR), PASSPHRASE).close()
    return open_window(qtbot, program, world.staff(AN))


def entry_about(view: ConcernView, pupil_id: PupilId) -> ConcernEntry:
    """Everything that is required."""
    return ConcernEntry(
        pupil_id=pupil_id,
        facts=(ConcernFact(text=FACT, at="10:40", source="bij het meten"),),
        seen_by=view.me,
        safe_now=True,
        parents_informed=True,
        review_on=view.latest_review,
    )


def test_a_concern_is_sealed_for_two_and_the_page_in_hand_keeps_nothing_of_it(
    qtbot: QtBot, world: World, tmp_path: Path
) -> None:
    hands = with_doctor(qtbot, world, tmp_path)
    lotte = open_step(hands, world, "growth")
    hands.press(Qt.Key.Key_V, ctrl=True, shift=True)
    page = concern_page(hands)
    assert page.pupil.value() == lotte
    fill_in(hands, page, world.staff(DOCTOR))
    hands.save_and_go()
    assert hands.message() == "Verontrusting opgeslagen in gesloten kring (2 personen)."
    act = hands.page.messages.message().act
    assert act is not None
    assert act.text == "Synchroniseren"
    (body,) = stored(hands.desk)
    for secret in (FACT, "bij het meten", lotte, "veiligheid", "Lotte"):
        assert secret not in body
    with hands.desk.vault.read() as reader:
        known = members(reader)
    for one in known:
        for secret in (one.staff_id, one.name, *one.keys):
            assert secret not in body, "nothing says who is in the circle"
    (record_id,) = [one.record_id for one in open_concern(hands.desk, None).mine]
    (opened_one,) = open_concern(hands.desk, record_id).opened
    assert set(opened_one.circle) == {world.staff(AN), world.staff(DOCTOR)}
    with hands.desk.vault.read() as reader:
        (head,) = reader.heads(kinds=("safety_concern",))
        lines = [one for one in reader.access_lines() if one.kind == "safety_concern"]
    assert (head.leaf.pupil_id, head.leaf.visit_id, head.leaf.school_id) == (None, None, None)
    assert {one.pupil_id for one in lines} == {None}
    (mine,) = open_concern(hands.desk, None).mine
    assert (mine.pupil, mine.is_alone, mine.is_due) == ("Lotte Peeters", False, False)
    clock = hands.desk.clock
    assert isinstance(clock, SetClock)
    clock.advance(timedelta(days=7))
    assert open_concern(hands.desk, None).mine[0].is_due


def test_somebody_of_the_same_vault_who_is_not_in_the_circle_cannot_open_it(
    world: World, tmp_path: Path
) -> None:
    program = world.copy("LAP-07", tmp_path)
    desk = program.unlock(world.staff(AN), PASSPHRASE)
    view = open_concern(desk, None)
    saved = record_concern(desk, view, entry_about(view, find_pupil(desk, "Peeters", "Lotte")))
    record_id = saved.value.revisions[0].record_id
    desk.close()
    other = program.unlock(world.staff(DOCTOR), PASSPHRASE)
    assert open_concern(other, None).mine == ()
    with pytest.raises(Refused) as refused:
        open_concern(other, record_id)
    (body,) = stored(other)
    own_key = bytes(other.own_key)
    other.close()
    assert refused.value.key == "concern.not_in_circle"
    sealed = decode(body, SafetyConcern)
    assert unseal(sealed.box, sealed.keys, own_key) is None


def test_the_other_compartment_opens_it_after_synchronising_and_the_centre_cannot(
    town: Town,
) -> None:
    world = town.world
    wim = town.desk("LAP-07", WIM)
    town.synchronise("LAP-07", wim)
    wim.close()
    an = town.desk("LAP-07", AN)
    town.synchronise("LAP-07", an)
    view = open_concern(an, None)
    assert world.staff(WIM) in {one.staff_id for one in view.members}
    lotte = find_pupil(an, "Peeters", "Lotte")
    entry = msgspec.structs.replace(entry_about(view, lotte), discussed_with=world.staff(WIM))
    saved = record_concern(an, view, entry)
    town.synchronise("LAP-07", an)
    an.close()
    with world.setting.centre.store.reading() as tx:
        bodies = list(
            tx.execute(select(REVISION.c.body).where(REVISION.c.kind == "safety_concern")).scalars()
        )
    assert len(bodies) == 1
    assert FACT not in bodies[0]
    wim = town.desk("LAP-07", WIM)
    town.synchronise("LAP-07", wim)
    opened = open_concern(wim, saved.value.revisions[0].record_id).opened[0].content
    wim.close()
    assert opened.facts[0].text == FACT
    els = town.desk("LAP-03", ELS)
    town.synchronise("LAP-03", els)
    assert len(stored(els)) == 1
    assert open_concern(els, None).mine == ()
    els.close()


def test_until_the_centre_has_it_the_list_of_the_circle_says_that_nobody_got_it(
    town: Town,
) -> None:
    hands = town.window("LAP-07", AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    town.measure(hands.desk, lotte, "131.0")
    view = open_concern(hands.desk, None)
    record_concern(hands.desk, view, entry_about(view, lotte))
    hands.go(Destination("safety_concern"))
    unsent = concern_page(hands).list.unsent
    hands.wait(unsent.isVisible)
    with hands.desk.vault.read() as reader:
        ahead = reader.outbox_count()
    assert ahead > 1, "what was written before goes first"
    assert unsent.text().startswith("Nog niet bij de kring.")
    assert f"({ahead} wijzigingen)" in unsent.text()
    (mine,) = open_concern(hands.desk, None).mine
    assert mine.is_waiting
    town.synchronise("LAP-07", hands.desk)
    hands.go(Destination("today"))
    hands.go(Destination("safety_concern"))
    hands.wait(lambda: not unsent.isVisible())
    (mine,) = open_concern(hands.desk, None).mine
    assert (mine.is_waiting, mine.is_apart) == (False, False)


def test_a_concern_that_the_centre_keeps_apart_says_so_to_its_circle(
    qtbot: QtBot, world: World, tmp_path: Path
) -> None:
    program = world.copy("LAP-07", tmp_path)
    hands = open_window(qtbot, program, world.staff(AN))
    view = open_concern(hands.desk, None)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    (revision,) = record_concern(hands.desk, view, entry_about(view, lotte)).value.revisions
    store = SyncStore(hands.desk.vault, program.laptop, hands.desk.clock, hands.desk.ids)
    batch = store.next_batch(500)
    assert batch is not None
    results = [
        PushResult(rev_id=one.rev_id, outcome=PushOutcome.OK, seq=number)
        for number, one in enumerate(batch.revisions, start=9_000)
    ]
    place = next(n for n, one in enumerate(results) if one.rev_id == revision.rev_id)
    results[place] = msgspec.structs.replace(
        results[place], outcome=PushOutcome.QUARANTINE, reason="no_membership"
    )
    store.mark_results(batch.batch_id, tuple(results))
    hands.go(Destination("safety_concern"))
    unsent = concern_page(hands).list.unsent
    hands.wait(unsent.isVisible)
    assert unsent.text().startswith("Het centrum hield dit apart")


def test_the_recovery_key_of_the_centre_opens_what_a_circle_lost(town: Town) -> None:
    an = town.desk("LAP-07", AN)
    view = open_concern(an, None)
    saved = record_concern(an, view, entry_about(view, find_pupil(an, "Peeters", "Lotte")))
    record_id = saved.value.revisions[0].record_id
    assert len(decode(stored(an)[0], SafetyConcern).keys) == 8, "two that open, and six for nobody"
    town.synchronise("LAP-07", an)
    an.close()
    centre = town.world.setting.centre
    key = next(town.world.setting.folder.rglob("recovery.key")).read_text("ascii")
    (opened,) = open_by_recovery(centre, record_id, key)
    assert opened.facts[0].text == FACT
    with pytest.raises(Refused) as refused:
        open_by_recovery(centre, record_id, "ab" * 32)
    assert refused.value.key == "centre.concern_sealed"


def page_of(hands: Hands, world: World) -> SafetyConcernPage:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("safety_concern", world.visit(CONTACT), lotte))
    return concern_page(hands)


def test_dossier_search_and_two_versions_show_nothing_of_it(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    before = open_history(hands.desk, world.visit(CONTACT), lotte)
    page_of(hands, world)
    fill_in(hands, concern_page(hands), None)
    hands.save_and_go()
    after = open_history(hands.desk, world.visit(CONTACT), lotte)
    assert after.rows == before.rows
    with hands.desk.vault.read() as reader:
        assert [hit.pupil_id for hit in reader.find_pupils("blauwe plek", 10)] == []
        (head,) = reader.heads(kinds=("safety_concern",))
    assert questions(hands.desk) == ()
    withdraw(hands.desk, (head.record_id,), "proef")
    assert open_concern(hands.desk, None).mine == ()


def test_a_draft_lies_sealed_in_the_vault_and_comes_back_to_its_author(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    page = page_of(hands, world)
    fill_in(hands, page, None)
    hands.go(Destination("visits"))
    with hands.desk.vault.read() as reader:
        (draft,) = reader.drafts(hands.desk.user.staff_id)
    assert (draft.pupil_id, draft.visit_id) == (None, None)
    assert FACT not in draft.content
    assert "Lotte" not in draft.content
    hands.go(Destination("safety_concern"))
    page = concern_page(hands)
    assert page.facts.entries()[0].text == FACT
    assert page.parents_reason.value() == "veiligheid"


def test_not_safe_now_shows_the_numbers_first(opened: Opener, world: World) -> None:
    hands = opened(AN)
    page = page_of(hands, world)
    (first,) = [
        one for one in page.numbers.findChildren(Label) if one.text() == say("concern.first_safety")
    ]
    assert not first.isVisible()
    page.safe_now.setFocus()
    hands.press(Qt.Key.Key_N)
    assert first.isVisible()


def test_what_is_missing_is_asked_in_its_own_words(opened: Opener, world: World) -> None:
    hands = opened(AN)
    hands.go(Destination("safety_concern"))
    page = concern_page(hands)
    page.review_on.set_value(date(2026, 12, 24))
    hands.save_and_go()
    shown = [one.text for one in page.messages.message().links]
    assert shown == [
        "Kies de leerling of vul de naam in.",
        "Vul bij elk feit in: wat, wanneer en van wie.",
        "Kies of de leerling nu veilig is.",
        "Kies of de ouders ingelicht zijn.",
        "Vul in wanneer dit opnieuw bekeken wordt, hoogstens 7 dagen verder.",
    ]
    assert stored(hands.desk) == []


def test_two_members_who_wrote_on_at_once_both_stand_until_one_joins_them(town: Town) -> None:
    world = town.world
    els = town.desk("LAP-03", ELS)
    town.synchronise("LAP-03", els)
    an = town.desk("LAP-07", AN)
    town.synchronise("LAP-07", an)
    view = open_concern(an, None)
    lotte = find_pupil(an, "Peeters", "Lotte")
    entry = msgspec.structs.replace(entry_about(view, lotte), discussed_with=world.staff(ELS))
    record_id = record_concern(an, view, entry).value.revisions[0].record_id
    town.synchronise("LAP-07", an)
    town.synchronise("LAP-03", els)
    for desk, words in ((an, "ik ben gevallen"), (els, "hij duwde mij")):
        view = open_concern(desk, record_id)
        typed = msgspec.structs.replace(entry_of(view.opened[0], view.me), words=words)
        record_concern(desk, view, typed, reason="aangevuld")
    town.synchronise("LAP-07", an)
    town.synchronise("LAP-03", els)
    view = open_concern(els, record_id)
    assert {one.content.words for one in view.opened} == {"ik ben gevallen", "hij duwde mij"}
    assert questions(els) == ()
    both = msgspec.structs.replace(
        entry_of(view.opened[0], view.me), words="ik ben gevallen; hij duwde mij"
    )
    record_concern(els, view, both, reason="aangevuld")
    (joined,) = open_concern(els, record_id).opened
    els.close()
    an.close()
    assert joined.content.words == "ik ben gevallen; hij duwde mij"
    assert set(joined.circle) == {world.staff(AN), world.staff(ELS)}


def test_who_was_taken_out_of_the_circle_cannot_open_what_was_written_since(town: Town) -> None:
    world = town.world
    els = town.desk("LAP-03", ELS)
    town.synchronise("LAP-03", els)
    an = town.desk("LAP-07", AN)
    town.synchronise("LAP-07", an)
    view = open_concern(an, None)
    lotte = find_pupil(an, "Peeters", "Lotte")
    entry = msgspec.structs.replace(entry_about(view, lotte), circle=(world.staff(ELS),))
    record_id = record_concern(an, view, entry).value.revisions[0].record_id
    view = open_concern(an, record_id)
    alone = msgspec.structs.replace(entry_of(view.opened[0], view.me), circle=(), words="later")
    record_concern(an, view, alone, reason="aangevuld")
    town.synchronise("LAP-07", an)
    an.close()
    town.synchronise("LAP-03", els)
    with pytest.raises(Refused):
        open_concern(els, record_id)
    els.close()


def test_locking_in_the_middle_keeps_the_sealed_draft(opened: Opener, world: World) -> None:
    hands = opened(AN)
    fill_in(hands, page_of(hands, world), None)
    hands.press(Qt.Key.Key_L, ctrl=True)
    hands.wait(lambda: not hands.desktop._tasks.is_busy())
    hands.desktop.open(hands.desktop.program.unlock(world.staff(AN), PASSPHRASE))
    hands.settle()
    hands.wait(lambda: hands.desktop.window.page() is not None)
    with hands.desk.vault.read() as reader:
        (draft,) = reader.drafts(hands.desk.user.staff_id)
    assert FACT not in draft.content
    hands.go(Destination("safety_concern"))
    assert concern_page(hands).facts.entries()[0].text == FACT
