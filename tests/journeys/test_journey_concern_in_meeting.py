"""A safety concern raised in a meeting: written apart, for its circle, and nowhere in the meeting."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from clbdesk.centre.schema import REVISION
from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.domain.care_outcome import OutputForm
from clbdesk.errors import Refused
from clbdesk.ids import RecordId
from clbdesk.services.desk import Desk
from clbdesk.services.follow_up import open_follow_up
from clbdesk.services.safety_concern import open_concern
from clbdesk.services.school_output import view_output
from tests.journeys.concerns import FACT, concern_page, fill_in
from tests.journeys.moments import pause
from tests.journeys.talks import (
    ENTER,
    fill_head,
    fill_steps,
    hold_october_meeting,
    next_step,
    save_topic,
    topic_page,
    topics,
    words,
)
from tests.journeys.town import Town, press_synchronise
from tests.journeys.world import DOCTOR, MEETING, WIM, Hands, find_pupil
from ui.pages.base import Destination

SOFIE = "Sofie Aerts"
SECRETS = (FACT, "bij het meten", "veiligheid")


@pytest.fixture
def wim(town: Town) -> Hands:
    """Wim at a topic of today's meeting; the doctor opened this laptop before."""
    doctor = town.desk("LAP-07", DOCTOR)
    town.synchronise("LAP-07", doctor)
    doctor.close()
    hands = town.window("LAP-07", WIM)
    town.synchronise("LAP-07", hands.desk)
    hold_october_meeting(hands.desk, town.world.visit(MEETING))
    hands.go(Destination("care_meeting", town.world.visit(MEETING)))
    hands.press(Qt.Key.Key_F7)
    next_step(hands)
    hands.press(ENTER)
    fill_head(hands)
    hands.type("j")
    next_step(hands)
    words(hands, "Hoe komt hij tot rust?")
    return hands


def raise_concern(hands: Hands, town: Town) -> RecordId:
    """By the button of the topic, with the doctor, saved; and back to the topic."""
    hands.press(Qt.Key.Key_V, ctrl=True, shift=True)
    page = concern_page(hands)
    page.pupil.set_value(find_pupil(hands.desk, "Peeters", "Lotte"))
    fill_in(hands, page, town.world.staff(DOCTOR))
    hands.save_and_go()
    assert hands.message() == "Verontrusting opgeslagen in gesloten kring (2 personen)."
    (line,) = open_concern(hands.desk, None).mine
    hands.press(Qt.Key.Key_Escape)
    return line.record_id


def finish(hands: Hands) -> None:
    page = topic_page(hands)
    page.content.steps.section(2).texts()[0].selectAll()
    page.content.go_to(1)
    hands.settle()
    fill_steps(hands)
    page.content.steps._outcome.setFocus()
    hands.type("t")
    save_topic(hands)


def everything_else(desk: Desk) -> str:
    """All bodies and drafts of a vault without the concern itself."""
    with desk.vault.read() as reader:
        bodies = [one.body for one in reader.every_revision() if one.kind != "safety_concern"]
        return "\n".join([*bodies, *(one.content for one in reader.drafts(desk.user.staff_id))])


def test_the_topic_in_hand_waits_and_keeps_nothing_of_the_concern(wim: Hands, town: Town) -> None:
    typed = topic_page(wim).entry()
    raise_concern(wim, town)

    page = topic_page(wim)
    assert page.entry() == typed
    assert page.content.current == 3, "at the first step that is still open"
    finish(wim)
    (note,) = topics(wim.desk, town.world.visit(MEETING))
    assert note.outcome == "concern"
    assert not any(secret in everything_else(wim.desk) for secret in SECRETS)


def test_the_school_hears_nothing_not_even_that_it_is_followed_up_apart(
    wim: Hands, town: Town
) -> None:
    raise_concern(wim, town)
    finish(wim)
    view = view_output(wim.desk, town.world.visit(MEETING))
    for form in OutputForm:
        text = view.texts[form].casefold()
        left = " ".join(part.label for part in view.left_out[form]).casefold()
        for word in ("verontrust", "apart opgevolgd", "lotte", "kring van", *SECRETS):
            assert word not in text
            assert word not in left


def test_a_colleague_of_the_same_team_sees_neither_concern_nor_circle(
    wim: Hands, town: Town
) -> None:
    record_id = raise_concern(wim, town)
    finish(wim)
    circle = (town.world.staff(WIM), town.world.staff(DOCTOR))
    pause(wim)
    press_synchronise(wim)
    sofie = town.desk("LAP-03", SOFIE)
    town.synchronise("LAP-03", sofie)
    assert [one.question for one in topics(sofie, town.world.visit(MEETING))], "the topic came"
    assert open_concern(sofie, None).mine == ()
    with pytest.raises(Refused, match=r"concern\.not_in_circle"):
        open_concern(sofie, record_id)
    assert {row.body.__class__.__name__ for row in open_follow_up(sofie).rows} <= {
        "Agreement",
        "ConsultativeNote",
    }
    with sofie.vault.read() as reader:
        (body,) = [one.body for one in reader.every_revision() if one.kind == "safety_concern"]
        lines = [one for one in reader.access_lines() if one.kind == "safety_concern"]
    assert lines == []
    assert not any(one in body for one in (*circle, *SECRETS))
    sofie.close()
    with town.world.setting.centre.store.reading() as tx:
        rows = tx.execute(REVISION.select().where(REVISION.c.kind == "safety_concern")).mappings()
        (row,) = rows.all()
    assert (row["pupil_id"], row["visit_id"], row["school_id"]) == (None, None, None)


def test_the_doctor_reads_it_in_the_other_compartment(wim: Hands, town: Town) -> None:
    record_id = raise_concern(wim, town)
    pause(wim)
    press_synchronise(wim)
    wim.desktop.window.lock()
    tasks = wim.desktop._tasks
    wim.wait(lambda: wim.desktop.work is None and not tasks.is_busy())
    doctor = town.laptop("LAP-07").unlock(town.world.staff(DOCTOR), PASSPHRASE)
    town.synchronise("LAP-07", doctor)
    (version,) = open_concern(doctor, record_id).opened
    assert version.content.facts[0].text == FACT
    assert set(version.circle) == {town.world.staff(WIM), town.world.staff(DOCTOR)}
    doctor.close()


def test_the_button_of_a_topic_leads_to_the_concern_and_to_the_signal(wim: Hands) -> None:
    page = topic_page(wim)
    doors = {one.text(): one for one in page.footer.findChildren(type(page._back))}
    doors["Signaal…"].click()
    wim.settle()
    assert page.above() is not None, "the strip stands above the topic"
    wim.press(Qt.Key.Key_Escape)
    doors["Verontrusting…"].click()
    wim.settle()
    assert wim.page.name == "safety_concern"
