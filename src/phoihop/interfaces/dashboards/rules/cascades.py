"""Steps of care, each a part of the one before: only such counts may stand side by side as a cascade.

A step takes the numerator or the denominator of a figure, so that what is compared is people of one group:
who is not of the step before cannot be of the step after it. Of shares with unlike denominators no cascade
is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``code``: of the figure; ``lower``: its denominator is meant; ``asked``: how many percent of
    the step before, by the programme's own aim, None where none is set."""

    code: str
    name: Bilingual
    lower: bool = False
    asked: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A cascade. ``key`` names files and says nothing about health."""

    key: str
    name: Bilingual
    calendar: Calendar
    span: Span
    steps: tuple[Step, ...]


T = TypeVar("T")


def of_one_period(told: Iterable[tuple[Period, str, T]]) -> dict[str, T]:
    """By code, the figures of the period that has most of them, of several the latest: steps of two periods
    are no cascade. Empty of nothing."""
    periods: dict[Period, dict[str, T]] = {}
    for period, code, figure in told:
        periods.setdefault(period, {})[code] = figure
    best = max(periods, key=lambda each: (len(periods[each]), each), default=None)
    return {} if best is None else periods[best]


KNOWN = (
    # 95-95-95: Quyết định 1246/QĐ-TTg (14/8/2020), the aims until 2030.
    Known(
        "cascade-a",
        Bilingual("Xét nghiệm, điều trị và kiểm soát vi rút", "Testing, treatment and viral suppression"),
        Calendar.HIV,
        Span.QUARTER,
        (
            Step("HIV_95_1", Bilingual("Ước tính", "Estimated"), lower=True),
            Step("HIV_95_1", Bilingual("Biết tình trạng của mình", "Know their status"), asked=Decimal(95)),
            Step("HIV_95_2", Bilingual("Đang điều trị", "On treatment"), asked=Decimal(95)),
            Step(
                "HIV_95_3",
                Bilingual("Tải lượng vi rút đã kiểm soát", "Virally suppressed"),
                asked=Decimal(95),
            ),
        ),
    ),
    Known(
        "cascade-b",
        Bilingual("Giữ người bệnh trong điều trị thay thế", "Staying in substitution treatment"),
        Calendar.STATE,
        Span.QUARTER,
        (
            Step(
                "OST_RET_12", Bilingual("Bắt đầu điều trị một năm trước", "Began a year before"), lower=True
            ),
            Step("OST_RET_12", Bilingual("Còn điều trị sau 12 tháng", "Still in treatment after 12 months")),
        ),
    ),
)
