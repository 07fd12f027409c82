"""How a laptop comes to trust its centre, before and after it knows the centre's authority.

The one-time enrolment code carries the fingerprint of the authority's certificate, so that a laptop
that only has the code can tell the true centre from an impostor. The authority's Ed25519 key (the
key of that certificate) also signs the lease. Format: docs/decisions on enrolment and trust.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

# GET: the PEM certificate of the authority; asked without verification, then judged by the code.
AUTHORITY_PATH = "/v1/authority"

_SECRET_LENGTH = 12  # 60 random bits: 20 choose the code, 40 prove it within five tries
_FINGERPRINT_LENGTH = 16  # 80 bits of SHA-256 over the certificate (DER)
_LOOKS_LIKE = str.maketrans({"0": "O", "1": "I", "8": "B"})


def fingerprint(certificate: bytes) -> str:
    """Sixteen base32 characters of the SHA-256 of a DER certificate."""
    return base64.b32encode(hashlib.sha256(certificate).digest()[:10]).decode()


def make_code(random_bytes: bytes, certificate: bytes) -> str:
    """A one-time code as it is shown and typed: seven groups of four characters.

    `random_bytes`: at least eight; `certificate`: DER of the authority.
    """
    secret = base64.b32encode(random_bytes[:8]).decode()[:_SECRET_LENGTH]
    whole = secret + fingerprint(certificate)
    return "-".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def read_code(typed: str) -> tuple[str, str] | None:
    """Secret and fingerprint of a typed code, or None when it is not a code.

    Lower case, spaces, dashes, and 0, 1 or 8 for O, I or B make no difference.
    """
    plain = "".join(char for char in typed.upper() if char.isalnum()).translate(_LOOKS_LIKE)
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    if len(plain) != _SECRET_LENGTH + _FINGERPRINT_LENGTH or not set(plain) <= allowed:
        return None
    return plain[:_SECRET_LENGTH], plain[_SECRET_LENGTH:]


def lease_text(device_id: str, until: datetime, grace_until: datetime) -> bytes:
    """What the authority signs when it lets a device work offline until two moments."""
    moments = (moment.astimezone(UTC).isoformat() for moment in (until, grace_until))
    return "\n".join(("clbdesk lease 1", device_id, *moments)).encode()
