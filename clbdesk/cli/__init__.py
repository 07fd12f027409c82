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
from clbdesk.cli.english import in_english
from clbdesk.dumps import forbid_dumps
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
    "clbdesk.cli.bench",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code of the process."""
    forbid_dumps()
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


def _report(error: ClbdeskError, code: int) -> int:
    sys.stderr.write(f"clbdesk: {in_english(error)}\n")
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
