"""Ontvangstbewijs: what the centre confirmed, on one sheet. No pupil stands on it."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm

from clbdesk.reports.paper import INNER, Paper, Printed


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One scope on which both sides agree: revisions, and the beginning of the digest."""

    title: str
    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """Everything on the sheet, in words."""

    centre: str
    count: str
    code: str
    facts: tuple[tuple[str, str], ...]
    received: int
    held: int
    quarantined: int
    scopes: tuple[ScopeLine, ...]


def receipt_paper(receipt: ReceiptPaper) -> Printed:
    """The sheet."""
    paper = Paper("Ontvangstbewijs", foot=f"{receipt.centre} · code {receipt.code}")
    paper.heading("Ontvangstbewijs")
    paper.paragraph(receipt.centre, size=11, grey=0.3)
    paper.space(8)
    paper.heading(f"{receipt.count}, het centrum bevestigt", size=14)
    paper.heading(f"Code {receipt.code}", size=14)
    paper.space(6)
    paper.rule()
    for name, value in receipt.facts:
        paper.pair(name, value)
    paper.pair("Ontvangen", f"{receipt.received} wijzigingen")
    paper.pair("Van deze laptop op het centrum", f"{receipt.held} wijzigingen")
    if receipt.quarantined:
        paper.pair("Apart op het centrum", f"{receipt.quarantined} wijzigingen")
    paper.space(18)
    paper.table(
        ("Gecontroleerd", "wijzigingen", "controlegetal"),
        [(one.title, str(one.count), one.digest) for one in receipt.scopes],
        (INNER - 80 * mm, 30 * mm, 50 * mm),
    )
    paper.paragraph(
        "Aantal en controlegetal zijn aan beide kanten gelijk. De code bestaat uit de eerste acht "
        "tekens van het controlegetal over alle regels samen.",
        size=9.5,
        grey=0.3,
    )
    return paper.printed()
