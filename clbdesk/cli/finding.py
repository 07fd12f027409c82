"""Schools and staff of a centre as an administrator names them: by name, or by id."""

from __future__ import annotations

from clbdesk.centre import administration as office
from clbdesk.centre.centre import Centre
from clbdesk.errors import Refused
from clbdesk.ids import SchoolId, StaffId


def find_school(centre: Centre, name: str) -> SchoolId:
    """A school by its name or id. Refused when there is none, or more than one."""
    found = [one for one, body in office.schools(centre).items() if name in (body.name, one)]
    if len(found) != 1:
        raise Refused("centre.no_such_school", field="school")
    return found[0]


def find_person(centre: Centre, name: str) -> StaffId:
    """Somebody of the staff by name or id. Refused when there is nobody, or more than one."""
    found = [one for one, body in office.staff(centre).items() if name in (body.name, one)]
    if len(found) != 1:
        raise Refused("centre.no_such_staff", field="staff")
    return found[0]
