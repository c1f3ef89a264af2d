"""Which periods are worked out and told, what adds up among them, and what is said of a figure not shown."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from phoihop.engines.indicators.definitions import Hiding, Indicator, Unit
from phoihop.engines.indicators.disclosing import State
from phoihop.engines.indicators.facts import PERSON
from phoihop.engines.indicators.rows import Measure, Persons
from phoihop.engines.indicators.values import Edge
from phoihop.kernel.calendars import SPANS, Calendar, Period, Span, Stretch, period_of
from phoihop.kernel.refusals import Bilingual

# How many periods back, and all that was told before.
LAST = {Span.MONTH: 13, Span.QUARTER: 9, Span.HALF: 4, Span.YEAR: 3}
STALE = timedelta(days=2)  # a figure that was not worked out for so long is said to be old
Group = tuple[tuple[str, str], ...]
Days = tuple[date, date]  # a window's first and last
Name = Period | Stretch  # what a window is called
_DAY = timedelta(days=1)

WORDS = {
    State.SHOWN: Bilingual("Số thực, không phải số người.", "As it is: it counts no people."),
    State.ROUNDED: Bilingual("Làm tròn đến 5.", "Rounded to 5."),
    State.BAND: Bilingual("Chỉ cho biết khoảng.", "Told as a band only."),
    State.SMALL: Bilingual(
        "Ẩn vì ít người (từ 7 trở xuống). Hãy xem kỳ dài hơn hoặc đơn vị lớn hơn.",
        "Hidden, as it is of few people (7 or fewer). Look at a longer period or a larger unit.",
    ),
    State.PROTECTING: Bilingual(
        "Ẩn để không ai tính ra được một con số nhỏ khác. Hãy xem kỳ dài hơn hoặc đơn vị lớn hơn.",
        "Hidden so that nobody works out another small number. Look at a longer period or a larger unit.",
    ),
    State.WITHHELD: Bilingual(
        "Không công bố. Hãy xem kỳ dài hơn hoặc đơn vị lớn hơn.",
        "Not published. Look at a longer period or a larger unit.",
    ),
}


def periods(
    indicator: Indicator, calendars: Iterable[Calendar], since: date, until: date
) -> dict[Days, list[Period]]:
    """The last periods of every span that are over, each under its days: where two calendars agree on them it
    is one figure, and told under one name, the first. Without those that were over before ``since``, and
    those of which it is not the definition."""
    found: dict[Days, list[Period]] = {}
    for calendar in sorted(set(calendars), key=list(Calendar).index):
        for span in sorted(indicator.spans & SPANS[calendar], key=lambda each: each.months):
            for period in _back(calendar, span, until):
                if period.window.last < since:
                    break
                if indicator.holds(period):
                    found.setdefault((period.window.first, period.window.last), []).append(period)
    return found


def _back(calendar: Calendar, span: Span, until: date) -> Iterable[Period]:
    try:
        period = period_of(calendar, span, until)
        if period.window.last > until:
            period = period.next(-1)
        for _ in range(LAST[span]):
            yield period
            period = period.next(-1)
    except ValueError:
        return  # the calendar has no earlier one


def stretches(windows: Collection[Days]) -> list[Days]:
    """The days that some windows have in common, or leave over of each other, where they are no window: a
    month from the 15th and one from the 1st share half a month, and a year with one of its quarters leaves
    three."""
    cuts = sorted({first for first, _ in windows} | {last + _DAY for _, last in windows})
    between = [(first, after - _DAY) for first, after in pairwise(cuts)]
    return [
        (first, last)
        for first, last in between
        if (first, last) not in windows and any(begin <= first and last <= end for begin, end in windows)
    ]


def apart(windows: Iterable[Days]) -> list[Days]:
    """Of some windows, those that matter most first, each that crosses none before it: they lie apart, or one
    in the other."""
    kept: list[Days] = []
    for window in windows:
        if not any(crosses(window, other) for other in kept):
            kept.append(window)
    return kept


def crosses(one: Days, other: Days) -> bool:
    """Whether two windows have days in common, and each some of its own."""
    (first, last), (begin, end) = sorted((one, other))
    return first < begin <= last < end


def beneath(named: Mapping[Days, Name]) -> dict[Name, list[Name]]:
    """Of each window the longest that lie in it, where none crosses another."""
    found: dict[Name, list[Name]] = {}
    for first, last in named:
        inside = [days for days in named if first <= days[0] and days[1] <= last and days != (first, last)]
        if inside:
            found[named[first, last]] = [
                named[days]
                for days in inside
                if not any(wide[0] <= days[0] and days[1] <= wide[1] and wide != days for wide in inside)
            ]
    return found


def parts(named: Mapping[Days, Name]) -> dict[Name, list[Name]]:
    """Of each window what it consists of, in as few as there are: a year's halves, else its quarters, or a
    month of one calendar in parts of two months of another. What is cut no further is not among them."""
    begun: dict[date, list[date]] = defaultdict(list)
    for first, last in sorted(named):
        begun[first].append(last)
    found: dict[Name, list[Name]] = {}
    for whole in named:
        ways: dict[date, list[Days]] = {whole[0]: []}  # to each day the shortest, from the first one
        for day in (each for each in sorted(begun) if whole[0] <= each <= whole[1]):
            for last in begun[day] if day in ways else ():
                way, after = [*ways[day], (day, last)], last + _DAY
                if last <= whole[1] and way != [whole] and len(way) < len(ways.get(after, [*way, whole])):
                    ways[after] = way
        if tiles := ways.get(whole[1] + _DAY):
            found[named[whole]] = [named[each] for each in tiles]
    return found


def is_stock(indicator: Indicator) -> bool:
    """Whether a figure depends on the window's last day alone, so that a quarter's is that of its last
    month."""
    return not _asks_first(indicator.measures)


def _asks_first(part: Any) -> bool:
    if isinstance(part, tuple):
        return any(_asks_first(each) for each in part)
    if is_dataclass(part) and not isinstance(part, type):
        return any(_asks_first(getattr(part, each.name)) for each in fields(part))
    return part is Edge.FIRST


def only(indicator: Indicator, measure: Measure) -> Indicator:
    """Something else counted as if it were the indicator: its numerator alone, to be counted and never
    published, so it needs no examples of its own."""
    unexplained = tuple(
        replace(each, rows={}, expected=(each.expected[0], None)) for each in indicator.examples
    )
    return replace(
        indicator,
        numerator=measure,
        denominator=None,
        unit=Unit.EVENTS,
        splits=(),
        examples=unexplained,
    )


def people_behind(indicator: Indicator) -> Indicator | None:
    """What counts the people from whom a numerator of days or doses comes; None where it counts people
    itself, or is of nobody."""
    measure = indicator.numerator
    if indicator.hiding is Hiding.NOTHING or isinstance(measure, Persons):
        return None
    return only(indicator, Persons(measure.rows)) if PERSON in measure.rows.columns() else None


def within(counts: Collection[tuple[Decimal, Decimal | None]]) -> bool:
    """Whether numerators are parts of their denominators, as far as figures tell."""
    return all(whole is None or part <= whole for part, whole in counts)


def written(group: Group) -> str:
    """A group as it is kept: '{"sex":"f"}', and '{}' of everybody."""
    return json.dumps(dict(group), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read(split: str) -> Group:
    """The other way round."""
    return tuple(sorted(json.loads(split).items()))
