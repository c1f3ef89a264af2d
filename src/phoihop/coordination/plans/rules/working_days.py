"""Days on which offices work: what a reminder and the clock of an obstacle are counted in."""

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


def works(day: date) -> bool:
    """Whether offices are open on a day."""
    return day.weekday() < 5 and day not in _off() and f"{day:%m-%d}" not in _table()["fixed"]


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
