"""What two linked laptops of one visit say to each other: everything new, at once, both ways.

Sans-I/O like the sync machine: messages in, messages out. Revisions merge by union, so order and
repetition do no harm. What came in waits here for the centre like a pull: it never enters the own
outbox, and the visit is not given back before the centre has told of it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from clbdesk.domain.kinds import KINDS
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.revision import Compartment, Revision, Role, is_sealed
from clbdesk.domain.rights import rights_in_force
from clbdesk.errors import Refused
from clbdesk.ids import DeviceId, RevId, VisitId
from clbdesk.sync.protocol import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

LINK_PROTOCOL = 1
_AT_ONCE = 50


class Greeting(Message, frozen=True, kw_only=True, tag="greeting"):
    """The first message of both: who is there, for which visit, in which vault."""

    protocol: int
    compartment: Compartment
    visit_id: VisitId
    device: DeviceId
    device_name: str
    user_name: str


class News(Message, frozen=True, kw_only=True, tag="news"):
    """Revisions that the other may not have, of any laptop."""

    revisions: tuple[Revision, ...]


class Held(Message, frozen=True, kw_only=True, tag="held"):
    """These are stored and on the disk; `unusable`: kept by their own laptop only."""

    rev_ids: tuple[RevId, ...]
    unusable: tuple[RevId, ...] = ()


class Beat(Message, frozen=True, kw_only=True, tag="beat"):
    """Still here, and nothing new."""


_Any = Greeting | News | Held | Beat


class Store(Protocol):
    """The vault of this laptop, seen by the link; each method one transaction."""

    def since(self, row: int) -> tuple[Sequence[Revision], int]:
        """What came behind this row and the other may not have, and the last row; 0 = everything."""
        ...

    def take_in(self, revisions: Sequence[Revision]) -> int:
        """Store what is not here yet; how many were new."""
        ...


class Link:
    """One side of a link. `feed` and `news` answer what is to be sent, encoded."""

    def __init__(self, own: Greeting, store: Store) -> None:
        """Nothing is sent before `hello`."""
        self.own = own
        self.other: Greeting | None = None
        self.received = self.sent = 0
        self.unusable = 0
        self._store = store
        self._row = 0
        self._other_has: set[RevId] = set()
        self._untold: list[Revision] = []
        self._is_awaited = False

    def hello(self) -> bytes:
        """The first message."""
        return msgspec.json.encode(self.own)

    def news(self) -> list[bytes]:
        """What is here and the other was not told yet; nothing before it has greeted.

        One piece at a time, the next when the other holds it: two sides that send all they have
        before they read would wait for each other until the line breaks, and so again.
        """
        if self.other is None:
            return []
        found, self._row = self._store.since(self._row)
        self._untold += found
        if self._is_awaited:
            return []
        untold = [one for one in self._untold if one.rev_id not in self._other_has]
        piece, self._untold = untold[:_AT_ONCE], untold[_AT_ONCE:]
        self._is_awaited = bool(piece)
        return [msgspec.json.encode(News(revisions=tuple(piece)))] if piece else []

    def beat(self) -> bytes:
        """A sign of life."""
        return msgspec.json.encode(Beat())

    def feed(self, content: bytes) -> list[bytes]:
        """A message of the other side. Refused when it is another visit, vault or program."""
        try:
            message: _Any = msgspec.json.decode(content, type=_Any)
        except msgspec.DecodeError as error:
            raise Refused("link.other_version") from error
        match message:
            case Greeting():
                return self._greeted(message)
            case News():
                return [msgspec.json.encode(self._heard(message))]
            case Held():
                self.sent += len(message.rev_ids)
                self.unusable += len(message.unusable)
                self._is_awaited = False
                return self.news()
            case Beat():
                pass
        return []

    def _greeted(self, other: Greeting) -> list[bytes]:
        if other.protocol != LINK_PROTOCOL:
            raise Refused("link.other_version")
        if other.compartment is not self.own.compartment:
            raise Refused("link.other_compartment")
        if other.visit_id != self.own.visit_id:
            raise Refused("link.other_visit")
        if other.device == self.own.device:
            raise Refused("link.same_laptop")
        self.other = other
        return self.news()

    def _heard(self, news: News) -> Held:
        if self.other is None:
            raise Refused("link.other_version")
        usable = [one for one in news.revisions if self._is_usable(one)]
        self.received += self._store.take_in(usable)
        held = {one.rev_id for one in usable}
        self._other_has |= held
        return Held(
            rev_ids=tuple(sorted(held)),
            unusable=tuple(one.rev_id for one in news.revisions if one.rev_id not in held),
        )

    def _is_usable(self, revision: Revision) -> bool:
        """Of this vault, of a kind this program understands and its author may write, and unharmed."""
        kind = KINDS.get(revision.kind)
        return (
            kind is not None
            and revision.role is not Role.CENTRE  # what the centre wrote comes from the centre
            and rights_in_force().may_write(revision.role, revision.kind, OF_SCHOOL)
            and revision.kind_version <= kind.version
            and revision.compartment in {self.own.compartment, Compartment.PLANNING}
            and revision.compartment is (kind.compartment or revision.compartment)
            and is_sealed(revision)
        )
