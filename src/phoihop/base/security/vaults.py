"""The vault of this installation: one folder beside the data, keys from the key store."""

import functools
import hashlib

from django.conf import settings

from phoihop.base.security import keyring
from phoihop.base.security.crypto.keys import Wrapped
from phoihop.base.security.uploads.vault import Vault

_KEYS = "files"  # the name, in the key store, of the key that files' keys are under


class _Keys:
    """Wraps files' keys under the key store's newest version."""

    def wrap(self, key: bytes) -> bytes:
        keyring.store().add_programme(_KEYS)
        wrapped = keyring.store().wrap(_KEYS, key)
        return wrapped.version.to_bytes(4, "big") + wrapped.sealed

    def unwrap(self, wrapped: bytes) -> bytes:
        return keyring.store().unwrap(_KEYS, Wrapped(int.from_bytes(wrapped[:4], "big"), wrapped[4:]))


@functools.cache
def vault() -> Vault:
    """Where files lie. Its methods raise Refusal when the disk is full or the keys cannot be had."""
    return Vault(settings.PHOIHOP_FILES, _Keys(), quota=settings.PHOIHOP_FILES_BYTES)


def link_key() -> bytes:
    """The key that links to files are signed with; it changes with the key of the pages."""
    return hashlib.sha256(b"phoihop file links" + settings.SECRET_KEY.encode()).digest()
