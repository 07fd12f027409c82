"""`clbdesk centre …`: making, serving and administering a centre. Answers in English, `--json` too.

Every command takes `--data FOLDER` (embedded) or `--database postgresql://…`, as `python -m
clbdesk.centre` does; without either it works on the embedded centre of this user.
"""

from __future__ import annotations

import argparse
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from clbdesk.cli.arguments import day, hour, school_year

_ACTIONS = "clbdesk.cli.centre_actions"


def add_parser(commands: Any) -> None:
    """Add `centre` with its sub-commands to the command line."""
    text = "make, serve and administer a centre"
    centre = commands.add_parser("centre", help=text, description=text)
    parts = centre.add_subparsers(dest="part", required=True, metavar="PART")
    _add_running(parts)
    _add_planning(parts)
    _add_imports(parts)
    _add_vaccinnet(parts)
    _add_documents(parts)
    _add_care(parts)
    _add_rights(parts)
    _add_laptops(parts)
    _add_upkeep(parts)


def _run(action: str, options: argparse.Namespace) -> object:
    """The actions need the whole centre, so they are loaded when one is asked for."""
    return import_module(_ACTIONS).perform(action, options)


def _add(parts: Any, command: str, text: str, action: str, /, **arguments: dict[str, Any]) -> None:
    """A command for a function of centre_actions; arguments with a leading _ are positional."""
    parser = parts.add_parser(command, help=text, description=text)
    for argument, settings in arguments.items():
        positional = argument.startswith("_")
        name_shown = argument[1:] if positional else "--" + argument.replace("_", "-")
        parser.add_argument(name_shown, **settings)
    add_place(parser)
    parser.set_defaults(run=partial(_run, action))


def add_place(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which centre; also for `clbdesk export`."""
    parser.add_argument("--data", type=Path, help="folder of the embedded centre")
    parser.add_argument("--database", help="postgresql://… of a centre on PostgreSQL")
    parser.add_argument("--keys", type=Path, help="folder of the keys")
    parser.add_argument("--centre", type=int, default=1, help="number of the centre (PostgreSQL)")
    parser.add_argument("--json", action="store_true", help="answer one JSON document")


def _add_running(parts: Any) -> None:
    named: dict[str, Any] = {"default": "CLB", "help": "name of the centre"}
    _add(parts, "init", "make a centre (PostgreSQL: as owner)", "init", name=named)
    _add(
        parts,
        "serve",
        "answer laptops until stopped",
        "serve",
        host={"default": "127.0.0.1"},
        port={"type": int, "default": 8443},
    )
    _add(parts, "status", "show what the centre holds, its backup and its alarms", "status")


def _add_planning(parts: Any) -> None:
    school = parts.add_parser("school", help="schools").add_subparsers(required=True)
    levels = ("primary", "secondary", "special")
    _add(
        school,
        "add",
        "add a school",
        "school_add",
        _name={},
        level={"choices": levels, "required": True},
        municipality={"default": ""},
        number={"default": ""},
    )
    _add(school, "list", "list the schools", "school_list")
    staff = parts.add_parser("staff", help="staff").add_subparsers(required=True)
    roles = ("doctor", "nurse", "social_worker", "psychopedagogue", "administration", "director")
    role: dict[str, Any] = {"action": "append", "choices": roles, "required": True}
    since: dict[str, Any] = {"type": day, "help": "first day"}
    at: dict[str, Any] = {"action": "append", "default": [], "help": "name of a school"}
    _add(staff, "add", "add somebody", "staff_add", _name={}, role=role, school=at, since=since)
    _add(staff, "list", "list the staff", "staff_list")
    last: dict[str, Any] = {"type": day, "required": True}
    _add(staff, "leave", "end all memberships of somebody", "staff_leave", _name={}, last_day=last)
    _add(staff, "number", "set the RIZIV number of somebody", "staff_number", _name={}, _nihdi={})
    one_role = {"choices": roles, "required": True}
    _add(
        parts,
        "membership",
        "give somebody another function",
        "membership",
        _name={},
        role=one_role,
        school={},
        team={"default": "", "help": "without --school: for the schools of this team"},
        since={**since, "required": True},
        until={"type": day},
    )
    _add_visits(parts)


def _add_visits(parts: Any) -> None:
    visit = parts.add_parser("visit", help="visits").add_subparsers(required=True)
    kinds = ("systematic_contact", "vaccination", "care_meeting")
    _add(
        visit,
        "add",
        "plan a visit; the pupils of its classes come on its list",
        "visit_add",
        school={"required": True},
        on={"type": day, "required": True},
        start={"type": hour},
        end={"type": hour},
        kind={"action": "append", "choices": kinds, "required": True},
        **{"class": {"action": "append", "default": [], "help": "4A or 4A:LO4", "dest": "classes"}},
        team={"action": "append", "default": [], "help": "name of somebody"},
        vaccine={"action": "append", "default": []},
        room={"default": ""},
    )
    _add(
        visit,
        "add-pupil",
        "put one pupil on the list of a visit",
        "visit_add_pupil",
        _visit={},
        _pupil_id={},
        moment={"choices": ("KK1", "LO1", "LO4", "LO6", "SO3")},
    )
    _add(
        visit,
        "propose",
        "who of a school is due for a systematic contact, and how each stands",
        "visit_propose",
        school={"required": True},
        on={"type": day, "required": True},
    )
    _add(visit, "list", "list the visits", "visit_list")
    _add(visit, "cancel", "withdraw a visit", "visit_cancel", _visit={}, reason={"required": True})
    _add(
        parts,
        "lot",
        "add a lot of a vaccine",
        "lot",
        _vaccine={},
        product={"required": True},
        number={"required": True},
        expires_on={"type": day, "required": True},
    )
    _add(parts, "recall", "list who got a dose of a lot", "recall", _lot={})
    _add(
        parts,
        "standing-order",
        "add a standing order of a doctor",
        "standing_order",
        _title={},
        doctor={"required": True},
        vaccine={"action": "append", "required": True},
        stage={"action": "append", "required": True},
        valid_from={"type": day, "required": True},
        valid_until={"type": day, "required": True},
    )


def _add_imports(parts: Any) -> None:
    _add(
        parts,
        "import-class-list",
        "compare a class list with the pupils of the centre; import it with --commit",
        "import_class_list",
        _file={"type": Path},
        school={"required": True},
        school_year={"type": school_year, "help": "2026 = 2026-27"},
        commit={"action": "store_true"},
    )
    _add(
        parts,
        "import-history",
        "enter history (JSON lines)",
        "import_history",
        _file={"type": Path},
    )
    _add(
        parts,
        "import-codes",
        "enter the coded lists of interventions (CSV) with their days of validity",
        "import_codes",
        _file={"type": Path},
    )
    _add(parts, "provisional", "list pupils who were added at a school", "provisional")
    _add(
        parts,
        "join",
        "make everything of a provisional pupil the known pupil's",
        "join",
        _provisional={"help": "id, as `provisional` lists it"},
        _known={"help": 'id, INSZ, or "Peeters Lotte"'},
        reason={"required": True},
    )


def _add_documents(parts: Any) -> None:
    text = "the centre's own papers on every laptop"
    known = parts.add_parser("document", help=text).add_subparsers(required=True)
    uses = ("emergency", "needlestick")
    _add(
        known,
        "put",
        "give every laptop this PDF",
        "document_put",
        _use={"choices": uses},
        _file={"type": Path},
        title={"required": True},
    )
    _add(known, "list", "list what the laptops have", "document_list")
    _add(
        known,
        "withdraw",
        "take one away from every laptop",
        "document_withdraw",
        _use={"choices": uses},
        reason={"required": True},
    )


def _add_care(parts: Any) -> None:
    _add(
        parts,
        "signals",
        "the signal report of a school over a half school year that is closed",
        "signals",
        _school={},
        _half={"help": "2025-1: September to January of 2025-26; 2025-2: February to August"},
        at_least={"type": int, "help": "smallest count that is shown; can only be raised"},
        publish={"action": "store_true", "help": "send it to the laptops, as it is for ever"},
    )
    report = parts.add_parser("report", help="counts of a school").add_subparsers(required=True)
    period: dict[str, Any] = {"type": day, "required": True}
    _add(
        report,
        "care",
        "what was done in the care meetings of a school in a period",
        "report_care",
        _school={},
        since=period,
        until=period,
    )
    _add(
        report,
        "year",
        "the overview of a school over a school year that is closed",
        "report_year",
        _school={},
        _year={"type": int, "help": "2025 = 2025-26; closed two weeks after its end"},
    )
    _add(
        report,
        "adults",
        "who turns 18 in a school year, and how long their dossiers are kept",
        "report_adults",
        _year={"type": int, "help": "2026 = 2026-27"},
    )
    _add(
        report,
        "competent",
        "who decides about a dossier from a day in this school year, and what parents agreed to",
        "report_competent",
        _year={"type": int, "help": "2026 = 2026-27"},
    )
    _add(parts, "requests", "requests for guidance that came out of care meetings", "requests")
    _add(
        parts,
        "open-concern",
        "open a safety concern whose circle lost its keys, by the recovery key",
        "concern",
        _record_id={},
        key_file={"type": Path, "required": True, "help": "the recovery key, hex"},
    )


def _add_rights(parts: Any) -> None:
    _add(parts, "rights", "list who may reach what", "rights")
    classes = [
        *("identity", "planning", "day", "capacity", "measures", "examination", "conclusion"),
        *(
            "vaccination",
            "stock",
            "orders",
            "guidance",
            "consultative",
            "intervention",
            "disclosure",
        ),
        *("signal", "circle"),
    ]
    roles = ("doctor", "nurse", "social_worker", "psychopedagogue", "administration", "director")
    _add(
        parts,
        "narrow",
        "give a role less than the table of rights does",
        "narrow",
        _data_class={"choices": classes},
        _role={"choices": roles},
        reads={"choices": ("no", "summary", "yes"), "required": True},
        writes={"choices": ("no", "provisional", "draft", "yes"), "required": True},
        reason={"required": True},
    )
    pupil = {"required": True, "help": 'id, INSZ, or "Peeters Lotte"'}
    _add(parts, "access-log", "who did what with one pupil's dossier", "access_log", pupil=pupil)
    until = {"type": day, "help": "last of the seven days"}
    _add(
        parts,
        "review",
        "what to look at in the access log of a week",
        "review",
        until=until,
        out={"type": Path, "help": "write it as a locked PDF to read and sign, with names"},
    )
    of_meeting: dict[str, Any] = {"type": day, "required": True, "help": "day of the meeting"}
    _add(
        parts,
        "meetings",
        "what care meetings released to a school, for its director, as a locked PDF",
        "meetings",
        _school={},
        since=of_meeting,
        until=of_meeting,
        director={"required": True, "help": "who reads it: a director of that school"},
        reason={"required": True},
        out={"type": Path, "required": True},
    )
    _add(
        parts,
        "lost",
        "list exactly what was on a laptop that is lost",
        "lost",
        _device={},
        revoke={"action": "store_true", "help": "and let it only push what waits"},
        steps={"action": "store_true", "help": "ask what is needed and write the notice, in Dutch"},
    )


def _add_vaccinnet(parts: Any) -> None:
    text = "deliveries to Vaccinnet (the batch itself: clbdesk export vaccinnet)"
    vaccinnet = parts.add_parser("vaccinnet", help=text).add_subparsers(required=True)
    states = ("not_to_deliver", "ready", "delivered", "accepted", "failed", "by_hand")
    state: dict[str, Any] = {"action": "append", "default": [], "choices": states}
    _add(vaccinnet, "list", "where the doses stand, and why", "vaccinnet_list", state=state)
    file: dict[str, Any] = {"type": Path}
    _add(vaccinnet, "answers", "take an answer file in", "vaccinnet_answers", _file=file)
    _add(vaccinnet, "history", "take a KMEHR history in", "vaccinnet_history", _file=file)
    reason: dict[str, Any] = {"required": True, "help": "why, or who did it"}
    for command, does in (
        ("again", "send a dose once more"),
        ("by-hand", "a dose was entered or removed in Vaccinnet by hand"),
        ("both-real", "a dose is a needle of its own beside its double"),
    ):
        action = f"vaccinnet_{command.replace('-', '_')}"
        _add(vaccinnet, command, does, action, _dose={}, reason=reason)
    pair: dict[str, Any] = {"action": "append", "default": [], "metavar": "NAME=VALUE"}
    _add(vaccinnet, "settings", "show the settings, or set some", "vaccinnet_settings", set=pair)


def _add_laptops(parts: Any) -> None:
    user: dict[str, Any] = {"action": "append", "required": True, "help": "name of somebody"}
    _add(parts, "enrol", "make a one-time code for a laptop", "enrol", _device={}, user=user)
    _add(parts, "devices", "list the laptops", "devices")
    _add(parts, "device-users", "say who may use a laptop", "device_users", _device={}, user=user)
    _add(parts, "revoke", "let a laptop only push what waits", "revoke", _device={})


def _add_upkeep(parts: Any) -> None:
    apart = parts.add_parser("quarantine", help="what stands apart").add_subparsers(required=True)
    _add(apart, "list", "list what stands apart", "quarantine_list")
    _add(apart, "retry", "judge again what stands apart", "quarantine_retry", rev_id={})
    _add(apart, "release", "let one through", "quarantine_release", _rev_id={})
    _add(parts, "verify", "prove derived tables, seals and chains", "verify")
    _add(parts, "erase", "take the content of a record away for good", "erase", _record_id={})
    _add(parts, "backup", "back the embedded centre up now", "backup")
    _add(parts, "backup-begin", "the seq that a backup starting now will cover", "backup_begin")
    _add(
        parts, "backup-done", "publish that a backup is finished", "backup_done", _seq={"type": int}
    )
    _add(parts, "restored", "begin a new generation after a restore", "restored")
