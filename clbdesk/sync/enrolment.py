"""A laptop's first words to a centre: first whether it is the right one, then the one-time code.

The code carries the fingerprint of the centre's authority. Until a certificate with that
fingerprint has been seen, and the connection rests on it, nothing secret is said.
"""

from __future__ import annotations

import hmac
import ssl
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from clbdesk.errors import Environment, Refused
from clbdesk.sync import protocol
from clbdesk.sync.connection import PACKED, answer_of, client_for, packed, told_apart, trusting


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the laptop keeps: the pinned authority (PEM) and what the centre answered."""

    authority: str
    answer: protocol.EnrolAnswer


def enrol(address: str, code_text: str, *, public_key: str, box_key: str) -> Enrolled:
    """Enrol this laptop. `address`: "https://host:port"; keys hex, Ed25519 and X25519.

    Refused beside the field "code" when it cannot be one, or was used or is too old;
    Environment("sync.not_the_centre") when another centre than the code's answers.
    """
    try:
        code = protocol.EnrolmentCode.parse(code_text)
    except ValueError as fault:
        raise Refused("sync.code_unreadable", field="code") from fault
    authority = _authority(address, code.fingerprint)
    ask = protocol.Enrol(code=code.secret, public_key=public_key, box_key=box_key)
    with (
        told_apart(),
        client_for(address, trusting(authority)) as client,
        client.stream("POST", "/v1/enrol", content=packed(ask), headers=PACKED) as response,
    ):
        try:
            return Enrolled(authority, answer_of(response, protocol.EnrolAnswer))
        except Environment as fault:
            if fault.key != "sync.not_enrolled":
                raise
            raise Refused("sync.code_refused", field="code") from fault


def _authority(address: str, fingerprint: str) -> str:
    """The certificate of the centre, checked against the fingerprint on paper."""
    unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    with (
        told_apart(),
        client_for(address, unchecked) as client,
        client.stream("GET", "/v1/authority", headers={"Accept-Encoding": "zstd"}) as response,
    ):
        told = answer_of(response, protocol.Authority).certificate
    try:
        certificate = load_pem_x509_certificate(told.encode())
    except ValueError as fault:
        raise Environment("sync.not_the_centre") from fault
    seen = protocol.fingerprint_of(certificate.public_bytes(Encoding.DER))
    if not hmac.compare_digest(seen, fingerprint):
        raise Environment("sync.not_the_centre")
    # Exactly the certificate that was compared, nothing that stood beside it in the text.
    return certificate.public_bytes(Encoding.PEM).decode()
