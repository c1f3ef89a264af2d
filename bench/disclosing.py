"""How much of a province's tables is left to readers without files: eight facilities, sex and five age bands.

./run bench disclosing [PEOPLE ...]
"""

import sys
import time
from collections import Counter

from phoihop.engines.indicators.disclosing import SMALL, State, control
from phoihop.engines.indicators.tests.provincing import province


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


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [1209])
