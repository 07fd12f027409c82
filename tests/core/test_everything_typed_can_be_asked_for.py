"""Acceptance check 12: no field lets somebody keep words that never leave by an access request.

Every kind of record about a pupil is built with a mark in every text of it, whatever its shape,
and every mark must stand in what a requester would get on paper.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clbdesk.clock import BRUSSELS
from clbdesk.domain.body import Body, ExamBody
from clbdesk.domain.disclosing import Requester
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId
from clbdesk.services.access_paper import bundle_item
from clbdesk.services.access_request import weigh
from clbdesk.services.history_record import record_text
from clbdesk.services.history_rows import moments_of, row_of
from clbdesk.services.reading import staff_names
from tests.builders.care import SECOND, new_place
from tests.builders.contact_visit import VISIT, ContactVisit, opened_contact_visit
from tests.core.test_services_access import MAES, asked
from tests.core.test_services_named_topics import LOTTE, listed

# Ids, codes of tables and machine words: not typed by a person.
NOT_TYPED = {
    "rule_id",
    "edition",
    "numbers",
    "judgements",
    "confirmed",
    "assumed",
    "bundle_sha256",
    "sha256",
    "reference",
    "rule_ids",
    "domain",
}
ABOUT_A_PUPIL = sorted(
    name
    for name, kind in KINDS.items()
    if any(field.name == "pupil_id" for field in msgspec.structs.fields(kind.shape))
    or issubclass(kind.shape, ExamBody)
    or name == "pupil"
)


class Marker:
    """Makes a value of a type; every text that a person can type gets a mark of its own."""

    def __init__(self) -> None:
        self.marks: list[str] = []

    def struct(self, shape: type) -> Any:
        hints = typing.get_type_hints(shape)
        values = {}
        for field in msgspec.structs.fields(shape):
            if field.name in NOT_TYPED and not field.required:
                continue
            values[field.name] = self.value(hints[field.name], field.name)
        try:
            return shape(**values)
        except ValueError as apart:  # names the field that goes with another answer only
            del values[str(apart)]
            return shape(**values)

    def value(self, hint: Any, name: str) -> Any:
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, types.UnionType):
            return self.value(next(one for one in args if one is not type(None)), name)
        if isinstance(hint, typing.NewType):
            return hint("0197c000-0000-7000-8000-000000000000")
        if origin is tuple:
            return (self.value(args[0], name),)
        if origin is dict:
            return {self.value(args[0], ""): self.value(args[1], name)}
        if isinstance(hint, type) and issubclass(hint, Enum):
            return next(iter(hint))
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            return self.struct(hint)
        simple: dict[Any, Any] = {
            bool: True,
            int: 1,
            Decimal: Decimal(1),
            date: date(2026, 11, 23),
            datetime: datetime(2026, 11, 23, 10, tzinfo=BRUSSELS),
            time: time(10),
        }
        if hint in simple:
            return simple[hint]
        if name == "" or name in NOT_TYPED:
            return "code"
        mark = f"MERK{len(self.marks):02d}X{name}"
        self.marks.append(mark)
        return mark


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


@pytest.mark.parametrize("kind", ABOUT_A_PUPIL)
def test_every_word_of_a_record_stands_on_the_paper_of_a_request(
    visit: ContactVisit, kind: str
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    marker = Marker()
    body: Body = marker.struct(KINDS[kind].shape)
    record_id = visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT)

    with visit.station.vault.read() as reader:
        head = reader.head(record_id)
        assert head is not None
        names = staff_names(reader)
        row = row_of(reader, head, names, moments_of(reader, pupil.pupil_id), {})
        item = bundle_item(record_text(visit.desk(MAES), reader, head, row, names))

    words = " ".join([item.title, *(value for _, value in item.facts), *item.lines])
    missing = [mark for mark in marker.marks if mark not in words]
    assert missing == []


# Being on a list, and the container of a contact: nothing is typed in them.
WITHOUT_WORDS = {"visit_pupil", "contact"}


@pytest.mark.parametrize("kind", sorted(set(ABOUT_A_PUPIL) - WITHOUT_WORDS))
def test_every_kind_is_weighed_when_somebody_asks_for_the_dossier(
    tmp_path: Path, kind: str
) -> None:
    """The paper above is no use for a record that a request never reaches."""
    if KINDS[kind].compartment is Compartment.GUIDANCE:
        place = new_place(tmp_path)
        listed(place, LOTTE, "Lotte", "Peeters")
        body = of_pupil(kind, LOTTE)
        record_id = place.station.save(body, pupil_id=LOTTE, visit_id=SECOND).record_id
        weighed = weigh(place.desk, LOTTE, asked(Requester.PUPIL))
        place.station.vault.close()
    else:
        with opened_contact_visit(tmp_path) as visit:
            pupil_id = visit.pupil(ContactMoment.LO1).pupil_id
            body = of_pupil(kind, pupil_id)
            own = {"record_id": pupil_id} if kind == "pupil" else {}
            record_id = visit.save(body, pupil_id=pupil_id, visit_id=VISIT, **own)
            weighed = weigh(visit.desk(MAES), pupil_id, asked(Requester.MOTHER, signed=True))
    assert record_id in {one.text.record_id for one in weighed}


def of_pupil(kind: str, pupil_id: PupilId) -> Body:
    """A record of a kind about this pupil."""
    body: Body = Marker().struct(KINDS[kind].shape)
    return msgspec.structs.replace(body, pupil_id=pupil_id) if hasattr(body, "pupil_id") else body


def test_nothing_is_typed_in_what_a_request_leaves_out() -> None:
    for kind in WITHOUT_WORDS:
        marker = Marker()
        marker.struct(KINDS[kind].shape)
        assert set(marker.marks) <= {"MERK00Xclass_name"}, "the class stands in the enrolment"
