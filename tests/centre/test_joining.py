"""Joining: a pupil who was added at a school becomes one whom the centre knew, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from msgspec.structs import replace

from clbdesk.centre import joining, upkeep
from clbdesk.centre.access_review import access_of_pupil
from clbdesk.centre.joining import Joined, join, provisional_pupils
from clbdesk.domain.body import Body, BodyT, decode
from clbdesk.domain.contact import Background, BackgroundItem, Conclusion, Growth
from clbdesk.domain.kinds import KINDS, IdRule, contact_id, derived_record_id, exam_id
from clbdesk.domain.people import Enrolment, Pupil, Sex
from clbdesk.domain.revision import Revision, RevisionStatus, body_commit
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.vaccination import Dose, DoseStatus
from clbdesk.domain.visits import Attendance, AttendanceState, Contact, ContactMoment, VisitPupil
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId
from tests.builders.centres import BuiltCentre, Laptop, growth_body

REASON = "staat als Lotte op de klassenlijst"
LO4 = ContactMoment.LO4
YEAR = 2026


@dataclass
class AtSchool:
    """A laptop with a pupil whom the nurse added at the school, and what she records."""

    built: BuiltCentre
    laptop: Laptop
    pupil_id: PupilId

    def save(self, body: Body, record_id: str | None = None, **changes: object) -> Revision:
        """One record, accepted by the centre."""
        made, outcome = self._push(body, record_id, changes)
        assert outcome == "ok"
        return made

    def bring(self, body: Body, record_id: str | None = None, **changes: object) -> None:
        """What was changed on a laptop before it heard of the joining."""
        _, outcome = self._push(body, record_id, changes)
        assert outcome == "conflict"

    def _push(
        self, body: Body, record_id: str | None, changes: dict[str, object]
    ) -> tuple[Revision, str]:
        made = self.laptop.revision(
            body,
            author=self.built.nurse,
            record_id=record_id,
            **{
                "pupil_id": self.pupil_id,
                "visit_id": self.built.visit_id,
                "school_id": self.built.school_id,
                **changes,
            },
        )
        (result,) = self.laptop.push(made)
        return made, result.outcome.value


@pytest.fixture
def school(built: BuiltCentre) -> AtSchool:
    """Lotta was added in class 4A; the centre knows her as the first pupil of the list."""
    laptop = built.laptop("LAP-01", built.nurse)
    pupil_id = PupilId(built.centre.ids.new())
    at = AtSchool(built, laptop, pupil_id)
    at.save(provisional(), pupil_id, visit_id=None, school_id=None)
    enrolment = Enrolment(
        pupil_id=pupil_id,
        school_id=built.school_id,
        school_year=YEAR,
        class_name="4A",
        stage="L4",
    )
    own = derived_record_id("enrolment", pupil_id, built.school_id, str(YEAR))
    at.save(enrolment, own, visit_id=None)
    listed = VisitPupil(visit_id=built.visit_id, pupil_id=pupil_id, class_name="4A", moment=LO4)
    at.save(listed, derived_record_id("visit_pupil", built.visit_id, pupil_id))
    return at


def provisional(given_name: str = "Annelies0") -> Pupil:
    return Pupil(
        family_name="Vandenbroucke0",
        given_name=given_name,
        birth_date=date(2017, 2, 1),
        sex=Sex.FEMALE,
        provisional=True,
    )


def joined(school: AtSchool) -> Joined:
    return join(school.built.centre, school.pupil_id, school.built.pupils[0], REASON)


def standing(built: BuiltCentre, pupil_id: PupilId) -> dict[str, list[Revision]]:
    """Kind → what a laptop of the visit is told about a pupil and is not withdrawn."""
    kinds = leaves_of(built, pupil_id).items()
    found = {kind: [one for one in of if one.status is RevisionStatus.FINAL] for kind, of in kinds}
    return {kind: of for kind, of in found.items() if of}


def leaves_of(built: BuiltCentre, pupil_id: PupilId) -> dict[str, list[Revision]]:
    """The same, with what was withdrawn."""
    other = built.laptop(f"LAP-{built.centre.ids.new()}", built.nurse, built.doctor)
    other.take(built.visit_id)
    _, lines, _ = other.pull(built.visit_id)
    told = [one.revision for one in lines]
    replaced = {rev_id for one in told for rev_id in one.base}
    found: dict[str, list[Revision]] = {}
    for one in told:
        if one.rev_id not in replaced and one.pupil_id == pupil_id:
            found.setdefault(one.kind, []).append(one)
    return found


def body(revision: Revision, shape: type[BodyT]) -> BodyT:
    assert revision.body_commit == body_commit(revision.salt, revision.body)
    return decode(revision.body, shape)


def test_what_was_found_at_school_is_of_the_known_pupil_with_its_day(school: AtSchool) -> None:
    built, known = school.built, school.built.pupils[0]
    contact = contact_id(school.pupil_id, LO4, YEAR)
    school.save(Contact(pupil_id=school.pupil_id, moment=LO4, school_year=YEAR), contact)
    growth = school.save(growth_body("130.1"), exam_id("growth", contact, built.visit_id))
    done = joined(school)
    assert done.moved == {"contact": 1, "growth": 1}
    assert done.stayed == {"enrolment": 1, "visit_pupil": 1}
    assert done.beside == {}
    assert standing(built, school.pupil_id) == {}
    (there,) = standing(built, known)["growth"]
    assert there.record_id == exam_id("growth", contact_id(known, LO4, YEAR), built.visit_id)
    assert body(there, Growth) == body(growth, Growth)
    assert there.occurred_at == growth.occurred_at


def test_records_that_name_each_other_still_do(school: AtSchool) -> None:
    built, known = school.built, school.built.pupils[0]
    contact = contact_id(school.pupil_id, LO4, YEAR)
    growth = school.save(growth_body("130.1"), exam_id("growth", contact, built.visit_id))
    school.save(
        Conclusion(pupil_id=school.pupil_id, domains=(), complete=False, over=(growth.rev_id,)),
        exam_id("conclusion", contact, built.visit_id),
    )
    allergy = Background(
        pupil_id=school.pupil_id, item=BackgroundItem.ALLERGY, answer="yes", text="noten"
    )
    own = derived_record_id("background", school.pupil_id, "allergy")
    school.save(allergy, own, visit_id=None)
    flag = Shielding(
        item_id=own, pupil_id=school.pupil_id, flags=(Flag.CONFIDENTIAL_SOURCE,), reason="gevraagd"
    )
    school.save(flag, derived_record_id("shielding", own), visit_id=None)
    joined(school)
    there = standing(built, known)
    (conclusion,) = there["conclusion"]
    (measured,) = there["growth"]
    assert body(conclusion, Conclusion).over == (measured.rev_id,)
    (told,) = there["background"]
    assert told.record_id == derived_record_id("background", known, "allergy")
    (shielded,) = there["shielding"]
    assert shielded.record_id == derived_record_id("shielding", told.record_id)
    assert body(shielded, Shielding).item_id == told.record_id


def test_every_id_that_is_made_of_a_pupil_can_be_made_of_another() -> None:
    """A kind that is missing would stand beside what the known pupil has, and not as its version."""
    made_of = {
        name
        for name, kind in KINDS.items()
        if kind.id_rule is IdRule.DERIVED and "pupil_id" in kind.shape.__struct_fields__
    }
    assert made_of - {"contact"} == joining._PARTS.keys()  # a contact has a name of its own
    for name, parts in joining._PARTS.items():
        assert set(parts) <= set(KINDS[name].shape.__struct_fields__)


def test_a_dose_keeps_lot_and_hour_and_what_hangs_on_it(school: AtSchool) -> None:
    built, known = school.built, school.built.pupils[0]
    given = Dose(
        pupil_id=school.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="MBR",
        product="MMR VAXPRO",
        lot="Y014872",
        on="2026-11-23",
        given_at=built.clock.now(),
        vaccinator=built.nurse,
    )
    school.save(given)
    joined(school)
    (there,) = standing(built, known)["dose"]
    assert body(there, Dose) == replace(given, pupil_id=known)


def test_what_the_known_pupil_has_already_gets_a_second_version_beside_it(
    school: AtSchool,
) -> None:
    built, known = school.built, school.built.pupils[0]
    here, away = AttendanceState.PRESENT, AttendanceState.ABSENT
    for pupil_id, state in ((known, away), (school.pupil_id, here)):
        attendance = Attendance(visit_id=built.visit_id, pupil_id=pupil_id, state=state)
        own = derived_record_id("attendance", built.visit_id, pupil_id)
        school.save(attendance, own, pupil_id=pupil_id)
    assert joined(school).beside == {"attendance": 1}
    versions = standing(built, known)["attendance"]
    assert {body(one, Attendance).state for one in versions} == {here, away}


def test_the_same_answer_of_both_is_one(school: AtSchool) -> None:
    built, known = school.built, school.built.pupils[0]
    for pupil_id in (known, school.pupil_id):
        attendance = Attendance(
            visit_id=built.visit_id, pupil_id=pupil_id, state=AttendanceState.PRESENT
        )
        own = derived_record_id("attendance", built.visit_id, pupil_id)
        school.save(attendance, own, pupil_id=pupil_id)
    done = joined(school)
    assert (done.beside, done.stayed["attendance"]) == ({}, 1)
    assert len(standing(built, known)["attendance"]) == 1


def test_what_a_laptop_brings_later_waits_in_the_list_and_is_joined_likewise(
    school: AtSchool,
) -> None:
    built, known = school.built, school.built.pupils[0]
    joined(school)
    assert provisional_pupils(built.centre) == []
    contact = contact_id(school.pupil_id, LO4, YEAR)
    school.save(growth_body("130.1"), exam_id("growth", contact, built.visit_id))
    (waiting,) = provisional_pupils(built.centre)
    assert (waiting.pupil_id, waiting.joined_to) == (school.pupil_id, known)
    assert waiting.records == {"growth": 1}
    assert joined(school).moved == {"growth": 1}
    assert provisional_pupils(built.centre) == []
    assert set(standing(built, known)) >= {"growth"}


def test_what_a_laptop_corrects_later_stands_beside_what_was_moved_and_is_no_second_dose(
    school: AtSchool,
) -> None:
    built, known = school.built, school.built.pupils[0]
    given = Dose(
        pupil_id=school.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="MBR",
        product="MMR VAXPRO",
        lot="Y014872",
        on="2026-11-23",
        given_at=built.clock.now(),
        vaccinator=built.nurse,
    )
    first = school.save(given)
    joined(school)
    corrected = replace(given, lot="Y014873")
    school.bring(corrected, first.record_id, base=(first.rev_id,))
    assert joined(school).beside == {"dose": 1}
    versions = standing(built, known)["dose"]
    assert len({one.record_id for one in versions}) == 1
    assert {body(one, Dose).lot for one in versions} == {"Y014872", "Y014873"}
    assert standing(built, school.pupil_id) == {}
    assert provisional_pupils(built.centre) == []


def test_what_a_laptop_takes_back_later_is_a_question_beside_what_was_moved(
    school: AtSchool,
) -> None:
    """A dose that was never given: withdrawn at both, or somebody chooses."""
    built, known = school.built, school.built.pupils[0]
    given = Dose(
        pupil_id=school.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="MBR",
        product="MMR VAXPRO",
        lot="Y014872",
        on="2026-11-23",
    )
    first = school.save(given)
    joined(school)
    taken_back = {"status": RevisionStatus.WITHDRAWN, "reason": "niet gegeven"}
    school.save(given, first.record_id, base=(first.rev_id,), **taken_back)
    (waiting,) = provisional_pupils(built.centre)
    assert waiting.records == {"dose": 1}
    assert joined(school).beside == {"dose": 1}
    versions = {one.status: one for one in leaves_of(built, known)["dose"]}
    assert versions.keys() == {RevisionStatus.FINAL, RevisionStatus.WITHDRAWN}
    assert versions[RevisionStatus.WITHDRAWN].reason == "niet gegeven"
    assert len({one.record_id for one in versions.values()}) == 1
    assert provisional_pupils(built.centre) == []


def test_what_names_a_record_that_was_moved_before_finds_it(school: AtSchool) -> None:
    """A conclusion over it, and a flag that shields it: both may come in a day later."""
    built, known = school.built, school.built.pupils[0]
    contact = contact_id(school.pupil_id, LO4, YEAR)
    growth = school.save(growth_body("130.1"), exam_id("growth", contact, built.visit_id))
    allergy = Background(
        pupil_id=school.pupil_id, item=BackgroundItem.ALLERGY, answer="yes", text="noten"
    )
    own = derived_record_id("background", school.pupil_id, "allergy")
    school.save(allergy, own, visit_id=None)
    joined(school)
    school.save(
        Conclusion(pupil_id=school.pupil_id, domains=(), complete=False, over=(growth.rev_id,)),
        exam_id("conclusion", contact, built.visit_id),
    )
    flag = Shielding(
        item_id=own, pupil_id=school.pupil_id, flags=(Flag.CONFIDENTIAL_SOURCE,), reason="gevraagd"
    )
    school.save(flag, derived_record_id("shielding", own), visit_id=None)
    assert joined(school).moved == {"conclusion": 1, "shielding": 1}
    there = standing(built, known)
    (conclusion,), (measured,) = there["conclusion"], there["growth"]
    assert body(conclusion, Conclusion).over == (measured.rev_id,)
    (told,), (shielded,) = there["background"], there["shielding"]
    assert shielded.record_id == derived_record_id("shielding", told.record_id)
    assert body(shielded, Shielding).item_id == told.record_id


def test_a_name_that_a_laptop_corrects_later_stays_an_alias(school: AtSchool) -> None:
    built = school.built
    (added,) = standing(built, school.pupil_id)["pupil"]
    joined(school)
    school.bring(
        provisional("Annelie"),
        school.pupil_id,
        visit_id=None,
        school_id=None,
        base=(added.rev_id,),
    )
    (waiting,) = provisional_pupils(built.centre)
    assert waiting.records == {"pupil": 1}
    joined(school)
    assert provisional_pupils(built.centre) == []
    assert standing(built, school.pupil_id) == {}


def test_who_was_taken_back_at_the_school_does_not_wait(school: AtSchool) -> None:
    built = school.built
    for made in (one for ones in standing(built, school.pupil_id).values() for one in ones):
        taken_back = replace(
            school.laptop.revision(
                body(made, KINDS[made.kind].shape),
                author=built.nurse,
                record_id=made.record_id,
                base=(made.rev_id,),
                pupil_id=made.pupil_id,
                visit_id=made.visit_id,
                school_id=made.school_id,
            ),
            status=RevisionStatus.WITHDRAWN,
            reason="vergissing",
        )
        (result,) = school.laptop.push(taken_back)
        assert result.outcome.value == "ok", result.reason
    assert provisional_pupils(built.centre) == []


def test_an_alias_whose_name_came_again_is_nobody_to_be_joined_to(school: AtSchool) -> None:
    built = school.built
    (added,) = standing(built, school.pupil_id)["pupil"]
    twin = AtSchool(built, built.laptop("LAP-02", built.nurse), PupilId(built.centre.ids.new()))
    twin.save(provisional("Anneliesje"), twin.pupil_id, visit_id=None, school_id=None)
    join(built.centre, school.pupil_id, twin.pupil_id, REASON)
    apart = {"visit_id": None, "school_id": None, "base": (added.rev_id,)}
    school.bring(provisional("Annelie"), school.pupil_id, **apart)
    with pytest.raises(Refused, match="no_such_pupil"):
        join(built.centre, twin.pupil_id, school.pupil_id, REASON)


def test_who_was_added_at_two_schools_and_then_recognised_is_joined_with_what_comes_later(
    school: AtSchool,
) -> None:
    built, known = school.built, school.built.pupils[0]
    twin = AtSchool(built, built.laptop("LAP-02", built.nurse), PupilId(built.centre.ids.new()))
    twin.save(provisional("Anneliesje"), twin.pupil_id, visit_id=None, school_id=None)
    join(built.centre, school.pupil_id, twin.pupil_id, REASON)
    join(built.centre, twin.pupil_id, known, REASON)
    contact = contact_id(school.pupil_id, LO4, YEAR)
    school.save(growth_body("130.1"), exam_id("growth", contact, built.visit_id))
    (waiting,) = provisional_pupils(built.centre)
    assert (waiting.pupil_id, waiting.joined_to) == (school.pupil_id, known)
    with pytest.raises(Refused, match="join_elsewhere"):
        join(built.centre, school.pupil_id, built.pupils[1], REASON)
    assert joined(school).moved == {"growth": 1}
    assert provisional_pupils(built.centre) == []


def test_nobody_is_joined_without_a_reason(school: AtSchool) -> None:
    with pytest.raises(Refused, match="reason_missing"):
        join(school.built.centre, school.pupil_id, school.built.pupils[0], " ")


def test_the_list_tells_whom_a_provisional_pupil_may_be(school: AtSchool) -> None:
    built = school.built
    (waiting,) = provisional_pupils(built.centre)
    assert waiting.records == {"enrolment": 1, "pupil": 1, "visit_pupil": 1}
    assert [one.pupil_id for one in waiting.may_be] == [built.pupils[0]]


def test_both_dossiers_say_that_they_were_joined(school: AtSchool) -> None:
    built = school.built
    joined(school)
    for pupil_id in (school.pupil_id, built.pupils[0]):
        lines = access_of_pupil(built.centre, pupil_id)
        assert [one.reason.partition(" (")[0] for one in lines if one.action == "join"] == [REASON]


def test_somebody_who_is_not_provisional_is_joined_to_nobody(school: AtSchool) -> None:
    built = school.built
    first, second, _ = built.pupils
    with pytest.raises(Refused, match="join_not_provisional"):
        join(built.centre, first, second, REASON)
    with pytest.raises(Refused, match="join_itself"):
        join(built.centre, school.pupil_id, school.pupil_id, REASON)
    with pytest.raises(Refused, match="no_such_pupil"):
        join(built.centre, PupilId(built.centre.ids.new()), first, REASON)
    joined(school)
    with pytest.raises(Refused, match="join_elsewhere"):
        join(built.centre, school.pupil_id, second, REASON)


def test_two_versions_wait_for_a_choice_before_they_are_joined(school: AtSchool) -> None:
    built = school.built
    contact = contact_id(school.pupil_id, LO4, YEAR)
    own = exam_id("growth", contact, built.visit_id)
    school.save(growth_body("130.1"), own)
    other = AtSchool(built, built.laptop("LAP-02", built.nurse), school.pupil_id)
    made = other.laptop.revision(
        growth_body("131.0"),
        author=built.nurse,
        record_id=own,
        pupil_id=school.pupil_id,
        visit_id=built.visit_id,
        school_id=built.school_id,
    )
    assert [one.outcome.value for one in other.laptop.push(made)] == ["conflict"]
    with pytest.raises(Refused, match="join_two_versions"):
        joined(school)
    assert set(standing(built, school.pupil_id)) >= {"growth", "visit_pupil"}


def test_the_alias_names_the_known_pupil_and_the_centre_stays_sound(school: AtSchool) -> None:
    built = school.built
    joined(school)
    other = built.laptop("LAP-09", built.nurse)
    other.take(built.visit_id)
    _, lines, _ = other.pull(built.visit_id)
    told = [one.revision for one in lines if one.revision.record_id == RecordId(school.pupil_id)]
    alias = next(one for one in told if one.base)
    assert alias.status is RevisionStatus.WITHDRAWN
    assert body(alias, Pupil).joined_to == built.pupils[0]
    assert upkeep.verify(built.centre).is_sound
