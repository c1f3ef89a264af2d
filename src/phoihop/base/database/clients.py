"""PostgreSQL's client programs at work between pipes: pg_dump, pg_restore, pg_basebackup."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from typing import IO, Any

from psycopg.conninfo import make_conninfo

from phoihop.base.database.programs import Programs


class ClientFailed(Exception):
    """A client program ended with an error; the text is what it complained of."""


class Client:
    """A program of PostgreSQL's at work between two pipes. Its complaints are kept, its output on demand."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._complaints = b""
        self._said = b""
        self._readers = [threading.Thread(target=self._read_complaints, daemon=True)]
        self._readers[0].start()

    @property
    def source(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def sink(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def keep_output(self) -> None:
        self._readers.append(threading.Thread(target=self._read_output, daemon=True))
        self._readers[-1].start()

    def output(self) -> str:
        """Everything it said, once it has ended."""
        self.code()
        return self._said.decode(errors="replace")

    def code(self) -> int:
        """Its exit code, once it has ended."""
        code = self._process.wait()
        for reader in self._readers:
            reader.join()
        return code

    @property
    def complaints(self) -> str:
        return self._complaints.decode(errors="replace")[-2000:]

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.code()

    def _read_complaints(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as pipe:
            self._complaints = pipe.read()

    def _read_output(self) -> None:
        self._said = self.source.read()


@contextlib.contextmanager
def client(programs: Programs, command: list[str], params: Mapping[str, Any]) -> Iterator[Client]:
    """Runs a client program as this account; the password goes by the environment, never by the command."""
    told = {key: value for key, value in params.items() if key not in {"password", "require_auth"}}
    given = {"PGPASSWORD": str(params.get("password", ""))}
    if "require_auth" in params:
        given["PGREQUIREAUTH"] = str(
            params["require_auth"]
        )  # programs before 16 do not know it as a parameter
    keep = {
        key: os.environ[key] for key in ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "HOME") if key in os.environ
    }
    process = subprocess.Popen(  # noqa: S603 (a program of PostgreSQL's, without a shell)
        [
            str(programs.folder / command[0]),
            *command[1:],
            *([f"--dbname={make_conninfo('', **told)}"] if told else []),
        ],
        cwd="/",
        env={**keep, **given, "LC_ALL": "C"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    running = Client(process)
    try:
        yield running
    finally:
        running.end()


def output_of(programs: Programs, command: list[str], params: Mapping[str, Any]) -> Iterator[bytes]:
    """A program's output in parts; raises at the end when it failed, so that no end mark is written."""
    with client(programs, command, params) as running:
        running.sink.close()
        while part := running.source.read(1 << 20):
            yield part
        if running.code():
            raise ClientFailed(running.complaints)


def feed(running: Client, parts: Iterator[bytes], *, all_wanted: bool) -> int:
    """Gives a program its input; the number of bytes. A program may stop listening early if it may."""
    running.keep_output()
    total, listening = 0, True
    for part in parts:
        total += len(part)
        if listening:
            try:
                running.sink.write(part)
            except BrokenPipeError:
                listening = False
                if all_wanted:
                    break
    try:
        running.sink.close()
    except BrokenPipeError:
        pass
    return total
