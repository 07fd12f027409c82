"""The tables as the doctors of this centre signed them, for what the centre works out by itself."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from clbdesk.assets import resource
from clbdesk.centre.centre import Centre
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.clock import local_day
from clbdesk.domain.body import decode
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.rules import RuleSignoff
from clbdesk.ids import StaffId
from clbdesk.standards.signing import why_not_in_force
from clbdesk.standards.tables import Signature, Standards, all_rules, unsigned


def signed_rules(tx: Connection, centre: Centre, today: date) -> Standards:
    """What judges on a day. While two signatures of a rule differ, neither is in force.

    Only for who asks: a laptop of the same process keeps the tables of its own vault.
    """
    found = [
        (one, decode(one.body, RuleSignoff))
        for one in StandingRecords(tx, centre).of_kind("rule_signoff")
        if one.status is RevisionStatus.FINAL
    ]
    if not found:
        return unsigned()
    rows = {row.id: row for row in all_rules(unsigned())}
    people = centre.people.read(tx, centre.centre_id).staff
    return Standards(
        resource("standards"),
        [
            Signature(
                rule_id=body.rule_id,
                value=body.value,
                edition=body.edition,
                source=body.source,
                page=body.page,
                signed_by=people[StaffId(one.author)].name if one.author in people else "",
                signed_on=local_day(one.recorded_at),
            )
            for one, body in found
            if body.rule_id in rows and not why_not_in_force(body, rows[body.rule_id], today)
        ],
    )
