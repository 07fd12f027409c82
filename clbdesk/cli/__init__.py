"""The command line: for administrators, support and automatic checks.

Every command takes `--json`: one document on standard output and nothing else there; messages go
to standard error, in English. Exit codes: 0 done, 2 refused, 3 environment, 1 a defect of ours.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from clbdesk import __version__
from clbdesk.cli.batch import json_object
from clbdesk.errors import ClbdeskError, Environment, Refused

_SURROGATE = re.compile("[\ud800-\udfff]")

EXIT_DONE, EXIT_DEFECT, EXIT_REFUSED, EXIT_ENVIRONMENT = 0, 1, 2, 3
EXIT_INTERRUPTED = 130  # as shells count Ctrl+C

# Commands that judge a batch: name → (module, help).
_BATCHES = {
    "growth": ("clbdesk.cli.growth", "judge length and weight (Flemish 2004 reference)"),
    "hearing": ("clbdesk.cli.hearing", "judge short audiometry and speech in noise"),
    "vision": ("clbdesk.cli.vision", "judge acuity and the other tests of sight"),
    "vaccination": ("clbdesk.cli.vaccination", "judge doses and advise on what is due"),
}
# Commands with arguments of their own: each module has add_parser(subparsers).
_MODULES = (
    "clbdesk.cli.identifiers",
    "clbdesk.cli.class_list",
    "clbdesk.cli.demo",
    "clbdesk.cli.vault",
    "clbdesk.cli.sync",
    "clbdesk.cli.centre",
    "clbdesk.cli.export",
    "clbdesk.cli.rules",
    "clbdesk.cli.check",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code of the process."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        answer = options.run(options)
        if answer is not None:
            _show(answer, as_json=options.json)
    except Refused as error:
        return _report(error, EXIT_REFUSED)
    except Environment as error:
        return _report(error, EXIT_ENVIRONMENT)
    except ClbdeskError as error:
        return _report(error, EXIT_DEFECT)
    except BrokenPipeError:
        _let_go_of_output()
        return EXIT_ENVIRONMENT
    except KeyboardInterrupt:
        sys.stderr.write("clbdesk: stopped\n")
        return EXIT_INTERRUPTED
    except OSError as error:
        return _report_system(error)
    except Exception as error:  # noqa: BLE001 - the last of all: it tells where, never on what
        return _report_defect(error)
    return EXIT_DONE


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, for `main` and for the test that compares it with docs/cli.md."""
    parser = argparse.ArgumentParser(prog="clbdesk", description="School visits of a CLB.")
    parser.add_argument("--version", action="version", version=f"clbdesk {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, text) in _BATCHES.items():
        batch = commands.add_parser(name, help=text, description=text)
        batch.add_argument("file", help="JSON array; '-' reads standard input")
        batch.add_argument("--json", action="store_true", help="answer one JSON document")
        batch.set_defaults(run=_batch(module))
    for module in _MODULES:
        import_module(module).add_parser(commands)
    return parser


def _batch(module: str) -> Callable[[argparse.Namespace], object]:
    def run(options: argparse.Namespace) -> object:
        items = read_array(options.file)
        judge: Callable[[list[object]], list[object]] = import_module(module).run
        return judge(items)

    return run


def read_array(name: str) -> list[object]:
    """The JSON array in a file, or on standard input for '-'. Refused when it is not one."""
    source = "standard input" if name == "-" else name
    try:
        text = (_standard_input() if name == "-" else Path(name).read_bytes()).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("cli.unreadable_file", file=source) from error
    try:
        items: Any = json.loads(text, object_pairs_hook=json_object)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise Refused("cli.not_json", file=source) from error
    if not isinstance(items, list):
        raise Refused("cli.not_an_array", file=source)
    return items


def _standard_input() -> bytes:
    """All of it as it came, whatever the console speaks. Refused when it is closed."""
    if sys.stdin is None:
        raise Refused("cli.unreadable_file", file="standard input")
    return sys.stdin.buffer.read()


def _show(answer: object, *, as_json: bool) -> None:
    """The answer in UTF-8, whatever the console speaks.

    Environment `cli.cannot_write` when standard output takes it not.
    """
    text = json.dumps(answer, ensure_ascii=False, indent=None if as_json else 2)
    # Half a character, which JSON can hold and UTF-8 cannot, goes out as it came in: escaped.
    text = _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    if sys.stdout is None:
        raise Environment("cli.cannot_write")
    try:
        sys.stdout.buffer.write(f"{text}\n".encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _let_go_of_output()
        raise Environment("cli.cannot_write") from error


def _let_go_of_output() -> None:
    """What nobody takes is not offered once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# What each refusal of the command line means, in English: the window has its own Dutch words.
_ENGLISH = {
    "cli.unreadable_file": "cannot read {file}: check that it exists and is UTF-8 text",
    "cli.cannot_write": "standard output does not take the answer: is the disk full?",
    "cli.not_json": "{file} does not hold JSON",
    "cli.not_an_array": "{file} must hold a JSON array",
    "cli.commit_needs_centre": "say where the centre is with --data or --database",
    "cli.school_needed": "say which school the list is of with --school",
    "cli.folder_exists": "{folder} exists already: name a folder that does not",
    "cli.no_such_user": "no user of the name {user} on this laptop",
    "cli.no_such_rule": "no rule {rule}: see `clbdesk rules list`",
    "rules.only_doctor": "only a doctor signs a rule",
    "rules.no_source": "say with --source and --page where the value was read",
    "rules.own_value": "say with --reason why the value differs from the source",
    "rules.not_fillable": "the program cannot judge by rule {rule} with these values",
    "rules.already_on": "rule {rule} is confirmed by its source",
    "rules.value_missing": "say the value with --value",
    "rules.not_a_number": "the value is not a number",
    "rules.not_a_span": "the value is not a term as 4 w, 6 m or 4 j",
    "rules.not_a_day": "the value is not an ISO date",
    "rules.out_of_reach": "{value} {unit} lies beyond what the test can show ({limit})",
    "rules.two_versions": "two doctors signed differently: choose on the page Twee versies first",
    "cli.vault_troubles": "the vault is not sound: {troubles}",
    "storage.not_enrolled": "this laptop is not enrolled: see `clbdesk vault new`",
    "storage.no_slot": "this user has no key slot for a vault of this laptop",
    "storage.wrong_passphrase": "wrong passphrase; nothing was changed; wait {seconds} s",
    "storage.wait": "nothing was changed; wait {seconds} s after a wrong passphrase",
    "storage.open_elsewhere": "the vault is open in another window of clbdesk",
    "storage.damaged": "the vault is damaged and there is no backup",
    "storage.damaged_with_backup": "the vault is damaged; the newest backup is of {when}",
    "storage.disk_full": "the disk is full; nothing was changed",
    "storage.newer_version": "the vault was made by a newer version of clbdesk",
    "storage.wrong_recovery_key": "this is not the recovery key of this centre",
    "sync.unreachable": "the centre cannot be reached; everything is safe on this laptop",
    "sync.other_version": "the centre speaks another version",
    "sync.revoked": "this laptop was revoked by the centre",
    "exchange.file_too_large": "the file is too large for a class list",
    "exchange.file_unreadable": "the file cannot be read",
    "exchange.file_empty": "the file is empty",
    "exchange.old_workbook": "an old or locked Excel file: save it as .xlsx without a password",
    "exchange.workbook_unreadable": "the Excel file is damaged or of another kind",
    "exchange.no_table": "the file is no table: give a CSV or .xlsx file",
    "exchange.no_class_list": "no columns of a class list were found",
    "exchange.no_given_name_column": "the column Voornaam is missing",
    "exchange.no_birth_date_column": "the column Geboortedatum is missing",
    "exchange.no_class_column": "the column Klas is missing",
    "centre.not_initialised": "there is no centre here: run `clbdesk centre init`",
    "centre.exists": "there is a centre here already",
    "centre.keys_needed": "say where the keys are with --keys",
    "centre.keys_inside_data": "the keys must lie outside the data folder",
    "centre.key_missing": "the key file {file} is missing",
    "centre.other_version": "the database has version {found}; this program needs {wanted}",
    "centre.database_unreachable": "the database does not answer ({code})",
    "centre.busy": "the database is busy",
    "centre.cannot_listen": "cannot listen on {host} port {port}",
    "centre.backup_failed": "the backup is not whole; nothing was published",
    "centre.beyond_counter": "the centre has not given out that seq yet",
    "centre.backs_itself_up": "an embedded centre backs itself up: `clbdesk centre backup`",
    "centre.has_no_own_backup": "PostgreSQL is backed up by its own tools",
    "centre.school_exists": "there is a school of that name",
    "centre.no_such_school": "no school of that name or id, or more than one",
    "centre.concern_sealed": "that key does not open it: it is not the recovery key",
    "centre.report_published": "this half was published with another smallest count",
    "centre.codes_column_missing": (
        "the first line names list, code, label, valid_from and source (and domain, valid_until)"
    ),
    "centre.period_reversed": "the period ends before it begins",
    "centre.year_unreadable": "a school year is written as the year it begins in: 2025",
    "centre.year_not_closed": "this school year is not closed yet: wait until two weeks after its end",
    "centre.half_unreadable": "a half school year is written as 2025-1 or 2025-2",
    "centre.half_not_closed": "that half is not closed yet: two weeks after its last day",
    "centre.cell_too_small": "the smallest count that is shown can only be raised",
    "centre.no_such_staff": "nobody of that name or id, or more than one",
    "centre.no_such_doctor": "that person is no doctor",
    "centre.document_too_large": "the file is larger than the {kilobytes} kB that a laptop takes",
    "centre.document_not_pdf": "the file is no PDF that opens without a password",
    "centre.no_such_document": "there is no such document",
    "centre.no_such_visit": "there is no such visit or pupil",
    "centre.no_such_moment": "a contact moment is KK1, LO1, LO4, LO6 or SO3",
    "centre.several_pupils": "several pupils of that name: give the id or the INSZ",
    "centre.reason_missing": "a reason is needed",
    "centre.visits_are_out": "visits are taken along: narrow when all laptops gave them back",
    "centre.no_such_device": "no laptop of that name or id",
    "centre.no_such_record": "no record of that id, or erased already",
    "centre.staff_incomplete": "a name and at least one role are needed",
    "centre.device_incomplete": "a name of at most 40 characters and at least one user are needed",
    "centre.device_exists": "there is a laptop of that name",
    "centre.cannot_release": "it is not in quarantine, or its content cannot be applied",
    "centre.unreadable_file": "the file cannot be read",
    "cli.answers_ended": "the answers ended before the last question",
    "export.file_exists": "{file} exists already: name a file that does not",
    "export.no_school_year": "a school year is written as the year it begins in: 2026",
    "export.no_such_kind": "no kind of record {kind}",
    "centre.no_such_pupil": "no pupil, or not all pupils, of that id, INSZ or name",
    "export.cannot_write": "{file} cannot be written",
    "transfer.term_runs": "pupil and parents can object until {until}; whole from the day after",
    "transfer.two_versions": "a record has two versions: a person chooses first",
    "transfer.letter_unreadable": "the letter of objection cannot be read",
    "transfer.letter_size": "the letter of objection is empty or larger than 10 MB",
    "vaccinnet.not_set": "set first with `clbdesk centre vaccinnet settings --set`: {names}",
    "vaccinnet.no_such_setting": "no setting {name} that a centre can set",
    "vaccinnet.wrong_value": "not a right value for {name}",
    "vaccinnet.no_such_dose": "no own dose of that id",
    "vaccinnet.not_now": "that does not fit a dose in state {state}",
    "vaccinnet.no_history": "the file is no KMEHR history",
}


def _report(error: ClbdeskError, code: int) -> int:
    template = _ENGLISH.get(error.key)
    text = template.format(**error.values) if template else str(error)
    sys.stderr.write(f"clbdesk: {text}\n")
    return code


def _report_system(error: OSError) -> int:
    """What the system refused, and of which file: a folder that may not be written, a full disk."""
    name = f"{error.filename}: " if error.filename is not None else ""
    sys.stderr.write(f"clbdesk: {name}{error.strerror or type(error).__name__}\n")
    return EXIT_ENVIRONMENT


def _report_defect(error: Exception) -> int:
    """Where it broke, never on what: what was judged or asked is about a pupil."""
    own = Path(__file__).parents[1]
    steps = traceback.extract_tb(error.__traceback__)
    last = [step for step in steps if Path(step.filename).is_relative_to(own)][-1]
    place = f"{Path(last.filename).relative_to(own).as_posix()}:{last.lineno}"
    sys.stderr.write(f"clbdesk: a defect of this program: {type(error).__name__} at {place}\n")
    return EXIT_DEFECT
