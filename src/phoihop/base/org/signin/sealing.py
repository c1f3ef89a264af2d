"""What the server keeps for itself: secrets of one-time codes, and what waits while somebody signs in again.

One of the program's own keys (``Purpose.SIGN_IN``); for every use a key is derived from it. What is sealed
says which version of it, so that it can be rotated. Losing it makes people need a new card, nothing else.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from phoihop.base.security import keyring
from phoihop.base.security.crypto.keys import Purpose
from phoihop.kernel.refusals import Refusal

_NONCE = 12  # bytes
_VERSION = 2


class Unreadable(ValueError):
    """Sealed by another key, for another use or somebody else, or changed since."""


def mark(use: str, *parts: object, like: bytes | None = None) -> bytes:
    """A keyed hash: two bytes of the key's version, 32 of the hash. ``like``: of that one's version."""
    version, key = _key(use, like)
    return version + hmac.new(key, "\0".join(map(str, parts)).encode(), hashlib.sha256).digest()


def seal(use: str, clear: bytes, about: object) -> bytes:
    """AES-256-GCM, bound to what it is about, after two bytes of the key's version."""
    version, key = _key(use)
    return version + seal_with(key, clear, str(about).encode())


def unseal(use: str, sealed: bytes, about: object) -> bytes:
    """What was sealed; Unreadable if it was not sealed here for this."""
    try:
        _, key = _key(use, sealed)
    except Refusal as refusal:
        raise Unreadable from refusal
    return unseal_with(key, sealed[_VERSION:], str(about).encode())


def _key(use: str, like: bytes | None = None) -> tuple[bytes, bytes]:
    """The version of the key and the 32 bytes for one use."""
    wanted = int.from_bytes(like[:_VERSION], "big") if like is not None else None
    found = keyring.store().secret(Purpose.SIGN_IN, wanted)
    derived = hmac.new(found.secret, f"sign-in {use}".encode(), hashlib.sha256).digest()
    return found.version.to_bytes(_VERSION, "big"), derived


def seal_with(secret: bytes, clear: bytes, about: bytes) -> bytes:
    """As ``seal`` with a key of 32 bytes."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, clear, about)


def unseal_with(secret: bytes, sealed: bytes, about: bytes) -> bytes:
    """As ``unseal`` with a key of 32 bytes."""
    try:
        return AESGCM(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error
