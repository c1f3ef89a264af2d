"""kill -9 of the database and of the server during 1,000 audited writes by eight hands, twenty times.

    ./run bench kill

One reply in twenty is dropped on its way and the visit sent again under the same key. Told of each run: what
was acknowledged and lost, doubled, or written without its audit entry; and how long after each blow, which
includes starting the server or PostgreSQL again, the next write was acknowledged.
"""

import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

RUNS, WRITES = 20, 1000


def main() -> None:
    from tests.abuse.killing import Morning, counted, station

    gaps: list[tuple[float, float]] = []
    with station() as here:
        for run in range(RUNS):
            before = here.rows("select coalesce(max(id), 0) from standin_visit")[0][0]
            morning, began = Morning(here, WRITES, seed=run), time.monotonic()
            morning.run({WRITES * 2 // 5: here.kill_database, WRITES * 7 // 10: here.kill_server})
            took = time.monotonic() - began
            gaps.append((morning.gaps[0], morning.gaps[1]))
            said = ", ".join(f"{name} {number}" for name, number in counted(morning, before).items())
            print(
                f"run {run + 1:>2}: {said}; sent {morning.sent}, replies dropped {morning.lost}, wrong "
                f"{len(morning.wrong)}; {took:.1f} s; back after {gaps[-1][0]:.2f} s (database), "
                f"{gaps[-1][1]:.2f} s (server)"
            )
    for name, place in (("database", 0), ("server", 1)):
        found = sorted(gap[place] for gap in gaps)
        print(f"{name}: back after {statistics.median(found):.2f} s at the median, {found[-1]:.2f} s at most")


if __name__ == "__main__":
    import django

    django.setup()
    main()
