"""A day as people type it into a form: 01/4/2022, 1-4-22, 01042022, hôm nay. Day before month, always."""

import re
from datetime import date, timedelta

from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import plain

_PARTED = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{2}|\d{4})")
_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDS = {
    "hom nay": 0,
    "nay": 0,
    "today": 0,
    "hom qua": -1,
    "yesterday": -1,
    "ngay mai": 1,
    "mai": 1,
    "tomorrow": 1,
}
_AHEAD = 30  # years: two digits mean the century that puts the year at most so far in the future


def typed_day(text: str, today: date) -> date:
    """The day that somebody typed. ``today`` gives meaning to words and to years of two digits.

    2022-04-01 is taken too, for spreadsheets write it. Refusal("no-day"): not a day, or one that no
    calendar has; day and month are never swapped to make one.
    """
    said = " ".join(plain(text).split())
    if said in _WORDS:
        return today + timedelta(days=_WORDS[said])
    iso = _ISO.fullmatch(said)
    match = iso or _PARTED.fullmatch(said) or _TOGETHER.fullmatch(said)
    if match is not None:
        first, month, last = match.groups()
        day, year = (last, first) if iso else (first, last)
        try:
            return date(_year(year, today), int(month), int(day))
        except ValueError:
            pass
    raise Refusal(
        "no-day",
        "Hãy ghi ngày, tháng, năm, ví dụ 01/4/2022.",
        "Give day, month and year, for example 01/4/2022.",
    )


def _year(text: str, today: date) -> int:
    if len(text) == 4:
        return int(text)
    year = today.year // 100 * 100 + int(text)
    return year - 100 if year > today.year + _AHEAD else year
