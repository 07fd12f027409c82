"""A morning of calls into Qt does not wear out None."""

from __future__ import annotations

import subprocess
import sys

CALLS = """
import {module}
from PySide6.QtCore import QObject
thing = QObject()
for _ in range(50_000):
    thing.setObjectName("x")
    thing.parent()
print("still here")
"""


def test_fifty_thousand_calls_that_return_nothing_are_survived():
    done = subprocess.run(
        [sys.executable, "-c", CALLS.format(module="ui")], capture_output=True, text=True
    )
    assert done.stdout == "still here\n", done.stderr
