"""The one key store of this process, as the settings choose it: a sealed file, or a transit service."""

import functools
import os
from pathlib import Path

from django.conf import settings

from phoihop.base.security.crypto.cache import CachedKeys
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.crypto.keys import KeyStore, Purpose
from phoihop.base.security.crypto.passphrase import find
from phoihop.base.security.crypto.people import PersonKeys
from phoihop.base.security.crypto.transit import Transit


@functools.cache
def store() -> CachedKeys:
    """The key store, opened at the first need. Refusal where the file or its passphrase is not to be had."""
    return CachedKeys(_opened())


def _opened() -> KeyStore:
    if settings.PHOIHOP_TRANSIT_URL:
        return Transit(
            settings.PHOIHOP_TRANSIT_URL,
            Path(settings.PHOIHOP_TRANSIT_TOKEN_FILE),
            ca_file=Path(settings.PHOIHOP_TRANSIT_CA_FILE) if settings.PHOIHOP_TRANSIT_CA_FILE else None,
        )
    path: Path = settings.PHOIHOP_KEY_FILE
    if settings.PHOIHOP_MODE == "demo":
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return KeyFile.demo(path)
    return KeyFile.unlock(path, find(os.environ))


def people() -> PersonKeys:
    """Makes and opens the data keys of people."""
    return PersonKeys(store())


def scope_key() -> tuple[int, bytes]:
    """The newest key that scopes are signed with, and its version."""
    found = store().secret(Purpose.SCOPE)
    return found.version, found.secret


def close() -> None:
    """Forget every key that this process holds; the next need opens the store again."""
    if store.cache_info().currsize:
        store().clear()
    store.cache_clear()
