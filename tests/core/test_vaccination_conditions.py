"""Every condition of a dose: what blocks it, in which words, and what a doctor may decide."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from clbdesk.domain.doctor_order import DoctorOrder
from clbdesk.domain.revision import Role
from clbdesk.domain.vaccination import (
    Consent,
    ConsentChannel,
    ConsentChoice,
    ConsentGiver,
    ConsentReach,
    DoctorDecision,
    DoseSource,
    IdentityCheck,
    Prescreen,
    SessionLot,
    StandingOrder,
    VaccinationSession,
)
from clbdesk.ids import PupilId, RecordId, StaffId, VisitId
from clbdesk.standards.vaccination.conditions import (
    ConditionName,
    PlannedDose,
    conditions_for_dose,
    may_be_given,
)
from clbdesk.standards.vaccination.consent import ConsentState, judge_consent
from clbdesk.standards.vaccination.history import GivenDose
from clbdesk.standards.vaccination.prescreen import (
    answered_yes,
    questions_for,
    unanswered,
)
from clbdesk.standards.vaccination.products import products
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.standards.vaccination.situation import Situation
from tests.builders.vaccination import doses, infant, signed_rules

ONE, SERIES = ConsentReach.ONE_DOSE, ConsentReach.SERIES
BIRTH, ON = date(2017, 5, 11), date(2026, 11, 23)
PUPIL, VISIT, DOCTOR = PupilId("p"), VisitId("v"), StaffId("d")


def consent(choice=ConsentChoice.CLB, relation="moeder", on="2026-11-02", **changed) -> Consent:
    day = date.fromisoformat(on)
    fields = {
        "pupil_id": PUPIL,
        "vaccines": ("MBR", "DTPa-IPV"),
        "choice": choice,
        "giver": ConsentGiver.PARENT,
        "relation": relation,
        "signed_on": day,
        "received_on": day,
        "valid_until": date(2027, 8, 31),
    }
    return Consent(**(fields | changed))


def all_no(vaccines=("MBR",), **changed) -> Prescreen:
    answers = {question.id: False for question in questions_for(frozenset(vaccines))}
    answers |= dict.fromkeys(changed.pop("yes", ()), True)
    return Prescreen(pupil_id=PUPIL, visit_id=VISIT, answers=answers, **changed)


def lot(**changed) -> SessionLot:
    fields = {
        "lot_id": RecordId("l"),
        "vaccine": "MBR",
        "product": "M-M-RVaxPro",
        "number": "X012345",
        "expires_on": date(2027, 3, 31),
        "taken": 10,
    }
    return SessionLot(**(fields | changed))


def session(kit: bool | None = True, **changed) -> VaccinationSession:
    return VaccinationSession(
        visit_id=VISIT,
        vaccinator=StaffId("n"),
        doctor=DOCTOR,
        lots=(lot(),),
        emergency_kit_checked=kit,
        **changed,
    )


def order(**changed) -> StandingOrder:
    fields = {
        "doctor_id": DOCTOR,
        "title": "staand order 2026-27",
        "vaccines": ("MBR", "DTPa-IPV"),
        "stages": ("L1", "L4"),
        "valid_from": date(2026, 9, 1),
        "valid_until": date(2027, 8, 31),
    }
    return StandingOrder(**(fields | changed))


def identity(typed="1105", by="pupil") -> IdentityCheck:
    return IdentityCheck(pupil_id=PUPIL, visit_id=VISIT, typed=typed, confirmed_by=by)


def planned(**changed) -> PlannedDose:
    """An MBR 2 in the fourth grade with everything in order."""
    dose = PlannedDose(
        pupil_name="Yasmine El Amrani",
        situation=Situation(BIRTH, ON, "L4"),
        product=products()["M-M-RVaxPro"],
        planned=("MBR",),
        role=Role.NURSE,
        history=doses(*infant(BIRTH), ("MBR", "2018-05-14")),
        consents=(consent(),),
        identity=identity(),
        prescreen=all_no(),
        session=session(),
        orders=(order(),),
        lot=lot(),
    )
    return replace(dose, **changed)


def judge(dose: PlannedDose, rules=None):
    conditions = conditions_for_dose(dose, rules or ruleset())
    return {condition.name: condition for condition in conditions}


def blocked(dose: PlannedDose, rules=None) -> dict[ConditionName, str]:
    return {name: one.text for name, one in judge(dose, rules).items() if not one.met}


def test_a_dose_with_everything_in_order_may_be_given_by_a_nurse():
    assert blocked(planned()) == {}
    assert may_be_given(conditions_for_dose(planned(), ruleset()))
    assert judge(planned())[ConditionName.VALIDITY].text == "Telt vandaag: MBR 2"


BLOCKS = [
    (
        {"consents": ()},
        ConditionName.CONSENT,
        "Geen antwoord op het formulier. Zonder toestemming wordt niet gevaccineerd.",
    ),
    (
        {"refuses_now": True},
        ConditionName.PUPIL_AGREES,
        "Weigering van de leerling genoteerd. Vandaag wordt niet gevaccineerd.",
    ),
    ({"identity": None}, ConditionName.IDENTITY, "Vul de geboortedag en -maand in."),
    (
        {"identity": identity("1106")},
        ConditionName.IDENTITY,
        "11 juni hoort niet bij Yasmine El Amrani. Kijk na of dit de juiste leerling is.",
    ),
    (
        {"identity": identity("99")},
        ConditionName.IDENTITY,
        "99 hoort niet bij Yasmine El Amrani. Kijk na of dit de juiste leerling is.",
    ),
    ({"identity": identity(by="")}, ConditionName.IDENTITY, "Kies wie de identiteit bevestigt."),
    ({"prescreen": None}, ConditionName.QUESTIONS, "Nog 9 vragen te beantwoorden."),
    (
        {"prescreen": all_no(yes=("allergy",))},
        ConditionName.QUESTIONS,
        "Vraag 4 is met ja beantwoord. Alleen een arts kan verder beslissen.",
    ),
    (
        {"prescreen": all_no(yes=("ill", "allergy"))},
        ConditionName.QUESTIONS,
        "Vraag 2 en 4 zijn met ja beantwoord. Alleen een arts kan verder beslissen.",
    ),
    (
        {"orders": (order(vaccines=("dTpa",)),)},
        ConditionName.ORDER,
        (
            "Er is geen geldig order voor MBR op ma 23 nov. Een arts kan registreren, een "
            "verpleegkundige niet."
        ),
    ),
    (
        {"role": Role.SOCIAL_WORKER},
        ConditionName.ORDER,
        "Alleen een arts of verpleegkundige kan een dosis registreren.",
    ),
    (
        {"session": session(kit=None)},
        ConditionName.EMERGENCY_KIT,
        "De noodset is niet nagekeken. De vaccinatiesessie kan open, prikken kan nog niet.",
    ),
    (
        {"session": None},
        ConditionName.EMERGENCY_KIT,
        "Er is geen vaccinatiesessie geopend. Open ze eerst.",
    ),
    (
        {"session": session(closed_at=datetime(2026, 11, 23, 14, tzinfo=UTC))},
        ConditionName.EMERGENCY_KIT,
        "De vaccinatiesessie is afgesloten. Heropen ze om nog iets te noteren.",
    ),
    (
        {"lot": None},
        ConditionName.LOT,
        "Er is geen lot voor MBR. Scan een doos of typ het lotnummer.",
    ),
    (
        {"lot": lot(expires_on=date(2026, 10, 31))},
        ConditionName.LOT,
        "Lot X012345 is vervallen op 31 okt 2026. Dit lot kan niet gekozen worden.",
    ),
    (
        {"lot": lot(product="Priorix")},
        ConditionName.LOT,
        "Lot X012345 hoort niet bij M-M-RVaxPro. Kies het juiste lot.",
    ),
    (
        {"quarantined": "9,4 °C"},
        ConditionName.LOT,
        "Lot X012345 staat in quarantaine: 9,4 °C. Dit lot kan niet gekozen worden.",
    ),
    (
        {"history": doses(("MBR", "2026-11-06"))},
        ConditionName.VALIDITY,
        "MBR 2 is te vroeg: ten vroegste 04 dec 2026 (28 dagen na MBR 1, MBR-2, G1, G2).",
    ),
    (
        {"history": doses(("MBR", "2026-11-23", DoseSource.OWN))},
        ConditionName.VALIDITY,
        "Vandaag is al een dosis MBR genoteerd. Kijk na.",
    ),
    (
        {"history": doses(("MBR", "2026-11-18", DoseSource.DOCUMENT))},
        ConditionName.VALIDITY,
        "Mogelijk dubbel: MBR op 18 nov 2026 volgens document. Kijk na.",
    ),
    (
        {"history": doses(("MBR", "2026-11-23", DoseSource.VACCINNET))},
        ConditionName.VALIDITY,
        "Mogelijk dubbel: MBR op 23 nov 2026 volgens Vaccinnet. Kijk na.",
    ),
    (
        {"history": doses(("VARICELLA", "2026-11-06"), ("MBR", "2018-06-01"))},
        ConditionName.VALIDITY,
        "MBR 2 is te vroeg: ten vroegste 04 dec 2026 (28 dagen na een ander levend vaccin, G6).",
    ),
    (
        {"history": doses(("MBR", "2018-06-01"), ("MBR", "2020-06-01"))},
        ConditionName.VALIDITY,
        "MBR is al volledig. Alleen een arts kan beslissen.",
    ),
    (
        {"history": doses(("MBR", "2018", DoseSource.DOCUMENT))},
        ConditionName.VALIDITY,
        "Arts beslist – geen bevestigde regel (YEAR)",
    ),
]


@pytest.mark.parametrize("changed, name, text", BLOCKS, ids=range(len(BLOCKS)))
def test_one_thing_wrong_blocks_the_dose_in_its_own_words(changed, name, text):
    assert blocked(planned(**changed)) == {name: text}


def test_a_vaccine_before_its_minimum_age_is_too_early():
    toddler = Situation(date(2026, 5, 11), ON, None)
    dose = planned(situation=toddler, history=(), orders=(order(stages=()),))
    text = blocked(dose)[ConditionName.VALIDITY]
    assert text == "MBR 1 is te vroeg: ten vroegste 11 mei 2027 (leeftijd 1 j 0 m, MBR-1, G1, G2)."
    assert ConditionName.LEAFLET in blocked(dose)


def test_the_day_from_which_a_dose_counts_is_told_from_what_it_is_counted():
    hepatitis = {
        "product": products()["Engerix-B Junior"],
        "planned": ("HBV",),
        "consents": (consent(vaccines=("HBV",)),),
        "orders": (order(vaccines=("HBV",)),),
        "prescreen": all_no(("HBV",)),
        "lot": lot(vaccine="HBV", product="Engerix-B Junior"),
        "history": doses(("HBV", "2026-08-24"), ("HBV", "2026-09-21")),
    }
    assert blocked(planned(**hepatitis)) == {
        ConditionName.VALIDITY: "HBV 3 is te vroeg: ten vroegste 14 dec 2026 "
        "(112 dagen na HBV 1, HBV-3, G1, G2)."
    }


DECIDED = {
    "doctor_decision": DoctorDecision.MAY_TODAY,
    "doctor_reason": "besproken met de moeder",
    "doctor_id": DOCTOR,
}


def test_a_decision_of_a_doctor_with_a_reason_lifts_a_yes_and_a_doubtful_dose():
    history = doses(("MBR", "2018", DoseSource.DOCUMENT))
    dose = planned(history=history, prescreen=all_no(yes=("faints",), **DECIDED))
    assert blocked(dose) == {}


@pytest.mark.parametrize(
    "missing",
    [{"doctor_reason": " "}, {"doctor_id": None}, {"doctor_decision": DoctorDecision.POSTPONE}],
)
def test_half_a_decision_lifts_nothing(missing):
    dose = planned(prescreen=all_no(yes=("faints",), **(DECIDED | missing)))
    (name,) = blocked(dose)
    assert name is ConditionName.QUESTIONS
    assert judge(dose)[name].for_doctor


def test_no_decision_lifts_a_refusal_a_wrong_identity_or_a_double_dose():
    dose = planned(
        prescreen=all_no(**DECIDED),
        refuses_now=True,
        identity=identity("1106"),
        consents=(),
        history=doses(("MBR", "2026-11-23", DoseSource.OWN)),
    )
    assert set(blocked(dose)) == {
        ConditionName.CONSENT,
        ConditionName.PUPIL_AGREES,
        ConditionName.IDENTITY,
        ConditionName.VALIDITY,
    }


@pytest.mark.parametrize(
    "changed, holds",
    [
        ({}, True),
        ({"valid_until": ON}, True),
        ({"valid_until": date(2026, 11, 22)}, False),
        ({"valid_from": ON}, True),
        ({"valid_from": date(2026, 11, 24)}, False),
        ({"stages": ("L1", "S3")}, False),
        ({"stages": ()}, True),
        ({"vaccines": ("DTPa-IPV",)}, False),
    ],
)
def test_a_standing_order_holds_for_its_days_grades_and_vaccines(changed, holds):
    assert judge(planned(orders=(order(**changed),)))[ConditionName.ORDER].met is holds
    both = (order(**changed), order())
    assert judge(planned(orders=both))[ConditionName.ORDER].met


def test_an_order_for_one_pupil_stands_beside_the_standing_ones():
    ordered = DoctorOrder(
        pupil_id=PUPIL, doctor_id=DOCTOR, vaccines=("MBR",), reason="mag", valid_until=ON
    )
    found = judge(planned(orders=(), ordered=ordered))[ConditionName.ORDER]
    assert (found.met, found.text) == (True, "Order van de arts voor deze leerling · mag")


def test_a_doctor_needs_no_order():
    assert blocked(planned(role=Role.DOCTOR, orders=())) == {}


def test_an_unsigned_table_leaves_dtpa_ipv_to_the_doctor_and_a_signed_one_does_not():
    birth = date(2020, 3, 1)
    dose = planned(
        situation=Situation(birth, ON, "L1"),
        product=products()["Tetravac"],
        planned=("DTPa-IPV",),
        history=doses(*infant(birth)),
        identity=identity("0103"),
        prescreen=all_no(("DTPa-IPV",)),
        lot=lot(vaccine="DTPa-IPV", product="Tetravac"),
    )
    assert blocked(dose) == {ConditionName.VALIDITY: "Arts beslist – geen bevestigde regel (DTP-5)"}
    assert blocked(dose, signed_rules()) == {}


def test_hexavalent_beyond_its_leaflet_is_for_the_doctor():
    dose = planned(
        product=products()["Hexyon"],
        planned=("HEXA",),
        consents=(consent(vaccines=("HEXA",)),),
        prescreen=all_no(("HEXA",)),
        orders=(order(vaccines=("HEXA",)),),
        lot=lot(vaccine="HEXA", product="Hexyon"),
        history=doses(*infant(BIRTH, "Tetravac")),
    )
    assert set(blocked(dose, signed_rules())) == {ConditionName.LEAFLET}
    assert blocked(replace(dose, prescreen=all_no(("HEXA",), **DECIDED)), signed_rules()) == {}


def state_of(*consents: Consent, birth: date = BIRTH) -> ConsentState:
    return judge_consent(consents, "MBR", birth, ON, ()).state


@pytest.mark.parametrize(
    "forms, given, state",
    [
        ((("moeder", "2026-09-01", ONE),), (), ConsentState.CLB),
        ((("moeder", "2026-09-01", ONE),), ("2026-08-31",), ConsentState.CLB),
        ((("moeder", "2026-09-01", ONE),), ("2026-09-20",), ConsentState.NONE),
        ((("moeder", "2026-09-01", ONE),), ("2026",), ConsentState.NONE),
        ((("moeder", "2026-09-01", SERIES),), ("2026-09-20",), ConsentState.CLB),
        # A limit set later is not undone by what was said before it, whoever said it.
        (
            (("moeder", "2026-09-01", SERIES), ("moeder", "2026-09-10", ONE)),
            ("2026-09-20",),
            ConsentState.NONE,
        ),
        (
            (("vader", "2026-09-01", SERIES), ("moeder", "2026-09-10", ONE)),
            ("2026-09-20",),
            ConsentState.NONE,
        ),
        (
            (("moeder", "2026-09-01", ONE), ("vader", "2026-10-01", SERIES)),
            ("2026-09-20",),
            ConsentState.CLB,
        ),
    ],
)
def test_a_yes_for_one_dose_ends_when_that_dose_was_given(forms, given, state):
    events = [consent(relation=who, on=on, reach=reach) for who, on, reach in forms]
    history = [GivenDose("MBR", on, DoseSource.DOCUMENT) for on in given]
    verdict = judge_consent(events, "MBR", BIRTH, ON, history)
    assert verdict.state is state
    assert ("één dosis" in verdict.text) is (state is ConsentState.NONE)
    other = [GivenDose("HPV", on, DoseSource.DOCUMENT) for on in given]
    assert judge_consent(events, "MBR", BIRTH, ON, other).state is ConsentState.CLB


FATHER_NO = consent(ConsentChoice.REFUSAL, "vader", "2026-11-10")
BACK = consent(
    ConsentChoice.WITHDRAWAL,
    signed_on=None,
    received_on=date(2026, 11, 20),
    withdrawn_on=date(2026, 11, 20),
    valid_until=None,
    channel=ConsentChannel.TELEPHONE,
)


def test_a_withdrawal_says_who_took_the_consent_back_on_which_day_and_is_no_refusal():
    verdict = judge_consent((consent(), BACK), "MBR", BIRTH, ON, ())
    assert verdict.state is ConsentState.WITHDRAWAL
    assert verdict.text == (
        "Toestemming ingetrokken op 20 nov 2026 (moeder). "
        "Zonder nieuwe toestemming wordt niet gevaccineerd."
    )
    father = judge_consent((consent(relation="vader"), BACK), "MBR", BIRTH, ON, ())
    assert "vader ja (02 nov), moeder ingetrokken (20 nov)" in father.text


def test_who_takes_a_consent_back_does_not_take_back_what_was_told_about_health():
    told = consent(health_answers={"allergy": True})
    assert judge_consent((told, BACK), "MBR", BIRTH, ON, ()).told == (told,)


@pytest.mark.parametrize(
    "choice, withdrawn_on",
    [(ConsentChoice.CLB, date(2026, 11, 20)), (ConsentChoice.WITHDRAWAL, None)],
)
def test_only_a_withdrawal_has_the_day_of_a_withdrawal(choice, withdrawn_on):
    with pytest.raises(ValueError, match="withdrawn_on"):
        consent(choice, withdrawn_on=withdrawn_on)


def test_two_parents_who_differ_stop_everything():
    verdict = judge_consent((consent(), FATHER_NO), "MBR", BIRTH, ON, ())
    assert verdict.state is ConsentState.CONFLICT
    assert verdict.text == (
        "Toestemming tegenstrijdig: moeder ja (02 nov), vader nee (10 nov). "
        "Vaccineren kan niet; een arts bespreekt dit met de ouders."
    )


@pytest.mark.parametrize(
    "consents, state",
    [
        ((consent(ConsentChoice.REFUSAL), consent(on="2026-11-20")), ConsentState.CLB),
        ((consent(), consent(ConsentChoice.REFUSAL, on="2026-11-20")), ConsentState.REFUSAL),
        ((consent(), consent(ConsentChoice.GP)), ConsentState.CONFLICT),
        ((consent(), BACK), ConsentState.WITHDRAWAL),
        ((consent(), BACK, consent(on="2026-11-22")), ConsentState.CLB),
        ((consent(), BACK, consent(relation="vader")), ConsentState.CONFLICT),
        ((BACK, FATHER_NO), ConsentState.REFUSAL),
        ((consent(relation=""), BACK), ConsentState.WITHDRAWAL),
        ((consent(relation="", on="2026-11-22"), BACK), ConsentState.CONFLICT),
        ((consent(ConsentChoice.REFUSAL, relation=""), BACK), ConsentState.REFUSAL),
        (
            (consent(), consent(on="2026-11-22", channel=ConsentChannel.TELEPHONE), BACK),
            ConsentState.WITHDRAWAL,
        ),
        ((consent(valid_until=date(2026, 11, 22)),), ConsentState.NONE),
        ((consent(vaccines=("HPV",)),), ConsentState.NONE),
        ((consent(ConsentChoice.ALREADY_GIVEN),), ConsentState.ALREADY_GIVEN),
        ((consent(channel=ConsentChannel.TELEPHONE),), ConsentState.TELEPHONE_ONLY),
        (
            (
                consent(),
                consent(ConsentChoice.REFUSAL, "vader", channel=ConsentChannel.TELEPHONE),
            ),
            ConsentState.CONFLICT,
        ),
        ((consent(giver=ConsentGiver.CAPABLE_MINOR, relation=""),), ConsentState.MINOR_ALONE),
        ((consent(giver=ConsentGiver.ADULT_PUPIL, relation=""),), ConsentState.MINOR_ALONE),
        ((consent(giver=ConsentGiver.GUARDIAN, relation="voogd"),), ConsentState.CLB),
    ],
    ids=range(19),
)
def test_the_events_come_to_one_state(consents, state):
    assert state_of(*consents) is state
    assert state_of(*reversed(consents)) is state


def test_a_pupil_of_18_decides_alone():
    adult = consent(giver=ConsentGiver.ADULT_PUPIL, relation="")
    assert state_of(adult, birth=date(2008, 11, 23)) is ConsentState.CLB
    assert state_of(adult, birth=date(2008, 11, 24)) is ConsentState.MINOR_ALONE


def test_a_capable_minor_alone_needs_the_decision_of_a_doctor():
    alone = (consent(giver=ConsentGiver.CAPABLE_MINOR, relation=""),)
    text = blocked(planned(consents=alone))[ConditionName.CONSENT]
    assert text == "Een arts beoordeelt of de leerling zelf kan toestemmen."
    assert blocked(planned(consents=alone, prescreen=all_no(**DECIDED))) == {}


def test_questions_depend_on_what_is_planned():
    both = questions_for(frozenset({"MBR", "DTPa-IPV"}))
    assert [question.number for question in both] == list(range(2, 12))
    assert [question.number for question in questions_for(frozenset({"dTpa"}))] == [
        *(2, 3, 4, 8, 9, 10, 11)
    ]
    assert questions_for(frozenset()) == ()
    allergy = next(
        question for question in questions_for(frozenset({"MBR"})) if question.number == 4
    )
    assert allergy.text == "allergie: gelatine, neomycine, latex"
    pregnant = next(question for question in both if question.id == "pregnant")
    assert pregnant.stops == ("MBR",)


def test_answers_are_sought_for_what_is_planned_only():
    screened = all_no(("dTpa",), yes=("encephalopathy",))
    assert unanswered(screened, ("dTpa",)) == ()
    assert [question.id for question in unanswered(screened, ("dTpa", "HPV"))] == ["pregnant"]
    assert [question.id for question in answered_yes(screened, ("dTpa",))] == ["encephalopathy"]
    assert answered_yes(screened, ("MBR",)) == ()


QUESTIONS = ConditionName.QUESTIONS
THREE = ("MBR", "dTpa", "HPV")
OF_PRODUCT = {"MBR": "M-M-RVaxPro", "dTpa": "Boostrix", "HPV": "Gardasil 9"}


def asked(vaccine: str, yes: str, **decided):
    """What a yes comes to for one of three planned vaccines."""
    screened = all_no(THREE, yes=(yes,), **decided)
    dose = planned(product=products()[OF_PRODUCT[vaccine]], planned=THREE, prescreen=screened)
    return judge(dose)[QUESTIONS]


@pytest.mark.parametrize(
    "question, for_doctor",
    [
        ("ill", {"MBR", "dTpa", "HPV"}),
        ("reaction", {"MBR", "dTpa", "HPV"}),
        ("allergy", {"MBR", "dTpa", "HPV"}),
        ("immunity", {"MBR"}),
        ("blood_or_live", {"MBR"}),
        ("pregnant", {"MBR", "HPV"}),  # dTpa is allowed
        ("bleeding", {"MBR", "dTpa", "HPV"}),
        ("elsewhere", {"MBR", "dTpa", "HPV"}),
        ("faints", {"MBR", "dTpa", "HPV"}),
        ("encephalopathy", {"dTpa"}),
    ],
)
def test_a_yes_stops_the_vaccines_that_its_question_is_about(question, for_doctor):
    found = {vaccine: asked(vaccine, question) for vaccine in THREE}
    assert {vaccine for vaccine, one in found.items() if not one.met} == for_doctor
    assert all(one.for_doctor for one in found.values() if not one.met)


def test_what_a_yes_is_not_about_may_be_given_and_says_so():
    assert asked("dTpa", "pregnant").text == "Met ja beantwoord, niet van belang voor dTpa: vraag 7"


@pytest.mark.parametrize("question, vaccine", [("pregnant", "MBR"), ("encephalopathy", "dTpa")])
def test_no_decision_of_a_doctor_lifts_a_contra_indication(question, vaccine):
    found = {one: asked(one, question, **DECIDED) for one in THREE}
    assert {one for one, condition in found.items() if not condition.met} == {vaccine}
    number = 7 if question == "pregnant" else 11
    assert found[vaccine].text == (
        f"Vraag {number} is met ja beantwoord. {vaccine} kan dan niet, "
        "ook niet na een beslissing van een arts."
    )
    assert not found[vaccine].for_doctor


@pytest.mark.parametrize("decision", list(DoctorDecision)[1:])
def test_a_doctor_who_decides_against_it_stops_every_vaccine(decision):
    decided = DECIDED | {"doctor_decision": decision}
    assert not any(asked(one, "pregnant", **decided).met for one in THREE)
