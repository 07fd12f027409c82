"""Comfort of one laptop: how the window looks and when it locks. Never synchronised, no pupils.

What cannot be read is as if it had never been set: comfort never keeps anybody from working.
"""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec

if TYPE_CHECKING:
    from clbdesk.paths import DataFolder


class Look(StrEnum):
    """Light, dark, or what the system says."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`text_percent` of the size of the design; `lock_minutes` without a key or movement.

    `discreet_at_puberty`: the page is closed to view while puberty has the focus.
    """

    look: Look = Look.LIGHT
    text_percent: Annotated[int, msgspec.Meta(ge=90, le=150)] = 100
    lock_minutes: Annotated[int, msgspec.Meta(ge=1, le=15)] = 5
    discreet_at_puberty: bool = True


def read_settings(folder: DataFolder) -> Settings:
    """What was set on this laptop."""
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(folder.settings.read_bytes(), type=Settings)
    return Settings()


def keep_settings(folder: DataFolder, settings: Settings) -> None:
    """Replace the file as a whole. OSError when the disk does not let us."""
    folder.root.mkdir(parents=True, exist_ok=True)
    beside = folder.settings.with_suffix(".new")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(settings)))
    beside.replace(folder.settings)
