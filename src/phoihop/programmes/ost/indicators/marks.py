"""Worked examples about the marks of cohorts: who is in one, and who of it is kept, to the day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from phoihop.engines.indicators.definitions import Example
from phoihop.engines.indicators.parts import (
    MARCH,
    STATE_MONTH,
    WHOLE_YEAR,
    Given,
    both_ends,
    example,
    on,
)
from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.indicators.samples import cover, dose, spell

_DAY = timedelta(days=1)
LONG_AGO = on(6, 1, 2025)
SEPTEMBER = on(10, 9, 2025)  # half a year before 10/03/2026


def one(who: str, began: date, *seen: date, **more: date | str | None) -> list[Given]:
    """A treatment with doses on some days."""
    return [spell(who, began, **more), *(dose(who, day, began=began) for day in seen)]  # type: ignore[arg-type]


Enrolled = Callable[..., list[Given]]  # who, the day of their mark, and what more there is of them
_MARK = on(10, 3)


def begun(months: int) -> Enrolled:
    """Treatments that began so many months before their mark."""

    def rows(who: str, mark: date, **more: Any) -> list[Given]:
        return [spell(who, months_later(mark, -months), **more)]

    return rows


def taken_home(who: str, mark: date, **more: Any) -> list[Given]:
    """Treatments of long ago, whose first bottle was six months before their mark."""
    return [spell(who, LONG_AGO, **more), cover(who, months_later(mark, -6), began=LONG_AGO)]


def by_the_mark(enrolled: Enrolled, began: date, seen: Callable[..., Given]) -> tuple[Example, ...]:
    """The borders of who is in a cohort and who of it is kept. ``began``: the first day of the treatments
    whose mark is 10/03/2026; ``seen``: what shows that somebody is treated, on a day."""

    def four(**ended: date) -> list[Given]:
        how = {"p": "wish", "q": "wish", "r": "moved", "s": "moved"}
        return [
            each
            for who, day in ended.items()
            for each in (
                *enrolled(who, _MARK, ended=day, how=how[who]),
                seen(who, on(1, 3), began=began),
            )
        ]

    def at(who: str, mark: date) -> list[Given]:
        of = began if enrolled is taken_home else next(row["began"] for _, row in enrolled(who, mark))
        return [*enrolled(who, mark), seen(who, mark, began=of)]

    first = STATE_MONTH.window.first
    return (
        both_ends(STATE_MONTH, at, 2, 2),
        example(
            "Thấy lần cuối 30 ngày trước mốc, hoặc đúng ngày mốc: còn điều trị. 31 ngày trước, hoặc chỉ sau "
            "mốc: không.",
            "Last seen 30 days before the mark, or on it: kept. 31 days before, or only after it: not.",
            MARCH,
            [
                *(each for who in "pqrs" for each in enrolled(who, _MARK)),
                *(
                    seen(who, day, began=began)
                    for who, day in zip("pqrs", (on(8, 2), _MARK, on(7, 2), on(11, 3)), strict=True)
                ),
            ],
            2,
            4,
        ),
        example(
            "Kết thúc đúng ngày mốc: trong mẫu số, không còn điều trị; hôm sau: còn. Chuyển đi đúng ngày "
            "mốc: không tính; hôm sau: còn điều trị ở mốc.",
            "Ended on the mark: in the denominator, not kept; the day after: kept. Moved on the mark: left "
            "out; the day after: kept.",
            MARCH,
            four(p=_MARK, q=on(11, 3), r=_MARK, s=on(11, 3)),
            2,
            3,
        ),
        example(
            "Sổ của cơ sở có từ đúng ngày bắt đầu tính, hoặc không rõ từ ngày nào: tính. Có từ hôm sau: "
            "không.",
            "The facility's books began on the day from which it is counted, or nobody knows when: counted. "
            "The day after: left out.",
            MARCH,
            [
                *enrolled("p", _MARK, known=SEPTEMBER if enrolled is taken_home else began),
                *enrolled("q", _MARK, known=None),
                *enrolled("s", _MARK, known=None),
                *enrolled("r", _MARK, known=(SEPTEMBER if enrolled is taken_home else began) + _DAY),
                *(seen(who, on(1, 3), began=began) for who in "pqrs"),
            ],
            3,
            3,
        ),
        example(
            "Mốc đúng ngày đầu kỳ 15/02, thấy lần cuối ngày 16/01: còn điều trị.",
            "A mark on the first day, 15/02, and last seen on 16/01: kept.",
            STATE_MONTH,
            [
                *enrolled("p", first),
                seen("p", on(16, 1), began=next(row["began"] for _, row in enrolled("p", first))),
            ],
            1,
            1,
        ),
    )


def twice(enrolled: Enrolled, seen: Callable[..., Given]) -> Example:
    """Both treatments of somebody are kept on their marks within one year."""
    first, second = on(5, 1), on(10, 7)
    rows = []
    for mark, ended in ((first, on(6, 1)), (second, None)):
        more: dict[str, Any] = {"came": "again"} if ended is None else {"ended": ended}
        began = months_later(mark, -6)
        rows += enrolled("p", mark, **more)
        rows.append(seen("p", mark, began=began))
    return example(
        "Một người hai đợt, ở cả hai mốc đều còn điều trị: tính hai.",
        "Somebody treated twice and kept on both marks: counts twice.",
        WHOLE_YEAR,
        rows,
        2,
        2,
    )


def home(who: str, *bottles: date, **more: date | str | None) -> list[Given]:
    return [spell(who, LONG_AGO, **more), *(cover(who, day) for day in bottles)]  # type: ignore[arg-type]


def twice_at_home() -> Example:
    """Two treatments of somebody, with a first bottle each."""
    return example(
        "Một người hai đợt, mỗi đợt có chai đầu tiên riêng: ở cả hai mốc đều còn, tính hai.",
        "Somebody treated twice, with a first bottle each time: kept on both marks, counts twice.",
        WHOLE_YEAR,
        [
            spell("p", on(1, 7, 2025), ended=on(6, 1)),
            *(cover("p", day, began=on(1, 7, 2025)) for day in (on(5, 7, 2025), on(5, 1))),
            spell("p", on(10, 1), came="again"),
            *(cover("p", day, began=on(10, 1)) for day in (on(12, 1), on(10, 7))),
        ],
        2,
        2,
    )
