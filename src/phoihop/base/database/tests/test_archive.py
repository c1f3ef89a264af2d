"""Going back to a moment: the log archived by a real server, replayed by another."""

import os
import stat
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from phoihop.base.database import archive, dumps
from phoihop.base.database.cluster import start
from phoihop.base.database.home import give
from phoihop.base.database.programs import server_account
from phoihop.base.database.tests.support import home, server_pids
from phoihop.kernel.refusals import Refusal

KEY = bytes(range(32))


def numbers(running):
    with psycopg.connect(**running.access.params("sealer")) as sealer:
        return [row[0] for row in sealer.execute("SELECT n FROM moments ORDER BY n")]


def pieces(place):
    return {at.name: at.read_bytes() for at in place.iterdir()}


@pytest.mark.long
def test_back_to_a_moment_between_two_changes(folder):
    data, place, copy = folder / "o'ne %f", folder / "the archive's %p", folder / "copy"
    start(data).stop()
    place.mkdir(mode=0o700)
    give(place, server_account(home(data).data))
    archive.turn_on(data, place)
    with start(data) as running:
        with psycopg.connect(**running.access.params("owner"), autocommit=True) as owner:
            owner.execute("CREATE TABLE moments (n int)")
            owner.execute("INSERT INTO moments VALUES (1)")
            base = archive.base_copy(running, copy, KEY, epoch=1)
            owner.execute("INSERT INTO moments VALUES (2)")
            between = owner.execute("SELECT clock_timestamp()").fetchone()[0]
            time.sleep(0.05)
            owner.execute("INSERT INTO moments VALUES (3)")
        with psycopg.connect(**running.access.params("setup"), autocommit=True) as setup:
            setup.execute("SELECT pg_switch_wal()")
            deadline = time.monotonic() + 30
            while archive.state(setup).last_copied is None and time.monotonic() < deadline:
                time.sleep(0.1)
            told = archive.state(setup)
            assert told.on
            assert not told.failing
            assert told.last_copied is not None
    archived = pieces(place)
    assert archived
    assert not any(name.startswith(".") for name in archived)

    assert base.kind == "base"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert dumps.inspect(copy, KEY, running.programs).size == base.size
    for number, (until, expected) in enumerate([(between, [1, 2]), (None, [1, 2, 3])]):
        again = folder / f"again-{number}"
        archive.recover(again, copy, KEY, place, until=until)
        assert not server_pids(again)
        with start(again) as recovered:
            assert numbers(recovered) == expected
            with psycopg.connect(**recovered.access.params("owner")) as owner:
                owner.execute("INSERT INTO moments VALUES (9)")
    assert pieces(place) == archived, "the archive of the first server is not written by the others"

    with pytest.raises(Refusal, match="database-not-empty"):
        archive.recover(data, copy, KEY, place)
    late = folder / "late"
    with pytest.raises(Refusal, match="archive-too-short"):
        archive.recover(late, copy, KEY, place, until=datetime.now(UTC) + timedelta(hours=1))
    assert not home(late).data.exists()
    assert not server_pids(late)
    archive.recover(late, copy, KEY, place)
    copy.write_bytes(copy.read_bytes()[:-1])
    with pytest.raises(Refusal, match="sealed-damaged"):
        archive.recover(folder / "never", copy, KEY, place)
    assert not home(folder / "never").data.exists()

    archive.turn_off(data)
    with start(data) as running, psycopg.connect(**running.access.params("app")) as app:
        assert not archive.state(app).on


def test_an_archive_that_cannot_be_written_is_said(made):
    with pytest.raises(Refusal, match="archive-not-writable"):
        archive.turn_on(made, made / "missing")
    if os.geteuid() == 0:
        closed = made / "closed"
        closed.mkdir(mode=0o700)
        with pytest.raises(Refusal, match="archive-not-writable"):
            archive.turn_on(made, closed)
    with pytest.raises(Refusal, match="database-missing"):
        archive.turn_on(made / "nothing", made)


def test_a_dump_is_no_base_copy(folder, running):
    made = dumps.backup(running.access, running.programs, folder / "dump", KEY, epoch=1)
    with pytest.raises(Refusal, match="not-a-base-copy"):
        archive.recover(folder / "new", made.path, KEY, folder)
    base = dumps.write_sealed(folder / "base", [b"x"], KEY, kind="base", epoch=1, server="18.6")
    with pytest.raises(Refusal, match="not-a-dump"):
        dumps.restore(running.access, running.programs, base.path, KEY)
