"""How far the filling of the demo is: one small file beside the data, read by the first page."""

import hashlib
from datetime import date
from pathlib import Path

from django.utils import timezone

from phoihop.base.database.home import default_folder, write_private

_ROOM = Path(__file__).parent
_DONE = "done "


def _place() -> Path:
    return default_folder() / "demo.filled"


def fingerprint() -> str:
    """Of everything that the demo is made from: another program, or other documents, fill what is missing."""
    summed = hashlib.sha256()
    for path in sorted([*_ROOM.glob("*.py"), *(_ROOM / "documents").glob("*.*")]):
        summed.update(path.name.encode() + b"\0" + path.read_bytes())
    return summed.hexdigest()[:32]


def is_done() -> bool:
    """Whether this very demo was filled to the end."""
    return _read() == _DONE + fingerprint()


def done() -> None:
    """It was."""
    write_private(_place(), _DONE + fingerprint())


def day() -> date:
    """The day on which this demo was first begun to be filled: its story ends there."""
    place = _place().with_name("demo.day")
    try:
        return date.fromisoformat(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        today = timezone.localdate()
        place.parent.mkdir(parents=True, exist_ok=True)
        write_private(place, today.isoformat())
        return today


def say(words: str) -> None:
    """What is being made now, for the first page."""
    _place().parent.mkdir(parents=True, exist_ok=True)
    write_private(_place(), words)


def told() -> str:
    """What is being made now; "" once everything is there, or where nobody fills."""
    said = _read()
    return "" if said.startswith(_DONE) else said


def _read() -> str:
    try:
        return _place().read_text(encoding="utf-8")
    except OSError:
        return ""
