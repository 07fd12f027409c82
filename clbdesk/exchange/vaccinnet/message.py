"""The KMEHR message of one dose (standard 20120701, handbook 2 §5.4), with the dose's own UUID.

KMEHR has no place for expiry date, route and site: they stay in the dossier. What may not go, or not
yet, is said in wanted.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement

from clbdesk.clock import BRUSSELS
from clbdesk.domain.people import Sex
from clbdesk.domain.vaccination import Dose
from clbdesk.exchange.vaccinnet.settings import VaccinnetSettings
from clbdesk.exchange.vaccinnet.wanted import KnownDose, product_of

NAMESPACE = "http://www.ehealth.fgov.be/standards/kmehr/schema/v1"
BELGIUM = "BE"
_SEX = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the centre and its settings."""

    name: str
    settings: VaccinnetSettings


def kmehr_message(known: KnownDose, sender: Sender, message_id: str, at: datetime) -> Element:
    """The message of a dose that `wanted` lets go. `message_id`: unique behind the RIZIV number."""
    root = Element("kmehrmessage", {"xmlns": NAMESPACE})
    moment = at.astimezone(BRUSSELS)
    header = SubElement(root, "header")
    standard = SubElement(header, "standard")
    _coded(standard, "cd", "CD-STANDARD", sender.settings.value("standard"))
    own_number = sender.settings.value("organisation_nihdi")
    _coded(header, "id", "ID-KMEHR", f"{own_number}.{message_id}")
    _moment(header, moment)
    party = SubElement(SubElement(header, "sender"), "hcparty")
    _coded(party, "id", "ID-HCPARTY", own_number)
    _local_id(party, sender.settings, sender.settings.value("user_code"))
    _coded(party, "cd", "CD-HCPARTY", sender.settings.value("sender_type"))
    _text(party, "name", sender.name)
    party = SubElement(SubElement(header, "recipient"), "hcparty")
    _coded(party, "cd", "CD-HCPARTY", sender.settings.value("recipient_type"))
    _text(party, "name", sender.settings.value("recipient_name"))
    folder = SubElement(root, "folder")
    _coded(folder, "id", "ID-KMEHR", "1")
    _patient(folder, known)
    _transaction(folder, known, sender, moment)
    return root


def _patient(folder: Element, known: KnownDose) -> None:
    pupil = known.pupil
    assert pupil is not None
    patient = SubElement(folder, "patient")
    _coded(patient, "id", "ID-PATIENT", pupil.insz or "")
    _text(patient, "firstname", pupil.given_name)
    _text(patient, "familyname", pupil.family_name)
    _text(SubElement(patient, "birthdate"), "date", pupil.birth_date.isoformat())
    _coded(SubElement(patient, "sex"), "cd", "CD-SEX", _SEX[pupil.sex])


def _transaction(folder: Element, known: KnownDose, sender: Sender, moment: datetime) -> None:
    doctor = known.doctor
    assert doctor is not None
    part = SubElement(folder, "transaction")
    _coded(part, "id", "ID-KMEHR", "1")
    _local_id(part, sender.settings, known.record_id)
    _coded(part, "cd", "CD-TRANSACTION", "vaccination")
    _moment(part, moment)
    party = SubElement(SubElement(part, "author"), "hcparty")
    _coded(party, "id", "ID-HCPARTY", doctor.nihdi)
    _coded(party, "cd", "CD-HCPARTY", "persphysician")
    _text(party, "name", doctor.name)
    _text(part, "iscomplete", "true")
    _text(part, "isvalidated", "true")
    _vaccine(part, known.dose)
    if known.dose.country not in ("", BELGIUM):
        _place(part, known.dose.country)


def _vaccine(transaction: Element, dose: Dose) -> None:
    item = SubElement(transaction, "item")
    _coded(item, "id", "ID-KMEHR", "1")
    _coded(item, "cd", "CD-ITEM", "vaccine")
    content = SubElement(item, "content")
    product = product_of(dose)
    assert product is not None
    if product.code:
        SubElement(
            content, "cd", {"S": "LOCAL", "SL": "VACCINNETCODE", "SV": "1.0"}
        ).text = product.code
    elif product.cnk:
        drug = SubElement(content, "medicinalproduct")
        _coded(drug, "intendedcd", "CD-DRUG-CNK", product.cnk)
        _text(drug, "intendedname", product.name)
    else:
        _coded(content, "cd", "CD-ATC", product.atc)
    _text(SubElement(item, "beginmoment"), "date", dose.on)
    _coded(SubElement(item, "lifecycle"), "cd", "CD-LIFECYCLE", "administrated")
    _text(SubElement(item, "quantity"), "decimal", "1.00")
    _text(item, "batch", dose.lot)


def _place(transaction: Element, country: str) -> None:
    item = SubElement(transaction, "item")
    _coded(item, "id", "ID-KMEHR", "2")
    _coded(item, "cd", "CD-ITEM", "encounterlocation")
    party = SubElement(SubElement(item, "author"), "hcparty")
    _coded(party, "cd", "CD-HCPARTY", "orgpublichealth")
    address = SubElement(party, "address")
    _coded(address, "cd", "CD-ADDRESS", "other")
    _coded(SubElement(address, "country"), "cd", "CD-FED-COUNTRY", country)


def _coded(parent: Element, tag: str, scheme: str, value: str) -> None:
    SubElement(parent, tag, {"S": scheme, "SV": "1.0"}).text = value


def _local_id(parent: Element, settings: VaccinnetSettings, value: str) -> None:
    listed = {"S": "LOCAL", "SL": settings.value("local_list"), "SV": "1.0"}
    SubElement(parent, "id", listed).text = value


def _text(parent: Element, tag: str, value: str) -> None:
    SubElement(parent, tag).text = value


def _moment(parent: Element, moment: datetime) -> None:
    _text(parent, "date", moment.date().isoformat())
    _text(parent, "time", moment.strftime("%H:%M:%S"))
