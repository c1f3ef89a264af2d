"""What was typed into a form becomes values, refusals and warnings. Pure: nothing is looked up or written.

A refusal says what cannot be; a warning says what is unlikely and wants a reason. Everything is found in one
go, so that nobody has to save five times to hear of five faults.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from phoihop.engines.forms import values as reading_of
from phoihop.engines.forms.definition import Check, Field, Form, Kind, Value, Values
from phoihop.engines.forms.refusing import refuse
from phoihop.engines.forms.values import outside, write
from phoihop.engines.forms.words import filled
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.kernel.text import nfc

HEAD = -1  # the "row" of what stands above the table
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")  # with or without them a number or a day is the same


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form's controls, as text. A line without a key is not saved yet."""

    head: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Mapping[str, str]] = ()
    keys: Sequence[str] = ()

    def key(self, row: int) -> str:
        """Which saved line this is; empty for a new one."""
        return self.keys[row] if row < len(self.keys) else ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something unlikely is true: an option of the form's reasons, and words of one's own."""

    code: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be. ``reason`` is the refusal's code: "missing" is not told while one types."""

    row: int
    code: str
    reason: str
    message: Bilingual


@dataclass(frozen=True, slots=True)
class Warned:
    """Something unlikely. ``about`` is the value that it is said of: another value wants another reason."""

    row: int
    code: str
    check: str
    message: Bilingual
    about: str
    reason: Reason | None = None

    @property
    def key(self) -> str:
        return warned_key(self.row, self.code, self.check, self.about)


def warned_key(row: int, code: str, check: str, about: str) -> str:
    """How a page names a warning: by what it is about, so that a reason never outlives its value."""
    return f"{row}|{code}|{check}|{about}"


@dataclass(frozen=True, slots=True)
class Given:
    """What a programme knows beside what is typed. ``last``: what was entered the last time, above the table;
    ``last_of``: for a line. ``people``: whether a person's code is one of the viewer's own."""

    today: date
    last: Values = field(default_factory=dict)
    last_of: Callable[[Values], Values] | None = None
    people: Callable[[str], bool] | None = None
    reasons: Mapping[str, Reason] = field(default_factory=dict)  # by Warned.key


@dataclass(frozen=True, slots=True)
class Reading:
    """A form as it was understood. ``head`` and ``rows`` hold every field, calculated ones too; a field that
    is not asked, or not understood, holds None. A line that is left empty is no line: it is not in ``rows``,
    whose numbers ``lines`` tells. ``understood``: how numbers and dates were taken that were typed otherwise.
    """

    head: Values
    rows: tuple[Values, ...] = ()
    lines: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Warned, ...] = ()
    understood: Mapping[tuple[int, str], str] = field(default_factory=dict)
    not_asked: frozenset[str] = frozenset()

    @property
    def unexplained(self) -> tuple[Warned, ...]:
        """Warnings that still want their reason."""
        return tuple(warned for warned in self.warnings if warned.reason is None)

    @property
    def accepted(self) -> bool:
        return not self.faults and not self.unexplained


def read(form: Form, typed: Typed, given: Given) -> Reading:
    """Everything about what was typed. Never raises for anything typed."""
    head = _Line(form, HEAD, form.fields, typed.head, {}, given.last, given)
    head.run([check for check in form.checks if not check.of_rows])
    found = [head]
    most = form.table.most if form.table is not None else 0
    for row, texts in enumerate(typed.rows[:most]):
        if is_empty(form, texts):
            continue
        line = _Line(form, row, form.columns, texts, head.values, {}, given)
        line.run([check for check in form.checks if check.of_rows])
        found.append(line)
    faults = [fault for line in found for fault in line.faults]
    faults += _doubles(form, found[1:])
    if len(typed.rows) > most and any(not is_empty(form, row) for row in typed.rows[most:]):
        refusal = refuse("too-many-rows", most=str(most))
        faults.append(
            Fault(most, form.columns[0].code if form.columns else "", refusal.reason, refusal.message)
        )
    return Reading(
        head=head.values,
        rows=tuple(line.values for line in found[1:]),
        lines=tuple(line.row for line in found[1:]),
        faults=tuple(faults),
        warnings=tuple(warned for line in found for warned in line.warnings),
        understood={place: text for line in found for place, text in line.understood.items()},
        not_asked=frozenset(head.not_asked),
    )


def read_line(form: Form, row: int, texts: Mapping[str, str], head: Values, given: Given) -> Reading:
    """One line of the table by itself, under what stands above it; for sheets too long to hold whole."""
    line = _Line(form, row, form.columns, texts, head, {}, given)
    line.run([check for check in form.checks if check.of_rows])
    return Reading(head, (line.values,), (row,), tuple(line.faults), tuple(line.warnings), line.understood)


def is_empty(form: Form, texts: Mapping[str, str]) -> bool:
    """Whether nothing was typed into a line."""
    return not any(texts.get(column.code, "").strip() for column in form.columns)


class _Line:
    """One line, or what stands above the table, while it is read."""

    def __init__(
        self,
        form: Form,
        row: int,
        fields: Sequence[Field],
        texts: Mapping[str, str],
        above: Values,
        last: Values,
        given: Given,
    ) -> None:
        self.form, self.row, self.fields, self.texts = form, row, fields, texts
        self._above, self._given = above, given
        self.values: dict[str, Value | None] = {}
        self.faults: list[Fault] = []
        self.warnings: list[Warned] = []
        self.understood: dict[tuple[int, str], str] = {}
        self.not_asked: set[str] = set()
        self._last = last

    def run(self, checks: Sequence[Check]) -> None:
        for each in self.fields:
            self.values[each.code] = self._read(each)
        if self.row != HEAD and self._given.last_of is not None:
            self._last = self._given.last_of(self.values)
        for each in self.fields:
            if each.formula is not None:
                self.values[each.code] = self._calculate(each)
            self._weigh(each)
        seen = {**self._above, **self.values}
        for check in checks:
            # What was refused already says nothing about the others.
            if not self._faulty(check.holds.names) and check.holds.of(seen, self._last) is False:
                if check.says == "refuse":
                    self._fault(check.field, Refusal(check.code, check.message.vi, check.message.en))
                else:
                    about = "; ".join(_text(self.form, seen, name) for name in sorted(check.holds.names))
                    self._warn(check.field, check.code, check.message, about)

    def _read(self, each: Field) -> Value | None:
        if each.when is not None and not self._is_asked(each.when.field, each.when.values):
            self.not_asked.add(each.code)
            return None
        if each.kind is Kind.CALCULATED:
            return None
        typed = self.texts.get(each.code, "")
        try:
            value = reading_of.read(each, typed, self._given.today)
            if value is None and each.required:
                raise refuse("missing")
            if each.kind is Kind.PERSON and value is not None and self._given.people is not None:
                assert isinstance(value, str)
                if not self._given.people(value):
                    raise refuse("unknown-code")
        except Refusal as refusal:
            self._fault(each.code, refusal)
            return None
        if each.kind in (Kind.WHOLE, Kind.DECIMAL, Kind.DATE) and value is not None:
            self._tell_understood(each, value, nfc(typed).strip())
        return value

    def _tell_understood(self, each: Field, value: Value, typed: str) -> None:
        plain = write(each, value)
        if typed == plain:
            return
        shown = reading_of.show(each, value, "vi")
        minus = shown.replace("−", "-")
        if each.kind is Kind.DECIMAL and "." in typed and "," not in typed:
            # Whether a point groups thousands or starts decimals is for the person to look at.
            self.understood[self.row, each.code] = plain
        elif _ZEROS.sub("", typed) not in (_ZEROS.sub("", text) for text in (shown, plain, minus)):
            self.understood[self.row, each.code] = shown

    def _is_asked(self, code: str, wanted: Sequence[str]) -> bool:
        value = self.values.get(code)
        return any(one in wanted for one in (value if isinstance(value, tuple) else (value,)))

    def _calculate(self, each: Field) -> Value | None:
        assert each.formula is not None
        if each.code in self.not_asked:
            return None
        try:
            value = each.formula.of({**self._above, **self.values}, self._last)
            return None if value is None else value.quantize(Decimal(1).scaleb(-each.decimals), ROUND_HALF_UP)
        except (InvalidOperation, ArithmeticError):
            return None  # beyond all digits; its parts are refused for their size

    def _weigh(self, each: Field) -> None:
        """What is unlikely of one value by itself, and beside the last one."""
        value = self.values[each.code]
        if value is None:
            return
        about = write(each, value)
        if (found := outside(each.usual, value, self._given.today)) is not None:
            end, text = found
            unit = f" {each.unit}" if each.unit else ""
            self._warn(each.code, f"usual-{end}", filled(f"unusual_{end}", end=text + unit), about)
            return  # one reason is enough for one number
        last = self._last.get(each.code)
        if each.jump is None or not isinstance(value, Decimal) or not isinstance(last, Decimal) or not last:
            return
        if abs(value) >= each.jump * abs(last) or abs(value) * each.jump <= abs(last):
            shown = reading_of.show(each, last, "vi") + (f" {each.unit}" if each.unit else "")
            self._warn(each.code, "jump", filled("jumped", last=shown), about)

    def _faulty(self, names: frozenset[str]) -> bool:
        return any(fault.code in names for fault in self.faults)

    def _fault(self, code: str, refusal: Refusal) -> None:
        if not self._faulty(frozenset({code})):
            self.faults.append(Fault(self.row, code, refusal.reason, refusal.message))

    def _warn(self, code: str, check: str, message: Bilingual, about: str) -> None:
        if self._faulty(frozenset({code})):
            return
        reason = self._given.reasons.get(warned_key(self.row, code, check, about))
        taken = reason if reason is not None and is_reason(self.form, reason) else None
        self.warnings.append(Warned(self.row, code, check, message, about, taken))


def is_reason(form: Form, reason: Reason) -> bool:
    """Whether a reason says something: one of the form's own, and for "other" in words."""
    known = any(option.code == reason.code for option in form.reasons)
    return known and (reason.code != "other" or len(reason.words.strip()) >= 3)


def _text(form: Form, seen: Values, name: str) -> str:
    return write(form.field(name), seen.get(name))


def _doubles(form: Form, lines: Sequence[_Line]) -> Iterator[Fault]:
    """Lines that say the same person and day, or whatever a line is of, a second time."""
    unique = form.table.unique if form.table is not None else ()
    first: dict[tuple[Value | None, ...], int] = {}
    for line in lines if unique else ():
        key = tuple(line.values.get(code) for code in unique)
        if None in key:
            continue
        if (row := first.setdefault(key, line.row)) != line.row:
            refusal = refuse("same-row", row=str(row + 1))
            yield Fault(line.row, unique[0], refusal.reason, refusal.message)
