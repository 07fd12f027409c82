"""`clbdesk rules list|show|sign`: every rule with its source and status; a doctor signs one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from clbdesk.cli.arguments import day
from clbdesk.cli.laptop import add_data, add_user, desk_of, program_of
from clbdesk.clock import local_day
from clbdesk.errors import Refused
from clbdesk.services.rules import SignEntry, list_rules, sign_rule
from clbdesk.standards.tables import VALUE_SEPARATOR, all_rules

if TYPE_CHECKING:
    import argparse


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
    sign = acts.add_parser("sign", help="sign a rule as a doctor of this laptop")
    sign.add_argument("id")
    add_data(sign)
    add_user(sign)
    sign.add_argument("--value", help="as in the table, `|` between several; default: confirm")
    sign.add_argument("--source", help="where the value was read")
    sign.add_argument("--page", default="", help="page in the source")
    sign.add_argument("--valid-from", type=day, help="ISO date; default today")
    sign.add_argument("--reason", default="", help="needed for a value in the place of a default")
    sign.set_defaults(run=_sign)
    for act in (listing, one, sign):
        act.add_argument("--json", action="store_true", help="answer one JSON document")


def _list(options: argparse.Namespace) -> object:
    return [
        {"id": rule.id, "what": rule.what, "status": rule.status.value, "edition": rule.edition}
        for rule in all_rules()
        if options.status in {None, rule.status.value}
    ]


def _show(options: argparse.Namespace) -> object:
    for rule in all_rules():
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


def _sign(options: argparse.Namespace) -> object:
    program = program_of(options)
    with closing(desk_of(program, options.user)) as desk:
        view = next((one for one in list_rules(desk) if one.row.id == options.id), None)
        if view is None:
            raise Refused("cli.no_such_rule", rule=options.id)
        as_it_is = view.row.values[: len(view.units)]
        typed = as_it_is if options.value is None else tuple(options.value.split(VALUE_SEPARATOR))
        entry = SignEntry(
            values=typed,
            source=options.source or view.row.source,
            page=options.page,
            valid_from=options.valid_from or local_day(desk.clock.now()),
            reason=options.reason,
        )
        (revision,) = sign_rule(desk, view, entry).value.revisions
        signed = next(one for one in list_rules(desk) if one.row.id == options.id)
    return {
        "id": signed.rule.id,
        "value": signed.rule.value,
        "status": signed.rule.status.value,
        "source": signed.rule.source,
        "edition": signed.rule.edition,
        "signed_by": signed.signed_by,
        "revision": revision.rev_id,
    }
