"""Texts of this room that the administrator of the database cannot read: reasons, and whom a request names.

They belong to no programme, so they are sealed under a key made from the program's own key of exports, each
bound to its row and column.
"""

import hashlib
import hmac
from uuid import UUID

from phoihop.base.security import keyring
from phoihop.base.security.crypto.fields import Bound, DataKey, key_number, seal, unseal
from phoihop.base.security.crypto.keys import Purpose

_BUCKET = 32


def put(table: str, column: str, row: UUID, text: str) -> bytes:
    """A text sealed for its place."""
    return seal(_key(None), text, _bound(table, column, row), bucket=_BUCKET)


def text(table: str, column: str, row: UUID, sealed: bytes | memoryview | None) -> str:
    """What was sealed there; empty where nothing was, or where it has been erased. Tampered otherwise."""
    if not sealed:
        return ""
    return unseal(_key(key_number(bytes(sealed))), sealed, _bound(table, column, row))


def _key(version: int | None) -> DataKey:
    found = keyring.store().secret(Purpose.EXPORT, version)
    return DataKey(found.version, hmac.new(found.secret, b"release text", hashlib.sha256).digest())


def _bound(table: str, column: str, row: UUID) -> Bound:
    return Bound(table, column, row, "release")
