"""One field sealed: AES-256-GCM under the person's data key, bound to the place where it stands.

A sealed value is 1 byte format, 2 bytes number of the data key, 12 bytes nonce, then ciphertext and its
16-byte tag. The header and the place (table, column, row, programme) are associated data: a ciphertext
copied to another row, column or programme does not open. Nonces are random (NIST SP 800-38D allows 2^32
values under one key that way; one person has a few thousand).
"""

import os
import struct
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from phoihop.base.security.crypto.refusing import Tampered

KEY = 32  # bytes
NONCE = 12
TAG = 16
FORMAT = 1

_HEADER = struct.Struct(">BH")
_DOMAIN = b"phoihop field"
_END = b"\x80"  # cannot begin a character of UTF-8, so nobody takes the padding for text


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one person in one programme: its number (1 to 65,535) and 32 secret bytes."""

    number: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY or not 1 <= self.number <= 0xFFFF:
            raise ValueError("a data key is 32 bytes with a number from 1 to 65,535")


@dataclass(frozen=True, slots=True)
class Bound:
    """The place a value belongs to. ``row`` must never change, so it is a key, better a UUID."""

    table: str
    column: str
    row: str | int | UUID
    programme: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Table, column and row, for the record of an alarm; the programme's name stays out of it."""
        return self.table, self.column, str(self.row)

    def encoded(self) -> bytes:
        """Each part after its length, so that no two places give the same bytes."""
        return joined(self.table, self.column, str(self.row), self.programme)


def joined(*parts: str | bytes) -> bytes:
    """Parts as bytes, each after its length in four: unlike parts never give like bytes."""
    out = bytearray()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        out += len(data).to_bytes(4, "big") + data
    return bytes(out)


def seal(key: DataKey, text: str, bound: Bound, *, bucket: int = 1) -> bytes:
    """Seal a text for its place. The result is 32 bytes longer than the text in UTF-8, before rounding up.

    ``bucket`` rounds the inner length up (16 or 32 bytes), so that short values such as a status cannot
    be told apart by length. ValueError for lone surrogates, which no database holds either.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:
        # The original error carries the whole text with it.
        raise ValueError("text that is not Unicode cannot be sealed") from None
    return seal_bytes(key, data, bound, bucket=bucket)


def seal_bytes(key: DataKey, data: bytes, bound: Bound, *, bucket: int = 1) -> bytes:
    """As ``seal``, for a small file or a picture (held in memory whole)."""
    padded = data + _END
    padded += bytes(-len(padded) % bucket)
    header = _HEADER.pack(FORMAT, key.number)
    nonce = os.urandom(NONCE)
    return header + nonce + AESGCM(key.secret).encrypt(nonce, padded, _associated(header, bound))


def key_number(sealed: bytes) -> int:
    """Which of the person's data keys opens this. Tampered if it was never sealed here."""
    if len(sealed) < _HEADER.size + NONCE + len(_END) + TAG or sealed[0] != FORMAT:
        raise Tampered
    number: int = _HEADER.unpack_from(sealed)[1]
    return number


def unseal(key: DataKey, sealed: bytes | memoryview, bound: Bound) -> str:
    """The text that was sealed for this place. Tampered if it is another one in any bit.

    Takes what psycopg or Django hand over for a bytea column.
    """
    try:
        return unseal_bytes(key, sealed, bound).decode()
    except UnicodeDecodeError:
        raise Tampered(bound.place) from None  # bytes were sealed here, not a text


def unseal_bytes(key: DataKey, sealed: bytes | memoryview, bound: Bound) -> bytes:
    """As ``unseal``, for what ``seal_bytes`` sealed."""
    sealed = bytes(sealed)
    try:
        if key_number(sealed) != key.number:
            raise Tampered
        header, rest = sealed[: _HEADER.size], sealed[_HEADER.size :]
        padded = AESGCM(key.secret).decrypt(rest[:NONCE], rest[NONCE:], _associated(header, bound))
    except (InvalidTag, Tampered):
        raise Tampered(bound.place) from None
    return padded.rstrip(b"\0")[: -len(_END)]


def _associated(header: bytes, bound: Bound) -> bytes:
    return _DOMAIN + header + bound.encoded()
