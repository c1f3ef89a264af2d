"""The values of rules that are in force here: those that came with the program, and what was signed for."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.models import Signed
from phoihop.programmes.ost.rules.parameters import (
    Parameter,
    Rulebook,
    SignOff,
    names,
    rulebook,
    shipped,
)


@dataclass(frozen=True, slots=True)
class Signature:
    """That somebody signed for a row, when, and with which paper before them."""

    by: str
    at: datetime
    paper: str
    rule: str
    row: Parameter


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table of values. ``mark`` names exactly this row, whatever else is changed meanwhile.

    ``now``: it is the row that decides today. ``waits``: nobody compared it with its paper yet, and until
    then it refuses and permits nothing.
    """

    row: Parameter
    mark: str
    now: bool
    waits: bool
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with all its rows, the eras one after another."""

    code: str
    about: Bilingual
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """Everything that the page of values shows. ``lapsed``: signatures for rows that read otherwise now."""

    rules: tuple[Rule, ...]
    waiting: int
    lapsed: tuple[Signature, ...]


def book() -> Rulebook:
    """The rulebook in force: one statement, in any scope."""
    return rulebook(_sign_off(each) for each in _valid(Signed.objects.all()))


def mark_of(row: Parameter) -> str:
    """The one name of a row: everything that a signature stands under, hashed."""
    said = "|".join((row.rule_id, f"{row.valid_from}", f"{row.value:f}", row.unit, row.source))
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def row_marked(mark: str) -> Parameter | None:
    """The row of that name, as it reads now; None where none reads so."""
    return next((row for row in shipped() if mark_of(row) == mark), None)


@query("ost.see_values", "Xem giá trị chuyên môn", "See the clinical values")
def values(viewer: Viewer) -> Values:
    """Every value with its source, what it decides today, and who signed it."""
    signed = list(Signed.objects.select_related("account__person").order_by("-at", "-pk"))
    given: dict[Parameter, list[Signature]] = {}
    lapsed: list[Signature] = []
    for each in signed:
        said = _said(each)
        row = next((one for one in shipped() if _same(one, each)), None)
        signature = Signature(each.account.person.name, each.at, each.paper, each.rule, said)
        if row is None:
            lapsed.append(signature)
        else:
            given.setdefault(row, []).append(signature)
    rules_now = rulebook(_sign_off(each) for each in _valid(signed))
    waiting = set(rules_now.unchecked(viewer.day))
    found = [
        Rule(code, about, tuple(_lines(rules_now, code, viewer.day, waiting, given)))
        for code, about in names().items()
    ]
    return Values(tuple(found), len(waiting), tuple(lapsed))


def _lines(
    rules_now: Rulebook,
    code: str,
    day: date,
    waiting: set[Parameter],
    given: dict[Parameter, list[Signature]],
) -> Iterable[Line]:
    decides = rules_now.find(code, day)
    for row, _ in rules_now.history(code):
        now = decides is not None and decides.counts and decides.row == row
        yield Line(row, mark_of(row), now, row in waiting, tuple(given.get(row, ())))


def _same(row: Parameter, signed: Signed) -> bool:
    said = (signed.rule, signed.valid_from, signed.value, signed.unit, signed.source)
    return said == (row.rule_id, row.valid_from, row.value, row.unit, row.source)


def _valid(signed: Iterable[Signed]) -> list[Signed]:
    """Those whose row reads today as it did when it was signed."""
    rows = {(row.rule_id, row.valid_from, row.value, row.unit, row.source) for row in shipped()}
    return [
        each for each in signed if (each.rule, each.valid_from, each.value, each.unit, each.source) in rows
    ]


def _sign_off(signed: Signed) -> SignOff:
    return SignOff(signed.rule, signed.valid_from, signed.value, str(signed.account_id), signed.at)


def _said(signed: Signed) -> Parameter:
    """A row as it read when it was signed."""
    row = next((one for one in shipped() if one.rule_id == signed.rule), shipped()[0])
    return Parameter(
        signed.rule, signed.value, signed.unit, signed.source, row.certainty, signed.valid_from, None
    )
