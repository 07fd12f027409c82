"""The authority of a centre: the key that laptops pin, its server certificate, signed leases.

Trust comes from the pinned authority and from revocation at the centre, not from dates: the
certificates are valid from 2000 to 2099, so that a laptop whose clock is wrong by years can still
say hello and be told so. The authority's key is Ed25519; the server's own is made at every start.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_FROM = datetime(2000, 1, 1, tzinfo=UTC)
_UNTIL = datetime(2099, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Authority:
    """A centre's signing key and its self-signed certificate."""

    key: ed25519.Ed25519PrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """The certificate as laptops keep it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        """The certificate as fingerprints are taken of it."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def sign(self, content: bytes) -> str:
        """Hex signature."""
        return self.key.sign(content).hex()


def new_authority(name: str) -> Authority:
    """A new authority for a centre of this name."""
    key = ed25519.Ed25519PrivateKey.generate()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name[:50]} authority")])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, None)
    )
    return Authority(key, certificate)


def server_identity(authority: Authority, hosts: tuple[str, ...]) -> tuple[bytes, bytes]:
    """PEM of a server certificate for these hosts (and this computer), and of its new key."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = dict.fromkeys((*hosts, "localhost", "127.0.0.1", "::1", socket.gethostname()))
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "clbdesk centre")]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([_general_name(one) for one in names if one]),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(authority.key, None)
    )
    return certificate.public_bytes(serialization.Encoding.PEM), _private_pem(key)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _private_pem(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """The folder with the keys of a centre, never inside the data folder.

    A file of the same name in systemd's credentials folder goes first.
    """

    folder: Path

    def read(self, name: str) -> bytes | None:
        """The content of a key file, or None."""
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        for folder in (Path(credentials) if credentials else None, self.folder):
            if folder is not None and (folder / name).is_file():
                return (folder / name).read_bytes()
        return None

    def write(self, name: str, content: bytes, *, secret: bool = True) -> None:
        """A new key file that only its owner can read; FileExistsError when there is one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        handle = os.open(self.folder / name, flags, 0o600 if secret else 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def store_key(self, *, create: bool) -> bytes | None:
        """The 32 bytes that open the embedded file."""
        found = self.read("store.key")
        if found is None and create:
            found = os.urandom(32).hex().encode()
            self.write("store.key", found)
        return None if found is None else bytes.fromhex(found.decode().strip())

    def authority(self) -> Authority | None:
        """The authority, or None before it was made."""
        key, certificate = self.read("authority.key"), self.read("authority.pem")
        if key is None or certificate is None:
            return None
        private = serialization.load_pem_private_key(key, None)
        assert isinstance(private, ed25519.Ed25519PrivateKey)
        return Authority(private, x509.load_pem_x509_certificate(certificate))

    def make_authority(self, name: str) -> Authority:
        """A new authority, written down."""
        authority = new_authority(name)
        self.write("authority.key", _private_pem(authority.key))
        self.write("authority.pem", authority.pem, secret=False)
        return authority

    def recovery_public_key(self) -> str:
        """Hex X25519 public key of recovery.key, which is made when there is none.

        Laptops seal a copy of their vault keys to it; the private half belongs in a safe.
        """
        found = self.read("recovery.key")
        if found is None:
            found = x25519.X25519PrivateKey.generate().private_bytes_raw().hex().encode()
            self.write("recovery.key", found)
        private = x25519.X25519PrivateKey.from_private_bytes(bytes.fromhex(found.decode().strip()))
        return private.public_key().public_bytes_raw().hex()
