"""Who may reach what, who did, and what was on a lost laptop: both stores."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from sqlalchemy import func, select, update

from clbdesk.centre import access, narrowing
from clbdesk.centre import administration as office
from clbdesk.centre.access_review import Concern, access_of_pupil, find_pupil, weekly_review
from clbdesk.centre.on_board import on_board
from clbdesk.centre.schema import ACCESS_LINE, DEVICE
from clbdesk.clock import local_day
from clbdesk.domain.data_class import DataClass, Reads, Writes
from clbdesk.domain.device import AccessLine
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.rights import as_it_comes
from clbdesk.domain.scopes import PushOutcome
from clbdesk.errors import Refused
from clbdesk.storage.access_log import digest_of_line, first_link
from tests.builders.centres import records_by_pupil


def lines(built, laptop, *wanted):
    """Push lines of the access log, each (action, pupil or None, reason, days ago)."""
    previous, made = first_link(laptop.epoch), []
    for number, (action, pupil_id, reason, days) in enumerate(wanted, 1):
        line = AccessLine(
            number=number,
            at=built.clock.now() - timedelta(days=days),
            staff_id=built.nurse,
            role=Role.NURSE,
            action=action,
            kind="pupil",
            record_id=pupil_id,
            pupil_id=pupil_id,
            reason=reason,
            previous=previous,
            digest="",
        )
        line = msgspec.structs.replace(line, digest=digest_of_line(line))
        previous = line.digest
        made.append(line)
    with built.centre.store.writing() as tx:
        access.receive(
            tx,
            built.centre.centre_id,
            laptop.device.device_id,
            laptop.compartment,
            laptop.epoch,
            tuple(made),
            built.clock.now(),
        )


def seen_now(built, laptop):
    """The laptop was heard at this moment, as every signed request notes."""
    with built.centre.store.writing() as tx:
        tx.execute(
            update(DEVICE)
            .where(DEVICE.c.device_id == laptop.device.device_id)
            .values(seen_at=built.clock.now())
        )


def test_a_pupil_can_be_told_everything_that_was_done_with_the_dossier(built):
    laptop = built.laptop("LAP-01", built.nurse)
    first, second = built.pupils[:2]
    lines(
        built,
        laptop,
        ("open", first, "visit", 0),
        ("open", second, "visit", 0),
        ("correct", first, "tikfout", 0),
    )
    told = access_of_pupil(built.centre, first)
    assert [(one.action, one.reason) for one in told] == [("open", "visit"), ("correct", "tikfout")]
    assert {one.device for one in told} == {"LAP-01"}
    assert all(" " in one.who for one in told), "names, not ids"


def test_a_pupil_is_found_by_name_and_nobody_else(built):
    assert find_pupil(built.centre, "Vandenbroucke0 Annelies0") == built.pupils[0]
    assert find_pupil(built.centre, built.pupils[1]) == built.pupils[1]
    with pytest.raises(Refused):
        find_pupil(built.centre, "Vandenbroucke")


def test_the_weekly_review_shows_what_went_out_and_opening_without_a_visit(built):
    laptop = built.laptop("LAP-01", built.nurse)
    pupil = built.pupils[0]
    lines(
        built,
        laptop,
        ("open", pupil, "visit", 0),  # the day of the visit
        ("open", pupil, "history", 2),
        ("export", pupil, "mother", 0),
        ("record", pupil, "", 2),
        ("open", pupil, "history", 9),
    )
    found = weekly_review(built.centre, local_day(built.clock.now()))
    assert sorted(one.concern for one in found) == [Concern.OUTSIDE_VISIT, Concern.TAKEN_OUT]


def test_a_lost_laptop_is_told_exactly_by_pupil_and_kind(built):
    """Acceptance check 8."""
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.push(built.growth(laptop, 0, "130.1"), built.growth(laptop, 1, "128.0"))
    laptop.take(built.visit_id)
    given = [one.revision for one in laptop.pull(built.visit_id)[1]]
    seen_now(built, laptop)
    built.clock.advance(timedelta(hours=1))

    found = on_board(built.centre, laptop.device.device_id)

    held = {one.pupil_id: sum(one.kinds.values()) for one in found.pupils}
    assert held == records_by_pupil(given)
    assert found.kinds["growth"] == 2
    assert [one.visit_id for one in found.visits] == [built.visit_id]
    assert found.pupils[0].family_name.startswith("Vandenbroucke")


def test_what_came_to_the_centre_after_the_laptop_was_last_heard_was_not_on_it(built):
    lost = built.laptop("LAP-01", built.nurse)
    lost.take(built.visit_id)
    seen_now(built, lost)
    built.clock.set(built.clock.now() + timedelta(hours=2))
    other = built.laptop("LAP-02", built.nurse)
    other.push(built.growth(other, 0, "130.1"))

    found = on_board(built.centre, lost.device.device_id)

    assert "growth" not in found.kinds
    assert len(found.pupils) == len(built.pupils)


def test_what_was_given_back_was_not_on_a_lost_laptop(built):
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.take(built.visit_id)
    laptop.hello(in_hand=())
    seen_now(built, laptop)
    assert on_board(built.centre, laptop.device.device_id).pupils == ()


def test_no_medical_word_is_on_a_lost_laptop_of_guidance(built):
    nurse = built.laptop("LAP-01", built.nurse)
    nurse.push(built.growth(nurse, 0, "130.1"))
    laptop = built.laptop(
        "LAP-02", built.psychologist, compartment=Compartment.GUIDANCE, epoch="epoch-2"
    )
    laptop.take(built.visit_id)
    seen_now(built, laptop)
    assert "growth" not in on_board(built.centre, laptop.device.device_id).kinds


def test_a_narrowed_class_is_neither_sent_nor_accepted_and_never_widened(built):
    """Acceptance check 10: what a role may not read never reaches it; the server filters."""
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.push(built.growth(laptop, 0, "130.1"))
    narrowing.narrow(
        built.centre, DataClass.MEASURES, Role.NURSE, Reads.SUMMARY, Writes.NO, "beslist"
    )
    narrowing.narrow(
        built.centre, DataClass.CONSULTATIVE, Role.NURSE, Reads.YES, Writes.YES, "te ruim"
    )
    laptop.take(built.visit_id)

    kinds = {one.revision.kind for one in laptop.pull(built.visit_id)[1]}
    (refused,) = laptop.push(built.growth(laptop, 1, "128.0"))

    assert "pupil" in kinds
    assert "growth" not in kinds
    assert (refused.outcome, refused.reason) == (PushOutcome.QUARANTINE, "no_right")
    rows = {(one.data_class, one.role): one for one in narrowing.rights_in_force(built.centre)}
    assert rows[DataClass.CONSULTATIVE, Role.NURSE].writes == "no"


def test_rights_are_not_narrowed_while_a_visit_is_taken_along(built):
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.take(built.visit_id)
    with pytest.raises(Refused, match=r"centre\.visits_are_out"):
        narrowing.narrow(
            built.centre, DataClass.MEASURES, Role.NURSE, Reads.NO, Writes.NO, "beslist"
        )


def test_office_and_director_get_no_vault_and_no_medical_or_guidance_word_from_the_server(built):
    """Acceptance check 10, the sync payload."""
    office_role = dict.fromkeys((Role.ADMINISTRATION, Role.DIRECTOR), OF_SCHOOL)
    for compartment in (Compartment.MEDICAL, Compartment.GUIDANCE):
        assert as_it_comes().kinds_for(office_role, compartment) == frozenset()
    staff_id = office.add_staff(built.centre, "Ria Admin", [Role.ADMINISTRATION])
    laptop = built.laptop("LAP-03", staff_id)
    assert laptop.users == () or laptop.users[0].roles == (Role.ADMINISTRATION,)
    with pytest.raises(Refused):
        laptop.take(built.visit_id)


def test_the_lines_are_kept_as_they_came(built):
    laptop = built.laptop("LAP-01", built.nurse)
    lines(built, laptop, ("open", built.pupils[0], "visit", 0))
    with built.centre.store.reading() as tx:
        assert tx.execute(select(func.count()).select_from(ACCESS_LINE)).scalar_one() == 1
    assert weekly_review(built.centre, date(2020, 1, 1)) == []


def test_the_weekly_review_shows_emergencies_with_their_reason_whatever_was_planned(built):
    laptop = built.laptop("LAP-01", built.nurse)
    pupil = built.pupils[0]
    lines(
        built,
        laptop,
        ("emergency", pupil, "other: flauwgevallen op de speelplaats", 0),
        ("open", pupil, "emergency", 0),
        ("unplanned", pupil, "question", 0),
        ("open", pupil, "unplanned", 0),
        ("reading_ended", pupil, "", 0),
        ("open", pupil, "visit", 0),
    )
    found = weekly_review(built.centre, local_day(built.clock.now()))
    assert [(one.concern, one.entry.reason) for one in found] == [
        (Concern.EMERGENCY, "other: flauwgevallen op de speelplaats"),
        (Concern.EMERGENCY, "emergency"),
        (Concern.OUTSIDE_VISIT, "question"),
        (Concern.OUTSIDE_VISIT, "unplanned"),
    ]
