"""Days on which offices work: what reminders and periods of law are counted in."""

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

_DAY = timedelta(days=1)


@cache
def _table() -> dict[str, Any]:
    path = files(__package__) / "data" / "days_off.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _off() -> frozenset[date]:
    """Every single day of the recorded holidays."""
    found = set()
    for row in _table()["off"]:
        day = row["first"]
        while day <= row["last"]:
            found.add(day)
            day += _DAY
    return frozenset(found)


@cache
def _instead(year: int) -> frozenset[date]:
    """Days off in place of fixed ones on a Saturday or Sunday: the next working day (Bộ luật Lao động 2019,
    điều 111 khoản 3)."""
    found: set[date] = set()
    for mark in _table()["fixed"]:
        day = date(year, int(mark[:2]), int(mark[3:]))
        if day.weekday() < 5:
            continue
        while _is_off(day) or day in found:
            day += _DAY
        found.add(day)
    return frozenset(found)


def _is_off(day: date) -> bool:
    return day.weekday() >= 5 or day in _off() or f"{day:%m-%d}" in _table()["fixed"]


def works(day: date) -> bool:
    """Whether offices are open on a day."""
    return not _is_off(day) and day not in _instead(day.year)


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - day.weekday() * _DAY


def at_or_before(day: date) -> date:
    """The day itself, or the last working day before it."""
    while not works(day):
        day -= _DAY
    return day


def at_or_after(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not works(day):
        day += _DAY
    return day


def after(day: date, number: int) -> date:
    """The working day that comes ``number`` working days after a day."""
    for _ in range(number):
        day = at_or_after(day + _DAY)
    return day
