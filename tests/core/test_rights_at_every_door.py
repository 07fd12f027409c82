"""Every public function of the services that takes an open desk is a door, and none is forgotten.

Whoever works for another school stands before all of them with a visit, a pupil, their records and
what a colleague had on the screen: nothing of a dossier comes out and nothing is written. A new
service without a check of its own fails here, whatever the page before it asks.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clbdesk import services
from clbdesk.domain.body import ExamBody
from clbdesk.domain.data_class import DataClass, Reads, RightsNarrowing, Writes
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.people import Membership
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.rights import class_of, put_rights_in_force
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import ClbdeskError
from clbdesk.ids import PupilId, RecordId, SchoolId, StaffId
from clbdesk.services.desk import User
from clbdesk.services.narrowed import apply_rights
from clbdesk.services.pupil import PupilOnVisit
from tests.builders.contact_visit import AN, SCHOOL, VISIT, ContactVisit, opened_contact_visit
from tests.core.test_everything_typed_can_be_asked_for import Marker

MAES = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
WIM = User(StaffId("staff-wim"), "Wim Bos", Role.PSYCHOPEDAGOGUE)
INSIDER = {Compartment.MEDICAL: MAES, Compartment.GUIDANCE: WIM}
ELSEWHERE = SchoolId("school-2")
STRANGERS = [
    (Compartment.MEDICAL, User(StaffId("staff-sub"), "Nele Smet", Role.NURSE)),
    (Compartment.MEDICAL, User(StaffId("staff-jan"), "dr. Jan Smet", Role.DOCTOR)),
    (Compartment.GUIDANCE, User(StaffId("staff-tom"), "Tom Wouters", Role.PSYCHOPEDAGOGUE)),
]

# Inside a commit or a picture of the vault that a door opened: the door has asked.
INSIDE = {"Reader", "UnitOfWork", "Head"}
# What asks for a network, or is the program's own: no user comes here with a pupil in hand.
NO_DOOR = {
    "synchronise.synchronise",
    "synchronise.take_visit",
    "synchronise.view_sync",
    "receipts.view_receipt",  # counts of what was sent
    "readiness.readiness",  # what was taken along, in counts
    "vaccination_ahead.work_out",  # its answer stays in the desk
    "narrowed.apply_rights",
    "rules.apply_signatures",
    "care_guide.apply_guide",
    "records.record",  # asked by every writing door, and held by tests of its own
    "relation.works_here",
    "relation.must_work_for",
}
# Doors that open although somebody names a visit, a pupil or a record, and why that tells nothing.
OPENS = {
    "care_guide.add_step",  # the words of the centre's own guide
    "emergency.look_at_closed",  # who it is, before a reason is asked
    "emergency.begin_reading",  # a reason opens it: test_services_emergency
    "emergency.view_reading",
    "emergency.end_reading",
    "care_meeting.log_opening",  # a line, nothing else
    "safety_concern.open_concern",  # a blank one: whoever worries may raise it
    "care_topic.new_topic_id",
    "signal_capture.open_capture",  # without a visit
    "side_effect.has_reactions",  # yes or no
    "vaccination_session.has_session",
    "vaccination_desk.is_at_desk",
    "vaccination_desk.choose_post",
    "visits.find_visit",  # the plan: which class is seen when
    "visits.find_defaults",
    "visits.propose_defaults",
    "visits.find_room_check",
}
# Planning, lists of staff and schools, public keys: no dossier.
_NO_DOSSIER = {"identity", "office", "planning", "day", "stock", "circle"}
_PASSED = {"VisitId", "PupilId", "PupilOnVisit", "RecordId"}
_NOT_MADE = {"rights_narrowing", "guide_wording", "rule_signoff", "visit_defaults"}
_WORDS = "tekst die lang genoeg is voor iedere reden"
_MARK = re.compile(r"Zyx-(\w+)-Q")


@dataclass(frozen=True, slots=True)
class Door:
    """A function: `needs` are the parameters without a default, besides the desk."""

    name: str
    call: Callable[..., Any]
    needs: tuple[inspect.Parameter, ...]

    @property
    def passes(self) -> bool:
        """Whether somebody names what it is about."""
        return any(one.annotation.split(" | ")[0] in _PASSED for one in self.needs)


def doors() -> list[Door]:
    """All of them, in order."""
    found = []
    for module in pkgutil.iter_modules(services.__path__):
        part = importlib.import_module(f"clbdesk.services.{module.name}")
        for name, call in inspect.getmembers(part, inspect.isfunction):
            parameters = list(inspect.signature(call).parameters.values())
            if call.__module__ != part.__name__ or name.startswith("_") or not parameters:
                continue
            inside = any(one.annotation in INSIDE for one in parameters)
            full = f"{module.name}.{name}"
            if parameters[0].annotation == "Desk" and not inside and full not in NO_DOOR:
                needs = [one for one in parameters[1:] if one.default is one.empty]
                found.append(Door(full, call, tuple(needs)))
    return found


class Filled(Marker):
    """Values of a type in which every text is the mark of its kind."""

    def __init__(self, kind: str, pupil_id: PupilId) -> None:
        super().__init__()
        self._mark, self._pupil_id = f"Zyx-{kind}-Q", pupil_id

    def struct(self, shape: type) -> Any:
        """Days that need not be there are left out: some may only stand beside something else."""
        hints = typing.get_type_hints(shape)
        return shape(
            **{
                one.name: self.value(hints[one.name], one.name)
                for one in msgspec.structs.fields(shape)
                if one.required or date not in (hints[one.name], *typing.get_args(hints[one.name]))
            }
        )

    def value(self, hint: Any, name: str) -> Any:
        if isinstance(hint, typing.NewType):
            known: dict[str, Any] = {"PupilId": self._pupil_id, "VisitId": VISIT}
            known |= {"SchoolId": SCHOOL, "StaffId": AN.staff_id}
            return known.get(hint.__name__, hint("0197c000-0000-7000-8000-000000000000"))
        origin, inside = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, types.UnionType):
            return self.value(next(one for one in inside if one is not type(None)), name)
        if origin is tuple:
            return tuple(self.value(one, name) for one in inside if one is not Ellipsis)
        if isinstance(origin, type) and issubclass(origin, frozenset | set | list):
            return origin([self.value(inside[0], name)])
        if isinstance(origin, type) and issubclass(origin, typing.Mapping):
            return {self.value(inside[0], ""): self.value(inside[1], name)}
        if isinstance(origin, type) and issubclass(origin, typing.Collection):
            return (self.value(inside[0], name),)
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return self.plain(hint)
        return self._mark if hint is str else super().value(hint, name)

    def plain(self, shape: type) -> Any:
        """A dataclass."""
        hints = typing.get_type_hints(shape)
        fields = [one for one in dataclasses.fields(shape) if one.init]
        return shape(**{one.name: self.value(hints[one.name], one.name) for one in fields})


@dataclass
class Walk:
    """A vault with one record of every kind about one pupil, and what colleagues had on screen."""

    visit: ContactVisit
    pupil: PupilOnVisit
    records: list[RecordId]
    shown: dict[str, Any] = field(default_factory=dict)
    unmade: set[str] = field(default_factory=set)

    def try_door(self, door: Door, user: User) -> Iterator[tuple[Any, Exception | None, int]]:
        """What comes out, or what was raised, and how many revisions were written; per record."""
        given = {one.name: self._given(door, one) for one in door.needs}
        if not all(given.values()):
            self.unmade.add(door.name)
            return
        for number in range(max([1, *(len(one) for one in given.values())])):
            chosen = {name: one[min(number, len(one) - 1)] for name, one in given.items()}
            before = self._written()
            try:
                yield door.call(self.visit.desk(user), **chosen), None, self._written() - before
            except Exception as error:  # noqa: BLE001 - what it was is judged by who asks
                yield None, error, self._written() - before

    def _written(self) -> int:
        with self.visit.station.vault.read() as reader:
            return int(reader.setting("device_seq") or 0)

    def _given(self, door: Door, needed: inspect.Parameter) -> list[Any]:
        kind = needed.annotation
        known: dict[str, list[Any]] = {
            "RecordId": list(self.records),
            "RecordId | None": [None, *self.records],
            "PupilId": [self.pupil.pupil_id],
            "PupilId | None": [self.pupil.pupil_id],
            "VisitId": [VISIT],
            "VisitId | None": [VISIT],
            "PupilOnVisit": [self.pupil],
            "tuple[RevId, ...]": [()],
            "str": [_WORDS],
            "bool": [True],
        }
        if kind in known:
            return known[kind]
        if kind in self.shown:
            return [self.shown[kind]]
        module = importlib.import_module(door.call.__module__)
        try:
            hint = typing.get_type_hints(door.call, vars(module))[needed.name]
            return [Filled("typed", self.pupil.pupil_id).value(hint, needed.name)]
        except (NameError, TypeError, ValueError, AttributeError):
            return []  # nobody was shown one


@contextmanager
def walked(root: Path, compartment: Compartment, stranger: User) -> Iterator[Walk]:
    """A colleague has been at every door; the stranger comes after, on the same laptop."""
    with opened_contact_visit(root, compartment) as visit:
        _member(visit, INSIDER[compartment], SCHOOL)
        _member(visit, stranger, ELSEWHERE)
        pupil = visit.enrolled(visit.pupil(ContactMoment.LO1), "L1")
        walk = Walk(visit, pupil, [])
        for name, kind in KINDS.items():
            dossier = class_of(name) not in _NO_DOSSIER and name not in _NOT_MADE
            if dossier and kind.compartment in (compartment, Compartment.PLANNING, None):
                walk.records.append(_saved(walk, name))
        apply_rights(visit.desk())
        try:
            yield walk
        finally:
            put_rights_in_force(())


def _member(visit: ContactVisit, user: User, school: SchoolId) -> None:
    body = Membership(
        staff_id=user.staff_id,
        role=user.role,
        school_id=school,
        since=date(2026, 9, 1),
        until=None,
        team="",
    )
    visit.save(body, record_id=RecordId(visit.station.ids.new()))


def _saved(walk: Walk, name: str) -> RecordId:
    shape = KINDS[name].shape
    fields = {one.name for one in msgspec.structs.fields(shape)}
    is_exam = issubclass(shape, ExamBody)
    where: dict[str, object] = {}
    if is_exam or "pupil_id" in fields:
        where["pupil_id"] = walk.pupil.pupil_id
    if is_exam or "visit_id" in fields:
        where["visit_id"] = VISIT
    if "school_id" in fields:
        where["school_id"] = SCHOOL
    if is_exam:
        where["record_id"] = walk.pupil.exam_id(name)
    return walk.visit.save(Filled(name, walk.pupil.pupil_id).struct(shape), **where)


def marks_in(answer: object) -> set[str]:
    """The kinds of dossier of which words stand in an answer."""
    found = set(_MARK.findall(repr(answer)))
    return {one for one in found if one in KINDS and class_of(one) not in _NO_DOSSIER}


@pytest.mark.parametrize("compartment, stranger", STRANGERS, ids=lambda one: str(one)[:24])
def test_nothing_comes_out_of_any_door_for_who_works_at_another_school(
    compartment: Compartment, stranger: User, tmp_path: Path
) -> None:
    told: set[str] = set()
    opened: list[str] = []
    with walked(tmp_path, compartment, stranger) as walk:
        for door in doors():
            for answer, _error, _written in walk.try_door(door, INSIDER[compartment]):
                told |= marks_in(answer)
                if answer is not None:
                    walk.shown.setdefault(type(answer).__name__, answer)
        assert len(told) > (25 if compartment is Compartment.MEDICAL else 12), told

        walk.unmade.clear()
        for door in doors():
            if door.name.startswith("emergency."):
                continue
            for answer, error, written in walk.try_door(door, stranger):
                asked = set(walk.shown) & {one.annotation for one in door.needs}
                leaked = set() if asked else marks_in(answer)
                refused = isinstance(error, ClbdeskError) or (error is not None and bool(asked))
                is_closed = refused or not door.passes or door.name in OPENS
                has_written = written and door.name not in OPENS
                if leaked or has_written or not is_closed:
                    opened.append(f"{door.name}: {leaked} {written} {error!r}")
    assert sorted(set(opened)) == []
    if compartment is Compartment.MEDICAL:  # guidance is shown no step, so it has none to save
        assert walk.unmade == set()


# What a centre can close for nurses alone; of the rest a step needs who decides, or what is asked.
CLOSED = (DataClass.MEASURES, DataClass.CONCLUSION, DataClass.VACCINATION, DataClass.INTERVENTION)


@pytest.mark.parametrize("closed", [(DataClass.EXAMINATION,), CLOSED])
def test_what_a_centre_closed_for_a_function_comes_out_of_no_door(
    closed: tuple[DataClass, ...], tmp_path: Path
) -> None:
    told: set[str] = set()
    leaked: set[str] = set()
    with walked(tmp_path, Compartment.MEDICAL, STRANGERS[0][1]) as walk:
        narrowings = [
            RightsNarrowing(data_class=one, role=Role.NURSE, reads=Reads.NO, writes=Writes.NO)
            for one in closed
        ]
        put_rights_in_force(narrowings)
        for door in doors():
            for answer, _error, _written in walk.try_door(door, AN):
                marks = marks_in(answer)
                told |= marks
                leaked |= {f"{door.name}: {one}" for one in marks if class_of(one) in closed}
    assert sorted(leaked) == []
    assert told


def test_every_exception_is_a_door_that_is_there() -> None:
    every = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(services.__path__)
        for name in vars(importlib.import_module(f"clbdesk.services.{module.name}"))
    }
    assert (NO_DOOR | OPENS) - every == set()
