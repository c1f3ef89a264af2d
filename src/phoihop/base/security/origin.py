"""Where the present work comes from: one number for everything a request or a job does, and its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID, uuid4


@dataclass(frozen=True, slots=True)
class Origin:
    """``request``: a number of its own; ``source``: the address it came from, empty for our own jobs."""

    request: UUID
    source: str = ""


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current() -> Origin:
    """Of the work at hand; a new number where nobody began one."""
    return _origin.get() or Origin(uuid4())


@contextmanager
def beginning(source: str = "") -> Iterator[Origin]:
    """Everything inside belongs to one new request or job."""
    origin = Origin(uuid4(), source)
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)
