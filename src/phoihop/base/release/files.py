"""The files of this room, in the vault of the installation."""

from collections.abc import Iterable

from django.db import transaction

from phoihop.base.security import vaults
from phoihop.base.security.uploads.vault import Stored
from phoihop.kernel.refusals import Refusal


def keep(data: bytes) -> Stored:
    """Store a file. Whoever then cannot write the row that points at it calls ``drop``."""
    return vaults.vault().store([data])


def whole(file_id: str) -> bytes:
    """A file's bytes. Refusal "not-found" or "damaged"."""
    return b"".join(vaults.vault().open(file_id))


def forget(file_ids: Iterable[str]) -> None:
    """Delete files once the present transaction is kept: a row that came back would point at nothing."""
    doomed = [file_id for file_id in file_ids if file_id]
    if doomed:
        transaction.on_commit(lambda: drop(doomed))


def drop(file_ids: Iterable[str]) -> None:
    """Delete files at once; those that are gone already are passed over."""
    for file_id in file_ids:
        try:
            vaults.vault().delete(file_id)
        except Refusal:
            # Gone already: whoever came first did what was wanted.
            continue
