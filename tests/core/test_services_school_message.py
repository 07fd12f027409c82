"""Telling the school: only with the consent of who decides, word for word, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.capacity import Guardian, Relationship
from clbdesk.domain.disclosing import AgreedBy, AgreedHow, MessageChannel, MessageException
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.services.capacity import note_guardian
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.school_message import Told, tell_school, view_messages, withdraw_consent
from tests.builders.contact_visit import AN, VISIT, ContactVisit, opened_contact_visit

TOLD = Told(
    text="Lotte zit best vooraan in de klas.",
    recipient="Mia Aerts",
    recipient_function="zorgcoördinator",
    channel=MessageChannel.TALK,
    agreed_by=AgreedBy.MOTHER,
    agreed_how=AgreedHow.SPOKEN,
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def told(visit: ContactVisit, pupil: PupilOnVisit, **changes: object) -> None:
    """Tell the school; `changes` spoil the form."""
    form = Told(**{**{name: getattr(TOLD, name) for name in TOLD.__slots__}, **changes})
    tell_school(visit.desk(), pupil, form)


def test_the_exact_text_and_who_agreed_are_kept(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    told(visit, pupil)
    (one,) = view_messages(visit.desk(), VISIT, pupil.pupil_id).messages
    assert one.body.text == TOLD.text
    assert (one.body.agreed_by, one.body.agreed_how) == (AgreedBy.MOTHER, AgreedHow.SPOKEN)
    assert one.body.agreed_on == one.body.told_on


def test_without_consent_nothing_is_recorded(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    with pytest.raises(Refused, match=r"access\.consent_missing"):
        told(visit, pupil, agreed_by=None)
    assert view_messages(visit.desk(), VISIT, pupil.pupil_id).messages == ()


def test_from_twelve_the_pupil_agrees_and_before_a_parent(visit: ContactVisit) -> None:
    young, old = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.SO3)
    with pytest.raises(Refused, match=r"access\.pupil_decides"):
        told(visit, old)
    with pytest.raises(Refused, match=r"access\.parents_decide"):
        told(visit, young, agreed_by=AgreedBy.PUPIL)
    told(visit, old, agreed_by=AgreedBy.PUPIL)


def test_a_parent_without_authority_cannot_agree(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    father = Guardian(
        pupil_id=pupil.pupil_id,
        name="Bart Peeters",
        relationship=Relationship.FATHER,
        has_authority=False,
        without_authority_because="vonnis",
    )
    note_guardian(visit.desk(), father)
    with pytest.raises(Refused, match=r"access\.without_authority_no_consent"):
        told(visit, pupil, agreed_by=AgreedBy.FATHER)
    note_guardian(visit.desk(), msgspec.structs.replace(father, has_authority=True))
    told(visit, pupil, agreed_by=AgreedBy.FATHER)


def test_an_exception_needs_no_consent_and_a_reason(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    with pytest.raises(Refused, match=r"access\.exception_reason_missing"):
        told(visit, pupil, exception=MessageException.SAFETY)
    told(visit, pupil, exception=MessageException.SAFETY, exception_reason="nu onveilig")
    (one,) = view_messages(visit.desk(), VISIT, pupil.pupil_id).messages
    assert one.body.agreed_by is None, "an exception never stands as a consent"


def test_taking_consent_back_stops_the_next_one_and_keeps_what_was_told(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    told(visit, pupil)
    (one,) = view_messages(visit.desk(), VISIT, pupil.pupil_id).messages

    withdraw_consent(visit.desk(), one.record_id)

    (now,) = view_messages(visit.desk(), VISIT, pupil.pupil_id).messages
    assert now.body.withdrawn_on is not None
    assert now.body.text == TOLD.text
    with visit.station.vault.read() as reader:
        assert len(reader.history(one.record_id)) == 2
    with pytest.raises(Refused, match=r"access\.consent_withdrawn"):
        told(visit, pupil)
    with pytest.raises(Refused, match=r"access\.nothing_to_withdraw"):
        withdraw_consent(visit.desk(AN), one.record_id)
    told(visit, pupil, agreed_by=AgreedBy.FATHER)
    visit.station.clock.advance(timedelta(days=1))
    told(visit, pupil)


def test_a_consent_that_ended_before_today_is_none(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    yesterday = view_messages(visit.desk(), VISIT, pupil.pupil_id).today - timedelta(days=1)
    with pytest.raises(Refused, match=r"access\.valid_until_past"):
        told(visit, pupil, valid_until=yesterday)
