"""What a director reads, in words: the notice about a laptop that is lost, and the weekly review.

Both name pupils, because that is what they are for (handbook 3 §3.1 G5, §3.3): whoever writes them
to a file keeps that file as a dossier is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clbdesk.centre.access_review import REVIEWED, Concern, Review
from clbdesk.centre.on_board import OnBoard
from clbdesk.clock import BRUSSELS
from clbdesk.domain.device import DeviceStatus
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.rights import class_of
from clbdesk.ids import PupilId
from clbdesk.standards.phrases import day
from clbdesk.wording import find_word, label, say

_TO_REPORT = timedelta(hours=72)  # GDPR art. 33


@dataclass(frozen=True, slots=True)
class Loss:
    """What somebody tells about it. `discovered`: aware; from then on the hours count."""

    discovered: datetime
    what: str

    @property
    def report_until(self) -> datetime:
        """Until when the authority can be told in time."""
        return self.discovered + _TO_REPORT


def loss_notice(centre_name: str, board: OnBoard, loss: Loss, now: datetime) -> str:
    """Everything that is known, as text to send on, in Dutch."""
    lines = [
        say("lost.title", device=board.name),
        say("lost.made", now=_moment(now), centre=centre_name),
        "",
        say("lost.discovered", at=_moment(loss.discovered), until=_moment(loss.report_until)),
        say("lost.what", what=loss.what),
        say("lost.state", status=_status(board.status)),
        say("lost.heard", at=_moment(board.seen_at)),
        say("lost.last_line", at=_moment(board.last_line_at)),
        *([say("lost.lease", at=_moment(board.lease_until))] if board.lease_until else []),
        say("lost.users", names=", ".join(board.users)),
        say("lost.protection"),
        say("lost.unsent"),
        "",
        say("lost.counted", pupils=len(board.pupils), visits=len(board.visits)),
        *_part(say("lost.categories"), _categories(board)),
        *_part(say("lost.visits"), _visits(board)),
        *_part(say("lost.pupils"), _pupils(board)),
        *_part(say("lost.still"), still_to_do(board, loss)),
    ]
    return "\n".join(lines) + "\n"


def still_to_do(board: OnBoard, loss: Loss) -> list[str]:
    """What nobody but people can do."""
    keys = ["todo_report", "todo_police", "todo_users", "todo_log"]
    if board.status == DeviceStatus.OK:
        keys.insert(0, "todo_revoke")
    until = _moment(loss.report_until)
    return [say(f"lost.{key}", until=until, device=board.name) for key in keys]


def review_list(reviews: Iterable[Review], names: Mapping[PupilId, str], last_day: date) -> str:
    """The weekly list as text to look at and sign, emergencies first; `names` of pupils."""
    found = list(reviews)
    lines = [say("lost.review_title", first=day(last_day - REVIEWED), last=day(last_day))]
    for concern in (Concern.EMERGENCY, Concern.OUTSIDE_VISIT, Concern.TAKEN_OUT):
        own = [_reviewed(one, names) for one in found if one.concern is concern]
        lines += _part(say(f"lost.review_{concern.value}"), own)
    if not found:
        lines += ["", say("lost.review_none")]
    return "\n".join([*lines, "", say("lost.review_looked")]) + "\n"


def _reviewed(review: Review, names: Mapping[PupilId, str]) -> str:
    entry = review.entry
    return say(
        "lost.review_line",
        at=_moment(entry.at),
        who=entry.who,
        role=find_word("Role", entry.role) or entry.role,
        what=" ".join(filter(None, (find_word("AccessAction", entry.action), _kind(entry.kind)))),
        pupil=names.get(PupilId(entry.pupil_id), entry.pupil_id),
        device=entry.device,
        reason=_reason(entry.reason),
    )


def _reason(reason: str) -> str:
    """The code that it begins with in its words; what was typed stays as it was typed."""
    code, colon, typed = reason.partition(":")
    return f"{find_word('ReadingReason', code) or code}{colon}{typed}"


def _part(title: str, lines: Iterable[str]) -> list[str]:
    """A heading with its lines; nothing without lines."""
    own = list(lines)
    return ["", title, *(f"- {one}" for one in own)] if own else []


def _categories(board: OnBoard) -> Iterator[str]:
    """By class, since that is what the authority asks; the kinds stand with each pupil."""
    found: dict[str, int] = {}
    for kind, count in board.kinds.items():
        name = label(class_of(kind))
        found[name] = found.get(name, 0) + count
    yield from (f"{name}: {count}" for name, count in sorted(found.items()))


def _visits(board: OnBoard) -> Iterator[str]:
    for one in board.visits:
        compartment = say(f"lost.compartment_{one.compartment}")
        yield say("lost.visit", on=_day(one.on), compartment=compartment, pupils=one.pupils)


def _pupils(board: OnBoard) -> Iterator[str]:
    for one in board.pupils:
        kinds = ", ".join(f"{_kind(kind)} {count}" for kind, count in one.kinds.items())
        yield say(
            "lost.pupil",
            family_name=one.family_name,
            given_name=one.given_name,
            birth_date=_day(one.birth_date),
            kinds=kinds,
        )


def _kind(kind: str) -> str:
    """The word for a kind of record; what left the house bears the name of its form."""
    return say(f"conflicts.kind.{kind}").lower() if kind in KINDS else kind


def _status(status: str) -> str:
    revoked = status == DeviceStatus.REVOKED
    return say("lost.status_revoked" if revoked else "lost.status_ok")


def _day(text: str) -> str:
    """A day as the centre holds it; empty when it has none."""
    return day(date.fromisoformat(text)) if text else ""


def _moment(at: datetime | None) -> str:
    if at is None:
        return say("lost.never_heard")
    here = at.astimezone(BRUSSELS)
    return f"{day(here.date())} {here:%H:%M}"
