"""Arts: what was found today, puberty, the examination by blocks, and the mouth on indication.

Who examines a part is a column of contact_parts.csv; what is the doctor's is refused for anybody
else, and a nurse reads it. A stage or block that was refused is never taken for normal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.age import age_months
from clbdesk.domain.body import ExamBody, ExamState
from clbdesk.domain.contact import Questionnaire
from clbdesk.domain.doctor import DoctorExam, OralHealth, Puberty
from clbdesk.domain.judgement import Judgement
from clbdesk.domain.people import Sex, Staff
from clbdesk.domain.revision import Role
from clbdesk.errors import Defect, Environment, Refused
from clbdesk.ids import RecordId, RevId
from clbdesk.services.decision import open_decision
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.proposal import OF_DOCTOR, DomainRow
from clbdesk.services.pupil import PupilOnVisit, add_step
from clbdesk.services.reading import Standing, one_standing, open_base, standing
from clbdesk.services.records import Part, Saved, base_in, changes_of
from clbdesk.standards.examination import judge_exam, judge_mouth
from clbdesk.standards.moments import PartWhen, Performer, parts_of
from clbdesk.standards.puberty import PubertyGiven, judge_puberty
from clbdesk.standards.tables import damaged_table
from clbdesk.storage.vault import Head, Reader

STEP = "doctor"
PUBERTY, EXAM, MOUTH = "puberty", "doctor_exam", "oral_health"


@dataclass(frozen=True, slots=True)
class DoctorView:
    """What the page shows. `found`: what the other tests of this contact say, by domain.

    `required`: the kinds that belong to everybody of this moment; `writes`: those that this user
    examines. `rose`: the growth curve gained a band (GRO-1).
    """

    on_visit: PupilOnVisit
    today: date
    months: int
    parts: tuple[str, ...]
    required: frozenset[str]
    writes: frozenset[str]
    found: tuple[DomainRow, ...]
    question: str
    rose: bool
    puberty: Standing[Puberty] | None
    exam: Standing[DoctorExam] | None
    mouth: Standing[OralHealth] | None
    saved_by: str
    base: tuple[RevId, ...]

    @property
    def sex(self) -> Sex:
        """Which stages belong to the pupil."""
        return self.on_visit.pupil.sex

    @property
    def saved(self) -> dict[str, Standing[Puberty] | Standing[DoctorExam] | Standing[OralHealth]]:
        """What is recorded, by kind."""
        found = {PUBERTY: self.puberty, EXAM: self.exam, MOUTH: self.mouth}
        return {kind: one for kind, one in found.items() if one is not None}

    @property
    def is_conflict(self) -> bool:
        """Whether two versions stand."""
        return any(one.is_conflict for one in self.saved.values())

    @property
    def may_write(self) -> bool:
        """Whether this user examines what belongs to the moment, or what was added to it."""
        wanted = self.required or frozenset(self.parts)
        return wanted <= self.writes

    @property
    def is_complete(self) -> bool:
        """Whether everything that belongs to the moment is recorded and not left for later."""
        saved = self.saved
        return all(
            kind in saved and saved[kind].body.state is not ExamState.POSTPONED
            for kind in self.required
        )


@dataclass(frozen=True, slots=True)
class DoctorEntry:
    """The form. A part that is None is still open and is not recorded.

    `assumed`: what F7 filled in, as "doctor_exam.back".
    """

    puberty: Puberty | None = None
    exam: DoctorExam | None = None
    mouth: OralHealth | None = None
    assumed: frozenset[str] = field(default_factory=frozenset)

    @property
    def bodies(self) -> dict[str, Puberty | DoctorExam | OralHealth]:
        """The parts that stand in the form, by kind."""
        found = {PUBERTY: self.puberty, EXAM: self.exam, MOUTH: self.mouth}
        return {kind: body for kind, body in found.items() if body is not None}


def open_doctor(desk: Desk, on_visit: PupilOnVisit) -> DoctorView:
    """What the tests of this contact found, and what was examined."""
    if on_visit.moment is None:
        raise Defect("doctor.no_moment")
    rows = open_decision(desk, on_visit).rows
    with desk.vault.read() as reader:
        heads = {kind: reader.head(on_visit.exam_id(kind)) for kind in (PUBERTY, EXAM, MOUTH)}
        told = one_standing(reader, on_visit.exam_id("questionnaire"), Questionnaire)
        saved_by = _last_author(reader, heads)
    puberty = standing(heads[PUBERTY], Puberty)
    parts = parts_of(on_visit.moment).get(STEP, ())
    is_doctor = desk.user.role is Role.DOCTOR
    today = on_visit.tested_on(local_day(desk.clock.now()))
    return DoctorView(
        on_visit=on_visit,
        today=today,
        months=age_months(on_visit.pupil.birth_date, puberty.body.on if puberty else today),
        parts=tuple(part.kind for part in parts),
        required=frozenset(part.kind for part in parts if part.when is PartWhen.ALWAYS),
        writes=frozenset(
            part.kind for part in parts if is_doctor or part.performer is Performer.TEAM
        ),
        found=tuple(row for row in rows if row.domain not in OF_DOCTOR),
        question=told.body.question if told else "",
        rose=any(_rose(one) for row in rows for one in row.judgements),
        puberty=puberty,
        exam=standing(heads[EXAM], DoctorExam),
        mouth=standing(heads[MOUTH], OralHealth),
        saved_by=saved_by,
        base=tuple(rev_id for head in heads.values() for rev_id in open_base(head)),
    )


def _rose(line: Judgement) -> bool:
    """GRO-1 found a gain of a band; a smaller gain is no jump."""
    return line.rule_id == "GRO-1" and Decimal(line.numbers.get("bands", "0")) >= 1


def _last_author(reader: Reader, heads: Mapping[str, Head | None]) -> str:
    leaves = [leaf for head in heads.values() if head is not None for leaf in head.leaves]
    last = max(leaves, key=lambda leaf: leaf.recorded_at, default=None)
    staff = one_standing(reader, RecordId(last.author), Staff) if last else None
    return staff.body.name if staff else ""


# --- judging ---


def judge(view: DoctorView, entry: DoctorEntry) -> tuple[Judgement, ...]:
    """The rule lines of what stands in the form. Pure and quick."""
    bodies = entry.bodies
    return tuple(
        line for kind in view.parts if kind in bodies for line in _lines(view, bodies[kind])
    )


def _lines(view: DoctorView, body: ExamBody) -> tuple[Judgement, ...]:
    try:
        if isinstance(body, Puberty):
            birth = view.on_visit.pupil.birth_date
            return judge_puberty(PubertyGiven(body, view.sex, birth, growth_rose=view.rose))
        if isinstance(body, DoctorExam):
            return judge_exam(body)
        return judge_mouth(body) if isinstance(body, OralHealth) else ()
    except Environment as error:
        return (damaged_table(error, STEP),)


# --- recording ---


def record_doctor(
    desk: Desk,
    view: DoctorView,
    entry: DoctorEntry,
    base: tuple[RevId, ...],
    *,
    reason: str | None = None,
) -> Outcome[Saved]:
    """Record every part of the form that is new or differs, each with its judgements.

    Refused ("doctor.doctor_only") when a part is examined by a doctor and the user is none.
    """
    on_visit, saved = view.on_visit, view.saved
    with desk.vault.write() as work:
        parts = []
        for kind, body in entry.bodies.items():
            if kind not in view.writes:
                raise Refused("doctor.doctor_only", kind=kind)
            before = saved.get(kind)
            prefix = f"{kind}."
            whole = msgspec.structs.replace(
                body,
                on=before.body.on if before else view.today,
                assumed=tuple(
                    sorted(
                        one.removeprefix(prefix) for one in entry.assumed if one.startswith(prefix)
                    )
                ),
            )
            if before is not None and _without_lines(before.body) == whole:
                continue
            record_id = on_visit.exam_id(kind)
            judged = msgspec.structs.replace(whole, judgements=_lines(view, whole))
            parts.append(Part(judged, on_visit.where, record_id, base_in(work, record_id, base)))
        added = add_step(desk, work, on_visit, STEP, parts, reason=reason)
    return Outcome(added, changes_of(added.revisions))


def _without_lines(body: ExamBody) -> ExamBody:
    return msgspec.structs.replace(body, judgements=())
