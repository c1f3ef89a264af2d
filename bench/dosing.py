"""How fast doses are recorded at desks, with every check, beside a bare transaction of four statements.

    ./run bench dosing [SECONDS] [x1 x8 x32] [profile]

Thirty-eight sites, each with its desk; 1, 8 and 32 processes give doses to people who have an order, spread
over the sites. A dose is the whole door: permission, right, order, stock, log with signatures, ledger and
audit. The bare transaction reads a row, locks and updates one, and adds two. Both in turns, on one server;
beside the rates the processor time of each, ours and the server's, which says most on a busy machine.
Aims: a third of the bare rate, and 99 in 100 within 100 ms at 8 processes.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

SITES, PEOPLE = 38, 420
SHARE = PEOPLE // 3  # people of each site for each of the three rounds
SECONDS = 10.0
BARE = """
create table bench_account (id int primary key, balance int);
create table bench_log (id bigserial primary key, account int, at timestamptz default now(), said text);
create table bench_entry (id bigserial primary key, account int, amount int);
insert into bench_account select n, 0 from generate_series(0, 37) n;
grant all on bench_account, bench_log, bench_entry, bench_log_id_seq, bench_entry_id_seq to phoihop_app;
"""


def settle() -> list[dict[str, Any]]:
    """The sites: who gives at each, and to whom."""
    from phoihop.programmes.ost.tests import faulting

    keys = [os.urandom(32).hex() for _ in range(SITES)]
    told = faulting.settle(_public(keys), PEOPLE, tablets_active=False)
    return [
        {"staff": staff, "rosters": rosters}
        for staff, rosters in zip(told["staff"], told["rosters"], strict=True)
    ]


def _public(seeds: list[str]) -> list[str]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = (Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)) for seed in seeds)
    return [key.public_key().public_bytes_raw().hex() for key in made]


def work(kind: str, jobs: list[list[int]], seconds: float) -> tuple[list[float], float, float]:
    """One process: seconds that each transaction took, from when it is told to begin, and the processor time
    of it and of the server's process for it. Ten before are not counted."""
    import django

    django.setup()
    do = _dose if kind == "dose" else _bare
    if kind == "profile":
        return _profiled(jobs), 0, 0
    for account, roster in jobs[:10]:
        do(account, roster)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    took, end, own, server = [], time.perf_counter() + seconds, time.process_time(), _server()
    for account, roster in jobs[10:]:
        begun = time.perf_counter()
        if begun > end:
            break
        do(account, roster)
        took.append(time.perf_counter() - begun)
    else:
        sys.stderr.write("more people are needed\n")
    return took, time.process_time() - own, _server() - server


def _server() -> float:
    """Processor seconds of the server's process for this connection; nought where the system does not say."""
    from django.db import connection

    connection.ensure_connection()
    try:
        told = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    after = told.rpartition(")")[2].split()
    return (int(after[11]) + int(after[12])) / os.sysconf("SC_CLK_TCK")


_viewers: dict[int, Any] = {}


def _dose(account: int, roster: int) -> None:
    """A dose as a request of the window records it: one transaction under the giver's scope."""
    from phoihop.base.org.models import Account
    from phoihop.base.org.tests import making
    from phoihop.base.org.viewers import scope_of
    from phoihop.base.security import origin, scope
    from phoihop.programmes.ost.actions import dispensing
    from phoihop.programmes.ost.models import Roster

    if account not in _viewers:
        with scope.acting(scope.Scope("install")):
            _viewers[account] = making.viewer(Account.objects.get(pk=account))
    by = _viewers[account]
    with origin.beginning(), scope.acting(scope_of(by)):
        row = Roster.objects.select_related("facility").get(pk=roster)
        dispensing.give_dose(by=by, roster=row)


def _bare(account: int, roster: int) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select balance from bench_account where id = %s for update", [account % SITES])
        cursor.execute("update bench_account set balance = balance + 1 where id = %s", [account % SITES])
        cursor.execute("insert into bench_log (account, said) values (%s, %s)", [account, "x" * 600])
        cursor.execute("insert into bench_entry (account, amount) values (%s, %s)", [account, roster])


def _profiled(jobs: list[list[int]]) -> list[float]:
    """Where the time of doses goes, on standard error: functions and statements."""
    import cProfile
    import pstats

    from django.db import connection

    seen: list[str] = []

    def noting(execute: Any, sql: Any, *more: Any) -> Any:
        seen.append(str(sql)[:160])
        return execute(sql, *more)

    for account, roster in jobs[:20]:
        _dose(account, roster)
    with connection.execute_wrapper(noting):
        _dose(*jobs[20])
    sys.stderr.write("\n".join(seen) + f"\n{len(seen)} statements\n")
    profile = cProfile.Profile()
    with profile:
        for account, roster in jobs[21:221]:
            _dose(account, roster)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(75)
    return []


def measured(
    kind: str, hands: int, sites: list[dict[str, Any]], given: dict[str, str], seconds: float
) -> str:
    """A line of the table, from so many processes at once."""
    workers = []
    for hand in range(hands):
        jobs: list[Any] = []
        for site in sites[hand::hands]:
            jobs += [(site["staff"], pk) for pk in site["rosters"][:SHARE]]
            if kind != "bare":
                del site["rosters"][:SHARE]
        code = (
            f"import sys, json; sys.path.insert(0, {str(ROOT / 'bench')!r}); import dosing; "
            "print(json.dumps(dosing.work(*json.loads(sys.stdin.readline()))))"
        )
        worker = subprocess.Popen(
            [sys.executable, "-c", code],
            env=given,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        _tell(worker, json.dumps([kind, _mixed(jobs), seconds]))
        workers.append(worker)
    if kind == "profile":
        workers[0].wait()
        return ""
    assert {_hear(worker) for worker in workers} == {"ready"}
    for worker in workers:
        _tell(worker, "go")
    each = [json.loads(_hear(worker)) for worker in workers]
    for worker in workers:
        worker.wait()
    took = [one for own, _, _ in each for one in own]
    own, server = (sum(times) / len(took) * 1e3 for times in list(zip(*each, strict=True))[1:])
    half, high = statistics.median(took) * 1e3, statistics.quantiles(took, n=100)[98] * 1e3
    return f"{kind:8} {hands:3} {len(took) / seconds:9.0f} {half:8.1f} {high:8.1f} {own:8.2f} {server:8.2f}"


def _tell(worker: subprocess.Popen[str], line: str) -> None:
    assert worker.stdin is not None
    worker.stdin.write(line + "\n")
    worker.stdin.flush()


def _hear(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    return worker.stdout.readline().strip()


def _mixed(jobs: list[Any]) -> list[Any]:
    """One of each site in turn."""
    by_site: dict[int, list[Any]] = {}
    for job in jobs:
        by_site.setdefault(job[0], []).append(job)
    found = []
    while any(by_site.values()):
        found += [those.pop() for those in by_site.values() if those]
    return found


def main() -> None:
    import django

    django.setup()
    import psycopg
    from django.test.utils import setup_test_environment

    from tests.support import database, house

    setup_test_environment()
    words = sys.argv[1:]
    seconds = next((float(word) for word in words if word.replace(".", "").isdigit()), SECONDS)
    print(f"load: {' '.join(f'{each:.1f}' for each in os.getloadavg())}, {os.cpu_count()} cores", flush=True)
    with database.product() as access:
        with psycopg.connect(**access.params("owner"), autocommit=True) as owner:
            owner.execute(BARE.encode())
        given = house.environment(access, 0) | {
            name: os.environ[name] for name in os.environ if name.startswith("PHOIHOP_")
        }
        given["DATABASE_URL"] = access.url("app")
        sites = settle()
        with psycopg.connect(**access.params("setup"), autocommit=True) as setup:
            setup.execute("vacuum analyze")
        if "profile" in words:
            measured("profile", 1, sites, given, seconds)
            return
        heads = f"{'a second':>9} {'p50 ms':>8} {'p99 ms':>8} {'own ms':>8} {'server':>8}"
        print(f"{'what':8} {'by':>3} {heads}", flush=True)
        for hands in [int(word[1:]) for word in words if word[0] == "x"] or [1, 8, 32]:
            for kind in ("bare", "dose"):
                print(measured(kind, hands, sites, given, seconds), flush=True)
    print(f"load: {' '.join(f'{each:.1f}' for each in os.getloadavg())}")


if __name__ == "__main__":
    main()
