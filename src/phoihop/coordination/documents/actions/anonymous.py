"""What a person can set in motion: reading a file, and stopping it."""

import functools
import threading
import time
from pathlib import Path

from django.conf import settings

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.audit.entries import Kind
from phoihop.coordination.documents.memory import STORE

SAMPLE_PREFIX = "mau-"
UPLOAD_BYTES: int = settings.PHOIHOP_UPLOAD_BYTES
TEND_EVERY = 1.0  # seconds


@action(
    "documents.read_file",
    "Đọc một văn bản",
    "Read a document",
    kind=Kind.READ,
    open=settings.PHOIHOP_MODE == "demo",
)
def read_file(*, by: Viewer, data: bytes, name: str) -> str:
    """Queue an uploaded file for reading; the id to ask for. Refusal("busy") at the limit."""
    token = STORE.submit(data, name)
    _keep_tending()
    return token


def cancel(token: str) -> bool:
    """Stop reading; False if there is nothing to stop."""
    return STORE.cancel(token)


def read_samples() -> list[str]:
    """Queue the documents of the samples folder, in the order of their names; their ids."""
    folder: Path = settings.PHOIHOP_SAMPLES
    files = sorted(p for p in folder.glob("*") if p.is_file() and not p.name.startswith((".", "README")))
    ids = [
        STORE.submit(path.read_bytes(), path.name, pinned_id=f"{SAMPLE_PREFIX}{place}")
        for place, path in enumerate(files, start=1)
    ]
    if ids:
        _keep_tending()
    return ids


@functools.cache
def _keep_tending() -> None:
    """Results leave on time, and waiting files begin, even if no browser asks any more."""
    threading.Thread(target=_tend, daemon=True).start()


def _tend() -> None:
    while True:
        STORE.tend()
        time.sleep(TEND_EVERY)
