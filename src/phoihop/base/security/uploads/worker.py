"""Reads a file in a child process, so that a hostile file can hurt nothing but its own reading."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

from phoihop.engines.reading import contract
from phoihop.engines.reading.intake import limits
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.isolate_worker import FOLDER

# Seconds of silence after which a child counts as stuck, and that all of a reading may take. A
# page of OCR reports within a minute; a converted .doc within a minute and a half.
STALL = 100.0
TOTAL = 15 * 60.0
_LONGEST_LINE = 128 * 2**20  # bytes
# Started with -I, a child sees neither PYTHONPATH nor the working directory; it gets the parent's
# search path instead, so that it finds the very package that started it.
_BOOT = (
    "import runpy, sys; sys.path[:] = sys.argv[1:]; "
    "runpy.run_module('phoihop.engines.reading.isolate_worker', run_name='__main__', alter_sys=True)"
)
# All that the child is told of its surroundings: no keys, no addresses of databases.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TESSDATA_PREFIX", "SYSTEMROOT", "PATHEXT")


class IsolatedReading:
    """One reading in a child process of its own.

    ``start`` returns at once; ``progress`` and ``done`` may be asked from any thread; ``result``
    waits. The result is the contract's JSON object, a reading or a refusal; beside intake's reasons
    there are "timeout", "too-heavy" and "cancelled", and "corrupt" also stands for a crashed child.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._data = data
        self._name = name
        self._progress = ("open", 0.0)
        self._result: dict[str, Any] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._verdict: str | None = None
        self._heard = time.monotonic()
        self._ended = threading.Event()
        self._lock = threading.Lock()

    @property
    def progress(self) -> tuple[str, float]:
        """The stage ("open", "ocr", "read") and how far it has come, 0 to 1."""
        return self._progress

    def done(self) -> bool:
        return self._ended.is_set()

    def result(self) -> dict[str, Any]:
        """The reading or the refusal; waits for it when it is not there yet."""
        self._ended.wait()
        assert self._result is not None
        return self._result

    def cancel(self) -> None:
        """Stop the child and all it started. The result becomes the refusal "cancelled"."""
        self._stop("cancelled")
        with self._lock:
            never_started = self._process is None and not self.done()
        if never_started:
            self._finish(None)

    def start(self) -> None:
        # Too large is refused without a child, and without copying the bytes once more.
        if len(self._data) > limits.FILE:
            self._verdict = "too-large"
            self._finish(None)
            return
        threading.Thread(target=self._run, name="reading", daemon=True).start()

    def _run(self) -> None:
        found: dict[str, Any] | None = None
        try:
            # The child's temporary files are made in here, and vanish even when it is killed.
            with tempfile.TemporaryDirectory(prefix=FOLDER, ignore_cleanup_errors=True) as folder:
                found = self._converse(folder)
        finally:
            self._finish(found)

    def _converse(self, folder: str) -> dict[str, Any] | None:
        path = [str(Path(entry).absolute()) for entry in sys.path if entry]
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        with self._lock:
            if self._verdict is not None:
                return None
            self._process = process = subprocess.Popen(  # noqa: S603
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
        header = json.dumps({"name": self._name, "size": len(self._data)})
        # A child that has died, or refused before reading to the end, closes the pipe.
        with contextlib.suppress(OSError), stdin:
            stdin.write(header.encode("ascii") + b"\n")
            stdin.write(self._data)

    def _listen(self, stdout: IO[bytes]) -> dict[str, Any] | None:
        while line := stdout.readline(_LONGEST_LINE):
            self._heard = time.monotonic()
            try:
                message = json.loads(line)
                if "result" in message:
                    result: dict[str, Any] = message["result"]
                    return result if isinstance(result["documents"], list) else None
                stage, fraction = message["progress"]
                self._progress = (str(stage), min(max(float(fraction), 0.0), 1.0))
            except (ValueError, KeyError, TypeError):
                # A child that a hostile file has taken over may say anything.
                return None
        return None

    def _watch(self, over: threading.Event) -> None:
        began = time.monotonic()
        while not over.wait(0.25):
            now = time.monotonic()
            if now - self._heard > STALL or now - began > TOTAL:
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

    def _finish(self, found: dict[str, Any] | None) -> None:
        if self._verdict is not None or found is None:
            found = contract.of_refusal(self._name, refuse(self._verdict or "corrupt"))
        self._result = found
        self._progress = ("read", 1.0)
        self._data = b""
        self._ended.set()


def _verdict_of(code: int) -> str:
    """Why a child ended without a word, from the signal that ended it."""
    if os.name == "posix" and code == -signal.SIGXCPU:
        return "timeout"
    if os.name == "posix" and code == -signal.SIGKILL:
        return "too-heavy"
    return "corrupt"
