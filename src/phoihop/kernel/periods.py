"""Dates and periods as official documents word them."""

import re
from datetime import date

# "ngày 26 tháng 4 năm 2023", "ngày31/8/2012", "ngày 12 /11/ 2021", "22/1/2020"; the year has four
# digits, so that "26/6" and "24/7" are no dates.
_S = r"[ \t\u00a0\n]*"
DATE = (
    rf"(?P<d1>\d{{1,2}}){_S}[/.-]{_S}(?P<m1>\d{{1,2}}){_S}[/.-]{_S}(?P<y1>(?:19|20)\d{{2}})(?!\d)"
    rf"|(?P<d2>\d{{1,2}}){_S}tháng{_S}(?P<m2>\d{{1,2}}){_S},?{_S}năm{_S}(?P<y2>(?:19|20)\d{{2}})(?!\d)"
)
DATE_RE = re.compile(DATE, re.IGNORECASE)


def date_of(match: re.Match[str]) -> date | None:
    """The date of a match of DATE; None when the calendar has no such day (31/02/2022)."""
    parts = match.groupdict()
    day, month, year = (parts["d1"] or parts["d2"], parts["m1"] or parts["m2"], parts["y1"] or parts["y2"])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def find_date(text: str) -> date | None:
    """The first existing date in a text, or None."""
    for match in DATE_RE.finditer(text):
        found = date_of(match)
        if found:
            return found
    return None
