"""What leaves the client file for counting: days, codes of reasons, sex and year of birth. No names, no
codes of people, no numbers; and nothing by which two facts of one person could be joined."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from phoihop.base.security import sealed
from phoihop.kernel.refusals import Refusal
from phoihop.registry.marking import born_of
from phoihop.registry.models import Consent, Enrolment
from phoihop.registry.rules.identity import Sex

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One enrolment. ``year`` of birth and ``sex`` are None and unsaid where the person was erased."""

    programme: str
    facility: int
    since: date
    until: date | None
    ending: str
    sex: Sex
    year: int | None


@dataclass(frozen=True, slots=True)
class Consented:
    """One consent."""

    programme: str
    facility: int
    wording: str
    given_on: date
    needed: str
    withdrawn_on: date | None


def enrolments(programme: str, facility: int) -> Iterator[Enrolled]:
    """Every enrolment that counts at a facility; in a scope that reaches it."""
    rows = Enrolment.objects.filter(programme=programme, facility=facility, aside=None)
    ordered = rows.exclude(ending="error").select_related("client").order_by("pk")
    last = 0
    while some := list(ordered.filter(pk__gt=last)[:_BATCH]):
        sealed.fetch_keys([row.client for row in some])
        for row in some:
            sex, year = _person(row)
            yield Enrolled(programme, facility, row.since, row.until, row.ending, sex, year)
        last = some[-1].pk


def _person(row: Enrolment) -> tuple[Sex, int | None]:
    try:
        born, sex = born_of(row.client), Sex(row.client.text("sex"))
    except Refusal as refusal:
        if refusal.reason != "erased":
            raise
        return Sex.UNSAID, None
    return sex, born.year if born else None


def consents(programme: str, facility: int) -> Iterator[Consented]:
    """Every consent recorded at a facility; in a scope that reaches it."""
    rows = Consent.objects.filter(programme=programme, facility=facility).order_by("pk")
    told = rows.values_list("wording", "given_on", "needed", "withdrawn_on")
    for wording, given_on, needed, withdrawn_on in told.iterator():
        yield Consented(programme, facility, wording, given_on, needed, withdrawn_on)
