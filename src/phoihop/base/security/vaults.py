"""The vault of this installation: one folder beside the data, keys from the key store."""

import functools
import hashlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models

from phoihop.base.security import keyring, rows, scope
from phoihop.base.security.crypto.keys import Wrapped
from phoihop.base.security.scope import Scope
from phoihop.base.security.uploads.vault import Vault
from phoihop.kernel.refusals import Refusal

KEYS = "files"  # the name, in the key store, of the key that files' keys are under
DAY = 24 * 3600.0
_SOME = 1_000  # files asked about in one statement
_NAMES = ("file", "vault")


class _Keys:
    """Wraps files' keys under the key store's newest version."""

    def wrap(self, key: bytes) -> bytes:
        keyring.store().add_programme(KEYS)
        wrapped = keyring.store().wrap(KEYS, key)
        return wrapped.version.to_bytes(4, "big") + wrapped.sealed

    def unwrap(self, wrapped: bytes) -> bytes:
        return keyring.store().unwrap(KEYS, Wrapped(int.from_bytes(wrapped[:4], "big"), wrapped[4:]))

    def is_newest(self, wrapped: bytes) -> bool:
        return int.from_bytes(wrapped[:4], "big") == max(keyring.store().versions(KEYS), default=0)


@functools.cache
def vault() -> Vault:
    """Where files lie. Its methods raise Refusal when the disk is full or the keys cannot be had."""
    return Vault(settings.PHOIHOP_FILES, _Keys(), quota=settings.PHOIHOP_FILES_BYTES)


def link_key() -> bytes:
    """The key that links to files are signed with; it changes with the key of the pages."""
    return hashlib.sha256(b"phoihop file links" + settings.SECRET_KEY.encode()).digest()


def holders() -> "Iterator[tuple[type[models.Model], str]]":
    """Every column that names a file in the vault: 40 characters, called "file" or "vault"."""
    for model in rows.tables():
        for field in model._meta.concrete_fields:
            if field.name in _NAMES and isinstance(field, models.CharField) and field.max_length == 40:
                yield model, field.name


def sweep(older_than: float = DAY) -> int:
    """Delete files that no row of any table names, a day old or more; how many. For a job.

    A process that was killed between storing and writing its row leaves one, and so does a row that was
    removed by hand. RuntimeError, and nothing is deleted, if a job may not see a table that names files.
    """
    found, columns = list(vault().ids(older_than)), list(holders())
    for model, _ in columns:
        access = rows.access_of(model)
        if access is not None and f"{rows.PURPOSE} = 'job'" not in access.read:
            raise RuntimeError(f"{model._meta.label} names files and hides its rows from jobs")
    gone = 0
    for start in range(0, len(found), _SOME):
        some = found[start : start + _SOME]
        with scope.acting(Scope("job")):
            named = {name for model, column in columns for name in _named(model, column, some)}
        for name in set(some) - named:
            gone += _delete(name)
    vault().clear_partial(older_than)
    return gone


def _named(model: type[models.Model], column: str, some: list[str]) -> "models.QuerySet[Any, str]":
    return model._default_manager.filter(**{f"{column}__in": some}).values_list(column, flat=True)


def _delete(name: str) -> bool:
    try:
        vault().delete(name)
    except Refusal as refusal:
        if refusal.reason != "not-found":
            raise
        return False
    return True
