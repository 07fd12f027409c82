"""A laptop that is lost, step by step, and the director's weekly list: what a person reads and does."""

from __future__ import annotations

import io
import re
import stat
import sys
from datetime import timedelta

import pypdfium2
import pytest

from clbdesk.centre.access_review import access_of_pupil, names_of, weekly_review
from clbdesk.centre.notices import review_list
from clbdesk.centre.on_board import on_board
from clbdesk.cli.lost import ask_here, lost_in_steps
from clbdesk.clock import BRUSSELS, local_day
from clbdesk.errors import Refused
from clbdesk.ids import PupilId
from tests.builders.paper_words import text_of
from tests.centre.test_access_review import lines, seen_now


class Typist:
    """Somebody who types these answers, and the questions that were asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def __call__(self, question):
        self.asked.append(question)
        return self.answers.pop(0)


@pytest.fixture
def lost(built):
    """A nurse's laptop with a visit and two measurements, heard two hours ago."""
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.push(built.growth(laptop, 0, "130.1"), built.growth(laptop, 1, "128.0"))
    laptop.take(built.visit_id)
    laptop.pull(built.visit_id)
    seen_now(built, laptop)
    built.clock.advance(timedelta(hours=2))
    return laptop


def read_with_password(path, capsys):
    """The text of a paper, opened by the password that stood on standard error."""
    password = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", capsys.readouterr().err).group()
    return text_of(path, password)


def test_the_steps_revoke_the_laptop_and_the_notice_names_every_pupil_and_kind(
    built, lost, tmp_path, capsys
):
    path = tmp_path / "melding.pdf"
    hour = built.clock.now().astimezone(BRUSSELS) - timedelta(hours=1)
    typist = Typist(f"{hour:%Y-%m-%d %H:%M}", "Tas gestolen uit de auto", "j", str(path))

    done = lost_in_steps(built.centre, lost.device.device_id, "CLB De Toets", typist)

    assert "LAP-01" in typist.asked[0]
    assert done["status"] == "revoked"
    assert on_board(built.centre, lost.device.device_id).status == "revoked"
    told = read_with_password(path, capsys)
    board = on_board(built.centre, lost.device.device_id)
    for pupil in board.pupils:
        assert f"{pupil.family_name} {pupil.given_name}" in told
    assert f"Betrokken leerlingen: {len(built.pupils)}." in told
    assert "groei 1" in told
    assert "metingen en voorgeschiedenis: 2" in told
    assert "Tas gestolen uit de auto" in told
    assert f"{hour + timedelta(hours=72):%H:%M} (72 uur" in told
    assert "130" not in told, "which kinds, and never a value"
    assert "Trek het toestel in" not in told
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(path)
    for pupil in board.pupils:
        assert pupil.given_name.encode() not in path.read_bytes()
        assert "loss_notice" in {one.kind for one in access_of_pupil(built.centre, pupil.pupil_id)}


def test_without_revoking_the_notice_says_that_this_is_still_to_do(built, lost, tmp_path, capsys):
    path = tmp_path / "melding.pdf"
    done = lost_in_steps(
        built.centre, lost.device.device_id, "CLB", Typist("", "Kwijt", "n", str(path))
    )
    assert done["status"] == "ok"
    assert "clbdesk centre revoke LAP-01" in read_with_password(path, capsys)
    assert any("revoke LAP-01" in one for one in done["still"])


def test_a_wrong_answer_is_asked_again_and_no_file_is_written_over(built, lost, tmp_path):
    there = tmp_path / "er-is-al-iets.txt"
    there.write_text("van iemand anders")
    later = built.clock.now().astimezone(BRUSSELS) + timedelta(days=1)
    typist = Typist(
        *("gisteren", f"{later:%Y-%m-%d %H:%M}", ""),
        *("", "Kwijt"),
        *("misschien", "n"),
        *(str(there), str(tmp_path / "melding.pdf")),
    )
    lost_in_steps(built.centre, lost.device.device_id, "CLB", typist)
    assert typist.answers == []
    assert there.read_text() == "van iemand anders"


def test_answers_that_end_too_early_change_nothing(built, lost, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stdin", io.StringIO("\nKwijt\n"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused, match=r"cli\.answers_ended"):
        lost_in_steps(built.centre, lost.device.device_id, "CLB", ask_here)
    assert on_board(built.centre, lost.device.device_id).status == "ok"
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_laptop_that_was_never_heard_and_holds_nobody_says_so(built, tmp_path, capsys):
    laptop = built.laptop("LAP-09", built.nurse)
    path = tmp_path / "melding.pdf"
    answers = Typist("", "Kwijt", "j", str(path))
    lost_in_steps(built.centre, laptop.device.device_id, "CLB", answers)
    told = read_with_password(path, capsys)
    assert "Betrokken leerlingen: 0." in told
    assert "Laatste handeling in het toegangslogboek die aankwam: nooit." in told
    assert "Leerlingen op het toestel" not in told


def test_the_director_reads_emergencies_first_with_names_and_the_typed_reason(built):
    laptop = built.laptop("LAP-01", built.nurse)
    pupil = built.pupils[0]
    lines(
        built,
        laptop,
        ("export", pupil, "mother", 0),
        ("open", pupil, "history", 2),
        ("emergency", pupil, "other: gebeld door de spoeddienst", 1),
    )
    today = local_day(built.clock.now())
    found = weekly_review(built.centre, today)
    names = names_of(built.centre, {PupilId(one.entry.pupil_id) for one in found})

    told = review_list(found, names, today)

    places = [told.index(one) for one in ("Noodtoegang", "Geopend buiten", "Afgedrukt")]
    assert places == sorted(places)
    assert "Andere: gebeld door de spoeddienst" in told
    assert told.count("Vandenbroucke0 Annelies0") == 3
    assert "las in nood" in told
    assert pupil not in told, "a name, no id"
    assert "Nagekeken door" in told


def test_a_week_without_anything_says_so(built):
    today = local_day(built.clock.now())
    assert "Niets om na te kijken." in review_list([], {}, today)
