"""The server on a bad day: a full disk, closed folders, other accounts, children that will not go."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from phoihop.base.database import dumps
from phoihop.base.database.cluster import binaries, start
from phoihop.base.database.home import Home
from phoihop.base.database.tests.support import SOURCE, home, place, server_pid, server_pids
from phoihop.kernel.refusals import Refusal

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root meets this")
PACKAGE = binaries().parents[1]
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
needs_15 = pytest.mark.skipif(
    not DEBIAN_15.exists(), reason="PostgreSQL 15 is not here: OTHER PROGRAMS ARE NOT TESTED"
)

JOIN = """
import sys, psycopg
from pathlib import Path
from phoihop.base.database.cluster import start
from phoihop.kernel.refusals import Refusal
try:
    with start(Path(sys.argv[1])) as running:
        with psycopg.connect(**running.access.params("app")) as app:
            print(app.execute("SELECT current_user").fetchone()[0])
except Refusal as refusal:
    print(refusal.reason)
"""


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A folder on a disk of this size; skips where this account may not mount one."""
    with place() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("a small disk cannot be mounted here: THE FULL DISK IS NOT TESTED")
        try:
            yield folder
        finally:
            for pid in server_pids(folder):
                os.kill(pid, signal.SIGKILL)
            while server_pids(folder):
                time.sleep(0.02)
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def enlarge(folder: Path, megabytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(folder)], check=True)


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        while shutil.disk_usage(ballast).free:
            file.write(bytes(min(1 << 20, shutil.disk_usage(ballast).free)))


def run_as(account: pwd.struct_passwd, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"PATH": os.environ["PATH"], **more},
        capture_output=True,
        text=True,
        check=False,
    )


def as_nobody(folder: Path, code: str = JOIN) -> str:
    """What another process says that runs as ``nobody``; skips where no Python is open to it."""
    nobody = pwd.getpwnam("nobody")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        try:
            if run_as(nobody, [python, "-c", ""]).returncode == 0:
                break
        except OSError:
            continue
    else:
        pytest.skip("no Python here is open to nobody: THE ORDINARY ACCOUNT IS NOT TESTED")
    libraries = Path(psycopg.__file__).parents[1]
    said = run_as(nobody, [python, "-c", code, str(folder)], PYTHONPATH=f"{SOURCE}:{libraries}")
    assert said.returncode == 0, said.stderr
    return said.stdout.strip()


def nobodys(folder: Path) -> Path:
    nobody = pwd.getpwnam("nobody")
    own = folder / "own"
    own.mkdir(mode=0o700)
    os.chown(own, nobody.pw_uid, nobody.pw_gid)
    return own


def test_a_disk_too_small_for_a_cluster():
    with small_disk(20) as folder:
        with pytest.raises(Refusal, match="disk-full") as refusal:
            start(folder)
        assert "đầy" in refusal.value.message.vi
        assert not home(folder).data.exists()
        assert not list(home(folder).path.glob("making-*"))
        enlarge(folder, 150)
        start(folder).stop()


@pytest.mark.long
def test_a_disk_that_fills_keeps_what_was_acknowledged():
    with small_disk(150) as folder:
        running = start(folder)
        with psycopg.connect(**running.access.params("owner"), autocommit=True) as owner:
            owner.execute("CREATE TABLE kept (n int PRIMARY KEY, filler text)")
            acknowledged, told = 0, ""
            try:
                while acknowledged < 1_000:
                    owner.execute(
                        "INSERT INTO kept SELECT %s, string_agg(md5(g::text), '') "
                        "FROM generate_series(%s, %s + 15000) g",
                        [acknowledged] * 3,
                    )
                    acknowledged += 1
            except psycopg.OperationalError as error:
                told = repr(error)
        assert 0 < acknowledged < 1_000
        assert "DiskFull" in told or "server closed" in told or "terminat" in told
        with pytest.raises(Refusal, match=r"disk-full|backup-failed"):
            dumps.backup(running.access, running.programs, folder / "copy", bytes(32), epoch=1)
        assert not list(folder.glob("*copy*"))
        running.stop()
        ballast = folder / "ballast"
        fill(ballast)
        with pytest.raises(Refusal, match="disk-full"):
            start(folder)
        ballast.unlink()
        enlarge(folder, 400)
        with start(folder) as running, psycopg.connect(**running.access.params("sealer")) as sealer:
            kept = sealer.execute("SELECT n FROM kept ORDER BY n").fetchall()
            assert [row[0] for row in kept][:acknowledged] == list(range(acknowledged))


@root_only
def test_root_leaves_a_closed_folder_closed(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Refusal, match="data-folder-unreachable") as refusal:
        start(closed / "data")
    assert "PHOIHOP_DATA" in refusal.value.message.vi
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.long
@root_only
def test_root_copies_programs_that_the_account_cannot_reach(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    programs = shutil.copytree(PACKAGE, closed / PACKAGE.name)
    shutil.copytree(PACKAGE.parent / f"{PACKAGE.name}.libs", closed / f"{PACKAGE.name}.libs")
    with start(folder / "data", binaries=programs / "pginstall" / "bin") as running:
        assert folder / "data" / "programs" in running.programs.folder.parents
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    with start(folder / "data", binaries=programs / "pginstall" / "bin") as again:
        assert again.programs == running.programs


@root_only
@needs_15
def test_root_does_not_copy_programs_of_others(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(DEBIAN_15, closed / "bin")
    with pytest.raises(Refusal, match="database-programs-unreachable"):
        start(folder / "data", binaries=closed / "bin")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@root_only
def test_the_server_is_not_root(running):
    pid = server_pid(running.data.parents[2])
    assert Path(f"/proc/{pid}").stat().st_uid == running.data.stat().st_uid != 0


@root_only
def test_an_ordinary_account_has_its_own(folder):
    own = nobodys(folder)
    assert as_nobody(own) == "phoihop_app"
    assert as_nobody(own) == "phoihop_app"
    assert server_pid(own) is None
    # Root runs it as the account that owns it, and leaves it usable to that account.
    with start(own) as running, psycopg.connect(**running.access.params("app")) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)
    assert as_nobody(own) == "phoihop_app"


@root_only
def test_an_ordinary_account_is_told_of_a_folder_that_is_not_its_own(folder, made):
    assert as_nobody(folder) == "database-owner"
    assert as_nobody(folder / "inside") == "data-folder"
    assert as_nobody(made) == "database-owner"


@pytest.mark.long
def test_programs_without_an_extension(folder):
    programs = shutil.copytree(PACKAGE, folder / PACKAGE.name)
    shutil.copytree(PACKAGE.parent / f"{PACKAGE.name}.libs", folder / f"{PACKAGE.name}.libs")
    for found in programs.rglob("unaccent.control"):
        found.unlink()
    with pytest.raises(Refusal, match="database-extensions") as refusal:
        start(folder / "data", binaries=programs / "pginstall" / "bin")
    assert "unaccent" in refusal.value.message.vi
    assert not server_pids(folder / "data")
    with start(folder / "data") as running, psycopg.connect(**running.access.params("app")) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("missing", ["initdb", "pg_dump"])
def test_no_programs(folder, missing):
    (folder / "bin").mkdir()
    for name in {"initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore"} - {missing}:
        (folder / "bin" / name).touch()
    with pytest.raises(Refusal, match="database-programs") as refusal:
        start(folder / "data", binaries=folder / "bin")
    assert "PG_BIN" in refusal.value.message.en
    assert not (folder / "data").exists()


def test_programs_named_by_the_environment(folder, monkeypatch):
    monkeypatch.setenv("PG_BIN", str(folder))
    assert binaries() == folder


@pytest.mark.long
def test_a_child_that_will_not_go_is_made_to(folder):
    running = start(folder)
    computing = psycopg.connect(**running.access.params("owner"))
    computing.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 100000000000) g")
    time.sleep(1)
    killed = server_pid(folder)
    assert killed
    os.kill(killed, signal.SIGKILL)
    with start(folder) as again, psycopg.connect(**again.access.params("app")) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)
    computing.close()
    running.stop()


@pytest.mark.long
@needs_15
def test_the_programs_of_another_version_serve_and_are_told_apart(folder):
    with start(folder, binaries=DEBIAN_15) as old:
        assert old.programs.major == 15
        with psycopg.connect(**old.access.params("owner")) as owner:
            owner.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (15)")
        made = dumps.backup(old.access, old.programs, folder / "copy", bytes(32), epoch=1)
    with pytest.raises(Refusal, match="database-version"):
        start(folder)
    # The way that the message names: set the old folder aside, restore into the new version.
    Home(folder, 15).path.rename(folder / "postgres" / "15.old")
    with start(folder) as new:
        dumps.restore(new.access, new.programs, made.path, bytes(32))
        with psycopg.connect(**new.access.params("sealer")) as sealer:
            assert sealer.execute("SELECT n FROM kept").fetchone() == (15,)
