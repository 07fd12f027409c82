"""The open working day of one user on one laptop: who, which vault, which clock."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from clbdesk.clock import Clock, local_day
from clbdesk.domain.data_class import Relation
from clbdesk.domain.revision import Role
from clbdesk.domain.rights import put_rights_in_force, relations, rights_in_force
from clbdesk.ids import DeviceId, IdSource, PupilId, RecordId, SchoolId, StaffId
from clbdesk.standards.care_guide import put_guide_in_force
from clbdesk.standards.tables import put_in_force
from clbdesk.storage.vault import UnitOfWork, Vault


@dataclass(frozen=True, slots=True)
class User:
    """The person logged in, and the function under which he or she acts here."""

    staff_id: StaffId
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a service needs; made by bootstrap only, closed by `close`.

    `own_key`: X25519 private key of this user on this laptop, empty where nobody unlocked.
    `recovery_key`: the centre's public one (hex), of which the private half is kept offline.
    `worked_out`: what follows from records that did not change since; it goes with the desk.
    """

    user: User
    vault: Vault
    device_id: DeviceId
    device_name: str
    centre_name: str
    clock: Clock
    ids: IdSource
    own_key: bytearray = field(default_factory=bytearray, repr=False)
    recovery_key: str = ""
    worked_out: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def relations(self, school_id: SchoolId | None = None) -> frozenset[Relation]:
        """What the user has to do with a school today (None: with any), in the function of today."""
        today = local_day(self.clock.now())
        return relations(self.user.staff_id, self.user.role, school_id, today)

    def may_read(self, kind: str, relation: frozenset[Relation]) -> bool:
        """Whether the user may see records of this kind in this relation."""
        return rights_in_force().may_read(self.user.role, kind, relation)

    def may_write(self, kind: str, school_id: SchoolId | None = None) -> bool:
        """Whether the user may write this kind for a school (None: for any)."""
        return rights_in_force().may_write(self.user.role, kind, self.relations(school_id))

    def log(
        self,
        work: UnitOfWork,
        action: str,
        kind: str | None = None,
        record_id: RecordId | None = None,
        pupil_id: PupilId | None = None,
        reason: str = "",
    ) -> None:
        """A line in the access log: the user, in the function of today, did this with that."""
        work.log_access(
            self.user.staff_id, self.user.role, action, kind, record_id, pupil_id, reason
        )

    def log_opening(
        self, kind: str, record_id: RecordId, pupil_id: PupilId | None = None, *, reason: str
    ) -> None:
        """Reading counts: the same for an opening, in a commit of its own."""
        with self.vault.write() as work:
            self.log(work, "open", kind, record_id, pupil_id, reason)

    def close(self) -> None:
        """Close the vault: connections gone, keys dropped, its rules and guide no longer in force."""
        self.worked_out.clear()
        self.own_key[:] = bytes(len(self.own_key))
        put_in_force(())
        put_guide_in_force()
        put_rights_in_force(())
        self.vault.close()
