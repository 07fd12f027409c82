"""`clbdesk rules list|show`: every rule with value, source, edition, confidence and status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.errors import Refused
from clbdesk.standards.tables import Rule, standards

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `rules` with its acts."""
    text = "the rules by which the program judges, with their sources"
    parser = commands.add_parser("rules", help=text, description=text)
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    listing = acts.add_parser("list", help="all rules, or those of one status")
    listing.add_argument("--status", choices=("on", "sign", "empty"))
    listing.set_defaults(run=_list)
    one = acts.add_parser("show", help="one rule")
    one.add_argument("id")
    one.set_defaults(run=_show)
    for act in (listing, one):
        act.add_argument("--json", action="store_true", help="answer one JSON document")


def _list(options: argparse.Namespace) -> object:
    return [
        {"id": rule.id, "what": rule.what, "status": rule.status.value, "edition": rule.edition}
        for rule in _rules()
        if options.status in {None, rule.status.value}
    ]


def _show(options: argparse.Namespace) -> object:
    for rule in _rules():
        if rule.id == options.id:
            return {
                "id": rule.id,
                "what": rule.what,
                "value": rule.value,
                "unit": rule.unit,
                "status": rule.status.value,
                "confidence": rule.confidence.value,
                "source": rule.source,
                "edition": rule.edition,
            }
    raise Refused("cli.no_such_rule", rule=options.id)


def _rules() -> Iterator[Rule]:
    for table in standards().tables:
        if table.rules:
            yield from standards().rules_of(table.file).values()
