"""The province in figures: facilities and points, how many are treated and kept, the stock, reports, visits.

Nobody's name or code is read here, and no count of people leaves as it is (rules.disclosing).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet

from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Day, Dose, Lease, OrderRow, StockSaid, Visit
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import facts, head, holding, reports, values
from phoihop.programmes.ost.rules import disclosing, missed, retention
from phoihop.programmes.ost.rules.disclosing import Told
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.parameters import Rulebook
from phoihop.programmes.ost.rules.retention import Episode, Retention

SEE = "ost.province_see"
see = partial(query, SEE, "Xem số tổng hợp của tỉnh", "See the province in figures")
MISSED = 4  # days missed one after another, from which on a facility is expected to act
MONTHS = (6, 12)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """A site's stock and duties; nothing of people. ``days_left`` None: nothing is used there."""

    facility: Facility
    days_left: int | None
    beyond: bool
    low: bool
    uncounted: date | None
    owed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A facility with its points. Counts of people as they may be shown; ``kept``: per cent after 6 and 12
    months, None where hidden or nobody is so far."""

    facility: Facility
    points: tuple[Point, ...]
    treated: Told
    came: Told
    missed: Told
    takehome: Told
    kept: tuple[int | None, ...]
    visit: head.Held | None


@dataclass(frozen=True, slots=True)
class Province:
    """Every facility, and the totals that give nobody away. ``sites``: facilities and points in all;
    ``short``: of these, with stock for fewer days than are warned of."""

    day: date
    lines: tuple[Line, ...]
    facilities: int
    points: int
    treated: Told
    came: Told
    missed: Told
    takehome: Told
    kept: tuple[int | None, ...]
    short: int
    owed: int


@dataclass(slots=True)
class _Counts:
    """The true figures of a facility; they leave this module through rules.disclosing alone."""

    treated: int = 0
    came: int = 0
    missed: int = 0
    takehome: int = 0


@see()
def province(viewer: Viewer) -> Province:
    """Every facility in figures. The number of statements is the same for any number of them."""
    today, book = viewer.day, values.book()
    sites = list(
        Facility.objects.filter(programmes__contains=[OST], valid_to=None).select_related("agency", "parent")
    )
    home = {site.pk: site.parent_id or site.pk for site in sites}
    keys = list(home)
    with reaching.centre(viewer.account):
        counted = _counts(home, today)
        episodes = _episodes(home, today, book)
        plans, held = holding.plans(keys, today), holding.shelves(keys)
        opened = dict(
            Day.objects.filter(facility__in=keys, closed_at=None, day__lt=today).values_list(
                "facility", "day"
            )
        )
        owed = owing(sites, today)
        visits = {
            row.facility_id: row
            for row in Visit.objects.filter(facility__in=keys)
            .select_related("facility", "by__person")
            .order_by("day", "pk")
        }
    points: dict[int, list[Point]] = defaultdict(list)
    few = book.find("stock.low_alarm", today)
    short = 0
    for site in sorted(sites, key=lambda each: (each.parent_id is not None, each.name)):
        left = [days for _, days in holding.days_left(held[site.pk], plans[site.pk], today).values()]
        days = min(left, default=None)
        low = days is not None and few is not None and days < few.value
        short += low
        beyond = days is not None and days >= holding.AHEAD
        points[home[site.pk]].append(Point(site, days, beyond, low, opened.get(site.pk), site.pk in owed))
    tops = sorted((site for site in sites if site.parent_id is None), key=lambda each: each.name)
    kept = {site.pk: _kept(episodes[site.pk], today, book) for site in tops}
    lines = tuple(
        _line(site, points[site.pk], counted[site.pk], kept[site.pk], visits.get(site.pk), today)
        for site in tops
    )
    those = [counted[site.pk] for site in tops]
    return Province(
        today,
        lines,
        len(tops),
        len(sites) - len(tops),
        disclosing.total([each.treated for each in those]),
        disclosing.total_of_parts([(each.came, each.treated) for each in those]),
        disclosing.total_of_parts([(each.missed, each.treated) for each in those]),
        disclosing.total_of_parts([(each.takehome, each.treated) for each in those]),
        tuple(
            disclosing.percent(sum(part.kept for part in parts), sum(part.of for part in parts))
            for parts in list(zip(*kept.values(), strict=True)) or [()] * len(MONTHS)
        ),
        short,
        len(owed),
    )


def _line(
    site: Facility,
    points: list[Point],
    counts: _Counts,
    kept: Iterable[Retention],
    visit: Visit | None,
    today: date,
) -> Line:
    return Line(
        site,
        tuple(points),
        disclosing.told(counts.treated),
        disclosing.part(counts.came, counts.treated),
        disclosing.part(counts.missed, counts.treated),
        disclosing.part(counts.takehome, counts.treated),
        tuple(disclosing.percent(each.kept, each.of) for each in kept),
        head.told(visit, today) if visit else None,
    )


def _kept(episodes: Collection[Episode], today: date, book: Rulebook) -> list[Retention]:
    return [retention.retention(episodes, months, today, book) for months in MONTHS]


def _counts(home: dict[int, int], today: date) -> dict[int, _Counts]:
    """The day of each facility with its points. Five statements."""
    found: dict[int, _Counts] = defaultdict(_Counts)
    for site, came in head.days_of(list(home), today).items():
        found[home[site]].treated += came.serving
        found[home[site]].came += came.came
    at = dict(_served(home, today).values_list("person", "facility"))
    persons = list(at)
    # A bottle for a day to come, or for today, is with whoever takes medicine home.
    bottles = Dose.objects.filter(bottle=True, on__gte=today, person__in=persons)
    for site, count in Counter(
        at[each] for each in bottles.values_list("person", flat=True).distinct()
    ).items():
        found[home[site]].takehome += count
    for person in _away(persons, today):
        found[home[at[person]]].missed += 1
    return found


def _served(home: dict[int, int], day: date) -> QuerySet[Lease]:
    return Lease.objects.filter(
        Q(last=None) | Q(last__gte=day), facility__in=home, first__lte=day, aside=None
    )


def _away(persons: list[UUID], today: date) -> set[UUID]:
    """Those who missed so many days one after another, until yesterday. Three statements; orders are read of
    those alone who were not there lately."""
    yesterday = today - _DAY
    lately = Dose.objects.filter(person__in=persons, on__range=(today - _DAY * MISSED, yesterday))
    away = set(persons) - set(lately.values_list("person", flat=True).distinct())
    since = today - facts.BEHIND
    rows = Dose.objects.filter(person__in=away, on__range=(since, yesterday)).order_by()
    last = dict(rows.values_list("person").annotate(day=Max("on")).values_list("person", "day"))
    orders = facts.rows_of(away, since)
    found = set()
    for person in away:
        had = [last[person]] if person in last else []
        standing = missed.standing(facts.alone(facts.standing_orders(orders[person])), had, [], yesterday)
        if len(standing.run) >= MISSED:
            found.add(person)
    return found


def _episodes(home: dict[int, int], today: date, book: Rulebook) -> dict[int, list[Episode]]:
    """Each treatment at each facility, with as many of its days as retention asks for. Three statements.

    It begins with the first order there. It ends as moved when another facility's orders begin later, else
    with the last day of its right.
    """
    began: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    first = OrderRow.objects.filter(facility__in=home).order_by().values_list("person", "facility")
    for person, facility, start in first.annotate(begin=Min("start")).values_list(
        "person", "facility", "begin"
    ):
        began[person].append((start, home[facility]))
    ended: dict[UUID, date] = {}
    running: set[UUID] = set()
    for person, until in Lease.objects.filter(aside=None).values_list("person", "last"):
        if until is None:
            running.add(person)
        else:
            ended[person] = max(ended.get(person, until), until)
    spans: list[tuple[UUID, int, date, date | None, Ending | None]] = []
    for person, starts in began.items():
        starts.sort()
        for n, (start, facility) in enumerate(starts):
            if n + 1 < len(starts):
                spans.append((person, facility, start, starts[n + 1][0], Ending.TRANSFER))
            else:
                last = None if person in running else ended.get(person)
                spans.append((person, facility, start, last, None))
    gone_after = book.find("quality.gone_after", today)
    assert gone_after is not None
    marks = [
        (person, months_later(start, months) - _DAY * int(gone_after.value), months_later(start, months))
        for person, _, start, _, _ in spans
        for months in MONTHS
    ]
    had = iter(facts.last_within(marks))
    found: dict[int, list[Episode]] = defaultdict(list)
    for _person, facility, start, until, ending in spans:
        days = frozenset(day for day in (next(had) for _ in MONTHS) if day is not None)
        found[facility].append(Episode(start, days, ended=until, ending=ending))
    return found


def owing(sites: Collection[Facility], today: date) -> set[int]:
    """The sites that have not sent the report of the period before this one. One statement."""
    asked = {site.pk: reports.recent(today, site, 2)[1] for site in sites}
    since = min((each.first for each in asked.values()), default=today)
    rows = StockSaid.objects.filter(facility__in=asked, first__gte=since)
    sent = set(rows.values_list("facility", "first").distinct())
    return {pk for pk, period in asked.items() if (pk, period.first) not in sent}


@see()
def visit(viewer: Viewer, *, uid: str) -> head.Held | None:
    """A visit of supervision to any site."""
    with reaching.centre(viewer.account):
        rows = Visit.objects.select_related("facility__agency", "by__person")
        row = rows.filter(uid=head.uid_of(uid)).first()
        return head.told(row, viewer.day) if row is not None else None


@see()
def site(viewer: Viewer, *, number: int) -> Facility | None:
    """A facility or point of treatment by its number."""
    return Facility.objects.filter(pk=number, programmes__contains=[OST]).select_related("agency").first()
