"""The server shared by processes: each test really starts one."""

import os
import shutil
import signal
import stat
import time
from pathlib import Path

import psycopg
import pytest

from phoihop.base.database.cluster import default_folder, start
from phoihop.base.database.home import ROOT_FOLDER
from phoihop.base.database.tests.support import (
    MAJOR,
    USER,
    another,
    home,
    kill,
    leave,
    ready,
    server_pid,
    server_pids,
)
from phoihop.kernel.refusals import Refusal


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(at.relative_to(folder)): at.read_bytes() for at in folder.rglob("*") if at.is_file()}


def one(access, query, role="setup"):
    with psycopg.connect(**access.params(role)) as connection:
        return connection.execute(query).fetchone()[0]


def kill_server(folder):
    pid = server_pid(folder)
    assert pid
    os.kill(pid, signal.SIGKILL)


def test_what_is_made_is_private_and_its_passwords_stay(folder):
    with start(folder) as running:
        first = dict(running.access.passwords)
        its = home(folder)
        assert mode(its.secrets) == 0o600
        assert mode(its.secrets.parent) == 0o700
        assert mode(its.data) == 0o700
        assert mode(its.logs) == 0o700
        assert mode(Path(running.access.host)) == 0o700
        assert one(running.access, "SELECT current_setting('data_checksums')") == "on"
        assert one(running.access, "SHOW listen_addresses") == ""
        assert one(running.access, "SHOW server_encoding") == "UTF8"
        assert (
            one(running.access, "SELECT string_agg(n, '' ORDER BY n) FROM unnest(array['é','z','a']) n")
            == "azé"
        )
        assert all(len(word) >= 40 for word in first.values())
        assert len(set(first.values())) == len(first)
        assert not any(word in repr(running.access) for word in first.values())
    assert mode(folder) == 0o711
    with start(folder) as running:
        assert dict(running.access.passwords) == first


@pytest.mark.parametrize("password", ["", "wrong", None])
@pytest.mark.parametrize("user", ["phoihop_setup", "phoihop_app", "postgres"])
def test_nobody_comes_in_without_the_password(running, user, password):
    params = {**running.access.params("app"), "user": user, "password": password}
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**params)


def test_two_processes_share_and_the_last_stops_it(made):
    other = ready(another(made))
    first = server_pid(made)
    running = start(made)
    assert server_pid(made) == first
    leave(other)
    assert one(running.access, "SELECT 1") == 1
    running.stop()
    assert server_pids(made) == set()
    running.stop()


def test_shares_of_one_process_are_counted_too(made):
    with start(made):
        start(made).stop()
        assert server_pid(made)
    assert server_pid(made) is None


def test_a_killed_user_is_not_counted(made):
    other = ready(another(made))
    running = start(made)
    kill(other)
    assert server_pid(made)
    running.stop()
    assert server_pid(made) is None


def test_a_server_whose_users_were_all_killed_is_joined_again(made):
    kill(ready(another(made)))
    left = server_pid(made)
    assert left
    with start(made):
        assert server_pid(made) == left
    assert server_pid(made) is None


def test_a_process_that_ends_without_leaving_leaves(made):
    process = another(made, USER.replace("running.stop()", ""))
    leave(ready(process))
    assert server_pid(made) is None


def test_a_forked_child_does_not_leave_for_its_parent(made):
    with start(made) as running:
        child = os.fork()
        if child == 0:
            running.stop()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        other = ready(another(made))
        leave(other)
        assert server_pid(made), "the parent still holds its share"


def test_many_start_at_once_from_nothing(folder):
    processes = [another(folder) for _ in range(8)]
    for process in processes:
        ready(process)
    assert server_pid(folder)
    for process in processes:
        leave(process)
    assert server_pids(folder) == set()


def test_killed_during_inserts_nothing_acknowledged_is_lost(made):
    running = start(made)
    with psycopg.connect(**running.access.params("owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (n int PRIMARY KEY)")
        acknowledged = 0
        killing = server_pid(made) or 0
        try:
            while acknowledged < 100_000:
                if acknowledged == 300:
                    os.kill(killing, signal.SIGKILL)
                owner.execute("INSERT INTO kept VALUES (%s)", [acknowledged])
                acknowledged += 1
        except psycopg.OperationalError:
            pass
    assert 300 <= acknowledged < 100_000
    again = start(made)
    assert server_pid(made) != killing
    with psycopg.connect(**again.access.params("owner")) as owner:
        kept = {row[0] for row in owner.execute("SELECT n FROM kept")}
        owner.execute("DROP TABLE kept")
    assert set(range(acknowledged)) <= kept
    running.stop()
    again.stop()
    assert server_pid(made) is None


def test_a_number_that_another_program_got_since_is_no_server(made):
    start(made).stop()
    pid_file = home(made).data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{home(made).data}\n1\n5432\n\n\n\n")
    with start(made) as running:
        assert one(running.access, "SELECT 1") == 1


def test_a_deep_folder_gets_its_socket_elsewhere(folder):
    above = folder / ("đường-dẫn-dài-" * 8)
    above.mkdir()
    above.chmod(0o751)
    deep = above / "data" / "phoihop"
    with start(deep) as running:
        assert mode(above) == 0o751, "no folder above is changed"
        socket = Path(running.access.host)
        assert deep not in socket.parents
        assert mode(socket) == 0o700
        assert socket.stat().st_uid == home(deep).data.stat().st_uid
        with start(deep) as second:
            assert second.access.host == running.access.host
    assert not socket.exists()
    with start(deep) as running:
        squatted = Path(running.access.host)
        kill_server(deep)
        squatted.chmod(0o777)
        with start(deep) as again:
            assert Path(again.access.host) != squatted, "a place open to others is not used"
            assert one(again.access, "SELECT 1") == 1
    assert not Path(again.access.host).exists()
    shutil.rmtree(squatted)


@pytest.mark.parametrize("inside", [f"{MAJOR - 1}/data", f"{MAJOR}/data"])
def test_data_of_another_version_is_refused_and_untouched(folder, inside):
    old = folder / "postgres" / inside
    old.mkdir(parents=True)
    (old / "PG_VERSION").write_text(f"{MAJOR - 1}\n")
    before = tree(folder)
    with pytest.raises(Refusal, match="database-version") as refusal:
        start(folder)
    assert str(MAJOR - 1) in refusal.value.message.vi
    assert "PG_BIN" in refusal.value.message.en
    assert tree(folder) == before


def test_a_making_that_was_killed_begins_anew(folder):
    process = another(folder)
    deadline = time.monotonic() + 30
    while not list(home(folder).path.glob("making-*/data/base")) and time.monotonic() < deadline:
        time.sleep(0.005)
    kill(process)
    assert not home(folder).data.exists()
    assert list(home(folder).path.glob("making-*"))
    with start(folder) as running:
        assert one(running.access, "SELECT 1", "app") == 1
    assert not list(home(folder).path.glob("making-*"))


def test_missing_passwords_are_said_and_nothing_is_made_over(made):
    start(made).stop()
    kept = home(made).secrets.read_text()
    home(made).secrets.unlink()
    with pytest.raises(Refusal, match="database-password"):
        start(made)
    home(made).secrets.write_text(kept.replace('"setup": "', '"setup": "x'))
    with pytest.raises(Refusal, match="database-password"):
        start(made)
    assert server_pid(made) is None
    home(made).secrets.write_text(kept)
    start(made).stop()


def test_the_log_holds_no_statement_and_no_value(made):
    with start(made) as running:
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            one(running.access, "SELECT 'Nguyễn Văn Giả'::int", "app")
        with pytest.raises(psycopg.errors.UndefinedTable):
            one(running.access, "SELECT * FROM khong_co_bang_nay", "app")
    logs = "".join(at.read_text() for at in home(made).logs.iterdir())
    assert "database system is ready" in logs
    assert "Giả" not in logs
    assert "khong_co_bang_nay" not in logs


def test_old_logs_go(made):
    start(made).stop()
    old = home(made).logs / "server-Old.log"
    old.write_text("old")
    os.utime(old, (0, 0))
    start(made).stop()
    assert not old.exists()


def test_where_data_lies(monkeypatch):
    monkeypatch.setenv("PHOIHOP_DATA", "/somewhere/else")
    assert default_folder() == Path("/somewhere/else")
    monkeypatch.delenv("PHOIHOP_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/of/lan")
    expected = ROOT_FOLDER if os.geteuid() == 0 else Path("/somewhere/of/lan/phoihop")
    assert default_folder() == expected
