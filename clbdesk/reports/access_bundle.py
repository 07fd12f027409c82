"""Inzagebundel: what one requester may see of a dossier, for a conversation with explanation.

Every page says for whom it was made and that it is confidential. The closing sentences are the
same for every bundle, so that they never tell whether anything was left out (handbook 3 §2.4 A4).
"""

from __future__ import annotations

from dataclasses import dataclass

from clbdesk.reports.fonts import Face
from clbdesk.reports.paper import Paper, Printed

_CLOSING = 140.0  # the closing sentences and their lines to sign stay together, points


@dataclass(frozen=True, slots=True)
class BundleItem:
    """One record: title, labels with values, and sentences below."""

    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessBundle:
    """Everything on the paper, in words."""

    centre: str
    pupil: str
    born: str
    requester: str
    way: str
    made_on: str
    made_by: str
    with_health: bool
    items: tuple[BundleItem, ...]


def access_bundle(bundle: AccessBundle) -> Printed:
    """The bundle, with its watermark on every page."""
    mark = f"Vertrouwelijk · voor {bundle.requester} · {bundle.made_on}"
    paper = Paper(
        "Inzage in het CLB-dossier",
        foot=f"{bundle.centre} · {mark}",
        watermark=f"Vertrouwelijk – voor {bundle.requester}",
    )
    paper.heading("Inzage in het CLB-dossier")
    paper.paragraph(bundle.centre, size=11, grey=0.3)
    paper.space(6)
    paper.pair("Leerling", bundle.pupil)
    paper.pair("Geboren", bundle.born)
    paper.pair("Voor", bundle.requester)
    paper.pair("Wijze", bundle.way)
    paper.pair("Gemaakt op", f"{bundle.made_on}, door {bundle.made_by}")
    paper.space(10)
    paper.paragraph(
        "Dit document hoort bij een gesprek met uitleg. Het is vertrouwelijk en dient alleen voor "
        "de hulp aan deze leerling. Wat niet juist is, kan verbeterd of aangevuld worden."
    )
    for item in bundle.items:
        _item(paper, item)
    paper.keep(_CLOSING)
    paper.space(10)
    paper.rule()
    paper.paragraph(
        "Het recht op inzage heeft grenzen: wat iemand in vertrouwen zei, wat alleen over een "
        "ander gaat, wat voor de rechtbank bestemd is en wat de wet verder uitsluit, staat nooit "
        "in een bundel. Deze bundel bevat wat op de laptop van het CLB staat; het volledige "
        "dossier staat op het centrum.",
        size=9.5,
        grey=0.3,
    )
    if bundle.with_health:
        paper.paragraph("De gezondheidsgegevens worden ingekeken samen met de CLB-arts.", size=9.5)
        paper.write_line("CLB-arts")
    paper.write_line("Ontvangen en besproken op")
    return paper.printed()


def _item(paper: Paper, item: BundleItem) -> None:
    paper.keep(70)
    paper.space(8)
    paper.rule()
    paper.paragraph(item.title, Face.SEMIBOLD, 11, is_heading=True)
    for name, value in item.facts:
        paper.pair(name, value, 9.5, face=Face.REGULAR)
    if item.lines:
        paper.space(6)
    for line in item.lines:
        paper.paragraph(line, size=9, grey=0.25)
