"""A million doses in simulated provinces where everything goes wrong; what comes out against the truth.

    ./run bench doses [DOSES] [--ed25519] [--rough] [--workers=N]

Each shard is a province of 38 sites with two devices each and 1,000 clients, for three weeks, made from its
own seed. Devices are cut off for up to seven days, crash before and after a record is durable, are put back
to old copies, cloned, and have clocks that are a day off, in 1970 or jump while they run; messages are lost,
doubled, held up and replayed; the server is put back by minutes to hours; people insist, write on paper and
state the wrong day; bottles come back full and their day is dosed, are written down twice, or by mistake;
vomited doses are given again, once or more. Then all is synchronised, and the events are judged in three
random orders. ``--rough`` has each fault many times as often. Signatures are a keyed hash unless
``--ed25519`` is given. Ends with 1 if a double is silent or not forced, a dose lost, invented or on a wrong
day, or stock differs; or if a bottle that came back still counts, or two things are said of one, and nobody
is told; or if what was given again is taken for a double.
"""

import gc
import os
import random
import sys
import time
from multiprocessing import Pool

from phoihop.programmes.ost.tests.simulating import World
from phoihop.programmes.ost.tests.simulating_days import Chances, Days
from phoihop.programmes.ost.tests.simulating_truth import Figures, figures, judged, same
from phoihop.programmes.ost.tests.test_protocol_world import ROUGH

SITES, CLIENTS, DAYS = 38, 1_000, 21


def shard(given: tuple[int, bool, bool]) -> tuple[int, Figures, bool]:
    """One province: its seed, its figures, and whether every order of events gave the same."""
    seed, real_keys, rough = given
    gc.disable()  # nothing in a shard is given up before its end
    world = World(seed, sites=SITES, clients=CLIENTS, real_keys=real_keys)
    Days(world, ROUGH if rough else Chances()).run(DAYS)
    usual = judged(world)
    agreed = all(same(judged(world, random.Random(order)), usual) for order in range(3))
    found = figures(world, usual)
    found.causes.update({f"faults: {name}": n for name, n in world.count.items() if name in FAULTS})
    del world
    gc.collect()
    return seed, found, agreed


FAULTS = (
    "handed over",
    "server put back",
    "device put back",
    "cloned",
    "typed in",
    "crashed",
    "clock set wrong",
)


def main() -> None:
    numbers = [int(word.replace(",", "")) for word in sys.argv[1:] if not word.startswith("--")]
    wanted = numbers[0] if numbers else 1_000_000
    real_keys, rough = "--ed25519" in sys.argv, "--rough" in sys.argv
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {wanted:,} doses wanted")
    started = time.perf_counter()
    total, all_agreed, shards = Figures(), True, 0
    workers = next((int(word[10:]) for word in sys.argv[1:] if word.startswith("--workers=")), os.cpu_count())
    with Pool(workers, maxtasksperchild=1) as pool:
        seeds = range(1, wanted // 12_000 + 2)  # more than are needed, whatever a seed brings
        for seed, found, agreed in pool.imap_unordered(shard, ((n, real_keys, rough) for n in seeds)):
            total.add(found)
            all_agreed = all_agreed and agreed
            shards += 1
            if shards % 10 == 0:
                print(
                    f"  {total.doses:,} doses, {total.doubles:,} doubles, {total.silent} silent", flush=True
                )
            if not found.sound or not agreed:
                print(f"seed {seed} is not sound: {found.examples[:3]}", flush=True)
            if total.doses >= wanted:
                pool.terminate()
                break
    seconds = time.perf_counter() - started
    print(f"{total.doses:,} doses, {total.events:,} events, {shards} provinces, {seconds:,.0f} s")
    print(f"true doubles {total.doubles:,}, of them forced {total.doubles - total.unforced:,}")
    print(f"  raised as incidents      {total.doubles - total.silent:10,}")
    print(f"  silent                   {total.silent:10,}  aim 0")
    print(f"  not forced by anybody    {total.unforced:10,}  aim 0")
    print(f"doses lost                 {total.lost:10,}  aim 0")
    print(f"doses invented             {total.invented:10,}  aim 0")
    print(f"doses on a wrong day       {total.wrong_days:10,}  aim 0")
    print(f"bottles back full          {total.returned:10,}  another dose on {total.instead:,} of the days")
    print(f"  still counted, not told  {total.unfreed:10,}  aim 0")
    print(f"  two claims, not told     {total.unsaid:10,}  aim 0")
    print(f"vomited, given again       {total.again:10,}")
    print(f"  not taken for that       {total.misjudged:10,}  aim 0")
    print(f"stock differences          {total.stock_differences:10,}  aim 0")
    print(f"after a stop, not raised   {total.stops_missed:10,}  of {total.after_stop:,}, aim 0")
    print(f"other order, other result  {'no' if all_agreed else 'YES':>10}  aim no")
    for name, number in sorted(total.false_alarms.items()):
        print(f"false alarms, {name:15} {number:8,}  one in {total.doses // max(number, 1):,} doses")
    print("causes of doubles and faults:", dict(total.causes.most_common()))
    print("incidents:", dict(total.incidents.most_common()))
    sys.exit(0 if total.sound and all_agreed else 1)


if __name__ == "__main__":
    main()
