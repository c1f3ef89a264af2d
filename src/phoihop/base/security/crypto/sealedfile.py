"""The key file on disk: four lines, sealed by a passphrase, replaced whole or not at all.

    phoihop-keys 1
    {"cost": …, "custodians": …, "kind": …, "salt": …}      the header, readable, authenticated
    base64 of a 12-byte nonce and the AES-256-GCM ciphertext of the keys (JSON)
    SHA-256 of the three lines, in hex

The passphrase becomes the key by Argon2id. The last line only tells damage from a wrong passphrase; what
protects is GCM, whose associated data are the first two lines.
"""

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from phoihop.base.security.crypto.refusing import refuse
from phoihop.kernel.text import nfc

MAGIC = b"phoihop-keys 1"
SHORTEST = 15  # characters of a passphrase
_LARGEST = 10_000_000  # bytes; a thousand programmes need a few hundred thousand
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """What Argon2id spends: memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int


STRONG = Cost(65_536, 3, 4)  # RFC 9106, section 4, second recommended option: about 0.12 s
LIGHT = Cost(19_456, 2, 1)  # for a passphrase of 160 random bits, where cost adds nothing
_WORST = Cost(1_048_576, 20, 16)  # a changed header shall not exhaust the machine


@dataclass(frozen=True, slots=True)
class Header:
    """What may be known of a key file without its passphrase.

    ``kind`` is "demo" or "file"; ``custodians`` how many shares are needed of how many, if it was dealt.
    """

    kind: str
    custodians: tuple[int, int] | None = None
    cost: Cost = STRONG
    salt: bytes = field(default_factory=lambda: os.urandom(16))

    def encoded(self) -> bytes:
        said = {
            "cost": asdict(self.cost),
            "custodians": self.custodians,
            "kind": self.kind,
            "salt": self.salt.hex(),
        }
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A key file as read, not yet opened. ``stamp`` tells one writing of the file from the next."""

    header: Header
    head: bytes
    body: bytes
    stamp: tuple[int, int, int]


def derive(passphrase: str, header: Header) -> bytes:
    """The 32-byte key of a passphrase, whichever way its letters were composed."""
    cost = header.cost
    return hash_secret_raw(
        nfc(passphrase).encode(), header.salt, cost.passes, cost.memory, cost.lanes, 32, Type.ID
    )


def stamp(path: Path) -> tuple[int, int, int]:
    """What changes when the file is written again. OSError if it cannot be seen."""
    return _stamp(path.stat())


def read(path: Path) -> Sealed:
    """Refusals: key-file-missing, key-file-open, key-file-damaged."""
    data, found = read_private(path, _LARGEST)
    lines = data.split(b"\n")
    if len(lines) != 5 or lines[4] or lines[0] != MAGIC:
        raise refuse("key-file-damaged")
    if hashlib.sha256(b"\n".join(lines[:3])).hexdigest().encode() != lines[3]:
        raise refuse("key-file-damaged")
    try:
        said = json.loads(lines[1])
        custodians = said["custodians"]
        header = Header(
            str(said["kind"]),
            (int(custodians[0]), int(custodians[1])) if custodians else None,
            Cost(**{name: int(spent) for name, spent in said["cost"].items()}),
            bytes.fromhex(said["salt"]),
        )
        body = base64.b64decode(lines[2], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refuse("key-file-damaged") from None
    cost = header.cost
    if not (
        8 * cost.lanes <= cost.memory <= _WORST.memory
        and 1 <= cost.passes <= _WORST.passes
        and 1 <= cost.lanes <= _WORST.lanes
        and len(header.salt) >= 8
    ):
        raise refuse("key-file-damaged")
    return Sealed(header, b"\n".join(lines[:2]), body, _stamp(found))


def read_private(path: Path, largest: int) -> tuple[bytes, os.stat_result]:
    """A file that only its owner can read, and that belongs to us or to root.

    Refusals: key-file-missing, key-file-open, key-file-damaged (no file, or larger than ``largest`` bytes).
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise refuse("key-file-missing") from None
    except PermissionError:
        raise refuse("key-file-open") from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > largest:
            raise refuse("key-file-damaged")
        if found.st_mode & 0o077 or found.st_uid not in (0, os.geteuid()):
            raise refuse("key-file-open")
        return file.read(largest), found


def unlock(sealed: Sealed, key: bytes) -> dict[str, Any]:
    """The contents. Refusal("passphrase-wrong") if the key is another one."""
    try:
        text = AESGCM(key).decrypt(sealed.body[:_NONCE], sealed.body[_NONCE:], sealed.head)
    except (InvalidTag, ValueError):  # ValueError: shorter than a nonce
        raise refuse("passphrase-wrong") from None
    found: dict[str, Any] = json.loads(text)
    return found


def write(path: Path, header: Header, key: bytes, contents: dict[str, Any]) -> tuple[int, int, int]:
    """Replace the file, or put the first one there; its new stamp. The caller holds ``locked``.

    After a crash at any point either the old file or the new one is there, whole. Refusal
    ("key-file-unwritable") leaves the old one.
    """
    head = MAGIC + b"\n" + header.encoded()
    nonce = os.urandom(_NONCE)
    body = nonce + AESGCM(key).encrypt(nonce, json.dumps(contents).encode(), head)
    text = head + b"\n" + base64.b64encode(body)
    write_private(path, text + b"\n" + hashlib.sha256(text).hexdigest().encode() + b"\n")
    return stamp(path)


def write_private(path: Path, data: bytes) -> None:
    """Put a file of mode 0600 in place, on disk before anybody sees it. Refusal("key-file-unwritable")."""
    fresh = path.with_name(f".{path.name}.new-{os.getpid()}")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        fresh.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise refuse("key-file-unwritable") from None


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One writer at a time, over all processes and threads of this machine; sweeps up after crashed ones.

    The lock is a file of its own, because the key file is replaced by each writing.
    """
    try:
        handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        raise refuse("key-file-unwritable") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in path.parent.glob(f".{path.name}.new-*"):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(handle)


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_mtime_ns, found.st_size
