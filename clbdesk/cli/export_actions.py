"""What `clbdesk export …` does at the centre: arguments in, one JSON document out (docs/cli.md)."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from clbdesk.centre.centre import Centre
from clbdesk.centre.csv_export import write_csv
from clbdesk.centre.fhir import Choice, write_fhir
from clbdesk.centre.vaccinnet import write_vaccinnet_batch
from clbdesk.cli.centre_actions import at_centre, find_school


def perform(name: str, options: Namespace) -> object:
    """Write what a sub-command asks; what was written."""
    return at_centre({"vaccinnet": _vaccinnet, "fhir": _fhir, "csv": _csv}[name], options)


def _vaccinnet(centre: Centre, options: Namespace) -> dict[str, Any]:
    """Without anything ready no file is made."""
    batch = write_vaccinnet_batch(centre, options.out)
    return asdict(batch) if batch else {"batch_id": None, "file": None, "requests": {}}


def _fhir(centre: Centre, options: Namespace) -> dict[str, Any]:
    school = find_school(centre, options.school) if options.school else None
    choice = Choice(tuple(options.pupil), school, options.since)
    return asdict(write_fhir(centre, options.out, choice))


def _csv(centre: Centre, options: Namespace) -> dict[str, Any]:
    return asdict(write_csv(centre, options.out, options.kind))
