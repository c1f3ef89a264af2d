"""Doses leaving the database as facts: as Arrow by a connection of their own, and row by row through Python.

    ./run bench leaving [ROWS]

Fills our own PostgreSQL with so many doses of two months (600,000 when left out), reads one month of them
in both ways, and says seconds, processor time of this process and the most memory that it had so far. The
rows of both ways are compared; ends with 1 where they differ. Through Python is how it was done before.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

import psycopg  # noqa: E402
import pyarrow as pa  # noqa: E402

from phoihop.engines.indicators.facts import Kind, Row  # noqa: E402
from phoihop.engines.indicators.partitions import batches  # noqa: E402
from phoihop.programmes.ost import facts  # noqa: E402
from phoihop.programmes.ost.indicators.tables import DOSE  # noqa: E402
from tests.support import database  # noqa: E402

FILL = """
    insert into ost_dose (name, person, client, facility_id, device, "order", drug, mg, quantity, batch,
        outside, again, bottle, day, "on", first, last, certainty, moment, earliest, latest, sources)
    select 'b:' || p || ':' || d, ('00000000-0000-4000-8000-' || lpad(p::text, 12, '0'))::uuid,
        gen_random_uuid(), 1 + mod(p, 40), 'book', gen_random_uuid(), 'methadone', (4 + mod(p, 30)) * 5, 8,
        'L1', false, false, false, d::date, d::date, d::date, d::date, 'stated', null, 0, 0, '{}'
    from generate_series(1, %s) p cross join generate_series(date '2024-01-01', date '2024-02-29', '1 day') d
"""
MONTH = "2024-01"


def through_python(release: facts.Release) -> Iterator[pa.RecordBatch]:
    def rows() -> Iterator[Row]:
        names = [name for name, _ in DOSE.columns]
        numbers = [kind is Kind.NUMBER for _, kind in DOSE.columns]
        called: dict[UUID, str] = {}
        for some in facts._read(facts._DOSES, facts._asked(release, MONTH)):
            for line in some:
                row: dict[str, Any] = dict(zip(names, line, strict=True))
                for name, number in zip(names, numbers, strict=True):
                    if number and row[name] is not None:
                        row[name] = Decimal(row[name])
                person = row["person"]
                if person not in called:
                    called[person] = release.pseudonym(person)
                yield {**row, "person": called[person]}

    yield from batches(DOSE, rows())


def main() -> int:
    rows = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 600_000
    with database.product() as access:
        with psycopg.connect(**access.params("setup")) as setup:
            setup.execute("set session_replication_role = replica")  # the facilities are not there
            setup.execute(FILL, [rows // 60])
            setup.commit()
            setup.execute("analyze ost_dose")
        release = facts.Release(bytes(32), tuple(range(1, 41)), date(2024, 3, 1))
        found = []
        for name, read in (
            ("as Arrow", lambda: facts.batches(DOSE, MONTH, release)),
            ("through Python", lambda: through_python(release)),
        ):
            with release.reaching():
                load, begun, worked = os.getloadavg()[0], time.perf_counter(), time.process_time()
                table = pa.Table.from_batches(read())
                seconds, work = time.perf_counter() - begun, time.process_time() - worked
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{name:16}{table.num_rows:10,} rows {seconds:7.2f} s {work:7.2f} s of work "
                  f"{memory:6,.0f} MB   load {load:.1f}")  # fmt: skip
            found.append(table.sort_by([(column, "ascending") for column in ("day", "person")]))
        return int(found[0] != found[1])


if __name__ == "__main__":
    sys.exit(main())
