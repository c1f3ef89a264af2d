"""What is sealed, and when: commits out of order, rollbacks, two sealers, killed ones, lost witnesses."""

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.security.audit import sealing, witness
from phoihop.base.security.audit.findings import What
from phoihop.base.security.audit.sealing import Sealed, keep_sealing, newest, raise_epoch, seal
from phoihop.base.security.audit.tests.house import House, copied, entry, own_name, write
from phoihop.base.security.audit.verifying import verify
from phoihop.kernel.refusals import Refusal


def test_a_smaller_id_that_appears_after_a_larger_one_was_there_is_sealed_too(house: House) -> None:
    with house.connect() as slow:
        write(slow, entry())
        house.write()
        # Both wait: whoever writes now may be older than what is there already.
        done = house.seal()
        assert (done.rows, done.waiting) == (0, 1)
    assert house.seal().rows == 2
    assert house.ids() == [1, 2]
    assert house.verify().ok


def test_gaps_of_rollbacks_are_no_gaps(house: House) -> None:
    house.write(2)
    with house.connect() as undone:
        write(undone, entry(), entry())
        undone.rollback()
    house.write(1)
    with house.connect() as partly:
        write(partly, entry())
        with partly.transaction(force_rollback=True):
            write(partly, entry())
        write(partly, entry())
    house.seal()
    report = house.verify()
    assert (report.ok, report.rows) == (True, 5)
    assert house.ids() == [1, 2, 5, 6, 8]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 3), st.integers(1, 3)),
        st.tuples(st.sampled_from(["commit", "rollback"]), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("seal"), st.just(0), st.integers(1, 4)),
    ),
    max_size=25,
)


def test_whatever_the_order_every_committed_entry_is_sealed_once(house: House) -> None:
    """Four writers, commits and rollbacks in any order, and a sealer in between."""
    committed = 0

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS)
    def run(steps: list[tuple[str, int, int]]) -> None:
        nonlocal committed
        writers = [house.connect() for _ in range(4)]
        pending = [0] * 4
        for step, who, count in steps:
            if step == "write":
                write(writers[who], *[entry() for _ in range(count)])
                pending[who] += count
            elif step == "seal":
                house.seal(limit=count)
            else:
                committed += pending[who] if step == "commit" else 0
                pending[who] = 0
                getattr(writers[who], step)()
        for writer in writers:
            writer.close()
        while house.seal().waiting:
            pass  # a connection just closed may take a moment to be rolled back
        assert house.ask("select sum(count)::int from security_auditseal") == [committed]
        assert house.verify(patience=timedelta(0)).ok

    run()


def test_seals_stay_small_but_for_a_large_transaction(house: House) -> None:
    for _ in range(7):
        house.write()
    house.write(9)
    for _ in range(2):
        house.write()
    done = house.seal(limit=3)
    assert (done.rows, done.waiting) == (18, 0)
    assert house.ask("select count from security_auditseal order by number") == [3, 3, 1, 9, 2]
    assert house.verify().ok


def test_with_nothing_new_there_is_a_seal_an_hour(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [house.seal().seals for _ in range(3)] == [1, 0, 0]
    monkeypatch.setattr(sealing, "HEARTBEAT", timedelta(0))
    assert house.seal().seals >= 1
    assert house.verify().ok


def test_a_second_sealer_stands_aside(house: House) -> None:
    house.write(3)
    with house.connect("sealer", autocommit=True) as first, sealing._alone(first) as alone:
        assert alone
        assert house.seal() == Sealed(busy=True)
    assert house.seal().rows == 3


def test_many_sealers_at_once_make_one_chain(house: House) -> None:
    with ThreadPoolExecutor(6) as pool:
        jobs: list[Future[Any]] = [pool.submit(house.write, 5) for _ in range(20)]
        jobs += [pool.submit(house.seal) for _ in range(12)]
        for job in jobs:
            job.result(30)
    house.seal()
    report = house.verify(patience=timedelta(0))
    assert (report.ok, report.rows, report.waiting) == (True, 100, 0)
    assert house.witnessed() == list(range(1, report.seals + 1))


SEAL_FOR_EVER = """
import json, sys
from pathlib import Path
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from phoihop.base.security.audit.sealing import seal
given = json.load(sys.stdin)
key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(given["key"]))
with psycopg.connect(**given["database"], autocommit=True) as connection:
    while True:
        seal(connection, key, Path(given["witness"]), limit=2)
"""


def started(house: House) -> subprocess.Popen[str]:
    """A sealer in a process of its own."""
    process = subprocess.Popen([sys.executable, "-c", SEAL_FOR_EVER], stdin=subprocess.PIPE, text=True)
    given = {
        "database": house.access.params("sealer", house.database),
        "key": house.key.private_bytes_raw().hex(),
        "witness": str(house.witness),
    }
    assert process.stdin is not None
    with process.stdin as stdin:
        json.dump(given, stdin)
    return process


def test_a_sealer_killed_at_any_moment_leaves_no_hole_and_nothing_twice(house: House) -> None:
    # An empty seal, so that the witness exists.
    house.seal()
    for wait in (0.0, 0.003, 0.01, 0.02):
        for _ in range(25):
            house.write()
        before, deadline = house.witness.stat().st_size, time.monotonic() + 20
        with started(house) as process:
            while house.witness.stat().st_size == before:
                assert time.monotonic() < deadline
            time.sleep(wait)
            process.kill()
    deadline = time.monotonic() + 20
    while (done := house.seal()).busy or done.waiting:
        assert time.monotonic() < deadline
    report = house.verify(patience=timedelta(0))
    assert (report.ok, report.rows) == (True, 100)
    assert house.witnessed() == list(range(1, report.seals + 1))


@pytest.mark.parametrize("torn", [1, 40, 300, -1])
def test_a_torn_last_line_is_closed_and_written_again(house: House, torn: int) -> None:
    house.fill(2, 3)
    text = house.witness.read_bytes()
    first = text.index(b"\n") + 1
    # -1: only the line's end is missing, and the line is whole.
    house.witness.write_bytes(text[: first + torn] if torn > 0 else text[:torn])
    between = house.verify(patience=timedelta(hours=1))
    assert between.ok
    assert house.seal().seals == 0
    assert house.witnessed() == [1, 2]
    house.fill(1)
    report = house.verify(patience=timedelta(0))
    assert report.ok
    assert house.witnessed() == [1, 2, 3]
    assert [f.what for f in report.findings] == ([What.WITNESS_TORN] if torn > 0 else [])


def test_a_witness_that_cannot_be_written_is_told_and_caught_up_with(house: House) -> None:
    house.fill(2)
    away = replace(house, witness=house.witness.parent / "missing" / "witness.jsonl")
    for _ in range(2):
        house.write(3)
        with pytest.raises(Refusal) as refused:
            away.seal()
        assert refused.value.reason == "audit-witness"
    # Sealed all the same, and told by the check until the witness has heard of it.
    report = house.verify(patience=timedelta(0))
    assert (report.rows, {f.what for f in report.findings}) == (8, {What.WITNESS_LACKS})
    house.seal()
    assert house.verify(patience=timedelta(0)).ok
    assert house.witnessed() == [1, 2, 3]


def test_a_witness_that_swallows_what_is_written_is_told(house: House) -> None:
    house.write()
    with pytest.raises(Refusal) as refused:
        replace(house, witness=Path(os.devnull)).seal()
    assert refused.value.reason == "audit-witness"


def test_a_new_witness_hears_the_whole_chain(house: House) -> None:
    house.fill(1, 1, 1)
    house.witness.unlink()
    house.seal()
    assert house.witnessed() == [1, 2, 3]
    assert house.verify().ok


@pytest.fixture
def restored(house: House):
    """The house as it was after its second seal, while the witness has heard of four."""
    house.fill(2, 2)
    house.write(1)
    with copied(house.access, house.database, own_name("backup")) as backup:
        house.write(3)
        house.seal()
        house.fill(1)
        yield replace(house, database=backup)


def test_a_database_set_back_is_betrayed_by_the_witness_and_not_sealed_on(restored: House) -> None:
    report = restored.verify()
    assert [(f.what, f.seal, f.count) for f in report.findings] == [(What.SEAL_LOST, 3, 2)]
    restored.write()
    with pytest.raises(Refusal) as refused:
        restored.seal()
    assert refused.value.reason == "audit-set-back"
    assert restored.ask("select count(*)::int from security_auditseal") == [2]


def test_after_a_declared_restore_the_chain_goes_on_and_the_loss_stays_visible(restored: House) -> None:
    with restored.connect("owner", autocommit=True) as owner:
        assert raise_epoch(owner, restored.witness) == 2
    restored.write(4)
    restored.seal()
    report = restored.verify(patience=timedelta(0))
    assert (report.ok, report.rows) == (True, 9)
    assert [(f.what, f.seal, f.count) for f in report.findings] == [(What.RESTORED, 3, 2)]
    assert restored.witnessed() == [1, 2, 3, 4, 3, 4]
    # The past epoch was closed with what the backup still held of it.
    query = "select epoch, count, to_txid = 9223372036854775807 from security_auditseal order by number"
    assert restored.ask(query) == [(1, 2, False), (1, 2, False), (1, 1, True), (2, 4, False)]


def test_an_epoch_that_the_witness_knows_is_not_used_again(restored: House) -> None:
    with copied(restored.access, restored.database, own_name("again")) as name:
        again = replace(restored, database=name)
        raised = []
        for place in (restored, again):
            with place.connect("owner", autocommit=True) as owner:
                raised.append(raise_epoch(owner, place.witness))
            place.write(1)
            place.seal()
        assert raised == [2, 3]
        report = again.verify()
    assert report.ok
    assert [f.what for f in report.findings] == [What.RESTORED, What.RESTORED]


def test_transaction_numbers_that_went_back_stop_writing_until_the_epoch_is_raised(house: House) -> None:
    house.fill(2)
    # As after a dump was loaded into a new server: its transactions number from the beginning again.
    house.tamper("update security_auditseal set to_txid = to_txid + 1000000")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
        house.write()
    with pytest.raises(Refusal) as refused:
        replace(house, witness=house.witness.with_name("other")).seal()
    assert refused.value.reason == "audit-epoch"
    with house.connect("owner", autocommit=True) as owner:
        raise_epoch(owner)
    house.write()


def test_raising_the_epoch_waits_for_who_writes_in_the_old_one(house: House) -> None:
    house.fill(1)
    with house.connect() as slow, house.connect("owner", autocommit=True) as owner:
        write(slow, entry())
        owner.execute("set lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            raise_epoch(owner)
    with house.connect("owner", autocommit=True) as owner:
        raise_epoch(owner)
    house.write(2)
    assert house.seal().rows == 3
    assert house.verify(patience=timedelta(0)).ok


def test_the_sealer_goes_on_after_a_failure_and_seals_once_more_at_the_end(house: House) -> None:
    told: list[Exception] = []
    stop = threading.Event()
    attempts = []

    def connect() -> psycopg.Connection:
        attempts.append(1)
        if len(attempts) == 1:
            raise psycopg.OperationalError("not now")
        if len(attempts) == 3:
            house.write(2)
            stop.set()
        return house.connect("sealer")

    keep_sealing(connect, house.key, house.witness, stop, every=0.01, tell=told.append)
    assert [type(error) for error in told] == [psycopg.OperationalError]
    with house.connect() as connection:
        assert newest(connection).count == 2


def test_sealing_and_checking_ask_for_a_connection_of_their_own(house: House) -> None:
    with house.connect("sealer") as connection, pytest.raises(ValueError, match="autocommit"):
        seal(connection, house.key, house.witness)
    with house.connect("sealer") as connection:
        connection.execute("select 1")
        with pytest.raises(ValueError, match="snapshot"):
            verify(connection, [house.key.public_key()])


def test_the_last_seal_of_a_witness_is_found_without_reading_it_all(house: House) -> None:
    assert witness.last(house.witness) is None
    house.fill(*[1] * 3)
    with house.connect() as connection:
        assert witness.last(house.witness) == newest(connection)
