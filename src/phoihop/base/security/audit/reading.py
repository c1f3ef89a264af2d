"""Reading the audit: entries by thing, account, agency and time, and who looked at one thing.

Row security decides which rows come at all; here nothing is added to it. Reading is itself recorded: each
function takes the entry that says who reads and why, and writes it with the number of rows shown.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.audit.unusual import Look
from phoihop.base.security.models.audit import AuditEntry

PAGE = 50
LOOKS = (Kind.READ, Kind.SEARCH, Kind.PRINT, Kind.EXPORT, Kind.BREAKGLASS, Kind.DISCLOSURE)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries; what is None or empty does not matter. ``since`` counts, ``until`` does not.

    ``agency`` finds what its people did and what others did with its things.
    """

    thing: tuple[str, str] | None = None
    account: int | None = None
    agency: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple[Kind, ...] = ()

    def condition(self) -> Q:
        found = Q()
        if self.thing is not None:
            found &= Q(thing_kind=self.thing[0], thing_id=self.thing[1])
        if self.account is not None:
            found &= Q(account=self.account)
        if self.agency is not None:
            found &= Q(agency=self.agency) | Q(owner_agency=self.agency)
        if self.since is not None:
            found &= Q(at__gte=self.since)
        if self.until is not None:
            found &= Q(at__lt=self.until)
        if self.kinds:
            found &= Q(kind__in=[kind.value for kind in self.kinds])
        return found


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first, and the id to go on ``before``; None on the last page."""

    entries: tuple[AuditEntry, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Looked:
    """That one account looked at a thing for one agency and purpose: how often, first and last."""

    account: int | None
    agency: int | None
    purpose: str
    times: int
    first: datetime
    last: datetime


def entries_for(asked: Asked, *, reading: Entry, before: int | None = None, limit: int = PAGE) -> Page:
    """One page of entries, newest first; ``before`` is the last page's. Writes ``reading``."""
    wanted = AuditEntry.objects.filter(asked.condition())
    if before is not None:
        wanted = wanted.filter(pk__lt=before)
    found = tuple(wanted.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    record(replace(reading, count=len(shown)))
    return Page(shown, shown[-1].pk if len(found) > limit else None)


def lookers(thing_kind: str, thing_id: str, *, reading: Entry) -> list[Looked]:
    """Who looked at a thing, latest first. Writes ``reading``."""
    rows = (
        AuditEntry.objects.filter(thing_kind=thing_kind, thing_id=thing_id)
        .filter(kind__in=[kind.value for kind in LOOKS], outcome="done")
        .values_list("account", "agency", "purpose")
        .annotate(times=Count("pk"), first=Min("at"), last=Max("at"))
        .order_by("-last")
    )
    found = [Looked(*row) for row in rows]
    record(replace(reading, count=len(found)))
    return found


def looks(asked: Asked, *, people: Collection[str], reading: Entry) -> list[Look]:
    """What was opened and searched for, as the rules of unusual reading take it. Writes ``reading``.

    ``people`` are the kinds of things that are somebody's file; opening anything else is no look at a person.
    """
    wanted = AuditEntry.objects.filter(asked.condition(), account__isnull=False, outcome="done")
    wanted = wanted.filter(Q(thing_kind__in=people) | Q(kind=Kind.SEARCH.value))
    found = [_look(row) for row in wanted.filter(kind__in=[kind.value for kind in LOOKS]).order_by("pk")]
    record(replace(reading, count=len(found)))
    return found


def _look(row: AuditEntry) -> Look:
    assert row.account is not None
    person = f"{row.thing_kind}/{row.thing_id}" if row.thing_id else ""
    return Look(
        account=row.account,
        at=row.at,
        person=person,
        needle=row.detail.get("needle", ""),
        mine=row.detail.get("caseload") != "outside",
        kin=row.detail.get("kin") == 1,
        on_duty=row.detail.get("duty") == 1,
    )
