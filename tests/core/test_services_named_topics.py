"""Topics on name are part of the dossier of whom they name, and of nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import Body
from clbdesk.domain.care import (
    Agreement,
    CareDomain,
    ConsultativeNote,
    EducationalNeed,
    TopicSubject,
)
from clbdesk.domain.care_outcome import BorderBasis, BorderReason, Transition
from clbdesk.domain.disclosing import AccessWay, Requester
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Enrolment, Pupil, Sex
from clbdesk.domain.visits import VisitPupil
from clbdesk.errors import Defect
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.access_paper import bundle_item
from clbdesk.services.access_request import Asked, weigh
from clbdesk.services.care_entry import meeting_id
from clbdesk.services.care_topic import open_topic
from clbdesk.services.history import open_record, view_history
from clbdesk.services.history_rows import Group
from clbdesk.standards.access_matrix import Why
from tests.builders.care import SCHOOL, SECOND, Place, new_place

BORN = date(2014, 3, 4)
LOTTE, NOAH, LOTTE_TWO = PupilId("pupil-1"), PupilId("pupil-2"), PupilId("pupil-3")


def listed(place: Place, pupil_id: PupilId, given: str, family: str) -> None:
    """A pupil of twelve on the list of the visit."""
    body = Pupil(given_name=given, family_name=family, birth_date=BORN, sex=Sex.FEMALE)
    place.station.save(body, pupil_id=pupil_id, record_id=pupil_id)
    enrolled = Enrolment(
        pupil_id=pupil_id, school_id=SCHOOL, school_year=2026, class_name="6A", stage="L6"
    )
    place.station.save(enrolled, pupil_id=pupil_id, school_id=SCHOOL)
    place.station.save(
        VisitPupil(visit_id=SECOND, pupil_id=pupil_id, class_name="6A"),
        pupil_id=pupil_id,
        visit_id=SECOND,
        record_id=derived_record_id("visit_pupil", SECOND, pupil_id),
    )


def saved(place: Place, body: Body) -> RecordId:
    return place.station.save(body, visit_id=SECOND, school_id=SCHOOL).record_id


def note(place: Place, question: str, *, named: bool = True) -> RecordId:
    body = ConsultativeNote(
        meeting_id=meeting_id(SECOND),
        school_id=SCHOOL,
        number=1,
        subject=TopicSubject.PUPIL_INITIALS,
        pseudonym="leerling A",
        grade="L6",
        domains=(CareDomain.LEARNING,),
        phase=1,
        initiative="school",
        question=question,
        strengths=("helpt graag",),
        personal_data=named,
    )
    return saved(place, body)


def agreed(place: Place, topic_id: RecordId, what: str) -> RecordId:
    body = Agreement(
        school_id=SCHOOL,
        meeting_id=meeting_id(SECOND),
        topic_id=topic_id,
        who="Kim Daems",
        what=what,
        by=date(2026, 12, 7),
    )
    return saved(place, body)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A meeting, and two pupils on its list."""
    made = new_place(tmp_path)
    made.meet(SECOND)
    listed(made, LOTTE, "Lotte", "Peeters")
    listed(made, NOAH, "Noah", "Claes")
    yield made
    made.station.vault.close()


def guidance(place: Place, pupil_id: PupilId) -> set[RecordId]:
    rows = view_history(place.desk, SECOND, pupil_id).rows
    return {row.record_id for row in rows if row.group is Group.GUIDANCE}


def asked(requester: Requester = Requester.PUPIL) -> Asked:
    return Asked(
        requester=requester,
        name="Lotte Peeters",
        way=AccessWay.VIEWING,
        received_on=date(2026, 11, 23),
    )


def test_a_topic_on_name_and_its_agreements_stand_in_the_dossier_of_whom_they_name(
    place: Place,
) -> None:
    topic = note(place, "Hoe Lotte helpen starten?")
    agreement = agreed(place, topic, "stappenkaart maken")
    assert guidance(place, LOTTE) == {topic, agreement}
    assert guidance(place, NOAH) == set()
    (row,) = [one for one in view_history(place.desk, SECOND, LOTTE).rows if one.record_id == topic]
    assert row.domains == ("leren en studeren",)
    text = open_record(place.desk, LOTTE, topic)
    assert "Hoe Lotte helpen starten?" in [one.value for one in text.fields]
    assert (text.may_withdraw, text.of_pupil) == (False, False)


def test_opening_it_is_logged_with_the_pupil(place: Place) -> None:
    topic = note(place, "Hoe Lotte helpen starten?")
    open_record(place.desk, LOTTE, topic)
    with place.desk.vault.read() as reader:
        line = reader.access_lines()[-1]
    assert (line.action, line.kind, line.pupil_id) == ("open", "consultative_note", LOTTE)


def test_a_topic_that_is_not_on_name_is_in_no_dossier_and_opens_from_none(place: Place) -> None:
    topic = note(place, "Hoe Lotte helpen starten?", named=False)
    assert guidance(place, LOTTE) == set()
    with pytest.raises(Defect):
        open_record(place.desk, LOTTE, topic)


def test_a_topic_of_another_pupil_does_not_open_from_this_dossier(place: Place) -> None:
    topic = note(place, "Hoe Noah helpen starten?")
    with pytest.raises(Defect):
        open_record(place.desk, LOTTE, topic)


def test_a_name_that_two_pupils_share_points_at_neither_but_the_whole_name_does(
    place: Place,
) -> None:
    listed(place, LOTTE_TWO, "Lotte", "Maes")
    shared = note(place, "Hoe Lotte helpen starten?")
    whole = note(place, "Hoe Lotte Maes helpen starten?")
    assert shared not in guidance(place, LOTTE) | guidance(place, LOTTE_TWO)
    assert guidance(place, LOTTE_TWO) == {whole}
    assert guidance(place, LOTTE) == set()


def test_whoever_asks_for_the_dossier_gets_a_topic_on_name_word_for_word(place: Place) -> None:
    topic = note(place, "Hoe Lotte helpen starten?")
    weighed = {one.text.record_id: one for one in weigh(place.desk, LOTTE, asked())}
    assert weighed[topic].against == ()
    paper = bundle_item(weighed[topic].text)
    assert "Hoe Lotte helpen starten?" in msgspec.json.encode(paper).decode()
    assert "helpt graag" in msgspec.json.encode(paper).decode()


def test_a_topic_that_names_another_pupil_too_is_given_to_nobody(place: Place) -> None:
    topic = note(place, "Lotte en Noah zitten naast elkaar")
    assert topic in guidance(place, LOTTE) & guidance(place, NOAH)
    weighed = {one.text.record_id: one for one in weigh(place.desk, LOTTE, asked())}
    assert Why.THIRD_PARTY in weighed[topic].against


def revised(place: Place, topic: RecordId, **changed: object) -> None:
    """A next version of the same topic."""
    with place.desk.vault.read() as reader:
        head = reader.head(topic)
    assert head is not None
    body = msgspec.json.decode(head.leaf.body, type=ConsultativeNote)
    place.station.save(
        msgspec.structs.replace(body, **changed),
        visit_id=SECOND,
        school_id=SCHOOL,
        record_id=topic,
        base=head.tips,
    )
    place.station.clock.advance(timedelta(minutes=1))


def test_a_topic_that_named_another_pupil_before_is_given_to_nobody(place: Place) -> None:
    topic = note(place, "Lotte en Noah zitten naast elkaar")
    revised(place, topic, question="Lotte zit naast een klasgenoot")
    weighed = {one.text.record_id: one for one in weigh(place.desk, LOTTE, asked())}
    assert Why.THIRD_PARTY in weighed[topic].against
    assert topic not in guidance(place, NOAH), "the last version is not about Noah"


def test_a_topic_that_was_on_name_stays_in_the_dossier_of_whom_it_named(place: Place) -> None:
    topic = note(place, "Hoe Lotte helpen starten?")
    agreement = agreed(place, topic, "stappenkaart maken")
    revised(place, topic, personal_data=False, question="Hoe leerling A helpen starten?")
    weighed = {one.text.record_id: one for one in weigh(place.desk, LOTTE, asked())}
    assert weighed[topic].against == ()
    assert weighed[agreement].against == ()
    assert "Lotte" in msgspec.json.encode(bundle_item(weighed[topic].text)).decode()
    assert topic not in guidance(place, NOAH)


def test_a_name_corrected_to_another_pupil_belongs_to_that_pupil_alone(place: Place) -> None:
    topic = note(place, "Hoe Noah helpen starten?")
    revised(place, topic, question="Hoe Lotte helpen starten?")
    revised(place, topic, personal_data=False, question="Hoe leerling A helpen starten?")
    assert topic in guidance(place, LOTTE)
    assert topic not in guidance(place, NOAH)


def test_the_paper_of_a_topic_is_in_words_and_does_not_tell_of_a_safety_concern(
    place: Place,
) -> None:
    topic = note(place, "Hoe Lotte helpen starten?")
    revised(
        place,
        topic,
        informed="by_school",
        needs=(EducationalNeed(sort="instruction", text="korte stappen"),),
        principles=("goal_directed",),
        theme="maths",
        outcome="concern",
    )

    def paper() -> tuple[dict[str, str], str]:
        (one,) = [
            one.text for one in weigh(place.desk, LOTTE, asked()) if one.text.record_id == topic
        ]
        item = bundle_item(one)
        return dict(item.facts), msgspec.json.encode(item).decode()

    facts, said = paper()
    assert facts["Ingelicht"] == "ja, door de school"
    assert facts["Onderwijsbehoeften"] == "Instructie · korte stappen"
    assert facts["Uitgangspunten"] == "doelgericht"
    assert facts["Kernactiviteit"] == "consultatieve leerlingenbegeleiding"
    assert facts["Thema"] == "rekenen"
    for code in ("by_school", "instruction", "goal_directed", "CLLB", "maths"):
        assert code not in said
    assert "concern" not in said
    assert "apart opgevolgd" not in said

    revised(place, topic, outcome="finished")
    facts, said = paper()
    assert facts["Besluit"] == "afgerond"
    assert "concern" not in said, "nor does an earlier version"


def crossed(place: Place, name: str, born: date) -> RecordId:
    """A crossing of the border for a pupil who was on no laptop: by name and birth date."""
    body = Transition(
        school_id=SCHOOL,
        topic_id=None,
        reason=BorderReason.REPORT,
        basis=BorderBasis.COMPULSORY_EDUCATION,
        on=date(2026, 11, 23),
        words="twintig halve dagen",
        pupil_name=name,
        birth_date=born,
    )
    return saved(place, body)


@pytest.mark.parametrize("said", ["Lotte Peeters", "peeters lotte", "Lotte  PEETERS"])
def test_a_crossing_that_was_said_by_name_is_in_the_dossier_and_can_be_asked_for(
    place: Place, said: str
) -> None:
    record_id = crossed(place, said, BORN)
    rows = view_history(place.desk, SECOND, LOTTE).rows
    assert record_id in {row.record_id for row in rows}
    given = [one for one in weigh(place.desk, LOTTE, asked()) if one.text.record_id == record_id]
    assert [one.against for one in given] == [()]
    assert "twintig halve dagen" in [field.value for field in given[0].text.fields]
    assert open_record(place.desk, LOTTE, record_id).row.record_id == record_id


@pytest.mark.parametrize(
    "said, born",
    [("Lotte Peeters", date(2013, 1, 1)), ("Lotte", BORN), ("Noah Claes", date(2013, 1, 1))],
)
def test_a_crossing_of_somebody_else_is_not(place: Place, said: str, born: date) -> None:
    record_id = crossed(place, said, born)
    for pupil_id in (LOTTE, NOAH):
        rows = view_history(place.desk, SECOND, pupil_id).rows
        assert record_id not in {row.record_id for row in rows}


def test_opening_a_topic_on_name_in_its_meeting_stands_in_the_log_of_whom_it_names(
    place: Place,
) -> None:
    named, plain = note(place, "Hoe Lotte helpen?"), note(place, "Hoe starten?", named=False)
    for record_id in (named, plain):
        open_topic(place.desk, SECOND, record_id)
    with place.desk.vault.read() as reader:
        lines = [one for one in reader.access_lines() if one.kind == "consultative_note"]
    assert [(one.record_id, one.pupil_id) for one in lines if one.action == "open"] == [
        (named, LOTTE),
        (plain, None),
    ]
