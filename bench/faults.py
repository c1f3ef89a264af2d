"""kill -9 of database, server and workers in the middle of a thousand doses, again and again.

    ./run bench faults [RUNS] [tablets|desks]

Eight tablets at eight sites synchronise over HTTP, then two processes give doses at each of four desks. One
answer in twenty is lost, and what it told of asked again. PostgreSQL is killed at dose 400, postmaster and
all, the server (of desks: the processes) at dose 700. Told of each run: what was acknowledged, lost, doubled
and otherwise wrong, and the longest gap after each blow, starting again included, until doses were
acknowledged. Ends with 1 if anything is lost, doubled, half written, unrecorded or raised.
"""

import os
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

RUNS = 20


def main() -> int:
    from phoihop.programmes.ost.tests.faulting_mornings import DESKS, TABLETS, mornings

    runs = next((int(word) for word in sys.argv[1:] if word.isdigit()), RUNS)
    asked = [word for word in sys.argv[1:] if word in (TABLETS, DESKS)] or [TABLETS, DESKS]
    bad = 0
    for where in asked:
        gaps: list[tuple[float, ...]] = []
        print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {runs} runs at {where}")
        print(
            "run  acknowledged  lost  doubled  other  longest gap after: database  the rest    took",
            flush=True,
        )
        for morning in mornings(where, runs):
            said = morning.said
            gaps.append(morning.gaps)
            usual = ("acknowledged", "doses", "lost", "doubled")
            other = {name: found for name, found in said.items() if found and name not in usual}
            row = (f"{morning.run + 1:>3}", f"{said['acknowledged']:>12,}", f"{said['lost']:>4}")
            more = (f"{said['doubled']:>7}", f"{len(other) + len(morning.wrong):>5}")
            took = (f"{morning.gaps[0]:>27.2f}", f"{morning.gaps[1]:>8.2f}", f"{morning.seconds:>6.1f}")
            print("  ".join((*row, *more, *took)), flush=True)
            if not morning.sound:
                bad += 1
                print(f"     {said} {morning.wrong[:5]}", flush=True)
        for name, found in zip(("database", "the rest"), zip(*gaps, strict=True), strict=True):
            print(
                f"{where}, {name}: {statistics.median(found):.2f} s at the median, {max(found):.2f} at most"
            )
    return 1 if bad else 0


if __name__ == "__main__":
    import django

    django.setup()
    sys.exit(main())
