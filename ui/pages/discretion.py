"""Discreet: names of others and previous values are hidden, by F9 or where puberty is examined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.widgets import field_row

if TYPE_CHECKING:
    from ui.pages.base import Station


class Discretion:
    """What F9 and the pages ask of one window. `at_puberty`: the setting of this laptop."""

    def __init__(self) -> None:
        """Nothing is hidden."""
        self.at_puberty = True
        self._by_itself = False

    def toggle(self, station: Station) -> None:
        """F9: the hand goes before what the program did by itself."""
        self._by_itself = False
        _be(station, on=not station.discreet)

    def follow(self, station: Station, *, on: bool) -> None:
        """A page with something delicate has the focus, or was left; F9 of before stays."""
        if on and self.at_puberty and not station.discreet:
            self._by_itself = True
            _be(station, on=True)
        elif not on and self._by_itself:
            self._by_itself = False
            _be(station, on=False)


def _be(station: Station, *, on: bool) -> None:
    station.discreet = on
    field_row.be_discreet(on)
