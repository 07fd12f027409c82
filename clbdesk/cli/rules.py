"""`clbdesk rules list|show|sign|fill|withdraw`: every rule with its status; a doctor signs them.

Rules are signed one by one, or all that wait in one table; then --rows says how many were read.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from clbdesk.cli.arguments import count, day
from clbdesk.cli.laptop import add_data, add_user, desk_of, program_of
from clbdesk.clock import local_day
from clbdesk.domain.judgement import RuleStatus
from clbdesk.errors import Refused
from clbdesk.services.rules import (
    SignEntry,
    list_rules,
    sign_group,
    sign_rule,
    waits,
    withdraw_signature,
)
from clbdesk.standards.tables import IN_WORDS, VALUE_SEPARATOR, all_rules
from clbdesk.wording import say

if TYPE_CHECKING:
    import argparse

    from clbdesk.services.desk import Desk
    from clbdesk.services.rules import RuleView


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `rules` with its acts."""
    text = "the rules by which the program judges, with their sources"
    parser = commands.add_parser("rules", help=text, description=text)
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    listing = acts.add_parser("list", help="all rules, or those of one status or table")
    listing.add_argument("--status", choices=[one.value for one in RuleStatus])
    listing.add_argument("--table", help="file of one table, as the list names it")
    listing.set_defaults(run=_list)
    one = acts.add_parser("show", help="one rule")
    one.add_argument("id")
    one.set_defaults(run=_show)
    sign = acts.add_parser("sign", help="sign a rule, or a table, as a doctor of this laptop")
    sign.add_argument("id", nargs="?")
    sign.add_argument("--table", help="confirm every rule of this table that waits")
    sign.add_argument("--rows", type=count, help="how many rules of the table were read")
    sign.add_argument("--value", help="as in the table, `|` between several; default: confirm")
    sign.add_argument(
        "--reason", default="", help="needed for a table, and for a value in the place of a default"
    )
    sign.set_defaults(run=_sign)
    fill = acts.add_parser("fill", help="fill an empty rule as a doctor of this laptop")
    fill.add_argument("id")
    fill.add_argument("--value", required=True, help="values with `|` between, or the words")
    fill.add_argument("--reason", required=True)
    fill.set_defaults(run=_fill)
    back = acts.add_parser("withdraw", help="take signatures back as a doctor of this laptop")
    back.add_argument("id", nargs="+")
    back.add_argument("--reason", required=True)
    back.set_defaults(run=_withdraw)
    for act in (sign, fill, back):
        add_data(act)
        add_user(act)
    for act in (sign, fill):
        act.add_argument("--source", help="where the value was read")
        act.add_argument("--page", default="", help="page in the source")
        act.add_argument("--valid-from", type=day, help="ISO date; default today")
    for act in (listing, one, sign, fill, back):
        act.add_argument("--json", action="store_true", help="answer one JSON document")


def _list(options: argparse.Namespace) -> object:
    rules = all_rules()
    if options.table is not None and options.table not in {rule.table for rule in rules}:
        raise Refused("cli.no_such_table", table=options.table)
    return [
        {
            "id": rule.id,
            "what": rule.what,
            "status": rule.status.value,
            "edition": rule.edition,
            "table": rule.table,
        }
        for rule in rules
        if options.status in {None, rule.status.value} and options.table in {None, rule.table}
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
                "table": rule.table,
            }
    raise Refused("cli.no_such_rule", rule=options.id)


def _sign(options: argparse.Namespace) -> object:
    of_table = options.table is not None or options.rows is not None
    whole = options.table is not None and options.rows is not None and options.value is None
    if of_table == bool(options.id) or (of_table and not whole):
        raise Refused("cli.one_rule_or_table")
    with closing(desk_of(program_of(options), options.user)) as desk:
        return _sign_table(desk, options) if of_table else _sign_one(desk, options)


def _sign_table(desk: Desk, options: argparse.Namespace) -> object:
    """Every rule of a table that waits; refused when it is another number than was read."""
    views = [one for one in list_rules(desk) if one.row.table == options.table]
    if not views:
        raise Refused("cli.no_such_table", table=options.table)
    waiting = [one for one in views if waits(one)]
    if len(waiting) != options.rows:
        raise Refused("cli.other_count", table=options.table, count=len(waiting), rows=options.rows)
    valid_from = options.valid_from or local_day(desk.clock.now())
    done = sign_group(desk, waiting, reason=options.reason, valid_from=valid_from)
    return [
        {"id": view.row.id, "signed_by": desk.user.name, "revision": revision.rev_id}
        for view, revision in zip(waiting, done.value.revisions, strict=True)
    ]


def _fill(options: argparse.Namespace) -> object:
    with closing(desk_of(program_of(options), options.user)) as desk:
        if _view(desk, options.id).row.status is not RuleStatus.EMPTY:
            raise Refused("cli.not_empty", rule=options.id)
        return _sign_one(desk, options)


def _withdraw(options: argparse.Namespace) -> object:
    """Each back to a default that waits, or to an empty rule; none when one was not signed."""
    with closing(desk_of(program_of(options), options.user)) as desk:
        views = [_view(desk, one) for one in dict.fromkeys(options.id)]
        if any(view.signature is None for view in views):
            raise Refused("rules.not_signed")
        done = [withdraw_signature(desk, view, options.reason) for view in views]
    return [
        {"id": view.row.id, "status": view.row.status.value, "revision": outcome.value.rev_ids[0]}
        for view, outcome in zip(views, done, strict=True)
    ]


def _view(desk: Desk, rule_id: str) -> RuleView:
    view = next((one for one in list_rules(desk) if one.row.id == rule_id), None)
    if view is None:
        raise Refused("cli.no_such_rule", rule=rule_id)
    return view


def _sign_one(desk: Desk, options: argparse.Namespace) -> object:
    view = _view(desk, options.id)
    as_it_is = view.row.values[: len(view.units)]
    typed = as_it_is if options.value is None else tuple(options.value.split(VALUE_SEPARATOR))
    own = say("rules.own_source") if view.row.unit == IN_WORDS else view.row.source
    entry = SignEntry(
        values=typed,
        source=options.source or own,
        page=options.page,
        valid_from=options.valid_from or local_day(desk.clock.now()),
        reason=options.reason,
    )
    (revision,) = sign_rule(desk, view, entry).value.revisions
    signed = _view(desk, options.id)
    return {
        "id": signed.rule.id,
        "value": signed.rule.criterion or signed.rule.value,
        "status": signed.rule.status.value,
        "source": signed.rule.source,
        "edition": signed.rule.edition,
        "signed_by": signed.signed_by,
        "revision": revision.rev_id,
    }
