"""Budgets of vaccination on a laptop: a session list of 400 pupils with their whole vaccination
history and a form each, and the recall of one lot among 20,000 doses.

The records are put into the vault of a laptop as a pull would; the histories are the fictional ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from clbdesk.domain.body import Body, encode
from clbdesk.domain.kinds import KINDS, derived_record_id, kind_of
from clbdesk.domain.people import Enrolment, Pupil
from clbdesk.domain.revision import Revision, RevisionStatus, Role, body_commit
from clbdesk.domain.scopes import Sequenced
from clbdesk.domain.vaccination import Consent, ConsentChoice, ConsentGiver, Dose, DoseStatus
from clbdesk.domain.visits import Visit, VisitClass, VisitKind, VisitPupil, school_year_of
from clbdesk.exchange.fictional.centre import TODAY
from clbdesk.exchange.fictional.doses import doses_of
from clbdesk.exchange.fictional.generate import make_centre
from clbdesk.ids import PupilId, RecordId, RevId, SchoolId, StaffId, VisitId
from clbdesk.storage import scopes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clbdesk.exchange.fictional.centre import FictionalPupil
    from clbdesk.services.desk import Desk

PUPILS = 400
DOSES, OF_ONE_LOT = 20_000, 25
_SEED = 2026
_VACCINES = ("dTpa", "HPV", "MBR")
_SCHOOL = SchoolId("session-school")
_CENTRE = StaffId("centre")


def fill(desk: Desk) -> VisitId:
    """A vaccination visit of 400 pupils of today, in the vault of this desk."""
    visit_id = VisitId(desk.ids.new())
    lines = [
        Sequenced(seq=number, revision=one)
        for number, one in enumerate(_revisions(desk, visit_id), 1)
    ]
    with desk.vault.write() as work:
        scopes.apply(work.connection, visit_id, lines, len(lines), desk.clock.now(), {})
    return visit_id


def fill_doses(desk: Desk) -> str:
    """Doses of many lots in the vault of this desk; the number of one of them."""
    lines = []
    for number in range(DOSES):
        pupil_id = PupilId(f"recall-{number // 8}")
        dose = Dose(
            pupil_id=pupil_id,
            status=DoseStatus.GIVEN,
            vaccine="dTpa",
            product="Boostrix",
            lot=_lot(number // OF_ONE_LOT),
            on=TODAY.isoformat(),
        )
        revision = _revision(desk, dose, None, pupil_id, None)
        lines.append(Sequenced(seq=number + 1, revision=revision))
    with desk.vault.write() as work:
        scopes.apply(work.connection, "recall", lines, len(lines), desk.clock.now(), {})
    return _lot(100)


def _lot(number: int) -> str:
    return f"AC{number:05d}"


def _revisions(desk: Desk, visit_id: VisitId) -> Iterator[Revision]:
    visit = Visit(
        school_id=_SCHOOL,
        on=TODAY,
        kinds=(VisitKind.VACCINATION,),
        classes=(VisitClass(class_name="3A"),),
        vaccines=_VACCINES,
    )
    yield _revision(desk, visit, RecordId(visit_id), None, visit_id)
    pupils = [one for school in make_centre(PUPILS * 2, _SEED).schools for one in school.pupils]
    for pupil in pupils[:PUPILS]:
        yield from _of_pupil(desk, visit_id, pupil)


def _of_pupil(desk: Desk, visit_id: VisitId, pupil: FictionalPupil) -> Iterator[Revision]:
    pupil_id = PupilId(desk.ids.new())
    body = Pupil(
        family_name=pupil.family_name,
        given_name=pupil.given_name,
        birth_date=pupil.birth_date,
        sex=pupil.sex,
    )
    yield _revision(desk, body, RecordId(pupil_id), pupil_id, None)
    place = Enrolment(
        pupil_id=pupil_id,
        school_id=_SCHOOL,
        school_year=school_year_of(TODAY),
        class_name=pupil.class_name,
        stage=pupil.stage,
    )
    yield _revision(desk, place, None, pupil_id, None)
    listed = VisitPupil(visit_id=visit_id, pupil_id=pupil_id, class_name=pupil.class_name)
    record_id = derived_record_id("visit_pupil", visit_id, pupil_id)
    yield _revision(desk, listed, record_id, pupil_id, visit_id)
    for fact in doses_of(pupil, _SEED):
        dose = msgspec.structs.replace(fact.body, pupil_id=pupil_id)
        yield _revision(desk, dose, None, pupil_id, None)
    form = Consent(
        pupil_id=pupil_id,
        vaccines=_VACCINES,
        choice=ConsentChoice.CLB,
        giver=ConsentGiver.PARENT,
        relation="moeder",
        received_on=TODAY,
    )
    yield _revision(desk, form, None, pupil_id, None)


def _revision(
    desk: Desk,
    body: Body,
    record_id: RecordId | None,
    pupil_id: PupilId | None,
    visit_id: VisitId | None,
) -> Revision:
    kind, now, text = kind_of(body), desk.clock.now(), encode(body)
    return Revision(
        rev_id=RevId(desk.ids.new()),
        record_id=record_id or RecordId(desk.ids.new()),
        base=(),
        kind=kind.name,
        kind_version=KINDS[kind.name].version,
        compartment=kind.compartment or desk.vault.compartment,
        pupil_id=pupil_id,
        visit_id=visit_id,
        school_id=_SCHOOL,
        author=_CENTRE,
        role=Role.CENTRE,
        device=desk.device_id,
        epoch=desk.vault.epoch,
        device_seq=0,
        occurred_at=now,
        recorded_at=now,
        status=RevisionStatus.FINAL,
        reason=None,
        clock_uncertain=False,
        body=text,
        salt="00" * 16,
        body_commit=body_commit("00" * 16, text),
    )
