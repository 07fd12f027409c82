"""The growth charts of a pupil on paper: what is recorded, drawn by the charts of the screen.

What could not be trusted is neither told nor drawn on paper. Nothing is printed while two versions
of a measurement stand, or one is shielded: a chart leaves the room with whoever takes it along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import (
    ChartMeasure,
    Measurement,
    chart_points,
    lines_of,
    tables,
)
from clbdesk.clock import local_day
from clbdesk.domain.age import age_years
from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.contact import Growth
from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.people import Sex
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, VisitId
from clbdesk.reports.growth_charts import ChartSheet, ChartsOf, charts_paper
from clbdesk.reports.locked import new_password
from clbdesk.reports.paper import Printed, bind
from clbdesk.services.desk import Desk
from clbdesk.services.growth import GrowthView, open_growth
from clbdesk.services.letter_states import withholds
from clbdesk.services.pupil import PupilView, view_pupil
from clbdesk.services.reading import Standing, all_standing, staff_names
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.services.visit_papers import LockedFile, reason_of
from clbdesk.standards.height import chart_lines_are_signed
from clbdesk.standards.phrases import long_day, number
from clbdesk.standards.references import Reference, reference
from clbdesk.standards.tables import rule, standards
from clbdesk.standards.target_height import TargetHeight, target_height
from clbdesk.storage.vault import Reader
from clbdesk.wording import label, say


@dataclass(frozen=True, slots=True)
class GrowthCharts:
    """The charts that can be printed, in the order of the screen, by what they show."""

    pupil: PupilView
    about: ChartsOf
    sheets: tuple[tuple[ChartMeasure, ChartSheet], ...]

    def paper(self, chosen: Collection[ChartMeasure], password: str = "") -> Printed:
        """The charts that somebody chose, as PDF. Refused `growth.charts_choose` for none."""
        sheets = [sheet for measure, sheet in self.sheets if measure in chosen]
        if not sheets:
            raise Refused("growth.charts_choose")
        return bind([charts_paper(self.about, sheets)], say("growth.charts"), password=password)


def open_charts(desk: Desk, visit_id: VisitId, pupil_id: PupilId) -> GrowthCharts:
    """What can be printed of a pupil; looking at it is logged.

    Refused as `open_growth` is, and `growth.charts_two_versions` or `growth.charts_shielded` while
    nothing may be printed.
    """
    return _read(desk, visit_id, pupil_id, "preview")


def print_charts(
    desk: Desk, visit_id: VisitId, pupil_id: PupilId, chosen: Collection[ChartMeasure]
) -> Printed:
    """The charts as they are recorded now, logged as printed; refused as `open_charts` is."""
    return _read(desk, visit_id, pupil_id, "print").paper(chosen)


def make_locked_charts(
    desk: Desk,
    visit_id: VisitId,
    pupil_id: PupilId,
    chosen: Collection[ChartMeasure],
    *,
    purpose: str,
    recipient: str,
) -> LockedFile:
    """The charts to hand over as a file: encrypted, for a purpose and somebody, both in the log."""
    reason = reason_of(purpose, recipient)
    charts = _read(desk, visit_id, pupil_id, "export", reason)
    password = new_password()
    printed = charts.paper(chosen, password)
    missing = (charts.about.name,) if printed.missing else ()
    return LockedFile(printed.pdf, password, len(chosen), missing)


def _read(
    desk: Desk,
    visit_id: VisitId,
    pupil_id: PupilId,
    action: str,
    reason: str = "growth_charts",
) -> GrowthCharts:
    pupil = view_pupil(desk, visit_id, pupil_id)
    view = open_growth(desk, pupil.on_visit)
    with desk.vault.write() as work:
        growths = all_standing(work.heads(kinds=("growth",), pupil_id=pupil_id), Growth)
        _refuse(desk, work, pupil_id, growths)
        names = staff_names(work)
        desk.log(work, action, kind="growth", pupil_id=pupil_id, reason=reason)
    current = view.saved.record_id if view.saved else None
    measured = [
        _measurement(
            one.body,
            names.get(one.revision.author, ""),
            current=one.record_id == current,
        )
        for one in growths
    ]
    return GrowthCharts(pupil, _about(desk, pupil), tuple(_sheets(view, measured)))


def _refuse(
    desk: Desk, reader: Reader, pupil_id: PupilId, growths: Iterable[Standing[Growth]]
) -> None:
    found = tuple(growths)
    if any(one.is_conflict for one in found):
        raise Refused("growth.charts_two_versions")
    shieldings = shieldings_of(reader, pupil_id)
    kept = {item for item, one in shieldings.items() if withholds(one)}
    kept |= hidden_from(desk.user.staff_id, shieldings.values())
    if any(one.record_id in kept for one in found):
        raise Refused("growth.charts_shielded")


def _about(desk: Desk, pupil: PupilView) -> ChartsOf:
    body = pupil.on_visit.pupil
    class_name = pupil.on_visit.class_name
    return ChartsOf(
        centre=desk.centre_name,
        name=f"{body.given_name} {body.family_name}",
        birth_date=body.birth_date,
        at_school=say("letters.class_and_school", class_name=class_name, school=pupil.school),
        printed=say(
            "growth.charts_printed_by",
            day=long_day(local_day(desk.clock.now())),
            name=desk.user.name,
            role=label(desk.user.role),
        ),
    )


def _measurement(body: Growth, author: str, *, current: bool) -> Measurement:
    """A day of measuring without what could not be trusted."""
    doubted = ExamState.UNRELIABLE
    return Measurement(
        on=body.on,
        height_cm=None if body.height_state is doubted else body.height_cm,
        weight_kg=None if body.weight_state is doubted else body.weight_kg,
        head_cm=None if body.head_state is doubted else body.head_cm,
        by=body.performed_by_name or author,
        current=current,
        external=body.source is Source.EXTERNAL_REPORT,
    )


def _sheets(
    view: GrowthView, measured: Iterable[Measurement]
) -> Iterable[tuple[ChartMeasure, ChartSheet]]:
    """A chart of everything that was measured at least once, as the page draws it."""
    given = tuple(measured)
    sex, birth = view.sex, view.on_visit.pupil.birth_date
    chart = reference(view.chosen.reference)
    target = target_height(sex, view.mother_cm, view.father_cm)
    for measure in ChartMeasure:
        points = chart_points(measure, sex, birth, given, chart)
        if not points:
            continue
        window = window_for(measure, points, age_years(birth, view.on))
        yield (
            measure,
            ChartSheet(
                title=say(f"charts.title_{measure.value}"),
                lines=_lines(chart, sex),
                sources=_sources(chart),
                target=_in_words(target) if target and measure is ChartMeasure.HEIGHT else "",
                scene=growth_chart(measure, sex, points, window, target, on=chart),
                tables=tables(points),
            ),
        )


def _lines(chart: Reference, sex: Sex) -> str:
    """Whose lines they are, and whether a doctor still has to confirm which are drawn."""
    lines = lines_of(chart, sex)
    if chart_lines_are_signed():
        return lines
    return f"{lines} ({say('charts.lines_unsigned')})"


def _sources(chart: Reference) -> tuple[str, ...]:
    """Where the lines come from: source and edition of every table of a reference."""
    found = (standards().table(one.file) for one in chart.pieces)
    return tuple(
        say("growth.charts_edition", source=one.source, edition=one.edition) for one in found
    )


def _in_words(target: TargetHeight) -> str:
    low, high = number(target.low_cm), number(target.high_cm)
    words = say("growth.charts_target_range", cm=number(target.cm), low=low, high=high)
    if all(rule(one).status is RuleStatus.ON for one in ("TH-1", "TH-2")):
        return words
    return say("growth.charts_target_unconfirmed", range=words)
