"""The list of erasures: a file outside the database, so that a restored backup forgets again.

One line of JSON an erasure, signed with the key of the audit and chained to the line before. A line names
nobody: it holds an HMAC, under the programme's blind key, of facility and pseudonym; only who has that key
and the person's row can tell whose line it is.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from phoihop.base.database.home import sync_folder
from phoihop.base.security.audit.seals import keyring, signer_of

_BEGINNING = hashlib.sha256(b"phoihop erasures").hexdigest()


@dataclass(frozen=True, slots=True)
class Listed:
    """What the file says: the marks of its good lines, and the places (from 1) of lines that are none."""

    marks: frozenset[bytes]
    bad: tuple[int, ...] = ()


def mark(blind_key: bytes, facility: int, person: UUID) -> bytes:
    """What a person of one programme at one facility is known by in the list, 32 bytes."""
    return hmac.digest(blind_key, b"erased\0" + facility.to_bytes(8, "big") + person.bytes, "sha256")


def append(path: Path, marks: Iterable[bytes], key: Ed25519PrivateKey) -> None:
    """Add one line for each mark; returns once they are on the disk. OSError if they may not be."""
    made = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(handle, fcntl.LOCK_EX)
        text = file.read()
        previous, number = _end(text)
        if text and not text.endswith(b"\n"):
            file.write(b"\n")  # a line that a power cut tore stays torn, and is seen as such
        for one in marks:
            number += 1
            line = _line(number, one, previous, key)
            file.write(line + b"\n")
            previous = hashlib.sha256(line).hexdigest()
        file.flush()
        os.fsync(handle)
    if made:
        sync_folder(path.parent)


def read(path: Path, keys: Iterable[Ed25519PublicKey]) -> Listed:
    """The list as it stands; empty if there is no file yet. OSError if it cannot be read."""
    if not path.exists():
        return Listed(frozenset())
    ring, marks, bad, previous = keyring(keys), set(), [], _BEGINNING
    for place, line in enumerate(path.read_bytes().splitlines(), 1):
        said = _said(line)
        if said is None or said["previous"] != previous or not _is_genuine(said, ring):
            bad.append(place)
        if said is not None:
            # A line out of its order still tells of an erasure if it is signed.
            if _is_genuine(said, ring):
                marks.add(bytes.fromhex(said["mark"]))
            previous = hashlib.sha256(line).hexdigest()
    return Listed(frozenset(marks), tuple(bad))


def _line(number: int, one: bytes, previous: str, key: Ed25519PrivateKey) -> bytes:
    said = {
        "number": str(number),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "mark": one.hex(),
        "previous": previous,
        "signer": signer_of(key.public_key()).hex(),
    }
    return json.dumps(said | {"signature": key.sign(_statement(said)).hex()}).encode()


def _statement(said: Mapping[str, str]) -> bytes:
    return (
        b"phoihop erasure\0"
        + "\0".join(said[name] for name in ("number", "at", "mark", "previous", "signer")).encode()
    )


def _said(line: bytes) -> dict[str, str] | None:
    try:
        said = json.loads(line)
        names = {"number", "at", "mark", "previous", "signer", "signature"}
        if isinstance(said, dict) and set(said) == names and all(isinstance(v, str) for v in said.values()):
            for name in ("mark", "signer", "signature"):
                bytes.fromhex(said[name])
            return said
    except ValueError:
        pass
    return None


def _is_genuine(said: Mapping[str, str], ring: Mapping[bytes, Ed25519PublicKey]) -> bool:
    key = ring.get(bytes.fromhex(said["signer"]))
    if key is None:
        return False
    try:
        key.verify(bytes.fromhex(said["signature"]), _statement(said))
    except InvalidSignature:
        return False
    return True


def _end(text: bytes) -> tuple[str, int]:
    """The hash that the next line names, and how many lines there are."""
    lines = [line for line in text.splitlines() if _said(line) is not None]
    return (hashlib.sha256(lines[-1]).hexdigest(), len(lines)) if lines else (_BEGINNING, 0)
