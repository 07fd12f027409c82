"""The number on a consent form, by which a form that comes back finds its pupil.

Ten digits and two that check them (rest of the division by 97, 00 written as 97), as in a Belgian
structured communication: one digit wrong or two exchanged never names another pupil. It holds no
name and no national number; only a laptop with the visit in hand knows whose it is.
"""

from __future__ import annotations

from uuid import UUID

from clbdesk.ids import PupilId, VisitId, derived_id

_DIGITS = 10
_CHECK = 97
# What a scanner in US layout types on a Belgian AZERTY keyboard when it means a digit.
_AZERTY_ROW = str.maketrans("&é\"'(§è!çà", "1234567890")


def form_code(visit_id: VisitId, pupil_id: PupilId) -> str:
    """The twelve digits on the form of a pupil for a visit, always the same."""
    number = UUID(derived_id("consent_form", visit_id, pupil_id)).int % 10**_DIGITS
    return f"{number:0{_DIGITS}d}{number % _CHECK or _CHECK:02d}"


def shown_code(code: str) -> str:
    """1234 5678 9012."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def read_form_code(typed: str) -> str | None:
    """The code that was scanned or typed, with spaces or in the wrong keyboard layout; else None."""
    code = "".join(typed.translate(_AZERTY_ROW).split())
    if len(code) != _DIGITS + 2 or not (code.isascii() and code.isdigit()):
        return None
    number, check = int(code[:_DIGITS]), int(code[_DIGITS:])
    return code if check == (number % _CHECK or _CHECK) else None
