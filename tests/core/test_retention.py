"""Terms of keeping and of transfer: the longest reading counts, and nothing is carried out."""

from __future__ import annotations

from datetime import date

from clbdesk.domain.data_class import DataClass
from clbdesk.standards.retention import goes_despite_objection, kept_until, working_days_after

BORN = date(2010, 3, 4)
AT_FIFTEEN = date(2025, 5, 6)


def test_a_dossier_is_kept_ten_years_and_at_least_until_twenty_five() -> None:
    assert kept_until(BORN, AT_FIFTEEN, ever_special=False).until == date(2035, 5, 6)
    early = kept_until(BORN, date(2016, 5, 6), ever_special=False)
    assert early.until == date(2035, 3, 4), "the twenty-fifth birthday"


def test_after_special_education_it_is_kept_until_thirty() -> None:
    assert kept_until(BORN, AT_FIFTEEN, ever_special=True).until == date(2040, 3, 4)


def test_health_data_are_kept_the_longest_of_both_terms() -> None:
    found = kept_until(BORN, AT_FIFTEEN, ever_special=False)
    assert found.health_until == date(2055, 5, 6)
    assert not found.is_confirmed, "whether the federal term holds for a centre is not confirmed"


def test_without_a_known_contact_the_age_counts() -> None:
    found = kept_until(BORN, None, ever_special=False)
    assert (found.until, found.health_until) == (date(2035, 3, 4), date(2035, 3, 4))


def test_despite_an_objection_only_what_is_mandatory_moves() -> None:
    moves = {one for one in DataClass if goes_despite_objection(one)}
    assert moves == {
        DataClass.IDENTITY,
        DataClass.MEASURES,
        DataClass.EXAMINATION,
        DataClass.CONCLUSION,
        DataClass.VACCINATION,
    }


def test_ten_working_days_pass_two_weekends() -> None:
    assert working_days_after(date(2026, 11, 23), "INZ-1") == date(2026, 12, 7)
