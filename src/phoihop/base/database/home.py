"""Where a cluster's files lie, and the locks that several processes share it by."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from phoihop.base.database.access import PORT, Role
from phoihop.base.database.programs import Account
from phoihop.kernel.refusals import Refusal

ROOT_FOLDER = Path("/var/lib/phoihop")
# sun_path holds 108 bytes on Linux and 104 on macOS, its closing zero included.
_SOCKET_LIMIT = 107 if sys.platform.startswith("linux") else 103
_LOCK_PATIENCE = 180.0


def default_folder() -> Path:
    """The user's data folder of this program: ``PHOIHOP_DATA``, else what the platform says."""
    given = os.environ.get("PHOIHOP_DATA")
    if given:
        return Path(given)
    if os.geteuid() == 0:
        # Root's own folder is closed to the account that the server has to run as.
        return ROOT_FOLDER
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "phoihop"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "phoihop"


@dataclass(frozen=True)
class Home:
    """The files of one major version: ``<folder>/postgres/<major>``."""

    folder: Path
    major: int

    @property
    def path(self) -> Path:
        return self.folder / "postgres" / str(self.major)

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets" / "passwords.json"

    @property
    def prepared(self) -> Path:
        """Holds the fingerprint of the roles last made."""
        return self.path / "secrets" / "prepared"

    @property
    def archive(self) -> Path:
        """The settings that turn on the archiving of the log, if it is on."""
        return self.path / "archive.conf"

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def start_log(self) -> Path:
        return self.logs / "start.log"

    def make(self, account: Account | None) -> None:
        """Makes the folders that are missing. Existing ones keep their mode."""
        # Root's folders may be passed through (0711), because the server's account has to reach its own.
        mode = 0o700 if account is None else 0o711
        missing = [part for part in (self.path, *self.path.parents) if not part.exists()]
        for part in reversed(missing):
            part.mkdir(exist_ok=True)
            if part == self.folder or self.folder in part.parents:
                part.chmod(mode)  # whatever the umask

    def furnish(self, account: Account | None) -> None:
        """Makes what lies inside. Only under the start lock."""
        self.secrets.parent.mkdir(mode=0o700, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        give(self.logs, account)
        for left in self.path.glob("making-*"):
            _remove_making(left)

    def other_majors(self) -> list[int]:
        """Major versions, not ours, whose data lies in the same folder."""
        found = (self.folder / "postgres").glob("*/data/PG_VERSION")
        names = (at.parent.parent.name for at in found)
        return sorted(int(name) for name in names if name.isdecimal() and int(name) != self.major)

    def passwords(self) -> dict[str, str]:
        """The roles' passwords: read, or made and kept before any cluster knows them."""
        if self.secrets.exists():
            kept = json.loads(self.secrets.read_text())
            return {str(role): str(word) for role, word in kept.items()}
        made = {role.value: secrets.token_urlsafe(32) for role in Role}
        write_private(self.secrets, json.dumps(made))
        return made

    @contextlib.contextmanager
    def starting(self) -> Iterator[None]:
        """Holds the lock under which the server is made, started and stopped, one process at a time."""
        lock = open_lock(self.path / "start.lock")
        try:
            deadline = time.monotonic() + _LOCK_PATIENCE
            while not try_lock(lock, fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    raise Refusal(
                        "database-busy",
                        "Một tiến trình khác đang khởi động hoặc dừng cơ sở dữ liệu quá lâu. Hãy thử lại.",
                        "Another process has been starting or stopping the database for too long. Try again.",
                    )
                time.sleep(0.02)
            yield
        finally:
            os.close(lock)

    def open_users(self) -> int:
        """A descriptor of the file that every user of the server holds a shared lock on.

        The kernel lets go of it however the process ends, so a killed user is never counted.
        """
        return open_lock(self.path / "users.lock")

    def socket_folder(self, account: Account | None) -> Path:
        """A private folder for the socket whose path is short enough, made when it is missing."""
        beside = self.path / "socket"
        if _fits(beside):
            if not beside.exists():
                beside.mkdir(mode=0o700)
                give(beside, account)
            return beside
        if self._far_socket.exists():
            known = Path(self._far_socket.read_text())
            if _private(known, account):
                return known
        made = Path(tempfile.mkdtemp(prefix="phoihop-", dir=_short_place(account)))
        if not _fits(made):
            made.rmdir()
            raise Refusal(
                "database-socket",
                "Đường dẫn tới thư mục tạm quá dài nên không đặt được ổ cắm của cơ sở dữ liệu. "
                "Hãy đặt TMPDIR hoặc PHOIHOP_DATA ngắn hơn.",
                "The path of the temporary folder is too long for the database's socket. "
                "Set a shorter TMPDIR or PHOIHOP_DATA.",
            )
        give(made, account)
        write_private(self._far_socket, str(made))
        return made

    def leave_socket(self) -> None:
        """Removes a socket's folder that lies elsewhere, once its server has stopped."""
        if self._far_socket.exists():
            with contextlib.suppress(OSError):
                Path(self._far_socket.read_text()).rmdir()
            self._far_socket.unlink()

    @property
    def _far_socket(self) -> Path:
        return self.path / "secrets" / "socket"


def _remove_making(left: Path) -> None:
    """Removes what an interrupted making left; its initdb may still be at work there, and then gives up."""
    for _ in range(100):
        shutil.rmtree(left, ignore_errors=True)
        if not left.exists():
            return
        time.sleep(0.05)


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= _SOCKET_LIMIT


def _private(folder: Path, account: Account | None) -> bool:
    """Whether ``folder`` is a real folder, open to its owner alone, and the owner is the server's account."""
    try:
        entry = folder.lstat()
    except OSError:
        return False
    owner = os.geteuid() if account is None else account.uid
    return stat.S_ISDIR(entry.st_mode) and entry.st_uid == owner and not entry.st_mode & 0o077


def _short_place(account: Account | None) -> str | None:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if account is None and runtime and _private(Path(runtime), None):
        return runtime
    # Root's TMPDIR may be closed to the server's account; /tmp is open to all, and the folder itself is not.
    return None if account is None else "/tmp"  # noqa: S108


def give(path: Path, account: Account | None) -> None:
    """Hands a file or folder to the server's account."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def write_private(path: Path, text: str) -> None:
    """Writes a file that only this account reads: whole and on disk, or not at all."""
    making = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
    except BaseException:
        making.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Puts the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_lock(path: Path) -> int:
    """Opens a lock file. Programs started from here do not inherit it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int, kind: int) -> bool:
    """Takes a lock at once, or says that it cannot be had now."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def disk_full(place: Path) -> Refusal:
    """What to say when no space is left."""
    free = free_megabytes(place)
    return Refusal(
        "disk-full",
        f"Ổ đĩa chứa dữ liệu đã đầy (còn {free} MB). "
        "Hãy giải phóng chỗ trống rồi chạy lại; dữ liệu đã lưu vẫn còn.",
        f"The disk that holds the data is full ({free} MB left). "
        "Free some space and run again; what was saved is kept.",
    )


def free_megabytes(place: Path) -> int:
    """Free space where ``place`` is or would be, in millions of bytes."""
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free // 1_000_000


@contextlib.contextmanager
def plain_reasons(place: Path) -> Iterator[None]:
    """Turns the system's errors about a folder into what its owner can act on."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(place) from None
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise Refusal(
                "data-folder",
                "Không ghi được vào thư mục dữ liệu. Hãy kiểm tra quyền và chủ sở hữu của thư mục, "
                "hoặc đặt PHOIHOP_DATA là thư mục khác.",
                "The data folder cannot be written. Check the folder's owner and mode, "
                "or set PHOIHOP_DATA to another folder.",
            ) from None
        raise
