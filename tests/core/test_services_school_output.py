"""Output to the school on a real vault: what goes, what never goes, what blocks, what is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.care import Hypothesis, HypothesisState, Statement, TopicSubject, Tried
from clbdesk.domain.care_outcome import MeetingText, OutputForm, SchoolOutput
from clbdesk.domain.development import Nature
from clbdesk.domain.people import Membership, Pupil, Sex
from clbdesk.domain.rights import put_rights_in_force
from clbdesk.errors import Refused
from clbdesk.ids import SchoolId
from clbdesk.services import care_topic
from clbdesk.services.care_entry import AgreementEntry, ParticipantEntry
from clbdesk.services.meeting_text import open_meeting_texts, view_meeting_texts
from clbdesk.services.reading import all_standing
from clbdesk.services.school_output import (
    LENGTH,
    OutputView,
    Trouble,
    findings,
    missing_explanations,
    page_count,
    print_output,
    release,
    view_output,
    whole_text,
)
from clbdesk.standards.school_output import suspect_words
from tests.builders.care import SECOND, Place, new_place, topic
from tests.builders.paper_words import pages_of

LIST, REPORT = OutputForm.AGREEMENTS, OutputForm.REPORT


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = new_place(tmp_path)
    lotte = Pupil(
        given_name="Lotte", family_name="Peeters", birth_date=date(2018, 3, 4), sex=Sex.FEMALE
    )
    kim = msgspec.structs.replace(lotte, given_name="Kim", family_name="Claes")
    for number, one in enumerate((lotte, kim)):
        made.station.save(one, pupil_id=f"pupil-{number}", record_id=f"pupil-{number}")
    made.meet(SECOND)
    yield made
    made.station.vault.close()


def talked(place: Place, **fields: object) -> OutputView:
    """A recorded meeting with one topic that differs in some fields."""
    view = care_topic.view_topic(place.desk, SECOND, care_topic.new_topic_id(place.desk))
    place.talk(SECOND, msgspec.structs.replace(topic(view), **fields))
    return view_output(place.desk, SECOND)


def everything_filled_in() -> dict[str, object]:
    return {
        "observations": ("kijkt veel rond",),
        "tried": (Tried(measure="plaats vooraan"),),
        "hypotheses": (Hypothesis(text="slaapt thuis slecht"),),
        "clb_note": "eerder gekend bij het CLB",
        "one_word": "hoopvol",
        "usefulness": 4,
    }


def test_the_list_of_agreements_holds_only_what_the_table_lets_through(place: Place) -> None:
    view = talked(place, **everything_filled_in())
    text = view.texts[LIST]
    for there in (
        "De Kring",
        "Leerling A · 3e leerjaar",
        "Kim Daems – stappenkaart",
        "04 jan 2027",
    ):
        assert there in text
    for never in ("kijkt veel rond", "vooraan", "slaapt", "gekend", "hoopvol", "korte stappen"):
        assert never not in text


def test_the_report_adds_participants_needs_and_goals_but_never_hypotheses_or_the_nota(
    place: Place,
) -> None:
    view = talked(place, **everything_filled_in())
    text = view.texts[REPORT]
    for there in ("Mia Aerts, zorgcoördinator", "Instructie: korte stappen", "begint zelf"):
        assert there in text
    for never in ("slaapt", "gekend", "kijkt veel rond", "hoopvol"):
        assert never not in text


def test_a_hypothesis_among_the_observations_goes_nowhere_and_is_named(place: Place) -> None:
    marked = Statement(
        text="slaapt thuis slecht", nature=Nature.HYPOTHESIS, status=HypothesisState.OPEN
    )
    view = talked(place, observations=(marked,))
    assert all("slaapt" not in text for text in view.texts.values())
    assert {"hypotheses", "observations"} <= {one.code for one in view.left_out[REPORT]}


def test_what_is_left_out_is_named_and_only_what_the_meeting_has(place: Place) -> None:
    bare = {one.code for one in talked(place).left_out[REPORT]}
    assert "hypotheses" not in bare
    assert "clb_note" not in bare
    full = {one.code for one in talked(place, **everything_filled_in()).left_out[REPORT]}
    assert {"hypotheses", "clb_note", "observations", "tried"} <= full
    assert "needs" in {one.code for one in view_output(place.desk, SECOND).left_out[LIST]}


@pytest.mark.parametrize("form", OutputForm)
def test_a_safety_concern_leaves_no_trace_in_what_goes_nor_in_what_is_left_out(
    place: Place, form: OutputForm
) -> None:
    plain = talked(place)
    concerned = talked(place, outcome="concern", title="leerling A")
    first, second = concerned.texts[form].split("\n\n")[-2:]
    assert first.replace("Leerling B", "Leerling A") == second.replace("Leerling B", "Leerling A")
    assert concerned.left_out[form] == plain.left_out[form]


def test_a_pupils_name_blocks_and_a_participant_of_that_name_does_not(place: Place) -> None:
    view = talked(place)
    text = f"{view.texts[LIST]}\nLotte leest graag"
    found = findings(view, LIST, text)
    assert [(one.trouble, one.word) for one in found] == [(Trouble.NAME, "Lotte")]
    with pytest.raises(Refused) as refused:
        release(place.desk, view, LIST, text, "Mia Aerts", {"lotte": "een uitleg die lang is"})
    assert refused.value.key == "care_output.name_in_text"
    assert "Lotte" not in str(refused.value), "what is raised may end up in a log"
    assert "Kim Daems" in view.texts[LIST]
    assert findings(view, LIST, view.texts[LIST]) == ()


def test_a_pupil_or_parent_at_the_table_is_not_named_in_what_goes(place: Place) -> None:
    place.meet(
        SECOND,
        ParticipantEntry(name="Lotte Peeters", function="pupil"),
        ParticipantEntry(name="Jan Peeters", function="parent"),
    )
    view = talked(place)
    assert "\nleerling\nouder\n" in view.texts[REPORT]
    assert "Peeters" not in view.texts[REPORT]
    found = findings(view, LIST, f"{view.texts[LIST]}\nafgesproken met Lotte Peeters")
    assert [(one.trouble, one.word) for one in found] == [(Trouble.NAME, "Lotte Peeters")]
    assert "Jan Peeters" not in [one.name for one in view.recipients]


def test_initials_do_not_go_on_the_list_of_agreements(place: Place) -> None:
    view = talked(place, subject=TopicSubject.PUPIL_INITIALS, title="L.P.")
    assert "L.P." not in view.texts[LIST]
    assert "L.P." in view.texts[REPORT]


def test_a_medical_word_goes_or_is_explained_in_ten_characters(place: Place) -> None:
    rows = (AgreementEntry(who="Mia Aerts", what="logopediste bellen", by=date(2026, 12, 7)),)
    view = talked(place, agreements=rows)
    text = view.texts[LIST]
    (found,) = findings(view, LIST, text)
    assert (found.trouble, found.word, found.list) == (Trouble.WORD, "logopediste", "medisch")
    assert text[found.start :].startswith("logopediste")
    with pytest.raises(Refused):
        release(place.desk, view, LIST, text, "Mia Aerts", {"logopediste": "te kort"})
    assert missing_explanations([found], {"logopediste": "         "}) == [found]
    release(place.desk, view, LIST, text, "Mia Aerts", {"logopediste": "op vraag van de ouders"})
    assert outputs(place)[0].explained[0].word == "logopediste"


def test_a_text_of_two_pages_is_explained_under_its_own_word(place: Place) -> None:
    view = talked(place)
    text = view.texts[LIST] + "\n" + "\n".join(["nog een regel"] * 80)
    assert [one.key for one in findings(view, LIST, text)] == [LENGTH]
    with pytest.raises(Refused) as refused:
        release(place.desk, view, LIST, text, "Mia Aerts", {})
    assert refused.value.key == "care_output.explain_length"


def talked_of_much(place: Place, topics: int, agreements: int) -> OutputView:
    """A meeting with so many topics, and so many agreements over all of them."""
    for number in range(topics):
        record_id = care_topic.new_topic_id(place.desk)
        view = care_topic.view_topic(place.desk, SECOND, record_id)
        own = range(number, agreements, topics)
        made = tuple(
            AgreementEntry(
                who="Kim Daems", what=f"instructiekaart {one} maken", by=date(2026, 12, 7)
            )
            for one in own
        )
        entry = msgspec.structs.replace(topic(view), agreements=made)
        care_topic.record_topic(place.desk, view, entry, view.base)
    return view_output(place.desk, SECOND)


def test_thirty_agreements_over_four_topics_stand_closer_and_are_one_page(place: Place) -> None:
    view = talked_of_much(place, topics=4, agreements=30)
    assert view.texts[LIST].count("instructiekaart") == 30
    assert page_count(view, view.texts[LIST]) == 1
    assert findings(view, LIST, view.texts[LIST]) == ()
    release(place.desk, view, LIST, view.texts[LIST], "Mia Aerts", {})
    printed = print_output(place.desk, view_output(place.desk, SECOND), outputs(place)[0])
    assert printed.pages == 1


def test_thirty_agreements_over_nine_topics_go_only_when_somebody_says_why(place: Place) -> None:
    view = talked_of_much(place, topics=9, agreements=30)
    assert [one.key for one in findings(view, LIST, view.texts[LIST])] == [LENGTH]
    with pytest.raises(Refused, match=r"care_output\.explain_length"):
        release(place.desk, view, LIST, view.texts[LIST], "Mia Aerts", {})
    release(place.desk, view, LIST, view.texts[LIST], "Mia Aerts", {LENGTH: "negen besprekingen"})
    assert outputs(place)[0].text.count("instructiekaart") == 30, "nothing falls off the page"


def test_the_exact_text_and_its_hash_are_kept_and_printed_word_for_word(place: Place) -> None:
    view = talked(place)
    text = view.texts[LIST].replace("samen", "in een groepje")
    release(place.desk, view, LIST, text, "Mia Aerts", {})
    (kept,) = outputs(place)
    assert kept.text == whole_text(text)
    assert kept.sha256 == hashlib.sha256(kept.text.encode()).hexdigest()
    assert kept.edited
    assert kept.recipient_function == "care_coordinator"
    printed = print_output(place.desk, view_output(place.desk, SECOND), kept)
    on_paper = pages_of(printed.pdf)[0]
    for line in kept.text.split("\n"):
        assert " ".join(line.split()) in " ".join(on_paper.split())
    assert printed.missing == ""
    assert printed.pages == 1


def test_a_meeting_that_changed_since_is_composed_again_before_it_is_released(
    place: Place,
) -> None:
    view = talked(place)
    place.talk(SECOND)
    with pytest.raises(Refused) as refused:
        release(place.desk, view, LIST, view.texts[LIST], "Mia Aerts", {})
    assert refused.value.key == "care_output.changed"
    assert outputs(place) == []


def test_nobody_of_the_centre_and_no_parent_is_the_recipient(place: Place) -> None:
    view = talked(place)
    assert [one.name for one in view.recipients] == ["Mia Aerts", "Kim Daems"]
    with pytest.raises(Refused):
        release(place.desk, view, LIST, view.texts[LIST], "Tom Wouters", {})


def test_drafts_of_topics_do_not_go(place: Place) -> None:
    with pytest.raises(Refused) as refused:
        view_output(place.desk, SECOND)
    assert refused.value.key == "care_output.no_topics"


@pytest.mark.parametrize(
    "text,words",
    [
        ("een instructiekaart en een rustplek", []),
        ("ASS of ADHD", ["ASS", "ADHD"]),
        ("de klas als geheel, een plan", []),
        ("gediagnosticeerd", []),
        ("Diagnose en kinderpsychiater", ["Diagnose", "kinderpsychiater"]),
        ("het CLB-dossier", ["CLB-dossier"]),
        ("ADHD-pilletjes", ["ADHD"]),
        ("een verontrustende melding", ["verontrustende"]),
    ],
)
def test_words_count_whole_or_by_their_stem(text: str, words: list[str]) -> None:
    assert [one.word for one in suspect_words(text)] == words


def outputs(place: Place) -> list[SchoolOutput]:
    with place.desk.vault.read() as reader:
        heads = reader.heads(kinds=("school_output",))
        return [one.body for one in all_standing(heads, SchoolOutput)]


def test_a_name_in_the_report_of_a_topic_on_name_is_explained_and_never_goes_on_the_list(
    place: Place,
) -> None:
    view = talked(place, question="Hoe Lotte helpen starten?")
    assert [one.trouble for one in findings(view, REPORT, view.texts[REPORT])] == [Trouble.NAME]
    view = replace(view, is_named=True)
    assert [one.trouble for one in findings(view, LIST, view.texts[LIST])] == [Trouble.NAME]
    (found,) = findings(view, REPORT, view.texts[REPORT])
    assert (found.trouble, found.word) == (Trouble.WORD, "Lotte")
    with pytest.raises(Refused) as refused:
        release(place.desk, view, REPORT, view.texts[REPORT], "Mia Aerts", {})
    assert refused.value.key == "care_output.unexplained"
    assert "Lotte" not in str(refused.value)


def told(place: Place) -> list[MeetingText]:
    """What doctor and nurse of the school will read."""
    with place.desk.vault.read() as reader:
        return [
            one.body for one in all_standing(reader.heads(kinds=("meeting_text",)), MeetingText)
        ]


def test_the_very_text_that_went_to_the_school_is_what_doctor_and_nurse_read(place: Place) -> None:
    view = talked(place, **everything_filled_in())
    release(place.desk, view, LIST, view.texts[LIST], "Mia Aerts", {})
    (output,) = outputs(place)
    (text,) = told(place)
    assert text.text == output.text
    assert (text.school_id, text.meeting_id, text.on) == (
        output.school_id,
        output.meeting_id,
        view.on,
    )
    for kept in ("kijkt veel rond", "slaapt thuis slecht", "eerder gekend", "hoopvol"):
        assert kept not in text.text, "what never goes to the school never crosses the wall"
    assert view_meeting_texts(place.desk, SECOND).texts[0].text == output.text


@pytest.mark.parametrize("form", [LIST, REPORT])
def test_of_a_meeting_with_a_topic_on_name_nothing_crosses(place: Place, form: OutputForm) -> None:
    view = replace(talked(place), is_named=True)
    release(place.desk, view, form, view.texts[form], "Mia Aerts", {})
    assert len(outputs(place)) == 1
    assert told(place) == []


def test_who_does_not_work_for_the_school_reads_no_text_of_its_meetings(place: Place) -> None:
    view = talked(place)
    release(place.desk, view, LIST, view.texts[LIST], "Mia Aerts", {})
    elsewhere = Membership(
        staff_id=place.desk.user.staff_id,
        role=place.desk.user.role,
        school_id=SchoolId("another school"),
        since=date(2026, 9, 1),
    )
    put_rights_in_force((), [elsewhere])
    with pytest.raises(Refused, match=r"emergency\.closed"):
        view_meeting_texts(place.desk, SECOND)
    put_rights_in_force(())
    assert len(open_meeting_texts(place.desk, SECOND).texts) == 1
    with place.desk.vault.read() as reader:
        assert reader.access_lines()[-1].kind == "meeting_text"
