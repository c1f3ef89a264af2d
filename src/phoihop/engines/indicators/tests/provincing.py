"""A province as large as a small real one: facilities of unequal size, months, sex and five age bands."""

import random
from collections import Counter
from decimal import Decimal
from itertools import product

from phoihop.engines.indicators.disclosing import Cell, Key, Release
from phoihop.engines.indicators.disclosing_sums import release_of
from phoihop.kernel.calendars import Calendar, Period, Span

QUARTER = Period(Calendar.CIVIL, Span.QUARTER, 2026, 1)
MONTHS = [Period(Calendar.CIVIL, Span.MONTH, 2026, month) for month in (1, 2, 3)]
FACILITIES = [f"f{n}" for n in range(8)]
AGES = {"15": 0.05, "25": 0.25, "35": 0.35, "45": 0.25, "50": 0.1}
SEXES = {"f": 0.25, "m": 0.75}
SHARE = 0.9  # of the denominator that counts in the numerator


def province(people: int, seed: int, shares: bool = False, months: bool = True) -> Release:
    """Every table of one indicator of events of a quarter: units by months and quarter by sex by age, with
    all totals. ``shares``: with a denominator; else a number. ``months``: whether they are told too."""
    chance = random.Random(seed)
    sizes = [1 / (n + 1) ** 0.8 for n in range(len(FACILITIES))]
    all_, some = Counter[tuple[str, Period, str, str]](), Counter[tuple[str, Period, str, str]]()
    for _ in range(people):
        who = (
            chance.choices(FACILITIES, sizes)[0],
            chance.choice(MONTHS),
            chance.choices([*AGES], [*AGES.values()])[0],
            chance.choices([*SEXES], [*SEXES.values()])[0],
        )
        all_[who] += 1
        some[who] += chance.random() < SHARE
    cells = []
    for unit, period, age, sex in product(
        ["P", *FACILITIES], [QUARTER, *MONTHS] if months else [QUARTER], [None, *AGES], [None, *SEXES]
    ):
        counted = [
            sum(
                count
                for (f, month, a, s), count in each.items()
                if unit in ("P", f) and period in (QUARTER, month) and age in (None, a) and sex in (None, s)
            )
            for each in (some, all_)
        ]
        group = tuple((name, value) for name, value in (("age", age), ("sex", sex)) if value)
        of = Decimal(counted[1])
        key = Key("NEW", unit, period, group)
        cells.append(Cell(key, Decimal(counted[0]), of) if shares else Cell(key, of))
    return release_of(cells, {"P": FACILITIES}, {QUARTER: MONTHS}, flows={"NEW"})
