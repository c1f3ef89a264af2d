"""By when something is due: the words of a document as first and last day, or as a duty without an end.

The words are those that the reader gives for a target's deadline and a task's period. What they do not say
is taken from the plan: "Quý II" is that quarter of the plan's year. Words that name no time give no day;
nothing is guessed.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from phoihop.kernel.periods import DATE_RE, date_of
from phoihop.kernel.text import plain

ROUND = 3  # months between two looks at a duty whose document does not say how often
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The first and last day of what words mean; either may be unsaid. ``standing``: it has no end, and is
    looked at every ``every`` months."""

    first: date | None = None
    last: date | None = None
    standing: bool = False
    every: int = ROUND


NEVER = Due()
# All words are compared without marks and in small letters.
_EVERY = (
    (r"(?:hang|moi) (?:tuan|thang)|dinh ky thang|hang thang", 1),
    (r"(?:hang|moi|dinh ky) quy|dinh ky (?:3|ba) thang", 3),
    (r"(?:dinh ky |moi )(?:6|sau) thang|(?:6|sau) thang(?: mot lan|/lan)", 6),
    (r"(?:hang|moi) nam|dinh ky nam", 12),
    (r"thuong xuyen|lien tuc|dinh ky|ca giai doan thuong xuyen", ROUND),
)
_YEARS = re.compile(
    r"(?:giai doan |tu )?(?:nam )?((?:19|20)\d\d) ?(?:-|den|toi) ?(?:het )?(?:nam )?((?:19|20)\d\d)(?!\d)"
)
_A_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
# One end of a time and the other, each with its own year: quý IV/2022 đến quý I/2023.
_ACROSS = re.compile(r"(.*?\b(?:19|20)\d\d) ?(?:-|den|toi) ?(.*\b(?:19|20)\d\d)$")
_FROM_TO = re.compile(r"\btu\b.*\bden\b|-")
_YEAR = re.compile(r"(?<![\d/])((?:19|20)\d\d)(?!\d)")
_QUARTERS = re.compile(r"\bquy ((?:iv|i{1,3}|[1-4])(?: ?(?:,|-|va|den|;) ?(?:quy )?(?:iv|i{1,3}|[1-4])\b)*)")
_MONTHS = re.compile(
    r"\bthang (\d{1,2})(?!\d)(?: ?/ ?(?:19|20)\d\d| nam (?:19|20)\d\d)?"
    r"(?: ?(?:-|den|,|va) ?(?:het )?(?:thang )?(\d{1,2})(?![\d/]*\d/(?:19|20)\d\d/)(?!\d))?"
)
_PART = re.compile(r"\b(3|6|9|ba|sau|chin) thang (dau|cuoi)(?: nam)?")
_SHORT_DAY = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])")
_BEFORE = re.compile(r"\btruoc(?: ngay| thang| nam| quy)?\s*$")
_UNTIL = re.compile(r"\b(?:den|toi|cham nhat|muon nhat|hoan thanh|xong|het|vao)\b")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_COUNT = {"3": 3, "6": 6, "9": 9, "ba": 3, "sau": 6, "chin": 9}


def when(words: str, *, first: date | None = None, last: date | None = None) -> Due:
    """What a deadline or a period comes to in a plan that runs from ``first`` to ``last``.

    A year, quarter or month that something is to be done "by" has no first day, and neither has a year that
    stands alone, for that is what the reader keeps of "đến năm 2025". "Trước 15/12" ends on the day before.
    """
    said = " ".join(plain(words.replace("–", "-")).split())
    if not said:
        return NEVER
    found = _days(words, said, first, last) or _parts(said, first, last)
    if found is not None:
        return found
    for pattern, months in _EVERY:
        if re.search(rf"\b(?:{pattern})\b", said):
            return Due(standing=True, every=months)
    if re.search(r"\b(?:trong|ca) nam\b", said) and (year := _year_of(first, last)):
        return Due(date(year, 1, 1), date(year, 12, 31))
    if re.search(r"\bcuoi nam\b", said) and (year := _year_of(first, last)):
        return Due(None, date(year, 12, 31))
    return NEVER


def of_target(
    deadline: str, text: str, *, first: date | None = None, last: date | None = None
) -> date | None:
    """The day a target is due: its deadline, else the plan's last day. The reader gives of "trước năm 2030"
    only the year, so the target's own words say which side of it is meant."""
    year = deadline.strip()
    if _A_YEAR.fullmatch(year) and re.search(rf"\btruoc (?:nam )?{year}\b", plain(text)):
        return date(int(year) - 1, 12, 31)
    found = when(deadline, first=first, last=last).last
    # The plan's own title says "trước năm 2030": its targets of 2030 are those.
    if found and last and year == str(last.year + 1) and (last.month, last.day) == (12, 31):
        return last
    return found or last


def of_plan(period: str, title: str, issued: date | None) -> Due:
    """The days a plan runs over: the year or years of its title.

    A year that the title sets as an end ("trước năm 2030"), or that lies further off than the next one, is
    no year's plan: it runs from the day it was issued.
    """
    years = [int(year) for year in re.findall(r"(?:19|20)\d\d", period)]
    if not years:
        return Due(issued, None)
    final = date(max(years), 12, 31)
    if len(years) > 1:
        return Due(date(min(years), 1, 1), final)
    said = plain(title)
    if re.search(rf"\btruoc (?:nam )?{years[0]}\b", said):
        final, until = date(years[0] - 1, 12, 31), True
    else:
        until = bool(re.search(rf"\b(?:den|toi|vao|tam nhin) (?:het )?(?:nam )?{years[0]}\b", said))
    if until or (issued is not None and years[0] > issued.year + 1):
        return Due(issued if issued is None or issued <= final else None, final)
    return Due(date(years[0], 1, 1), final)


def _days(words: str, said: str, first: date | None, last: date | None) -> Due | None:
    """Days written out: 15/12/2022, ngày 26 tháng 6 năm 2022, and 15/12 in the plan's year."""
    full = [(match.start(), day) for match in DATE_RE.finditer(words) if (day := date_of(match))]
    short = [
        (match.start(), day)
        for match in _SHORT_DAY.finditer(said)
        if not full and (day := _day_of(int(match[1]), int(match[2]), first, last))
    ]
    if len(full) == 1 and (
        begin := _SHORT_DAY.search(said)
    ):  # từ 01/6 đến 30/6/2022, từ 15/12 đến 15/01/2023
        end = full[0][1]
        near = (_exact(year, int(begin[2]), int(begin[1])) for year in (end.year, end.year - 1))
        day = next((day for day in near if day is not None and day <= end), None)
        if day is not None:
            return Due(day, end)
    found = full or short
    if not found:
        return None
    if len(found) > 1:
        days = [day for _, day in found]
        if short and len(days) == 2 and days[1] < days[0] and _FROM_TO.search(said):
            # Of a year's end: từ 15/12 đến 15/01.
            after = _exact(days[1].year + 1, days[1].month, days[1].day)
            return Due(days[0], after or days[0])
        return Due(min(days), max(days))
    place, day = found[0]
    lead = plain(words[:place]) if full else said[:place]
    if _BEFORE.search(lead):
        return Due(None, day - _DAY)
    return Due(None if _UNTIL.search(lead) or not re.search(r"\btu\b", lead) else day, day)


def _parts(said: str, first: date | None, last: date | None) -> Due | None:
    """A quarter, months, half a year, a year, years."""
    years = _YEARS.search(said)
    if years and not _QUARTERS.search(said):
        begin, end = sorted((int(years[1]), int(years[2])))
        return Due(date(begin, 1, 1), date(end, 12, 31))
    across = _ACROSS.fullmatch(said)
    if across and all(_QUARTERS.search(side) or _MONTHS.search(side) for side in across.groups()):
        ends = [_parts(side, None, None) for side in across.groups()]
        days = [day for run in ends if run is not None for day in (run.first, run.last) if day is not None]
        return Due(min(days), max(days)) if days else None
    named = [int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", said)]
    year = named[-1] if named else _year_of(first, last)
    if year is None:
        return None
    for pattern, reading in ((_QUARTERS, _quarters), (_PART, _part), (_MONTHS, _months)):
        match = pattern.search(said)
        if match and (run := reading(match)):
            # "Từ tháng 11 đến tháng 2/2023" begins the year before; the plan's year is where it begins.
            turns = run[1] < run[0]
            return _bounded(said[: match.start()], year - 1 if turns and named else year, *run)
    match = _YEAR.search(said)
    if match is None:
        return None
    if said == match[0]:
        return Due(None, date(year, 12, 31))
    return _bounded(re.sub(r"\bnam\s*$", "", said[: match.start()]), int(match[1]), 1, 12)


def _bounded(lead: str, year: int, start: int, end: int) -> Due:
    """The months of a year, as what stands before them has them: within, until their end, or before them. An
    ``end`` before the ``start`` is in the next year."""
    begin, last = date(year, start, 1), year + (end < start)
    final = date(last, end, monthrange(last, end)[1])
    if re.search(r"\btruoc\b", lead):
        return Due(None, begin - _DAY)
    if re.search(r"\bcuoi\b", lead):
        return Due(None, final)
    return Due(None if _UNTIL.search(lead) and not re.search(r"\b(?:tu|trong)\b", lead) else begin, final)


def _quarters(match: re.Match[str]) -> tuple[int, int]:
    named = [_ROMAN[each] for each in re.findall(r"iv|i{1,3}|[1-4]", match[1])]
    first, last = _run(named, match[1])
    return 3 * first - 2, 3 * last


def _run(named: list[int], said: str) -> tuple[int, int]:
    """The first and the last of some quarters or months: as they were said where it is from one to another,
    and so over a year's end; else as they come in a year."""
    if len(named) == 2 and re.search(r"\bden\b|-", said):
        return named[0], named[1]
    return min(named), max(named)


def _part(match: re.Match[str]) -> tuple[int, int]:
    months = _COUNT[match[1]]
    return (1, months) if match[2] == "dau" else (13 - months, 12)


def _months(match: re.Match[str]) -> tuple[int, int] | None:
    named = [int(each) for each in match.groups() if each and 1 <= int(each) <= 12]
    return _run(named, match[0]) if named else None


def _year_of(first: date | None, last: date | None) -> int | None:
    """The year that unsaid years mean; none in a plan of several."""
    years = {day.year for day in (first, last) if day is not None}
    return years.pop() if len(years) == 1 else None


def _day_of(day: int, month: int, first: date | None, last: date | None) -> date | None:
    year = _year_of(first, last)
    return None if year is None else _exact(year, month, day)


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
