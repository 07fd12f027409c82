"""Zicht against a real vault: what is drawn, what is recorded, and what stays to be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.body import ExamBody, ExamState
from clbdesk.domain.contact import (
    Acuity,
    BackgroundItem,
    ColourVision,
    Correction,
    EyePosition,
    EyeResult,
    StereoVision,
    VisionTest,
)
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.visits import ContactMoment, RoomCheck
from clbdesk.services.confirming import Answer
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import Saved, withdraw
from clbdesk.services.vision import (
    VisionEntry,
    VisionView,
    ask_about,
    judge,
    open_vision,
    record_vision,
    still_to_do,
)
from clbdesk.standards.limits import Unlikely
from tests.builders.contact_visit import (
    ELS,
    TODAY,
    VISIT,
    ContactVisit,
    opened_contact_visit,
)

LO1 = ContactMoment.LO1
GOOD = EyeResult(logmar=Decimal("0.0"), state=ExamState.DONE, cooperation="good")
LATER = EyeResult(logmar=None, state=ExamState.POSTPONED, state_reason="end_of_queue")


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def eye(logmar: str, state: ExamState = ExamState.DONE) -> EyeResult:
    """A measured eye."""
    return EyeResult(logmar=Decimal(logmar), state=state)


def position(**values: object) -> EyePosition:
    """No sign, unless said."""
    found: dict[str, object] = {
        "state": ExamState.DONE,
        "reflexes": "symmetric",
        "cover_near": "none",
        "cover_far": "none",
        "on": TODAY,
    }
    return EyePosition(**(found | values))


def colour(result: str) -> ColourVision:
    """A colour test."""
    return ColourVision(state=ExamState.DONE, result=result, on=TODAY)


def stereo(result: str) -> StereoVision:
    """A TNO."""
    return StereoVision(state=ExamState.DONE, result=result, on=TODAY)


def entry(**values: object) -> VisionEntry:
    """Both eyes good, without glasses, no sign, colours good."""
    found: dict[str, object] = {
        "test": VisionTest.LOGMAR,
        "correction": Correction.NONE,
        "right": GOOD,
        "left": GOOD,
        "position": position(),
        "colour": colour("good"),
    }
    return VisionEntry(**(found | values))


def record(
    visit: ContactVisit, view: VisionView, form: VisionEntry, reason: str | None = None
) -> Saved:
    """Record on the base that the view was opened on."""
    return record_vision(visit.desk(), view, form, view.base, reason=reason).value


def opened(visit: ContactVisit, on_visit: PupilOnVisit) -> VisionView:
    """The page as An opens it."""
    return open_vision(visit.desk(), on_visit)


def rules(view: VisionView, form: VisionEntry) -> dict[str, Verdict]:
    """Verdict by rule of what stands in the form."""
    return {line.rule_id: line.verdict for line in judge(view, form)}


@pytest.mark.parametrize(
    "moment, parts, test",
    [
        (ContactMoment.KK1, ("acuity", "eye_position"), VisionTest.KAY_OLD),  # default of the day
        (ContactMoment.LO1, ("acuity", "eye_position", "colour_vision"), VisionTest.LOGMAR),
        (ContactMoment.LO4, ("acuity",), VisionTest.LOGMAR),
        (ContactMoment.LO6, ("acuity", "stereo_vision"), VisionTest.LOGMAR),
        (ContactMoment.SO3, ("acuity",), VisionTest.LOGMAR),
    ],
)
def test_each_moment_draws_its_own_tests_and_starts_with_its_own_acuity_test(
    visit: ContactVisit, moment: ContactMoment, parts: tuple[str, ...], test: VisionTest
) -> None:
    view = opened(visit, visit.pupil(moment))

    assert view.parts == parts
    assert view.test is test
    assert (view.occlusion, view.first_eye, view.distance_cm) == ("hocus_focus", "left", 300)


@pytest.mark.parametrize("before, drawn", [("doubtful", True), ("good", False)])
def test_colours_are_tested_again_in_the_sixth_grade_only_after_doubt(
    visit: ContactVisit, before: str, drawn: bool
) -> None:
    on_visit = visit.pupil(ContactMoment.LO6)
    earlier = ColourVision(state=ExamState.DONE, result=before, on=date(2021, 10, 4))
    visit.save(earlier, pupil_id=on_visit.pupil_id)

    assert ("colour_vision" in opened(visit, on_visit).parts) is drawn


def test_only_the_last_colour_test_counts_for_doubt(visit: ContactVisit) -> None:
    on_visit = visit.pupil(ContactMoment.LO6)
    for on, result in ((date(2022, 3, 1), "good"), (date(2021, 10, 4), "doubtful")):
        found = ColourVision(state=ExamState.DONE, result=result, on=on)
        visit.save(found, pupil_id=on_visit.pupil_id)

    assert "colour_vision" not in opened(visit, on_visit).parts


def test_every_drawn_test_is_a_record_of_its_own_with_its_own_judgements_in_one_commit(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO1)

    saved = record(visit, opened(visit, on_visit), entry())

    kinds = [revision.kind for revision in saved.revisions]
    assert kinds == ["acuity", "eye_position", "colour_vision", "contact", "attendance"]
    acuity = visit.standing(on_visit, "acuity", Acuity)
    seen = visit.standing(on_visit, "eye_position", EyePosition)
    assert acuity is not None
    assert seen is not None
    assert acuity.body.on == TODAY
    assert [line.rule_id for line in acuity.body.judgements] == ["VIS-2"]
    assert acuity.body.judgements[0].verdict is Verdict.NO_CRITERION
    assert [line.rule_id for line in seen.body.judgements] == ["VIS-8"]
    assert visit.step(on_visit, "vision") is StepState.DONE


def test_one_eye_now_leaves_the_step_half_and_the_other_completes_the_same_record(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(ContactMoment.LO4)
    view = opened(visit, on_visit)
    first = entry(left=LATER)

    assert still_to_do(view, first) == ("left",)
    record(visit, view, first)
    assert visit.step(on_visit, "vision") is StepState.PARTIAL
    again = opened(visit, on_visit)
    assert not again.is_complete
    record(visit, again, entry(left=eye("0.2")))

    acuity = visit.standing(on_visit, "acuity", Acuity)
    assert acuity is not None
    assert (acuity.body.right, acuity.body.left) == (GOOD, eye("0.2"))
    assert visit.revisions(on_visit, "acuity") == 2
    assert not acuity.is_conflict
    assert visit.step(on_visit, "vision") is StepState.DONE
    assert opened(visit, on_visit).is_complete


def test_an_open_test_is_not_recorded_and_keeps_the_step_half(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)
    view = opened(visit, on_visit)
    form = entry(position=None, colour=None)

    assert still_to_do(view, form) == ("eye_position", "colour_vision")
    saved = record(visit, view, form)

    assert "eye_position" not in {revision.kind for revision in saved.revisions}
    assert visit.step(on_visit, "vision") is StepState.PARTIAL


def test_a_test_that_is_not_drawn_is_never_recorded(visit: ContactVisit) -> None:
    on_visit = visit.pupil(ContactMoment.LO4)

    saved = record(visit, opened(visit, on_visit), entry(stereo=stereo("60")))

    assert {one.kind for one in saved.revisions} == {"acuity", "contact", "attendance"}


def test_a_correction_writes_only_the_test_that_changed_with_its_reason(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO1)
    record(visit, opened(visit, on_visit), entry())
    view = opened(visit, on_visit)

    saved = record(visit, view, entry(colour=colour("doubtful")), reason="tikfout")

    assert [one.kind for one in saved.revisions] == ["colour_vision"]
    assert saved.revisions[0].reason == "tikfout"
    found = visit.standing(on_visit, "colour_vision", ColourVision)
    assert found is not None
    assert found.body.judgements[0].verdict is Verdict.RETEST
    assert visit.revisions(on_visit, "acuity") == 1


def test_two_laptops_that_each_save_make_two_versions_and_neither_is_lost(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(ContactMoment.LO4)
    mine = opened(visit, on_visit)
    els = open_vision(visit.desk(ELS), on_visit)
    record(visit, mine, entry(left=None))
    record_vision(visit.desk(ELS), els, entry(right=None), els.base)

    view = opened(visit, on_visit)

    assert view.is_conflict
    assert visit.step(on_visit, "vision") is StepState.TWO_VERSIONS


def test_forgotten_glasses_are_no_ground_to_refer_and_ask_a_selective_check(
    visit: ContactVisit,
) -> None:
    view = opened(visit, visit.pupil(LO1))
    form = entry(correction=Correction.FORGOTTEN, right=eye("0.5"))

    assert rules(view, form)["VIS-7"] is Verdict.RETEST
    assert Verdict.REFER not in rules(view, form).values()


def test_not_testable_is_a_risk_and_unreliable_keeps_the_value_without_judging_it(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(ContactMoment.LO4)
    view = opened(visit, on_visit)
    cannot = EyeResult(logmar=None, state=ExamState.NOT_POSSIBLE, state_reason="hair")

    assert rules(view, entry(left=cannot))["VIS-4"] is Verdict.RISK
    both = entry(right=eye("0.3", ExamState.UNRELIABLE), left=eye("0.1", ExamState.UNRELIABLE))
    assert rules(view, both) == {"VIS-4": Verdict.RETEST}
    record(visit, view, both)

    acuity = visit.standing(on_visit, "acuity", Acuity)
    assert acuity is not None
    assert acuity.body.state is ExamState.UNRELIABLE
    assert acuity.body.right is not None
    assert acuity.body.right.logmar == Decimal("0.3")
    assert visit.step(on_visit, "vision") is StepState.RETEST


def test_a_refusal_of_both_eyes_is_the_state_of_the_whole_test_and_never_a_pass(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(ContactMoment.LO4)
    no = EyeResult(logmar=None, state=ExamState.REFUSED, state_reason="pupil")

    record(visit, opened(visit, on_visit), entry(right=no, left=no, correction=None))

    acuity = visit.standing(on_visit, "acuity", Acuity)
    assert acuity is not None
    assert (acuity.body.state, acuity.body.state_reason) == (ExamState.REFUSED, "pupil")
    assert Verdict.OK not in {line.verdict for line in acuity.body.judgements}
    assert visit.step(on_visit, "vision") is StepState.NOT_DONE


@pytest.mark.parametrize(
    "item, answer, known",
    [
        (BackgroundItem.GLASSES, "glasses", True),
        (BackgroundItem.GLASSES, "no", False),
        (BackgroundItem.VISION, "yes", True),
        (BackgroundItem.VISION, "not_asked", False),
    ],
)
def test_known_glasses_or_an_eye_disorder_advise_the_own_ophthalmologist(
    visit: ContactVisit, item: BackgroundItem, answer: str, known: bool
) -> None:
    on_visit = visit.pupil(ContactMoment.LO4)
    visit.knows(on_visit, item, answer)
    view = opened(visit, on_visit)

    assert ("VIS-6" in rules(view, entry())) is known


def test_earlier_tests_come_newest_first_without_the_one_of_today(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)
    for on, test in (
        (date(2023, 10, 9), VisionTest.KAY_NEW),
        (date(2025, 10, 2), VisionTest.LOGMAR),
    ):
        body = Acuity(state=ExamState.DONE, test=test, right=GOOD, left=GOOD, on=on)
        visit.save(body, pupil_id=on_visit.pupil_id)
    record(visit, opened(visit, on_visit), entry())

    earlier = opened(visit, on_visit).earlier

    assert [one.test for one in earlier] == [VisionTest.LOGMAR, VisionTest.KAY_NEW]
    assert earlier[0].by == "An Janssens"


def test_the_room_counts_as_checked_when_distance_and_light_were_filled_in(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(LO1)
    assert not opened(visit, on_visit).room_is_checked
    check = RoomCheck(visit_id=VISIT, distance_marked=True, light_lux=800)
    visit.save(check, record_id=derived_record_id("room_check", VISIT), visit_id=VISIT)

    assert opened(visit, on_visit).room_is_checked


def test_an_unlikely_value_is_asked_and_its_confirmation_stays_as_it_was_said(
    visit: ContactVisit,
) -> None:
    on_visit = visit.pupil(ContactMoment.LO4)
    found = ask_about("Rechts", Decimal("1.2"))
    assert isinstance(found, Unlikely)
    answers = {"right": Answer(found.limit_id, Decimal("0.2"))}
    form = entry(right=eye("1.2"), confirmed=answers)

    record(visit, opened(visit, on_visit), form)
    record(visit, opened(visit, on_visit), replace(form, left=eye("0.1")), reason="tikfout")

    with visit.station.vault.read() as reader:
        history = reader.history(on_visit.exam_id("acuity"))
    acuity = visit.standing(on_visit, "acuity", Acuity)
    assert len(history) == 2
    assert acuity is not None
    (confirmed,) = acuity.body.confirmed
    assert (confirmed.field, confirmed.value, confirmed.first_reading) == ("right", "1.2", "0.2")
    assert confirmed.confirmed_at == history[0].recorded_at


def test_what_f7_filled_in_is_kept_with_the_record_it_belongs_to(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)
    assumed = frozenset({"acuity.right.cooperation", "eye_position.reflexes"})

    record(visit, opened(visit, on_visit), entry(assumed=assumed))

    for kind, shape, names in (
        ("acuity", Acuity, ("right.cooperation",)),
        ("eye_position", EyePosition, ("reflexes",)),
        ("colour_vision", ColourVision, ()),
    ):
        found = visit.standing(on_visit, kind, shape)
        assert found is not None
        assert isinstance(found.body, ExamBody)
        assert found.body.assumed == names


def test_after_withdrawal_the_tests_are_open_again(visit: ContactVisit) -> None:
    on_visit = visit.pupil(LO1)
    record(visit, opened(visit, on_visit), entry())
    view = opened(visit, on_visit)

    withdraw(visit.desk(), [one.record_id for one in view.saved.values()], "verkeerde leerling")

    again = opened(visit, on_visit)
    assert not again.saved
    assert visit.step(on_visit, "vision") is StepState.OPEN
    record(visit, again, entry())
    assert visit.step(on_visit, "vision") is StepState.DONE
