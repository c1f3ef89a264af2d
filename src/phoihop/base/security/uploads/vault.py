"""Where files lie: outside the web root, sealed one by one, under names that say nothing.

Every file has a key of its own, wrapped by whoever owns the keys; the wrapped key travels in the file's
header (readable, protected). The bytes are sealed by base.database.sealed_stream in chunks of 1 MiB, so a
large file never lies in memory whole. What stands on the disk is complete or not there.
"""

import base64
import contextlib
import errno
import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from phoihop.base.database import sealed_stream
from phoihop.base.security.uploads.refusing import refuse
from phoihop.kernel.refusals import Refusal

if os.name == "posix":
    import fcntl

_ID = re.compile(r"[0-9a-f]{40}")
_PARTIAL = ".partial-"
# Disks are never filled to the last byte: the database may lie on the same one.
_SPARE = 64 * 2**20


class Wrapping(Protocol):
    """Whoever owns the key that files' keys are wrapped with."""

    def wrap(self, key: bytes) -> bytes:
        """32 bytes, wrapped."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """The 32 bytes again; raises whatever the owner raises when they cannot be had."""

    def is_newest(self, wrapped: bytes) -> bool:
        """Whether it was wrapped with the key that is used now."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the vault: its opaque name (40 hex digits), its size in bytes, sealed and not."""

    id: str
    size: int
    sealed_size: int


class Vault:
    """The files under one folder, which is made (mode 700) when missing.

    ``quota`` bounds the sum of the sealed sizes, in bytes; whoever gives ``used`` keeps that sum himself
    (a query over his table), else the folder is walked for every file that comes in.
    """

    def __init__(
        self,
        folder: Path,
        wrapping: Wrapping,
        quota: int | None = None,
        used: Callable[[], int] | None = None,
    ) -> None:
        self._folder = folder
        self._wrapping = wrapping
        self._quota = quota
        self._used = used or self._walk

    def store(self, parts: Iterable[bytes]) -> Stored:
        """Seal bytes, given whole in a list or piece by piece, under a new name.

        Raises Refusal "disk-full" or "quota", and lets through what ``parts`` raises; in either case
        nothing stays behind. When this returns, the file outlives a power cut.
        """
        name = secrets.token_hex(20)
        key = secrets.token_bytes(32)
        header = {"file": name, "key": base64.b64encode(self._wrapping.wrap(key)).decode("ascii")}
        left = None if self._quota is None else self._quota - self._used()
        target = self._path(name)
        with self._partial(target) as (file, partial):
            size = sealed_stream.seal(self._bounded(parts, left), file, key, header)
            sealed_size = _finish(file)
            if left is not None and sealed_size > left:
                raise refuse("quota")
            partial.replace(target)
            _sync(target.parent)
        return Stored(name, size, sealed_size)

    def reseal(self, file_id: str) -> bool:
        """Seal a file again, under the newest key; False if it already is, or was deleted meanwhile.

        Whoever is reading it reads on. Refusals as ``open`` and "disk-full": then it stays as it was.
        """
        if not self.is_old(file_id):
            return False
        target, key = self._known(file_id), secrets.token_bytes(32)
        header = {"file": file_id, "key": base64.b64encode(self._wrapping.wrap(key)).decode("ascii")}
        with self._partial(target) as (file, partial):
            sealed_stream.seal(self._bounded(self._chunks(file_id), None), file, key, header)
            _finish(file)
            with _alone(target.parent):
                if not target.exists():
                    partial.unlink()
                    return False
                partial.replace(target)
            _sync(target.parent)
        return True

    def is_old(self, file_id: str) -> bool:
        """Whether a file is under an older key than the newest. Refusal "not-found" or "damaged"."""
        with self._known(file_id).open("rb") as file:
            return not self._wrapping.is_newest(self._wrapped(file, file_id))

    @contextlib.contextmanager
    def _partial(self, target: Path) -> "Iterator[tuple[BinaryIO, Path]]":
        """A new file beside ``target``, gone again if the block fails; Refusal "disk-full" if that is why."""
        partial: Path | None = None
        try:
            for folder in (self._folder, target.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, opened = tempfile.mkstemp(prefix=_PARTIAL, dir=target.parent)
            partial = Path(opened)
            with os.fdopen(handle, "wb") as file:
                yield file, partial
        except BaseException as error:
            if partial is not None:
                partial.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise refuse("disk-full") from None
            raise

    def open(self, file_id: str) -> Iterator[bytes]:
        """The bytes of a file in chunks, each proved before it is given; the first is proved at once.

        Raises Refusal "not-found" for any id that is not there, "damaged" for a file that was changed,
        cut or put in another's place.
        """
        chunks = self._chunks(file_id)
        # The first chunk is drawn here, so that a caller learns of a missing file before he answers.
        first = next(chunks)
        return _chain(first, chunks)

    def delete(self, file_id: str) -> None:
        """Take a file away for good. Raises Refusal "not-found"."""
        path = self._known(file_id)
        with _alone(path.parent):
            path.unlink(missing_ok=True)
        _sync(path.parent)

    def ids(self, older_than: float = 0) -> Iterator[str]:
        """Every file that has lain there for so many seconds, in no order."""
        for path in self._folder.glob("??/*"):
            if _ID.fullmatch(path.name) and _age(path) >= older_than:
                yield path.name

    def clear_partial(self, older_than: float = 0) -> int:
        """Take away what a killed process left half-written so many seconds ago; how many there were."""
        left = [path for path in self._folder.glob(f"??/{_PARTIAL}*") if _age(path) >= older_than]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _chunks(self, file_id: str) -> Iterator[bytes]:
        with self._known(file_id).open("rb") as file, _as_damaged():
            key = self._wrapping.unwrap(self._wrapped(file, file_id))
            file.seek(0)
            yield from sealed_stream.unseal(file, key)

    def _wrapped(self, file: BinaryIO, file_id: str) -> bytes:
        """The wrapped key in a file's header, not proved yet."""
        with _as_damaged():
            header = sealed_stream.read_header(file)
            if header.get("file") != file_id:
                raise refuse("damaged")
            return base64.b64decode(str(header["key"]), validate=True)

    def _path(self, file_id: str) -> Path:
        return self._folder / file_id[:2] / file_id

    def _known(self, file_id: str) -> Path:
        # An id is a name we made, never a path that somebody sent.
        if not _ID.fullmatch(file_id) or not self._path(file_id).is_file():
            raise refuse("not-found")
        return self._path(file_id)

    def _bounded(self, parts: Iterable[bytes], left: int | None) -> Iterator[bytes]:
        total = 0
        for part in parts:
            total += len(part)
            if left is not None and total > left:
                raise refuse("quota")
            self._spare(len(part))
            yield part

    def _spare(self, coming: int) -> None:
        if hasattr(os, "statvfs"):
            state = os.statvfs(self._folder)
            if state.f_bavail * state.f_frsize < coming + _SPARE:
                raise refuse("disk-full")

    def _walk(self) -> int:
        return sum(path.stat().st_size for path in self._folder.glob("??/*") if path.is_file())


@contextlib.contextmanager
def _as_damaged() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        if refusal.reason.startswith("sealed-"):
            raise refuse("damaged") from None
        raise
    except (KeyError, ValueError):
        raise refuse("damaged") from None


def _finish(file: BinaryIO) -> int:
    """See that it has reached the disk; its size."""
    file.flush()
    os.fsync(file.fileno())
    return file.tell()


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return -1.0


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: a file that is deleted while it is sealed again must not come back."""
    if os.name != "posix":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _sync(folder: Path) -> None:
    """See that the folder's list of names has reached the disk (Windows does so by itself)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
