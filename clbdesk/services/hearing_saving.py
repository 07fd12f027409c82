"""Recording hearing: indication, test and otoscopy in one commit, each with its judgements."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from clbdesk.domain.body import ExamBody, ExamState
from clbdesk.domain.contact import (
    Audiometry,
    AudiometryCell,
    HearingIndication,
    SpeechInNoise,
    SpinEar,
)
from clbdesk.domain.judgement import Confirmation
from clbdesk.ids import RevId
from clbdesk.services.confirming import confirmations
from clbdesk.services.desk import Desk
from clbdesk.services.hearing import (
    AUDIOMETRY,
    INDICATION,
    OTOSCOPY,
    SPIN,
    STEP,
    TYMPANOMETRY,
    HearingEntry,
    HearingView,
    drawn_tests,
    plan,
    planned_kinds,
    spin_lines,
    tone_lines,
    tympanogram_lines,
)
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import add_step
from clbdesk.services.records import Part, Saved, base_in, changes_of
from clbdesk.standards.hearing import EARS
from clbdesk.standards.hearing_indication import HearingTest

_NO_INDICATION = "no_indication"


def record_hearing(
    desk: Desk,
    view: HearingView,
    entry: HearingEntry,
    base: tuple[RevId, ...],
    *,
    reason: str | None = None,
) -> Outcome[Saved]:
    """Record indication, tests and otoscopy that are new or differ, with their judgements."""
    on_visit = view.on_visit
    with desk.vault.write() as work:
        parts = [
            Part(
                body,
                on_visit.where,
                on_visit.exam_id(kind),
                base_in(work, on_visit.exam_id(kind), base),
            )
            for kind, body in _bodies(desk, view, entry).items()
        ]
        added = add_step(desk, work, on_visit, STEP, parts, reason=reason)
    return Outcome(added, changes_of(added.revisions))


def _bodies(
    desk: Desk, view: HearingView, entry: HearingEntry
) -> dict[str, ExamBody | HearingIndication]:
    """What is to be written, by kind."""
    bodies: dict[str, ExamBody | HearingIndication] = {}
    if view.asks_indication:
        indication = _indication(view, entry)
        if view.indication is None or view.indication.body != indication:
            bodies[INDICATION] = indication
    tests = _tests(view, entry)
    saved = {one.revision.kind: one for one in view.saved}
    for kind, test in tests.items():
        standing_one = saved.get(kind)
        before: ExamBody | None = standing_one.body if standing_one else None
        prefix = f"{kind}."
        body = msgspec.structs.replace(
            test,
            on=standing_one.body.on if standing_one else view.today,
            confirmed=_confirmed(desk, entry, test, before.confirmed if before else ()),
            assumed=tuple(
                sorted(one.removeprefix(prefix) for one in entry.assumed if one.startswith(prefix))
            ),
        )
        if before is not None and _without_lines(before) == _without_lines(body):
            continue
        bodies[kind] = body
    return bodies


def _tests(view: HearingView, entry: HearingEntry) -> dict[str, ExamBody]:
    """The tests of the form with their judgements; without a test, why there is none (HE-8)."""
    drawn, found = drawn_tests(view, entry), plan(view, entry)
    concern = found.lines if entry.wants_audiometry else ()
    tests: dict[str, ExamBody] = {}
    if AUDIOMETRY in drawn and entry.audiometry is not None:
        lines = (*concern, *tone_lines(view, entry, entry.audiometry))
        tests[AUDIOMETRY] = msgspec.structs.replace(entry.audiometry, judgements=lines)
    if SPIN in drawn and entry.spin is not None:
        lines = spin_lines(view, entry.spin)
        tests[SPIN] = msgspec.structs.replace(entry.spin, judgements=lines)
    if entry.otoscopy is not None:
        tests[OTOSCOPY] = entry.otoscopy
    if entry.tympanometry is not None:
        lines = tympanogram_lines(entry.tympanometry)
        tests[TYMPANOMETRY] = msgspec.structs.replace(entry.tympanometry, judgements=lines)
    if found.test is HearingTest.NONE and not view.asks_indication:
        for kind in planned_kinds(view.moment):
            shape = Audiometry if kind == AUDIOMETRY else SpeechInNoise
            tests.setdefault(
                kind,
                shape(
                    state=ExamState.NOT_PLANNED,
                    state_reason=_NO_INDICATION,
                    remark=entry.remark or None,
                    judgements=found.lines,
                    on=view.today,
                ),
            )
    return tests


def _indication(view: HearingView, entry: HearingEntry) -> HearingIndication:
    found = plan(view, entry)
    return HearingIndication(
        pupil_id=view.on_visit.pupil_id,
        registered_screening=entry.screening.registered,
        neonatal_screening=entry.screening.known,
        screening_source=entry.screening.source,
        risk_factors=entry.risk_factors or (),
        risks_asked=entry.risk_factors is not None,
        indicated=None if found.test is None else found.test is HearingTest.AUDIOMETRY,
        judgements=found.lines,
    )


def _confirmed(
    desk: Desk, entry: HearingEntry, test: ExamBody, before: tuple[Confirmation, ...]
) -> tuple[Confirmation, ...]:
    values: dict[str, Decimal | None] = {}
    if isinstance(test, Audiometry):
        for ear in EARS:
            cells: dict[str, AudiometryCell] = getattr(test, ear)
            values |= {
                f"{ear}.{hertz}": None if cell.level_db is None else Decimal(cell.level_db)
                for hertz, cell in cells.items()
            }
    elif isinstance(test, SpeechInNoise):
        for ear in EARS:
            found: SpinEar | None = getattr(test, ear)
            values[f"{ear}.srt"] = found.srt_db if found else None
    return confirmations(desk, values, entry.confirmed, before)


def _without_lines(body: ExamBody) -> ExamBody:
    return msgspec.structs.replace(body, judgements=())
