"""What a form asks: sections of fields, and perhaps a table with one line for each person or day.

A definition is a frozen value, read from a file by ``loading``; nothing here knows a page, a sheet or a
programme. Codes are identifiers (a-z, 0-9, _), one name for one thing in the whole form.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from phoihop.engines.forms.expressions import Rule
from phoihop.kernel.refusals import Bilingual


class Kind(StrEnum):
    """What can be written into a field."""

    TEXT = "text"
    LONG = "long-text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    YES_NO = "yes-no"  # yes, no, or not known
    CHOICE = "choice"
    CHOICES = "choices"
    PERSON = "person"  # a programme's own code for a person
    CALCULATED = "calculated"


NUMBERS = frozenset({Kind.WHOLE, Kind.DECIMAL, Kind.CALCULATED})
# As base.security.columns classes a column: what a field holds decides where its text may lie.
Holds = Literal["public", "internal", "personal", "sensitive"]
HOLDS: tuple[Holds, ...] = ("public", "internal", "personal", "sensitive")
Precision = Literal["day", "year", "either"]
YES_NO = ("yes", "no", "unknown")


@dataclass(frozen=True, slots=True, order=True)
class Year:
    """A date of which the year alone is known."""

    year: int


# What a field holds once it is read; nothing is None. Several choices come in the order of the definition.
Value = str | Decimal | date | Year | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that may be chosen."""

    code: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class Condition:
    """When a field is asked at all: another one, before it, holds one of these codes."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """An end of a range: a number, a day, or the day of entry ("today")."""

    number: Decimal | None = None
    day: date | None = None
    today: bool = False

    def on(self, today: date) -> Decimal | date:
        """The end itself, on the day of entry."""
        if self.today:
            return today
        end = self.number if self.number is not None else self.day
        assert end is not None
        return end


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends belong to it; an end that is None is open."""

    least: Limit | None = None
    most: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that is asked.

    ``possible``: outside of it a value is refused. ``usual``: outside of it a reason is asked, as it is for
    a number at least ``jump`` times the last one, or at most that part of it. ``step``: numbers are whole
    multiples of it. ``longest``: characters of a text. ``formula`` and ``decimals``: of a calculated number.
    """

    code: str
    kind: Kind
    title: Bilingual
    holds: Holds
    help: Bilingual | None = None
    required: bool = False
    when: Condition | None = None
    unit: str = ""
    step: Decimal | None = None
    possible: Range = Range()
    usual: Range = Range()
    jump: Decimal | None = None
    precision: Precision = "day"
    options: tuple[Option, ...] = ()
    longest: int = 200
    formula: Rule | None = None
    decimals: int = 0

    def option(self, code: str) -> Option:
        """The option of a code. KeyError where there is none."""
        for option in self.options:
            if option.code == code:
                return option
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together, under one heading."""

    code: str
    title: Bilingual
    fields: tuple[Field, ...]
    help: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a register. No two lines have the same values in all of ``unique``. ``most``: lines."""

    title: Bilingual
    columns: tuple[Field, ...]
    unique: tuple[str, ...] = ()
    most: int = 5_000


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold between fields: where it does not, ``refuse`` says no and ``warn`` asks a reason.

    Told at ``field``. With ``of_rows`` it is asked of each line, which sees the fields above the table too.
    """

    code: str
    says: Literal["refuse", "warn"]
    field: str
    holds: Rule
    message: Bilingual
    of_rows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form in one version. ``published``: the day from which its file no longer changes; None: a draft."""

    code: str
    version: int
    title: Bilingual
    basis: Bilingual | None = None
    published: date | None = None
    sections: tuple[Section, ...] = ()
    table: Table | None = None
    checks: tuple[Check, ...] = ()
    reasons: tuple[Option, ...] = ()
    sha256: str = ""  # of the file, hex

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields above the table, in the order in which they are asked."""
        return tuple(field for section in self.sections for field in section.fields)

    @property
    def columns(self) -> tuple[Field, ...]:
        return self.table.columns if self.table is not None else ()

    def all_fields(self) -> Iterator[Field]:
        yield from self.fields
        yield from self.columns

    def field(self, code: str) -> Field:
        """The field or column of a code. KeyError where there is none."""
        for field in self.all_fields():
            if field.code == code:
                return field
        raise KeyError(code)


Values = Mapping[str, Value | None]
