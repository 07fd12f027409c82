"""Posten koppelen: two laptops of one visit tell each other at once what they record.

A refusal that was typed at the registration desk a minute ago must stop the needle at the other
table. The link lives on a thread of its own until somebody ends it, the desk closes, or the other
side is silent; what was exchanged stays, and what was not goes through the centre as always.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from clbdesk.domain.revision import Revision
from clbdesk.errors import ClbdeskError, Environment, Refused
from clbdesk.ids import VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.other_post import keep_heard
from clbdesk.services.outcome import ChangeSet
from clbdesk.services.records import changes_of
from clbdesk.storage import handed
from clbdesk.storage.arrived import add_arrived
from clbdesk.sync import finding, pairing
from clbdesk.sync.link import LINK_PROTOCOL, Greeting, Link

# A code is good for a few tries: eight digits cannot be guessed in three.
TRIES = 3
BEAT_SECONDS = 3.0
SILENT_SECONDS = 12.0
_WAIT_SECONDS = 0.5


class Phase(StrEnum):
    """Where a link is."""

    OFF = "off"
    SHOWING = "showing"
    SEARCHING = "searching"
    LINKED = "linked"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class LinkState:
    """What the window shows of the link.

    `visit_id`: the only visit of which anything crosses. `code` and the `port` of this laptop while
    a code is shown. `exchanged_at`: the last sign of the other laptop, aware; it stays after the
    link ended. `trouble`: why it ended, with its sentence.
    """

    phase: Phase = Phase.OFF
    visit_id: VisitId | None = None
    code: str = ""
    port: int = 0
    other: str = ""
    exchanged_at: datetime | None = None
    received: int = 0
    sent: int = 0
    unusable: int = 0
    trouble: ClbdeskError | None = None

    @property
    def is_linked(self) -> bool:
        """Whether the other laptop was heard a moment ago."""
        return self.phase is Phase.LINKED

    def tells_of(self, visit_id: VisitId) -> bool:
        """Whether what the other post records on this visit is here at once."""
        return self.is_linked and self.visit_id == visit_id


class _Store:
    """The vault as the link sees it; tells which records came in."""

    def __init__(self, desk: Desk, visit_id: VisitId, changed: Callable[[ChangeSet], None]) -> None:
        self._desk, self._visit_id, self._changed = desk, visit_id, changed

    def since(self, row: int) -> tuple[Sequence[Revision], int]:
        with self._desk.vault.read() as reader:
            return handed.since(reader.connection, self._visit_id, row)

    def take_in(self, revisions: Sequence[Revision]) -> int:
        with self._desk.vault.write() as work:
            new = add_arrived(work.connection, [(one, None) for one in revisions])
            keep_heard(work, self._visit_id, self._desk.clock.now())
        if new:
            self._changed(changes_of(new))
        return len(new)


class StationLink:
    """The link of one visit on this laptop. `told` and `changed` are called on its own thread."""

    def __init__(
        self,
        desk: Desk,
        visit_id: VisitId,
        told: Callable[[StationLink, LinkState], None],
        changed: Callable[[ChangeSet], None],
    ) -> None:
        """Off. `told`: this link and its new state; `changed`: records came in and are stored."""
        self.visit_id = visit_id
        self.state = LinkState(visit_id=visit_id)
        self._desk = desk
        self._told = told
        self._store = _Store(desk, visit_id, changed)
        self._wake: socket.socket | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def show_code(self) -> None:
        """Show a code and wait for the laptop on which it is typed. Environment when that cannot be."""
        door = finding.Door()
        code = pairing.new_code()
        self._tell(replace(self.state, phase=Phase.SHOWING, code=code, port=door.port))
        self._start(lambda: self._wait_at(door, code))

    def type_code(self, typed: str, address: str = "") -> None:
        """Look for the laptop that shows this code. Refused beside "code" or "address"."""
        code = pairing.read_code(typed)
        where = [finding.read_address(address)] if address.strip() else None
        self._tell(replace(self.state, phase=Phase.SEARCHING))
        self._start(lambda: self._look_for(where, code))

    def notice(self) -> None:
        """Something was recorded here: tell the other. Quick, from any thread."""
        with suppress(OSError):  # the link ended meanwhile
            if self._wake is not None:
                self._wake.send(b"!")

    def end(self) -> None:
        """End the link soon; what was exchanged stays. May be repeated, from any thread."""
        self._ended.set()
        self.notice()

    def wait(self) -> None:
        """Until the thread has ended, after `end`."""
        if self._thread is not None:
            self._thread.join()

    def _start(self, run: Callable[[], None]) -> None:
        assert self._thread is None, "one link, one thread"
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=run, name="link", daemon=True)
        self._thread.start()

    def _tell(self, state: LinkState) -> None:
        self.state = state
        self._told(self, state)

    # --- on the link's own thread ---

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """Whatever happens on this thread ends as a state that the window shows."""
        trouble: ClbdeskError | None = None
        try:
            yield
        except (Refused, Environment) as error:
            trouble = error
        except OSError:
            trouble = Environment("link.broken")
        except BaseException:  # ours; a window that goes on saying "linked" would be believed
            trouble = Environment("link.broken")
            raise
        finally:
            if self._wake is not None:
                self._wake.close()
            self._woken.close()
            phase = Phase.BROKEN if trouble and not self._ended.is_set() else Phase.OFF
            self._tell(replace(self.state, phase=phase, code="", port=0, trouble=trouble))

    def _wait_at(self, door: finding.Door, code: str) -> None:
        tries = TRIES
        with self._ending(), closing(door):
            while not self._ended.is_set():
                wire = door.wait(_WAIT_SECONDS)
                if wire is None:
                    continue
                with wire:
                    try:
                        line = pairing.show(wire, code)
                    except Refused:
                        tries -= 1
                        if tries == 0:
                            raise
                        continue
                    except Environment:
                        continue  # somebody knocked and left
                    door.close()
                    self._talk(line)
                    return

    def _look_for(self, where: list[finding.Address] | None, code: str) -> None:
        with self._ending():
            found = finding.find() if where is None else where
            refused: ClbdeskError = Environment("link.not_found")
            wrong = 0
            for address in found:
                if wrong == TRIES:
                    break  # whoever answers everywhere would guess as often
                try:
                    wire = finding.knock(address)
                except Environment as error:
                    refused = error  # another one may open
                    continue
                with wire:
                    try:
                        line = pairing.type_in(wire, code)
                    except (Refused, Environment) as error:
                        refused = error
                        wrong += isinstance(error, Refused)
                        continue
                    self._talk(line)
                    return
            raise refused

    def _talk(self, line: pairing.Line) -> None:
        """Until it ends: news at once, a sign of life otherwise."""
        desk = self._desk
        own = Greeting(
            protocol=LINK_PROTOCOL,
            compartment=desk.vault.compartment,
            visit_id=self.visit_id,
            device=desk.device_id,
            device_name=desk.device_name,
            user_name=desk.user.name,
        )
        link = Link(own, self._store)
        line.send(link.hello())
        heard = spoken = time.monotonic()
        ears: list[Any] = [line, self._woken]
        while not self._ended.is_set():
            readable, _, _ = select.select(ears, [], [], BEAT_SECONDS)
            if self._woken in readable:
                self._woken.recv(4096)
            if line in readable:
                heard = time.monotonic()
                for content in line.receive():
                    self._answer(line, link, content)
            now = time.monotonic()
            is_quiet = now - spoken >= BEAT_SECONDS
            for message in link.news() or ([link.beat()] if is_quiet else []):
                line.send(message)
                spoken = now
            if now - heard > SILENT_SECONDS:
                raise Environment("link.silent")

    def _answer(self, line: pairing.Line, link: Link, content: bytes) -> None:
        was_known = link.other is not None
        for message in link.feed(content):
            line.send(message)
        if link.other is None:
            return
        if not was_known:
            self._log(link.other)
        self._tell(
            LinkState(
                Phase.LINKED,
                self.visit_id,
                other=f"{link.other.user_name}, {link.other.device_name}",
                exchanged_at=self._desk.clock.now(),
                received=link.received,
                sent=link.sent,
                unusable=link.unusable,
            )
        )

    def _log(self, other: Greeting) -> None:
        """Who was given what this laptop records is in the access log of both.

        From here on this laptop knows of another post, also when that one has nothing to tell.
        """
        with self._desk.vault.write() as work:
            keep_heard(work, self.visit_id, self._desk.clock.now())
            self._desk.log(work, "link", reason=f"{other.device_name} {self.visit_id}")
