"""Tells whoever listens how far a reading has come, without every reader passing a callback along."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, float], None]

_listener: ContextVar[Listener | None] = ContextVar("progress", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Within the block, ``listener(stage, fraction)`` hears each report; fraction is 0 to 1."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def report(stage: str, fraction: float) -> None:
    """Say that ``stage`` ("open", "ocr", "read") has come to ``fraction``."""
    listener = _listener.get()
    if listener is not None:
        listener(stage, fraction)
