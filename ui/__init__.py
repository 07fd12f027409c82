"""The window of clbdesk, in PySide6: screens ask services, draw answers and hold no truth.

The wheel of PySide6 6.12 takes None, True and False for immortal, as they are from Python 3.12 on:
every call that returns nothing drops a reference. Under 3.11 that aborts the program after some
thousands of calls ("none_dealloc: deallocating None"), so they are made immortal here.
"""

from __future__ import annotations

import ctypes
import sys

if sys.version_info < (3, 12):
    for _lasting in (None, True, False):
        ctypes.c_ssize_t.from_address(id(_lasting)).value += 1 << 40
