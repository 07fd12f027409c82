"""`clbdesk centre signals|report`: counts of a school, as far as they may be told (docs/cli.md)."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import msgspec

from clbdesk.centre import signal_report
from clbdesk.centre.care_counts import care_counts
from clbdesk.centre.centre import Centre
from clbdesk.centre.turning_12 import turning_12
from clbdesk.centre.turning_18 import turning_18
from clbdesk.centre.year_overview import year_overview
from clbdesk.cli.finding import find_school

Document = dict[str, Any]


def _signals(centre: Centre, options: Namespace) -> Document:
    half = signal_report.half_of(options.half)
    school_id = find_school(centre, options.school)
    make = signal_report.publish_report if options.publish else signal_report.signal_report
    return msgspec.structs.asdict(make(centre, school_id, half, options.at_least))


def _care(centre: Centre, options: Namespace) -> object:
    school_id = find_school(centre, options.school)
    return msgspec.to_builtins(care_counts(centre, school_id, options.since, options.until))


def _year(centre: Centre, options: Namespace) -> object:
    school_id = find_school(centre, options.school)
    return msgspec.to_builtins(year_overview(centre, school_id, options.year))


def _adults(centre: Centre, options: Namespace) -> Document:
    return asdict(turning_18(centre, options.year))


def _competent(centre: Centre, options: Namespace) -> Document:
    return asdict(turning_12(centre, options.year))


REPORT_ACTIONS: dict[str, Callable[[Centre, Namespace], object]] = {
    "signals": _signals,
    "report_care": _care,
    "report_year": _year,
    "report_adults": _adults,
    "report_competent": _competent,
}
