"""Care meetings on a real vault: topics in one commit, agreements that travel on, drafts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import decode
from clbdesk.domain.care import (
    Agreement,
    AgreementStatus,
    CareDomain,
    CareMeeting,
    ConsultativeNote,
    Hypothesis,
    HypothesisState,
    Statement,
    statement_of,
)
from clbdesk.domain.development import Nature
from clbdesk.domain.intervention import CodeList, InterventionCode
from clbdesk.domain.people import School, SchoolLevel
from clbdesk.domain.school_signal import Signal, SignalPriority, SignalSort, SignalSource
from clbdesk.domain.visits import Visit, VisitKind
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, SchoolId, VisitId
from clbdesk.services import care_meeting, care_topic
from clbdesk.services.care_entry import (
    AgreementEntry,
    GoalEntry,
    Mark,
    MeetingEntry,
    ParticipantEntry,
    TopicEntry,
    read_topic,
    written,
)
from clbdesk.services.care_missing import missing_in_meeting, missing_in_topic
from clbdesk.services.conflict_view import QuestionView, open_question
from clbdesk.services.conflicts import Choice, Question, choose, questions
from clbdesk.services.drafts import keep_draft, undo_to_draft
from clbdesk.services.reading import all_standing
from clbdesk.services.records import withdraw
from clbdesk.services.versions import Path as FieldPath
from clbdesk.services.versions import Side
from clbdesk.standards.tables import Signature, put_in_force
from tests.builders.care import DAYS, FIRST, SCHOOL, SECOND, Place, meeting, new_place, topic


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = new_place(tmp_path)
    yield made
    made.station.vault.close()


def agreements(place: Place) -> list[Agreement]:
    with place.desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("agreement",)), Agreement)
        return sorted((one.body for one in found), key=lambda one: one.number)


def test_a_topic_and_its_agreements_are_one_commit_without_empty_rows(place: Place) -> None:
    place.meet(SECOND)
    record_id = care_topic.new_topic_id(place.desk)
    view = care_topic.view_topic(place.desk, SECOND, record_id)
    keep_draft(place.desk, view.form, view.where, view.base, written(topic(view)))
    outcome = care_topic.record_topic(place.desk, view, topic(view), view.base)
    kinds = [one.kind for one in outcome.value.revisions]
    assert kinds == ["consultative_note", "agreement", "agreement"]
    assert {one.pupil_id for one in outcome.value.revisions} == {None}
    again = care_topic.view_topic(place.desk, SECOND, record_id)
    assert again.draft is None
    assert again.saved is not None
    assert again.saved.body.strengths == ("werkt graag samen",)
    assert again.saved.body.pseudonym == "leerling A"
    assert {one.topic_id for one in agreements(place)} == {record_id}


def test_a_topic_is_not_recorded_before_its_meeting(place: Place) -> None:
    place.at(SECOND)
    with pytest.raises(Refused) as refused:
        place.talk(SECOND)
    assert refused.value.key == "care.no_meeting"
    assert agreements(place) == []


def test_two_of_the_team_write_one_meeting(place: Place) -> None:
    view = care_meeting.view_meeting(place.desk, SECOND)
    other = care_meeting.view_meeting(place.desk, SECOND)
    assert view.record_id == other.record_id
    assert view.record_id != care_meeting.view_meeting(place.desk, FIRST).record_id


def test_open_agreements_come_to_the_next_meeting_and_what_became_of_them_is_kept(
    place: Place,
) -> None:
    place.meet(FIRST, close=True)
    place.talk(FIRST)
    place.at(SECOND)
    view = care_meeting.view_meeting(place.desk, SECOND)
    assert [one.body.what for one in view.earlier] == ["stappenkaart", "ouders spreken"]
    assert {(one.title, one.on) for one in view.earlier} == {("leerling A", DAYS[FIRST])}
    marks = {
        view.earlier[0].record_id: Mark(status=AgreementStatus.DONE, note="werkt goed"),
        view.earlier[1].record_id: Mark(status=AgreementStatus.BUSY, by=date(2026, 12, 14)),
    }
    entry = msgspec.structs.replace(meeting(), marks=marks)
    outcome = care_meeting.record_meeting(place.desk, view, entry, view.base)
    assert [one.kind for one in outcome.value.revisions] == ["care_meeting", *["agreement"] * 2]
    assert [(one.status, one.note, one.by) for one in agreements(place)] == [
        (AgreementStatus.DONE, "werkt goed", date(2026, 12, 7)),
        (AgreementStatus.BUSY, "", date(2026, 12, 14)),
    ]
    again = care_meeting.view_meeting(place.desk, SECOND)
    assert len(again.earlier) == 2, "what was closed at this meeting is still shown at it"
    nothing = care_meeting.record_meeting(place.desk, again, entry, again.base)
    assert nothing.value.revisions == (), "what did not change is not written again"


def test_what_was_closed_at_an_earlier_meeting_does_not_come_back(place: Place) -> None:
    place.meet(FIRST)
    place.talk(FIRST)
    view = care_meeting.view_meeting(place.desk, SECOND)
    done = {one.record_id: Mark(status=AgreementStatus.NOT_DONE) for one in view.earlier}
    entry = msgspec.structs.replace(meeting(), marks=done)
    care_meeting.record_meeting(place.desk, view, entry, view.base)
    third = VisitId("visit-jan")
    visit = Visit(school_id=SCHOOL, on=date(2027, 1, 11), kinds=(VisitKind.CARE_MEETING,))
    place.station.save(visit, record_id=third, visit_id=third, school_id=SCHOOL)
    assert care_meeting.view_meeting(place.desk, third).earlier == ()


def test_what_was_agreed_at_another_school_does_not_come_to_this_meeting(place: Place) -> None:
    place.meet(FIRST, close=True)
    place.talk(FIRST)
    other, visit_id = SchoolId("school-2"), VisitId("visit-other")
    place.station.save(School(name="De Linde", level=SchoolLevel.PRIMARY), record_id=other)
    visit = Visit(school_id=other, on=DAYS[SECOND], kinds=(VisitKind.CARE_MEETING,))
    place.station.save(visit, record_id=visit_id, visit_id=visit_id, school_id=other)
    place.at(SECOND)
    assert care_meeting.view_meeting(place.desk, visit_id).earlier == ()
    assert len(care_meeting.view_meeting(place.desk, SECOND).earlier) == 2


def test_the_same_people_are_added_and_nobody_twice(place: Place) -> None:
    place.meet(FIRST)
    view = care_meeting.view_meeting(place.desk, SECOND)
    people = care_meeting.same_people(view, care_meeting.new_meeting(view))
    assert [one.name for one in people] == ["Tom Wouters", "Mia Aerts", "Kim Daems"]
    assert view.last_on == DAYS[FIRST]


def test_a_follow_up_keeps_its_letter_and_a_new_pupil_gets_another(place: Place) -> None:
    place.meet(FIRST)
    place.talk(FIRST)
    place.meet(SECOND)
    view = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    assert view.pseudonym == "leerling B", "A is somebody else this school year"
    (earlier,) = view.earlier
    entry = care_topic.following(view, care_topic.new_topic(view), earlier)
    assert (entry.title, entry.grade, entry.phase) == ("leerling A", "L3", 1)
    assert [one.what for one in earlier.agreements] == ["stappenkaart", "ouders spreken"]
    place.talk(
        SECOND, msgspec.structs.replace(topic(view), title="leerling A", follows=earlier.record_id)
    )
    later = VisitId("visit-jan")
    visit = Visit(school_id=SCHOOL, on=date(2027, 1, 11), kinds=(VisitKind.CARE_MEETING,))
    place.station.save(visit, record_id=later, visit_id=later, school_id=SCHOOL)
    (chain,) = care_topic.view_topic(place.desk, later, care_topic.new_topic_id(place.desk)).earlier
    assert chain.times == 2


def test_a_draft_takes_a_letter_and_a_number(place: Place) -> None:
    place.meet(SECOND)
    first = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    entry = care_topic.new_topic(first)
    keep_draft(place.desk, first.form, first.where, first.base, written(entry))
    second = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    assert (second.number, second.pseudonym) == (2, "leerling B")
    again = care_topic.view_topic(place.desk, SECOND, first.record_id)
    assert again.draft is not None
    assert read_topic(again.draft) == entry
    (line,) = care_meeting.view_meeting(place.desk, SECOND).topics
    assert (line.is_draft, line.title) == (True, "leerling A")


def test_correcting_a_topic_strikes_and_adds_agreements_in_one_commit(place: Place) -> None:
    place.meet(SECOND)
    record_id = place.talk(SECOND)
    view = care_topic.view_topic(place.desk, SECOND, record_id)
    entry = care_topic.entry_of_topic(view)
    assert care_topic.note_of(view, entry) == view.saved.body
    kept = msgspec.structs.replace(entry.agreements[0], what="stappenkaart op de bank")
    new = AgreementEntry(who="Mia Aerts", what="bellen", by=date(2026, 12, 1))
    changed = msgspec.structs.replace(entry, agreements=(kept, new))
    care_topic.record_topic(place.desk, view, changed, view.base, reason="aangevuld")
    assert sorted(one.what for one in agreements(place)) == ["bellen", "stappenkaart op de bank"]


def test_undoing_a_topic_takes_note_and_agreements_back_and_leaves_a_draft(place: Place) -> None:
    place.meet(SECOND)
    record_id = care_topic.new_topic_id(place.desk)
    view = care_topic.view_topic(place.desk, SECOND, record_id)
    saved = care_topic.record_topic(place.desk, view, topic(view), view.base).value
    undo_to_draft(place.desk, saved, view.form, view.where, written(topic(view)))
    again = care_topic.view_topic(place.desk, SECOND, record_id)
    assert again.saved is None
    assert agreements(place) == []
    assert again.draft is not None
    care_topic.record_topic(place.desk, again, read_topic(again.draft), again.draft.base)
    assert len(agreements(place)) == 2


def test_withdrawing_a_topic_withdraws_its_agreements(place: Place) -> None:
    place.meet(SECOND)
    record_id = place.talk(SECOND)
    view = care_topic.view_topic(place.desk, SECOND, record_id)
    withdraw(place.desk, view.record_ids, "verkeerde school")
    assert care_topic.view_topic(place.desk, SECOND, record_id).saved is None
    assert agreements(place) == []


def test_reading_what_is_recorded_is_logged_and_looking_again_is_not(place: Place) -> None:
    place.meet(SECOND)
    record_id = place.talk(SECOND)
    care_topic.open_topic(place.desk, SECOND, record_id)
    care_topic.view_topic(place.desk, SECOND, record_id)
    care_meeting.open_meeting(place.desk, SECOND)
    with place.desk.vault.read() as reader:
        lines = [(one.action, one.kind) for one in reader.access_lines() if one.action == "open"]
    assert lines == [("open", "consultative_note"), ("open", "care_meeting")]


def test_what_is_missing_is_named(place: Place) -> None:
    place.meet(SECOND)
    view = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    whole = topic(view)
    assert missing_in_topic(view, whole) == ()
    entry = msgspec.structs.replace(
        whole, grade="", strengths=(), needs=(), goals=(), agreements=(AgreementEntry(who="Kim"),)
    )
    assert [one.text for one in missing_in_topic(view, entry)] == [
        "Kies het leerjaar.",
        "Stap 3, 7 en 9 zijn nog leeg.",
        "Vul minstens één afspraak in: wie, wat en tegen wanneer.",
    ]
    half = msgspec.structs.replace(
        whole,
        agreements=(*whole.agreements, AgreementEntry(what="bellen")),
        goals=(GoalEntry(text="begint zelf"),),
    )
    assert [(one.step, one.text) for one in missing_in_topic(view, half)] == [
        (10, "Vul bij elke afspraak in: wie, wat en tegen wanneer."),
        (9, "Vul bij elk doel de termijn in."),
    ]


def test_a_meeting_takes_two_people_with_a_function_and_closing_an_end(place: Place) -> None:
    assert missing_in_meeting(meeting(), closing=False) == ()
    assert [one.field for one in missing_in_meeting(meeting(), closing=True)] == ["end"]
    alone = MeetingEntry(participants=(ParticipantEntry(name="Mia"),), end=time(9, 0))
    fields = [one.field for one in missing_in_meeting(alone, closing=True)]
    assert fields == ["participants", "functions", "start", "note_taker"]
    late = msgspec.structs.replace(meeting(), end=time(10, 0))
    assert [one.field for one in missing_in_meeting(late, closing=True)] == ["order"]


def test_the_meeting_is_recorded_as_it_was_held(place: Place) -> None:
    place.meet(SECOND)
    view = care_meeting.view_meeting(place.desk, SECOND)
    assert view.saved is not None
    body = view.saved.body
    assert isinstance(body, CareMeeting)
    assert body.start == datetime(2026, 11, 23, 9, 15, tzinfo=UTC), "10:15 in Belgium"
    assert [one.bound_by_secrecy for one in body.participants] == [False, False, True]
    typed = care_meeting.entry_of(body)
    assert typed.start == time(10, 15)
    outcome = care_meeting.record_meeting(place.desk, view, typed, view.base)
    assert outcome.value.revisions == ()


def test_nothing_of_a_topic_is_about_a_known_pupil(place: Place) -> None:
    place.meet(SECOND)
    place.talk(SECOND)
    fields = set(ConsultativeNote.__struct_fields__)
    assert not {"pupil_id", "insz", "family_name", "given_name"} & fields
    with place.desk.vault.read() as reader:
        heads = reader.heads(kinds=("consultative_note", "agreement", "care_meeting"))
    assert {head.leaf.pupil_id for head in heads} == {None}


def test_open_explanations_come_back_in_the_follow_up_and_settled_ones_do_not(
    place: Place,
) -> None:
    place.meet(FIRST)
    view = care_topic.view_topic(place.desk, FIRST, care_topic.new_topic_id(place.desk))
    thoughts = (
        Hypothesis(text="te veel prikkels"),
        Hypothesis(text="ziet het bord niet goed", status=HypothesisState.REJECTED),
    )
    place.talk(FIRST, msgspec.structs.replace(topic(view), hypotheses=thoughts))
    place.meet(SECOND)
    view = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    (earlier,) = view.earlier
    assert earlier.open_hypotheses == 1
    assert earlier.is_due(date(2026, 11, 23))
    assert not earlier.is_due(date(2026, 11, 22))
    entry = care_topic.following(view, care_topic.new_topic(view), earlier)
    assert [one.text for one in entry.hypotheses] == ["te veel prikkels"]


def test_a_topic_is_on_name_only_when_the_centre_signed_for_it(place: Place) -> None:
    place.meet(SECOND)
    view = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    named = msgspec.structs.replace(topic(view), personal_data=True)
    assert not care_topic.note_of(view, named).personal_data
    signature = Signature(
        rule_id="CARE-NAMES",
        value="ja",
        edition="2026-11",
        source="team",
        page="",
        signed_by="dr. Maes",
        signed_on=date(2026, 11, 1),
    )
    put_in_force((signature,))
    try:
        assert care_topic.note_of(view, named).personal_data
        assert not care_topic.note_of(view, topic(view)).personal_data
    finally:
        put_in_force(())


def test_a_talk_of_before_the_core_activity_was_kept_is_consultative() -> None:
    old = (
        '{"meeting_id":"m","school_id":"s","number":1,"subject":"group","pseudonym":"klas 2B",'
        '"grade":"L2","domains":["LS"],"phase":1,"initiative":"school"}'
    )
    assert decode(old, ConsultativeNote).activity == "CLLB"


def test_a_talk_of_before_statements_were_marked_says_what_was_seen() -> None:
    old = (
        '{"meeting_id":"m","school_id":"s","number":1,"subject":"group","pseudonym":"klas 2B",'
        '"grade":"L2","domains":["LS"],"phase":1,"initiative":"school",'
        '"observations":["kijkt rond"]}'
    )
    note = decode(old, ConsultativeNote)
    assert [statement_of(one).nature for one in note.observations] == [Nature.OBSERVATION]
    assert note.theme == ""


def test_a_marked_line_is_recorded_and_its_hypothesis_comes_back_in_the_follow_up(
    place: Place,
) -> None:
    fact = Statement(text="kwam in september", nature=Nature.FACT)
    thought = Statement(
        text="mist woordenschat", nature=Nature.HYPOTHESIS, status=HypothesisState.OPEN
    )
    settled = Statement(
        text="ziet slecht", nature=Nature.HYPOTHESIS, status=HypothesisState.REJECTED
    )
    empty = Statement(text="", nature=Nature.HYPOTHESIS, status=HypothesisState.OPEN)
    lines = ("kijkt rond", fact, thought, settled, empty)
    place.meet(FIRST)
    view = care_topic.view_topic(place.desk, FIRST, care_topic.new_topic_id(place.desk))
    entry = msgspec.structs.replace(topic(view), observations=lines)
    assert msgspec.json.decode(written(entry), type=TopicEntry) == entry, (
        "the draft keeps the marks"
    )
    place.talk(FIRST, entry)
    place.meet(SECOND)
    later = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    (earlier,) = later.earlier
    assert earlier.body.observations == lines[:4], "an empty line is nothing"
    assert earlier.open_hypotheses == 1
    follow_up = care_topic.following(later, care_topic.new_topic(later), earlier)
    assert follow_up.hypotheses == (Hypothesis(text="mist woordenschat"),)
    assert follow_up.observations == ()


def test_a_theme_may_stay_empty_and_one_that_ended_is_not_taken_to_the_follow_up(
    place: Place,
) -> None:
    def theme(code: str, until: date | None) -> InterventionCode:
        return InterventionCode(
            list=CodeList.SUBJECT,
            code=code,
            label=code.lower(),
            domain="PSF",
            valid_from=date(2025, 9, 1),
            valid_until=until,
            source="LARS",
        )

    place.meet(FIRST)
    view = care_topic.view_topic(place.desk, FIRST, care_topic.new_topic_id(place.desk))
    assert topic(view).theme == ""
    assert not missing_in_topic(view, topic(view))
    place.station.save(theme("PAUZE", DAYS[FIRST]))
    place.station.save(theme("KLAS", None))
    view = care_topic.view_topic(place.desk, FIRST, view.record_id)
    assert [one.code for one in view.themes] == ["KLAS", "PAUZE"]
    place.talk(FIRST, msgspec.structs.replace(topic(view), theme="PAUZE"))
    place.meet(SECOND)
    later = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    (earlier,) = later.earlier
    assert earlier.body.theme == "PAUZE"
    assert [one.code for one in later.themes] == ["KLAS"]
    assert care_topic.following(later, care_topic.new_topic(later), earlier).theme == ""
    again = care_topic.view_topic(place.desk, FIRST, earlier.record_id)
    assert again.codes.words(CodeList.SUBJECT, "PAUZE", again.on) == "pauze"


def test_the_core_activity_goes_on_in_the_follow_up_and_ends_when_its_code_does(
    place: Place,
) -> None:
    place.meet(FIRST)
    view = care_topic.view_topic(place.desk, FIRST, care_topic.new_topic_id(place.desk))
    assert {"CLLB", "HGD"} <= {one.code for one in view.activities}
    care_topic.record_topic(
        place.desk, view, msgspec.structs.replace(topic(view), activity="SIG"), view.base
    )
    place.meet(SECOND)
    later = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    (earlier,) = later.earlier
    assert care_topic.following(later, care_topic.new_topic(later), earlier).activity == "SIG"
    code = InterventionCode(
        list=CodeList.FUNCTION,
        code="CLLB",
        label="consultatief",
        valid_from=DAYS[SECOND],
        source="LARS",
    )
    place.station.save(code)
    again = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    assert [one.label for one in again.activities] == ["consultatief"]


def two_versions(place: Place, **of_each: tuple[str, str]) -> tuple[Question, QuestionView]:
    """A talk that two colleagues wrote differently, as the page of two versions opens it."""
    place.meet(SECOND)
    record_id = place.talk(SECOND)
    with place.desk.vault.read() as reader:
        head = reader.head(record_id)
    assert head is not None
    body = msgspec.json.decode(head.leaf.body, type=ConsultativeNote)
    for side in (0, 1):
        changes = {name: both[side] for name, both in of_each.items()}
        version = msgspec.structs.replace(body, **changes)
        place.station.save(
            version, visit_id=SECOND, school_id=SCHOOL, record_id=record_id, base=head.tips
        )
    (asked,) = questions(place.desk)
    return asked, open_question(place.desk, asked)


def test_of_two_versions_of_a_talk_the_question_can_be_typed_anew_and_the_outcome_is_of_a_list(
    place: Place,
) -> None:
    _, view = two_versions(
        place, outcome=("finished", "continued"), question=("Hoe starten?", "Hoe verder?")
    )
    rows = {one.path[0]: one for one in view.rows}
    assert rows["question"].is_text
    assert {rows["outcome"].left, rows["outcome"].right} == {"afgerond", "vervolg CLLB"}
    assert not rows["outcome"].is_text
    assert "signaal" in {one.words for one in rows["outcome"].choices}


def test_a_grade_and_a_theme_of_two_versions_stand_in_words_and_come_out_of_their_list(
    place: Place,
) -> None:
    asked, view = two_versions(place, grade=("L3", "L4"), theme=("breaks", "class_climate"))
    rows = {one.path[0]: one for one in view.rows}
    assert {rows["grade"].left, rows["grade"].right} == {"3e leerjaar", "4e leerjaar"}
    assert {rows["theme"].left, rows["theme"].right} == {"speelplaats, pauzes", "klasklimaat"}
    assert ("L5", "5e leerjaar") in {(one.code, one.words) for one in rows["grade"].choices}
    own: dict[FieldPath, object] = {("grade",): "L5", ("theme",): "bullying"}
    choose(place.desk, asked, view.seen, Choice(Side.LEFT, own=own, reason="nagevraagd"))
    with place.desk.vault.read() as reader:
        (note,) = all_standing(reader.heads(kinds=("consultative_note",)), ConsultativeNote)
    assert (note.body.grade, note.body.theme) == ("L5", "bullying")


@pytest.mark.parametrize(
    "field, value, key",
    [
        ("grade", "het derde", "conflicts.not_in_list"),
        ("theme", "speelplaats, pauzes", "conflicts.not_in_list"),
        ("pseudonym", "Lotte Peeters", "conflicts.not_typed"),
    ],
)
def test_a_value_that_the_list_does_not_hold_is_refused_when_it_is_written(
    place: Place, field: str, value: str, key: str
) -> None:
    asked, view = two_versions(place, grade=("L3", "L4"), theme=("breaks", "class_climate"))
    with pytest.raises(Refused) as refused:
        choose(
            place.desk,
            asked,
            view.seen,
            Choice(Side.LEFT, own={(field,): value}, reason="nagevraagd"),
        )
    assert refused.value.key == key
    assert questions(place.desk) == (asked,)


def test_a_theme_of_one_version_does_not_go_with_the_domain_of_the_other(place: Place) -> None:
    place.at(SECOND)
    record_id = RecordId("signal-1")
    made = [
        Signal(
            school_id=SCHOOL,
            level=SchoolLevel.PRIMARY,
            domain=domain,
            theme=theme,
            sort=SignalSort.NEED,
            source=SignalSource.CARE_MEETING,
            priority=SignalPriority.USUAL,
            text="drie klassen",
            on=DAYS[SECOND],
        )
        for domain, theme in ((CareDomain.PSYCHOSOCIAL, "breaks"), (CareDomain.HEALTH, "sleep"))
    ]
    for one in made:
        place.station.save(one, visit_id=SECOND, school_id=SCHOOL, record_id=record_id, base=())
    (asked,) = questions(place.desk)
    view = open_question(place.desk, asked)
    themes = next(row for row in view.rows if row.path == ("theme",))
    assert {themes.left, themes.right} == {"speelplaats, pauzes", "slaap"}
    mixed = Choice(Side.LEFT, other=frozenset({("theme",)}))
    with pytest.raises(Refused) as refused:
        choose(place.desk, asked, view.seen, mixed)
    assert refused.value.key == "conflicts.not_together"
    choose(
        place.desk, asked, view.seen, Choice(Side.LEFT, other=frozenset({("theme",), ("domain",)}))
    )
    assert questions(place.desk) == ()
