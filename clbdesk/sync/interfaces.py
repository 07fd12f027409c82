"""What the sync machine asks of the world: a store, a way to the centre, and a flag to stop.

The machine is sans-I/O: these three and a Clock are all it touches, so that the very same code
runs against vault and network, and in the simulator against memory with every fault on request.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from clbdesk.domain.device import AccessLine, DeviceUser, Lease
from clbdesk.domain.revision import Compartment
from clbdesk.domain.scopes import (
    Applied,
    Batch,
    PushResult,
    Receipt,
    Release,
    ScopeState,
    Sequenced,
)
from clbdesk.ids import VisitId
from clbdesk.sync import protocol


class Cancel(Protocol):
    """A request to stop; a threading.Event is one."""

    def is_set(self) -> bool:
        """Whether the user asked to stop."""
        ...


class Store(Protocol):
    """One vault, seen by the machine. Every method is one short transaction, committed on return.

    A method that raises has changed nothing. The process may die before, in or after any of them.
    """

    @property
    def compartment(self) -> Compartment:
        """Medical or guidance."""
        ...

    @property
    def epoch(self) -> str:
        """The life of this vault in which device_seq counts."""
        ...

    def generation(self) -> str | None:
        """The generation of the centre's data that all stored places and cursors belong to."""
        ...

    def known_seq(self) -> int:
        """The largest place this vault was ever told of in its generation (pushes, cursors), or 0."""
        ...

    def back_up(self) -> int:
        """Make an encrypted backup; its size in bytes. Environment when it failed (E5)."""
        ...

    def begin_generation(self, generation: str) -> None:
        """Adopt another generation.

        All cursors become 0, all places and scope memberships are forgotten, unanswered batches
        are dissolved, the durable watermark and the confirmed access line become 0, and every
        revision in the vault that is not waiting in the outbox (quarantined ones too, of any
        device) is marked for re-offering. With None known before, nothing is there to forget.
        """
        ...

    def keep_hello(
        self, *, lease: Lease, users: Sequence[DeviceUser], server_now: datetime, offset: timedelta
    ) -> None:
        """Keep what the centre said. `offset`: centre minus laptop; the vault guards its own clock.

        A user who is no longer named loses the key slot; one who is new gets it when a colleague
        adds it.
        """
        ...

    def end_lease(self, lease: Lease) -> None:
        """The centre revoked this laptop: from now on it only hands over; nobody loses a slot."""
        ...

    def access_lines(self, limit: int) -> tuple[AccessLine, ...]:
        """The first `limit` lines of the access log of this epoch after the confirmed one."""
        ...

    def access_confirmed(self, number: int) -> None:
        """The centre holds the access log of this epoch up to and including this line."""
        ...

    def waiting(self) -> int:
        """Revisions in the outbox plus revisions marked for re-offering."""
        ...

    def next_batch(self, limit: int) -> Batch | None:
        """What to send now, or None when nothing waits.

        First a batch that was handed out before and never answered: same id, same content, same
        order. Otherwise a new one, its id and content stored before it is returned: first what is
        marked for re-offering (bases first where known), because what waits in the outbox may
        rest on it; when there is none, own outbox lines in order of device_seq.
        Revisions written afterwards go into a later batch.
        """
        ...

    def mark_results(self, batch_id: str, results: Sequence[PushResult]) -> None:
        """The centre answered this batch: it is gone from outbox and re-offers.

        Keeps each place, and of quarantined ones the reason. An unknown batch id does nothing.
        """
        ...

    def in_hand(self) -> tuple[VisitId, ...]:
        """Visits taken along and not given back, in a fixed order."""
        ...

    def pupils_in_hand(self, besides: VisitId) -> int:
        """How many pupils the visits in hand have together, this one not counted."""
        ...

    def cursor(self, scope: str) -> int:
        """Up to where a scope was received and applied; 0 for a scope never received."""
        ...

    def begin_stage(self, scope: str) -> None:
        """Forget whatever an earlier, broken pull of this scope left in the stage."""
        ...

    def stage(self, scope: str, lines: Sequence[Sequenced]) -> None:
        """Put lines aside; nothing of them is visible or counts yet."""
        ...

    def apply_stage(
        self, scope: str, cursor: int, also_taken: dict[str, int] | None = None
    ) -> Applied:
        """Move the stage of a scope in, together with its cursor, in ONE transaction.

        A revision that is already in the vault keeps its own content; either way its place in
        this scope becomes the line's seq, and a quarantine mark goes. Heads are derived anew from
        all leaves. `also_taken` not None: the scope is a visit that is in hand from now on, and
        these devices have pupils of it too.
        """
        ...

    def scope_state(self, scope: str) -> ScopeState:
        """Count and digest of what the vault really holds in a scope, at its cursor.

        Over (rev_id, body_commit) of the stored revisions with a place in this scope at or below
        the cursor; what waits in the outbox or stands in quarantine has no place.
        """
        ...

    def restart_scope(self, scope: str) -> None:
        """Cursor 0; memberships of the scope are forgotten and its revisions marked for re-offer."""
        ...

    def written(self) -> int:
        """How many revisions of this epoch have been answered for: highest device_seq − outbox."""
        ...

    def purge(self, visit_id: VisitId, durable_seq: int) -> Release:
        """Give a visit back in ONE transaction, or say what stands in the way and change nothing.

        Concerned: the revisions of the visit and of its pupils that no other visit in hand needs.
        In the way: any of them in the outbox or marked for re-offer, a draft of any author on the
        visit or those pupils, a record with more than one leaf, a quarantined revision; or a place
        that is unknown or above `durable_seq`. Otherwise they leave the vault with their heads,
        search lines, memberships and cursor; a fresh backup replaces the older ones (they hold
        what was given back).
        """
        ...

    def keep_receipt(self, receipt: Receipt) -> None:
        """Keep what the centre confirmed."""
        ...


class Transport(Protocol):
    """The way to the centre: plain calls that take and give protocol shapes.

    Raise: Unreachable when nothing was sent, ConnectionLost when an answer did not come,
    GenerationChanged when the centre was set back, other Environment errors for the rest.
    """

    def hello(self, ask: protocol.Hello) -> protocol.HelloAnswer:
        """State of the centre and of this device."""
        ...

    def access(self, ask: protocol.AccessLog) -> protocol.AccessAnswer:
        """Hand over lines of the access log."""
        ...

    def push(self, ask: protocol.Push) -> protocol.PushAnswer:
        """Hand over a batch; may be repeated with the same id and content."""
        ...

    def take(self, ask: protocol.Take) -> protocol.TakeAnswer:
        """Tell that a visit goes along."""
        ...

    def pull(self, ask: protocol.Pull) -> Generator[protocol.PullPart, None, None]:
        """Header, lines, footer, as they come in; closing the generator ends the connection."""
        ...

    def verify(self, ask: protocol.Verify) -> protocol.VerifyAnswer:
        """Compare counts and digests."""
        ...

    def release(self, ask: protocol.Release) -> protocol.Done:
        """Tell that a visit was given back."""
        ...
