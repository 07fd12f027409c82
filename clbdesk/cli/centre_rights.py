"""`clbdesk centre rights|narrow|access-log|review|meetings|lost`: who may reach what, and who did."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from clbdesk.centre import administration as office
from clbdesk.centre import narrowing
from clbdesk.centre.access_review import (
    access_of_pupil,
    find_pupil,
    names_of,
    weekly_review,
)
from clbdesk.centre.centre import Centre, particulars
from clbdesk.centre.director_papers import Period, write_meetings, write_review
from clbdesk.centre.notices import review_list
from clbdesk.centre.on_board import on_board
from clbdesk.cli.finding import find_person, find_school
from clbdesk.cli.lost import ask_here, lost_in_steps, tell_password
from clbdesk.clock import local_day
from clbdesk.domain.data_class import DataClass, Reads, Writes
from clbdesk.domain.revision import Role
from clbdesk.ids import PupilId

Document = dict[str, Any]


def _rights(centre: Centre, _: Namespace) -> list[Document]:
    return [asdict(one) for one in narrowing.rights_in_force(centre)]


def _narrow(centre: Centre, options: Namespace) -> Document:
    data_class, role = DataClass(options.data_class), Role(options.role)
    narrowing.narrow(
        centre, data_class, role, Reads(options.reads), Writes(options.writes), options.reason
    )
    (line,) = [
        asdict(one)
        for one in narrowing.rights_in_force(centre)
        if (one.data_class, one.role) == (data_class, role)
    ]
    return line


def _access_log(centre: Centre, options: Namespace) -> list[Document]:
    pupil_id = find_pupil(centre, options.pupil)
    return [asdict(one) for one in access_of_pupil(centre, pupil_id)]


def _review(centre: Centre, options: Namespace) -> list[Document]:
    last_day: date = options.until or local_day(centre.clock.now())
    found = weekly_review(centre, last_day)
    if options.out is not None:
        pupils = {PupilId(one.entry.pupil_id) for one in found}
        text = review_list(found, names_of(centre, pupils), last_day)
        tell_password(write_review(centre, options.out, text, pupils))
    return [{"concern": one.concern.value, **asdict(one.entry)} for one in found]


def _meetings(centre: Centre, options: Namespace) -> Document:
    school_id = find_school(centre, options.school)
    director = find_person(centre, options.director)
    period = Period(options.since, options.until)
    written = write_meetings(centre, options.out, school_id, period, director, options.reason)
    tell_password(written)
    return {"file": written.file}


def _lost(centre: Centre, options: Namespace) -> Document:
    device = office.find_device(centre, options.device)
    if options.steps:
        with centre.store.reading() as tx:
            name = particulars(tx, centre.centre_id).name
        return lost_in_steps(centre, device, name, ask_here)
    if options.revoke:
        office.revoke_device(centre, device)
    return asdict(on_board(centre, device))


RIGHTS_ACTIONS: dict[str, Callable[[Centre, Namespace], object]] = {
    "rights": _rights,
    "narrow": _narrow,
    "access_log": _access_log,
    "review": _review,
    "meetings": _meetings,
    "lost": _lost,
}
