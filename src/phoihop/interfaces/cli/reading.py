"""``phoihop read``: every file becomes a contract dict, which is written in the format asked for."""

import argparse
import json
import logging
import sys
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phoihop.engines import reading as engine
from phoihop.engines.reading import contract
from phoihop.interfaces.cli import words
from phoihop.interfaces.cli.main import FAILED, OK, REFUSED, UsageError, debugging
from phoihop.interfaces.cli.sources import Source, sources
from phoihop.interfaces.cli.words import Lang
from phoihop.kernel.refusals import Refusal

_SUFFIX = {"summary": ".txt", "json": ".json", "text": ".txt", "akn": ".xml", "xlsx": ".xlsx"}
# These hold one document file each; the others can stand one below another.
_SINGLE = {"text", "akn", "xlsx"}
_INTERNAL = "internal"


def run(given: argparse.Namespace, lang: Lang) -> int:
    """Read what was asked for and write it; the exit status says how it went."""
    if not debugging():
        # Libraries warn with pieces of what they read; nothing of a document goes to a log.
        warnings.simplefilter("ignore")
        logging.getLogger().addHandler(logging.NullHandler())
    try:
        wanted = sources(given.files, given.name)
    except ValueError:
        raise UsageError(words.STDIN_TWICE) from None
    out = _Output(given, wanted, lang)
    status = OK
    for found in _read_all(wanted, given.jobs):
        refused = found["refused"]
        if refused:
            status = max(status, FAILED if refused["reason"] == _INTERNAL else REFUSED)
            if not given.quiet:
                print(f"{_tame(found['file'])}: {refused['message'][lang]}", file=sys.stderr)
        out.write(found)
    return status


def _read_all(wanted: list[Source], jobs: int) -> Iterator[dict[str, Any]]:
    """Contract dicts in the order of the sources."""
    if jobs == 1 or len(wanted) == 1:
        yield from map(_read, wanted)
        return
    from concurrent.futures import ThreadPoolExecutor

    # The threads only wait: each file is read by a child process.
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(_read_apart, wanted)


def _read(source: Source) -> dict[str, Any]:
    try:
        return contract.of_reading(engine.read(source.data(), source.name))
    except Refusal as refusal:
        return contract.of_refusal(source.name, refusal)
    except Exception:  # noqa: BLE001 - one file's failure must not cost the others
        if debugging():
            traceback.print_exc()
        message = words.INTERNAL
        return contract.of_refusal(source.name, Refusal(_INTERNAL, message.vi, message.en))


def _read_apart(source: Source) -> dict[str, Any]:
    from phoihop.engines.reading.isolate import IsolatedReading

    try:
        work = IsolatedReading(source.data(), source.name)
    except Refusal as refusal:
        return contract.of_refusal(source.name, refusal)
    work.start()
    return work.result()


class _Output:
    """Where results go: standard output, one file, or a file each in a folder."""

    def __init__(self, given: argparse.Namespace, wanted: list[Source], lang: Lang) -> None:
        self._format: str = given.format
        self._lang = lang
        self._inputs = {real for s in wanted if (real := s.real()) is not None}
        self._folder: Path | None = None
        self._file: Path | None = None
        self._taken: set[Path] = set()
        if given.output is not None:
            path = Path(given.output)
            several = len(wanted) > 1 and self._format in _SINGLE
            if path.is_dir() or given.output.endswith(("/", "\\")) or (several and not path.exists()):
                self._folder = path
            else:
                self._file = path
        if self._folder is None and self._format in _SINGLE and len(wanted) > 1:
            raise UsageError(words.ONE_FILE)
        if given.output is None and self._format == "xlsx" and sys.stdout.isatty():
            raise UsageError(words.NOT_TO_TERMINAL)
        self._prepare()

    def write(self, found: dict[str, Any]) -> None:
        """Writes one result. A refused file leaves a line in JSON and nothing in other formats."""
        if found["refused"] and self._format != "json":
            return
        data = self._bytes(found)
        if self._folder is not None:
            _write(self._path(found["file"]), data, "wb")
        elif self._file is not None:
            _write(self._file, data, "ab")
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def _prepare(self) -> None:
        if self._file is not None:
            if self._file.resolve() in self._inputs:
                raise UsageError(words.OVER_INPUT)
            _write(self._file, b"", "wb")
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError:
                raise _not_written() from None

    def _path(self, name: str) -> Path:
        """A free name in the folder: never a file being read, never one just written."""
        assert self._folder is not None
        stem = Path(name).stem or "stdin"
        path = self._folder / f"{stem}{_SUFFIX[self._format]}"
        count = 1
        while path.resolve() in self._inputs or path in self._taken:
            count += 1
            path = self._folder / f"{stem}-{count}{_SUFFIX[self._format]}"
        self._taken.add(path)
        return path

    def _bytes(self, found: dict[str, Any]) -> bytes:
        match self._format:
            case "json":
                # What UTF-8 cannot hold (half a surrogate pair) stays as the escape JSON has for it.
                return (json.dumps(found, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
            case "text":
                text = found["text"]
                to_terminal = self._folder is None and self._file is None and sys.stdout.isatty()
                return (_tame(text) if to_terminal else text).encode("utf-8", "replace")
            case "akn":
                from phoihop.engines.reading.akn import to_akn

                return to_akn(found)
            case "xlsx":
                from phoihop.engines.reading.sheet import to_xlsx

                return to_xlsx(found, self._lang)
            case _:
                from phoihop.interfaces.cli.summary import summary

                return _tame(summary(found, self._lang)).encode("utf-8", "replace")


def _write(path: Path, data: bytes, mode: str) -> None:
    try:
        with path.open(mode) as file:
            file.write(data)
    except OSError:
        raise _not_written() from None


def _not_written() -> UsageError:
    return UsageError(words.NOT_WRITTEN)


def _tame(text: str) -> str:
    """Text that cannot steer a terminal: control characters and reversed writing become "�"."""
    return "".join("\ufffd" if _steers(c) else c for c in text)


def _steers(c: str) -> bool:
    return (
        (c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" or c in "\u202a\u202b\u202d\u202e\u2066\u2067"
    )
