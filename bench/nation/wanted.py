"""What is worked out of the made-up nation: every definition of both programmes that holds month by month."""

from collections.abc import Mapping

from nation.making import PERIODS
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.reference import UNIT
from phoihop.programmes.hiv import indicators as hiv
from phoihop.programmes.ost import indicators as ost

Groups = Mapping[tuple[str, ...], list[Indicator]]
WHO = (UNIT, "sex", "age")


def every() -> Groups:
    """The definitions by what they are told apart by: the unit, and sex and age where they can."""
    found: dict[tuple[str, ...], list[Indicator]] = {WHO: [], (UNIT,): []}
    for each in (*ost.ALL, *hiv.ALL):
        if each.holds(PERIODS[-1]):
            found[WHO if {"sex", "age"} <= set(each.splits) else (UNIT,)].append(each)
    return found


def some(*codes: str) -> Groups:
    """Those of some codes, all told apart by unit, sex and age."""
    return {WHO: [each for each in every()[WHO] if each.code in codes]}
