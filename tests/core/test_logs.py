"""What is logged and reported holds words of the program, never values."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from clbdesk import logs
from clbdesk.errors import Defect, Environment

NOW = datetime(2026, 11, 23, 9, 43, tzinfo=UTC)


def fail(error: BaseException, cause: BaseException | None = None) -> None:
    """Somewhere deep in the program."""
    raise error from cause


def report_of(error: BaseException, cause: BaseException | None = None) -> logs.FaultReport:
    """As the window makes it."""
    with pytest.raises(type(error)) as caught:
        fail(error, cause)
    return logs.fault_report(caught.value, "growth", NOW, logs.Recent())


def test_a_report_names_the_type_and_the_place_but_not_the_message() -> None:
    report = report_of(ValueError("Peeters Lotte 04/03/2020"))

    assert "ValueError" in report.text
    assert "test_logs.py" in report.text
    assert "Peeters" not in report.text
    assert "04/03/2020" not in report.text


def test_a_report_keeps_the_key_of_an_error_of_ours_without_its_values() -> None:
    report = report_of(Defect("pupil.not_on_visit", code="Peeters"))

    assert "pupil.not_on_visit" in report.text
    assert "Peeters" not in report.text


def test_the_cause_of_a_defect_is_in_the_report() -> None:
    report = report_of(Defect("storage.defect"), Environment("storage.disk_full"))

    assert "storage.disk_full" in report.text


def test_a_report_says_when_in_belgian_time_on_which_page_and_its_code() -> None:
    report = report_of(ValueError())

    assert "2026-11-23 10:43 page growth" in report.text
    assert report.code in report.text


def test_only_the_last_fifty_events_are_kept() -> None:
    recent = logs.Recent()
    for number in range(60):
        recent.emit(logging.LogRecord("clbdesk.sync", logging.INFO, "", 0, f"{number}", None, None))

    assert len(recent.lines) == 50
    assert recent.lines[0].endswith(" 10")
