"""What stands on the page of two versions: both sides, what came before, and who wrote what.

One pupil at a time, and looking at it is logged as every opening is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from clbdesk.clock import local_day
from clbdesk.domain.body import Body
from clbdesk.domain.contact import Background, BackgroundItem, Growth
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Revision, RevisionStatus, Role
from clbdesk.domain.visits import VisitPupil
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, RevId
from clbdesk.services.conflicts import (
    Asked,
    Both,
    Question,
    body_of,
    both_of,
    left_and_right,
)
from clbdesk.services.desk import Desk
from clbdesk.services.pupil import Allergy
from clbdesk.services.reading import all_standing, one_standing, staff_names
from clbdesk.services.rejudge import growth_of, latest_growth_before
from clbdesk.services.relation import must_work_for_pupil
from clbdesk.services.signals import seen_by
from clbdesk.services.typed_anew import NUMBERS, Listed, Lists, is_words
from clbdesk.services.versions import Path, pairs, values_of
from clbdesk.standards.growth import GrowthJudgement
from clbdesk.standards.limits import Field
from clbdesk.standards.phrases import number, signed
from clbdesk.storage.vault import Head, Reader, UnitOfWork
from clbdesk.wording import say

# What the title and the column of the time before say already, unless the versions differ in it.
_SAID_ALREADY = {("on",), ("item",)}


@dataclass(frozen=True, slots=True)
class VersionView:
    """Who wrote a version, when and where. `device`: empty for another laptop than this one."""

    rev_id: RevId
    who: str
    role: Role
    at: datetime
    device: str
    is_withdrawn: bool
    reason: str
    is_newer: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; None where nothing was filled in.

    `is_measured`: a field that can be chosen by itself; the others are computed from those.
    What may be filled in anew (typed_anew.py): `typed`, a number within these limits; `choices`, a
    value of a list; `is_text`, words. Everything else is chosen left or right.
    """

    path: Path
    label: str
    left: object
    right: object
    previous: object = None
    unit: str = ""
    note: str = ""
    is_measured: bool = True
    typed: Field | None = None
    choices: tuple[Listed, ...] = ()
    is_text: bool = False

    @property
    def differs(self) -> bool:
        """Whether the sides say different things."""
        return self.left != self.right

    @property
    def is_typed(self) -> bool:
        """Whether a value that neither version has may be filled in."""
        return self.is_measured and bool(self.typed or self.choices or self.is_text)


@dataclass(frozen=True, slots=True)
class PupilHead:
    """Who it is about."""

    pupil_id: PupilId
    pupil: Pupil
    class_name: str
    allergy: Allergy | None


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question as it is shown. `seen`: the tips to save with. `may_choose`: the right to.

    `previous`: who and when of the column "Vorige", None without one. `more`: versions beyond two.
    """

    question: Question
    kind_words: str
    on: date
    pupil: PupilHead | None
    left: VersionView
    right: VersionView
    previous: tuple[date, str] | None
    rows: tuple[Row, ...]
    seen: tuple[RevId, ...]
    both: Both | None
    may_choose: bool
    more: int

    @property
    def by_field(self) -> bool:
        """Whether fields can be chosen one by one: not when one side is withdrawn or unreadable."""
        unfit = any(one.is_withdrawn or one.is_newer for one in (self.left, self.right))
        return self.question.asked is Asked.FORK and not unfit


def open_question(desk: Desk, question: Question) -> QuestionView:
    """Everything to choose by. Refused("conflicts.gone") when it was answered meanwhile."""
    with desk.vault.write() as work:
        heads = [work.head(record_id) for record_id in question.record_ids]
        known = [head for head in heads if head is not None and not head.is_withdrawn]
        still = known and (question.asked is Asked.DOUBLE_DOSE or known[0].is_conflict)
        if not still or len(known) != len(heads):
            raise Refused("conflicts.gone")
        must_work_for_pupil(desk, work, question.pupil_id)
        _log(desk, work, question)
        return _view(desk, work, question, known)


def _view(desk: Desk, reader: Reader, question: Question, heads: list[Head]) -> QuestionView:
    if question.asked is Asked.FORK:
        left, right = left_and_right(heads[0])
    else:
        left, right = heads[0].leaf, heads[1].leaf
    names = staff_names(reader)
    before = _before(reader, question, left, right)
    rows = _rows(desk, reader, question, left, right, before)
    forked = question.asked is Asked.FORK
    return QuestionView(
        question=question,
        kind_words=say(f"conflicts.kind.{question.kind}"),
        on=local_day(left.occurred_at),
        pupil=_pupil(reader, question.pupil_id, left),
        left=_version(desk, left, names),
        right=_version(desk, right, names),
        previous=(
            (local_day(before.occurred_at), names.get(before.author, "")) if before else None
        ),
        rows=tuple(_named(row, names) for row in rows),
        seen=tuple(tip for head in heads for tip in head.tips),
        both=both_of(left, right) if forked else Both(is_join=False),
        may_choose=desk.may_write(question.kind),
        more=len(heads[0].leaves) - 2 if forked else 0,
    )


def _log(desk: Desk, work: UnitOfWork, question: Question) -> None:
    desk.log(
        work,
        "open",
        kind=question.kind,
        record_id=question.record_ids[0],
        pupil_id=question.pupil_id,
        reason="two versions",
    )


def _version(desk: Desk, version: Revision, names: Mapping[str, str]) -> VersionView:
    return VersionView(
        rev_id=version.rev_id,
        who=names.get(version.author, ""),
        role=version.role,
        at=version.recorded_at,
        device=desk.device_name if version.device == desk.device_id else "",
        is_withdrawn=version.status is RevisionStatus.WITHDRAWN,
        reason=version.reason or "",
        is_newer=body_of(version) is None,
    )


def _pupil(reader: Reader, pupil_id: PupilId | None, version: Revision) -> PupilHead | None:
    if pupil_id is None:
        return None
    pupil = one_standing(reader, RecordId(pupil_id), Pupil)
    if pupil is None:
        return None
    allergy_id = derived_record_id("background", pupil_id, BackgroundItem.ALLERGY.value)
    allergy = one_standing(reader, allergy_id, Background)
    listed = all_standing(reader.heads(kinds=("visit_pupil",), pupil_id=pupil_id), VisitPupil)
    here = [one for one in listed if one.body.visit_id == version.visit_id] or listed
    return PupilHead(
        pupil_id=pupil_id,
        pupil=pupil.body,
        class_name=here[-1].body.class_name if here else "",
        allergy=Allergy(allergy.body.answer, allergy.body.text) if allergy else None,
    )


def _before(reader: Reader, question: Question, left: Revision, right: Revision) -> Revision | None:
    """What both came from; without that, the same part of this pupil the time before."""
    if question.asked is Asked.DOUBLE_DOSE:
        return None
    common = [rev_id for rev_id in left.base if rev_id in right.base]
    if common:
        return reader.revision(common[0])
    if question.pupil_id is None:
        return None
    heads = reader.heads(kinds=(question.kind,), pupil_id=question.pupil_id)
    earlier = [
        head.leaf
        for head in heads
        if head.record_id != left.record_id
        and head.leaf.occurred_at < left.occurred_at
        and _is_like(left, head.leaf)
    ]
    return earlier[-1] if earlier else None


def _is_like(one: Revision, other: Revision) -> bool:
    """Background items are records of one kind about different things."""
    left, right = body_of(one), body_of(other)
    if isinstance(left, Background) and isinstance(right, Background):
        return left.item is right.item
    return right is not None


def _rows(
    desk: Desk,
    reader: Reader,
    question: Question,
    left: Revision,
    right: Revision,
    before: Revision | None,
) -> list[Row]:
    one, other = body_of(left), body_of(right)
    if one is None or other is None:
        return []
    one, other = seen_by(one, desk.user), seen_by(other, desk.user)
    earlier = body_of(before) if before else None
    previous = values_of(seen_by(earlier, desk.user)) if earlier else {}
    lists = Lists(reader, question.kind, left, one, other)
    rows = [
        Row(
            path=pair.path,
            label=field_label(question.kind, pair.path),
            left=lists.words(pair.path, pair.left),
            right=lists.words(pair.path, pair.right),
            previous=lists.words(pair.path, previous.get(pair.path)),
            unit=wording_of(f"conflicts.unit.{pair.path[0]}"),
            note=_growth_note(reader, left, one, other) if pair.path == ("height_cm",) else "",
            is_measured=question.asked is Asked.FORK,
            typed=NUMBERS.get((question.kind, pair.path[0])),
            choices=lists.of(pair.path),
            is_text=is_words(question.kind, pair.path),
        )
        for pair in pairs(one, other)
        if pair.differs or pair.path not in _SAID_ALREADY
    ]
    if isinstance(one, Growth) and isinstance(other, Growth):
        past = earlier if isinstance(earlier, Growth) else None
        rows += _computed(reader, left, one, other, past)
    return sorted(rows, key=lambda row: not row.differs)


def _computed(
    reader: Reader, version: Revision, left: Growth, right: Growth, before: Growth | None
) -> Iterator[Row]:
    if version.pupil_id is None:
        return
    pupil_id, record_id = version.pupil_id, version.record_id
    sides = [
        growth_of(reader, pupil_id, record_id, body) if body else None
        for body in (left, right, before)
    ]
    for name, unit in (("sds_height", ""), ("bmi", "kg/m²"), ("weight_index", "%")):
        one, other, past = (_computed_value(found, name) for found in sides)
        if one or other:
            label = say(f"conflicts.field.{name}")
            yield Row((name,), label, one, other, past, unit, is_measured=False)


def _computed_value(found: GrowthJudgement | None, name: str) -> str | None:
    if found is None:
        return None
    if name == "sds_height":
        return signed(found.height.sds) if found.height else None
    if name == "bmi":
        return number(found.bmi) if found.bmi is not None else None
    return number(found.weight_index, 0) if found.weight_index is not None else None


def _growth_note(reader: Reader, version: Revision, left: Body, right: Body) -> str:
    """+6,2 of +2,6 cm in 1,0 jaar."""
    if not (isinstance(left, Growth) and isinstance(right, Growth)) or version.pupil_id is None:
        return ""
    before = latest_growth_before(reader, version.pupil_id, version.record_id, left.on)
    heights = (left.height_cm, right.height_cm)
    if before is None or before.height_cm is None or None in heights:
        return ""
    grown = [signed(height - before.height_cm) for height in heights if height is not None]
    years = number((left.on - before.on).days / 365.25)
    return say("conflicts.grown", left=grown[0], right=grown[1], years=years)


def _named(row: Row, names: Mapping[str, str]) -> Row:
    """Members of staff by name, codes by their word."""

    def words(value: object) -> object:
        if isinstance(value, str) and type(value) is str:
            return names.get(value) or wording_of(f"conflicts.word.{value}", value)
        if isinstance(value, tuple):
            return tuple(words(one) for one in value)
        return value

    return replace(row, left=words(row.left), right=words(row.right), previous=words(row.previous))


def field_label(kind: str, path: Path) -> str:
    """How a field of a kind is called: "Lengte", "Rechts 1000 Hz"."""
    name = path[0]
    label = wording_of(f"conflicts.field.{kind}.{name}") or wording_of(
        f"conflicts.field.{name}", name
    )
    if len(path) == 1:
        return label
    return f"{label} {wording_of(f'conflicts.place.{path[1]}', path[1])}"


def wording_of(key: str, default: str = "") -> str:
    """The word of conflicts.toml, or the default where there is none."""
    try:
        return say(key)
    except KeyError:
        return default
