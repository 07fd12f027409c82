"""What a conclusion and a close were made over is named in them: no clock says what came later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import fields
from reportlab.pdfgen.canvas import Canvas

from clbdesk.domain.body import ExamState
from clbdesk.domain.capacity import Competence
from clbdesk.domain.contact import (
    Conclusion,
    ConclusionWord,
    DomainConclusion,
    Growth,
    QuestionnaireState,
    VisionTest,
)
from clbdesk.domain.follow_up import Referral, ReferralTo
from clbdesk.domain.judgement import Judgement
from clbdesk.domain.kinds import KINDS, derived_record_id, exam_id
from clbdesk.domain.people import Sex, Staff
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.visits import AttendanceState, ContactMoment, VisitClose
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId, RevId, StaffId, VisitId
from clbdesk.reports.paper import Paper
from clbdesk.reports.tagged import Structure
from clbdesk.services.aftercare import ReferralEntry
from clbdesk.services.class_list import open_class_list, set_attendance
from clbdesk.services.concluded import that_count
from clbdesk.services.conflicts import questions
from clbdesk.services.day_close import close_day, open_day
from clbdesk.services.decision import open_decision, record_decision
from clbdesk.services.desk import User
from clbdesk.services.follow_up import open_follow_up
from clbdesk.services.follow_up_row import Group
from clbdesk.services.growth import GrowthEntry, open_growth, record_growth
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import make_letters, open_letters, record_printed
from clbdesk.services.progress import PupilState
from clbdesk.services.pupil import PupilOnVisit, find_on_visit, view_pupil
from clbdesk.services.reading import standing
from clbdesk.services.records import withdraw
from clbdesk.services.visits import counted_in, is_closed
from tests.builders.contact_visit import TODAY, VISIT, ContactVisit, opened_contact_visit

DOCTOR = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
HOUR = timedelta(hours=1)
# What a test cannot do without.
ANSWERS: dict[str, object] = {
    "state": ExamState.REFUSED,
    "on": TODAY,
    "test": VisionTest.LOGMAR,
    "received": QuestionnaireState.RECEIVED,
    "pupil_id": PupilId("p"),
}
GOOD = (
    DomainConclusion(domain="growth", proposal=None, conclusion=ConclusionWord.OK),
    DomainConclusion(domain="vision", proposal=None, conclusion=ConclusionWord.REFERRAL),
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault, with a doctor in the team."""
    with opened_contact_visit(tmp_path) as made:
        made.save(Staff(name=DOCTOR.name, roles=(Role.DOCTOR,)), record_id=DOCTOR.staff_id)
        yield made


def tips(visit: ContactVisit, record_id: RecordId) -> tuple[RevId, ...]:
    with visit.station.vault.read() as reader:
        head = reader.head(record_id)
    return head.tips if head else ()


def measured(
    visit: ContactVisit,
    pupil: PupilOnVisit,
    height: str = "121.5",
    base: tuple[RevId, ...] | None = None,
) -> None:
    """Length of this contact, in the place of what stands."""
    record_id = pupil.exam_id("growth")
    visit.save(
        Growth(state=ExamState.DONE, height_cm=Decimal(height), on=TODAY),
        pupil_id=pupil.pupil_id,
        visit_id=VISIT,
        record_id=record_id,
        base=tips(visit, record_id) if base is None else base,
    )


def sign(visit: ContactVisit, pupil: PupilOnVisit, *, refers: bool = True) -> None:
    """The doctor concludes over what is on the screen."""
    desk = visit.desk(DOCTOR)
    view = open_decision(desk, pupil)
    entry = ReferralEntry("vision", ReferralTo.OPHTHALMOLOGIST, reason="ziet minder scherp")
    record_decision(
        desk,
        pupil,
        GOOD if refers else GOOD[:1],
        advice="",
        open_parts=(),
        assumed=(),
        base=view.base,
        referrals=(entry,) if refers else (),
        over=view.over,
    )


def states(visit: ContactVisit) -> list[LetterState]:
    return [row.state for row in open_letters(visit.desk(), VISIT).rows]


def referral(visit: ContactVisit) -> tuple[RecordId, Referral, RevId]:
    """The only referral, whose revision stands."""
    with visit.station.vault.read() as reader:
        (head,) = reader.heads(kinds=("referral",))
    return head.record_id, msgspec.json.decode(head.leaf.body, type=Referral), head.leaf.rev_id


# --- conclusions ---


def test_a_conclusion_names_the_versions_it_was_made_over(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    sign(visit, pupil)
    found = visit.standing(pupil, "conclusion", Conclusion)
    assert found is not None
    behind = (*tips(visit, pupil.exam_id("growth")), *tips(visit, RecordId(pupil.pupil_id)))
    assert found.body.over == tuple(sorted(behind))
    assert states(visit) == [LetterState.READY, LetterState.READY]


def test_a_test_of_a_laptop_with_a_slow_clock_keeps_the_letter_back(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    sign(visit, pupil)
    visit.station.clock.set(visit.station.clock.now() - 3 * HOUR)
    measured(visit, pupil)
    assert set(states(visit)) == {LetterState.CHANGED_SINCE_SIGNED}
    visit.station.clock.set(visit.station.clock.now() + 4 * HOUR)
    sign(visit, pupil)
    assert set(states(visit)) == {LetterState.READY}


def test_a_test_of_a_fast_clock_that_was_on_the_screen_keeps_nothing_back(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    now = visit.station.clock.now()
    visit.station.clock.set(now + 5 * HOUR)
    measured(visit, pupil)
    visit.station.clock.set(now)
    sign(visit, pupil)
    assert set(states(visit)) == {LetterState.READY}


def test_what_came_while_the_doctor_looked_is_not_signed(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    desk = visit.desk(DOCTOR)
    view = open_decision(desk, pupil)
    measured(visit, pupil)
    record_decision(
        desk,
        pupil,
        GOOD[:1],
        advice="",
        open_parts=(),
        assumed=(),
        base=view.base,
        over=view.over,
    )
    assert states(visit) == [LetterState.CHANGED_SINCE_SIGNED]


def test_a_test_that_was_withdrawn_or_corrected_after_the_signature_asks_another(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    sign(visit, pupil, refers=False)
    measured(visit, pupil, "122.0")
    assert states(visit) == [LetterState.CHANGED_SINCE_SIGNED]
    sign(visit, pupil, refers=False)
    withdraw(visit.desk(), [pupil.exam_id("growth")], "verkeerde leerling")
    assert states(visit) == [LetterState.CHANGED_SINCE_SIGNED]


def test_the_same_words_said_again_ask_no_new_signature(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    sign(visit, pupil, refers=False)
    measured(visit, pupil, "122.0")
    measured(visit, pupil, "121.5")
    assert states(visit) == [LetterState.READY]


def test_a_conclusion_of_an_older_program_goes_by_the_clock(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    old = Conclusion(
        pupil_id=pupil.pupil_id, domains=GOOD[:1], complete=True, signed_by=DOCTOR.staff_id
    )
    where = {"pupil_id": pupil.pupil_id, "visit_id": VISIT}
    visit.save(old, record_id=pupil.exam_id("conclusion"), **where)
    assert states(visit) == [LetterState.READY]
    visit.station.clock.set(visit.station.clock.now() + HOUR)
    measured(visit, pupil, "122.0")
    assert states(visit) == [LetterState.CHANGED_SINCE_SIGNED]


def known_as(visit: ContactVisit, pupil: PupilOnVisit, **fields: object) -> PupilOnVisit:
    """The class list puts something of the pupil right."""
    record_id = RecordId(pupil.pupil_id)
    body = msgspec.structs.replace(pupil.pupil, **fields)
    base = tips(visit, record_id)
    visit.save(body, pupil_id=pupil.pupil_id, record_id=record_id, base=base)
    with visit.station.vault.read() as reader:
        return find_on_visit(reader, VISIT, pupil.pupil_id)[0]


def weighed(visit: ContactVisit, pupil: PupilOnVisit) -> None:
    """Length and weight by the page of growth, with what the rules say: 121 cm and 29,5 kg."""
    view = open_growth(visit.desk(), pupil)
    entry = GrowthEntry(height_cm=Decimal("121.0"), weight_kg=Decimal("29.5"))
    record_growth(visit.desk(), view, entry, view.base)


def said(visit: ContactVisit, pupil: PupilOnVisit) -> list[Judgement]:
    """What the rules say on Besluit, with their numbers."""
    rows = open_decision(visit.desk(DOCTOR), pupil).rows
    return [line for row in rows for line in row.judgements]


@pytest.mark.parametrize(
    "fields",
    [{"birth_date": date(2016, 4, 9)}, {"sex": Sex.FEMALE}],
    ids=lambda one: next(iter(one)),
)
def test_a_birth_date_or_sex_put_right_after_the_signature_asks_another(
    visit: ContactVisit, fields: dict[str, object]
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    weighed(visit, pupil)
    sign(visit, pupil, refers=False)
    stored = visit.standing(pupil, "growth", Growth)
    before = said(visit, pupil)

    pupil = known_as(visit, pupil, **fields)

    assert states(visit) == [LetterState.CHANGED_SINCE_SIGNED]
    assert open_decision(visit.desk(DOCTOR), pupil).is_overtaken
    assert said(visit, pupil) != before, "judged for who the pupil is"
    assert visit.standing(pupil, "growth", Growth) == stored, "what was stored stays as it was"
    sign(visit, pupil, refers=False)
    assert states(visit) == [LetterState.READY]


def test_a_name_put_right_after_the_signature_asks_no_other(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    weighed(visit, pupil)
    sign(visit, pupil, refers=False)
    before = said(visit, pupil)
    pupil = known_as(visit, pupil, given_name="Fynn")
    assert states(visit) == [LetterState.READY]
    assert said(visit, pupil) == before


def test_a_conclusion_over_a_test_that_was_corrected_is_with_the_doctor_again(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    sign(visit, pupil, refers=False)
    desk = visit.desk(DOCTOR)
    assert [row.group for row in open_follow_up(desk).rows] == []

    measured(visit, pupil, "112.5")

    assert [row.group for row in open_follow_up(desk).rows] == [Group.TO_SIGN]
    assert [row.group for row in open_follow_up(visit.desk()).rows] == [], "a nurse does not sign"
    sign(visit, pupil, refers=False)
    assert [row.group for row in open_follow_up(desk).rows] == []


def test_the_class_list_says_that_a_complete_contact_waits_for_the_doctor_again(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    for step in view_pupil(visit.desk(), VISIT, pupil.pupil_id).steps:
        for kind in set(step.step.parts) - {"conclusion"}:
            shape = KINDS[kind].shape
            needed = {field.name for field in fields(shape) if field.required}
            given = {name: one for name, one in ANSWERS.items() if name in needed}
            where = {"pupil_id": pupil.pupil_id, "visit_id": VISIT}
            visit.save(shape(**given), record_id=pupil.exam_id(kind), **where)
    sign(visit, pupil, refers=False)
    (row,) = open_class_list(visit.desk(), VISIT).rows
    assert row.state is PupilState.DONE
    measured(visit, pupil, "112.5")
    (row,) = open_class_list(visit.desk(), VISIT).rows
    assert row.state is PupilState.WAITS_FOR_DOCTOR


@pytest.mark.parametrize("later", [f"visit-{one}" for one in "2345"])
def test_a_test_done_again_on_a_later_visit_counts_and_withdrawing_it_brings_the_first_back(
    visit: ContactVisit, later: str
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil, "121.5")
    assert pupil.contact_id is not None
    again = exam_id("growth", pupil.contact_id, VisitId(later))
    body = Growth(state=ExamState.DONE, height_cm=Decimal("122.5"), on=TODAY + timedelta(days=7))
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=later, record_id=again)
    assert told(visit) == ["122.5"]
    # A correction of the first, typed afterwards, is still of the first day.
    measured(visit, pupil, "121.0")
    assert told(visit) == ["122.5"]
    refused = msgspec.structs.replace(body, state=ExamState.REFUSED, height_cm=None)
    where = {"pupil_id": pupil.pupil_id, "visit_id": later, "base": tips(visit, again)}
    visit.save(refused, record_id=again, **where)
    assert told(visit) == ["121.0"], "what was not done erases nothing that was"
    withdraw(visit.desk(), [again], "verkeerde leerling")
    assert told(visit) == ["121.0"]


def told(visit: ContactVisit) -> list[str]:
    """The lengths that speak for the contacts of this pupil."""
    with visit.station.vault.read() as reader:
        found = that_count(reader.heads(kinds=("growth",)))
    bodies = [standing(head, Growth) for head in found.values()]
    return [str(one.body.height_cm) for one in bodies if one is not None]


# --- referrals and who is addressed ---


def test_a_referral_in_two_versions_prints_neither_and_keeps_its_result_letter_back(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    sign(visit, pupil)
    record_id, body, stands = referral(visit)
    for reason in ("ziet minder scherp links", "ziet minder scherp rechts"):
        other = msgspec.structs.replace(body, reason=reason)
        where = {"pupil_id": pupil.pupil_id, "visit_id": VISIT, "base": (stands,)}
        visit.save(other, record_id=record_id, **where)

    assert states(visit) == [LetterState.TWO_VERSIONS, LetterState.TWO_VERSIONS]

    settled = msgspec.structs.replace(body, reason="ziet minder scherp rechts")
    visit.save(
        settled,
        record_id=record_id,
        pupil_id=pupil.pupil_id,
        visit_id=VISIT,
        base=tips(visit, record_id),
    )
    assert states(visit) == [LetterState.READY, LetterState.READY]


def test_a_decision_on_who_decides_after_printing_asks_to_print_again(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    sign(visit, pupil, refers=False)
    keys = [row.key for row in open_letters(visit.desk(), VISIT).rows]
    record_printed(visit.desk(), make_letters(visit.desk(), VISIT, keys, action="print"))
    assert states(visit) == [LetterState.PRINTED]
    decided = Competence(
        pupil_id=pupil.pupil_id, competent=True, since=TODAY, decided_by="team", reasons="…"
    )
    record_id = derived_record_id("competence", pupil.pupil_id)
    visit.save(decided, pupil_id=pupil.pupil_id, record_id=record_id)
    assert states(visit) == [LetterState.CHANGED]


class _Meanwhile(Paper):
    """A paper in front, while which somebody else at this vault saves something."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__("vooraan", "")
        self._act = act

    def draw_on(self, canvas: Canvas, structure: Structure) -> str:
        self._act()
        return ""


def test_drawing_leaves_the_vault_free_and_a_change_meanwhile_is_not_printed(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    sign(visit, pupil, refers=False)
    keys = [row.key for row in open_letters(visit.desk(), VISIT).rows]
    with visit.station.vault.read() as reader:
        logged = len(reader.access_lines())

    with pytest.raises(Refused) as refused:
        make_letters(
            visit.desk(),
            VISIT,
            keys,
            action="print",
            before=(_Meanwhile(lambda: measured(visit, pupil)),),
        )

    assert refused.value.key == "letters.changed_meanwhile"
    with visit.station.vault.read() as reader:
        assert len(reader.access_lines()) == logged, "what was not printed is not logged as printed"


# --- the day ---


def closed(visit: ContactVisit) -> bool:
    with visit.station.vault.read() as reader:
        return is_closed(reader, VISIT)


def leave(
    visit: ContactVisit,
    pupil: PupilOnVisit,
    attendance: AttendanceState = AttendanceState.ABSENT,
) -> None:
    """Everybody has an outcome, and the school is left."""
    set_attendance(visit.desk(), VISIT, [pupil.pupil_id], attendance)
    desk = visit.desk()
    close_day(desk, open_day(desk, VISIT))


@pytest.mark.parametrize("hours", [-3, 0, 3])
def test_a_record_that_was_not_counted_in_opens_the_visit_again_whatever_its_hour(
    visit: ContactVisit, hours: int
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    leave(visit, pupil)
    assert closed(visit)
    visit.station.clock.set(visit.station.clock.now() + hours * HOUR)
    measured(visit, pupil)
    assert not closed(visit)


def test_a_record_of_a_fast_clock_that_was_counted_in_leaves_the_visit_closed(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    now = visit.station.clock.now()
    visit.station.clock.set(now + 2 * HOUR)
    measured(visit, pupil)
    visit.station.clock.set(now)
    leave(visit, pupil, AttendanceState.PRESENT)
    assert closed(visit)


def test_what_the_other_compartment_recorded_does_not_open_the_day(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    with visit.station.vault.read() as reader:
        known = counted_in(reader, VISIT)
        medical = max(
            head.leaf.device_seq
            for head in reader.heads(visit_id=VISIT)
            if head.leaf.compartment is Compartment.MEDICAL
        )
    assert known == {visit.station.vault.epoch: medical}
    before = dict.fromkeys(known, medical - 1)
    body = VisitClose(visit_id=VISIT, pupils=1, seen=1, absent=0, objections=0, up_to=before)
    record_id = derived_record_id("visit_close", VISIT)
    with visit.station.vault.write() as work:
        close = visit.station.revision(work, body, record_id=record_id, visit_id=VISIT)
        work.add(msgspec.structs.replace(close, role=Role.PSYCHOPEDAGOGUE))
    assert closed(visit), "who closed holds the other key and could not see it"


def test_a_pupil_added_to_the_list_after_the_close_opens_the_visit(visit: ContactVisit) -> None:
    leave(visit, visit.pupil(ContactMoment.LO1))
    visit.station.clock.set(visit.station.clock.now() - HOUR)
    visit.pupil(ContactMoment.KK1)
    assert not closed(visit)


def test_a_close_of_an_older_program_goes_by_the_clock(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    visit.station.clock.set(visit.station.clock.now() + HOUR)
    old = VisitClose(visit_id=VISIT, pupils=1, seen=1, absent=0, objections=0)
    visit.save(old, record_id=derived_record_id("visit_close", VISIT), visit_id=VISIT)
    assert closed(visit)
    visit.station.clock.set(visit.station.clock.now() + HOUR)
    measured(visit, pupil)
    assert not closed(visit)


def test_two_closes_of_two_posts_count_in_what_either_of_them_knew(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil)
    with visit.station.vault.read() as reader:
        known = counted_in(reader, VISIT)
    record_id = derived_record_id("visit_close", VISIT)
    for up_to in (known, {"epoch of the other post": 12}):
        body = VisitClose(
            visit_id=VISIT, pupils=1, seen=1, absent=0, objections=0, up_to=dict(up_to)
        )
        visit.save(body, record_id=record_id, visit_id=VISIT)
    assert closed(visit)
    assert questions(visit.desk()) == (), "the same outcomes: nobody has to choose"
    measured(visit, pupil, "122.0")
    assert not closed(visit)


def test_two_closes_that_counted_otherwise_are_asked_about(visit: ContactVisit) -> None:
    record_id = derived_record_id("visit_close", VISIT)
    for seen, epoch in ((1, "here"), (2, "the other post")):
        body = VisitClose(
            visit_id=VISIT, pupils=2, seen=seen, absent=0, objections=0, up_to={epoch: 12}
        )
        visit.save(body, record_id=record_id, visit_id=VISIT)

    assert [one.kind for one in questions(visit.desk())] == ["visit_close"]
