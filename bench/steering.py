"""What the pages of the steering room cost, on the data of a filled demo that nobody else uses meanwhile.

    ./run bench steering FOLDER [TIMES [EVENTS]]

``FOLDER``: a copy of a demo's data (PHOIHOP_DATA), filled to the end. With ``TIMES`` its published figures
are laid so many times as thick into the tables, under other codes; with ``EVENTS`` its doses are given again
in earlier years until there are so many. Cold is the first request of a process that has just started; warm
the median of 15 after 3. A request goes through every layer. Aim: 1.5 s cold, 300 ms warm.
"""

import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
WHO, TURNS = "lanhdao", 15


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]).resolve()
    os.environ["PHOIHOP_DATA"] = str(folder)
    os.environ.setdefault("PHOIHOP_MODE", "demo")
    from phoihop.config import database

    running = database.join()
    os.environ["DJANGO_SETTINGS_MODULE"] = "phoihop.config.settings"
    try:
        if arguments[1:2] == ["page"]:
            first(arguments[2])
            return 0
        paths = grown(int(arguments[1]) if len(arguments) > 1 else 1)
        if len(arguments) > 2:
            with_events(running.access, int(arguments[2].replace("_", "")))
        print(f"{'page':20} {'cold ms':>8} {'warm ms':>8} {'p95':>8} {'statements':>10}")
        return max(measured(folder, name, path) for name, path in paths.items())
    finally:
        if running is not None:
            running.stop()


def measured(folder: Path, name: str, path: str) -> int:
    """A page by a process that has just started, and by one that has not."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    said = subprocess.run(
        [sys.executable, __file__, str(folder), "page", path], capture_output=True, text=True, check=True
    )
    cold = float(said.stdout.split()[-1])
    browser, took = signed_in(), []
    for turn in range(TURNS + 3):
        begun = time.perf_counter()
        answer = browser.get(path)
        if turn >= 3:
            took.append((time.perf_counter() - begun) * 1_000)
    assert answer.status_code == 200, (path, answer.status_code)
    with CaptureQueriesContext(connection) as caught:
        browser.get(path)
    count = len([each for each in caught.captured_queries if "SAVEPOINT" not in each["sql"]])
    warm, high = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    print(f"{name:20} {cold:8.0f} {warm:8.0f} {high:8.0f} {count:10}", flush=True)
    return int(cold > 1_500 or warm > 300)


def first(path: str) -> None:
    """The first request of this process."""
    import django

    django.setup()
    browser = signed_in()
    begun = time.perf_counter()
    assert browser.get(path).status_code == 200
    print((time.perf_counter() - begun) * 1_000)


def signed_in() -> Any:
    from phoihop.base.org.models import Account
    from phoihop.base.security import scope
    from phoihop.base.security.scope import Scope
    from tests.support import world

    with scope.acting(Scope("job")):
        account = Account.objects.get(username=WHO)
    return world.signed_in(account, SERVER_NAME="localhost")


def grown(times: int) -> dict[str, str]:
    """Published figures laid thicker; the pages, of the last plan and of a target that has a live number."""
    import django

    django.setup()
    from phoihop.base.security import scope
    from phoihop.base.security.scope import Scope
    from phoihop.coordination.plans.models import Binding, Plan
    from phoihop.engines.publishing.models import Number, Told

    with scope.acting(Scope("job")):
        for model in (Number, Told):
            there = model.objects.exclude(code__contains="~").count()
            for turn in range(1, times):
                if model.objects.filter(code__endswith=f"~{turn}").exists():
                    continue
                for at in range(0, there, 20_000):
                    rows = list(model.objects.exclude(code__contains="~").order_by("pk")[at : at + 20_000])
                    for row in rows:
                        row.pk, row.code = None, f"{row.code}~{turn}"
                    model.objects.bulk_create(rows, batch_size=2_000)
            print(f"{model.__name__.lower()}: {model.objects.count():,} rows")
        known = set(Told.objects.exclude(code__contains="~").values_list("code", flat=True).distinct())
        bound = Binding.objects.filter(target__plan__ended_on=None, until=None, code__in=known)
        plans = Counter(bound.exclude(by=None).values_list("target__plan", flat=True))
        plan = Plan.objects.get(pk=plans.most_common(1)[0][0])
        target = bound.exclude(by=None).filter(target__plan=plan).select_related("target")[0].target
    room = f"/dieu-hanh/{plan.uid}/"
    return {
        "plans": "/dieu-hanh/",
        "table of targets": room,
        "two years": f"{room}so-nam/",
        "cascade": f"{room}bac-thang/",
        "two targets": f"{room}canh-nhau/",
        "target": f"/dieu-hanh/chi-tieu/{target.uid}/",
    }


def with_events(access: Any, wanted: int) -> None:
    """Doses as they are, once more in years before, until there are so many."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(**access.params("setup"), autocommit=True) as setup:
        columns = setup.execute(
            "select column_name from information_schema.columns where table_name = 'ost_dose'"
            " and column_name <> 'id' order by ordinal_position"
        ).fetchall()
        told = {
            **{name: sql.Identifier(name) for (name,) in columns},
            "name": sql.SQL("name || '~' || turn"),
            **{day: sql.SQL("{} - 1096 * turn").format(sql.Identifier(day))
               for day in ("day", "on", "first", "last")},
        }  # fmt: skip
        own = setup.execute("select count(*) from ost_dose where name not like '%~%'").fetchone()[0]
        there = setup.execute("select count(*) from ost_dose").fetchone()[0]
        if there < wanted:
            setup.execute(
                sql.SQL(
                    "insert into ost_dose ({}) select {} from ost_dose cross join"
                    " generate_series({}::int, {}::int) turn where name not like '%~%'"
                ).format(
                    sql.SQL(", ").join(map(sql.Identifier, told)),
                    sql.SQL(", ").join(told.values()),
                    there // own,
                    wanted // own,
                )
            )
            setup.execute("vacuum analyze ost_dose")
        print(f"doses: {setup.execute('select count(*) from ost_dose').fetchone()[0]:,}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
