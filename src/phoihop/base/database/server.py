"""One PostgreSQL server over one data folder: making it, starting it, stopping it, finding it alive."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from phoihop.base.database.access import PORT, Role
from phoihop.base.database.home import Home, disk_full, give, sync_folder
from phoihop.base.database.programs import Programs
from phoihop.base.database.settings import HBA, INCLUDE, configuration
from phoihop.kernel.refusals import Refusal

_START_PATIENCE = 120
_STOP_PATIENCE = 120
_CHILDREN_PATIENCE = 10.0
_LOG_LIMIT = 20_000_000


@dataclass(frozen=True)
class Server:
    """Everything here is called under the start lock of ``home``."""

    home: Home
    programs: Programs
    password: str

    def make(self) -> None:
        """Makes the cluster beside its place and renames it when it is whole."""
        home, account = self.home, self.programs.account
        making = home.path / f"making-{secrets.token_hex(4)}"
        making.mkdir(mode=0o700)
        give(making, account)
        try:
            word = making / "word"
            word.touch(mode=0o600)
            word.write_text(self.password)
            give(word, account)
            # The order of text is that of code points; Vietnamese order is a key computed and stored.
            locale = ["--locale=C.UTF-8"] if sys.platform != "darwin" else ["--locale=C", "--lc-ctype=UTF-8"]
            said = self.programs.run(
                "initdb", "-D", making / "data", "-U", Role.SETUP.login, "-A", "scram-sha-256",
                f"--pwfile={word}", "-E", "UTF8", "-k", *locale,
            )  # fmt: skip
            if said.returncode:
                raise self._failure("database-not-made", said.stdout)
            self._write(making / "data" / "pg_hba.conf", HBA)
            with (making / "data" / "postgresql.conf").open("a") as file:
                file.write(f"\n{INCLUDE}\n")
            (making / "data").rename(home.data)
            sync_folder(home.path)
        finally:
            shutil.rmtree(making, ignore_errors=True)

    def start(self, socket: Path) -> None:
        """Starts the server and waits until it answers; waits first for what a killed one left."""
        self._settle()
        self._prune_logs()
        self._write(self.home.data / "phoihop.conf", configuration(str(self.home.logs)))
        said = self.programs.run(
            "pg_ctl", "-D", self.home.data, "-w", "-t", str(_START_PATIENCE), "-l", self.home.start_log,
            "-o", f"-p {PORT} -k '{socket}'", "start", timeout=_START_PATIENCE + 30,
        )  # fmt: skip
        if said.returncode:
            raise self._failure("database-not-started", said.stdout + self._last_words())

    def stop(self) -> None:
        """Stops the server cleanly, ending the connections that are left."""
        if self.pid() is None:
            return
        said = self.programs.run(
            "pg_ctl", "-D", self.home.data, "-w", "-t", str(_STOP_PATIENCE), "-m", "fast", "stop",
            timeout=_STOP_PATIENCE + 30,
        )  # fmt: skip
        if said.returncode and self.pid() is not None:
            raise self._failure("database-not-stopped", said.stdout + self._last_words())

    def pid(self) -> int | None:
        """The running server's process, or ``None``. A number that another program got since is not it."""
        lines = self._pid_file()
        if not lines or not lines[0].isdecimal():
            return None
        pid = int(lines[0])
        return pid if pid in self._processes() else None

    def socket(self) -> Path | None:
        """The folder of the running server's socket."""
        lines = self._pid_file()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else None

    def wait_until_it_answers(self, socket: Path) -> None:
        """Returns once the server takes connections: it may be replaying what a crash left."""
        deadline = time.monotonic() + _START_PATIENCE
        while True:
            try:
                psycopg.connect(
                    host=str(socket), port=PORT, dbname="postgres", user=Role.SETUP.login,
                    password=self.password, connect_timeout=5,
                ).close()  # fmt: skip
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise Refusal(
                        "database-password",
                        "Mật khẩu của cơ sở dữ liệu trong thư mục dữ liệu không khớp. Hãy khôi phục từ bản sao lưu.",
                        "The passwords kept beside the data do not fit the database. Restore from a backup.",
                    ) from None
                if self.pid() is None or time.monotonic() > deadline:
                    raise self._failure("database-not-started", self._last_words()) from None
                time.sleep(0.05)
            else:
                return

    def _settle(self) -> None:
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
                    _signal(pid, signal.SIGQUIT)
                asked = True
            time.sleep(0.02)
        lines = self._pid_file()
        if lines and lines[0].isdecimal() and _alive(int(lines[0])):
            # The number now belongs to another program; PostgreSQL would take it for a running server.
            (self.home.data / "postmaster.pid").unlink(missing_ok=True)

    def _processes(self) -> set[int]:
        """Processes of PostgreSQL that work in this data folder (every one of them sits in it)."""
        if sys.platform.startswith("linux"):
            return set(_sitting_in(self.home.data))
        lines = self._pid_file()
        return {int(lines[0])} if lines and lines[0].isdecimal() and _alive(int(lines[0])) else set()

    def _pid_file(self) -> list[str]:
        try:
            return (self.home.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _write(self, path: Path, text: str) -> None:
        if path.exists() and path.read_text() == text:
            return
        making = path.with_suffix(".new")
        making.touch(mode=0o600)
        making.write_text(text)
        give(making, self.programs.account)
        making.replace(path)

    def _prune_logs(self) -> None:
        self.home.start_log.unlink(missing_ok=True)
        for log in self.home.logs.glob("server-*.log"):
            entry = log.stat()
            if entry.st_size > _LOG_LIMIT or time.time() - entry.st_mtime > 6 * 86400:
                log.unlink()

    def _last_words(self) -> str:
        logs = [*self.home.logs.glob("server-*.log"), self.home.start_log]
        texts = []
        for log in sorted((log for log in logs if log.exists()), key=lambda at: at.stat().st_mtime)[-2:]:
            with log.open("rb") as file:
                file.seek(max(0, log.stat().st_size - 4000))
                texts.append(file.read().decode(errors="replace"))
        return "\n".join(texts)

    def _failure(self, reason: str, said: str) -> Refusal:
        if "No space left on device" in said or "Disk quota exceeded" in said:
            return disk_full(self.home.path)
        places = {
            "database-not-made": ("Không tạo được", "could not be made"),
            "database-not-started": ("Không khởi động được", "could not be started"),
            "database-not-stopped": ("Không dừng được", "could not be stopped"),
        }
        vi, en = places[reason]
        refusal = Refusal(
            reason,
            f"{vi} cơ sở dữ liệu PostgreSQL. Xem nhật ký trong thư mục {self.home.logs}.",
            f"The PostgreSQL database {en}. See the log in the folder {self.home.logs}.",
        )
        refusal.add_note(said[-2000:])
        return refusal


def _sitting_in(folder: Path) -> Iterator[int]:
    there = str(folder.resolve())
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            if os.readlink(entry / "cwd") == there and (entry / "comm").read_text().strip() == "postgres":
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


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
