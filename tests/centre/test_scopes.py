"""What a vault receives: its visits, its kinds, whole histories, and digests that both can make."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
import pytest

from clbdesk.centre import administration as office
from clbdesk.centre import upkeep
from clbdesk.centre.objection import Objection
from clbdesk.clock import BRUSSELS
from clbdesk.domain.body import decode
from clbdesk.domain.care import CareMeeting, MeetingKind
from clbdesk.domain.care_outcome import Answer, Giver, Manner, MeetingText, OutputForm
from clbdesk.domain.guidance_request import (
    GuidanceRequest,
    ReleasedSummary,
    RequestAnswer,
    RequestOutcome,
)
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.people import School, SchoolLevel
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.scopes import CENTRE_SCOPE, ScopeState, digest_of
from clbdesk.domain.vaccination import Lot
from clbdesk.domain.visits import Visit, VisitClass, VisitKind, VisitPupil
from clbdesk.ids import PupilId, RecordId
from tests.builders.centres import enrol_pupils
from tests.sync.simulator.scope_rule import VisitScope, lies_in


def meeting(built):
    return CareMeeting(
        school_id=built.school_id,
        visit_id=built.visit_id,
        kind=MeetingKind.CARE_MEETING,
        start=datetime(2026, 11, 23, 9, 0, tzinfo=BRUSSELS),
        note_taker="Els Claes",
        participants=(),
    )


def hold_meeting(built):
    """A meeting at the school, pushed by the psychologist's laptop; that laptop."""
    laptop = built.laptop("LAP-20", built.psychologist, compartment=Compartment.GUIDANCE)
    laptop.push(
        laptop.revision(
            meeting(built),
            author=built.psychologist,
            role=Role.PSYCHOPEDAGOGUE,
            visit_id=built.visit_id,
            school_id=built.school_id,
        )
    )
    return laptop


def another_visit(built):
    return office.plan_visit(
        built.centre,
        Visit(school_id=built.school_id, on=date(2026, 11, 24), kinds=(VisitKind.VACCINATION,)),
    )


def kinds_in(laptop, scope):
    return {line.revision.kind for line in laptop.pull(scope)[1]}


def test_a_visit_brings_its_pupils_with_what_is_known_of_them(built):
    author = built.laptop("LAP-01", built.nurse)
    author.push(built.growth(author, 0, "130.1"))
    laptop = built.laptop("LAP-02", built.doctor)
    assert laptop.take(built.visit_id).pupils == 3
    assert kinds_in(laptop, built.visit_id) == {"pupil", "enrolment", "visit_pupil", "growth"}


def test_header_lines_and_footer_tell_the_same(built):
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.take(built.visit_id)
    header, lines, footer = laptop.pull(built.visit_id)
    assert header.expected == footer.count == len(lines) == 9
    assert footer.digest == digest_of((x.revision.rev_id, x.revision.body_commit) for x in lines)
    assert [x.seq for x in lines] == sorted(x.seq for x in lines)
    assert laptop.pull(built.visit_id, footer.cursor)[1] == []


def test_a_pupil_who_joins_later_comes_with_full_history(built):
    newcomer = PupilId(built.centre.ids.new())
    enrol_pupils(built.centre, built.school_id, [newcomer], class_name="5B")
    author = built.laptop("LAP-01", built.nurse)
    built.pupils.append(newcomer)
    author.push(built.growth(author, 3, "141.0", visit_id=another_visit(built)))
    laptop = built.laptop("LAP-02", built.nurse)
    laptop.take(built.visit_id)
    cursor = laptop.pull(built.visit_id)[2].cursor
    before = laptop.verify(state(laptop, built.visit_id, cursor)).scopes[0]
    office.add_to_visit(built.centre, built.visit_id, newcomer)
    _, lines, footer = laptop.pull(built.visit_id, cursor)
    assert {x.revision.kind for x in lines} == {"pupil", "enrolment", "growth", "visit_pupil"}
    assert all(x.seq > cursor for x in lines), "the place in the scope is that of the joining"
    after = laptop.verify(state(laptop, built.visit_id, cursor)).scopes[0]
    assert after == before, "what lies below the old cursor has not changed"
    whole = laptop.verify(state(laptop, built.visit_id, footer.cursor)).scopes[0]
    everything = laptop.pull(built.visit_id)[1]
    pairs = [(x.revision.rev_id, x.revision.body_commit) for x in everything]
    assert (whole.count, whole.digest) == (len(pairs), digest_of(pairs))


@pytest.mark.parametrize("here_first", [True, False])
def test_who_is_put_on_a_list_stands_in_the_class_of_that_school(built, here_first):
    newcomer = PupilId(built.centre.ids.new())
    other = office.add_school(built.centre, School(name="De Brug", level=SchoolLevel.PRIMARY))
    for school_id, name in [(built.school_id, "5B"), (other, "5C")][:: 1 if here_first else -1]:
        enrol_pupils(built.centre, school_id, [newcomer], class_name=name)
    office.add_to_visit(built.centre, built.visit_id, newcomer)
    laptop = built.laptop("LAP-02", built.nurse)
    laptop.take(built.visit_id)
    listed = [one.revision for one in laptop.pull(built.visit_id)[1]]
    (placed,) = [one for one in listed if one.kind == "visit_pupil" and one.pupil_id == newcomer]
    assert decode(placed.body, VisitPupil).class_name == "5B"


def state(_laptop, scope, cursor):
    return ScopeState(scope=scope, cursor=cursor, count=0, digest="")


def test_each_compartment_gets_its_own_kinds_and_the_plans(built):
    guidance = hold_meeting(built)
    medical = built.laptop("LAP-01", built.nurse)
    medical.push(built.growth(medical, 0, "130.1"))
    for laptop in (medical, guidance):
        laptop.take(built.visit_id)
    assert "growth" in kinds_in(medical, built.visit_id)
    assert kinds_in(guidance, built.visit_id) == {
        "pupil",
        "enrolment",
        "visit_pupil",
        "care_meeting",
    }
    allowed = {"planning", "medical"}
    assert {KINDS[one].compartment.value for one in kinds_in(medical, built.visit_id)} <= allowed


def test_lots_and_orders_go_to_medical_vaults_alone(built):
    office.add_lot(
        built.centre,
        Lot(vaccine="HPV", product="Gardasil 9", number="Y013", expires_on=date(2027, 5, 1)),
    )
    medical = built.laptop("LAP-01", built.nurse)
    guidance = built.laptop("LAP-20", built.psychologist, compartment=Compartment.GUIDANCE)
    planning = {"school", "staff", "membership", "visit"}
    assert kinds_in(medical, CENTRE_SCOPE) == planning | {"lot"}
    assert kinds_in(guidance, CENTRE_SCOPE) == planning


def test_guidance_of_the_school_is_carried_to_the_next_visit(built):
    laptop = hold_meeting(built)
    next_visit = another_visit(built)
    laptop.take(next_visit)
    assert kinds_in(laptop, next_visit) == {"care_meeting"}


def meeting_text(school_id):
    return MeetingText(
        school_id=school_id,
        meeting_id=RecordId("01a2076b-4400-7e81-854e-ebdf81e65145"),
        form=OutputForm.AGREEMENTS,
        on=date(2026, 11, 23),
        text="Mia legt een pictogrammenkaart.",
    )


def test_what_a_meeting_released_goes_along_with_a_medical_visit_of_that_school_alone(built):
    elsewhere = office.add_school(built.centre, School(name="De Linde", level=SchoolLevel.PRIMARY))
    guidance = hold_meeting(built)
    by = {"author": built.psychologist, "role": Role.PSYCHOPEDAGOGUE}
    for school_id in (built.school_id, elsewhere):
        guidance.push(guidance.revision(meeting_text(school_id), school_id=school_id, **by))
    medical = built.laptop("LAP-01", built.nurse)
    medical.take(built.visit_id)
    _, lines, footer = medical.pull(built.visit_id)
    told = [one.revision for one in lines if one.revision.kind == "meeting_text"]
    assert [one.school_id for one in told] == [built.school_id]
    assert footer.digest == digest_of((x.revision.rev_id, x.revision.body_commit) for x in lines)
    assert "care_meeting" not in kinds_in(medical, built.visit_id)
    own = medical.revision(
        meeting_text(built.school_id), author=built.nurse, school_id=built.school_id
    )
    (refused,) = medical.push(own)
    assert refused.reason == "no_right"


def care_visit(built):
    return office.plan_visit(
        built.centre,
        Visit(school_id=built.school_id, on=date(2026, 11, 24), kinds=(VisitKind.CARE_MEETING,)),
    )


def test_a_care_meeting_brings_who_goes_to_the_school_and_no_more(built):
    author = built.laptop("LAP-01", built.nurse)
    author.push(built.growth(author, 0, "130.1"))
    visit_id = care_visit(built)
    guidance = built.laptop("LAP-20", built.psychologist, compartment=Compartment.GUIDANCE)
    guidance.take(visit_id)
    _, lines, footer = guidance.pull(visit_id)
    assert {x.revision.kind for x in lines} == {"pupil", "enrolment"}
    assert {x.revision.pupil_id for x in lines} == set(built.pupils)
    assert footer.digest == digest_of((x.revision.rev_id, x.revision.body_commit) for x in lines)
    author.take(visit_id)
    assert author.pull(visit_id)[1] == [], "a nurse's vault gets nobody of a care meeting"


def test_a_request_for_guidance_comes_to_the_meeting_of_the_school_and_its_answer_to_no_nurse(
    built,
):
    author = built.laptop("LAP-01", built.nurse)
    request = GuidanceRequest(
        pupil_id=built.pupils[0],
        school_id=built.school_id,
        words="Wie kan meedenken?",
        competent=False,
        answers=(Answer(giver=Giver.MOTHER, gives=True),),
        manner=Manner.SPOKEN,
        on=date(2026, 11, 23),
    )
    where = {"pupil_id": built.pupils[0], "visit_id": built.visit_id, "school_id": built.school_id}
    asked = author.revision(request, author=built.nurse, role=Role.NURSE, **where)
    author.push(asked)
    visit_id = care_visit(built)
    guidance = built.laptop("LAP-20", built.psychologist, compartment=Compartment.GUIDANCE)
    guidance.take(visit_id)
    assert kinds_in(guidance, visit_id) == {"pupil", "enrolment", "guidance_request"}

    summary = ReleasedSummary(**{**msgspec.structs.asdict(request), "words": "Draagt een bril."})
    doctor = built.laptop("LAP-02", built.doctor)
    doctor.push(doctor.revision(summary, author=built.doctor, role=Role.DOCTOR, **where))
    assert kinds_in(guidance, visit_id) == {
        "pupil",
        "enrolment",
        "guidance_request",
        "released_summary",
    }
    by_nurse = author.revision(summary, author=built.nurse, role=Role.NURSE, **where)
    (refused,) = author.push(by_nurse)
    assert refused.reason == "no_right"

    answer = RequestAnswer(
        pupil_id=built.pupils[0],
        request_id=asked.record_id,
        outcome=RequestOutcome.TAKEN_UP,
        note="Gesprek gepland.",
    )
    by = {"author": built.psychologist, "role": Role.PSYCHOPEDAGOGUE}
    guidance.push(guidance.revision(answer, **by, **where))
    assert "request_answer" in kinds_in(guidance, visit_id)
    author.take(built.visit_id)
    assert "guidance_request" in kinds_in(author, built.visit_id)
    assert "request_answer" not in kinds_in(author, built.visit_id)


def test_a_pupil_of_a_care_meeting_keeps_the_first_place(built):
    visit_id = care_visit(built)
    guidance = built.laptop("LAP-20", built.psychologist, compartment=Compartment.GUIDANCE)
    guidance.take(visit_id)
    cursor = guidance.pull(visit_id)[2].cursor
    before = guidance.verify(state(guidance, visit_id, cursor)).scopes[0]
    newcomer = PupilId(built.centre.ids.new())
    enrol_pupils(built.centre, built.school_id, [newcomer], class_name="5B")
    office.add_to_visit(built.centre, visit_id, built.pupils[0])
    _, lines, _ = guidance.pull(visit_id, cursor)
    assert {x.revision.pupil_id for x in lines if x.revision.kind == "pupil"} == {newcomer}
    assert guidance.verify(state(guidance, visit_id, cursor)).scopes[0] == before


def test_a_vault_for_which_nobody_has_a_key_gets_nothing(built):
    laptop = built.laptop("LAP-01", built.nurse, compartment=Compartment.GUIDANCE)
    for ask in (lambda: laptop.take(built.visit_id), lambda: laptop.pull(CENTRE_SCOPE)):
        with pytest.raises(Objection) as objection:
            ask()
        assert (objection.value.status, objection.value.code) == (403, "no_right")


def test_a_visit_that_was_not_taken_is_not_given(built):
    laptop = built.laptop("LAP-01", built.nurse)
    with pytest.raises(Objection) as objection:
        laptop.pull(built.visit_id)
    assert objection.value.code == "not_taken"
    with pytest.raises(Objection) as objection:
        laptop.take(built.centre.ids.new())
    assert objection.value.code == "unknown_visit"


def test_who_else_has_pupils_of_a_visit_is_told(built):
    one, other = built.laptop("LAP-01", built.nurse), built.laptop("LAP-02", built.doctor)
    assert one.take(built.visit_id).also_taken == {}
    assert other.take(built.visit_id).also_taken == {"LAP-01": 3}
    one.hello(in_hand=())
    assert other.take(built.visit_id).also_taken == {}, "what is no longer in hand is given back"


def test_the_erased_is_neither_given_nor_counted(built):
    author = built.laptop("LAP-01", built.nurse)
    author.push(built.growth(author, 0, "130.1"), built.growth(author, 1, "128.0"))
    author.take(built.visit_id)
    _, lines, footer = author.pull(built.visit_id)
    growth = next(x.revision for x in lines if x.revision.kind == "growth")
    assert upkeep.erase(built.centre, growth.record_id) == 1
    assert len(author.pull(built.visit_id)[1]) == len(lines) - 1
    assert (
        author.verify(state(author, built.visit_id, footer.cursor)).scopes[0].count
        == len(lines) - 1
    )
    assert upkeep.verify(built.centre).is_sound


def test_the_scope_is_the_one_that_laptops_know(built):
    """The questions to the database and the rule of the domain are one rule."""
    author = built.laptop("LAP-01", built.nurse)
    other = another_visit(built)
    author.push(built.growth(author, 0, "130.1"), built.growth(author, 1, "131.0", visit_id=other))
    guidance = hold_meeting(built)
    rule = VisitScope(
        visit_id=built.visit_id, school_id=built.school_id, pupils=frozenset(built.pupils)
    )
    for laptop in (author, guidance):
        laptop.take(built.visit_id)
        given = {x.revision.rev_id for x in laptop.pull(built.visit_id)[1]}
        assert given == {
            revision.rev_id
            for revision in all_revisions(built)
            if lies_in(rule, revision, laptop.compartment)
        }


def all_revisions(built):
    from sqlalchemy import select

    from clbdesk.centre.schema import REVISION
    from clbdesk.storage.schema import revision_of

    with built.centre.store.reading() as tx:
        return [revision_of(row) for row in tx.execute(select(*REVISION.c)).mappings()]


def test_a_class_added_to_a_visit_by_import_joins_its_list(built):
    visit_id = office.plan_visit(
        built.centre,
        Visit(
            school_id=built.school_id,
            on=date(2026, 12, 1),
            kinds=(VisitKind.VACCINATION,),
            classes=(VisitClass(class_name="6C"),),
        ),
    )
    assert office.count_listed(built.centre, visit_id) == 0
    enrol_pupils(built.centre, built.school_id, [PupilId(built.centre.ids.new())], "6C")
    with built.centre.store.writing() as tx:
        assert office.fill_coming_visits(tx, built.centre, built.school_id) == 1
    assert office.count_listed(built.centre, visit_id) == 1
