"""The words of Synchroniseren: what is to be done, what came along, what went wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from clbdesk.services.synchronise import CLOCK_TOLERANCE, SyncDone, SyncView
from clbdesk.wording import say, say_count
from ui.pages.base import Destination
from ui.pages.sync_result import Task, obstacles
from ui.theme import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from clbdesk.errors import Environment, Refused
    from clbdesk.services.synchronise import TakenAlong
    from clbdesk.services.visits import VisitCard


def to_do(view: SyncView, done: SyncDone | None, go: Callable[[Destination], None]) -> list[Task]:
    """Everything that needs a person first, then what is good to know. `done`: the last run."""
    tasks = []
    if view.conflicts:
        tasks.append(
            Task(
                "arrows-split",
                say_count("synchronise.conflicts", view.conflicts),
                say("synchronise.conflicts_why"),
                act="Nakijken",
                call=partial(go, Destination("conflicts")),
            )
        )
    reasons: dict[str, int] = {}
    for apart in view.quarantined:
        reasons[apart.reason] = reasons.get(apart.reason, 0) + 1
    for reason, count in reasons.items():
        words = say(f"quarantine.{reason}")
        tasks.append(
            Task(
                "box",
                say("synchronise.quarantined", count=count),
                say_count("sync.quarantined", count, reason=words),
            )
        )
    tasks += _of_this_run(view, done)
    tasks += [
        Task(
            "device-laptop",
            say("synchronise.also_taken", device=device, pupils=pupils),
            say("synchronise.also_taken_why"),
            Role.SECONDARY,
        )
        for visit in view.visits
        for device, pupils in sorted(visit.also_taken.items())
        if pupils
    ]
    tasks += [
        Task(
            "user",
            "Wachtzin",
            say("synchronise.no_slot", name=user.name),
            Role.SECONDARY,
            act="Toevoegen…",
            call=partial(go, Destination("enrol_colleague")),
        )
        for user in view.without_slot
    ]
    return tasks


def _of_this_run(view: SyncView, done: SyncDone | None) -> list[Task]:
    """What only the last run knows."""
    if done is None:
        return []
    tasks = []
    still_here = {visit.visit_id for visit in view.visits}
    for release in done.held_back:
        if release.visit_id not in still_here:
            continue
        school = done.schools[release.visit_id]
        key = "waits" if release.is_waiting else "not_released"
        text = say("sync.waits_for_backup") if release.is_waiting else obstacles(release)
        tasks.append(Task("clock", say(f"synchronise.{key}", visit=school), text))
    if done.report.was_restored:
        tasks.append(Task("rotate", say("synchronise.restored"), say("sync.restored")))
    offset = abs(done.report.clock_offset)
    if offset > CLOCK_TOLERANCE:
        text = say("sync.clock_differs", duration=_duration(offset))
        tasks.append(Task("clock", say("synchronise.clock"), text))
    return tasks


def trouble_words(trouble: Refused | Environment) -> str:
    """E7, E8 and the others; E8 counts only while something was being sent."""
    if trouble.key == "sync.connection_lost" and not trouble.values.get("total"):
        return say("synchronise.lost_receiving")
    return say(trouble.key, **trouble.values)


def taken_words(taken: TakenAlong, card: VisitCard | None) -> str:
    """A visit that came along: how many pupils, of how many classes."""
    visit = card.school if card else ""
    if not taken.pupils or card is None or not card.classes:
        return say("synchronise.taken_meeting", visit=visit)
    count = len({one.class_name for one in card.classes})
    classes = (
        say_count("synchronise.class", 1) if count == 1 else say("synchronise.classes", count=count)
    )
    key = "sync.taken_one" if taken.pupils == 1 else "sync.taken"
    return say(key, visit=visit, pupils=taken.pupils, classes=classes)


def _duration(offset: timedelta) -> str:
    """In the largest whole unit: 40 minuten, 3 uur, 365 dagen."""
    if offset.days:
        return (
            say_count("synchronise.day", 1)
            if offset.days == 1
            else say("synchronise.days", count=offset.days)
        )
    minutes = offset.seconds // 60
    if minutes >= 120:
        return say("synchronise.hours", count=minutes // 60)
    return say("synchronise.minutes", count=minutes)
