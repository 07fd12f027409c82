"""The same random histories with real vaults: what the machine believes of its store is true of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clbdesk.clock import SetClock
from clbdesk.domain.revision import Compartment
from clbdesk.sync import conversation, protocol
from tests.sync.simulator import bugs
from tests.sync.simulator.vault_store import VaultStore
from tests.sync.simulator.world import World

SEEDS = range(1_000) if os.environ.get("CLBDESK_LONG") == "1" else range(6)


def vaults_in(folder: Path, made: list[VaultStore]) -> type[bugs.Bugs]:
    """A world without bugs whose laptops have vaults in this folder."""

    def store(device: str, compartment: Compartment, _: str) -> VaultStore:
        clock = SetClock(World.monday)
        made.append(VaultStore(folder / device, device, compartment, clock))
        return made[-1]

    return type("RealVaults", (bugs.Bugs,), {"store": staticmethod(store)})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history_with_real_vaults_ends_equal(seed, tmp_path, monkeypatch):
    monkeypatch.setattr(conversation, "_STAGE_LINES", 2)
    monkeypatch.setattr(protocol, "BATCH_LIMIT", 3)
    made: list[VaultStore] = []
    try:
        World(seed, vaults_in(tmp_path, made)).live()
        for store in made:
            assert store.vault.check() == []
    finally:
        for store in made:
            store.vault.close()
