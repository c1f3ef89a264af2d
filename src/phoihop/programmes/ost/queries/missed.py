"""Missed days of many clients at once, and who gets nothing before a doctor signed anew (rules.missed)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import OrderRow
from phoihop.programmes.ost.queries import facts, values
from phoihop.programmes.ost.rules import missed as rules
from phoihop.programmes.ost.rules.missed import Standing
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook

_NOTHING = facts.Had(frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Missing:
    """The orders of a person and how they stand at the end of yesterday. ``standing.run`` is exact; of days
    before the last dose nothing is said."""

    orders: tuple[Order, ...]
    standing: Standing


def standings(persons: Collection[UUID], today: date) -> dict[UUID, Missing]:
    """Of each person what was missed since the last dose or cover, today not counted.

    In any scope of a facility. Two statements for those who come, and four more, however many they are, if
    somebody did not: then bottles and supplies are looked at too.
    """
    since, yesterday, who = today - facts.BEHIND, today - facts.DAY, facts.account()
    with reaching.centre(who):
        rows = facts.rows_of(persons, since)
        last = facts.last_had(persons, since, yesterday)
    found = {person: _one(rows.get(person, ()), _day(last.get(person)), yesterday) for person in persons}
    away = [person for person, each in found.items() if each.standing.run]
    if away:
        homes = sorted({row.facility_id for person in away for row in rows[person]})
        with reaching.centre(who, *homes):
            had = facts.had(away, since)
        for person in away:
            found[person] = _one(rows[person], had.get(person, _NOTHING), yesterday)
    return found


def locked(persons: Collection[UUID], today: date) -> dict[UUID, Decision]:
    """Those to whom nothing may be handed out today, each with the rule that says so; by facts and signed
    orders alone."""
    book = values.book()
    return {
        person: decision
        for person, each in standings(persons, today).items()
        if not (decision := lock(each, today, book)).allowed
    }


def lock(missing: Missing, today: date, book: Rulebook) -> Decision:
    """Whether one of them is locked."""
    return rules.locked(missing.orders, missing.standing, today, book)


def _day(last: date | None) -> facts.Had:
    return facts.Had(frozenset([last] if last is not None else ()), frozenset())


def _one(rows: Iterable[OrderRow], had: facts.Had, until: date) -> Missing:
    orders = facts.alone(facts.standing_orders(rows))
    last = max((day for day in (*had.dosed, *had.cover) if day <= until), default=None)
    return Missing(orders, rules.standing(orders, had.dosed, had.cover, until, last))
