"""The signal report of a school: no small counts, no overlap, nothing that came too late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from clbdesk.centre.care_requests import care_requests
from clbdesk.centre.signal_report import Half, half_of, publish_report, signal_report
from clbdesk.clock import SetClock
from clbdesk.domain.care import CareDomain
from clbdesk.domain.care_outcome import BorderBasis, BorderReason, Transition
from clbdesk.domain.people import SchoolLevel
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.school_signal import (
    Signal,
    SignalPriority,
    SignalReport,
    SignalSort,
    SignalSource,
)
from clbdesk.errors import Refused
from tests.builders.centres import BuiltCentre, Laptop

NOW = Half(2026, 1)
PSF, HEALTH = CareDomain.PSYCHOSOCIAL, CareDomain.HEALTH


def signal(
    built: BuiltCentre, domain: CareDomain, theme: str, on: date = date(2026, 11, 23)
) -> Signal:
    return Signal(
        school_id=built.school_id,
        level=SchoolLevel.PRIMARY,
        domain=domain,
        theme=theme,
        sort=SignalSort.NEED,
        source=SignalSource.CONTACT,
        priority=SignalPriority.USUAL,
        text="drie klassen",
        on=on,
    )


def bring(built: BuiltCentre, laptop: Laptop, counts: dict[tuple[CareDomain, str], int]) -> None:
    """So many signals come in from a laptop."""
    made = [
        laptop.revision(signal(built, domain, theme), author=built.nurse, school_id=built.school_id)
        for (domain, theme), count in counts.items()
        for _ in range(count)
    ]
    assert {one.outcome.value for one in laptop.push(*made)} == {"ok"}


def later(built: BuiltCentre, day: date) -> None:
    clock = built.centre.clock
    assert isinstance(clock, SetClock)
    clock.set(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def shown(report: SignalReport) -> dict[str, dict[str, int | None]]:
    return {
        one.domain: {theme.theme: theme.count for theme in one.themes} for one in report.domains
    }


def test_counts_of_a_closed_half_without_the_small_ones(built: BuiltCentre) -> None:
    counts = {(PSF, "breaks"): 12, (PSF, "class_climate"): 4, (PSF, "bullying"): 9}
    bring(built, built.laptop("LAP-07", built.nurse), {**counts, (HEALTH, "sleep"): 6})
    later(built, date(2027, 2, 20))
    report = signal_report(built.centre, built.school_id, NOW)
    assert shown(report)["PSF"] == {
        "speelplaats, pauzes": 12,
        "klasklimaat": None,
        "pesten": None,
    }
    assert shown(report)["PGZ"] == {"slaap": None}, "13 can only be 4 and 9: more is hidden"
    assert report.total == 31


def test_a_half_that_is_not_closed_has_no_report(built: BuiltCentre) -> None:
    later(built, date(2027, 2, 14))
    with pytest.raises(Refused) as refused:
        signal_report(built.centre, built.school_id, NOW)
    assert refused.value.key == "centre.half_not_closed"


def test_the_same_report_later_is_the_same_although_more_came_in(built: BuiltCentre) -> None:
    laptop = built.laptop("LAP-07", built.nurse)
    bring(built, laptop, {(PSF, "breaks"): 6})
    later(built, date(2027, 2, 20))
    first = signal_report(built.centre, built.school_id, NOW)
    bring(built, laptop, {(PSF, "breaks"): 1})
    assert signal_report(built.centre, built.school_id, NOW) == first


def test_the_smallest_count_can_be_raised_and_not_lowered(built: BuiltCentre) -> None:
    bring(built, built.laptop("LAP-07", built.nurse), {(PSF, "breaks"): 6})
    later(built, date(2027, 2, 20))
    assert signal_report(built.centre, built.school_id, NOW, 5).total == 6
    assert signal_report(built.centre, built.school_id, NOW, 7).total is None
    with pytest.raises(Refused) as refused:
        signal_report(built.centre, built.school_id, NOW, 4)
    assert refused.value.key == "centre.cell_too_small"


def test_two_limits_laid_beside_each_other_tell_no_more_than_the_lowest_alone(
    built: BuiltCentre,
) -> None:
    counts = {
        (PSF, "breaks"): 9,
        (PSF, "bullying"): 4,
        (PSF, "class_climate"): 6,
        (HEALTH, "sleep"): 30,
    }
    bring(built, built.laptop("LAP-07", built.nurse), counts)
    later(built, date(2027, 2, 20))
    lowest = signal_report(built.centre, built.school_id, NOW)
    for limit in range(5, 14):
        raised = signal_report(built.centre, built.school_id, NOW, limit)
        assert raised.least == limit
        assert raised.total in (lowest.total, None)
        for domain, themes in shown(raised).items():
            for theme, count in themes.items():
                assert count in (shown(lowest)[domain][theme], None), f"{theme} from {limit} on"
                assert count is None or count >= limit


def test_a_published_report_stays_what_it_is_and_reaches_laptops_of_both_sides(
    built: BuiltCentre,
) -> None:
    laptop = built.laptop("LAP-07", built.nurse)
    care = built.laptop("LAP-09", built.psychologist, compartment=Compartment.GUIDANCE)
    bring(built, laptop, {(PSF, "breaks"): 6, (HEALTH, "sleep"): 3})
    later(built, date(2027, 2, 20))
    published = publish_report(built.centre, built.school_id, NOW, 6)
    assert publish_report(built.centre, built.school_id, NOW) == published
    assert signal_report(built.centre, built.school_id, NOW) == published
    for one in (laptop, care):
        kinds = [line.revision.kind for line in one.pull("centre")[1]]
        assert kinds.count("signal_report") == 1
        assert "signal" not in kinds


def test_a_published_report_is_not_made_again_with_another_limit(built: BuiltCentre) -> None:
    bring(built, built.laptop("LAP-07", built.nurse), {(PSF, "breaks"): 8})
    later(built, date(2027, 2, 20))
    publish_report(built.centre, built.school_id, NOW, 7)
    for make in (publish_report, signal_report):
        with pytest.raises(Refused) as refused:
            make(built.centre, built.school_id, NOW, 5)
        assert refused.value.key == "centre.report_published"


def test_halves_of_a_year_do_not_overlap_and_leave_no_day_out() -> None:
    halves = [Half(2025, 1), Half(2025, 2), Half(2026, 1)]
    for one, following in pairwise(halves):
        assert (following.first - one.last).days == 1
    assert half_of("2025-2") == halves[1]


@pytest.mark.parametrize("text", ["2025", "0000-1", "9999-1", "2025-3", "２０２５-1"])
def test_what_is_no_half_is_refused_by_name(text: str) -> None:
    with pytest.raises(Refused) as refused:
        half_of(text)
    assert refused.value.key == "centre.half_unreadable"


def test_a_crossing_is_a_request_at_the_centre(built: BuiltCentre) -> None:
    care = built.laptop("LAP-09", built.psychologist, compartment=Compartment.GUIDANCE)
    body = Transition(
        school_id=built.school_id,
        topic_id=None,
        reason=BorderReason.REPORT,
        basis=BorderBasis.COMPULSORY_EDUCATION,
        on=date(2026, 11, 23),
        words="twintig halve dagen",
        pupil_name="Noah Wouters",
        birth_date=date(2012, 5, 6),
    )
    made = care.revision(
        body,
        author=built.psychologist,
        role=Role.PSYCHOPEDAGOGUE,
        school_id=built.school_id,
    )
    care.push(made)
    (found,) = care_requests(built.centre)
    assert (found.pupil, found.basis) == ("Noah Wouters", "compulsory_education")


def test_a_signal_about_a_school_where_one_does_not_work_is_no_quarantine(
    built: BuiltCentre,
) -> None:
    laptop = built.laptop("LAP-07", built.nurse)
    made = laptop.revision(signal(built, PSF, "breaks"), author=built.nurse)
    assert [one.outcome.value for one in laptop.push(made)] == ["ok"]
    later(built, date(2027, 2, 20))
    assert [one.total for one in signal_report(built.centre, built.school_id, NOW).domains] == [
        None
    ]
