"""The secret of a release, which makes its pseudonyms: sealed under a key made from the program's own key of
exports, and of it another one for each programme, so that no two of them call anybody alike."""

import hashlib
import hmac
import os
from uuid import UUID

from phoihop.base.security import keyring
from phoihop.base.security.crypto.fields import Bound, DataKey, key_number, seal_bytes, unseal_bytes
from phoihop.base.security.crypto.keys import Purpose

SECRET = 32  # bytes


def new(release: UUID) -> bytes:
    """A new secret, sealed for its release."""
    return seal_bytes(_key(None), os.urandom(SECRET), _bound(release))


def of_programme(release: UUID, sealed: bytes, programme: str) -> bytes:
    """What a programme makes its pseudonyms with in a release. Tampered where it was not sealed here."""
    secret = unseal_bytes(_key(key_number(bytes(sealed))), sealed, _bound(release))
    return hmac.new(secret, f"facts {programme}".encode(), hashlib.sha256).digest()


def _key(version: int | None) -> DataKey:
    found = keyring.store().secret(Purpose.EXPORT, version)
    return DataKey(found.version, hmac.new(found.secret, b"release of figures", hashlib.sha256).digest())


def _bound(release: UUID) -> Bound:
    return Bound("publishing_releasekey", "sealed", release, "publishing")
