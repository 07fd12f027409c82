"""Themes of a signal per domain: a list that a centre words itself (signal_themes.toml)."""

from __future__ import annotations

import msgspec

from clbdesk.domain.care import CareDomain
from clbdesk.standards.tables import kept, standards

_FILE = "signal_themes.toml"


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One theme; `label` Dutch. `sensitive`: its counts are shown from a higher number on."""

    code: str
    label: str
    domain: CareDomain
    sensitive: bool


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    theme: tuple[Theme, ...]


@kept
def signal_themes() -> tuple[Theme, ...]:
    """All themes in the order of the table."""
    return msgspec.convert(standards().document(_FILE), _Document).theme
