"""A PDF that opens with a password only: AES-256 as ISO 32000-2 has it (revision 6).

ReportLab knows older ways, which are weak, or need one more library. The way from password to key
is quick by that standard, so the password itself must be strong: it is made here, never typed.
"""

from __future__ import annotations

import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB
from cryptography.hazmat.primitives.padding import PKCS7
from reportlab.lib.pdfencrypt import StandardEncryption, StandardEncryptionDictionary
from reportlab.pdfbase.pdfdoc import DummyDoc, PDFDictionary, PDFName

# Without letters and digits that are taken for each other; 20 of 30 signs are 98 bits.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _IN_GROUP = 5, 4
_BLOCK = 16
_ALL_ALLOWED = -4  # who has the password may print and copy
_NO_IV = bytes(_BLOCK)
_HASHES = (hashlib.sha256, hashlib.sha384, hashlib.sha512)
_LEAST_ROUNDS = 64


def new_password() -> str:
    """Five groups of four signs, to be told by telephone: `7F3K-…`."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


class PdfLock(StandardEncryption):
    """Give it to a Canvas as `encrypt`; for one document."""

    def __init__(self, password: str) -> None:
        """`password`: also that of the owner, because nothing is held back from who can read."""
        super().__init__(password)
        self._password = password.encode()
        self._key = secrets.token_bytes(32)

    def prepare(self, document: object, overrideID: object = None) -> None:  # noqa: N803
        """Nothing depends on the document."""

    def register(self, objnum: int, version: int) -> None:
        """Nor on the number of an object."""

    def encode(self, t: str | bytes) -> bytes:
        """A string or stream of the document."""
        padder = PKCS7(8 * _BLOCK).padder()
        plain = t.encode("latin-1") if isinstance(t, str) else t
        iv = secrets.token_bytes(_BLOCK)
        return iv + _aes(self._key, padder.update(plain) + padder.finalize(), iv)

    def info(self) -> StandardEncryptionDictionary:
        """The dictionary that a reader checks a password with."""
        user, user_key = self._entry(b"")
        owner, owner_key = self._entry(user)
        words = _ALL_ALLOWED.to_bytes(4, "little", signed=True) + b"\xff" * 4 + b"Tadb"
        permissions = Cipher(AES(self._key), ECB()).encryptor()  # noqa: S305 - one block, by the standard
        return _Entries(
            {
                "Filter": PDFName("Standard"),
                "V": 5,
                "R": 6,
                "Length": 256,
                "P": _ALL_ALLOWED,
                "U": _hex(user),
                "UE": _hex(user_key),
                "O": _hex(owner),
                "OE": _hex(owner_key),
                "Perms": _hex(permissions.update(words + secrets.token_bytes(4))),
                "StmF": PDFName("StdCF"),
                "StrF": PDFName("StdCF"),
                "CF": PDFDictionary(
                    {
                        "StdCF": PDFDictionary(
                            {
                                "CFM": PDFName("AESV3"),
                                "AuthEvent": PDFName("DocOpen"),
                                "Length": 32,
                            }
                        )
                    }
                ),
            }
        )

    def _entry(self, user: bytes) -> tuple[bytes, bytes]:
        """The check of a password, and the key of the document under it (algorithms 8 and 9)."""
        check, salt = secrets.token_bytes(8), secrets.token_bytes(8)
        found = _hashed(self._password, check, user) + check + salt
        return found, _aes(_hashed(self._password, salt, user), self._key, _NO_IV)


class _Entries(StandardEncryptionDictionary):
    """A dictionary that stands in the file as it is: it is read before anything is opened."""

    def __init__(self, entries: dict[str, object]) -> None:
        self._entries = entries

    def format(self, document: object) -> bytes:
        del document
        return bytes(PDFDictionary(self._entries).format(DummyDoc()))


def _hashed(password: bytes, salt: bytes, user: bytes) -> bytes:
    """Algorithm 2.B: at least 64 rounds, and then until the last byte says that it is enough."""
    key = hashlib.sha256(password + salt + user).digest()
    rounds = 0
    while True:
        mixed = _aes(key[:16], (password + key + user) * 64, key[16:32])
        key = _HASHES[sum(mixed[:16]) % 3](mixed).digest()
        rounds += 1
        if rounds >= _LEAST_ROUNDS and mixed[-1] <= rounds - 32:
            return key[:32]


def _aes(key: bytes, plain: bytes, iv: bytes) -> bytes:
    encryptor = Cipher(AES(key), CBC(iv)).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def _hex(value: bytes) -> str:
    return f"<{value.hex()}>"
