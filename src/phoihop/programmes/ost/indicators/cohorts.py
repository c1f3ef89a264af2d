"""Treatments followed for some months: who of them was kept.

The cohort of a window are the treatments whose *mark*, so many months after they began (or after the first
take-home medicine), lies in it. Kept is who on the mark was not ended and within the 30 days before it had a
dose or cover, wherever. Whoever went on to another facility by then is left out here and followed there since
they came; death and custody count as not kept; who began before the facility's books is left out. Somebody
treated twice counts for each treatment. This is ``rules/retention.py``, in windows.
"""

from datetime import date

from phoihop.engines.indicators.parts import (
    aged,
    before,
    every,
    known,
    number,
    open_or,
    says,
    up_to,
)
from phoihop.engines.indicators.rows import Among, Facts, Joined, Latest, Rows, Where, With
from phoihop.engines.indicators.values import (
    AnyOf,
    Column,
    Compare,
    DaysAfter,
    DaysBetween,
    Edge,
    Literal,
    Missing,
    MonthsAfter,
    Not,
    Sign,
    within,
)
from phoihop.programmes.ost.indicators.tables import COVER, SPELL
from phoihop.programmes.ost.indicators.treatment import GONE_AFTER, TREATMENT, covered, observed

MARK = "mark"
_FAR = date(2200, 1, 1)

# The first bottle of each treatment. What comes first is what is the most days before a day far ahead.
_BOTTLES = Where(Facts(COVER), every(says("kind", "bottle"), known("began")))
FIRST_BOTTLE = Latest(
    With(_BOTTLES, "ahead", DaysBetween(Column("day"), Literal(_FAR))), TREATMENT, ("ahead",)
)


def cohort(months: int) -> Rows:
    """The treatments that began so many months before a day of the window."""
    return _of(With(Facts(SPELL), MARK, MonthsAfter(Column("began"), months)), "began")


def without_bottles(rows: Rows) -> Rows:
    """Those treatments that had no take-home medicine up to the window's last day."""
    return Among(rows, Where(_BOTTLES, up_to("day")), TREATMENT, present=False)


def takehome_cohort(months: int) -> Rows:
    """The treatments whose first take-home medicine was so many months before a day of the window."""
    with_bottle = Joined(Facts(SPELL), FIRST_BOTTLE, TREATMENT, (("home", "day"),))
    return _of(With(with_bottle, MARK, MonthsAfter(Column("home"), months)), "home")


def _of(rows: Rows, begin: str) -> Rows:
    in_books = open_or("known", Compare(Column("known"), Sign.AT_MOST, Column(begin)))
    here = AnyOf((Missing(Column("ended")), Not(says("how", "moved")), _after_mark("ended")))
    return aged(Where(rows, every(within(Column(MARK)), in_books, here)), Column("began"))


def _after_mark(day: str) -> Compare:
    return Compare(Column(day), Sign.MORE, Column(MARK))


def kept(rows: Rows) -> Rows:
    """Those of a cohort that were still treated on their mark."""
    dosed = Joined(rows, _near(observed(*_SPAN), rows), TREATMENT, (("dosed_on", "day"),))
    seen = Joined(dosed, _near(covered(*_SPAN), rows), TREATMENT, (("held_on", "day"),))
    return Where(
        seen, every(AnyOf((known("dosed_on"), known("held_on"))), open_or("ended", _after_mark("ended")))
    )


def at_home(rows: Rows) -> Rows:
    """Those of a cohort that were treated on their mark, with take-home medicine in the 30 days before."""
    held = _near(Where(covered(*_SPAN), says("kind", "bottle")), rows)
    bottled = Joined(rows, held, TREATMENT, (("held_on", "day"),))
    return Where(bottled, every(known("held_on"), open_or("ended", _after_mark("ended"))))


# All days that a mark of the window looks back on.
_SPAN = (before(GONE_AFTER, Edge.FIRST), Edge.LAST)


def _near(days: Rows, rows: Rows) -> Latest:
    """Of each treatment of a cohort the last of some days that lies within 30 days before its mark."""
    marked = Joined(days, Latest(rows, TREATMENT, (MARK,)), TREATMENT, ((MARK, MARK),))
    start = DaysAfter(Column(MARK), number(-GONE_AFTER))
    return Latest(Where(marked, within(Column("day"), start, Column(MARK))), TREATMENT, ("day",))
