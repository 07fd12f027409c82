"""A whole day with words that occur nowhere else, and then every byte that the day left behind.

Outside the encrypted files nothing of a pupil may lie anywhere: not in a temporary file, a settings
file, a log, a title, the clipboard, the name or the description of a document. A paper that somebody
asked for is the only exception.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication, QLineEdit

from clbdesk.charts.growth_points import ChartMeasure
from clbdesk.domain.care_outcome import OutputForm
from clbdesk.domain.people import Sex
from clbdesk.domain.revision import Compartment
from clbdesk.domain.vaccination import ConsentChannel, ConsentChoice, ConsentGiver
from clbdesk.ids import PupilId
from clbdesk.services.care_entry import AgreementEntry
from clbdesk.services.drafts import list_drafts
from clbdesk.services.growth_charts import make_locked_charts
from clbdesk.services.provisional import NewPupil, add_pupil
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.school_output import print_output, release, view_output
from clbdesk.services.vaccination_saving import ConsentEntry, record_consent
from tests.journeys.meetings import BY, hold_meeting
from tests.journeys.test_school_output import outputs
from tests.journeys.town import Town, press_synchronise
from tests.journeys.world import AN, CONTACT, ELS, MEETING, VACCINATION, WIM, Hands
from ui.pages.base import Destination

FAMILY, GIVEN, CLASS = "Zyxwvutsr", "Qponmlkj", "1B"
TYPED = "kwartelvlinder"
AGREED = "boekweitlantaarn"
CANARIES = (FAMILY, GIVEN, TYPED, AGREED)
_SECRET = tuple(
    word.encode(code).lower() for word in CANARIES for code in ("utf-8", "utf-16-le", "utf-16-be")
)


def lies_open(content: bytes) -> bool:
    """Whether one of the words can be read, or something that could hold them unlocked."""
    if content.startswith((b"SQLite format 3", b"%PDF")):
        return True
    return has_word(content)


def has_word(content: bytes) -> bool:
    """Whether one of the words stands there, in whatever letters."""
    lowered = content.lower()
    return any(one in lowered for one in _SECRET)


def readable(folder: Path) -> list[str]:
    """The files below a folder that tell something by name or content."""
    return [
        str(path)
        for path in sorted(folder.rglob("*"))
        if has_word(str(path.relative_to(folder)).encode())
        or (path.is_file() and lies_open(path.read_bytes()))
    ]


def lock(hands: Hands) -> None:
    hands.press(Qt.Key.Key_L, ctrl=True)
    hands.wait(lambda: hands.desktop.window.page() is None)
    hands.wait(lambda: not hands.desktop._tasks.is_busy())


def a_new_pupil(hands: Hands, town: Town) -> PupilId:
    """Somebody who was not on the list; measured, drafted, searched and copied in the window."""
    visit = town.world.visit(CONTACT)
    new = NewPupil(FAMILY, GIVEN, date(2020, 5, 4), Sex.FEMALE, CLASS)
    saved = add_pupil(hands.desk, visit, new).value
    pupil_id = saved.revisions[0].pupil_id
    assert pupil_id is not None
    town.measure(hands.desk, pupil_id, "121.5")
    hands.go(Destination("pupil", visit, pupil_id, "signals"))
    hands.settle()
    return pupil_id


def search_and_copy(hands: Hands) -> None:
    hands.press(Qt.Key.Key_K, ctrl=True)
    hands.type(FAMILY)
    hands.settle()
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    hands.press(Qt.Key.Key_A, Qt.Key.Key_C, ctrl=True)
    assert FAMILY in QApplication.clipboard().text()
    hands.press(Qt.Key.Key_Escape)


def refuse_a_vaccine(hands: Hands, town: Town) -> None:
    """A form with words of the parents."""
    visit = town.world.visit(VACCINATION)
    with hands.desk.vault.read() as reader:
        pupil = next(iter(reader.names_on(visit)))
        on_visit, _, _ = find_on_visit(reader, visit, pupil)
    entry = ConsentEntry(
        choice=ConsentChoice.REFUSAL,
        vaccines=("HPV",),
        giver=ConsentGiver.GUARDIAN,
        giver_name=f"{GIVEN} {FAMILY}",
        relation="voogd",
        channel=ConsentChannel.PAPER,
        signed_on=date(2026, 11, 23),
        received_on=date(2026, 11, 23),
        health_answers={},
        reason=TYPED,
    )
    record_consent(hands.desk, on_visit, entry)


def break_it(hands: Hands, town: Town) -> None:
    """A defect of ours, with everything that was typed in its message."""

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError(f"{FAMILY} {GIVEN} {TYPED}") from KeyError(TYPED)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clbdesk.services.records._log", broken)
        hands.go(Destination("class_list", town.world.visit(CONTACT)))
        hands.press(Qt.Key.Key_A, ctrl=True, shift=True)
    hands.settle()
    assert hands.page.name == "fault"
    hands.save_and_go()
    hands.settle()


def talk(hands: Hands, town: Town) -> None:
    """A meeting, its agreements released and printed."""
    visit = town.world.visit(MEETING)
    rows = (AgreementEntry(who="Mia Aerts", what=AGREED, by=BY),)
    hold_meeting(hands.desk, visit, agreements=rows, clb_note=TYPED)
    view = view_output(hands.desk, visit)
    form = OutputForm.AGREEMENTS
    release(hands.desk, view, form, view.texts[form], "Mia Aerts", {})
    (kept,) = outputs(hands.desk)
    paper = print_output(hands.desk, view, kept).pdf
    document = pypdfium2.PdfDocument(paper)
    told = " ".join(document.get_metadata_dict().values())
    document.close()
    assert not [word for word in CANARIES if word in told]


@pytest.mark.expects_log("fault")
def test_after_a_whole_day_no_word_of_a_pupil_lies_outside_the_vaults(
    town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setenv("TMPDIR", str(passing))
    monkeypatch.setattr(tempfile, "tempdir", None)
    # Without a screen nobody owns a clipboard; on a screen it is ours after copying.
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _self: True)
    caplog.set_level(logging.DEBUG)
    titles: set[str] = set()

    hands = town.window("LAP-07", AN)
    pupil_id = a_new_pupil(hands, town)
    refuse_a_vaccine(hands, town)
    titles.add(hands.desktop.window.windowTitle())
    file = make_locked_charts(
        hands.desk,
        town.world.visit(CONTACT),
        pupil_id,
        [ChartMeasure.HEIGHT],
        purpose=TYPED,
        recipient=FAMILY,
    )
    assert not has_word(file.pdf)
    break_it(hands, town)
    search_and_copy(hands)
    press_synchronise(hands)
    titles.add(hands.desktop.window.windowTitle())
    lock(hands)
    assert QApplication.clipboard().text() == ""
    titles.add(hands.desktop.window.windowTitle())
    hands.desktop.quit()

    guidance = town.window("LAP-07", WIM)
    talk(guidance, town)
    press_synchronise(guidance)
    assert list_drafts(guidance.desk) == []
    guidance.desktop.quit()
    els = town.desk("LAP-03", ELS)
    town.synchronise("LAP-03", els)
    with els.vault.read() as reader:
        assert reader.find_pupils(FAMILY), "the day came home and to the other laptop"
    els.close()
    assert els.vault.compartment is Compartment.MEDICAL
    town.world.setting.close()

    out, err = capfd.readouterr()
    told = [*caplog.messages, out, err, *titles, *hands.desktop._recent.lines]
    assert not [word for word in CANARIES if any(word.lower() in one.lower() for one in told)]
    assert readable(tmp_path) == []
    assert readable(Path.home()) == []
    assert list(passing.iterdir()) == []
