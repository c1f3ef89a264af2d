"""Which files were meant: paths, folders, patterns and standard input become a list of sources."""

import glob
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from phoihop.engines.reading.intake import limits
from phoihop.interfaces.cli import words
from phoihop.kernel.refusals import Bilingual, Refusal


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read. ``path`` is None for standard input; ``name`` is what it is called."""

    path: Path | None
    name: str

    def data(self) -> bytes:
        """The bytes, up to just past the size that intake refuses. Raises Refusal."""
        try:
            if self.path is None:
                return sys.stdin.buffer.read(limits.FILE + 1)
            if self.path.is_dir():
                raise _refusal("no-files", words.NO_FILES)
            with self.path.open("rb") as file:
                return file.read(limits.FILE + 1)
        except FileNotFoundError:
            raise _refusal("missing", words.MISSING) from None
        except (OSError, ValueError):  # ValueError: a path no file can have
            raise _refusal("unreadable", words.UNREADABLE) from None

    def real(self) -> Path | None:
        """Where the file really is, links followed; None where there can be no such file."""
        try:
            return self.path.resolve() if self.path is not None else None
        except (OSError, ValueError):
            return None


def sources(arguments: list[str], stdin_name: str) -> list[Source]:
    """The sources in the order given, each path once.

    A folder stands for the files right inside it, by name, hidden ones left out. A pattern that
    no file is called is expanded, for shells that do not. Files are called by their last name,
    or as given where two share it. Raises ValueError when standard input is asked for twice.
    """
    if arguments.count("-") > 1:
        raise ValueError("standard input can be read only once")
    paths: list[Path | None] = []
    for argument in arguments:
        paths.extend([None] if argument == "-" else _expand(argument))
    unique = list(dict.fromkeys(paths))
    count = Counter(path.name for path in unique if path is not None)
    return [
        Source(path, stdin_name if path is None else (path.name if count[path.name] == 1 else str(path)))
        for path in unique
    ]


def _expand(argument: str) -> list[Path | None]:
    path = Path(argument)
    try:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
            return [*inside] or [path]
        if not path.exists() and glob.has_magic(argument):
            # The pattern may be absolute, which Path.glob refuses.
            return [Path(p) for p in sorted(glob.glob(argument))] or [path]  # noqa: PTH207
    except (OSError, ValueError):
        pass  # reading it will say what is wrong
    return [path]


def _refusal(reason: str, message: Bilingual) -> Refusal:
    return Refusal(reason, message.vi, message.en)
