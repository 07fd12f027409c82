"""A real vault in the place of the one in memory, seen as the simulator looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import text

from clbdesk.clock import SetClock
from clbdesk.domain.device import DeviceUser
from clbdesk.domain.revision import Compartment, Revision, Role
from clbdesk.ids import DeviceId, IdSource, RecordId, StaffId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.storage.device_file import DeviceFile
from clbdesk.storage.laptop import DeviceKeys, Laptop
from clbdesk.storage.slots import Slots
from clbdesk.storage.sync_store import SyncStore
from clbdesk.storage.vault import Draft, Vault

_PASSPHRASE = "zeven koffers vol regen"
_ROLE = {Compartment.MEDICAL: Role.NURSE, Compartment.GUIDANCE: Role.PSYCHOPEDAGOGUE}


class VaultStore(SyncStore):
    """Everything the simulator asks of a MemoryStore, answered from the encrypted file."""

    def __init__(
        self, folder: Path, device: str, compartment: Compartment, clock: SetClock
    ) -> None:
        data, ids = DataFolder(folder), IdSource(clock)
        laptop = Laptop(data, clock, ids, Slots.weak_for_invented_children(data))
        user = DeviceUser(staff_id=StaffId("an"), name="An", roles=(_ROLE[compartment],))
        laptop.enrol(
            DeviceFile(
                device_id=DeviceId(device),
                device_name=device,
                centre_name="",
                centre_address="",
                authority="",
                recovery_key="7b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b14",
                users=(user,),
            ),
            DeviceKeys(sign="11" * 32, box="22" * 32),
            [(user, _PASSPHRASE)],
        )
        self.device = DeviceId(device)
        self.drafts = _Drafts(self)
        self.clock = clock
        self.vault: Vault = laptop.unlock(StaffId("an"), _PASSPHRASE).vaults[compartment]
        super().__init__(self.vault, laptop, clock, ids)

    def back_up(self) -> int:
        """Tested elsewhere, and slow in thousands."""
        return 0

    def save(self, revision: Revision) -> None:
        with self.vault.write() as work:
            assert work.next_device_seq() == revision.device_seq
            work.add(revision)

    @property
    def device_seq(self) -> int:
        with self.vault.read() as reader:
            return int(reader.setting("device_seq") or 0)

    @property
    def taken(self) -> dict[VisitId, bool]:
        return dict.fromkeys(self.in_hand(), True)

    @property
    def revisions(self) -> dict[str, Revision]:
        with self.vault.read() as reader:
            return {one.rev_id: one for one in reader.every_revision()}

    @property
    def apart(self) -> set[str]:
        return {row[0] for row in self._rows("SELECT rev_id FROM quarantine")}

    @property
    def places(self) -> dict[str, int]:
        """A vault keeps one place per revision, from push or pull: not to be compared with pushes."""
        return {}

    @property
    def cursors(self) -> dict[str, int]:
        return {row[0]: row[1] for row in self._rows("SELECT scope, cursor FROM scope")}

    @property
    def scopes(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for scope, rev_id, seq in self._rows("SELECT scope, rev_id, seq FROM scope_revision"):
            found.setdefault(scope, {})[rev_id] = seq
        return found

    def _rows(self, query: str) -> Sequence[Any]:
        with self.vault.read() as reader:
            return reader.connection.execute(text(query)).all()

    def of_record(self, record_id: str) -> list[Revision]:
        with self.vault.read() as reader:
            return reader.history(RecordId(record_id))

    def pupils(self, visit_id: str) -> set[str]:
        return {
            one.pupil_id
            for one in self.revisions.values()
            if one.kind == "visit_pupil" and one.visit_id == visit_id and one.pupil_id
        }


class _Drafts:
    """One draft per visit or none."""

    def __init__(self, store: VaultStore) -> None:
        self._store = store

    def get(self, visit: VisitId, default: int) -> int:
        with self._store.vault.read() as reader:
            return int(reader.draft(StaffId("an"), visit) is not None) or default

    def __setitem__(self, visit: VisitId, count: int) -> None:
        with self._store.vault.write() as work:
            if not count:
                work.drop_draft(StaffId("an"), visit)
                return
            work.keep_draft(
                Draft(
                    author=StaffId("an"),
                    form=visit,
                    pupil_id=None,
                    visit_id=visit,
                    base=(),
                    content="{}",
                    saved_at=self._store.clock.now(),
                )
            )

    def clear(self) -> None:
        for visit in self._store.in_hand():
            self[visit] = 0
