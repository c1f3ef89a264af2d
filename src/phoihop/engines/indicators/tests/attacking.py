"""Somebody who wants to know the few: has every published table, knows the rules, lets a solver do the sums.

He shares no code with what he attacks but the words it is published in. To him every count is an unknown
whole number of nought or more; what is published bounds it, what adds up ties it to others. The solver finds
the least and the most that a count can be.
"""

from collections.abc import Iterable, Mapping

import highspy

from phoihop.engines.indicators.disclosing import Cell, Count, Key, Line, Part, Published, State, Sum, Told

Bounds = tuple[float, float]


class Attacker:
    """One system of everything that is known outside. ``whole``: that counts are whole numbers too (integer
    programming); else he is content with the weaker bounds of a linear program."""

    def __init__(
        self, cells: Iterable[Cell], sums: Iterable[Sum], lines: Mapping[Key, Line], whole: bool = True
    ):
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        self._whole = whole
        self._place: dict[Count, int] = {}
        ties = [(each.whole, each.parts) for each in sums]
        for cell in cells:
            line = lines.get(cell.key)
            amounts = cell.people is not None
            self._unknown(Count(cell.key), *_bounds(line.numerator if line else None, amounts))
            if cell.denominator is not None:
                of = Count(cell.key, Part.DENOMINATOR)
                self._unknown(of, *_bounds(line.denominator if line else None, amounts))
                if cell.within:
                    rest = Count(cell.key, Part.REST)
                    self._unknown(rest, *_bounds(None, amounts))
                    ties.append((of, (Count(cell.key), rest)))
        for count, parts in ties:
            index = [self._place[count], *(self._place[part] for part in parts)]
            self._solver.addRow(0, 0, len(index), index, [-1.0, *(1.0 for _ in parts)])

    def _unknown(self, count: Count, least: float, most: float) -> None:
        place = self._place[count] = len(self._place)
        self._solver.addVar(least, most)
        if self._whole:
            self._solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)

    def span(self, count: Count) -> Bounds:
        """The least and the most that a count can be."""
        return self._end(count, 1.0), self._end(count, -1.0)

    def _end(self, count: Count, sign: float) -> float:
        place = self._place[count]
        self._solver.changeColCost(place, sign)
        self._solver.run()
        status = self._solver.getModelStatus()
        value = self._solver.getInfo().objective_function_value
        self._solver.changeColCost(place, 0.0)
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return -sign * highspy.kHighsInf
        if status != highspy.HighsModelStatus.kOptimal:
            raise ValueError(f"no figures fit: {status}")
        value = sign * value
        return round(value) if self._whole else value


def held(out: Published, whole: bool = True) -> dict[Count, Bounds]:
    """Every count of 0 to 7 that all published tables together hold closer than is promised: the least and
    the most that it can be."""
    attacker = Attacker(out.cells.values(), out.sums, out.lines, whole)
    found = {}
    for cell in out.cells.values():
        for count, value in cell.counts().items():
            if value <= 7:
                least, most = attacker.span(count)
                assert least - 1e-6 <= value <= most + 1e-6, "the attacker has not understood the tables"
                if most - least < 5 - 1e-6:
                    found[count] = (least, most)
    return found


def _bounds(told: Told | None, amounts: bool) -> Bounds:
    far = highspy.kHighsInf
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
