"""The receipt in words: for the screen and, the same, on paper.

It holds counts, hours, the laptop, a visit's name and members of staff; nothing about a pupil.
"""

from __future__ import annotations

from dataclasses import dataclass

from clbdesk.clock import BRUSSELS
from clbdesk.domain.scopes import CENTRE_SCOPE, Receipt
from clbdesk.reports.paper import Printed
from clbdesk.reports.receipt import ReceiptPaper, ScopeLine, receipt_paper
from clbdesk.services.desk import Desk
from clbdesk.services.synchronise import SyncView
from clbdesk.standards.phrases import weekday
from clbdesk.wording import label


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """`count` "168 van 168", `code`, and the facts as label and value."""

    count: str
    code: str
    facts: tuple[tuple[str, str], ...]
    receipt: Receipt


def view_receipt(desk: Desk, view: SyncView, *, made_now: bool) -> ReceiptView | None:
    """The newest receipt. `made_now`: by this user, who is named then."""
    receipt = view.last_receipt
    if receipt is None:
        return None
    who = f"{desk.user.name} · {label(desk.user.role)}" if made_now else ""
    return ReceiptView(
        count=count_of(receipt),
        code=receipt.code,
        facts=(
            ("Uur van het centrum", _moment(receipt)),
            ("Laptop", desk.device_name),
            ("Gebruiker", who),
            ("Regels en lijsten", f"uitgave {view.rules_edition}"),
            (
                "Vorige",
                f"{_moment(view.receipts[1])} · {count_of(view.receipts[1])}"
                if len(view.receipts) > 1
                else "",
            ),
        ),
        receipt=receipt,
    )


def count_of(receipt: Receipt) -> str:
    """168 van 168."""
    return f"{receipt.confirmed} van {receipt.sent}"


def print_receipt(desk: Desk, shown: ReceiptView, titles: dict[str, str]) -> Printed:
    """The receipt as PDF. `titles`: scope → name of its visit; a visit that left has none."""
    receipt = shown.receipt
    return receipt_paper(
        ReceiptPaper(
            centre=desk.centre_name,
            count=shown.count,
            code=shown.code,
            facts=tuple((name, value) for name, value in shown.facts if value),
            received=receipt.received,
            held=receipt.held,
            quarantined=receipt.quarantined,
            scopes=tuple(
                ScopeLine(
                    title=_scope_title(one.scope, titles), count=one.count, digest=one.digest[:16]
                )
                for one in receipt.scopes
            ),
        )
    )


def _scope_title(scope: str, titles: dict[str, str]) -> str:
    if scope == CENTRE_SCOPE:
        return "Centrum: medewerkers, planning, regels"
    return titles.get(scope, "Vrijgegeven bezoek")


def _moment(receipt: Receipt) -> str:
    at = receipt.at.astimezone(BRUSSELS)
    return f"{weekday(at.date())} {at:%H:%M}"
