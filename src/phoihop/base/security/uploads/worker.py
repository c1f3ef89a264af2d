"""Runs a function of ours in a child process, so that a hostile file hurts nothing but its own handling."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from phoihop.base.security.uploads.refusing import refuse
from phoihop.base.security.uploads.worker_child import FOLDER
from phoihop.kernel.refusals import Refusal

_LONGEST_LINE = 128 * 2**20  # bytes
_LONGEST_MESSAGE = 2_000  # characters
# Started with -I, a child sees neither PYTHONPATH nor the working directory; it gets the parent's
# search path instead, so that it finds the very package that started it.
_BOOT = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from phoihop.base.security.uploads.worker_child import main; main()"
)
# All that the child is told of its surroundings: no keys, no addresses of databases.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TESSDATA_PREFIX", "SYSTEMROOT", "PATHEXT")
# More children at once than this would only wait for the processor, each holding its memory.
_SLOTS = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may use. Bytes and seconds; ``cpu`` can be raised to ``cpu_most`` by the call itself."""

    input: int = 50 * 2**20  # of the file that goes in
    memory: int = 512 * 2**20  # of address space
    cpu: int = 20  # of computing
    cpu_most: int = 20
    file: int = 200 * 2**20  # of any one file that the child, or a program it starts, writes
    files: int = 256  # open at once
    answer: int = 64 * 2**20  # of the bytes that come back
    silence: float = 30.0  # without a word, after which a child counts as stuck
    seconds: float = 60.0  # of waiting altogether
    programs: bool = False  # whether the call may start programs (Tesseract, LibreOffice)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gave back: a value that JSON can carry, and bytes."""

    value: Any
    data: bytes = b""


class Job:
    """One call in a child process of its own.

    ``call`` names a function as "module:function"; it takes (bytes, dict) and returns a JSON value, or
    a pair of one and bytes. ``start`` returns at once; ``progress`` and ``done`` may be asked from any
    thread; ``result`` waits.
    """

    def __init__(
        self,
        call: str,
        data: bytes = b"",
        given: dict[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._call = call
        self._data = data
        self._given = given or {}
        self._limits = limits or Limits()
        self._progress = ("open", 0.0)
        self._answer: Answer | Refusal | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._verdict: str | None = None
        self._heard = time.monotonic()
        self._ended = threading.Event()
        self._lock = threading.Lock()

    @property
    def progress(self) -> tuple[str, float]:
        """The stage that the call last reported and how far it has come, 0 to 1."""
        return self._progress

    def done(self) -> bool:
        return self._ended.is_set()

    def result(self) -> Answer:
        """What the call returned; waits for it.

        Raises the Refusal that the call raised, or "timeout", "too-heavy", "too-large", "cancelled", and
        "corrupt" for a child that crashed or spoke nonsense.
        """
        self._ended.wait()
        if isinstance(self._answer, Refusal):
            # A new one each time: a traceback would gather on a Refusal raised twice.
            message = self._answer.message
            raise Refusal(self._answer.reason, message.vi, message.en)
        assert self._answer is not None
        return self._answer

    def cancel(self) -> None:
        """Stop the child and all it started. The result becomes the refusal "cancelled"."""
        self._stop("cancelled")
        with self._lock:
            never_started = self._process is None and not self.done()
        if never_started:
            self._finish(None)

    def start(self) -> None:
        if self.done():  # cancelled before it began: there is nothing to make room for
            return
        # Too large is refused without a child, and without copying the bytes once more.
        if len(self._data) > self._limits.input:
            self._verdict = "too-large"
            self._finish(None)
            return
        threading.Thread(target=self._run, name="guarded call", daemon=True).start()

    def _run(self) -> None:
        found: Answer | Refusal | None = None
        try:
            # The child's temporary files are made in here, and vanish even when it is killed.
            with tempfile.TemporaryDirectory(prefix=FOLDER, ignore_cleanup_errors=True) as folder:
                found = self._converse(folder)
        finally:
            self._finish(found)

    def _converse(self, folder: str) -> Answer | Refusal | None:
        path = [str(Path(entry).absolute()) for entry in sys.path if entry]
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        with self._lock:
            if self._verdict is not None:
                return None
            self._process = process = subprocess.Popen(  # noqa: S603 (our own interpreter and code)
                [sys.executable, "-I", "-c", _BOOT, *path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=environment | {"TMPDIR": folder, "HOME": folder},
                start_new_session=True,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        self._heard = time.monotonic()
        over = threading.Event()
        helpers = [
            threading.Thread(target=self._feed, args=(process.stdin,), daemon=True),
            threading.Thread(target=self._watch, args=(over,), daemon=True),
        ]
        for helper in helpers:
            helper.start()
        try:
            found = self._listen(process.stdout)
            if found is None:
                # Let a dying child die by itself: its exit code says what of.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(2)
        finally:
            over.set()
            # Also after a good end: a child may have left a program of its own running.
            self._kill()
            process.stdout.close()
            code = process.wait()
            for helper in helpers:
                helper.join()
        if found is None and self._verdict is None:
            self._verdict = _verdict_of(code)
        return found

    def _feed(self, stdin: IO[bytes]) -> None:
        header = {
            "call": self._call,
            "given": self._given,
            "limits": asdict(self._limits),
            "size": len(self._data),
        }
        # A child that has died, or refused before reading to the end, closes the pipe.
        with contextlib.suppress(OSError), stdin:
            stdin.write(json.dumps(header).encode("ascii") + b"\n")
            stdin.write(self._data)

    def _listen(self, stdout: IO[bytes]) -> Answer | Refusal | None:
        while line := stdout.readline(_LONGEST_LINE):
            self._heard = time.monotonic()
            try:
                message = json.loads(line)
                if "progress" not in message:
                    return self._understand(message, stdout)
                stage, fraction = message["progress"]
                self._progress = (str(stage), min(max(float(fraction), 0.0), 1.0))
            except (ValueError, KeyError, TypeError):
                # A child that a hostile file has taken over may say anything.
                return None
        return None

    def _understand(self, message: dict[str, Any], stdout: IO[bytes]) -> Answer | Refusal | None:
        if "refused" in message:
            reason, vi, en = (str(part)[:_LONGEST_MESSAGE] for part in message["refused"])
            return Refusal(reason, vi, en)
        if "failed" in message:
            return refuse("too-heavy")
        size = int(message["size"])
        if not 0 <= size <= self._limits.answer:
            return refuse("too-heavy")
        data = stdout.read(size)
        return Answer(message["value"], data) if len(data) == size else None

    def _watch(self, over: threading.Event) -> None:
        began = time.monotonic()
        while not over.wait(0.25):
            now = time.monotonic()
            if now - self._heard > self._limits.silence or now - began > self._limits.seconds:
                self._stop("timeout")
                return

    def _stop(self, verdict: str) -> None:
        with self._lock:
            if self.done() or self._verdict is not None:
                return
            self._verdict = verdict
        self._kill()

    def _kill(self) -> None:
        process = self._process
        if process is None:
            return
        try:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        except (ProcessLookupError, PermissionError):
            # Already gone (macOS says "not permitted" of a group of dead processes).
            return

    def _finish(self, found: Answer | Refusal | None) -> None:
        if self._verdict is not None or found is None:
            found = refuse(self._verdict or "corrupt")
        self._answer = found
        self._data = b""
        self._ended.set()


def run(
    call: str, data: bytes = b"", given: dict[str, Any] | None = None, limits: Limits | None = None
) -> Answer:
    """Make one call (see Job) and wait for it; only a few run at once. Raises Refusal, also "busy"."""
    limits = limits or Limits()
    if not _SLOTS.acquire(timeout=limits.seconds):
        raise refuse("busy")
    try:
        job = Job(call, data, given, limits)
        job.start()
        return job.result()
    finally:
        _SLOTS.release()


def name_of(function: Callable[[bytes, dict[str, Any]], Any]) -> str:
    """The name by which a child finds a function of ours, "module:function"."""
    return f"{function.__module__}:{function.__qualname__}"


def enforced() -> dict[str, str]:
    """What the kernel really enforces on this machine's children (see worker_child.enforced); asks one."""
    found: dict[str, str] = run("phoihop.base.security.uploads.worker_child:enforced").value
    return found


def _verdict_of(code: int) -> str:
    """Why a child ended without a word, from the signal that ended it."""
    if os.name == "posix" and code == -signal.SIGXCPU:
        return "timeout"
    if os.name == "posix" and code == -signal.SIGKILL:
        return "too-heavy"
    return "corrupt"
