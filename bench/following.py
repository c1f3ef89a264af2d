"""What handing tasks on costs every morning: seconds and statements, with 20,000 tasks of 200 plans.

    ./run bench following

The same invented plans as bench/plans.py: 42,000 open parts, of which one in twenty-three is a group's. A
first morning hands on what moved in the years before; then nothing is new, with half of the plans and with
all: the statements are to be as many. Then one office of every province merges: thousands of parts move.
"Own" is this process's processor time, which a busy machine does not stretch.
"""

import importlib
import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

TODAY = date(2026, 11, 23)


def main() -> None:
    import django

    django.setup()
    import pgtrigger
    import psycopg
    from django.test.utils import setup_test_environment

    from phoihop.base.security import origin, scope
    from phoihop.base.security.scope import Scope
    from tests.support import database

    setup_test_environment()
    print(f"load: {' '.join(f'{each:.1f}' for each in os.getloadavg())}")
    with database.product() as access:
        with origin.beginning(), scope.acting(Scope("job")), pgtrigger.ignore():
            importlib.import_module("plans")._make()  # the script beside this one
            _as_made()
        # As it is with tables that were not filled a moment ago.
        with psycopg.connect(**access.params("owner"), autocommit=True) as owner:
            owner.execute("vacuum analyze")
        print(f"{'morning':40} {'s':>8} {'own s':>8} {'statements':>11}  handed on")
        for name, happens in (
            ("the first, half of the plans running", lambda: _ended(half=True)),
            ("nothing new, half of the plans running", None),
            ("the first, all running", lambda: _ended(half=False)),
            ("nothing new", None),
            ("one office of every province merged", _merge),
            ("nothing new, the morning after", None),
        ):
            with origin.beginning(), scope.acting(Scope("job")):
                if happens is not None:
                    happens()
                _measured(name)
    print(f"load: {' '.join(f'{each:.1f}' for each in os.getloadavg())}")


def _as_made() -> None:
    """Parts as the making of plans leaves them, and some tasks that ask for plans."""
    from django.db.models import Value
    from django.db.models.functions import Concat

    from phoihop.base.org.models import Agency
    from phoihop.coordination.plans.models import Share, Task

    for agency in Agency.objects.all():
        Share.objects.filter(agency=agency).update(kind=agency.kind, unit=agency.unit)
    asking = Task.objects.filter(order__in=(7, 57))
    asking.update(text=Concat("text", Value(". Các sở, ngành xây dựng kế hoạch thực hiện trước 15/3")))


def _ended(*, half: bool) -> None:
    from phoihop.coordination.plans.models import Plan

    over = list(Plan.objects.order_by("pk").values_list("pk", flat=True))[::2]
    Plan.objects.filter(pk__in=over).update(ended_on=TODAY - timedelta(days=1) if half else None)


def _merge() -> None:
    from phoihop.base.org.models import Agency, AgencySuccession

    ended = TODAY - timedelta(days=1)
    for old in Agency.objects.filter(kind="health.province"):
        heir = Agency.objects.get(kind="education.province", unit=old.unit)
        Agency.objects.filter(pk=old.pk).update(valid_to=ended)
        AgencySuccession.objects.create(old=old, new=heir, day=TODAY, basis="QĐ 01")


def _measured(name: str) -> None:
    from phoihop.coordination.plans.actions.handing import follow_changes

    done, seconds, own, statements = _timed(lambda: follow_changes(TODAY))
    handed = f"{done.moved} moved, {done.filled} filled, {done.owed} owed"
    print(f"{name:40} {seconds:8.1f} {own:8.1f} {statements:11}  {handed}", flush=True)


def _timed(run: Callable[[], Any]) -> tuple[Any, float, float, int]:
    from django.db import connection

    statements = 0

    def counting(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*given)

    start, busy = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counting):
        done = run()
    return done, time.perf_counter() - start, time.process_time() - busy, statements


if __name__ == "__main__":
    main()
