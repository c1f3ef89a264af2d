"""What the audit costs: recording, the lag of sealing under load, checking a million entries.

Runs on a PostgreSQL of its own in a temporary folder, with the product's tables. Prints every figure beside
its aim; exit status 1 when an aim is missed. Takes about four minutes; ``--rows N`` checks fewer.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
ROWS = 1_000_000
IN_A_TRANSACTION = 500  # of the rows that are made to be checked
IN_A_SEAL = 1_000
PER_SECOND = 500  # entries
LOAD = 60.0  # seconds
EVERY = 10.0  # seconds between seals under load; the product's sixty would hide what a run takes
MOST_FOR_TEN_MILLION = 300.0  # seconds
MOST_LAG = 60.0  # seconds
SMALL_SEALS = 2_000

missed: list[str] = []


def row(what: str, figure: str, aim: str = "", met: bool = True) -> None:
    print(f"{what:<52}{figure:>24}   {aim}{'' if met else '  MISSED'}".rstrip(), flush=True)
    if not met:
        missed.append(what)


def median(work: Callable[[], object], times: int = 300) -> float:
    """Milliseconds on the clock, the median of many runs."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return statistics.median(found) * 1000


def some(**parts):
    from phoihop.base.security.audit.entries import Entry, Kind

    return Entry(
        kind=Kind.READ,
        action="org.look",
        request=uuid4(),
        account=7,
        agency=3,
        purpose="care",
        thing_kind="org.Agency",
        thing_id="a1",
        source="10.0.0.7",
        detail={"fields": ["name", "code"], "caseload": "in"},
        **parts,
    )


def recording() -> None:
    from django.db import connection

    from phoihop.base.security.audit.recording import record
    from phoihop.base.security.scope import Scope, acting

    nurse = Scope("work", account=7, agencies=(3,))

    def plain() -> None:
        with acting(nurse), connection.cursor() as cursor:
            cursor.execute("select 1")

    def recorded() -> None:
        with acting(nurse), connection.cursor() as cursor:
            cursor.execute("select 1")
            record(some())

    median(recorded, 50)
    with acting(nurse):
        one = median(lambda: record(some()), 1000)
        ten = median(lambda: record(*[some() for _ in range(10)]), 200)
        many = median(lambda: record(*[some() for _ in range(500)]), 10)
    row("record(): one entry, inside a transaction", f"{one:.2f} ms")
    row("record(): ten entries at once, each", f"{ten / 10:.3f} ms")
    row("record(): five hundred at once, each", f"{many / 500:.3f} ms")
    row("a transaction that reads, with scope", f"{median(plain):.2f} ms")
    row("the same with its entry, so written to the disk", f"{median(recorded):.2f} ms")
    row("making and checking an Entry, no database", f"{median(some, 2000) * 1000:.0f} µs")


def under_load(house) -> None:
    """Writers commit one entry each, so many a second; a sealer beside them."""
    from phoihop.base.security.audit.tests.house import entry, write

    until = time.monotonic() + LOAD
    counts = [0] * 4

    def writer(mine: int) -> None:
        with house.connect(autocommit=True) as connection:
            began = time.monotonic()
            while (now := time.monotonic()) < until:
                if counts[mine] / (PER_SECOND / 4) > now - began:
                    time.sleep(0.002)
                    continue
                write(connection, entry())
                counts[mine] += 1

    threads = [threading.Thread(target=writer, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    lags, runs, left, sealed = [], [], [], 0
    while time.monotonic() < until:
        time.sleep(EVERY)
        lags.append(waiting_since(house))
        began = time.perf_counter()
        done = house.seal()
        runs.append(time.perf_counter() - began)
        left.append(done.lag)
        sealed += done.rows
    for thread in threads:
        thread.join()
    row(f"entries written and sealed in {LOAD:.0f} s", f"{sum(counts) / LOAD:.0f} a second")
    row(f"one sealing run of {sealed / len(runs):.0f} entries", f"{max(runs) * 1000:.0f} ms at most")
    row("oldest unsealed entry just after a run", f"{max(left) * 1000:.0f} ms at most")
    row(
        f"oldest unsealed entry, a run every {EVERY:.0f} s",
        f"{max(lags) + max(runs):.1f} s",
        "≤ 60 s",
        max(lags) < 60,
    )


def waiting_since(house) -> float:
    """Seconds since the oldest entry that no seal covers was written."""
    query = (
        "select extract(epoch from clock_timestamp() - min(at))::float8 from security_auditentry "
        "where (epoch, txid) >= (select epoch, to_txid from security_auditseal order by number desc limit 1)"
    )
    return house.ask(query)[0] or 0.0


FILL = """
insert into security_auditentry (kind, action, outcome, account, position, agency, purpose, thing_kind,
    thing_id, owner_agency, programme, request, source, count, detail)
select 'read', 'org.look', 'done', n %% 900, n %% 1100, n %% 40, 'care', 'org.Agency', 'a' || n %% 20000,
    n %% 37, '', gen_random_uuid(), '10.0.0.' || n %% 250, 1, '{"fields": ["name", "code"], "caseload": "in"}'
from generate_series(1, %s) as n
"""


def checking(house, rows: int) -> None:
    there = house.ask("select count(*)::int from security_auditentry")[0]
    began = time.perf_counter()
    with house.connect(autocommit=True) as connection:
        for _ in range(max(0, rows - there) // IN_A_TRANSACTION):
            connection.execute(FILL, [IN_A_TRANSACTION])
    filled = time.perf_counter() - began
    began = time.perf_counter()
    done = house.seal(limit=IN_A_SEAL)
    row(f"sealing {done.rows} entries in {done.seals} seals", f"{time.perf_counter() - began:.1f} s")
    report = house.verify(patience=timedelta(hours=1))
    assert report.ok, list(report.lines())
    row(f"checking {report.rows} entries, {report.seals} seals", f"{report.seconds:.1f} s")
    ten = report.seconds / report.rows * 10_000_000
    # Of fewer rows, the small seals made before are too large a part to tell anything of ten million.
    if rows >= ROWS:
        aim = MOST_FOR_TEN_MILLION
        row("ten million at this rate", f"{ten:.0f} s", f"≤ {aim:.0f} s", ten <= aim)
    row(
        "adding an entry by bulk, with its triggers and indexes",
        f"{filled / max(1, rows - there) * 1e6:.0f} µs",
    )
    ((own, indexes, seals),) = house.ask(
        "select pg_table_size('security_auditentry'), pg_indexes_size('security_auditentry'), "
        "pg_total_relation_size('security_auditseal')"
    )
    each = " + ".join(f"{size / report.rows:.0f}" for size in (own, indexes, seals))
    row("bytes an entry: row, indexes, in its seal", each)
    tampered(house)


def tampered(house) -> None:
    middle = house.ask("select id from security_auditentry order by id offset 500 limit 1")[0]
    house.tamper(f"update security_auditentry set count = count + 1 where id = {middle}")
    report = house.verify(patience=timedelta(hours=1))
    row(
        "one changed row among them is named",
        f"row {report.first_row}",
        f"{middle}",
        report.first_row == middle,
    )
    house.tamper(f"update security_auditentry set count = count - 1 where id = {middle}")


def reading() -> None:
    from phoihop.base.security.audit.entries import Entry, Kind
    from phoihop.base.security.audit.reading import Asked, entries_for, lookers
    from phoihop.base.security.scope import Scope, acting

    by = Entry(kind=Kind.READ, action="audit.read", request=uuid4(), account=9, purpose="audit")
    auditor = Scope("audit", account=9, agencies=(3, 4))
    with acting(auditor):
        for what, asked in {
            "newest page of an agency": Asked(agency=3),
            "newest page of an account": Asked(account=43),
            "newest page of a thing": Asked(thing=("org.Agency", "a123")),
        }.items():
            row(what, f"{median(lambda a=asked: entries_for(a, reading=by), 20):.1f} ms")
        row(
            "who looked at a thing", f"{median(lambda: lookers('org.Agency', 'a123', reading=by), 20):.1f} ms"
        )


def small_seals(house) -> None:
    """A quiet night: many seals of one entry."""
    with house.connect(autocommit=True) as connection:
        for _ in range(SMALL_SEALS):
            connection.execute(FILL, [1])
    before = house.verify(patience=timedelta(hours=1)).seconds
    began = time.perf_counter()
    done = house.seal(limit=1)
    row("making a small seal", f"{(time.perf_counter() - began) / done.seals * 1000:.2f} ms")
    after = house.verify(patience=timedelta(hours=1)).seconds
    each = (after - before) / done.seals
    row("checking a small seal", f"{each * 1000:.2f} ms")
    row("a year of a seal every minute", f"{each * 525_600:.0f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs as an account of its own when we are root
        # A server of its own: whatever is being written in any database of a server holds sealing up.
        os.environ["PHOIHOP_TEST_DATA"] = str(folder / "data")
        import django

        django.setup()
        from phoihop.base.security.audit.tests.house import House
        from tests.support import database

        with database.product("app") as access:
            house = House(access, access.database, folder / "witness.jsonl")
            house.seal()
            small_seals(house)  # first, while nothing else is there to be checked with them
            recording()
            under_load(house)
            checking(house, rows)
            reading()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
