"""An emergency card for the fictional centre: where the centre's own one comes, and nothing clinical."""

from __future__ import annotations

from clbdesk.reports.fonts import Face
from clbdesk.reports.paper import Paper, Printed

_STEPS = ("Roep hulp.", "Bel 112.", "Volg het stroomschema van het centrum.", "Noteer de uren.")


def example_card() -> Printed:
    """One page that says that it is an example."""
    paper = Paper("Noodkaart (voorbeeld)", foot="CLB De Waaier (fictief)")
    paper.heading("Noodkaart (voorbeeld)")
    paper.paragraph("Vervang dit blad door de noodkaart van het centrum.", size=14)
    paper.space(20)
    for number, step in enumerate(_STEPS, 1):
        paper.paragraph(f"{number}. {step}", Face.SEMIBOLD, 18)
        paper.space(8)
    return paper.printed()
