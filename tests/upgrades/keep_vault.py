"""Keeps a vault of this version for the tests of later ones: `python -m tests.upgrades.keep_vault`.

Run once when a new migration is released; a kept file is never made again.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from clbdesk.domain.contact import Background, BackgroundItem
from clbdesk.domain.revision import Role
from clbdesk.paths import DataFolder
from clbdesk.storage import migrations
from clbdesk.storage.vault import Draft
from tests.builders.vaults import MORNING, NURSE, new_station

KEPT = Path(__file__).parent / "vaults"


def keep() -> Path:
    """Two pupils, a fork, a draft, lines in the access log, one revision waiting; then closed."""
    target = KEPT / f"{migrations.NEWEST}.vault"
    if target.exists():
        raise SystemExit(f"{target.name} is kept already")
    with tempfile.TemporaryDirectory() as root:
        station = new_station(Path(root))
        lotte = station.save_pupil("Lotte", "Peeters")
        station.save_pupil("Zoë", "D'Hondt-Çelik")
        station.enrol(lotte, "3A")
        for text in ("noten", "pinda"):
            body = Background(pupil_id=lotte, item=BackgroundItem.ALLERGY, answer="yes", text=text)
            station.save(body, pupil_id=lotte, record_id=f"allergy-{lotte}")
        with station.vault.write() as work:
            work.log_access(NURSE.staff_id, Role.NURSE, "open", pupil_id=lotte)
            work.keep_draft(
                Draft(
                    author=NURSE.staff_id,
                    form="growth",
                    pupil_id=lotte,
                    visit_id=None,
                    base=(),
                    content='{"height":"121,5"}',
                    saved_at=MORNING,
                )
            )
        station.vault.shrink()
        station.vault.close()
        KEPT.mkdir(exist_ok=True)
        shutil.copy(DataFolder(Path(root)).vault("medical"), target)
    return target


if __name__ == "__main__":
    keep()
