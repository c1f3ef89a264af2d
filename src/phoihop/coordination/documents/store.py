"""Files being read and their results: in this process's memory, for a while, up to a limit."""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from phoihop.engines.reading.contract import of_refusal
from phoihop.kernel.refusals import Refusal

log = logging.getLogger(__name__)

WAITING_BYTES = 120_000_000  # bytes of files not yet begun; more are refused until some are read


class State(StrEnum):
    """Where a file is on its way; the last three are final."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Reading(Protocol):
    """A reading under way, as ``engines.reading.isolate.IsolatedReading`` provides it."""

    @property
    def progress(self) -> tuple[str, float]: ...
    def start(self) -> None: ...
    def done(self) -> bool: ...
    def cancel(self) -> None: ...
    def result(self) -> dict[str, Any]: ...


@dataclass(slots=True)
class Job:
    """One file. ``data`` is dropped once reading begins; ``result`` is the reader's contract."""

    id: str
    name: str
    begin: Callable[[], Reading] | None
    size: int
    pinned: bool
    order: int
    state: State = State.WAITING
    reading: Reading | None = None
    result: dict[str, Any] | None = None
    finished: float | None = None

    @property
    def progress(self) -> tuple[str, float]:
        """The stage's name and the fraction done, 0 to 1."""
        if self.state is State.WAITING:
            return "waiting", 0.0
        if self.reading is not None:
            return self.reading.progress
        return self.state.value, 1.0


class Store:
    """Jobs by opaque id. Every method may be called from any thread.

    ``read`` makes a Reading from bytes and a file name. At most ``readers`` run at a time;
    finished jobs leave after ``keep_seconds``, or earlier when more than ``keep_results``
    are held. Pinned jobs (the samples) stay and do not count.
    """

    def __init__(
        self,
        read: Callable[[bytes, str], Reading],
        *,
        keep_seconds: float,
        keep_results: int,
        readers: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._keep_seconds = keep_seconds
        self._keep_results = keep_results
        self._readers = readers
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._lock = threading.RLock()
        self._count = 0

    def submit(self, data: bytes, name: str, *, pinned_id: str | None = None) -> str:
        """Queue a file; its new id. Refusal("busy") if too much is waiting already."""
        with self._lock:
            waiting = [job for job in self._jobs.values() if job.state in (State.WAITING, State.READING)]
            if pinned_id is None and (
                len(waiting) >= self._keep_results
                or sum(job.size for job in waiting) + len(data) > WAITING_BYTES
            ):
                raise Refusal(
                    "busy",
                    "Đang có quá nhiều tệp chờ đọc. Hãy đợi vài tệp đọc xong rồi thả lại.",
                    "Too many files are waiting. Let some of them finish, then drop this one again.",
                )
            # 192 random bits: knowing one id says nothing about another.
            token = pinned_id or secrets.token_urlsafe(24)
            self._count += 1
            self._jobs[token] = Job(
                token,
                name,
                lambda: self._read(data, name),
                len(data),
                pinned=pinned_id is not None,
                order=self._count,
            )
            self.tend()
            return token

    def get(self, token: str) -> Job | None:
        """The job as it stands now, or None if there is none of this id (any more)."""
        with self._lock:
            self.tend()
            return self._jobs.get(token)

    def cancel(self, token: str) -> bool:
        """Stop a file that is not finished; False if there was nothing to stop."""
        with self._lock:
            job = self._jobs.get(token)
            if job is None or job.pinned or job.state not in (State.WAITING, State.READING):
                return False
            if job.reading is not None:
                job.reading.cancel()
            self._finish(job, State.CANCELLED, None)
            self.tend()
            return True

    def pinned(self) -> list[Job]:
        """The samples, in the order they were given."""
        with self._lock:
            self.tend()
            return sorted((job for job in self._jobs.values() if job.pinned), key=lambda job: job.order)

    def tend(self) -> None:
        """Collect what has finished, forget what is old, begin what waits."""
        with self._lock:
            for job in list(self._jobs.values()):
                if job.state is State.READING and job.reading is not None and job.reading.done():
                    result = _result(job)
                    self._finish(job, State.REFUSED if result["refused"] else State.DONE, result)
            self._forget()
            running = sum(job.state is State.READING for job in self._jobs.values())
            waiting = sorted(
                (job for job in self._jobs.values() if job.state is State.WAITING), key=lambda job: job.order
            )
            for job in waiting[: max(0, self._readers - running)]:
                assert job.begin is not None
                job.reading = job.begin()
                job.begin = None
                job.state = State.READING
                job.reading.start()

    def _finish(self, job: Job, state: State, result: dict[str, Any] | None) -> None:
        job.state, job.result, job.reading, job.begin = state, result, None, None
        job.finished = self._clock()

    def _forget(self) -> None:
        finished = sorted(
            (job for job in self._jobs.values() if job.finished is not None and not job.pinned),
            key=lambda job: job.finished or 0.0,
        )
        oldest_kept = self._clock() - self._keep_seconds
        surplus = len(finished) - self._keep_results
        for place, job in enumerate(finished):
            if place < surplus or (job.finished or 0.0) < oldest_kept:
                del self._jobs[job.id]


def _result(job: Job) -> dict[str, Any]:
    """What the reading found; a reader that broke becomes a refusal, so that the others go on."""
    assert job.reading is not None
    try:
        return job.reading.result()
    except Exception:
        log.exception("reading failed")
        return of_refusal(
            job.name,
            Refusal(
                "reader-failed",
                "Chương trình gặp lỗi khi đọc tệp này. Các tệp khác không bị ảnh hưởng.",
                "The program failed while reading this file. Other files are not affected.",
            ),
        )
