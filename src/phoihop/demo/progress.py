"""How far the filling of the demo is: one small file beside the data, read by the first page."""

import hashlib
from datetime import date
from pathlib import Path

from django.utils import timezone

from phoihop.base.database.home import default_folder, write_private
from phoihop.programmes.ost import demo as treatment

_ROOM = Path(__file__).parent
_TREATMENT = Path(treatment.__file__).parent
_DONE = "done "


def _place() -> Path:
    return default_folder() / "demo.filled"


def fingerprint() -> str:
    """Of everything that the demo is made from: another program, or other documents, fill what is missing."""
    summed = hashlib.sha256()
    for path in sorted([*_ROOM.glob("*.py"), *(_ROOM / "documents").glob("*.*"), *_TREATMENT.glob("*.py")]):
        summed.update(path.name.encode() + b"\0" + path.read_bytes())
    return summed.hexdigest()[:32]


def is_done() -> bool:
    """Whether this very demo was filled to the end."""
    return _read() == _DONE + fingerprint()


def done() -> None:
    """It was."""
    write_private(_place(), _DONE + fingerprint())


def treated_until() -> date | None:
    """The day on which the story of treatment ends: that on which it was first begun. None where it was begun
    by another program, whose people are others: it stays as it is."""
    place = _place().with_name("demo.treatment")
    told = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(_TREATMENT.glob("*.py"))))
    mark = told.hexdigest()[:32]
    try:
        day, _, by = place.read_text(encoding="utf-8").partition(" ")
        return date.fromisoformat(day) if by == mark else None
    except (OSError, ValueError):
        today = timezone.localdate()
        place.parent.mkdir(parents=True, exist_ok=True)
        write_private(place, f"{today} {mark}")
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
