"""How much of a province's tables is left to readers without files, and what an attacker gets out of them.

./run bench disclosing [PEOPLE ...]    eight facilities, sex and five age bands: what is shown
./run bench disclosing attack [WORLDS [SECONDS]]    two quarters of provinces drawn at random, and of
                                                    facilities told by two calendars: what is found
"""

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from phoihop.engines.indicators.disclosing import SMALL, Published, State, control
from phoihop.engines.indicators.tests.attacking import Tally, held
from phoihop.engines.indicators.tests.provincing import province
from phoihop.engines.indicators.tests.quartering import drawn, inside, published

WORLDS, SECONDS = 150, 600


def main(sizes: list[int]) -> None:
    for people in sizes:
        for shares, months in ((False, True), (False, False), (True, False)):
            release = province(people, seed=1, shares=shares, months=months)
            begun = time.process_time()
            out = control(release)
            taken = time.process_time() - begun
            states = Counter[State]()
            many = shown = 0
            for cell in release.cells:
                line = out.lines[cell.key]
                for told, true in ((line.numerator, cell.numerator), (line.denominator, cell.denominator)):
                    if told is not None and true is not None:
                        states[told.state] += 1
                        many += true > SMALL
                        shown += told.state is State.ROUNDED
            count = sum(states.values())
            kind, spans = "shares" if shares else "numbers", "months and quarter" if months else "quarter"
            print(
                f"{people:>6} people, {kind}, {spans}:"
                f" {count} counts, {many} of 8 and more; rounded {shown} = {shown / count:.0%} of all,"
                f" {shown / many:.0%} of those; band {states[State.BAND]}, small {states[State.SMALL]},"
                f" protecting {states[State.PROTECTING]}, withheld {states[State.WITHHELD]}; {taken:.1f} s",
                flush=True,
            )


def attack(worlds: int, seconds: float) -> None:
    """Draws worlds of each kind until there are enough, or so many seconds of the processor are over, and
    attacks all that is out of each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from phoihop.engines.publishing.tests import overlapping

    def of_a_province(seed: int) -> tuple[Published, dict[str, Any]]:
        drawing = drawn(random.Random(seed))
        return published(drawing)[1], inside(drawing)

    def by_two_calendars(seed: int, blind: bool = False) -> tuple[Published, dict[str, Any]]:
        drawing = overlapping.drawn(random.Random(seed))
        return overlapping.outside(drawing, overlapping.published(drawing, blind)[1])

    print("| of | worlds | cells | counts of 0 to 7 | programs | found | given up | control s | attack s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, made in (
        ("a province, old borders and new", of_a_province),
        ("facilities, two calendars", by_two_calendars),
        ("the same, had nobody minded", lambda seed: by_two_calendars(seed, blind=True)),
    ):
        tally, found, lost = Tally(), 0, 0
        controlled = attacked = 0.0
        begun = time.process_time()
        for seed in range(worlds):
            if time.process_time() - begun > seconds:
                break
            at = time.process_time()
            out, known = made(seed)
            controlled += time.process_time() - at
            at = time.process_time()
            found += len(held(out, tally=tally, **known))
            attacked += time.process_time() - at
            lost += len(out.lost)
            print(f"world {seed}: {time.process_time() - begun:.0f} s", end="\r", file=sys.stderr, flush=True)
        print(
            f"| {name} | {tally.worlds} | {tally.cells} | {tally.small} | {tally.programs} | {found}"
            f" | {lost} | {controlled:.0f} | {attacked:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["attack"]:
        attack(
            int(sys.argv[2]) if len(sys.argv) > 2 else WORLDS,
            float(sys.argv[3]) if len(sys.argv) > 3 else SECONDS,
        )
    else:
        main([int(each) for each in sys.argv[1:]] or [1209])
