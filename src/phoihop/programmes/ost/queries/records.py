"""What was written down of a client: notes, tests, what became of bottles; and the days of tests to come."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from phoihop.base.security import sealed
from phoihop.base.security.crypto.blind import digest
from phoihop.kernel import working_days
from phoihop.programmes.ost.models import BottleNote, BottleRow, Note, PhaseStep, UrineTestRow
from phoihop.programmes.ost.queries import facts
from phoihop.programmes.ost.rules import phases, urine
from phoihop.programmes.ost.rules.ending import Record
from phoihop.programmes.ost.rules.parameters import Rulebook
from phoihop.programmes.ost.rules.urine import Plan, Result, Substance, UrineTest
from phoihop.registry.marking import blind_key
from phoihop.registry.models import Client

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NoteSaid:
    """A note with its answers. ``voided``: why it does not count any more; None while it does."""

    uid: UUID
    kind: str
    form: str
    day: date
    at: datetime
    by: str
    content: Mapping[str, Any]
    voided: str | None


@dataclass(frozen=True, slots=True)
class TestSaid:
    """A urine test. ``voided`` as of a note."""

    uid: UUID
    day: date
    by: str
    results: Mapping[Substance, Result]
    voided: str | None

    __test__ = False  # pytest takes the name for one of its own


def notes_of(client: Client) -> list[NoteSaid]:
    """The notes of a client, the latest first, those made in error with the reason."""
    rows = list(
        Note.objects.filter(facility=client.facility_id, client=client)
        .select_related("by__person")
        .order_by("-day", "-pk")
    )
    sealed.fetch_keys(rows)
    voids = {row.voids_id: json.loads(row.text("content"))["why"] for row in rows if row.voids_id}
    return [
        NoteSaid(
            row.uid,
            row.kind,
            row.form,
            row.day,
            row.at,
            row.by.person.name,
            json.loads(row.text("content") or "{}"),
            voids.get(row.pk),
        )
        for row in rows
        if row.voids_id is None
    ]


def tests_of(client: Client) -> list[TestSaid]:
    """The urine tests of a client, the latest first."""
    rows = list(
        UrineTestRow.objects.filter(facility=client.facility_id, client=client)
        .select_related("by__person")
        .order_by("-day", "-pk")
    )
    sealed.fetch_keys(rows)
    voids = {row.voids_id: json.loads(row.text("results"))["why"] for row in rows if row.voids_id}
    return [
        TestSaid(row.uid, row.day, row.by.person.name, _results(row), voids.get(row.pk))
        for row in rows
        if row.voids_id is None
    ]


def _results(row: UrineTestRow) -> dict[Substance, Result]:
    kept: Mapping[str, str] = json.loads(row.text("results") or "{}")
    return {Substance(what): Result(result) for what, result in kept.items()}


def counted(tests: Iterable[TestSaid]) -> tuple[UrineTest, ...]:
    """Those that count, as the rules know them."""
    return tuple(UrineTest(each.day, each.results) for each in tests if each.voided is None)


def record_of(client: Client, day: date) -> Record:
    """What may be a ground for an end for breach."""
    notes = [each for each in notes_of(client) if each.kind == "breach" and each.voided is None]
    steps = facts.steps_of(PhaseStep.objects.filter(facility=client.facility_id, client=client))
    return Record(
        breaches=tuple(sorted(each.day for each in notes if each.content.get("what") == "protocol")),
        tests=counted(tests_of(client)),
        violence=tuple(sorted(each.day for each in notes if each.content.get("what") == "violence")),
        maintained=phases.first_maintained(steps),
    )


def bottles_out(client: Client, day: date) -> int:
    """Bottles that were handed out and of which nothing was written down since."""
    known = BottleNote.standing.filter(facility=client.facility_id, client=client)
    mine = BottleRow.objects.filter(facility=client.facility_id, client=client)
    return mine.exclude(serial__in=known.values("serial")).count()


def seed_of(programme: str, pseudonym: UUID) -> bytes:
    """What the days of a client's tests are drawn with: nobody can tell them who does not hold the
    programme's key."""
    return digest(blind_key(programme), "urine", str(pseudonym))


@cache
def closed(year: int) -> frozenset[date]:
    """Days of a year on which no test is taken: offices are closed."""
    first = date(year, 1, 1)
    days = (first + _DAY * n for n in range((date(year + 1, 1, 1) - first).days))
    return frozenset(day for day in days if not working_days.works(day))


def plan_of(programme: str, pseudonym: UUID, since: date, book: Rulebook) -> Plan:
    """Every day on which a client's test is or will be due. Those to come are shown to nobody."""
    off = closed(since.year) | closed(since.year + 1)
    return urine.plan(since, seed_of(programme, pseudonym), book, off)


def due(plan: Plan, taken: Collection[date], today: date) -> date | None:
    """The day since which a test is due, if one is; the latest of them. Nothing of days to come."""
    tests = [UrineTest(day, {}) for day in taken]
    past = urine.overdue(plan.days, tests, today + _DAY)
    return past[-1] if past else None
