"""Where a laptop keeps its files. Only ids stand in file names, never a name or a school.

device.json      who this laptop is and whose key slots it has (staff, no pupils)
enrolling        while vaults are made; what it finds on the next try was never used
device.secret    32 random bytes, the second half of every key slot
device.log       unlocks and failed tries
settings.json    how the window looks and when it locks
slots/           one file per user, and one recovery file per compartment
medical.vault, guidance.vault, backups/<compartment>/
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The data folder of one laptop; `compartment` is "medical" or "guidance"."""

    root: Path

    @property
    def device(self) -> Path:
        """Who this laptop is."""
        return self.root / "device.json"

    @property
    def enrolling(self) -> Path:
        """There while an enrolment runs."""
        return self.root / "enrolling"

    @property
    def secret(self) -> Path:
        """The device secret."""
        return self.root / "device.secret"

    @property
    def log(self) -> Path:
        """What happened before a vault was open."""
        return self.root / "device.log"

    @property
    def settings(self) -> Path:
        """Comfort of this laptop."""
        return self.root / "settings.json"

    def slot(self, staff_id: str) -> Path:
        """The key slot of one user."""
        return self.root / "slots" / f"{staff_id}.json"

    def recovery(self, compartment: str) -> Path:
        """The vault key, sealed to the centre."""
        return self.root / "slots" / f"recovery-{compartment}.json"

    def vault(self, compartment: str) -> Path:
        """The vault file."""
        return self.root / f"{compartment}.vault"

    def lock(self, compartment: str) -> Path:
        """The file that the window which has this vault open keeps locked."""
        return self.root / f"{compartment}.lock"

    def backups(self, compartment: str) -> Path:
        """The folder of encrypted backups of one vault."""
        return self.root / "backups" / compartment


def default_data_folder() -> DataFolder:
    """CLBDESK_DATA when it is set, otherwise the place this operating system has for it."""
    chosen = os.environ.get("CLBDESK_DATA")
    root = Path(chosen) if chosen else platformdirs.user_data_path("clbdesk", appauthor=False)
    return DataFolder(root)
