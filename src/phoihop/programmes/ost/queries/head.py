"""What the head of a facility sees: who came, who did not, the stock, what waits, visits. Of the facility's
points in figures alone."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from phoihop.base.org.doors import may, query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import (
    Day,
    Device,
    Dose,
    Incident,
    Lease,
    Minutes,
    OrderRow,
    Shipment,
    Visit,
)
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import holding, roster
from phoihop.programmes.ost.queries.roster import Line, State
from phoihop.programmes.ost.rules import incidents, supervision
from phoihop.programmes.ost.rules.orders import Rhythm
from phoihop.programmes.ost.rules.supervision import Answer, Given, Outcome, Question

SEE = "ost.see_facility"
see = partial(query, SEE, "Xem tình hình cơ sở", "See how a facility stands")
_SILENT = timedelta(days=1)  # a tablet that was not heard for longer is told of
VISITS = 5


@dataclass(frozen=True, slots=True)
class Came:
    """A site's day in figures. ``due``: by the orders of today; ``covered``: by a bottle; ``waiting``: due,
    and neither came nor covered."""

    serving: int
    due: int
    came: int
    covered: int

    @property
    def waiting(self) -> int:
        return max(0, self.due - self.came - self.covered)


@dataclass(frozen=True, slots=True)
class Site:
    """A facility or one of its points. ``open_day``: the day that is open; ``uncounted``: it has passed.
    ``days_left``: of the medicine that lasts shortest, None where none is used."""

    facility: Facility
    came: Came
    open_day: date | None
    uncounted: bool
    days_left: int | None
    beyond: bool
    signatures: int
    coming: int
    silent: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Waits:
    """Incidents of one kind that nobody answered."""

    says: Bilingual
    count: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """A facility today. ``absent``: those who have not come, None for who may not see names."""

    facility: Facility
    sites: tuple[Site, ...]
    incidents: tuple[Waits, ...]
    visits: tuple["Held", ...]
    absent: tuple[Line, ...] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a visit with its answer; ``late``: what was to be done by then is not known to be."""

    question: Question
    given: Given
    late: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A visit with its questions and what they come to."""

    visit: Visit
    asked: tuple[Asked, ...]
    outcome: Outcome

    @property
    def to_do(self) -> tuple[Asked, ...]:
        """What was answered with no."""
        return tuple(each for each in self.asked if each.given.answer is Answer.NO)


def sites_of(facility: Facility) -> list[Facility]:
    """A facility and its points, itself first."""
    rows = Facility.objects.filter(
        Q(pk=facility.pk) | Q(parent=facility, programmes__contains=[OST]), valid_to=None
    )
    return sorted(rows.select_related("agency"), key=lambda row: (row.pk != facility.pk, row.name))


@see(of="facility")
def overview(viewer: Viewer, *, facility: Facility) -> Overview:
    """A facility and its points today. The number of statements does not grow with clients or points."""
    rows = sites_of(facility)
    keys, today = [row.pk for row in rows], viewer.day
    with reaching.centre(viewer.account, facility.pk):
        came = days_of(keys, today)
        plans, held = holding.plans(keys, today), holding.shelves(keys)
        opened = dict(Day.objects.filter(facility__in=keys, closed_at=None).values_list("facility", "day"))
        signatures = _counted(Minutes.objects.filter(facility__in=keys, state=Minutes.OPEN), "facility")
        coming = _counted(
            Shipment.objects.filter(target_facility__in=keys, received_on=None), "target_facility"
        )
        silent = _silent(keys, today)
        waits = _incidents(keys)
        visits = _visits(keys, today)
    found = []
    for row in rows:
        left = [days for _, days in holding.days_left(held[row.pk], plans[row.pk], today).values()]
        days = min(left, default=None)
        found.append(
            Site(
                row,
                came[row.pk],
                opened.get(row.pk),
                row.pk in opened and opened[row.pk] < today,
                days,
                days is not None and days >= holding.AHEAD,
                signatures[row.pk],
                coming[row.pk],
                tuple(silent[row.pk]),
            )
        )
    return Overview(facility, tuple(found), waits, visits, _absent(viewer, facility))


def _absent(viewer: Viewer, facility: Facility) -> tuple[Line, ...] | None:
    """Those of the facility's own list who have not come yet, by its own door."""
    if not may(viewer, "ost.case_see_list", facility):
        return None
    states = (State.WAITING, State.LOCKED, State.DOCTOR, State.NO_ORDER, State.HELD)
    return tuple(line for line in roster.today(viewer, facility=facility).lines if line.state in states)


def days_of(sites: Collection[int], day: date) -> dict[int, Came]:
    """Who was due and came at sites on a day, in figures. In the centre's scope; three statements."""
    at = dict(
        Lease.objects.filter(
            Q(last=None) | Q(last__gte=day), facility__in=sites, first__lte=day, aside=None
        ).values_list("person", "facility")
    )
    orders = OrderRow.objects.filter(person__in=list(at), start__lte=day, end__gte=day, stopped=None)
    due: set[UUID] = {
        person
        for person, every, weekdays, start in orders.values_list("person", "every", "weekdays", "start")
        if Rhythm(every, frozenset(weekdays)).due(start, day)
    }
    given: dict[UUID, bool] = {}
    for person, bottle in Dose.objects.filter(on=day, person__in=list(at)).values_list("person", "bottle"):
        given[person] = given.get(person, True) and bottle
    served = Counter(at.values())
    came = Counter(at[person] for person, bottle in given.items() if not bottle)
    covered = Counter(at[person] for person, bottle in given.items() if bottle)
    # Whoever got a dose was to have one, whatever became of the order since.
    expected = Counter(at[person] for person in due | set(given))
    return {site: Came(served[site], expected[site], came[site], covered[site]) for site in sites}


def _counted(rows: QuerySet[Any], column: str) -> Counter[int]:
    return Counter(rows.values_list(column, flat=True))


def _silent(sites: Collection[int], today: date) -> Mapping[int, list[Device]]:
    rows = Device.objects.filter(
        Q(heard_on=None) | Q(heard_on__lt=today - _SILENT),
        facility__in=sites,
        kind=Device.TABLET,
        withdrawn_on=None,
    )
    found: dict[int, list[Device]] = defaultdict(list)
    for row in rows.order_by("heard_on"):
        found[row.facility_id].append(row)
    return found


def _incidents(sites: Collection[int]) -> tuple[Waits, ...]:
    """What waits, by kind; an incident stands at each site it concerns, and is one."""
    rows = Incident.objects.filter(facility__in=sites, answered_at=None, gone=False).order_by()
    told = rows.values_list("kind").annotate(there=Count("identity", distinct=True))
    found = []
    for kind, count in told:
        meaning = incidents.MEANINGS[incidents.Kind(kind)]
        found.append(Waits(meaning.says, count, meaning.severity is incidents.Severity.AT_ONCE))
    return tuple(sorted(found, key=lambda each: (not each.urgent, each.says.vi)))


def _visits(sites: Collection[int], today: date) -> tuple[Held, ...]:
    rows = Visit.objects.filter(facility__in=sites).select_related("facility", "by__person")
    return tuple(told(row, today) for row in rows.order_by("-day", "-pk")[:VISITS])


def told(visit: Visit, today: date) -> Held:
    """A visit's answers as the rules read them: the questions are those of its day, be there newer ones."""
    known = {each.code: each for each in supervision.questions()}
    given = {
        code: Given(
            Answer(each["answer"]), each["action"], date.fromisoformat(each["due"]) if each["due"] else None
        )
        for code, each in visit.answers.items()
    }
    asked = [known[code] for code in given if code in known]
    rows = tuple(
        Asked(
            question,
            given[question.code],
            given[question.code].due is not None and (given[question.code].due or today) < today,
        )
        for question in asked
    )
    return Held(visit, rows, supervision.outcome(asked, given))


def place_of(facility: Facility) -> supervision.Place:
    """Which questions are asked at a site."""
    return supervision.Place.FACILITY if facility.parent_id is None else supervision.Place.POINT


def visit_of(viewer: Viewer, text: str) -> Visit | None:
    """The visit of an address, if it was to a site of a facility that the viewer heads."""
    with reaching.centre(viewer.account):
        rows = Visit.objects.select_related("facility__agency", "facility__parent", "by__person")
        found = rows.filter(uid=uid_of(text)).first()
    if found is None or not any(may(viewer, "ost.see_visit", each) for each in heads(found)):
        return None
    return found


def heads(visit: Visit) -> list[Facility]:
    """The site of a visit, and the facility that it belongs to."""
    return [visit.facility, *([visit.facility.parent] if visit.facility.parent else [])]


@query("ost.see_visit", "Xem kết quả một đợt giám sát", "See a visit of supervision", of="facility")
def visit(viewer: Viewer, *, facility: Facility, row: Visit) -> Held:
    """A visit to a site of a facility."""
    return told(row, viewer.day)


def uid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
