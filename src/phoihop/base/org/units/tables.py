"""Reads the tables of the folder data: one iterator for each."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from phoihop.base.org.units.model import REFORM, Gap, Level, Piece, Resolution, System, Unit
from phoihop.kernel.text import nfc

_LAST_DAY = REFORM - timedelta(days=1)
_NATION = "202/2025/QH15"
_OLD_BASIS = "124/2004/QĐ-TTg"


def _rows(name: str) -> Iterator[list[str]]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines())
    next(rows)
    return rows


def key(system: System, code: str) -> str:
    """The lasting name of the unit that has a code in a system; "" for no code."""
    return f"{system}:{code}" if code else ""


def units() -> Iterator[Unit]:
    """Every unit, old and new; provinces first, then districts, then communes of each system."""
    yield from _units(System.OLD)
    yield from _units(System.NEW)


def _units(system: System) -> Iterator[Unit]:
    old = system is System.OLD
    papers = commune_papers()
    from_day, to_day = (None, _LAST_DAY) if old else (REFORM, None)
    levels = {2: Level.PROVINCE, 3: Level.DISTRICT, 5: Level.COMMUNE}
    for code, parent, kind, name, lat, lon in _rows(f"units_{system}.csv"):
        level = levels[len(code)]
        basis = _OLD_BASIS if old else papers[parent] if parent else _NATION
        yield Unit(
            f"{system}:{code}", code, system, name, kind, level, f"{system}:{parent}" if parent else None,
            from_day, to_day, basis, float(lat) if lat else None, float(lon) if lon else None,
        )  # fmt: skip


def pieces() -> Iterator[Piece]:
    """The land that old and new communes have in common."""
    for old, new, land in _rows("pieces_2025.csv"):
        yield Piece(key(System.OLD, old), key(System.NEW, new), int(land))


def resolutions() -> Iterator[Resolution]:
    """The papers of the reform of 2025."""
    for province, number, signed, subject, certainty, source in _rows("resolutions.csv"):
        day = date.fromisoformat(signed)
        yield Resolution(key(System.NEW, province), number, day, subject, certainty, source)


def gaps() -> Iterator[Gap]:
    """What the tables do not know, or took otherwise than their source."""
    for kind, old, new, note, certainty in _rows("gaps.csv"):
        yield Gap(kind, key(System.OLD, old), key(System.NEW, new), note, certainty)


def aliases() -> Iterator[tuple[str, str]]:
    """Other names that people type for a unit: the unit's key, the name."""
    for system, code, alias in _rows("aliases.csv"):
        yield f"{system}:{code}", nfc(alias)


@cache
def commune_papers() -> dict[str, str]:
    """The resolution on the communes of each new province, by the province's code of 2025."""
    return {code: number for code, number, *_ in _rows("resolutions.csv") if code}


@cache
def checked() -> dict[str, str]:
    """The new units whose lineage was compared with the paper's text, and the clause."""
    return {key(System.NEW, code): clause for code, clause in _rows("checked.csv")}
