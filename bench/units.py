"""The nation's tree on a day and the search of a name over all units, old and new.

Prints milliseconds, the worst of many. Aims: 50 for a tree, 20 for a search. What is done once in the life
of a process, reading the tables and making the index, is printed for what it is.
"""

import os
import time
from collections.abc import Callable
from datetime import date

from phoihop.base.org.units import reexpress, register, search, tree
from phoihop.base.org.units.tests.test_search import FIRST

DAYS = (date(2022, 5, 1), date(2026, 5, 1))
# What a person types on the way to a name, and what is hardest: one letter, a slip, nothing like a name.
TYPED = [
    "n", "t", "th", "ta", "tan", "p", "q", "xã t", "phường", "huyện a", "lao ci", "thahn hoa", "binh duonng",
    "văn miếu quôc tử giam", "quận 1, tp hcm", "không có nơi nào tên như thế này", "a" * 80, "tân, hà nội",
]  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that a piece of work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1_000


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print(f"reading the tables, once     {timed(register.__wrapped__):8.1f} ms")
    print(f"the search's index, once     {timed(lambda: search('x', DAYS[0])):8.1f} ms")
    units = len(register().units)
    trees = [timed(lambda on=on: tree(on)) for on in DAYS for _ in range(20)]
    print(f"tree of the nation, worst    {max(trees):8.1f} ms  aim 50")
    typed = [(text, on) for text, on, *_ in FIRST] + [(text, on) for text in TYPED for on in DAYS]
    times = {}
    for text, on in typed:
        # The best of three is what the search costs; the worst of those over all texts is what counts.
        times[text, on] = min(timed(lambda text=text, on=on: search(text, on)) for _ in range(3))
    slowest = max(times, key=lambda case: times[case])
    median = sorted(times.values())[len(times) // 2]
    print(f"search over {units:,} units    {median:8.1f} ms  median of {len(times)} texts")
    print(f"  slowest                    {times[slowest]:8.1f} ms  aim 20 ({slowest[0][:30]!r})")
    communes = {u.key: 1_000 for u in tree(DAYS[0]) if len(u.code) == 5}
    print(f"{len(communes):,} communes restated    {timed(lambda: reexpress(communes, DAYS[1])):8.1f} ms")


if __name__ == "__main__":
    main()
