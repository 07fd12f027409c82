"""Writing in one vault: everything that one act of a user stores, in one commit or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from clbdesk.domain.device import AccessLine
from clbdesk.errors import Defect
from clbdesk.storage import access_log, drafts
from clbdesk.storage.heads import add_head
from clbdesk.storage.prepared import Prepared
from clbdesk.storage.reader import Reader
from clbdesk.storage.schema import OUTBOX, REVISION, SETTING, revision_values
from clbdesk.storage.search import INDEXED_KINDS, index_pupils

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from clbdesk.clock import Clock
    from clbdesk.domain.revision import Revision, Role
    from clbdesk.ids import DeviceId, PupilId, RecordId, StaffId
    from clbdesk.storage.drafts import Draft

_ADD_REVISION = Prepared(insert(REVISION))
_ADD_OUTBOX = Prepared(insert(OUTBOX).values(rev_id=bindparam("rev_id")))
_SETTING = sqlite_insert(SETTING)
_KEEP_SETTING = Prepared(
    _SETTING.on_conflict_do_update(index_elements=["key"], set_={"value": _SETTING.excluded.value})
)


class UnitOfWork(Reader):
    """One commit. Made by `Vault.write()`; `finish` runs before the commit."""

    def __init__(
        self, connection: Connection, *, device: DeviceId, epoch: str, clock: Clock
    ) -> None:
        """On a connection that holds the write lock."""
        super().__init__(connection)
        self._device = device
        self._epoch = epoch
        self._clock = clock
        self._handed_out: set[int] = set()
        self._changed_settings: set[str] = set()
        self._pupils_to_index: set[str] = set()
        self._access_link: access_log.Link | None = None

    def next_device_seq(self) -> int:
        """The next number of this epoch; the revision that carries it must be added here."""
        number = int(self.setting("device_seq") or 0) + 1
        self.set_setting("device_seq", str(number))
        self._handed_out.add(number)
        return number

    def add(self, revision: Revision) -> None:
        """Store a revision made on this laptop, with its head and its outbox line."""
        is_ours = revision.device == self._device and revision.epoch == self._epoch
        if not is_ours or revision.device_seq not in self._handed_out:
            raise Defect("storage.defect", code="device_seq")
        self._handed_out.remove(revision.device_seq)
        connection = self._connection
        _ADD_REVISION.run(connection, revision_values(revision))
        add_head(connection, revision)
        _ADD_OUTBOX.run(connection, {"rev_id": revision.rev_id})
        self._remember_time(revision.recorded_at)
        if revision.kind in INDEXED_KINDS and revision.pupil_id is not None:
            self._pupils_to_index.add(revision.pupil_id)

    def keep_draft(self, draft: Draft) -> None:
        """Keep what an author typed on a form, in the place of what was kept before."""
        drafts.keep(self._connection, draft)

    def drop_draft(self, author: StaffId, form: str) -> None:
        """Remove a draft; it need not exist."""
        drafts.drop(self._connection, author, form)

    def log_access(
        self,
        staff_id: StaffId,
        role: Role,
        action: str,
        kind: str | None = None,
        record_id: RecordId | None = None,
        pupil_id: PupilId | None = None,
        reason: str = "",
    ) -> None:
        """Append a line to the access log, at the present moment."""
        line = AccessLine(
            number=0,
            at=self._clock.now(),
            staff_id=staff_id,
            role=role,
            action=action,
            kind=kind,
            record_id=record_id,
            pupil_id=pupil_id,
            reason=reason,
            previous="",
            digest="",
        )
        after = self._access_link or access_log.last_link(self._connection, self._epoch)
        self._access_link = access_log.append(self._connection, line, after)

    def set_setting(self, key: str, value: str) -> None:
        """Keep a value that this vault knows about itself."""
        self._settings()[key] = value
        self._changed_settings.add(key)

    def finish(self) -> None:
        """Write what was gathered; a number handed out and not used would be a gap for ever."""
        if self._handed_out:
            raise Defect("storage.defect", code="device_seq unused")
        if self._pupils_to_index:
            index_pupils(self._connection, self._pupils_to_index)
        if self._changed_settings:
            settings = self._settings()
            rows = [{"key": key, "value": settings[key]} for key in sorted(self._changed_settings)]
            _KEEP_SETTING.run_many(self._connection, rows)

    def _remember_time(self, now: datetime) -> None:
        """Move the largest time on, unless the clock is not believed."""
        if self.clock_is_uncertain(now):
            return
        kept = self.setting("largest_time")
        if kept is None or datetime.fromisoformat(kept) < now:
            self.set_setting("largest_time", now.isoformat())
