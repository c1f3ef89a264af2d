"""Facts as definitions see them: tables of what happened, with the kind of each column, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

PERSON = "person"  # the column that tells people apart within one release, and says nothing else of them


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
    """The kind of a value. DefinitionError for None and for whatever is not exact."""
    kind = _TYPES.get(type(value))
    if kind is None:
        raise DefinitionError(f"{value!r} is no text, exact number, day or flag")
    return kind


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
