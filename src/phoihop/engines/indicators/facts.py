"""Facts as definitions see them: tables of what happened, with the kind of each column, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

PERSON = "person"  # the column that tells people apart within one release, and says nothing else of them
DAY = "day"  # the column of most tables that says when

# How large and how fine a number may be: an engine keeps it in 64 bits, and its sums in 128.
DIGITS = 12  # before the point
DECIMALS = 6  # after it
_FINEST = Decimal(1).scaleb(-DECIMALS)


class Kind(StrEnum):
    """What a column or a value holds. Days have no time; numbers are exact."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"


Cell = str | Decimal | date | bool | None
Row = Mapping[str, Cell]
Columns = Mapping[str, Kind]

_TYPES: dict[type, Kind] = {str: Kind.TEXT, Decimal: Kind.NUMBER, date: Kind.DAY, bool: Kind.FLAG}


class DefinitionError(ValueError):
    """A definition that fits together in no way; it says where."""


def kind_of(value: Cell) -> Kind:
    """The kind of a value. DefinitionError for None, for whatever is not exact, and for a number that is
    larger or finer than every engine can hold."""
    kind = _TYPES.get(type(value))
    if kind is None or (isinstance(value, Decimal) and not _holds(value)):
        raise DefinitionError(f"{value!r} is no text, exact number, day or flag")
    return kind


def _holds(number: Decimal) -> bool:
    # What is finer comes out rounded, and so unlike.
    return number.is_finite() and number.adjusted() < DIGITS and number == number.quantize(_FINEST)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of facts: its name ("ost.dose") and its columns, in order."""

    name: str
    columns: tuple[tuple[str, Kind], ...]

    def __post_init__(self) -> None:
        names = [name for name, _ in self.columns]
        if len(set(names)) != len(names) or not names:
            raise DefinitionError(f"{self.name}: a column stands twice, or there is none")

    def fits(self, row: Row) -> None:
        """DefinitionError unless a row has these columns, each empty or of its kind."""
        if set(row) != {name for name, _ in self.columns}:
            raise DefinitionError(f"{self.name}: a row with columns {sorted(row)}")
        for name, kind in self.columns:
            value = row[name]
            if value is not None and kind_of(value) is not kind:
                raise DefinitionError(f"{self.name}.{name}: {value!r} is no {kind}")
