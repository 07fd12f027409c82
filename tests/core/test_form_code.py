"""The number on a consent form: it finds one pupil, tells nothing, and a slip of the hand names nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.form_code import form_code, read_form_code, shown_code
from clbdesk.ids import PupilId, VisitId

VISIT, PUPIL = VisitId("visit-1"), PupilId("pupil-1")
_ids = st.uuids().map(str)


def test_a_form_of_a_pupil_for_a_visit_always_has_the_same_twelve_digits() -> None:
    code = form_code(VISIT, PUPIL)
    assert (len(code), code.isdigit()) == (12, True)
    assert code == form_code(VISIT, PUPIL)
    assert code != form_code(VisitId("visit-2"), PUPIL)
    assert code != form_code(VISIT, PupilId("pupil-2"))


@given(_ids, _ids)
def test_what_is_printed_reads_back(visit: str, pupil: str) -> None:
    code = form_code(VisitId(visit), PupilId(pupil))
    assert read_form_code(code) == code
    assert read_form_code(f" {shown_code(code)}\r") == code


@given(_ids, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_no_code(pupil: str, place: int, by: int) -> None:
    code = form_code(VISIT, PupilId(pupil))
    wrong = (int(code[place]) + by) % 10
    assert read_form_code(f"{code[:place]}{wrong}{code[place + 1 :]}") is None


@given(_ids, st.integers(0, 8))
def test_two_digits_exchanged_are_no_code(pupil: str, place: int) -> None:
    code = form_code(VISIT, PupilId(pupil))
    one, other = code[place], code[place + 1]
    exchanged = f"{code[:place]}{other}{one}{code[place + 2 :]}"
    assert read_form_code(exchanged) == (code if one == other else None)


def test_a_scanner_in_us_layout_on_a_belgian_keyboard_is_understood() -> None:
    code = form_code(VISIT, PUPIL)
    typed = "".join("à&é\"'(§è!ç"[int(digit)] for digit in code)
    assert read_form_code(typed) == code


@pytest.mark.parametrize("typed", ["", "Peeters", "AC37B2210", "123456789012", "1" * 14, "²" * 12])
def test_what_is_no_code_names_nobody(typed: str) -> None:
    assert read_form_code(typed) is None
