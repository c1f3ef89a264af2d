"""Values of rules, each with its source and how certain it is; and decisions that say what they rested on.

A value is a row. Rows that were read, and choices of this program, are in force from their first to their
last day. The others are proposals: they count from the moment a responsible doctor's signature for exactly
that row is passed in, and until then a decision only names them as what it would have needed.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files

from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of a rule. ``unit``: mg, ml, day, hour, ...; "yes" for a rule that simply holds.

    ``valid_to`` is the last day, None while it has none. ``source`` is empty where it is a choice of ours.
    """

    rule_id: str
    value: Decimal
    unit: str
    source: str
    certainty: Certainty
    valid_from: date
    valid_to: date | None = None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class SignOff:
    """That a responsible doctor compared one row with its paper and takes it as it stands.

    It names rule, first day and value: a row that is changed later is a row that nobody signed.
    """

    rule_id: str
    valid_from: date
    value: Decimal
    by: str
    at: datetime

    def means(self, row: Parameter) -> bool:
        return (self.rule_id, self.valid_from, self.value) == (row.rule_id, row.valid_from, row.value)


@dataclass(frozen=True, slots=True)
class Found:
    """A row that a rule asks for. ``counts``: it is in force; otherwise it is a proposal nobody signed.

    ``pending``: a better founded proposal for the same day that waits for its signature.
    """

    row: Parameter
    counts: bool
    signed: SignOff | None = None
    pending: Parameter | None = None

    @property
    def value(self) -> Decimal:
        return self.row.value


@dataclass(frozen=True)
class Rulebook:
    """Rows and the signatures that were given for some of them."""

    rows: tuple[Parameter, ...]
    signed: tuple[SignOff, ...] = ()

    @cached_property
    def _by_rule(self) -> Mapping[str, tuple[tuple[Parameter, SignOff | None], ...]]:
        signatures: dict[str, list[SignOff]] = {}
        for each in self.signed:
            signatures.setdefault(each.rule_id, []).append(each)
        found: dict[str, list[tuple[Parameter, SignOff | None]]] = {}
        for row in self.rows:
            mine = [each for each in signatures.get(row.rule_id, ()) if each.means(row)]
            last = max(mine, key=lambda each: (each.at, each.by), default=None)
            found.setdefault(row.rule_id, []).append((row, last))
        return {rule: tuple(rows) for rule, rows in found.items()}

    def find(self, rule_id: str, on: date) -> Found | None:
        """The row for a day: one that was read, else the one signed last, else a choice of ours, else a
        proposal that does not count. None where no row covers the day.

        Raises KeyError for a rule that has no row at all: a rule nobody wrote down is a mistake here.
        """
        rows = [(row, mark) for row, mark in self._by_rule[rule_id] if row.covers(on)]
        if not rows:
            return None
        waiting = [row for row, mark in rows if mark is None and not row.certainty.in_force]
        pending = max(
            waiting, key=lambda row: (row.certainty is Certainty.PAPER, row.valid_from), default=None
        )
        read = [row for row, _ in rows if row.certainty is Certainty.READ]
        if read:
            return Found(max(read, key=lambda row: row.valid_from), True)
        marked = [(row, mark) for row, mark in rows if mark is not None and not row.certainty.in_force]
        if marked:
            row, mark = max(marked, key=lambda pair: (pair[1].at, pair[1].by, pair[0].valid_from))
            return Found(row, True, mark)
        ours = [row for row, _ in rows if row.certainty is Certainty.OURS]
        if ours:
            return Found(max(ours, key=lambda row: row.valid_from), True, pending=pending)
        assert pending is not None
        return Found(pending, False)

    def history(self, rule_id: str) -> tuple[tuple[Parameter, SignOff | None], ...]:
        """Every row of a rule, the eras one after another, each with the signature it last got."""
        return tuple(sorted(self._by_rule[rule_id], key=lambda pair: (pair[0].valid_from, pair[0].certainty)))

    def lapsed(self) -> tuple[SignOff, ...]:
        """Signatures for rows that are no longer as they were signed: to be compared anew."""
        return tuple(each for each in self.signed if not any(each.means(row) for row in self.rows))

    def unchecked(self, on: date) -> tuple[Parameter, ...]:
        """The proposals for a day that wait for a signature, by rule."""
        return tuple(
            row
            for rule in sorted(self._by_rule)
            for row, mark in self._by_rule[rule]
            if mark is None and row.covers(on) and not row.certainty.in_force
        )


@cache
def shipped() -> tuple[Parameter, ...]:
    """The rows that come with the program: data/parameters.csv."""
    text = files(__package__).joinpath("data", "parameters.csv").read_text(encoding="utf-8")
    return tuple(
        Parameter(
            each["rule_id"],
            Decimal(each["value"]),
            each["unit"],
            each["source"],
            Certainty(each["certainty"]),
            date.fromisoformat(each["valid_from"]),
            date.fromisoformat(each["valid_to"]) if each["valid_to"] else None,
        )
        for each in csv.DictReader(text.splitlines())
    )


@cache
def names() -> Mapping[str, Bilingual]:
    """What each rule is about, in words for the person who signs it: data/rules.csv."""
    text = files(__package__).joinpath("data", "rules.csv").read_text(encoding="utf-8")
    return {each["rule_id"]: Bilingual(each["vi"], each["en"]) for each in csv.DictReader(text.splitlines())}


def rulebook(signed: Iterable[SignOff] = (), more: Iterable[Parameter] = ()) -> Rulebook:
    """The shipped rows, with an installation's own rows and the signatures given there."""
    return Rulebook((*shipped(), *more), tuple(signed))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused or warned of. ``rule``: the row it comes from; None for plain sense (a last
    day before the first one)."""

    code: str
    message: Bilingual
    rule: Parameter | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What rules say of one thing, and on what ground.

    ``refusals`` stop it, ``warnings`` do not. ``rested_on``: the rows in force that were asked.
    ``unchecked``: the rows nobody signed that would have been needed; ``would``: what those would have said,
    to be shown as unchecked and to stop nothing.
    """

    refusals: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    rested_on: tuple[Parameter, ...] = ()
    unchecked: tuple[Parameter, ...] = ()
    would: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.refusals

    def codes(self) -> frozenset[str]:
        """The codes of all refusals and warnings that count."""
        return frozenset(each.code for each in (*self.refusals, *self.warnings))

    def __add__(self, other: "Decision") -> "Decision":
        return Decision(
            tuple(dict.fromkeys((*self.refusals, *other.refusals))),
            tuple(dict.fromkeys((*self.warnings, *other.warnings))),
            tuple(dict.fromkeys((*self.rested_on, *other.rested_on))),
            tuple(dict.fromkeys((*self.unchecked, *other.unchecked))),
            tuple(dict.fromkeys((*self.would, *other.would))),
        )


@dataclass(slots=True)
class Weighing:
    """Collects a decision about something that happens on a day: asks for rows and notes what they say."""

    book: Rulebook
    on: date
    _refusals: list[Reason] = field(default_factory=list)
    _warnings: list[Reason] = field(default_factory=list)
    _would: list[Reason] = field(default_factory=list)
    _rested: list[Parameter] = field(default_factory=list)
    _unchecked: list[Parameter] = field(default_factory=list)

    def find(self, rule_id: str) -> Found | None:
        """The row of a rule for the day, noted as what the decision rests on or lacks."""
        found = self.book.find(rule_id, self.on)
        if found is not None:
            (self._rested if found.counts else self._unchecked).append(found.row)
            if found.pending is not None:
                self._unchecked.append(found.pending)
        return found

    def value(self, rule_id: str) -> Decimal | None:
        """The value in force on the day; None where there is none, or none that anybody signed."""
        found = self.find(rule_id)
        return found.value if found is not None and found.counts else None

    def refuse(self, code: str, vi: str, en: str, by: Found | None = None) -> None:
        """A refusal by a row; by a row that does not count, what it would have said. None: plain sense."""
        self._note(self._refusals, code, vi, en, by)

    def warn(self, code: str, vi: str, en: str, by: Found | None = None) -> None:
        """The same as a warning."""
        self._note(self._warnings, code, vi, en, by)

    def _note(self, where: list[Reason], code: str, vi: str, en: str, by: Found | None) -> None:
        reason = Reason(code, Bilingual(vi, en), by.row if by is not None else None)
        (where if by is None or by.counts else self._would).append(reason)

    def decision(self) -> Decision:
        """All that was noted so far, each thing once."""
        return Decision() + Decision(
            tuple(self._refusals),
            tuple(self._warnings),
            tuple(self._rested),
            tuple(self._unchecked),
            tuple(self._would),
        )
