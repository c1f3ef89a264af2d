"""What a seal says, and how it is signed and chained. Plain Python; the database is in ``sealing``.

A seal covers the entries whose transactions number from ``from_txid`` up to, not including, ``to_txid``
within one server epoch, in the order of (txid, id). It holds their Merkle root (RFC 6962, section 2.1),
their number, the hash of the seal before, and an Ed25519 signature over all of it.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from phoihop.base.security.audit.entries import part

FORM = 1  # of the canonical bytes of entries and seals
FIRST_EPOCH = 1
END = 2**63 - 1  # the ``to_txid`` of the last seal of an epoch: nothing of it can come any more
NOTHING = bytes(32)  # what the first seal names as the one before it

_LEAF, _NODE, _SEAL = b"\0", b"\1", b"\2"
_MARK = struct.Struct(">q8s")
MARK_LENGTH = _MARK.size


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal. ``epoch`` is that of the entries, ``made_in`` that of the server when it was made.

    ``manifest_hash`` is the SHA-256 of the manifest, which names each entry with 8 bytes of its hash;
    ``signer`` the first 8 bytes of the SHA-256 of the public key. Hashes are 32 bytes, ``signature`` 64.
    """

    number: int
    at: datetime
    made_in: int
    epoch: int
    from_txid: int
    to_txid: int
    count: int
    first_id: int | None
    last_id: int | None
    root: bytes
    manifest_hash: bytes
    previous: bytes
    form: int
    signer: bytes
    signature: bytes = b""

    def statement(self) -> bytes:
        """The bytes that are signed: every field but the signature."""
        said = (getattr(self, f.name) for f in fields(self) if f.name != "signature")
        parts = (
            v.astimezone(UTC).isoformat("T", "microseconds") if isinstance(v, datetime) else v for v in said
        )
        return b"phoihop audit seal\0" + b"".join(map(part, parts))

    def digest(self) -> bytes:
        """What the next seal names as the one before it."""
        return hashlib.sha256(_SEAL + self.statement()).digest()

    def fingerprint(self) -> bytes:
        """Statement and signature in 32 bytes."""
        return hashlib.sha256(self.digest() + self.signature).digest()

    def as_line(self) -> str:
        """One line of JSON, without its end: what the witness keeps."""
        said = {f.name: _told(getattr(self, f.name)) for f in fields(self)}
        return json.dumps(said, separators=(",", ":"))


def from_line(line: str) -> Seal:
    """The seal that a witness's line tells of; ValueError unless ``as_line`` would write just this."""
    try:
        told = json.loads(line)
        seal = Seal(**{f.name: _read(f.name, told[f.name]) for f in fields(Seal)})
        if seal.as_line() == line:
            return seal
    except (KeyError, TypeError, AttributeError, OverflowError, struct.error) as error:
        raise ValueError("not a seal") from error
    raise ValueError("not a seal")


_BYTES = {f.name for f in fields(Seal) if f.type is bytes}


def _told(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value.astimezone(UTC).isoformat("T", "microseconds") if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    if name == "at":
        return datetime.fromisoformat(value)
    if name in _BYTES:
        return bytes.fromhex(value)
    if value is not None and type(value) is not int:
        raise TypeError(name)
    return value


def signer_of(key: Ed25519PublicKey) -> bytes:
    """The 8 bytes by which a seal says whose signature it bears."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).digest()[:8]


def keyring(keys: Iterable[Ed25519PublicKey]) -> Mapping[bytes, Ed25519PublicKey]:
    """Public keys by ``signer``; older keys stay, or what they signed can no longer be checked."""
    return {signer_of(key): key for key in keys}


def is_genuine(seal: Seal, keys: Mapping[bytes, Ed25519PublicKey]) -> bool:
    """Whether one of these keys signed it as it stands."""
    key = keys.get(seal.signer)
    if key is None or seal.form != FORM:
        return False
    try:
        key.verify(seal.signature, seal.statement())
    except InvalidSignature:
        return False
    return True


def leaf(canonical: bytes) -> bytes:
    """An entry's hash in the tree."""
    return hashlib.sha256(_LEAF + canonical).digest()


class Tree:
    """The Merkle tree hash of leaves as they come, holding one hash for each level and no more."""

    def __init__(self) -> None:
        self._whole: list[tuple[int, bytes]] = []  # complete subtrees, biggest first: their height and hash

    def add(self, hashed: bytes) -> None:
        """Take the next leaf, as ``leaf`` gave it."""
        height = 0
        while self._whole and self._whole[-1][0] == height:
            hashed = hashlib.sha256(_NODE + self._whole.pop()[1] + hashed).digest()
            height += 1
        self._whole.append((height, hashed))

    def root(self) -> bytes:
        """The hash of all leaves so far, 32 bytes."""
        if not self._whole:
            return hashlib.sha256(b"").digest()
        root = self._whole[-1][1]
        for _, hashed in reversed(self._whole[:-1]):
            root = hashlib.sha256(_NODE + hashed + root).digest()
        return root


def mark(number: int, hashed: bytes) -> bytes:
    """What the manifest says of one entry, 16 bytes: its id and the beginning of its hash.

    The root already tells whether anything changed; this is only so that the entry can be named.
    """
    return _MARK.pack(number, hashed[:8])


def marks(manifest: bytes) -> Iterator[tuple[int, bytes]]:
    """The ids and beginnings of hashes in a manifest; struct.error if it is none."""
    return _MARK.iter_unpack(manifest)
