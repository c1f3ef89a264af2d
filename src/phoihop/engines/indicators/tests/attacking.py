"""Somebody who wants to know the few: has every published table, knows the rules, lets a solver do the sums.

He shares no code with what he attacks but the words it is published in. To him every count is an unknown
whole number of nought or more; what is published bounds it, what adds up ties it to others. The solver finds
the least and the most that a count can be.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import highspy

from phoihop.engines.indicators.disclosing import Cell, Count, Key, Line, Part, Published, State, Sum, Told

Bounds = tuple[float, float]
MANY = 1_000_000.0  # no count is more


class Attacker:
    """One system of everything that is known outside. ``whole``: that counts are whole numbers too (integer
    programming); else he is content with the weaker bounds of a linear program.

    What hangs together with nothing else is a system of its own. Whatever a solution says of other counts is
    kept: a count that was seen five apart in two of them needs no program of its own.
    """

    def __init__(
        self, cells: Iterable[Cell], sums: Iterable[Sum], lines: Mapping[Key, Line], whole: bool = True
    ):
        self._whole = whole
        self.programs = 0
        bounds: dict[Count, Bounds] = {}
        ties = [(each.whole, *each.parts) for each in sums]
        for cell in cells:
            line = lines.get(cell.key)
            amounts = cell.people is not None
            bounds[Count(cell.key)] = _bounds(line.numerator if line else None, amounts)
            if cell.denominator is not None:
                of, rest = Count(cell.key, Part.DENOMINATOR), Count(cell.key, Part.REST)
                bounds[of] = _bounds(line.denominator if line else None, amounts)
                if cell.within:
                    bounds[rest] = _bounds(None, amounts)
                    ties.append((of, Count(cell.key), rest))
        hangs: dict[Count, list[int]] = defaultdict(list)
        for number, tie in enumerate(ties):
            for count in tie:
                hangs[count].append(number)
        self._systems: dict[Count, _System] = {}
        for start in bounds:
            if start in self._systems:
                continue
            together, rows, waiting = {start}, set(), [start]
            while waiting:
                for number in hangs[waiting.pop()]:
                    if number not in rows:
                        rows.add(number)
                        new = set(ties[number]) - together
                        together |= new
                        waiting += new
            system = _System({c: bounds[c] for c in sorted(together)}, [ties[n] for n in sorted(rows)], whole)
            self._systems |= dict.fromkeys(together, system)

    def span(self, count: Count, enough: float = float("inf")) -> Bounds:
        """The least and the most that a count can be; no more than ``enough`` apart is asked for."""
        system = self._systems[count]
        for sign in (1.0, -1.0):
            if count in system.seen and system.seen[count][1] - system.seen[count][0] >= enough:
                break
            system.end(count, sign)
            self.programs += 1
        return system.seen[count]


class _System:
    """Counts that hang together. ``seen``: the least and the most that each was in any solution."""

    def __init__(self, bounds: dict[Count, Bounds], ties: list[tuple[Count, ...]], whole: bool) -> None:
        self._whole = whole
        self._place = {count: place for place, count in enumerate(bounds)}
        # What hangs together with nothing is all that is told of it.
        self.seen: dict[Count, Bounds] = {} if ties else dict(bounds)
        self._alone = not ties
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        for place, (least, most) in enumerate(bounds.values()):
            self._solver.addVar(least, most)
            if whole:
                self._solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)
        for tie in ties:
            index = [self._place[count] for count in tie]
            self._solver.addRow(0, 0, len(index), index, [-1.0, *(1.0 for _ in tie[1:])])

    def end(self, count: Count, sign: float) -> None:
        """Finds the least (``sign`` 1) or the most (-1) that a count can be."""
        if self._alone:
            return
        place = self._place[count]
        self._solver.changeColCost(place, sign)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ValueError(f"no figures fit: {status}")
        values = list(self._solver.getSolution().col_value)
        self._solver.changeColCost(place, 0.0)
        for other, at in self._place.items():
            self._see(other, round(values[at]) if self._whole else values[at])

    def _see(self, count: Count, value: float) -> None:
        least, most = self.seen.get(count, (value, value))
        self.seen[count] = min(least, value), max(most, value)


@dataclass
class Tally:
    """How much an attack was: worlds attacked, their cells, counts that were to be found, programs solved."""

    worlds: int = 0
    cells: int = 0
    small: int = 0
    programs: int = 0


def held(
    out: Published,
    whole: bool = True,
    tally: Tally | None = None,
    unseen: Iterable[Cell] = (),
    sums: Iterable[Sum] = (),
    whose: Collection[Key] | None = None,
) -> dict[Count, Bounds]:
    """Every count of 0 to 7 that all published tables together hold closer than is promised: the least and
    the most that it can be. ``unseen``: cells of which nothing is told and which ``sums`` tie to the others;
    of their counts too. ``whose``: looks for no others' counts than theirs."""
    cells = [*out.cells.values(), *unseen]
    attacker = Attacker(cells, [*out.sums, *sums], out.lines, whole)
    found = {}
    small = 0
    for cell in cells if whose is None else [each for each in cells if each.key in whose]:
        for count, value in cell.counts().items():
            if value <= 7:
                small += 1
                least, most = attacker.span(count, 5)
                if most - least < 5 - 1e-6:
                    assert least - 1e-6 <= value <= most + 1e-6, "the attacker has not understood the tables"
                    found[count] = (least, most)
    if tally is not None:
        tally.worlds += 1
        tally.cells += len(cells)
        tally.small += small
        tally.programs += attacker.programs
    return found


def _bounds(told: Told | None, amounts: bool) -> Bounds:
    far = MANY
    if told is None or told.state is State.WITHHELD:
        return 0, far
    if told.state is State.ROUNDED and told.value is not None:
        return float(told.value) - 2, float(told.value) + 2
    if told.state is State.BAND and told.band is not None:
        least, most = told.band
        return least - 2, far if most is None else most + 2
    if told.state is State.SMALL:
        return 0, far if amounts else 7
    if told.state is State.PROTECTING:
        return 8, far
    raise AssertionError(f"{told} is no count of people")
