"""The program without Python: built by build.spec, started on an invisible screen, unlocked by typing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from clbdesk.clock import SystemClock
from clbdesk.domain.device import DeviceUser
from clbdesk.domain.revision import Compartment, Role
from clbdesk.ids import DeviceId, IdSource, StaffId
from clbdesk.paths import DataFolder
from clbdesk.storage.device_file import DeviceFile
from clbdesk.storage.device_log import DeviceEvent, DeviceLog
from clbdesk.storage.laptop import DeviceKeys, Laptop
from clbdesk.storage.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
NURSE = DeviceUser(staff_id=StaffId("staff-1"), name="An Proef", roles=(Role.NURSE,))
PASSPHRASE = "vier woorden zonder zin"

pytestmark = pytest.mark.long


def wait_until(true: Callable[[], bool], *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built program."""
    out = tmp_path_factory.mktemp("bundle")
    places = ["--distpath", str(out / "dist"), "--workpath", str(out / "build")]
    subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--log-level", "ERROR", *places, "build.spec"],
        cwd=ROOT,
        env=os.environ | {"PYINSTALLER_CONFIG_DIR": str(out / "cache")},
        check=True,
    )
    return out / "dist" / "clbdesk" / "clbdesk"


@pytest.fixture
def laptop(tmp_path: Path) -> DataFolder:
    """A laptop on which one nurse can unlock."""
    folder, clock = DataFolder(tmp_path / "laptop"), SystemClock()
    folder.root.mkdir()
    slots = Slots.weak_for_invented_children(folder)
    device = DeviceFile(
        device_id=DeviceId("device-1"),
        device_name="Proef 1",
        centre_name="CLB Proef",
        centre_address="https://127.0.0.1:1",
        authority="",
        recovery_key=bytes(PrivateKey.generate().public_key).hex(),
        users=(NURSE,),
    )
    keys = DeviceKeys(
        sign=bytes(SigningKey.generate()).hex(), box=bytes(PrivateKey.generate()).hex()
    )
    Laptop(folder, clock, IdSource(clock), slots).enrol(device, keys, [(NURSE, PASSPHRASE)])
    return folder


@pytest.fixture
def screen() -> Iterator[str]:
    """The name of an invisible screen of the size that most laptops have."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        yield f":{answer.readline().strip()}"
    server.terminate()
    server.wait()


def test_the_bundle_starts_without_python_and_a_passphrase_unlocks_it(
    program: Path, laptop: DataFolder, screen: str, tmp_path: Path
):
    where = {"DISPLAY": screen, "HOME": str(tmp_path), "CLBDESK_DATA": str(laptop.root)}
    log = DeviceLog(laptop.log)

    def into_window(*keys: str) -> bool:
        """False while there is no window yet. Without a window manager the focus has to be set."""
        found = ["search", "--onlyvisible", "--name", "clbdesk"]
        command = ["xdotool", *found, "windowfocus", *keys]
        return subprocess.run(command, env=os.environ | where, capture_output=True).returncode == 0

    with (
        (tmp_path / "output").open("wb") as output,
        subprocess.Popen(
            [program], env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | where, stderr=output
        ) as running,
    ):
        try:
            assert wait_until(into_window, seconds=30), (tmp_path / "output").read_text()
            assert into_window("type", "--delay", "20", PASSPHRASE)
            assert into_window("key", "Return")
            unlocked = wait_until(
                lambda: DeviceEvent.UNLOCKED in [line.event for line in log.lines()], seconds=20
            )
            assert unlocked, (tmp_path / "output").read_text()
            assert not wait_until(lambda: running.poll() is not None, seconds=2), "it ended"
            assert laptop.lock(Compartment.MEDICAL.value).exists()
        finally:
            running.terminate()
    assert (tmp_path / "output").read_text() == ""
