"""What `clbdesk export …` does at the centre: arguments in, one JSON document out (docs/cli.md)."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from clbdesk.centre.centre import Centre
from clbdesk.centre.creon import write_creon
from clbdesk.centre.csv_export import write_csv
from clbdesk.centre.fhir import Choice, write_fhir
from clbdesk.centre.transfer import write_transfer
from clbdesk.centre.vaccinnet import write_vaccinnet_batch
from clbdesk.cli.centre_actions import at_centre
from clbdesk.cli.finding import find_school


def perform(name: str, options: Namespace) -> object:
    """Write what a sub-command asks; what was written."""
    parts = {
        "vaccinnet": _vaccinnet,
        "fhir": _fhir,
        "transfer": _transfer,
        "creon": _creon,
        "csv": _csv,
    }
    return at_centre(parts[name], options)


def _vaccinnet(centre: Centre, options: Namespace) -> dict[str, Any]:
    """Without anything ready no file is made."""
    batch = write_vaccinnet_batch(centre, options.out)
    return asdict(batch) if batch else {"batch_id": None, "file": None, "requests": {}}


def _fhir(centre: Centre, options: Namespace) -> dict[str, Any]:
    school = find_school(centre, options.school) if options.school else None
    choice = Choice(tuple(options.pupil), school, options.since)
    return asdict(write_fhir(centre, options.out, choice))


def _transfer(centre: Centre, options: Namespace) -> dict[str, Any]:
    made = write_transfer(centre, options.out, options.pupil, options.told_on, options.objection)
    return asdict(made)


def _creon(centre: Centre, options: Namespace) -> dict[str, Any]:
    return asdict(write_creon(centre, options.out, options.school_year))


def _csv(centre: Centre, options: Namespace) -> dict[str, Any]:
    return asdict(write_csv(centre, options.out, options.kind))
