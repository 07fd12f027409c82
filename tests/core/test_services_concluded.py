"""What a conclusion and a close were made over is named in them: no clock says what came later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from reportlab.pdfgen.canvas import Canvas

from clbdesk.domain.body import ExamState
from clbdesk.domain.capacity import Competence
from clbdesk.domain.contact import Conclusion, ConclusionWord, DomainConclusion, Growth
from clbdesk.domain.follow_up import Referral, ReferralTo
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Staff
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.visits import AttendanceState, ContactMoment, VisitClose
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, RevId, StaffId
from clbdesk.reports.paper import Paper
from clbdesk.reports.tagged import Structure
from clbdesk.services.aftercare import ReferralEntry
from clbdesk.services.class_list import set_attendance
from clbdesk.services.conflicts import questions
from clbdesk.services.day_close import close_day, open_day
from clbdesk.services.decision import open_decision, record_decision
from clbdesk.services.desk import User
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import make_letters, open_letters, record_printed
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import withdraw
from clbdesk.services.visits import counted_in, is_closed
from tests.builders.contact_visit import TODAY, VISIT, ContactVisit, opened_contact_visit

DOCTOR = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
HOUR = timedelta(hours=1)
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
    assert found.body.over == tips(visit, pupil.exam_id("growth"))
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
