"""What the sub-commands of `clbdesk centre` do: arguments in, one JSON document out (docs/cli.md)."""

from __future__ import annotations

import logging
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import msgspec

from clbdesk.centre import administration as office
from clbdesk.centre import (
    care_requests,
    class_lists,
    cohort,
    documents,
    history,
    intervention_codes,
    joining,
    recall,
    sealed_concerns,
    upkeep,
)
from clbdesk.centre.__main__ import place_of
from clbdesk.centre.access_review import find_pupil
from clbdesk.centre.centre import Centre
from clbdesk.centre.devices import CODE_MINUTES
from clbdesk.centre.opening import initialise, open_centre
from clbdesk.centre.vaccinnet import set_number
from clbdesk.cli.arguments import key_of
from clbdesk.cli.centre_reports import REPORT_ACTIONS
from clbdesk.cli.centre_rights import RIGHTS_ACTIONS
from clbdesk.cli.finding import find_person, find_school
from clbdesk.cli.vaccinnet import VACCINNET_ACTIONS
from clbdesk.domain.centre_document import DocumentUse
from clbdesk.domain.people import Membership, School, SchoolLevel
from clbdesk.domain.revision import Role
from clbdesk.domain.vaccination import Lot, StandingOrder
from clbdesk.domain.visits import ContactMoment, Visit, VisitClass, VisitKind
from clbdesk.errors import Refused
from clbdesk.exchange.class_list_answer import document_of_preview
from clbdesk.ids import PupilId, RecordId, RevId, VisitId
from clbdesk.standards.cohort import Place

Document = dict[str, Any]
Action = Callable[[Centre, Namespace], object]


def perform(name: str, options: Namespace) -> object:
    """Do what a sub-command asks; its answer as plain values."""
    if name == "init":
        place = place_of(options.data, options.database, options.keys, options.centre)
        initialise(place, options.name)
        return {"name": options.name, "keys": str(place.key_folder().folder)}
    return at_centre(_ACTIONS[name], options)


def at_centre(action: Action, options: Namespace) -> object:
    """Do something at the centre that the arguments name; its answer as plain values."""
    place = place_of(options.data, options.database, options.keys, options.centre)
    centre = open_centre(place)
    try:
        return msgspec.to_builtins(action(centre, options))
    finally:
        centre.close()


def _serve(centre: Centre, options: Namespace) -> None:
    from clbdesk.centre import serve  # the web server is heavy, and only this needs it

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    serve.run(centre, options.host, options.port)


def _status(centre: Centre, _: Namespace) -> Document:
    known = upkeep.status(centre)
    document = asdict(known)
    return {**document.pop("particulars"), **document}


# --- Planning --------------------------------------------------------------------------------------
def _school_add(centre: Centre, options: Namespace) -> Document:
    school = School(
        name=options.name,
        level=SchoolLevel(options.level),
        municipality=options.municipality,
        number=options.number,
    )
    return {"school_id": office.add_school(centre, school)}


def _school_list(centre: Centre, _: Namespace) -> list[Document]:
    known = office.schools(centre)
    return [{"school_id": one, **msgspec.structs.asdict(body)} for one, body in known.items()]


def _staff_add(centre: Centre, options: Namespace) -> Document:
    schools = [find_school(centre, name) for name in options.school]
    roles = [Role(role) for role in options.role]
    added = office.add_staff(centre, options.name, roles, since=options.since, school_ids=schools)
    return {"staff_id": added}


def _staff_list(centre: Centre, _: Namespace) -> list[Document]:
    known = office.staff(centre)
    return [{"staff_id": one, **msgspec.structs.asdict(body)} for one, body in known.items()]


def _staff_leave(centre: Centre, options: Namespace) -> Document:
    person = find_person(centre, options.name)
    return {"memberships_ended": office.end_memberships(centre, person, options.last_day)}


def _staff_number(centre: Centre, options: Namespace) -> Document:
    person = find_person(centre, options.name)
    set_number(centre, person, options.nihdi)
    return {"staff_id": person}


def _membership(centre: Centre, options: Namespace) -> Document:
    membership = Membership(
        staff_id=find_person(centre, options.name),
        role=Role(options.role),
        school_id=find_school(centre, options.school) if options.school else None,
        since=options.since,
        until=options.until,
        team=options.team.strip(),
    )
    return {"membership_id": office.add_membership(centre, membership)}


def _visit_add(centre: Centre, options: Namespace) -> Document:
    visit = Visit(
        school_id=find_school(centre, options.school),
        on=options.on,
        start=options.start,
        end=options.end,
        kinds=tuple(VisitKind(kind) for kind in options.kind),
        classes=tuple(_visit_class(text) for text in options.classes),
        team=tuple(find_person(centre, name) for name in options.team),
        vaccines=tuple(options.vaccine),
        room=options.room,
    )
    visit_id = office.plan_visit(centre, visit)
    return {"visit_id": visit_id, "pupils": office.count_listed(centre, visit_id)}


def _visit_add_pupil(centre: Centre, options: Namespace) -> Document:
    moment = ContactMoment(options.moment) if options.moment else None
    office.add_to_visit(centre, VisitId(options.visit), PupilId(options.pupil_id), moment)
    return {
        "visit_id": options.visit,
        "pupils": office.count_listed(centre, VisitId(options.visit)),
    }


def _visit_class(text: str) -> VisitClass:
    """Text "4A:LO4" is class 4A with contact moment LO4."""
    name, _, moment = text.partition(":")
    if moment and moment not in list(ContactMoment):
        raise Refused("centre.no_such_moment", field="class")
    return VisitClass(class_name=name, moment=ContactMoment(moment) if moment else None)


def _visit_propose(centre: Centre, options: Namespace) -> Document:
    found = cohort.propose_pupils(centre, find_school(centre, options.school), options.on)
    by_place: Document = {place.value: [] for place in Place}
    for one in found:
        line = asdict(one)
        by_place[line.pop("place").value].append(line)
    return by_place


def _visit_list(centre: Centre, _: Namespace) -> list[Document]:
    known = office.visits(centre)
    return [{"visit_id": one, **msgspec.structs.asdict(body)} for one, body in known.items()]


def _visit_cancel(centre: Centre, options: Namespace) -> Document:
    office.cancel_visit(centre, VisitId(options.visit), options.reason)
    return {"visit_id": options.visit}


def _lot(centre: Centre, options: Namespace) -> Document:
    lot = Lot(
        vaccine=options.vaccine,
        product=options.product,
        number=options.number,
        expires_on=options.expires_on,
    )
    return {"lot_id": office.add_lot(centre, lot)}


def _recall(centre: Centre, options: Namespace) -> Document:
    doses = [asdict(one) for one in recall.recall_lot(centre, options.lot)]
    pupils = len({one["pupil_id"] for one in doses})
    return {"lot": options.lot, "pupils": pupils, "doses": doses}


def _standing_order(centre: Centre, options: Namespace) -> Document:
    order = StandingOrder(
        doctor_id=find_person(centre, options.doctor),
        title=options.title,
        vaccines=tuple(options.vaccine),
        stages=tuple(options.stage),
        valid_from=options.valid_from,
        valid_until=options.valid_until,
    )
    return {"order_id": office.add_standing_order(centre, order)}


# --- Imports ---------------------------------------------------------------------------------------
def _import_class_list(centre: Centre, options: Namespace) -> Document:
    preview = class_lists.import_class_list(
        centre,
        options.file,
        find_school(centre, options.school),
        school_year=options.school_year,
        commit=options.commit,
    )
    return {**document_of_preview(preview), "committed": options.commit}


def _import_history(centre: Centre, options: Namespace) -> Document:
    return asdict(history.import_history(centre, options.file))


def _document_put(centre: Centre, options: Namespace) -> Document:
    use = DocumentUse(options.use)
    return asdict(documents.put_document(centre, use, options.title, options.file))


def _document_list(centre: Centre, _: Namespace) -> list[Document]:
    return [asdict(one) for one in documents.documents(centre)]


def _document_withdraw(centre: Centre, options: Namespace) -> Document:
    documents.withdraw_document(centre, DocumentUse(options.use), options.reason)
    return {"use": options.use}


def _import_codes(centre: Centre, options: Namespace) -> Document:
    return asdict(intervention_codes.import_codes(centre, options.file))


# --- Laptops ---------------------------------------------------------------------------------------
def _enrol(centre: Centre, options: Namespace) -> Document:
    users = [find_person(centre, name) for name in options.user]
    code = office.new_enrolment_code(centre, options.device, users)
    return {"code": code, "minutes": CODE_MINUTES}


def _devices(centre: Centre, _: Namespace) -> list[Document]:
    return [asdict(line) for line in office.device_list(centre)]


def _device_users(centre: Centre, options: Namespace) -> Document:
    device = office.find_device(centre, options.device)
    office.set_device_users(centre, device, [find_person(centre, name) for name in options.user])
    return {"device_id": device}


def _revoke(centre: Centre, options: Namespace) -> Document:
    device = office.find_device(centre, options.device)
    office.revoke_device(centre, device)
    return {"device_id": device, "status": "revoked"}


# --- Upkeep ----------------------------------------------------------------------------------------
def _quarantine_list(centre: Centre, _: Namespace) -> list[Document]:
    return [asdict(one) for one in upkeep.quarantined(centre)]


def _quarantine_retry(centre: Centre, options: Namespace) -> Document:
    only = RevId(options.rev_id) if options.rev_id else None
    return {"let_through": upkeep.try_quarantine_again(centre, only)}


def _quarantine_release(centre: Centre, options: Namespace) -> Document:
    upkeep.release_from_quarantine(centre, RevId(options.rev_id))
    return {"let_through": [options.rev_id]}


def _verify(centre: Centre, _: Namespace) -> Document:
    proof = upkeep.verify(centre)
    return {**asdict(proof), "sound": proof.is_sound}


def _erase(centre: Centre, options: Namespace) -> Document:
    return {"erased": upkeep.erase(centre, RecordId(options.record_id))}


def _backup(centre: Centre, _: Namespace) -> Document:
    return {"durable_seq": upkeep.back_up_now(centre)}


def _backup_begin(centre: Centre, _: Namespace) -> Document:
    return {"seq": upkeep.backup_begin(centre)}


def _backup_done(centre: Centre, options: Namespace) -> Document:
    return {"durable_seq": upkeep.backup_done(centre, options.seq)}


def _restored(centre: Centre, _: Namespace) -> Document:
    return {"generation": upkeep.restored(centre)}


def _concern(centre: Centre, options: Namespace) -> list[Document]:
    key = key_of(options.key_file)
    opened = sealed_concerns.open_by_recovery(centre, RecordId(options.record_id), key)
    return [msgspec.to_builtins(one) for one in opened]


def _requests(centre: Centre, _: Namespace) -> list[Document]:
    return [asdict(one) for one in care_requests.care_requests(centre)]


def _provisional(centre: Centre, _: Namespace) -> list[Document]:
    return [asdict(one) for one in joining.provisional_pupils(centre)]


def _join(centre: Centre, options: Namespace) -> Document:
    known = find_pupil(centre, options.known)
    return asdict(joining.join(centre, PupilId(options.provisional), known, options.reason))


_ACTIONS: dict[str, Action] = {
    "requests": _requests,
    "concern": _concern,
    "serve": _serve,
    "status": _status,
    "school_add": _school_add,
    "school_list": _school_list,
    "staff_add": _staff_add,
    "staff_list": _staff_list,
    "staff_leave": _staff_leave,
    "staff_number": _staff_number,
    "membership": _membership,
    "visit_add": _visit_add,
    "visit_add_pupil": _visit_add_pupil,
    "visit_propose": _visit_propose,
    "visit_list": _visit_list,
    "visit_cancel": _visit_cancel,
    "lot": _lot,
    "recall": _recall,
    "standing_order": _standing_order,
    "import_class_list": _import_class_list,
    "import_history": _import_history,
    "import_codes": _import_codes,
    "provisional": _provisional,
    "join": _join,
    "document_put": _document_put,
    "document_list": _document_list,
    "document_withdraw": _document_withdraw,
    "enrol": _enrol,
    "devices": _devices,
    "device_users": _device_users,
    "revoke": _revoke,
    "quarantine_list": _quarantine_list,
    "quarantine_retry": _quarantine_retry,
    "quarantine_release": _quarantine_release,
    "verify": _verify,
    "erase": _erase,
    "backup": _backup,
    "backup_begin": _backup_begin,
    "backup_done": _backup_done,
    "restored": _restored,
    **REPORT_ACTIONS,
    **RIGHTS_ACTIONS,
    **VACCINNET_ACTIONS,
}
