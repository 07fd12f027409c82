"""The conversation guide of a centre: its own words, what stays required, and its sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.care import Hypothesis, HypothesisState, OwnAnswer, Statement
from clbdesk.domain.care_guide import GuideWording, is_own
from clbdesk.domain.development import Nature
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.rights import as_it_comes
from clbdesk.errors import Refused
from clbdesk.services import care_topic
from clbdesk.services.care_guide import (
    GuideStepView,
    PhraseEntry,
    add_step,
    leave_out,
    list_guide,
    move_step,
    record_step,
    reset_step,
)
from clbdesk.services.care_missing import missing_in_topic
from clbdesk.services.care_topic import (
    entry_of_topic,
    following,
    new_topic,
    new_topic_id,
    view_topic,
)
from clbdesk.services.field_words import value_words
from clbdesk.services.records import changes_of
from clbdesk.services.synchronise import all_changed
from clbdesk.standards.care_guide import (
    guide,
    phrases_of,
    program_guide,
    put_guide_in_force,
    steps_asked,
)
from tests.builders.care import FIRST, SECOND, Place, new_place, topic


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = new_place(tmp_path)
    yield made
    made.station.vault.close()
    put_guide_in_force()


def step(place: Place, name: str) -> GuideStepView:
    (found,) = [one for one in list_guide(place.desk) if one.step.name == name]
    return found


def word(place: Place, name: str, **fields: object) -> GuideStepView:
    view = step(place, name)
    record_step(place.desk, view, msgspec.structs.replace(view.entry, **fields), view.base)
    return step(place, name)


def worded(name: str) -> tuple[str, bool]:
    (found,) = [one for one in guide().step if one.name == name]
    return found.prompt, found.required


def test_a_step_asks_in_the_words_of_the_centre_and_the_program_keeps_its_own(
    place: Place,
) -> None:
    word(place, "tried", prompt="Wat probeerde de klas al?", required=True)

    assert worded("tried") == ("Wat probeerde de klas al?", True)
    assert [one.name for one in guide().step] == [one.name for one in program_guide().step]
    (own,) = [one for one in program_guide().step if one.name == "tried"]
    assert own.prompt != "Wat probeerde de klas al?"


def test_a_step_that_the_centre_requires_is_missed_in_a_topic(place: Place) -> None:
    place.meet(SECOND)
    view = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    assert missing_in_topic(view, topic(view)) == ()

    word(place, "observations", required=True)

    assert [one.step for one in missing_in_topic(view, topic(view))] == [4]


def test_what_the_handbook_requires_stays_required(place: Place) -> None:
    word(place, "agreements", prompt="Wie doet wat tegen wanneer", required=False)

    assert worded("agreements") == ("Wie doet wat tegen wanneer", True)
    assert sum(one.required for one in guide().step) == sum(
        one.required for one in program_guide().step
    )


def test_every_change_is_a_revision_and_taking_it_back_brings_the_programs_words(
    place: Place,
) -> None:
    word(place, "goals", label="Doelen")
    view = word(place, "goals", label="Doel samen")
    with place.desk.vault.read() as reader:
        history = reader.history(view.record_id)
    assert len(history) == 2

    reset_step(place.desk, view)

    assert step(place, "goals").wording is None
    assert guide() == program_guide()
    with pytest.raises(Refused, match=r"guide\.not_worded"):
        reset_step(place.desk, step(place, "goals"))


def test_sentences_are_added_changed_and_struck_in_one_commit(place: Place) -> None:
    view = word(
        place,
        "observations",
        phrases=(
            PhraseEntry(text="werkt zelfstandig"),
            PhraseEntry(text="vraagt hulp"),
            PhraseEntry(),
        ),
    )
    assert phrases_of("observations") == ("vraagt hulp", "werkt zelfstandig")
    assert phrases_of("goals") == ()

    asked, _works = view.entry.phrases
    changed = msgspec.structs.replace(asked, text="vraagt hulp met woorden")
    outcome = record_step(
        place.desk, view, msgspec.structs.replace(view.entry, phrases=(changed,)), view.base
    )

    assert phrases_of("observations") == ("vraagt hulp met woorden",)
    assert changes_of(outcome.value.revisions).kinds == {"stock_phrase"}
    assert len(outcome.value.revisions) == 2


def test_nothing_that_did_not_change_is_written(place: Place) -> None:
    view = step(place, "goals")
    assert record_step(place.desk, view, view.entry, view.base).value.revisions == ()


def test_a_guide_names_no_pupil(place: Place) -> None:
    lotte = Pupil(
        given_name="Lotte", family_name="Peeters", birth_date=date(2020, 3, 4), sex=Sex.FEMALE
    )
    place.station.save(lotte)
    with pytest.raises(Refused, match=r"guide\.name"):
        word(place, "observations", phrases=(PhraseEntry(text="zoals bij Lotte"),))
    with pytest.raises(Refused, match=r"guide\.not_whole"):
        word(place, "observations", prompt="")


def test_what_came_by_synchronising_asks_from_then_on_and_closing_ends_it(place: Place) -> None:
    body = GuideWording(step="goals", label="Doel", prompt="Waar willen we zijn?", required=True)
    place.station.save(body, record_id=step(place, "goals").record_id)
    assert worded("goals")[0] != "Waar willen we zijn?"

    all_changed(place.desk)
    assert worded("goals")[0] == "Waar willen we zijn?"

    place.desk.close()
    assert guide() == program_guide()


def test_the_guide_is_of_the_care_team_and_comes_to_every_laptop_of_it() -> None:
    for kind in ("guide_wording", "stock_phrase"):
        assert KINDS[kind].compartment is Compartment.GUIDANCE
        assert KINDS[kind].centre_scope
        writers = {
            role
            for role in Role
            if role is not Role.CENTRE and as_it_comes().may_write(role, kind, OF_SCHOOL)
        }
        assert writers == {Role.PSYCHOPEDAGOGUE, Role.SOCIAL_WORKER}


# --- adding, moving, leaving out ---


def names_in_force() -> list[str]:
    return [one.name for one in guide().step]


def test_a_centre_adds_a_step_moves_it_and_leaves_one_out(place: Place) -> None:
    saved = add_step(place.desk).value
    (added,) = [one for one in list_guide(place.desk) if one.is_own]
    assert added.record_id == saved.revisions[0].record_id
    assert names_in_force()[-2:] == [added.step.name, "closing"], "before the last"
    assert [one.number for one in guide().step] == list(range(1, 15))
    for _ in range(9):
        move_step(place.desk, step(place, added.step.name), up=True)
    assert names_in_force()[2:5] == ["strengths", added.step.name, "observations"]
    move_step(place.desk, step(place, added.step.name), up=False)
    assert names_in_force()[3:5] == ["observations", added.step.name]
    leave_out(place.desk, step(place, "tried"), on=True)
    assert "tried" not in names_in_force()
    assert [one.number for one in guide().step] == list(range(1, 14))
    left = step(place, "tried")
    assert (left.is_left_out, left.number) == (True, 0)
    leave_out(place.desk, left, on=False)
    assert "tried" in names_in_force()


def test_a_step_goes_to_either_end_and_no_further(place: Place) -> None:
    for _ in range(20):
        move_step(place.desk, step(place, "observations"), up=True)
    assert names_in_force()[0] == "observations"
    for _ in range(20):
        move_step(place.desk, step(place, "observations"), up=False)
    assert names_in_force()[-2:] == ["observations", "closing"]
    assert sorted(names_in_force()) == sorted(one.name for one in program_guide().step)


@pytest.mark.parametrize(
    "name", [one.name for one in program_guide().step if one.required] + ["closing"]
)
def test_what_the_handbook_requires_is_neither_moved_nor_left_out(place: Place, name: str) -> None:
    with pytest.raises(Refused) as refused:
        leave_out(place.desk, step(place, name), on=True)
    assert refused.value.key == "guide.always_there"
    with pytest.raises(Refused):
        move_step(place.desk, step(place, name), up=True)
    body = GuideWording(
        step=name, label="x", prompt="x", required=False, place=Decimal(99), removed=True
    )
    put_guide_in_force((body,))
    assert names_in_force() == [one.name for one in program_guide().step], "wherever it came from"


def test_a_topic_keeps_the_guide_it_was_written_under(place: Place) -> None:
    add_step(place.desk)
    own = next(one.name for one in guide().step if is_own(one.name))
    place.meet(FIRST)
    view = view_topic(place.desk, FIRST, new_topic_id(place.desk))
    entry = msgspec.structs.replace(
        topic(view), observations=("kijkt rond",), own=(OwnAnswer(step=own, text="twee weken"),)
    )
    record_id = place.talk(FIRST, entry)
    leave_out(place.desk, step(place, "observations"), on=True)
    leave_out(place.desk, step(place, own), on=True)
    word(place, "frame", label="Wie")
    again = view_topic(place.desk, FIRST, record_id)
    kept = entry_of_topic(again)
    steps = steps_asked(kept)
    assert {"observations", own} <= {one.name for one in steps}
    assert steps[0].label == "Kader"
    assert len(steps) == 14
    assert (kept.observations, kept.own[0].text) == (("kijkt rond",), "twee weken")
    new = new_topic(view_topic(place.desk, FIRST, new_topic_id(place.desk)))
    assert {one.name for one in steps_asked(new)}.isdisjoint({"observations", own})
    assert steps_asked(new)[0].label == "Wie"


def test_a_required_step_of_the_centre_is_missing_until_something_stands_in_it(
    place: Place,
) -> None:
    add_step(place.desk)
    (added,) = [one for one in list_guide(place.desk) if one.is_own]
    word(place, added.step.name, label="Schoolregels", required=True)
    place.meet(FIRST)
    view = view_topic(place.desk, FIRST, new_topic_id(place.desk))
    assert [one.step for one in missing_in_topic(view, topic(view))] == [13]
    answered = (OwnAnswer(step=added.step.name, text="geen gsm"),)
    filled = msgspec.structs.replace(topic(view), own=answered)
    assert missing_in_topic(view, filled) == ()


def test_an_open_hypothesis_brings_its_step_back_where_the_centre_left_it_out(
    place: Place,
) -> None:
    place.meet(FIRST)
    view = view_topic(place.desk, FIRST, new_topic_id(place.desk))
    thoughts = (Hypothesis(text="te veel prikkels"),)
    place.talk(FIRST, msgspec.structs.replace(topic(view), hypotheses=thoughts))
    leave_out(place.desk, step(place, "hypotheses"), on=True)
    place.meet(SECOND)
    later = view_topic(place.desk, SECOND, new_topic_id(place.desk))
    (earlier,) = later.earlier
    new = new_topic(later)
    assert "hypotheses" not in {one.name for one in steps_asked(new)}
    assert "hypotheses" in {one.name for one in steps_asked(following(later, new, earlier))}


def test_what_stands_in_a_step_of_the_centre_is_read_in_a_dossier_as_its_words_alone() -> None:
    answer = OwnAnswer(step="own_0192", text="geen gsm")
    marked = Statement(text="mist taal", nature=Nature.HYPOTHESIS, status=HypothesisState.OPEN)
    assert value_words((answer,)) == "geen gsm"
    assert value_words(("kijkt rond", marked)) == "kijkt rond, mist taal · Hypothese · Open"
