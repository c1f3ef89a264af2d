"""Data keys of people: made, opened, moved to a newer version, destroyed.

One person has one data key in each programme, unrelated to those in others. Everything sealed about the
person there is under it, so destroying its wrapped form erases all of it at once, in every table and
replica.

What survives an erasure: rows and whatever stands in them unsealed (dates, units, quantities), so that
what the law keeps is still counted; the tombstone, so that a restored backup is erased again. What must go
with the key, because it is not under it: blind indexes and name tokens of the person. What lingers: a
backup holds the wrapped key until it expires, or until the programme's key is rotated, everybody is
rewrapped and the old version dropped; a process that has just used the key remembers it for up to an hour.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, replace

from phoihop.base.security.crypto.cache import CachedKeys
from phoihop.base.security.crypto.fields import KEY, DataKey, joined
from phoihop.base.security.crypto.keys import KeyStore, Wrapped
from phoihop.base.security.crypto.refusing import Tampered, refuse


@dataclass(frozen=True, slots=True)
class PersonKey:
    """One row of a table of keys. ``wrapped`` None: erased, the row is the tombstone.

    ``number`` counts a person's data keys in a programme; there is a second only after a suspicion.
    ``person`` is the programme's own pseudonym, never a number known elsewhere.
    """

    programme: str
    person: str
    number: int
    wrapped: Wrapped | None

    @property
    def erased(self) -> bool:
        """Whether nothing sealed under this key will open again."""
        return self.wrapped is None


class PersonKeys:
    """Makes and opens people's keys with one key store."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    def make(self, programme: str, person: str, number: int = 1) -> tuple[PersonKey, DataKey]:
        """A new data key, and the row to store before anything is sealed with it."""
        data_key = DataKey(number, os.urandom(KEY))
        row = PersonKey(programme, person, number, None)
        wrapped = self._store.wrap(programme, data_key.secret + _owner(row))
        return replace(row, wrapped=wrapped), data_key

    def open(self, row: PersonKey) -> DataKey:
        """The data key. Refusal("erased"); Tampered if the row is another person's or was changed."""
        if row.wrapped is None:
            raise refuse("erased")
        inner = self._store.unwrap(row.programme, row.wrapped)
        # Bound inside, not as associated data: transit's rewrap accepts none.
        if len(inner) != KEY + len(_owner(row)) or not hmac.compare_digest(inner[KEY:], _owner(row)):
            raise Tampered
        return DataKey(row.number, inner[:KEY])

    def rewrap(self, row: PersonKey) -> PersonKey:
        """The row under the programme's newest key; the argument itself if nothing changes."""
        if row.wrapped is None:
            return row
        wrapped = self._store.rewrap(row.programme, row.wrapped)
        return row if wrapped is row.wrapped else replace(row, wrapped=wrapped)

    def erase(self, row: PersonKey) -> PersonKey:
        """The tombstone to store in the row's place; see the module for what else must go."""
        if row.wrapped is not None and isinstance(self._store, CachedKeys):
            self._store.forget(row.programme, row.wrapped)
        return replace(row, wrapped=None)


def _owner(row: PersonKey) -> bytes:
    """Whose key it is, in 16 bytes: a wrapped key copied to another row must not pass for that row's."""
    return hashlib.sha256(joined(row.programme, row.person, str(row.number))).digest()[:16]
