"""Letters of a visit against a real vault: what they tell, when they are ready, what was printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import ChartMeasure, Measurement, chart_points
from clbdesk.domain.body import Body, ExamState
from clbdesk.domain.capacity import Competence
from clbdesk.domain.contact import (
    Acuity,
    Conclusion,
    ConclusionWord,
    DomainConclusion,
    EyeResult,
    Growth,
    ParentHeight,
)
from clbdesk.domain.contact import VisionTest as AcuityTest
from clbdesk.domain.development import AreaSignal, Concern, Development, Readers, WellBeing
from clbdesk.domain.doctor import OralHealth
from clbdesk.domain.follow_up import AnsweredBy, Referral, ReferralAnswer, ReferralState, ReferralTo
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.domain.kinds import derived_record_id, exam_id
from clbdesk.domain.letters import Letter, LetterKind, Recipient
from clbdesk.domain.people import Pupil, Sex, Staff
from clbdesk.domain.revision import Role
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.visits import AbsenceReason, AttendanceState, ContactMoment, VisitPupil
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, StaffId, VisitId
from clbdesk.reports.letters import Addressed
from clbdesk.services.class_list import set_attendance
from clbdesk.services.desk import User
from clbdesk.services.growth import GrowthEntry, judge, open_growth
from clbdesk.services.letter_content import ContactFacts, result_letter
from clbdesk.services.letter_states import LetterRow, LetterState
from clbdesk.services.letters import MadeLetters, make_letters, open_letters, record_printed
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.records import withdraw
from clbdesk.services.visit_papers import VisitList, envelope_list, visit_paper
from clbdesk.standards.tables import Signature, put_in_force
from tests.builders.contact_visit import AN, ELS, TODAY, VISIT, ContactVisit, opened_contact_visit

DOCTOR = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
# Words that stand in records and must never reach paper.
SECRETS = {
    "remark": "huilde tijdens de test",
    "reason": "moeder drong aan",
    "hypothesis": "vermoeden van pesten",
    "proposal": "obesitas klasse 2",
    "wellbeing": "slaapt slecht sinds de scheiding",
}


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault, with a doctor in the team."""
    with opened_contact_visit(tmp_path) as made:
        made.save(Staff(name=DOCTOR.name, roles=(Role.DOCTOR,)), record_id=DOCTOR.staff_id)
        yield made


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def joined(pdf: bytes) -> str:
    """The text without its line breaks."""
    return " ".join(text_of(pdf).split())


def pupil_named(
    visit: ContactVisit,
    family: str,
    given: str,
    class_name: str = "1B",
    birth: date = date(2020, 3, 4),
) -> PupilOnVisit:
    """A girl on the list of the visit."""
    pupil_id = PupilId(visit.station.ids.new())
    body = Pupil(family_name=family, given_name=given, birth_date=birth, sex=Sex.FEMALE)
    visit.save(body, pupil_id=pupil_id, record_id=pupil_id)
    listed = VisitPupil(
        visit_id=VISIT, pupil_id=pupil_id, class_name=class_name, moment=ContactMoment.LO1
    )
    record_id = derived_record_id("visit_pupil", VISIT, pupil_id)
    visit.save(listed, pupil_id=pupil_id, visit_id=VISIT, record_id=record_id)
    with visit.station.vault.read() as reader:
        return find_on_visit(reader, VISIT, pupil_id)[0]


def judged(text: str, verdict: Verdict = Verdict.REFER) -> Judgement:
    return Judgement(
        rule_id="BMI-4",
        edition="1",
        source="S",
        status=RuleStatus.ON,
        verdict=verdict,
        head=text,
        text=text,
    )


def measured(
    visit: ContactVisit,
    pupil: PupilOnVisit,
    height: str = "121.5",
    weight: str = "24.8",
    *,
    base: tuple = (),
    **fields: object,
) -> None:
    """Length and weight of this contact."""
    body = Growth(
        state=ExamState.DONE,
        height_cm=Decimal(height),
        weight_kg=Decimal(weight),
        on=TODAY,
        **fields,
    )
    where = {"pupil_id": pupil.pupil_id, "visit_id": VISIT, "base": base}
    visit.save(body, record_id=pupil.exam_id("growth"), **where)


def measured_before(visit: ContactVisit, pupil: PupilOnVisit, on: date, height: str) -> None:
    """Length of an earlier year."""
    body = Growth(state=ExamState.DONE, height_cm=Decimal(height), on=on)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id="visit-old")


def looked(visit: ContactVisit, pupil: PupilOnVisit, **fields: object) -> None:
    """The acuity of both eyes."""
    eyes = {
        eye: EyeResult(logmar=Decimal(value), state=ExamState.DONE)
        for eye, value in (("right", "0.4"), ("left", "0.1"))
    }
    body = Acuity(state=ExamState.DONE, test=AcuityTest.LOGMAR, on=TODAY, **eyes, **fields)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=pupil.exam_id("acuity"))


def concluded(
    visit: ContactVisit,
    pupil: PupilOnVisit,
    *,
    signed: bool = True,
    base: tuple = (),
    advice: str = "",
    complete: bool = True,
    **words: ConclusionWord,
) -> RecordId:
    """The conclusion of the contact; by default growth and weight in order."""
    words = words or {"growth": ConclusionWord.OK, "weight": ConclusionWord.OK}
    body = Conclusion(
        pupil_id=pupil.pupil_id,
        domains=tuple(
            DomainConclusion(
                domain=domain, proposal=None, conclusion=word, reason=SECRETS["reason"]
            )
            for domain, word in words.items()
        ),
        advice=advice,
        complete=complete,
        signed_by=DOCTOR.staff_id if signed else None,
    )
    return visit.save(
        body,
        pupil_id=pupil.pupil_id,
        visit_id=VISIT,
        record_id=pupil.exam_id("conclusion"),
        base=base,
    )


def refer(visit: ContactVisit, pupil: PupilOnVisit, base: tuple = (), **fields: object) -> RecordId:
    """A referral to the oogarts."""
    body = Referral(
        pupil_id=pupil.pupil_id,
        domain=fields.pop("domain", "vision"),
        to=ReferralTo.OPHTHALMOLOGIST,
        reason="Rechteroog ziet minder scherp dan het linkeroog.",
        urgency="binnen 2 maanden",
        on=TODAY,
        origin_id=pupil.exam_id("conclusion"),
    )
    body = msgspec.structs.replace(body, **fields)
    record_id = derived_record_id("referral", pupil.pupil_id)
    return visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=record_id, base=base)


def rows(visit: ContactVisit) -> tuple[LetterRow, ...]:
    return open_letters(visit.desk(), VISIT).rows


def states(visit: ContactVisit) -> list[LetterState]:
    return [row.state for row in rows(visit)]


def printed(visit: ContactVisit, **options: object) -> MadeLetters:
    """Everything that can be printed, as it goes to the printer."""
    keys = [row.key for row in rows(visit)]
    return make_letters(visit.desk(), VISIT, keys, action="print", **options)


def base_of(visit: ContactVisit, record_id: RecordId) -> tuple:
    with visit.station.vault.read() as reader:
        return reader.head(record_id).tips


# --- what may be told ---


def test_parents_read_length_weight_and_a_sentence_per_domain(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured_before(visit, lotte, date(2024, 10, 9), "106.5")
    measured(visit, lotte)
    concluded(
        visit,
        lotte,
        growth=ConclusionWord.OK,
        weight=ConclusionWord.FOLLOW_UP,
        vision=ConclusionWord.NOT_EXAMINED,
        hearing=ConclusionWord.KNOWN,
        advice="Kom gerust langs.",
    )

    made = printed(visit)
    text = joined(made.printed.pdf)

    for words in (
        "Aan de ouders van Lotte Peeters",
        "Geboren 4 maart 2020",
        "Beste ouders,",
        "Op 23 november 2026 had Lotte op school een systematisch contact met het CLB.",
        "Groei De groei is in orde. Lengte: 121,5 cm.",
        "Gewicht Het CLB volgt dit verder op. Wilt u hierover praten? Dat kan altijd. Gewicht: 24,8 kg.",
        "Zien Dit is nu niet onderzocht.",
        "Horen Dit is al bekend en wordt al opgevolgd.",
        "Advies Kom gerust langs.",
        "Lengte naar leeftijd · Vlaamse groeicurven 2004 · meisjes",
        "106,5",
        "P50",
        "dr. Lieve Maes, CLB-arts",
        "Lotte Peeters · geboren 4 maart 2020 pagina 1 van 1",
    ):
        assert words in text


def test_nothing_that_was_not_released_stands_in_any_letter(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(
        visit,
        lotte,
        remark=SECRETS["remark"],
        judgements=(judged(SECRETS["proposal"]),),
    )
    looked(visit, lotte, remark=SECRETS["hypothesis"], judgements=(judged("amblyopie"),))
    concluded(
        visit,
        lotte,
        growth=ConclusionWord.REFERRAL,
        weight=ConclusionWord.REFERRAL,
        vision=ConclusionWord.REFERRAL,
        development=ConclusionWord.FOLLOW_UP,
        well_being=ConclusionWord.REFERRAL,
        posture=ConclusionWord.REFERRAL,
        vaccination=ConclusionWord.FOLLOW_UP,
        something_new=ConclusionWord.REFERRAL,
    )
    refer(visit, lotte)

    made = printed(visit)
    text = joined(made.printed.pdf).casefold()

    for hidden in (
        *SECRETS.values(),
        "amblyopie",
        "bmi",
        "welbevinden",
        "ontwikkeling",
        "rug, benen",
        "vaccinatie",
        "something",
        "voorstel",
        "verwijzing",
    ):
        assert hidden.casefold() not in text


def signalled(visit: ContactVisit, pupil: PupilOnVisit, body: Development | WellBeing) -> None:
    """A worry about a pupil, as the step of signals records it."""
    kind = "well_being" if isinstance(body, WellBeing) else "development"
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=pupil.exam_id(kind))


def worry(text: str, **fields: object) -> dict[str, AreaSignal]:
    return {"social": AreaSignal(concern=Concern.WORRY, text=text, **fields)}


@pytest.mark.parametrize(
    "body, is_told",
    [
        (
            Development(
                state=ExamState.DONE,
                on=TODAY,
                signals=worry("speelt graag alleen", for_letter=True),
            ),
            True,
        ),
        (Development(state=ExamState.DONE, on=TODAY, signals=worry("speelt graag alleen")), False),
        (
            Development(
                state=ExamState.DONE,
                on=TODAY,
                not_for_parents="gevraagd",
                signals=worry("speelt graag alleen", for_letter=True),
            ),
            False,
        ),
        (
            Development(
                state=ExamState.DONE,
                on=TODAY,
                signals=worry("speelt graag alleen", for_letter=True, readers=Readers.DOCTOR),
            ),
            False,
        ),
        (
            WellBeing(
                state=ExamState.DONE,
                on=TODAY,
                pupil_agrees=True,
                signals=worry("speelt graag alleen", for_letter=True),
            ),
            True,
        ),
        (
            WellBeing(
                state=ExamState.DONE,
                on=TODAY,
                signals=worry("speelt graag alleen", for_letter=True),
            ),
            False,
        ),
        (
            WellBeing(
                state=ExamState.DONE,
                on=TODAY,
                pupil_agrees=True,
                questionnaire_outcome="speelt graag alleen",
            ),
            False,
        ),
    ],
    ids=[
        "released",
        "not released",
        "not for parents",
        "for the doctor",
        "agreed",
        "no agreement",
        "questionnaire",
    ],
)
def test_words_of_a_signal_are_told_only_when_they_were_released_and_agreed(
    visit: ContactVisit, body: Development | WellBeing, is_told: bool
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    signalled(visit, lotte, body)
    concluded(visit, lotte, development=ConclusionWord.FOLLOW_UP, growth=ConclusionWord.OK)

    text = joined(printed(visit).printed.pdf)

    assert ("Verder speelt graag alleen" in text) is is_told
    assert ("alleen" in text) is is_told


def test_advice_is_told_only_when_a_doctor_released_it(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte, signed=False, advice="nog niet nagelezen")

    (row,) = rows(visit)

    assert row.state is LetterState.WAITS_FOR_DOCTOR
    with pytest.raises(Defect):
        make_letters(visit.desk(), VISIT, [row.key], action="print")


def test_the_content_itself_leaves_out_advice_that_nobody_signed(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    unsigned = Conclusion(
        pupil_id=lotte.pupil_id, domains=(), complete=True, advice="nog niet nagelezen"
    )
    about = Addressed("CLB", "School", "1B", "Lotte", "Peeters", date(2020, 3, 4), TODAY, TODAY, "")
    facts = ContactFacts(about, lotte.pupil, unsigned, tests={}, earlier=(), referrals=())

    assert result_letter(facts).advice == ""
    signed = msgspec.structs.replace(unsigned, signed_by=DOCTOR.staff_id)
    assert result_letter(replace(facts, conclusion=signed)).advice == "nog niet nagelezen"


@pytest.mark.parametrize(
    "birth, recipient, words",
    [
        (date(2014, 11, 24), Recipient.PARENTS, "Aan de ouders van Noa Diallo"),
        (date(2014, 11, 23), Recipient.PUPIL_AND_PARENTS, "Aan Noa Diallo en de ouders"),
        (date(2008, 11, 23), Recipient.PUPIL, "Aan Noa Diallo 23 november"),
    ],
    ids=["11 years", "12 years", "18 years"],
)
def test_a_pupil_of_twelve_is_addressed_too_and_an_adult_alone(
    visit: ContactVisit, birth: date, recipient: Recipient, words: str
) -> None:
    noa = pupil_named(visit, "Diallo", "Noa", birth=birth)
    measured(visit, noa)
    concluded(visit, noa)

    made = printed(visit)

    assert made.letters[0].recipient is recipient
    assert words in joined(made.printed.pdf)
    assert ("ouders" in joined(made.printed.pdf)) is (recipient is not Recipient.PUPIL)


@pytest.mark.parametrize(
    "birth, competent, recipient",
    [
        (date(2015, 11, 23), True, Recipient.PUPIL_AND_PARENTS),
        (date(2013, 11, 23), False, Recipient.PARENTS),
        (date(2007, 11, 23), False, Recipient.PARENTS),
    ],
    ids=["11 years, competent", "13 years, not", "19 years, not"],
)
def test_what_the_team_decided_on_competence_goes_before_the_age(
    visit: ContactVisit, birth: date, competent: bool, recipient: Recipient
) -> None:
    noa = pupil_named(visit, "Diallo", "Noa", birth=birth)
    body = Competence(
        pupil_id=noa.pupil_id,
        competent=competent,
        since=date(2026, 9, 1),
        decided_by="An Janssens",
        reasons="gesprek",
    )
    record_id = derived_record_id("competence", noa.pupil_id)
    visit.save(body, pupil_id=noa.pupil_id, record_id=record_id)
    measured(visit, noa)
    concluded(visit, noa)

    assert printed(visit).letters[0].recipient is recipient


def test_a_length_that_could_not_be_trusted_is_not_told_and_not_drawn(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte, height_state=ExamState.UNRELIABLE)
    concluded(visit, lotte)

    text = joined(printed(visit).printed.pdf)

    assert "121,5" not in text
    assert "Lengte naar leeftijd" not in text
    assert "Gewicht: 24,8 kg." in text


def parents_of(pupil: PupilOnVisit, mother: str) -> ParentHeight:
    return ParentHeight(pupil_id=pupil.pupil_id, mother_cm=Decimal(mother), father_cm=Decimal(180))


def test_the_chart_of_a_letter_is_that_of_the_page_with_the_target_height(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte)
    assert "doellengte" not in joined(printed(visit).printed.pdf).casefold()

    record_id = derived_record_id("parent_height", lotte.pupil_id)
    heights = parents_of(lotte, "168")
    visit.save(heights, pupil_id=lotte.pupil_id, record_id=record_id)
    made = printed(visit)
    assert joined(made.printed.pdf).casefold().count("doellengte") == 2
    about = Addressed("CLB", "School", "1B", "Lotte", "Peeters", date(2020, 3, 4), TODAY, TODAY, "")
    with visit.station.vault.read() as reader:
        growth = one_standing(reader, lotte.exam_id("growth"), Growth)
        conclusion = one_standing(reader, lotte.exam_id("conclusion"), Conclusion)
    assert growth is not None
    tests: dict[str, Standing[Any]] = {"growth": growth}
    facts = ContactFacts(about, lotte.pupil, conclusion.body, tests, (), (), parents=heights)
    view = open_growth(visit.desk(), lotte)
    points = chart_points(
        ChartMeasure.HEIGHT,
        view.sex,
        lotte.pupil.birth_date,
        [Measurement(TODAY, Decimal("121.5"), current=True)],
    )
    found = judge(view, GrowthEntry(mother_cm=view.mother_cm, father_cm=view.father_cm))
    window = window_for(ChartMeasure.HEIGHT, points, found.age_years)
    on_page = growth_chart(ChartMeasure.HEIGHT, view.sex, points, window, found.target_height)
    assert result_letter(facts).chart.scene == on_page


def test_lengths_of_parents_that_change_or_are_shielded_change_the_letter(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte)
    record_id = derived_record_id("parent_height", lotte.pupil_id)
    where = {"pupil_id": lotte.pupil_id, "record_id": record_id}
    visit.save(parents_of(lotte, "168"), **where)
    record_printed(visit.desk(), printed(visit))
    assert states(visit) == [LetterState.PRINTED]

    visit.save(parents_of(lotte, "158"), base=base_of(visit, record_id), **where)
    assert states(visit) == [LetterState.CHANGED]
    body = Shielding(
        item_id=record_id, pupil_id=lotte.pupil_id, flags=(Flag.ABOUT_PARENT,), reason="gevraagd"
    )
    shielding_id = derived_record_id("shielding", record_id)
    visit.save(body, pupil_id=lotte.pupil_id, record_id=shielding_id)
    assert "doellengte" not in joined(printed(visit).printed.pdf).casefold()


def test_a_domain_that_was_not_examined_gives_no_value_and_no_chart(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte, growth=ConclusionWord.REFUSED, weight=ConclusionWord.NOT_EXAMINED)

    text = joined(printed(visit).printed.pdf)

    assert "121,5" not in text
    assert "24,8" not in text
    assert "geweigerd" not in text.casefold()


def test_the_referral_letter_holds_the_findings_of_its_domain_and_a_strip(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    looked(visit, lotte)
    concluded(visit, lotte, growth=ConclusionWord.OK, vision=ConclusionWord.REFERRAL)
    refer(visit, lotte)

    result, referral = rows(visit)
    made = make_letters(visit.desk(), VISIT, [referral.key], action="print")
    text = joined(made.printed.pdf)

    for words in (
        "Aan: oogarts",
        "Geachte dokter",
        "Lotte Peeters, geboren op 4 maart 2020",
        "Reden Rechteroog ziet minder scherp dan het linkeroog.",
        "Dringendheid binnen 2 maanden",
        "Rechteroog logMAR 0,40 (decimaal 0,4)",
        "Linkeroog logMAR 0,10 (decimaal 0,8)",
        "Antwoordstrook voor CLB De Horizon",
        "Naam, handtekening, stempel",
    ):
        assert words in text
    assert "121,5" not in text
    assert "24,8" not in text
    assert (referral.document, result.document) == (LetterKind.REFERRAL, LetterKind.RESULT)
    assert made.letters[0].recipient is Recipient.CARE_GIVER
    both = joined(printed(visit).printed.pdf)
    assert "Bij deze brief: verwijsbrief, folder over scherp zien." in both


@pytest.mark.parametrize("status", [RuleStatus.ON, RuleStatus.SIGN])
def test_a_doctor_who_gets_a_referral_reads_which_rule_nobody_confirmed(
    visit: ContactVisit, status: RuleStatus
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    line = msgspec.structs.replace(judged("Ondergewicht"), status=status)
    measured(visit, lotte, judgements=(line,))
    concluded(visit, lotte, growth=ConclusionWord.OK, weight=ConclusionWord.REFERRAL)
    refer(visit, lotte, domain="weight", to=ReferralTo.GP)

    result, referral = rows(visit)
    (told, sent) = (
        joined(make_letters(visit.desk(), VISIT, [one.key], action="print").printed.pdf)
        for one in (result, referral)
    )

    assert "Ondergewicht (BMI-4, S 1" in sent
    assert ("BMI-4, S 1, te bevestigen)" in sent) is (status is RuleStatus.SIGN)
    assert "te bevestigen" not in told


# --- when ---


def test_a_letter_is_ready_when_a_doctor_signed_and_nothing_was_saved_since(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    assert states(visit) == []

    concluded(visit, lotte, signed=False)
    assert states(visit) == [LetterState.WAITS_FOR_DOCTOR]
    tips = base_of(visit, lotte.exam_id("conclusion"))
    concluded(visit, lotte, base=tips)
    assert states(visit) == [LetterState.READY]

    measured(visit, lotte, "122.0", base=base_of(visit, lotte.exam_id("growth")))
    assert states(visit) == [LetterState.CHANGED_SINCE_SIGNED]


def test_two_versions_of_a_test_keep_a_letter_back(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    measured(visit, lotte, "122.5")
    concluded(visit, lotte)

    assert states(visit) == [LetterState.TWO_VERSIONS]


def forked(visit: ContactVisit, record_id: RecordId, *bodies: Body, **where: object) -> None:
    """Two laptops say different things of one record."""
    with visit.station.vault.read() as reader:
        head = reader.head(record_id)
    for body in bodies:
        visit.save(body, record_id=record_id, base=head.tips if head else (), **where)


def test_two_versions_of_who_the_letter_is_about_or_goes_to_keep_it_back(
    visit: ContactVisit,
) -> None:
    pupil = pupil_named(visit, "Peeters", "Finn")
    measured(visit, pupil)
    concluded(visit, pupil)
    names = [msgspec.structs.replace(pupil.pupil, given_name=one) for one in ("Fin", "Fynn")]
    forked(visit, RecordId(pupil.pupil_id), *names, pupil_id=pupil.pupil_id)
    assert states(visit) == [LetterState.TWO_VERSIONS]

    other = pupil_named(visit, "Willems", "Noor")
    measured(visit, other)
    concluded(visit, other)
    record_id = derived_record_id("competence", other.pupil_id)
    decided = [
        Competence(
            pupil_id=other.pupil_id, competent=one, since=TODAY, decided_by="team", reasons="…"
        )
        for one in (True, False)
    ]
    forked(visit, record_id, *decided, pupil_id=other.pupil_id)
    assert states(visit) == [LetterState.TWO_VERSIONS, LetterState.TWO_VERSIONS]


def test_two_versions_of_what_is_drawn_on_the_chart_keep_the_letter_back(
    visit: ContactVisit,
) -> None:
    pupil = pupil_named(visit, "Peeters", "Finn")
    measured(visit, pupil)
    concluded(visit, pupil)
    record_id = derived_record_id("parent_height", pupil.pupil_id)
    forked(
        visit,
        record_id,
        *(parents_of(pupil, mother) for mother in ("160", "170")),
        pupil_id=pupil.pupil_id,
    )
    assert states(visit) == [LetterState.TWO_VERSIONS]

    other = pupil_named(visit, "Willems", "Noor")
    measured(visit, other)
    concluded(visit, other)
    earlier = [
        Growth(state=ExamState.DONE, height_cm=Decimal(one), on=date(2024, 11, 25))
        for one in ("108", "180")
    ]
    old = RecordId(visit.station.ids.new())
    forked(visit, old, *earlier, pupil_id=other.pupil_id, visit_id="visit-old")
    assert states(visit) == [LetterState.TWO_VERSIONS, LetterState.TWO_VERSIONS]


def shield(
    visit: ContactVisit, pupil: PupilOnVisit, kind: str, flag: Flag, **fields: object
) -> None:
    """Somebody put a flag on an item."""
    item = pupil.exam_id(kind)
    body = Shielding(
        item_id=item, pupil_id=pupil.pupil_id, flags=(flag,), reason="gevraagd", **fields
    )
    record_id = derived_record_id("shielding", item)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=record_id)


@pytest.mark.parametrize("kind", ["conclusion", "growth"])
@pytest.mark.parametrize("flag", [flag for flag in Flag if flag is not Flag.CONFLICT_OF_INTEREST])
def test_a_result_that_somebody_shielded_holds_the_letter_back(
    visit: ContactVisit, kind: str, flag: Flag
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte)
    shield(visit, lotte, kind, flag)

    (row,) = rows(visit)

    assert row.state is LetterState.SHIELDED
    with pytest.raises(Defect):
        make_letters(visit.desk(), VISIT, [row.key], action="print")


def test_words_of_a_signal_that_somebody_shielded_are_not_told(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    body = Development(
        state=ExamState.DONE, on=TODAY, signals=worry("speelt graag alleen", for_letter=True)
    )
    signalled(visit, lotte, body)
    measured(visit, lotte)
    concluded(visit, lotte)
    record_printed(visit.desk(), printed(visit))

    shield(visit, lotte, "development", Flag.CONFIDENTIAL_SOURCE)

    assert states(visit) == [LetterState.CHANGED]
    assert "alleen" not in joined(printed(visit).printed.pdf)


def test_a_colleague_with_a_conflict_of_interest_has_no_letter_of_that_pupil(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte)
    shield(visit, lotte, "growth", Flag.CONFLICT_OF_INTEREST, blocked_staff=AN.staff_id)

    assert open_letters(visit.desk(AN), VISIT).rows == ()
    (row,) = open_letters(visit.desk(ELS), VISIT).rows
    assert row.state is LetterState.READY, "the others print it"


def test_an_incomplete_contact_has_a_letter_that_says_so(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte, complete=False)

    assert states(visit) == [LetterState.INCOMPLETE]
    text = joined(printed(visit).printed.pdf)
    assert "Nog niet alles is onderzocht. De rest volgt later." in text


def test_a_printed_letter_is_recorded_with_the_versions_it_was_made_from(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte)
    made = printed(visit)
    assert states(visit) == [LetterState.READY], "sent to the printer is not yet printed"

    outcome = record_printed(visit.desk(), made)

    (row,) = rows(visit)
    assert row.state is LetterState.PRINTED
    assert outcome.changes.kinds == {"letter"}
    with visit.station.vault.read() as reader:
        (letter,) = all_standing(reader.heads(kinds=("letter",)), Letter)
        lines = [one for one in reader.access_lines() if one.action == "print"]
    assert letter.body.about_id == lotte.exam_id("conclusion")
    assert [(one.pupil_id, one.kind, one.reason) for one in lines] == [
        (lotte.pupil_id, "letter", "visit")
    ]


def test_a_change_after_printing_is_found_and_a_new_signature_makes_it_printable(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte)
    record_printed(visit.desk(), printed(visit))

    measured(visit, lotte, "122.0", base=base_of(visit, lotte.exam_id("growth")))
    assert states(visit) == [LetterState.CHANGED_SINCE_SIGNED]
    concluded(visit, lotte, base=base_of(visit, lotte.exam_id("conclusion")))
    assert states(visit) == [LetterState.CHANGED]
    record_printed(visit.desk(), printed(visit))

    assert states(visit) == [LetterState.PRINTED]


def test_a_letter_that_says_something_else_than_a_printed_one_says_which_it_replaces(
    visit: ContactVisit,
) -> None:
    pupil = pupil_named(visit, "Peeters", "Finn")
    measured(visit, pupil)
    concluded(visit, pupil)
    first = printed(visit)
    assert "Vervangt" not in joined(first.printed.pdf)
    record_printed(visit.desk(), first)
    assert "Vervangt" not in joined(printed(visit).printed.pdf), "once more the same"

    visit.station.clock.advance(timedelta(days=3))
    measured(visit, pupil, "112.5", base=base_of(visit, pupil.exam_id("growth")))
    concluded(visit, pupil, base=base_of(visit, pupil.exam_id("conclusion")))
    again = printed(visit)
    assert "Vervangt onze brief van 23 november 2026" in joined(again.printed.pdf)
    record_printed(visit.desk(), again)
    assert "Vervangt onze brief van 23 november 2026" in joined(printed(visit).printed.pdf)


def test_an_answer_to_a_referral_is_no_change_of_the_letters_that_went_out(
    visit: ContactVisit,
) -> None:
    pupil = pupil_named(visit, "Peeters", "Finn")
    measured(visit, pupil)
    concluded(visit, pupil, vision=ConclusionWord.REFERRAL)
    record_id = refer(visit, pupil)
    record_printed(visit.desk(), printed(visit))
    report = ReferralAnswer(on=TODAY, by=AnsweredBy.OPHTHALMOLOGIST, text="bril")
    closed = {"state": ReferralState.CLOSED, "closed_on": TODAY, "answers": (report,)}
    refer(visit, pupil, base_of(visit, record_id), **closed)
    assert states(visit) == [LetterState.PRINTED]


def test_a_paper_that_lies_with_the_parents_is_told_when_what_it_says_was_withdrawn(
    visit: ContactVisit,
) -> None:
    pupil = pupil_named(visit, "Peeters", "Finn")
    measured(visit, pupil)
    concluded(visit, pupil, vision=ConclusionWord.REFERRAL)
    referral = refer(visit, pupil)
    record_printed(visit.desk(), printed(visit))
    withdraw(visit.desk(), [referral], "besluit verbeterd")
    found = {row.document: (row.state, row.to) for row in rows(visit)}
    assert found[LetterKind.REFERRAL] == (LetterState.WITHDRAWN, "ophthalmologist")
    assert found[LetterKind.RESULT][0] is LetterState.CHANGED

    withdraw(visit.desk(), [pupil.exam_id("conclusion")], "verkeerde leerling")
    assert set(states(visit)) == {LetterState.WITHDRAWN}
    with pytest.raises(Refused, match=r"print\.changed_meanwhile"):
        make_letters(visit.desk(), VISIT, [row.key for row in rows(visit)], action="preview")

    concluded(visit, pupil, base=base_of(visit, pupil.exam_id("conclusion")))
    found = {row.document: (row.state, row.to) for row in rows(visit)}
    assert found[LetterKind.RESULT][0] is LetterState.CHANGED
    assert found[LetterKind.REFERRAL][0] is LetterState.WITHDRAWN


def test_a_conclusion_withdrawn_before_anything_was_printed_leaves_no_letter(
    visit: ContactVisit,
) -> None:
    pupil = pupil_named(visit, "Peeters", "Finn")
    measured(visit, pupil)
    concluded(visit, pupil)
    withdraw(visit.desk(), [pupil.exam_id("conclusion")], "verkeerde leerling")
    assert rows(visit) == ()


def test_a_reminder_does_not_change_a_referral_letter_but_another_reason_does(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    concluded(visit, lotte, vision=ConclusionWord.REFERRAL)
    record_id = refer(visit, lotte)
    record_printed(visit.desk(), printed(visit))

    refer(visit, lotte, base_of(visit, record_id), look_on=date(2027, 2, 23))
    assert states(visit) == [LetterState.PRINTED, LetterState.PRINTED]

    refer(visit, lotte, base_of(visit, record_id), reason="Linkeroog ziet minder scherp.")
    assert states(visit) == [LetterState.CHANGED, LetterState.CHANGED]


def test_the_hash_is_that_of_the_letter_alone_and_the_same_bytes_come_out_again(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte)

    first, second = printed(visit), printed(visit)
    visit.station.clock.advance(timedelta(days=1))
    tomorrow = printed(visit)

    assert first.printed.pdf == second.printed.pdf
    assert first.letters[0].sha256 == second.letters[0].sha256
    assert tomorrow.letters[0].sha256 != first.letters[0].sha256, "it bears another date"


# --- a whole class ---


def a_class(visit: ContactVisit) -> list[PupilOnVisit]:
    """Names that sort differently by letter case, accents and class."""
    names = [
        ("Peeters", "Lotte", "1B"),
        ("de Vos", "Zoë", "1B"),
        ("Çelik", "Emre", "1A"),
        ("Van den Berghe-Vanderstraeten", "Marie-Antoinette Éléonore", "1B"),
    ]
    found = [pupil_named(visit, *name) for name in names]
    for pupil in found:
        measured(visit, pupil)
        concluded(visit, pupil)
    return found


def test_letters_come_in_the_order_of_the_envelopes_and_each_counts_its_own_pages(
    visit: ContactVisit,
) -> None:
    a_class(visit)

    made = printed(visit)
    text = joined(made.printed.pdf)

    places = [
        text.index(f"Aan de ouders van {name}")
        for name in (
            "Emre Çelik",
            "Zoë de Vos",
            "Lotte Peeters",
            "Marie-Antoinette Éléonore Van den Berghe-Vanderstraeten",
        )
    ]
    assert places == sorted(places)
    assert made.printed.pages == 4
    assert text.count("pagina 1 van 1") == 4


def test_the_outline_leads_to_every_letter_and_names_no_pupil(visit: ContactVisit) -> None:
    a_class(visit)

    pdf = printed(visit, two_sided=True).printed.pdf
    document = pypdfium2.PdfDocument(pdf)
    entries = [(one.get_title(), one.get_dest().get_index()) for one in document.get_toc()]
    pages = [page.get_textpage().get_text_bounded() for page in document]
    title = document.get_metadata_dict()["Title"]
    document.close()

    begins = [index for index, text in enumerate(pages) if "pagina 1 van" in text]
    name = "Resultaat van het systematisch contact"
    titles = [f"1. {name} · 1A", *(f"{number}. {name} · 1B" for number in (2, 3, 4))]
    assert entries == list(zip(titles, begins, strict=True))
    assert title == "Brieven"
    assert b"/Lang (nl-BE)" in pdf


def test_the_envelope_list_has_names_and_class_and_nothing_else(visit: ContactVisit) -> None:
    _, zoe, *_ = a_class(visit)
    refer(visit, zoe)
    view = open_letters(visit.desk(), VISIT)
    paper = envelope_list(visit.desk(), view, "1B", {row.key for row in view.rows})

    text = joined(paper.printed().pdf)

    assert text.count("DE VOS, Zoë") == 1, "two letters, one envelope"
    assert "3 omslagen" in text
    for hidden in ("ÇELIK", "oogarts", "verwijs", "4 maart 2020", "groei"):
        assert hidden.casefold() not in text.casefold()


def test_the_school_reads_who_was_seen_and_no_more(visit: ContactVisit) -> None:
    lotte, *_ = a_class(visit)
    desk = visit.desk()
    set_attendance(desk, VISIT, [lotte.pupil_id], AttendanceState.PRESENT)
    absent = pupil_named(visit, "Maes", "Jef")
    set_attendance(desk, VISIT, [absent.pupil_id], AttendanceState.ABSENT, AbsenceReason.REFUSES)

    text = joined(visit_paper(desk, VISIT, VisitList.SCHOOL).pdf)

    assert "1 van 5 leerlingen gezien." in text
    assert "PEETERS, Lotte 1B gezien" in text
    assert "MAES, Jef 1B nog niet gezien" in text
    assert "weiger" not in text.casefold()


@pytest.mark.parametrize(
    "which", [VisitList.BLANK_GROWTH, VisitList.BLANK_VISION, VisitList.BLANK_HEARING]
)
def test_a_blank_form_has_a_sheet_per_class_with_names_and_birth_dates_and_no_value(
    visit: ContactVisit, which: VisitList
) -> None:
    a_class(visit)

    made = visit_paper(visit.desk(), VISIT, which)
    text = joined(made.pdf)

    assert made.pages == 2
    assert "1 ÇELIK, Emre 04 mrt 2020" in text
    assert "2 PEETERS, Lotte 04 mrt 2020" in text
    assert "VAN DEN BERGHE-VANDERSTRAETEN, Marie-Antoinette Éléonore 04 mrt" in text, "whole"
    for hidden in ("121,5", "24,8", "De groei"):
        assert hidden not in text


def test_the_sheet_of_the_day_counts_and_names_no_pupil(visit: ContactVisit) -> None:
    pupils = a_class(visit)
    record_printed(visit.desk(), printed(visit))

    text = joined(visit_paper(visit.desk(), VISIT, VisitList.DAY).pdf)

    assert "Leerlingen op de lijst 4" in text
    assert "Besluit getekend 4" in text
    assert "Brieven afgedrukt 4" in text
    assert "Groei 4 0 0 07:30 07:30" in text
    for pupil in pupils:
        assert pupil.pupil.family_name.casefold() not in text.casefold()


def test_on_two_sided_paper_every_letter_begins_on_a_sheet_of_its_own(
    visit: ContactVisit,
) -> None:
    a_class(visit)

    made = printed(visit, two_sided=True)

    document = pypdfium2.PdfDocument(made.printed.pdf)
    words = [page.get_textpage().get_text_bounded().strip() for page in document]
    document.close()
    assert [bool(one) for one in words] == [True, False, True, False, True, False, True]


def test_a_long_advice_goes_over_to_a_second_page_with_name_and_birth_date(
    visit: ContactVisit,
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    measured(visit, lotte)
    concluded(visit, lotte, advice="Laat dit nakijken. " * 120)

    made = printed(visit)

    assert made.letters[0].pages == 2
    text = joined(made.printed.pdf)
    assert "Lotte Peeters · geboren 4 maart 2020 pagina 1 van 2" in text
    assert "Lotte Peeters · geboren 4 maart 2020 pagina 2 van 2" in text


def test_a_name_that_the_font_cannot_set_is_reported_with_the_pupil(visit: ContactVisit) -> None:
    mei = pupil_named(visit, "李", "Mei")
    lotte = pupil_named(visit, "Peeters", "Lotte")
    for pupil in (mei, lotte):
        measured(visit, pupil)
        concluded(visit, pupil)

    assert printed(visit).missing == ("Mei 李",)


def test_a_letter_of_another_visit_is_not_on_this_list(visit: ContactVisit) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    other = replace(lotte, visit_id=VisitId("visit-0"))
    body = Conclusion(pupil_id=lotte.pupil_id, domains=(), complete=True, signed_by=DOCTOR.staff_id)
    assert lotte.contact_id is not None
    record_id = exam_id("conclusion", lotte.contact_id, other.visit_id)
    visit.save(body, pupil_id=lotte.pupil_id, visit_id=other.visit_id, record_id=record_id)

    assert rows(visit) == ()


@pytest.fixture
def _nothing_stays_signed() -> Iterator[None]:
    """Signatures of a test end with it."""
    yield
    put_in_force(())


@pytest.mark.usefixtures("_nothing_stays_signed")
@pytest.mark.parametrize(
    "state, is_told",
    [(ExamState.DONE, True), (ExamState.REFUSED, False), (None, False)],
)
def test_the_paragraph_on_the_mouth_is_for_who_was_examined_once_a_doctor_worded_it(
    visit: ContactVisit, state: ExamState | None, is_told: bool
) -> None:
    lotte = pupil_named(visit, "Peeters", "Lotte")
    if state is not None:
        body = OralHealth(state=state, on=TODAY)
        record_id = lotte.exam_id("oral_health")
        visit.save(body, pupil_id=lotte.pupil_id, visit_id=VISIT, record_id=record_id)
    concluded(visit, lotte)
    words = "Ga elk jaar langs bij de tandarts."
    assert words not in joined(printed(visit).printed.pdf)

    signed = Signature(
        rule_id="RES-4",
        value=words,
        edition="2026-11",
        source="centrum",
        page="",
        signed_by=DOCTOR.name,
        signed_on=TODAY,
    )
    put_in_force([signed])

    assert (words in joined(printed(visit).printed.pdf)) is is_told
