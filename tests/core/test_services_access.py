"""Access requests as a service: the matrix item by item, the paper, and what never betrays itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.capacity import Guardian, Relationship
from clbdesk.domain.contact import Clothing, Growth
from clbdesk.domain.disclosing import AccessRequest, AccessWay, Requester
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.revision import Role
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, StaffId
from clbdesk.services.access_request import Asked, make_bundle, open_access, weigh
from clbdesk.services.capacity import decide_competence, note_guardian
from clbdesk.services.desk import User
from clbdesk.services.history import open_record, view_history
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import all_standing
from clbdesk.services.records import withdraw
from clbdesk.services.shielding import hidden_from, shield, shieldings_of
from clbdesk.standards.access_matrix import Why
from clbdesk.standards.tables import rule
from tests.builders.contact_visit import AN, ELS, TODAY, VISIT, ContactVisit, opened_contact_visit
from tests.builders.paper_words import text_of

MAES = User(StaffId("staff-maes"), "dr. Ann Maes", Role.DOCTOR)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def remarked(visit: ContactVisit, pupil: PupilOnVisit, remark: str) -> RecordId:
    """A measurement with words that can be looked for on paper."""
    body = Growth(
        state=ExamState.DONE,
        height_cm=Decimal("143.5"),
        clothing=Clothing.GYM_SUIT,
        on=TODAY,
        remark=remark,
    )
    return visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT)


def asked(requester: Requester, **more: object) -> Asked:
    """A form as it is mostly filled in."""
    return Asked(
        requester=requester,
        name="Sofie Peeters",
        way=AccessWay.VIEWING,
        received_on=TODAY,
        **more,
    )


def paper(visit: ContactVisit, pupil: PupilOnVisit, form: Asked, user: User = MAES) -> str:
    """What stands in the bundle."""
    printed = make_bundle(visit.desk(user), pupil.pupil_id, form).value.printed
    return text_of(printed.pdf)


def reasons(
    visit: ContactVisit, pupil: PupilOnVisit, form: Asked, record_id: RecordId, user: User = MAES
) -> tuple[Why, ...]:
    """What stands against one item."""
    found = weigh(visit.desk(user), pupil.pupil_id, form)
    (one,) = [one for one in found if one.text.record_id == record_id]
    return one.against


def test_a_parent_of_a_pupil_of_six_gets_the_measurement_together_with_the_doctor(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    record_id = remarked(visit, pupil, "LIEP TEGEN EEN TAFEL")

    assert reasons(visit, pupil, asked(Requester.MOTHER), record_id) == (Why.DOCTOR,)
    words = paper(visit, pupil, asked(Requester.MOTHER, signed=True))

    assert "LIEP TEGEN EEN TAFEL" in words
    assert "143,5 cm" in words
    assert "Vertrouwelijk" in words
    assert "Sofie Peeters (moeder)" in words


def test_the_bundle_says_which_rule_no_doctor_confirmed(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    sure, unsure = (
        rule(rule_id).judgement(Verdict.DOCTOR, domain="growth", head="Lengte", text="P1")
        for rule_id in ("GRO-1", "GRO-7")
    )
    body = Growth(state=ExamState.DONE, on=TODAY, judgements=(sure, unsure))
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT)

    words = paper(visit, pupil, asked(Requester.MOTHER, signed=True))

    assert "(GRO-1, 2019)" in words
    assert "(GRO-7, 2019, te bevestigen)" in words


def test_a_parent_of_a_pupil_of_twelve_gets_nothing_without_the_pupils_permission(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    record_id = remarked(visit, pupil, "TEKST")
    form = asked(Requester.MOTHER, signed=True)

    assert Why.PERMISSION in reasons(visit, pupil, form, record_id)
    with pytest.raises(Refused, match=r"access\.nothing_to_give"):
        make_bundle(visit.desk(MAES), pupil.pupil_id, form)

    agreed = asked(Requester.MOTHER, signed=True, permission="mama mag dit zien", weighed=True)
    assert "TEKST" in paper(visit, pupil, agreed)


def test_a_permission_that_was_not_weighed_is_not_enough(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    remarked(visit, pupil, "TEKST")
    with pytest.raises(Refused, match=r"access\.not_weighed"):
        make_bundle(
            visit.desk(MAES),
            pupil.pupil_id,
            asked(Requester.MOTHER, signed=True, permission="mag"),
        )


def test_what_was_told_in_confidence_is_absent_for_pupil_parent_and_confidant(
    visit: ContactVisit,
) -> None:
    """Acceptance check 4, first half."""
    for moment, form in (
        (ContactMoment.SO3, asked(Requester.PUPIL, signed=True)),
        (ContactMoment.LO1, asked(Requester.MOTHER, signed=True)),
        (ContactMoment.SO3, asked(Requester.CONFIDANT, signed=True)),
    ):
        pupil = visit.pupil(moment)
        remarked(visit, pupil, "GEWONE TEKST")
        secret = remarked(visit, pupil, "VERTELD IN VERTROUWEN")
        shield(visit.desk(MAES), secret, (Flag.CONFIDENTIAL_SOURCE,), "GEZEGD DOOR DE BUUR")

        words = paper(visit, pupil, form)

        assert "GEWONE TEKST" in words
        assert "VERTELD IN VERTROUWEN" not in words
        assert "BUUR" not in words, "the flag itself would betray it"


@pytest.mark.parametrize(
    "moment,requester,is_shown",
    [
        (ContactMoment.SO3, Requester.PUPIL, False),
        (ContactMoment.SO3, Requester.CONFIDANT, True),
        (ContactMoment.LO1, Requester.MOTHER, True),
    ],
)
def test_an_agogic_exception_holds_for_the_pupil_alone(
    visit: ContactVisit, moment: ContactMoment, requester: Requester, is_shown: bool
) -> None:
    """Acceptance check 4, second half."""
    pupil = visit.pupil(moment)
    remarked(visit, pupil, "GEWONE TEKST")
    kept_back = remarked(visit, pupil, "NIET IN ZIJN BELANG")
    shield(visit.desk(MAES), kept_back, (Flag.AGOGIC,), "nog te vroeg")

    words = paper(visit, pupil, asked(requester, signed=True))

    assert ("NIET IN ZIJN BELANG" in words) is is_shown
    assert ("nog te vroeg" in words) is is_shown


def test_the_paper_is_the_same_whether_or_not_something_was_left_out(visit: ContactVisit) -> None:
    with_secret, without = visit.pupil(ContactMoment.SO3), visit.pupil(ContactMoment.SO3)
    for pupil in (with_secret, without):
        remarked(visit, pupil, "GEWONE TEKST")
    secret = remarked(visit, with_secret, "GEHEIM")
    shield(visit.desk(MAES), secret, (Flag.COURT,), "rechtbank")

    form = asked(Requester.PUPIL, signed=True)
    assert paper(visit, with_secret, form) == paper(visit, without, form)


def test_the_request_in_the_dossier_does_not_say_what_was_left_out(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    remarked(visit, pupil, "GEWONE TEKST")
    secret = remarked(visit, pupil, "GEHEIM")
    shield(visit.desk(MAES), secret, (Flag.COURT,), "rechtbank")
    bundle = make_bundle(visit.desk(MAES), pupil.pupil_id, asked(Requester.PUPIL, signed=True))

    revision = bundle.value.saved.revisions[0]
    with visit.station.vault.read() as reader:
        (request,) = all_standing(
            reader.heads(kinds=("access_request",), pupil_id=pupil.pupil_id), AccessRequest
        )
        secret_revisions = {one.rev_id for one in reader.history(secret)}
        lines = [
            (one.action, one.reason)
            for one in reader.access_lines()
            if one.record_id == request.record_id
        ]
    assert request.body.bundle_sha256 == hashlib.sha256(bundle.value.printed.pdf).hexdigest()
    assert secret_revisions.isdisjoint(request.body.given)
    assert "court" not in revision.body
    assert ("export", "pupil") in lines


def test_only_a_doctor_gives_the_health_part_along(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    remarked(visit, pupil, "TEKST")
    form = asked(Requester.MOTHER, signed=True)

    with pytest.raises(Refused, match=r"access\.doctor_only"):
        make_bundle(visit.desk(AN), pupil.pupil_id, form)
    words = paper(visit, pupil, asked(Requester.MOTHER), user=AN)

    assert "TEKST" not in words
    assert "Finn" in words, "who he is may be given"


def test_a_parent_without_authority_gets_only_what_is_about_him(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    remarked(visit, pupil, "TEKST")
    note_guardian(
        visit.desk(AN),
        Guardian(
            pupil_id=pupil.pupil_id,
            name="Bart Peeters",
            relationship=Relationship.FATHER,
            has_authority=False,
            without_authority_because="vonnis van 2024",
        ),
    )
    own = paper(visit, pupil, asked(Requester.FATHER, signed=True))
    assert "TEKST" not in own
    assert "vonnis van 2024" in own, "what is about himself"
    assert "TEKST" in paper(visit, pupil, asked(Requester.MOTHER, signed=True))


def test_context_is_given_to_the_parent_whom_it_is_about(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    remarked(visit, pupil, "GEWONE TEKST")
    desk = visit.desk(AN)
    people = {}
    for name, relationship in (
        ("Sofie Peeters", Relationship.MOTHER),
        ("Bart Peeters", Relationship.FATHER),
    ):
        body = Guardian(pupil_id=pupil.pupil_id, name=name, relationship=relationship)
        people[relationship] = note_guardian(desk, body).value.revisions[0].record_id
    about_mother = remarked(visit, pupil, "MAMA IS HERSTELLENDE")
    mother = people[Relationship.MOTHER]
    shield(desk, about_mother, (Flag.CONTEXT,), "over mama", person_id=mother)

    assert "HERSTELLENDE" in paper(visit, pupil, asked(Requester.MOTHER, signed=True))
    assert "HERSTELLENDE" not in paper(visit, pupil, asked(Requester.FATHER, signed=True))


def test_what_was_entered_with_the_wrong_pupil_is_about_somebody_else(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    remarked(visit, pupil, "GEWONE TEKST")
    wrong = remarked(visit, pupil, "VAN EEN ANDERE LEERLING")
    typo = remarked(visit, pupil, "TIKFOUT IN DE WAARDE")
    withdraw(visit.desk(AN), [wrong], "verkeerde leerling")
    withdraw(visit.desk(AN), [typo], "tikfout")

    words = paper(visit, pupil, asked(Requester.MOTHER, signed=True))

    assert "VAN EEN ANDERE LEERLING" not in words
    assert "TIKFOUT IN DE WAARDE" in words, "withdrawn is not hidden"


def test_a_colleague_with_a_conflict_of_interest_neither_sees_nor_gives_the_item(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    item = remarked(visit, pupil, "TEKST")
    flags = (Flag.CONFLICT_OF_INTEREST,)
    shield(visit.desk(AN), item, flags, "buur", blocked_staff=ELS.staff_id)

    shown = {row.record_id for row in view_history(visit.desk(ELS), VISIT, pupil.pupil_id).rows}
    assert item not in shown
    with pytest.raises(Refused, match=r"history\.shielded"):
        open_record(visit.desk(ELS), pupil.pupil_id, item)
    with pytest.raises(Refused, match=r"access\.colleague_makes_it"):
        make_bundle(visit.desk(ELS), pupil.pupil_id, asked(Requester.MOTHER))
    assert item in {
        row.record_id for row in view_history(visit.desk(AN), VISIT, pupil.pupil_id).rows
    }


def test_a_second_version_without_the_conflict_of_interest_hides_the_item_still(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO6)
    item = remarked(visit, pupil, "familie")
    flags = (Flag.CONFLICT_OF_INTEREST,)
    shield(visit.desk(MAES), item, flags, "familie", blocked_staff=ELS.staff_id)
    other = Shielding(
        item_id=item, pupil_id=pupil.pupil_id, flags=(Flag.COURT,), reason="rechtbank"
    )
    record_id = derived_record_id("shielding", item)
    visit.save(other, record_id=record_id, pupil_id=pupil.pupil_id, visit_id=VISIT)

    with visit.station.vault.read() as reader:
        found = shieldings_of(reader, pupil.pupil_id)

    assert set(found[item].flags) == {Flag.CONFLICT_OF_INTEREST, Flag.COURT}
    assert hidden_from(ELS.staff_id, found.values()) == {item}


def test_tomorrow_twelve_today_the_parent_and_a_decision_overrides_the_age(
    visit: ContactVisit,
) -> None:
    """Acceptance check 3: the holder switches on the birthday, a decision overrides, both stay."""
    pupil = visit.pupil(ContactMoment.LO6)
    record_id = remarked(visit, pupil, "TEKST")
    desk = visit.desk(MAES)
    mother = asked(Requester.MOTHER, signed=True)
    assert reasons(visit, pupil, mother, record_id) == ()
    view = open_access(desk, VISIT, pupil.pupil_id)
    assert not view.capacity.competent
    assert view.capacity.presumed_from == date(2027, 4, 9)

    decide_competence(
        desk, pupil.pupil_id, competent=True, since=TODAY, decided_by="team", reasons="rijp"
    )
    assert reasons(visit, pupil, mother, record_id) == (Why.PERMISSION,)
    assert reasons(visit, pupil, asked(Requester.PUPIL, signed=True), record_id) == ()

    decide_competence(
        desk, pupil.pupil_id, competent=False, since=TODAY, decided_by="team", reasons="toch niet"
    )
    assert reasons(visit, pupil, mother, record_id) == ()
    with visit.station.vault.read() as reader:
        decided = open_access(desk, VISIT, pupil.pupil_id).capacity.decided
        assert decided is not None
        assert len(reader.history(decided.record_id)) == 2, "both decisions stay"


def test_an_agogic_exception_is_looked_at_again_within_six_months(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    item = remarked(visit, pupil, "TEKST")
    with pytest.raises(Refused, match=r"access\.review_too_late"):
        shield(visit.desk(AN), item, (Flag.AGOGIC,), "te vroeg", review_on=date(2027, 6, 1))


def test_a_flag_without_its_reason_or_its_person_is_refused(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    item = remarked(visit, pupil, "TEKST")
    desk = visit.desk(AN)
    with pytest.raises(Refused, match=r"access\.flag_reason_missing"):
        shield(desk, item, (Flag.COURT,), " ")
    with pytest.raises(Refused, match=r"access\.person_missing"):
        shield(desk, item, (Flag.CONTEXT,), "over wie?")
    with pytest.raises(Refused, match=r"access\.blocked_missing"):
        shield(desk, item, (Flag.CONFLICT_OF_INTEREST,), "wie?")


def test_a_parent_is_not_told_of_the_confidant_or_of_what_somebody_else_asked(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    remarked(visit, pupil, "GEWONE TEKST")
    desk = visit.desk(MAES)
    for name, relationship in (
        ("Sofie Peeters", Relationship.MOTHER),
        ("Bart Peeters", Relationship.FATHER),
        ("Tante Riet", Relationship.CONFIDANT),
    ):
        body = Guardian(pupil_id=pupil.pupil_id, name=name, relationship=relationship)
        note_guardian(desk, body)
    for requester, name in ((Requester.CONFIDANT, "Tante Riet"), (Requester.FATHER, "Bart B.")):
        form = Asked(requester, name, AccessWay.TALK, TODAY, signed=True)
        make_bundle(desk, pupil.pupil_id, form)

    words = paper(visit, pupil, asked(Requester.MOTHER, signed=True))

    assert "GEWONE TEKST" in words
    assert "Tante Riet" not in words
    assert "Bart" not in words
