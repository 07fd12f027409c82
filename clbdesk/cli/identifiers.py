"""`clbdesk insz` and `clbdesk barcode`: what numbers and scanned codes say (docs/cli.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.clock import SystemClock, local_day
from clbdesk.domain.barcode import read_package
from clbdesk.domain.insz import read_insz
from clbdesk.domain.people import Sex

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import date

    from clbdesk.domain.barcode import Package
    from clbdesk.domain.insz import Insz

_SEX = {Sex.MALE: "M", Sex.FEMALE: "F", Sex.UNKNOWN: None}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `insz` and `barcode`."""
    _add(commands, "insz", "check INSZ numbers (rijksregister and BIS)", "N", _insz_of)
    _add(commands, "barcode", "read GS1 codes of vaccine boxes", "TEXT", _barcode_of)


def run_insz(texts: list[object], today: date) -> list[object]:
    """What each number says; births after `today` make it invalid."""
    return [
        _shown_insz(read_insz(text, today)) if isinstance(text, str) else _not_text()
        for text in texts
    ]


def run_barcode(texts: list[object]) -> list[object]:
    """Package, lot and expiry of each code; null where the code does not say it with certainty."""
    return [
        _shown_package(read_package(text)) if isinstance(text, str) else _not_text()
        for text in texts
    ]


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    metavar: str,
    run: Callable[[argparse.Namespace], object],
) -> None:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("texts", nargs="+", metavar=metavar)
    parser.add_argument("--json", action="store_true", help="answer one JSON document")
    parser.set_defaults(run=run)


def _insz_of(options: argparse.Namespace) -> object:
    return run_insz(options.texts, local_day(SystemClock().now()))


def _barcode_of(options: argparse.Namespace) -> object:
    return run_barcode(options.texts)


def _not_text() -> dict[str, object]:
    return {"error": {"code": "not_text", "field": "", "message": "must be a text"}}


def _shown_insz(insz: Insz) -> dict[str, object]:
    return {
        "number": insz.number,
        "valid": insz.valid,
        "kind": insz.kind.value if insz.kind else None,
        "birth_date": insz.birth_date.isoformat() if insz.birth_date else None,
        "sex": _SEX[insz.sex],
    }


def _shown_package(package: Package) -> dict[str, object]:
    return {
        "gtin": package.gtin,
        "lot": package.lot,
        "expiry": package.expires_on.isoformat() if package.expires_on else None,
        "complete": package.complete,
    }
