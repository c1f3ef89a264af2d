"""The witness: a file outside the database, best on another machine, to which every seal is appended.

One line of JSON a seal, flushed to the disk. Nothing is ever taken out, so the file may be append-only. A
line that a power cut tore is closed and written again whole; the torn part stays and is recognised.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from phoihop.base.security.audit.seals import Seal, from_line

_TAIL = 65_536  # bytes from the end in which the last whole line is looked for
_START = b'{"number":'  # of every line
LONGEST = 4_096  # bytes of a line; a seal needs about 800


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its place (from 1): the seal it tells of, or None where it tells of none."""

    place: int
    seal: Seal | None
    torn: bool = False


def append(path: Path, seals: Sequence[Seal]) -> None:
    """Add seals and return once they are on the disk; OSError if they may not be."""
    if not seals:
        return
    made = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        text = ("\n" if torn else "") + "".join(seal.as_line() + "\n" for seal in seals)
        left = memoryview(text.encode("ascii"))
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    if made:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def last(path: Path) -> Seal | None:
    """The newest seal of the file; None if it holds none or does not exist. OSError if it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _TAIL))
            tail = file.read()
    except FileNotFoundError:
        return None
    for raw in reversed(tail.split(b"\n")):
        seal = _seal(raw)
        if seal is not None:
            return seal
    return None


def lines(path: Path) -> Iterator[Line]:
    """Every line in turn, in little memory. OSError if the file cannot be read."""
    with path.open("rb") as file:
        held: tuple[int, bytes] | None = None  # a line that is no seal, until the next one tells why
        place = 0
        while raw := file.readline(LONGEST):
            place += 1
            seal = _seal(raw.rstrip(b"\n"))
            if held is not None:
                yield Line(held[0], None, torn=seal is not None and raw.startswith(held[1]))
                held = None
            if seal is None:
                held = place, raw.rstrip(b"\n")
            else:
                yield Line(place, seal)
        if held is not None:
            # At the very end: the sealer died while writing, and will write this line again.
            yield Line(held[0], None, torn=held[1].startswith(_START) or _START.startswith(held[1]))


def _seal(raw: bytes) -> Seal | None:
    try:
        return from_line(raw.decode("ascii"))
    except ValueError:
        return None
