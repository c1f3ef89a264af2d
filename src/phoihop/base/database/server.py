"""One PostgreSQL server over one data folder: making it, starting it, stopping it, finding it alive."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from phoihop.base.database.access import PORT, Role
from phoihop.base.database.home import Home, disk_full, free_megabytes, give, sync_folder, write_private
from phoihop.base.database.programs import Programs
from phoihop.base.database.settings import HBA, configuration
from phoihop.kernel.refusals import Refusal

_START_PATIENCE = 600  # replaying the log after a crash may take minutes
_STOP_PATIENCE = 120
_ROOM_TO_STOP = 64  # MB; a piece of the log alone takes 17
_CHILDREN_PATIENCE = 10.0
_LOG_LIMIT = 20_000_000


@dataclass(frozen=True)
class Server:
    """Everything here is called under the start lock of ``home``."""

    home: Home
    programs: Programs
    password: str = field(repr=False)

    def make(self) -> None:
        """Makes the cluster beside its place and renames it when it is whole."""
        home, account = self.home, self.programs.account
        making = home.path / f"making-{secrets.token_hex(4)}"
        making.mkdir(mode=0o700)
        try:
            write_private(making / "word", self.password)
            # Handed over when written: root writes nothing where the server's account could plant a link.
            give(making / "word", account)
            give(making, account)
            # The order of text is that of code points; Vietnamese order is a key computed and stored.
            locale = ["--locale=C.UTF-8"] if sys.platform != "darwin" else ["--locale=C", "--lc-ctype=UTF-8"]
            said = self.programs.run(
                "initdb", "-D", making / "data", "-U", Role.SETUP.login, "-A", "scram-sha-256",
                f"--pwfile={making / 'word'}", "-E", "UTF8", "-k", *locale,
            )  # fmt: skip
            if said.returncode:
                raise self._failure("database-not-made", said.stdout)
            (making / "data").rename(home.data)
            sync_folder(home.path)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def run(self) -> Path:
        """Sees to it that the server runs and answers; the folder of its socket."""
        if self.pid() is None or not self._answers(self._socket()):
            self._start(self.home.socket_folder(self.programs.account))
            if not self._answers(self._socket()):
                raise self._failure("database-not-started", self._read(self.home.start_log))
        return self._socket()

    def stop(self) -> None:
        """Stops the server, ending the connections that are left.

        On a full disk a clean stop never ends, since it writes: then the server is stopped as it stands, and
        its next start replays the log. Nothing acknowledged is lost by that.
        """
        begun = time.monotonic()
        while self.pid() is not None:
            said = self._stop("fast", 5)
            patience = _STOP_PATIENCE if free_megabytes(self.home.data) > _ROOM_TO_STOP else 0
            if said.returncode and time.monotonic() - begun > patience:
                said = self._stop("immediate", 30)
                if said.returncode and self.pid() is not None:
                    raise self._failure("database-not-stopped", said.stdout)
        self.home.leave_socket()

    def _stop(self, mode: str, seconds: int) -> subprocess.CompletedProcess[str]:
        return self.programs.run(
            "pg_ctl", "-D", self.home.data, "-w", "-t", str(seconds), "-m", mode, "stop", timeout=seconds + 30
        )

    def pid(self) -> int | None:
        """The running server's process, or ``None``. A number that another program got since is not it."""
        lines = self._pid_file()
        if not lines or not lines[0].isdecimal():
            return None
        pid = int(lines[0])
        return pid if pid in self._processes() else None

    def _start(self, socket: Path) -> None:
        self._settle(socket)
        self._prune_logs()
        sizes = self._log_sizes()
        home = self.home
        settings, rules = home.path / "server.conf", home.path / "server_hba.conf"
        self._write(settings, configuration(data=home.data, logs=home.logs, rules=rules, more=home.archive))
        self._write(rules, HBA)
        options = f"-p {PORT} -k {shlex.quote(str(socket))} -c config_file={shlex.quote(str(settings))}"
        said = self.programs.run(
            "pg_ctl", "-D", home.data, "-w", "-t", str(_START_PATIENCE), "-l", home.start_log,
            "-o", options, "start", timeout=_START_PATIENCE + 30,
        )  # fmt: skip
        if said.returncode:
            words = [self._read(log, sizes.get(log, 0)) for log in self._log_sizes()]
            raise self._failure("database-not-started", "\n".join([said.stdout, *words]))

    def _answers(self, socket: Path) -> bool:
        """Waits until the server takes connections; False when it ended instead."""
        deadline = time.monotonic() + _START_PATIENCE
        while self.pid() is not None:
            try:
                psycopg.connect(
                    host=str(socket), port=PORT, dbname="postgres", user=Role.SETUP.login,
                    password=self.password, connect_timeout=5, require_auth="scram-sha-256",
                ).close()  # fmt: skip
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise Refusal(
                        "database-password",
                        "Tệp mật khẩu cạnh dữ liệu không khớp với cơ sở dữ liệu. "
                        "Hãy đưa tệp secrets/passwords.json cũ về, hoặc khôi phục từ bản sao lưu.",
                        "The passwords kept beside the data do not fit the database. "
                        "Put the old secrets/passwords.json back, or restore from a backup.",
                    ) from None
                if time.monotonic() > deadline:
                    break
                time.sleep(0.05)
            else:
                return True
        return False

    def _settle(self, socket: Path) -> None:
        """Waits for the children of a killed server, then clears its traces."""
        begun = time.monotonic()
        asked = False
        while left := self._processes():
            waited = time.monotonic() - begun
            if waited > 3 * _CHILDREN_PATIENCE:
                raise Refusal(
                    "database-leftover",
                    "Tiến trình cũ của cơ sở dữ liệu chưa kết thúc. Hãy khởi động lại máy rồi chạy lại.",
                    "Processes of the earlier database have not ended. Restart the machine and run again.",
                )
            if waited > _CHILDREN_PATIENCE and not asked:
                # A child deep in a computation does not notice that the server is gone; nobody hears it now.
                for pid in left:
                    _quit(pid)
                asked = True
            time.sleep(0.02)
        # Nobody works here now. PostgreSQL would still take the old number for a running server when it
        # belongs to another program since, or to a dead process that nothing has reaped (in a container).
        (socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        lines = self._pid_file()
        if lines and lines[0].isdecimal() and _alive(int(lines[0])):
            (self.home.data / "postmaster.pid").unlink(missing_ok=True)

    def _processes(self) -> set[int]:
        """Processes of PostgreSQL that work in this data folder (every one of them sits in it)."""
        if Path("/proc/self/cwd").exists():
            return set(_sitting_in(self.home.data))
        lines = self._pid_file()
        return {int(lines[0])} if lines and lines[0].isdecimal() and _alive(int(lines[0])) else set()

    def _socket(self) -> Path:
        lines = self._pid_file()
        told = lines[4] if len(lines) > 4 else ""
        return Path(told) if told else self.home.socket_folder(self.programs.account)

    def _pid_file(self) -> list[str]:
        return self._read(self.home.data / "postmaster.pid").splitlines()

    def _write(self, path: Path, text: str) -> None:
        write_private(path, text)
        if self.programs.account is not None:
            path.chmod(0o644)  # root keeps it, the server's account reads it; no secret is in it

    def _prune_logs(self) -> None:
        self.home.start_log.unlink(missing_ok=True)
        for log in self.home.logs.glob("server-*.log"):
            entry = log.lstat()
            if entry.st_size > _LOG_LIMIT or time.time() - entry.st_mtime > 6 * 86400:
                log.unlink()

    def _log_sizes(self) -> dict[Path, int]:
        return {log: log.lstat().st_size for log in self.home.logs.glob("*.log")}

    def _read(self, path: Path, begin: int = 0) -> str:
        """The last words of a small file that the server's account wrote; a link is not followed."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return ""
        with os.fdopen(descriptor, "rb") as file:
            file.seek(max(begin, os.fstat(descriptor).st_size - 4000))
            return file.read(4000).decode(errors="replace")

    def _failure(self, reason: str, said: str) -> Refusal:
        if "No space left on device" in said or "Disk quota exceeded" in said:
            return disk_full(self.home.path)
        vi, en = {
            "database-not-made": ("Không tạo được", "could not be made"),
            "database-not-started": ("Không khởi động được", "could not be started"),
            "database-not-stopped": ("Không dừng được", "could not be stopped"),
        }[reason]
        refusal = Refusal(
            reason,
            f"{vi} cơ sở dữ liệu PostgreSQL. Xem nhật ký trong thư mục {self.home.logs}.",
            f"The PostgreSQL database {en}. See the log in the folder {self.home.logs}.",
        )
        refusal.add_note(said[-2000:])
        return refusal


def _sitting_in(folder: Path) -> Iterator[int]:
    there = folder.resolve()
    owner = folder.stat().st_uid
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            ours = entry.stat().st_uid == owner and (entry / "cwd").readlink() == there
            if ours and (entry / "comm").read_text().strip() == "postgres":
                yield int(entry.name)
        except OSError:
            continue


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _quit(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGQUIT)
    except ProcessLookupError:
        pass
