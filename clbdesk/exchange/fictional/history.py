"""The history that registers would send of a fictional centre: one JSON object per line.

Each line is {"pupil", "kind", "occurred_on", "source", "body"}: the pupil by INSZ, or by school,
names and birth date; the body is the kind's struct without `pupil_id`, which the importer knows.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from clbdesk.domain.kinds import kind_of
from clbdesk.exchange.fictional.background import background_of
from clbdesk.exchange.fictional.contacts import contacts_of
from clbdesk.exchange.fictional.doses import consents_of, doses_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clbdesk.domain.body import Body
    from clbdesk.exchange.fictional.centre import FictionalCentre, FictionalPupil
    from clbdesk.exchange.fictional.facts import Fact


def write_history(centre: FictionalCentre, path: Path) -> int:
    """Write the whole history as JSON lines; the number of lines."""
    count = 0
    with path.open("wb") as file:
        for line in _lines(centre):
            file.write(line + b"\n")
            count += 1
    return count


def _lines(centre: FictionalCentre) -> Iterator[bytes]:
    for school in centre.schools:
        for pupil in school.pupils:
            reference = _reference(pupil, school.school.name)
            for fact in _facts(pupil, centre, school.school.name):
                yield msgspec.json.encode(
                    {
                        "pupil": reference,
                        "kind": kind_of(fact.body).name,
                        "occurred_on": fact.on,
                        "source": fact.source,
                        "body": _body(fact),
                    }
                )


def _facts(pupil: FictionalPupil, centre: FictionalCentre, school: str) -> Iterator[Fact]:
    yield from background_of(pupil, centre.seed)
    yield from contacts_of(pupil, centre.seed)
    yield from doses_of(pupil, centre.seed)
    for visit in centre.visits:
        if visit.school == school:
            yield from consents_of(pupil, visit, centre.seed)


def _reference(pupil: FictionalPupil, school: str) -> dict[str, object]:
    if pupil.insz:
        return {"insz": pupil.insz}
    return {
        "school": school,
        "family_name": pupil.family_name,
        "given_name": pupil.given_name,
        "birth_date": pupil.birth_date,
    }


def _body(fact: Fact) -> dict[str, object]:
    """The body without the pupil's id and without what its defaults already say."""
    return {
        name: value
        for name, default in _defaults(type(fact.body)).items()
        if (value := getattr(fact.body, name)) != default
    }


@cache
def _defaults(shape: type[Body]) -> dict[str, object]:
    """Default by field of a kind's struct; a required field has one that equals nothing."""
    return {
        field.name: field.default
        if field.default_factory is msgspec.NODEFAULT
        else field.default_factory()
        for field in msgspec.structs.fields(shape)
        if field.name != "pupil_id"
    }
