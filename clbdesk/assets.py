"""Where the files of `resources/` are: beside the packages, or inside a PyInstaller bundle."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a file or folder below `resources/`; it need not exist."""
    bundle = getattr(sys, "_MEIPASS", None)  # set by PyInstaller in a frozen program
    root = Path(bundle) if bundle else Path(__file__).resolve().parent.parent
    return root.joinpath("resources", *parts)
