"""Keys kept in memory for a while, so that care goes on while the key store is away (F-26).

A key is asked for again once it is half an hour old, and while the store does not answer the old one
serves until it is an hour old; then nothing opens. Whoever was seen in the half hour before an outage is
therefore readable for its first half hour at least. The key of exports is never kept: without the store
there are no new exports.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from phoihop.base.security.crypto.keys import KeyStore, Purpose, Secret, Wrapped
from phoihop.base.security.crypto.refusing import KeyStoreUnavailable

MOST = 20_000  # keys; about 6 MB
OLDEST = 3600.0  # seconds
RENEW = 1800.0
SWEEP = 60.0
PAUSE = 5.0  # seconds in which a store that did not answer is not asked again


@dataclass(slots=True)
class _Held:
    secret: bytearray = field(repr=False)
    since: float

    def wipe(self) -> None:
        # Best effort: the copies Python made on the way are out of reach.
        self.secret[:] = bytes(len(self.secret))


class CachedKeys:
    """A KeyStore that remembers what another one answered. One in a process, shared by its threads."""

    def __init__(
        self,
        store: KeyStore,
        *,
        most: int = MOST,
        oldest: float = OLDEST,
        renew: float = RENEW,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._most, self._oldest, self._renew = most, oldest, renew
        self._clock = clock
        self._held: OrderedDict[tuple[object, ...], _Held] = OrderedDict()
        self._lock = threading.Lock()
        self._silent_until = float("-inf")
        self._swept = clock()

    @property
    def kind(self) -> str:
        return self._store.kind

    def add_programme(self, programme: str) -> None:
        self._store.add_programme(programme)

    def versions(self, programme: str) -> tuple[int, ...]:
        return self._store.versions(programme)

    def wrap(self, programme: str, data_key: bytes) -> Wrapped:
        wrapped = self._store.wrap(programme, data_key)
        self._keep((programme, wrapped), data_key)
        return wrapped

    def unwrap(self, programme: str, wrapped: Wrapped) -> bytes:
        return self._ask((programme, wrapped), lambda: self._store.unwrap(programme, wrapped))

    def rewrap(self, programme: str, wrapped: Wrapped) -> Wrapped:
        return self._store.rewrap(programme, wrapped)

    def rotate(self, programme: str) -> int:
        return self._store.rotate(programme)

    def drop(self, programme: str, below: int) -> None:
        self._store.drop(programme, below)
        self.clear()

    def blind_key(self, programme: str) -> bytes:
        return self._ask((programme, "blind"), lambda: self._store.blind_key(programme))

    def secret(self, purpose: Purpose, version: int | None = None) -> Secret:
        if purpose is Purpose.EXPORT:
            return self._store.secret(purpose, version)

        def ask() -> bytes:
            found = self._store.secret(purpose, version)
            return found.version.to_bytes(4, "big") + found.secret

        kept = self._ask((purpose, version, "secret"), ask)
        return Secret(int.from_bytes(kept[:4], "big"), kept[4:])

    def rotate_secret(self, purpose: Purpose) -> int:
        number = self._store.rotate_secret(purpose)
        self.clear()
        return number

    def forget(self, programme: str, wrapped: Wrapped) -> None:
        """Drop one data key, because its person was erased."""
        with self._lock:
            self._drop((programme, wrapped))

    def clear(self) -> None:
        """Forget everything, zeroing what can be zeroed."""
        with self._lock:
            for what in list(self._held):
                self._drop(what)

    def _ask(self, what: tuple[object, ...], ask: Callable[[], bytes]) -> bytes:
        now = self._clock()
        with self._lock:
            if now - self._swept >= SWEEP:
                self._sweep(now)
            held = self._held.get(what)
            if held is not None and now - held.since >= self._oldest:
                self._drop(what)
                held = None
            kept = bytes(held.secret) if held is not None else None
            if held is not None and kept is not None and now - held.since < self._renew:
                self._held.move_to_end(what)
                return kept
            silent = now < self._silent_until
        if silent:
            if kept is None:
                raise KeyStoreUnavailable
            return kept
        try:
            secret = ask()
        except KeyStoreUnavailable:
            with self._lock:
                self._silent_until = now + PAUSE
            if kept is None:
                raise
            return kept
        self._keep(what, secret)
        return secret

    def _keep(self, what: tuple[object, ...], secret: bytes) -> None:
        with self._lock:
            self._drop(what)
            self._held[what] = _Held(bytearray(secret), self._clock())
            while len(self._held) > self._most:
                self._drop(next(iter(self._held)))

    def _drop(self, what: tuple[object, ...]) -> None:
        held = self._held.pop(what, None)
        if held is not None:
            held.wipe()

    def _sweep(self, now: float) -> None:
        """Forget what is too old to be served and nobody asks for any more."""
        self._swept = now
        for what in [what for what, held in self._held.items() if now - held.since >= self._oldest]:
            self._drop(what)
