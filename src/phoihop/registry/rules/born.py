"""When somebody was born, as far as it is known: a day, a month, or only a year."""

import re
from dataclasses import dataclass
from datetime import date

from phoihop.kernel.dates import typed_day
from phoihop.kernel.refusals import Refusal

_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})")
_KEPT = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Born:
    """A birth date; ``month`` and ``day`` are None where nobody knows them."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def whole(self) -> bool:
        return self.month is not None and self.day is not None

    @property
    def assumed(self) -> bool:
        """Whether the day may have been made up: 1 January stands on papers of people who know no day."""
        return not self.whole or (self.month, self.day) == (1, 1)

    @property
    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        if self.whole:
            return self.earliest
        if self.month is None or self.month == 12:
            return date(self.year, 12, 31)
        return date.fromordinal(date(self.year, self.month + 1, 1).toordinal() - 1)

    @property
    def kept(self) -> str:
        """As it is stored: 1990, 1990-05 or 1990-05-07."""
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    def age_on(self, day: date) -> tuple[int, int]:
        """The least and the most years of age that the person can have on a day."""
        return _years(self.latest, day), _years(self.earliest, day)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def read(kept: str) -> Born | None:
    """What was stored; None where nothing was."""
    match = _KEPT.fullmatch(kept)
    if match is None:
        return None
    year, month, day = match.groups()
    return Born(int(year), int(month) if month else None, int(day) if day else None)


def typed(text: str, today: date) -> Born | None:
    """What somebody typed: 1990, 5/1990, 7/5/1990; None for nothing. Refusal("no-birth-date")."""
    said = " ".join(text.split())
    if not said:
        return None
    if match := _YEAR.fullmatch(said):
        return _checked(Born(int(match[1])), today)
    if (match := _MONTH.fullmatch(said)) and 1 <= int(match[1]) <= 12:
        return _checked(Born(int(match[2]), int(match[1])), today)
    try:
        day = typed_day(said, today)
    except Refusal:
        raise _unclear() from None
    if day > today and len(said.split("/")[-1]) == 2:  # two digits of a year that has not come
        day = day.replace(year=day.year - 100)
    return _checked(Born(day.year, day.month, day.day), today)


def _checked(born: Born, today: date) -> Born:
    if born.year < 1880 or born.earliest > today:
        raise _unclear()
    return born


def _unclear() -> Refusal:
    return Refusal(
        "no-birth-date",
        "Hãy ghi ngày sinh, ví dụ 07/5/1990; nếu chỉ biết năm thì ghi năm.",
        "Give the date of birth, for example 07/5/1990; where only the year is known, the year.",
    )
