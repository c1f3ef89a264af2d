"""Bringing the tables up to date before anything serves, only when the program has changed since."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from phoihop.base.database.home import default_folder, write_private
from phoihop.config import database
from phoihop.kernel.refusals import Refusal

PACKAGE = Path(__file__).resolve().parent.parent


def fingerprint() -> str:
    """Of everything that could shape tables or policies, and of the database it was brought into."""
    summed = hashlib.sha256(database.access().url("app").encode())
    for path in sorted(
        [*(PACKAGE / "base").rglob("*.py"), *PACKAGE.rglob("*.sql"), *PACKAGE.rglob("models*.py")]
    ):
        if "tests" not in path.parts:
            summed.update(path.read_bytes())
    for path in sorted(PACKAGE.rglob("migrations/*.py")):
        summed.update(path.name.encode())
    return summed.hexdigest()


def mark() -> Path:
    """Where the fingerprint of the last success is kept."""
    return default_folder() / "installed"


def ensure() -> None:
    """Migrate if the program is another than last time. Refusal("migration-failed") with what was said."""
    wanted = fingerprint()
    if mark().exists() and mark().read_text(encoding="utf-8") == wanted:
        return
    migrate()
    mark().parent.mkdir(parents=True, exist_ok=True)
    write_private(mark(), wanted)


def migrate() -> None:
    """Migrate in a process of its own, as the owner: a process has one role."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "phoihop", "migrate"],
        env=os.environ | {"PHOIHOP_DB_ROLE": "owner"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1:] or [""]
        raise Refusal(
            "migration-failed",
            f"Chưa cập nhật được cơ sở dữ liệu: {said[0]}",
            f"The database could not be brought up to date: {said[0]}",
        )
