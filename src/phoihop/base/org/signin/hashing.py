"""Hashing passwords: Argon2id at a chosen cost, and never many at once.

Each hash takes 19 MiB and some 50 ms of a processor. Three hundred people who sign in within a minute
would otherwise be hashed all at the same time; here they queue for a few places.
"""

import threading
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
PLACES = 4  # hashes at once in one process
PATIENCE = 20.0  # seconds in the queue

_queue = threading.BoundedSemaphore(PLACES)


class Busy(Exception):
    """Nobody left the queue for a long time; try again in a moment."""


class Argon2id(Argon2PasswordHasher):
    """OWASP's parameters for Argon2id: 19 MiB, two passes, one lane."""

    time_cost = PASSES
    memory_cost = MEMORY_KIB
    parallelism = LANES

    def encode(self, password: str, salt: Any) -> str:
        with _Place():
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _Place():
            return bool(super().verify(password, encoded))


class _Place:
    def __enter__(self) -> None:
        if not _queue.acquire(timeout=PATIENCE):
            raise Busy

    def __exit__(self, *raised: object) -> None:
        _queue.release()
