"""Vaccinnet: what a message says of a dose, why a dose does not go, and what comes back."""

from datetime import date
from xml.etree import ElementTree as ET

import msgspec
import pytest

from clbdesk.domain.delivery import Obstacle, Request, Step
from clbdesk.domain.people import Sex
from clbdesk.domain.vaccination import DoseSource, DoseStatus, NotGivenReason
from clbdesk.errors import Refused
from clbdesk.exchange.vaccinnet.answers import Answer, AnswerProblem, read_answers
from clbdesk.exchange.vaccinnet.batch import BatchLine, write_batch
from clbdesk.exchange.vaccinnet.history import HistoryProblem, read_history
from clbdesk.exchange.vaccinnet.message import NAMESPACE, Sender
from clbdesk.exchange.vaccinnet.settings import VaccinnetSettings, checked
from clbdesk.exchange.vaccinnet.wanted import Doctor, wanted
from tests.builders.vaccinnet import AT, DOCTOR, INSZ, PUPIL, known_dose, own_dose, settings

TODAY = date(2026, 11, 23)
K = f"{{{NAMESPACE}}}"
B = "{urn:clbdesk:vaccinnet-batch:1}"
SENDER = Sender("CLB De Toets", settings())


def batch_of(known, request=Request.ADD, register_id=""):
    content = write_batch([BatchLine(known, request, register_id)], SENDER, "batch-1", AT)
    return ET.fromstring(content)


def texts(parent, path):
    return [one.text for one in parent.iterfind("/".join(K + part for part in path.split("/")))]


def test_a_message_says_who_got_what_when_and_from_which_lot():
    known = known_dose()
    root = batch_of(known)
    assert root.get("software-id") == "S-1"
    (request,) = root.findall(f"{B}request")
    assert (request.get("dose"), request.get("action")) == (known.record_id, "aanleveren")
    assert request.get("patient") == INSZ
    (message,) = request.findall(f"{K}kmehrmessage")
    assert texts(message, "header/standard/cd") == ["20120701"]
    assert texts(message, "header/id")[0].startswith("12345678901.")
    assert texts(message, "header/date") == ["2026-11-23"]
    assert texts(message, "header/time") == ["10:30:00"]  # in Brussels
    assert texts(message, "header/recipient/hcparty/name") == ["VAZG"]
    patient = message.find(f"{K}folder/{K}patient")
    assert texts(patient, "id") == [INSZ]
    assert texts(patient, "familyname") == ["Wouters & Zoon"]
    assert texts(patient, "birthdate/date") == ["2016-05-03"]
    assert texts(patient, "sex/cd") == ["female"]
    transaction = message.find(f"{K}folder/{K}transaction")
    assert known.record_id in texts(transaction, "id")
    assert texts(transaction, "cd") == ["vaccination"]
    assert texts(transaction, "author/hcparty/id") == [DOCTOR.nihdi]
    item = transaction.find(f"{K}item")
    (code,) = item.iterfind(f"{K}content/{K}cd")
    assert (code.get("S"), code.get("SL"), code.text) == ("LOCAL", "VACCINNETCODE", "MBR/AV002")
    assert texts(item, "beginmoment/date") == ["2026-11-23"]
    assert texts(item, "lifecycle/cd") == ["administrated"]
    assert texts(item, "quantity/decimal") == ["1.00"]
    assert texts(item, "batch") == ["X012345"]


@pytest.mark.parametrize("sex, code", [(Sex.MALE, "male"), (Sex.UNKNOWN, "unknown")])
def test_the_sex_in_a_message_is_that_of_the_pupil(sex, code):
    root = batch_of(known_dose(pupil=msgspec.structs.replace(PUPIL, sex=sex)))
    assert [one.text for one in root.iter(f"{K}cd") if one.get("S") == "CD-SEX"] == [code]


@pytest.mark.parametrize(
    "product, tag, scheme, text",
    [("Tedivax pro adulto", "cd", "LOCAL", "DT/GL002"), ("Vaxelis", "cd", "CD-ATC", "J07CA09")],
)
def test_the_best_code_that_is_known_names_the_vaccine(product, tag, scheme, text):
    root = batch_of(known_dose(dose=own_dose(product=product)))
    (code,) = root.iterfind(f".//{K}content/{K}{tag}")
    assert (code.get("S"), code.text) == (scheme, text)


def test_a_dose_given_abroad_says_in_which_country():
    root = batch_of(known_dose(dose=own_dose(country="NL")))
    assert [one.text for one in root.iter(f"{K}cd") if one.get("S") == "CD-FED-COUNTRY"] == ["NL"]
    assert not list(batch_of(known_dose()).iterfind(f".//{K}country"))


def test_a_removal_names_the_number_of_the_register_and_holds_no_message():
    (request,) = batch_of(known_dose(), Request.REMOVE, "V-77").findall(f"{B}request")
    assert (request.get("action"), request.get("vaccination-id")) == ("verwijderen", "V-77")
    assert list(request) == []


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"withdrawn": True}, (Obstacle.WITHDRAWN,)),
        (
            {
                "dose": own_dose(
                    status=DoseStatus.NOT_GIVEN, reason=NotGivenReason.ILL, lot="", product=""
                )
            },
            (Obstacle.NOT_GIVEN,),
        ),
        ({"dose": own_dose(source=DoseSource.DOCUMENT)}, (Obstacle.NOT_OURS,)),
        ({"two_versions": True, "withdrawn": True}, (Obstacle.TWO_VERSIONS,)),
        ({"double": True}, (Obstacle.DOUBLE,)),
        ({"dose": own_dose(on="2026-11")}, (Obstacle.DAY_UNKNOWN,)),
        ({"pupil": None}, (Obstacle.NO_PUPIL,)),
        ({"pupil": msgspec.structs.replace(PUPIL, insz=None)}, (Obstacle.NO_INSZ,)),
        ({"pupil": msgspec.structs.replace(PUPIL, insz="12345678901")}, (Obstacle.WRONG_INSZ,)),
        (
            {"pupil": msgspec.structs.replace(PUPIL, provisional=True)},
            (Obstacle.PROVISIONAL_PUPIL,),
        ),
        ({"dose": own_dose(product="", vaccine="MBR")}, (Obstacle.NO_CODE,)),
        ({"dose": own_dose(lot="")}, (Obstacle.NO_LOT,)),
        ({"dose": own_dose(lot="X01\x1d17")}, (Obstacle.UNWRITABLE,)),
        (
            {"pupil": msgspec.structs.replace(PUPIL, family_name="Wou\x0bters")},
            (Obstacle.UNWRITABLE,),
        ),
        ({"doctor": None}, (Obstacle.NO_DOCTOR,)),
        ({"doctor": Doctor("Mia Peeters", "")}, (Obstacle.NO_DOCTOR_NUMBER,)),
    ],
)
def test_a_dose_that_does_not_go_says_why(changes, why):
    found = wanted(known_dose(**changes), TODAY)
    assert (found.content, found.obstacles) == (None, why)


def test_only_what_the_register_is_told_changes_the_content():
    plain = wanted(known_dose(), TODAY).content
    assert plain is not None
    for same in (own_dose(site="thigh"), own_dose(expires_on=None), own_dose(dose_number=1)):
        assert wanted(known_dose(dose=same), TODAY).content == plain
    for other in (own_dose(lot="Y1"), own_dose(on="2026-11-20"), own_dose(product="Priorix")):
        assert wanted(known_dose(dose=other), TODAY).content != plain


def test_every_settable_row_without_a_public_source_is_marked_so():
    rows = {row.name: row for row in VaccinnetSettings({}).rows}
    assert VaccinnetSettings({}).missing == ("software_id", "user_code", "organisation_nihdi")
    assert rows["max_delay_days"].value == ""
    assert {rows[name].status for name in ("max_delay_days", "software_id")} == {"empty"}
    assert settings().missing == ()


@pytest.mark.parametrize(
    "name, value",
    [
        ("standard", "20120702"),
        ("nonsense", "1"),
        ("organisation_nihdi", "123"),
        ("disable_stock_change", "maybe"),
        ("max_delay_days", "-1"),
        ("software_id", " "),
        ("user_code", "a\x1db"),
    ],
)
def test_a_setting_that_is_not_right_is_refused(name, value):
    with pytest.raises(Refused):
        checked(name, value)


def test_answers_are_read_and_a_word_that_nobody_listed_is_never_a_yes():
    content = (
        b'\xef\xbb\xbf{"dose":"a","status":"Accepted","vaccination_id":"V1"}\n\n'
        b'{"dose":"b","status":"failed","code":12,"message":"onbekend"}\n'
        b'{"dose":"c","status":"200"}\n{"dose":"d"}\nnonsense\n\xff\n'
    )
    found = list(read_answers(content, settings()))
    assert [one.step.step for one in found if isinstance(one, Answer)] == [
        Step.ACCEPTED,
        Step.FAILED,
    ]
    assert found[0].step.register_id == "V1"
    assert (found[1].step.code, found[1].message) == ("12", "onbekend")
    assert [one for one in found if isinstance(one, AnswerProblem)] == [
        AnswerProblem(4, "unknown_status"),
        AnswerProblem(5, "unreadable"),
        AnswerProblem(6, "unreadable"),
        AnswerProblem(7, "unreadable"),
    ]
    known = list(read_answers(content, settings(accepted_words="accepted|200")))
    assert known[2].step.step is Step.ACCEPTED


ITEM = """<transaction><id S="ID-KMEHR" SV="1.0">1</id>
<id S="LOCAL" SL="vitalinkuri" SV="1.0">/subject/1/vaccination/6840A9/2</id>
<cd S="CD-TRANSACTION" SV="1.0">vaccination</cd>
<item><id S="ID-KMEHR" SV="1.0">1</id><cd S="CD-ITEM" SV="1.0">vaccine</cd>
<content>{code}</content><beginmoment><date>{on}</date></beginmoment>
<lifecycle><cd S="CD-LIFECYCLE" SV="1.0">{state}</cd></lifecycle><batch>L1</batch></item>
<item><cd S="CD-ITEM" SV="1.0">encounterlocation</cd><author><hcparty><address><country>
<cd S="CD-FED-COUNTRY" SV="1.0">AU</cd></country></address></hcparty></author></item>
</transaction>"""
CODE = '<cd S="LOCAL" SL="VACCINNETCODE" SV="1.0">{}</cd>'
MBR = CODE.format("MBR/AV002")
BOOSTRIX = '<medicinalproduct><intendedcd S="CD-DRUG-CNK">1734094</intendedcd></medicinalproduct>'


def history(*items, insz=INSZ, prefix=""):
    folder = f'<patient><id S="ID-PATIENT" SV="1.0">{insz}</id></patient>{"".join(items)}'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prefix}'
        f'<kmehrmessage xmlns="{NAMESPACE}"><folder>{folder}</folder></kmehrmessage>'
    ).encode()


def item(code=MBR, on="2017-05-04", state="administrated"):
    return ITEM.format(code=code, on=on, state=state)


@pytest.mark.parametrize(
    "code, vaccine, product",
    [
        (CODE.format("MBR/AV002"), "MBR", "M-M-RVaxPro"),
        (CODE.format("MBR/XX999"), "MBR", ""),
        (CODE.format("HPV"), "HPV", ""),
        ('<cd S="CD-ATC" SV="1.0">J07CA09</cd>', "HEXA", ""),
        (BOOSTRIX, "dTpa", "Boostrix"),
    ],
)
def test_a_dose_of_the_history_is_read_by_each_of_its_codes(code, vaccine, product):
    (dose,) = read_history(history(item(code)), TODAY)
    assert (dose.vaccine, dose.product, dose.insz) == (vaccine, product, INSZ)
    assert (dose.on, dose.lot, dose.country) == (date(2017, 5, 4), "L1", "AU")
    assert "6840A9" in dose.numbers


@pytest.mark.parametrize(
    "content, code",
    [
        (history(item(CODE.format("YYY/ZZ001"))), "unknown_vaccine"),
        (history(item(CODE.format("DTPA/ZZ001"))), "unknown_vaccine"),  # full or reduced: unknown
        (history(item('<cd S="CD-ATC" SV="1.0">J07CA02</cd>')), "unknown_vaccine"),  # two types
        (history(item(on="2017-13-01")), "date"),
        (history(item(on="2027-01-01")), "date"),
        (history(item(state="cancelled")), "not_given"),
        (history(item(), insz="16050300119"), "insz"),
    ],
)
def test_an_item_that_cannot_come_in_is_a_named_problem(content, code):
    assert list(read_history(content, TODAY)) == [HistoryProblem(1, code)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        b"\xff\xfe<",
        history(item())[:-5],
        history(item(), prefix='<!DOCTYPE k [<!ENTITY e "x">]>'),
    ],
)
def test_a_file_that_is_no_kmehr_message_is_refused(content):
    with pytest.raises(Refused):
        list(read_history(content, TODAY))
