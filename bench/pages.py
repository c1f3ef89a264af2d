"""What each page of the organisation costs: milliseconds and statements, on all units and 2,000 people.

    ./run bench pages

One process, no network: a request through every layer (middleware, row security, audit, templates), 14,000
units, 300 agencies, 2,000 people, 5,000 entries of the record. Medians of 15 after 3 that warm up.
"""

import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

AGENCIES, PEOPLE, LOOKS, TIMES = 300, 2_000, 5_000, 15


def main() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from tests.journeys import organised
    from tests.support import database

    setup_test_environment()
    with database.product():
        began = time.perf_counter()
        made = organised.make()
        _grow()
        print(f"made in {time.perf_counter() - began:.1f} s")
        print(f"{'page':42} {'ms':>7} {'p95':>7} {'statements':>10}")
        pages = [*organised.pages(made), ("people-search", "quantri", _searched("quantri", "van 12"))]
        for name, who, path in pages:
            browser = _browser(who)
            took = []
            for turn in range(TIMES + 3):
                start = time.perf_counter()
                answer = browser.get(path)
                if turn >= 3:
                    took.append((time.perf_counter() - start) * 1_000)
            assert answer.status_code == 200, (name, answer.status_code)
            with CaptureQueriesContext(connection) as caught:
                browser.get(path)
            count = len([q for q in caught.captured_queries if "SAVEPOINT" not in q["sql"]])
            high = statistics.quantiles(took, n=20)[-1]
            print(f"{name:42} {statistics.median(took):7.1f} {high:7.1f} {count:10}")


def _browser(who: str) -> Any:
    from phoihop.base.org import viewers
    from phoihop.base.org.models import Account
    from phoihop.base.security import scope
    from phoihop.base.security.scope import Scope
    from tests.support.world import signed_in

    viewers.CACHE.clear()
    with scope.acting(Scope("job")):
        account = Account.objects.get(username=who)
        return signed_in(account)


def _searched(who: str, text: str) -> str:
    """The address that a search for people leads to."""
    return str(_browser(who).post("/can-bo/", {"q": text}).headers["Location"])


def _grow() -> None:
    from phoihop.base.org.models import Agency, Person, Position, Unit
    from phoihop.base.security import origin, scope
    from phoihop.base.security.audit.entries import Entry, Kind
    from phoihop.base.security.audit.recording import record
    from phoihop.base.security.scope import Scope
    from phoihop.kernel.sorting import person_key
    from tests.journeys import organised

    with origin.beginning() as here, scope.acting(Scope("install")):
        communes = list(Unit.objects.filter(key__startswith="2025:15").order_by("key")[:100])
        offices = [
            Agency(kind="people.commune", name=f"Ủy ban nhân dân {n}", unit=communes[n % len(communes)])
            for n in range(AGENCIES)
        ]
        offices = Agency.objects.bulk_create(offices)
        names = [f"{('Lò', 'Vàng', 'Giàng')[n % 3]} {('Thị', 'Văn', 'A')[n % 3]} {n}" for n in range(PEOPLE)]
        people = Person.objects.bulk_create([Person(name=name, sort_key=person_key(name)) for name in names])
        Position.objects.bulk_create(
            Position(person=person, role="member", agency=offices[n % AGENCIES], since=organised.SINCE)
            for n, person in enumerate(people)
        )
        justice = Agency.objects.get(name__startswith="Sở Tư pháp")
        record(
            *(
                Entry(kind=Kind.READ, action="org.see_people", request=here.request, agency=justice.pk,
                      thing_kind="org.Person", thing_id=str(people[n % PEOPLE].pk))
                for n in range(LOOKS)
            )
        )  # fmt: skip


if __name__ == "__main__":
    main()
