"""The acceptance checks of handbook 3 §10 on a laptop's services, each by trying to break it.

Here: 3, 4, 5, 7, 9, 10 and 12. In the window: 1 and 2 (tests/journeys/test_acceptance_checks.py).
At the centre: 6, 8, 10 and 11 (tests/centre/test_acceptance_checks.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pypdfium2
import pytest

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamBody
from clbdesk.domain.contact import ConclusionWord, Growth
from clbdesk.domain.development import Development, WellBeing
from clbdesk.domain.disclosing import AgreedBy, AgreedHow, MessageChannel, Requester
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.letters import Recipient
from clbdesk.domain.people import Enrolment, Pupil, Sex
from clbdesk.domain.revision import Role
from clbdesk.domain.shielding import Flag
from clbdesk.domain.vaccination import Dose, DoseStatus
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import ClbdeskError, Refused
from clbdesk.ids import RecordId, SchoolId, StaffId
from clbdesk.reports.paper import Printed
from clbdesk.services.access_request import make_bundle, open_access, open_capacity, weigh
from clbdesk.services.capacity import capacity_of, decide_competence
from clbdesk.services.desk import User
from clbdesk.services.emergency import ReadingReason, begin_reading, look_at_closed
from clbdesk.services.guidance_request import view_request_form
from clbdesk.services.history import open_history, open_record, view_history
from clbdesk.services.history_tests import open_tests
from clbdesk.services.intervention import open_interventions
from clbdesk.services.letter_content import recipient_on
from clbdesk.services.letter_states import PRINTABLE
from clbdesk.services.letters import make_letters, open_letters
from clbdesk.services.pupil import PupilOnVisit, open_pupil
from clbdesk.services.released_summary import open_summary_form
from clbdesk.services.retention import view_retention
from clbdesk.services.school_message import Told, open_messages, tell_school
from clbdesk.services.search import find_pupils
from clbdesk.services.shielding import shield
from clbdesk.services.side_effect import side_effect_report
from clbdesk.services.vaccination_card_paper import cards_of_visit, print_card
from clbdesk.services.visit_papers import VisitList, visit_paper
from clbdesk.standards.retention import kept_until
from clbdesk.storage.access_log import broken_at, first_link
from tests.builders.contact_visit import AN, TODAY, VISIT, ContactVisit, opened_contact_visit
from tests.core.test_everything_typed_can_be_asked_for import ABOUT_A_PUPIL, Marker
from tests.core.test_services_access import MAES, asked, remarked
from tests.core.test_services_letters import concluded, measured, pupil_named

SECRET = "VERTELD IN VERTROUWEN"


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def pupil_born(visit: ContactVisit, born: date, *, special: bool = False) -> PupilOnVisit:
    """A pupil of the visit with this birth date."""
    found = pupil_named(visit, "Peeters", "Noor", birth=born)
    if special:
        body = Enrolment(
            pupil_id=found.pupil_id,
            school_id=SchoolId("school-9"),
            school_year=2024,
            class_name="BuO",
            stage=None,
            special_education=True,
        )
        visit.save(body, pupil_id=found.pupil_id)
    return found


# --- 3: twelve tomorrow ---


def who_decides(visit: ContactVisit, pupil: PupilOnVisit, item: RecordId) -> set[str]:
    """Who decides, asked of everything that depends on it: they must all say the same."""
    desk = visit.desk(MAES)
    today = local_day(desk.clock.now())
    weighed = weigh(desk, pupil.pupil_id, asked(Requester.MOTHER, signed=True))
    against = next(one.against for one in weighed if one.text.record_id == item)
    told = Told(
        text="bril dragen in de klas",
        recipient="Mia Aerts",
        recipient_function="zorgcoördinator",
        channel=MessageChannel.TALK,
        agreed_by=AgreedBy.PUPIL,
        agreed_how=AgreedHow.SPOKEN,
    )
    try:
        tell_school(desk, pupil, told)
        agrees = True
    except Refused:
        agrees = False
    with visit.station.vault.read() as reader:
        capacity = capacity_of(reader, pupil.pupil_id, pupil.pupil.birth_date, today)
    decided = capacity.decided.body if capacity.decided else None
    letter = recipient_on(pupil.pupil.birth_date, today, decided)
    answers = (
        bool(against),
        agrees,
        letter is Recipient.PUPIL_AND_PARENTS,
        capacity.competent,
        open_access(desk, VISIT, pupil.pupil_id).capacity.competent,
        view_request_form(desk, VISIT, pupil.pupil_id).competent,
        open_summary_form(desk, VISIT, pupil.pupil_id).crossing.competent,
    )
    return {"pupil" if one else "parents" for one in answers}


def test_check_3_everything_switches_at_midnight_of_the_twelfth_birthday(
    visit: ContactVisit,
) -> None:
    pupil = pupil_born(visit, date(2014, 11, 24))
    item = remarked(visit, pupil, "TEKST")
    assert who_decides(visit, pupil, item) == {"parents"}
    visit.station.clock.advance(timedelta(days=1))
    assert who_decides(visit, pupil, item) == {"pupil"}


def test_check_3_a_decision_of_the_team_overrides_the_age_both_ways_and_both_stay(
    visit: ContactVisit,
) -> None:
    pupil = pupil_born(visit, date(2014, 11, 24))
    item = remarked(visit, pupil, "TEKST")
    desk = visit.desk(MAES)
    team = {"decided_by": "team", "reasons": "besproken"}
    decide_competence(desk, pupil.pupil_id, competent=True, since=TODAY, **team)
    assert who_decides(visit, pupil, item) == {"pupil"}

    tomorrow = TODAY + timedelta(days=1)
    decide_competence(desk, pupil.pupil_id, competent=False, since=tomorrow, **team)
    visit.station.clock.advance(timedelta(days=1))
    assert who_decides(visit, pupil, item) == {"parents"}, "although twelve today"

    decided = open_access(desk, VISIT, pupil.pupil_id).capacity.decided
    assert decided is not None
    with visit.station.vault.read() as reader:
        assert len(reader.history(decided.record_id)) == 2


# --- 4: in confidence, agogic exception ---


@pytest.mark.parametrize(
    "moment, requester",
    [
        (ContactMoment.SO3, Requester.PUPIL),
        (ContactMoment.SO3, Requester.CONFIDANT),
        (ContactMoment.SO3, Requester.MOTHER),
        (ContactMoment.LO1, Requester.MOTHER),
        (ContactMoment.LO1, Requester.FATHER),
        (ContactMoment.LO1, Requester.LEGAL_GUARDIAN),
    ],
)
def test_check_4_what_was_told_in_confidence_reaches_nobody_by_no_detour(
    visit: ContactVisit, moment: ContactMoment, requester: Requester
) -> None:
    """Not as it stands, not as an earlier version, not by the flag, the list or the request."""
    pupil = visit.pupil(moment)
    remarked(visit, pupil, "GEWONE TEKST")
    item = remarked(visit, pupil, SECRET)
    with visit.station.vault.read() as reader:
        first = reader.head(item)
    body = msgspec.json.decode(first.leaf.body, type=Growth)
    corrected = msgspec.structs.replace(body, remark=f"{SECRET} 2")
    visit.save(corrected, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=item, base=first.tips)
    flags = (Flag.CONFIDENTIAL_SOURCE,)
    shield(visit.desk(MAES), item, flags, "GEZEGD DOOR DE BUUR")

    form = asked(requester, signed=True, permission="alles mag", weighed=True)
    bundle = make_bundle(visit.desk(MAES), pupil.pupil_id, form).value

    everything = text_of(bundle.printed.pdf) + repr(bundle.saved)
    assert "GEWONE TEKST" in everything
    assert SECRET not in everything
    assert "BUUR" not in everything
    assert item not in everything


@pytest.mark.parametrize(
    "moment, requester, is_there",
    [
        (ContactMoment.SO3, Requester.PUPIL, False),
        (ContactMoment.SO3, Requester.CONFIDANT, True),
        (ContactMoment.LO1, Requester.MOTHER, True),
        (ContactMoment.LO1, Requester.FATHER, True),
        (ContactMoment.SO3, Requester.MOTHER, False),
    ],
)
def test_check_4_an_agogic_exception_is_absent_for_the_pupil_and_there_for_who_represents(
    visit: ContactVisit, moment: ContactMoment, requester: Requester, is_there: bool
) -> None:
    pupil = visit.pupil(moment)
    remarked(visit, pupil, "GEWONE TEKST")
    item = remarked(visit, pupil, "NIET IN ZIJN BELANG")
    shield(visit.desk(MAES), item, (Flag.AGOGIC,), "nog te vroeg")
    form = asked(requester, signed=True, permission="alles mag", weighed=True)
    words = text_of(make_bundle(visit.desk(MAES), pupil.pupil_id, form).value.printed.pdf)
    assert "GEWONE TEKST" in words
    assert ("NIET IN ZIJN BELANG" in words) is is_there


# --- 5: the letter to parents ---

EXAMS = sorted(
    name for name, kind in KINDS.items() if issubclass(kind.shape, ExamBody) and name != "growth"
)


# Everything else that can be written about a pupil, apart from who it is, what the doctor signs, and
# the letter itself. A referral is a letter of its own, to whom it goes to.
BESIDE_THE_TESTS = sorted(
    set(ABOUT_A_PUPIL)
    - set(EXAMS)
    - {"growth", "pupil", "enrolment", "visit_pupil", "contact", "conclusion", "letter", "referral"}
    - {"attendance", "questionnaire", "shielding", "competence", "objection"}
)


def test_check_5_of_everything_that_can_be_typed_only_the_signed_advice_is_in_the_letter(
    visit: ContactVisit,
) -> None:
    """Every text of every test of the contact has a mark; none of them may be on paper."""
    lotte = pupil_named(visit, "Claes", "Lotte")
    marks: list[str] = []
    measured(visit, lotte, remark="MERKGROEI", state_reason="MERKREDEN")
    for name in EXAMS:
        marker = Marker()
        body = marker.struct(KINDS[name].shape)
        if isinstance(body, Development | WellBeing):
            kept = {
                area: msgspec.structs.replace(one, for_letter=False)
                for area, one in body.signals.items()
            }
            body = msgspec.structs.replace(body, not_for_parents="", signals=kept)
        visit.save(body, pupil_id=lotte.pupil_id, visit_id=VISIT, record_id=lotte.exam_id(name))
        marks += [f"{mark}" for mark in marker.marks]
    for name in BESIDE_THE_TESTS:
        marker = Marker()
        body = marker.struct(KINDS[name].shape)
        if hasattr(body, "pupil_id"):
            body = msgspec.structs.replace(body, pupil_id=lotte.pupil_id)
        visit.save(body, pupil_id=lotte.pupil_id, visit_id=VISIT)
        marks += marker.marks
    words = dict.fromkeys(
        ("growth", "weight", "vision", "hearing", "development", "well_being", "posture"),
        ConclusionWord.FOLLOW_UP,
    )
    concluded(visit, lotte, advice="RAAD VAN DE ARTS", **words)
    desk = visit.desk(AN)
    keys = [row.key for row in open_letters(desk, VISIT).rows if row.state in PRINTABLE]

    text = text_of(make_letters(desk, VISIT, keys, action="print").printed.pdf)

    assert "RAAD VAN DE ARTS" in text
    assert "121,5 cm" in text
    assert len(marks) > 40, "the marks were really there"
    assert "MERK" not in text.replace("OPMERKING", "")


# --- 7: keeping ---


@pytest.mark.parametrize(
    "last, special, until",
    [
        (date(2025, 5, 6), False, date(2035, 5, 6)),
        (date(2020, 5, 6), False, date(2035, 3, 4)),
        (date(2025, 5, 6), True, date(2040, 3, 4)),
        (date(2033, 5, 6), True, date(2043, 5, 6)),
    ],
)
def test_check_7_the_longest_of_ten_years_and_the_birthday_of_25_or_30(
    last: date, special: bool, until: date
) -> None:
    kept = kept_until(date(2010, 3, 4), last, ever_special=special)
    assert kept.until == until
    assert kept.health_until == date(last.year + 30, last.month, last.day)
    assert kept.health_until > kept.until


def test_check_7_one_year_of_special_education_long_ago_still_counts_in_the_dossier(
    visit: ContactVisit,
) -> None:
    pupil = pupil_born(visit, date(2014, 11, 24), special=True)
    remarked(visit, pupil, "TEKST")
    view = view_retention(visit.desk(MAES), pupil.pupil_id)
    assert "24 november 2044" in view.sentence or "24 nov 2044" in view.sentence
    assert "2056" in view.health_sentence, "thirty years after today for health alone"


# --- 9: reading counts ---


def test_check_9_every_way_of_reading_is_a_line_with_the_pupil_and_the_reason(
    visit: ContactVisit,
) -> None:
    pupil = pupil_born(visit, date(2018, 3, 4))
    item = remarked(visit, pupil, "TEKST")
    visit.save(
        Pupil(family_name="Naam", given_name="Alleen", birth_date=TODAY, sex=Sex.MALE),
        pupil_id="only-name",
        record_id="only-name",
    )
    desk = visit.desk(MAES)
    ways = {
        "pupil": lambda: open_pupil(desk, VISIT, pupil.pupil_id),
        "dossier": lambda: open_history(desk, VISIT, pupil.pupil_id),
        "record": lambda: open_record(desk, pupil.pupil_id, item),
        "messages": lambda: open_messages(desk, VISIT, pupil.pupil_id),
        "tests": lambda: open_tests(desk, pupil.pupil_id),
        "interventions": lambda: open_interventions(desk, VISIT, pupil.pupil_id),
        "who decides": lambda: open_capacity(desk, VISIT, pupil.pupil_id),
        "request": lambda: open_access(desk, VISIT, pupil.pupil_id),
        "bundle": lambda: make_bundle(desk, pupil.pupil_id, asked(Requester.MOTHER, signed=True)),
        "outside the plan": lambda: begin_reading(desk, "only-name", ReadingReason.AFTERCARE, ""),
    }
    for way, read in ways.items():
        with visit.station.vault.read() as reader:
            before = len(reader.access_lines())
        read()
        with visit.station.vault.read() as reader:
            new = reader.access_lines()[before:]
        assert {one.pupil_id for one in new} <= {pupil.pupil_id, "only-name"}, way
        assert new, f"{way} left no line"
        assert all(one.staff_id == MAES.staff_id for one in new)
        assert all(one.reason for one in new), f"{way} does not say why"


@pytest.mark.parametrize("how", ["changed", "left out", "moved", "put in between"])
def test_check_9_a_chain_that_somebody_touched_is_noticed(visit: ContactVisit, how: str) -> None:
    pupil = pupil_born(visit, date(2018, 3, 4))
    for _ in range(4):
        open_pupil(visit.desk(AN), VISIT, pupil.pupil_id)
    with visit.station.vault.read() as reader:
        lines = list(reader.access_lines())
    first = first_link(visit.station.vault.epoch)
    assert broken_at(lines, first) is None
    if how == "changed":
        lines[1] = msgspec.structs.replace(lines[1], staff_id=StaffId("staff-x"))
    elif how == "left out":
        del lines[1]
    elif how == "moved":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        lines.insert(1, lines[1])
    assert broken_at(lines, first) is not None


# --- 10: the office, by any path on a laptop ---


@pytest.mark.parametrize("role", [Role.ADMINISTRATION, Role.DIRECTOR])
def test_check_10_the_office_reads_no_word_even_with_a_key_and_with_a_reason(
    visit: ContactVisit, role: Role
) -> None:
    """Search, timeline, record, request, letters and the closed dossier: nothing of the content."""
    pupil = pupil_born(visit, date(2018, 3, 4))
    item = remarked(visit, pupil, SECRET)
    desk = visit.desk(User(StaffId("staff-office"), "Ria Admin", role))
    seen = [
        repr(find_pupils(desk, "VERTELD")),
        repr(find_pupils(desk, "peeters")),
        repr(view_history(desk, VISIT, pupil.pupil_id)),
        repr(weigh(desk, pupil.pupil_id, asked(Requester.MOTHER))),
        repr(look_at_closed(desk, pupil.pupil_id)),
        repr(begin_reading(desk, pupil.pupil_id, ReadingReason.OTHER, "een lange reden die telt")),
        repr(open_letters(desk, VISIT)),
    ]
    assert not any(SECRET in one or item in one for one in seen)
    with pytest.raises(ClbdeskError):
        open_record(desk, pupil.pupil_id, item)


@pytest.mark.parametrize("role", [Role.ADMINISTRATION, Role.DIRECTOR])
def test_check_10_no_paper_tells_the_office_a_value_a_dose_or_a_word(
    visit: ContactVisit, role: Role
) -> None:
    """Every way in which something is printed, on a desk that has the key all the same."""
    lotte = pupil_named(visit, "Claes", "Lotte")
    measured(visit, lotte, remark=SECRET)
    concluded(visit, lotte, advice="RAAD VAN DE ARTS", growth=ConclusionWord.FOLLOW_UP)
    dose = Dose(
        pupil_id=lotte.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="BMR",
        product="MMR VaxPro",
        lot="LOT777",
        on="2026-11-23",
    )
    visit.save(dose, pupil_id=lotte.pupil_id, visit_id=VISIT)
    nurse, desk = visit.desk(AN), visit.desk(User(StaffId("staff-office"), "Ria Admin", role))
    keys = [row.key for row in open_letters(nurse, VISIT).rows if row.state in PRINTABLE]
    assert keys
    ways: dict[str, Callable[[], object]] = {
        "letters": lambda: make_letters(desk, VISIT, keys, action="print").printed,
        "card": lambda: print_card(desk, lotte.pupil_id),
        "cards": lambda: cards_of_visit(desk, VISIT, "De Kring"),
        "bundle": lambda: make_bundle(desk, lotte.pupil_id, asked(Requester.MOTHER)).value.printed,
        "side effect": lambda: side_effect_report(desk, VISIT),
    }
    ways |= {f"list {one}": partial(visit_paper, desk, VISIT, one) for one in VisitList}
    leaks = []
    for way, make in ways.items():
        try:
            printed = make()
        except ClbdeskError:
            continue
        words = text_of(printed.pdf) if isinstance(printed, Printed) else ""
        told = (SECRET, "121,5", "RAAD", "MMR VaxPro", "BMR", "LOT777")
        leaks += [f"{way} tells {one}" for one in told if one in words]
    assert leaks == []


# --- 12: what is typed can be asked for ---

# Without a pupil: plans, stock, rules, the school's own, and the sealed circle, of which
# tests/journeys/test_concern_on_request.py tries the words.
WITHOUT_A_PUPIL = {
    "agreement",
    "care_meeting",
    "centre_document",
    "cold_chain",
    "consultative_note",
    "guide_wording",
    "intervention_code",
    "lot",
    "meeting_text",
    "membership",
    "rights_narrowing",
    "room_check",
    "rule_signoff",
    "safety_concern",
    "school",
    "school_output",
    "second_reading",
    "signal",
    "signal_narrative",
    "signal_report",
    "staff",
    "staff_key",
    "standing_order",
    "stock_move",
    "stock_phrase",
    "vaccination_session",
    "visit",
    "visit_close",
    "visit_defaults",
    "visit_start",
}


def test_check_12_no_kind_escapes_the_check_that_its_words_can_be_asked_for() -> None:
    """A new kind is either tried word by word, or named above as one that is about no pupil."""
    assert set(KINDS) == set(ABOUT_A_PUPIL) | WITHOUT_A_PUPIL
    assert not set(ABOUT_A_PUPIL) & WITHOUT_A_PUPIL
