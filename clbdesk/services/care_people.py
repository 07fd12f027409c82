"""Who may sit at a table: the people of earlier meetings at a school, and who works at the centre."""

from __future__ import annotations

from collections.abc import Iterable

from clbdesk.domain.care import CareMeeting
from clbdesk.domain.people import Staff
from clbdesk.domain.revision import Role
from clbdesk.services.care_entry import ParticipantEntry
from clbdesk.services.reading import Standing, all_standing
from clbdesk.standards.care_guide import guide
from clbdesk.storage.vault import Reader

# The function at the table of who works at the centre.
_OWN_FUNCTIONS = {
    Role.PSYCHOPEDAGOGUE: "clb_psychopedagogue",
    Role.SOCIAL_WORKER: "clb_social_worker",
    Role.DOCTOR: "clb_doctor",
    Role.NURSE: "clb_paramedic",
}
_FAMILY = {"parent", "pupil"}


def of_the_centre(name: str, roles: Iterable[Role]) -> ParticipantEntry:
    """Somebody of the centre, in the first function that has a place at a table."""
    function = next((_OWN_FUNCTIONS[one] for one in roles if one in _OWN_FUNCTIONS), None)
    return ParticipantEntry(
        name=name, function=function, organisation="CLB", bound=is_bound(function)
    )


def is_bound(function: str | None) -> bool:
    """Whether somebody in this function has beroepsgeheim, unless it is corrected."""
    return any(one.bound_by_secrecy for one in guide().function if one.code == function)


def known_people(
    reader: Reader, meetings: Iterable[Standing[CareMeeting]]
) -> tuple[ParticipantEntry, ...]:
    """Once each, who sat at the table last first; no parent and no pupil: those are not offered."""
    found: dict[str, ParticipantEntry] = {}
    for meeting in sorted(meetings, key=lambda one: one.body.start, reverse=True):
        for one in meeting.body.participants:
            if one.function not in _FAMILY:
                entry = ParticipantEntry(
                    name=one.name,
                    function=one.function,
                    organisation=one.organisation,
                    bound=one.bound_by_secrecy,
                )
                found.setdefault(one.name.casefold(), entry)
    for staff in all_standing(reader.heads(kinds=("staff",)), Staff):
        if staff.body.active:
            entry = of_the_centre(staff.body.name, staff.body.roles)
            found.setdefault(staff.body.name.casefold(), entry)
    return tuple(found.values())
