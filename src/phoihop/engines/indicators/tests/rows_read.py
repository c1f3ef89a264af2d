"""Rows over the drawn tables, for tests of how they are read: of a window, up to it, the last of each."""

from datetime import date
from decimal import Decimal

from phoihop.engines.indicators.definitions import PLACE
from phoihop.engines.indicators.facts import PERSON
from phoihop.engines.indicators.rows import Facts, Joined, Latest, Where, With
from phoihop.engines.indicators.tests.drawing import ENDED, GIVEN
from phoihop.engines.indicators.values import (
    Column,
    Compare,
    DaysAfter,
    Edge,
    Literal,
    Missing,
    Not,
    Sign,
    within,
)
from phoihop.kernel.calendars import Window

DAY = Column("day")
IN = Where(Facts(GIVEN), within(DAY))
EVER = Where(Facts(GIVEN), Compare(DAY, Sign.AT_MOST, Edge.LAST))
LAST = Latest(EVER, (PERSON,), ("day",))
MONTHS = [Window(date(2024, 1, 1), date(2024, 1, 31)), Window(date(2024, 2, 1), date(2024, 2, 29))]
BY_DAY = Latest(Facts(GIVEN), (PERSON, "day"), ("born",))
OF_ALL = Latest(Facts(GIVEN), (PERSON,), ("day",))
ENDS = Latest(Facts(ENDED), (PERSON,), ("day",))
ENDS_THERE = Latest(Facts(ENDED), (PLACE,), ("day",))
BROUGHT = (("x", "day"),)
ENDED_ONCE = Joined(IN, ENDS, (PERSON,), BROUGHT)
# Whoever has medicine on the last day of a window: the last pickup, and how long it lasts.
DUE = DaysAfter(DaysAfter(DAY, Column("days")), Literal(Decimal("2.5")))
PICKED = Latest(With(EVER, "due", DUE), (PERSON,), ("day", "days"))
HOLDING = Where(PICKED, Compare(Edge.LAST, Sign.AT_MOST, Column("due")))
DATED = Where(Facts(GIVEN), Not(Missing(DAY)))
LIKE = Latest(DATED, (PERSON,), ("day",))
OF_WHOM = Joined(Where(Facts(ENDED), within(DAY)), LIKE, (PERSON,), (("sex", "sex"),))
