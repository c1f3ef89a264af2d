"""The files of the project, as its version control sees them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked, or new and not ignored, in order. Needs git."""
    # The checkout may belong to somebody else (a container's root): reading a list is no risk.
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    names = sorted(set(listed.split("\0")) - {""})
    return tuple(path for name in names if (path := ROOT / name).is_file())


def with_ending(*endings: str) -> list[Path]:
    """Those of our files whose name ends so."""
    return [path for path in files() if path.name.endswith(endings)]


def shown(path: Path) -> str:
    """A file's name as seen from the project's folder."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
