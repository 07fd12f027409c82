"""Garbage of the window ends on the main thread, never on a thread of the vault."""

from __future__ import annotations

import gc
from threading import Thread, get_ident

from PySide6.QtWidgets import QApplication

from ui.tasks import Collector


class _Cycle:
    """Refers to itself, so that only the collector can end it; tells on which thread it ended."""

    def __init__(self, ended: list[int]) -> None:
        self.me = self
        self.ended = ended

    def __del__(self) -> None:
        self.ended.append(get_ident())


def test_what_only_the_collector_can_end_ends_on_the_main_thread(qapp: QApplication) -> None:
    ended: list[int] = []
    collector = Collector(qapp)

    def work() -> None:
        for _ in range(30_000):
            _Cycle(ended)

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert not ended

    collector.collect()
    gc.enable()
    collector.deleteLater()

    assert set(ended) == {get_ident()}
