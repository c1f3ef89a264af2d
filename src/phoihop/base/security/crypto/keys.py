"""The port to wherever the programmes' keys live: ``keyfile`` (default) or ``transit``.

A programme's key wraps the data keys of its people and is never used for anything else. Its versions
count upwards; what was wrapped under an old one opens until that version is dropped.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class Purpose(StrEnum):
    """What the program's own keys are for; they belong to no programme."""

    AUDIT = "audit"  # seed of the Ed25519 key that signs the seals of the audit
    SCOPE = "scope"  # HMAC key of the signed database scope
    EXPORT = "export"  # wraps the keys of export files
    BACKUP = "backup"  # the keys of backup files are derived from it
    SIGN_IN = "sign-in"  # seals secrets of one-time codes, hashes the codes of sign-in cards


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key under a programme's key. Both columns are checked: changing either is Tampered."""

    version: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Secret:
    """One of the program's own keys: 32 bytes and their version."""

    version: int
    secret: bytes = field(repr=False)


class KeyStore(Protocol):
    """Every method may raise KeyStoreUnavailable; those given a version, Refusal("key-unknown").

    ``kind`` is "demo" (the passphrase lies beside the file; production refuses it), "file" or "transit".
    Implementations may be used from several threads.
    """

    @property
    def kind(self) -> str: ...

    def add_programme(self, programme: str) -> None:
        """Make a programme's keys unless it has them. Other processes see them without a restart."""

    def versions(self, programme: str) -> tuple[int, ...]:
        """The usable versions of a programme's key, oldest first; none if it has no key."""

    def wrap(self, programme: str, data_key: bytes) -> Wrapped:
        """Wrap a data key under the newest version."""

    def unwrap(self, programme: str, wrapped: Wrapped) -> bytes:
        """The data key again; Tampered if it was not wrapped here for this programme."""

    def rewrap(self, programme: str, wrapped: Wrapped) -> Wrapped:
        """The same data key under the newest version; the argument itself if it already is."""

    def rotate(self, programme: str) -> int:
        """Add a version and return its number. Nothing stored has to change at once."""

    def drop(self, programme: str, below: int) -> None:
        """Destroy all versions before ``below``, for ever. Rewrap everything first.

        Refusal("key-version") if that would leave none.
        """

    def blind_key(self, programme: str) -> bytes:
        """The 32 bytes that a programme's blind indexes are made with; the same for ever."""

    def secret(self, purpose: Purpose, version: int | None = None) -> Secret:
        """One of the program's own keys, the newest unless a version is asked for."""

    def rotate_secret(self, purpose: Purpose) -> int:
        """Add a version to one of them and return its number; older ones stay readable."""


def audit_signer(store: KeyStore, version: int | None = None) -> tuple[int, Ed25519PrivateKey]:
    """The key that signs the audit's seals, and its version; ``.public_key()`` verifies them."""
    secret = store.secret(Purpose.AUDIT, version)
    return secret.version, Ed25519PrivateKey.from_private_bytes(secret.secret)


def checked(programme: str) -> str:
    """A programme's code, if it is one: letters a to z, digits, hyphens, 40 at most. ValueError otherwise."""
    if not _CODE.fullmatch(programme):
        raise ValueError("not a programme's code")
    return programme
