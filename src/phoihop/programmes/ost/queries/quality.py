"""How well a facility keeps the people it treats (rules.retention): figures for those who treat there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import facilities_of
from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import BottleRow, Day
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import facts, values
from phoihop.programmes.ost.rules import missed, retention
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.parameters import Rulebook
from phoihop.programmes.ost.rules.retention import Adequacy, Comparison, Episode, Retention
from phoihop.registry.models import Enrolment

MONTHS = (3, 6, 12, 24)
COMPARED = 6  # months over which take-home medicine is held beside the others
LOOKS = 30  # days back in which missed days are compared


@dataclass(frozen=True, slots=True)
class Quality:
    """One facility. ``kept`` by months since admission; ``doses`` by medicine; ``known``: the first day
    of its books, before which nobody counts as admitted."""

    facility: Facility
    kept: tuple[tuple[int, Retention], ...]
    doses: tuple[tuple[Drug, Adequacy], ...]
    compared: Comparison
    known: date | None


@query("ost.case_see_quality", "Xem chất lượng điều trị", "See how well clients are kept")
def quality(viewer: Viewer) -> tuple[Quality, ...]:
    """Each of the viewer's facilities: as many statements for a thousand clients as for one."""
    here, today, book = facilities_of(viewer, OST), viewer.day, values.book()
    rows = list(Enrolment.objects.filter(programme=OST, facility__in=here, aside=None))
    bottles = BottleRow.objects.filter(facility__in=here).values_list("client").order_by()
    takehome: dict[int, date] = dict(bottles.annotate(first=Min("take_on")))
    present = {row.person for row in rows if row.until is None or row.until >= today}
    with reaching.centre(viewer.account, *here):
        books = Day.objects.filter(facility__in=here).values_list("facility").order_by()
        known: dict[int, date] = dict(books.annotate(first=Min("day")))
        orders = {
            person: facts.alone(facts.standing_orders(found))
            for person, found in facts.rows_of(present, today - facts.BEHIND).items()
        }
        had = facts.had(present, today - facts.DAY * LOOKS)
        spans = [
            (row.person, mark - facts.DAY * _gone_after(mark, book), mark)
            for row in rows
            for mark in _marks(row, takehome.get(row.client_id))
        ]
        days = iter(facts.last_within(spans))
    episodes: dict[int, list[Episode]] = defaultdict(list)
    for row in rows:
        began = takehome.get(row.client_id)
        kept = frozenset(day for day in (next(days) for _ in _marks(row, began)) if day is not None)
        mine, own = orders.get(row.person, ()), had.get(row.person)
        stands = missed.standing(mine, own.dosed, own.cover, today - facts.DAY) if own else None
        recent = frozenset(stands.missed) if stands is not None else frozenset()
        ending = Ending.TRANSFER if row.ending == "moved" else None
        first = known.get(row.facility_id)
        episodes[row.facility_id].append(Episode(row.since, kept, recent, row.until, ending, began, first))
    of: dict[int, list[tuple[Order, ...]]] = defaultdict(list)
    for row in rows:
        if row.person in present and row.person in orders:
            of[row.facility_id].append(orders[row.person])
    sites = Facility.objects.filter(pk__in=here).order_by("name")
    return tuple(_of(site, episodes[site.pk], of[site.pk], known.get(site.pk), today, book) for site in sites)


def _marks(row: Enrolment, takehome: date | None) -> list[date]:
    """The days on which it is asked whether somebody was still treated."""
    found = [months_later(row.since, months) for months in MONTHS]
    return found if takehome is None else [*found, months_later(takehome, COMPARED)]


def _gone_after(day: date, book: Rulebook) -> int:
    found = book.find("quality.gone_after", day)
    return int(found.value) if found is not None else 0


def _of(
    site: Facility,
    episodes: list[Episode],
    orders: list[tuple[Order, ...]],
    known: date | None,
    today: date,
    book: Rulebook,
) -> Quality:
    first = today - facts.DAY * LOOKS
    return Quality(
        facility=site,
        kept=tuple((months, retention.retention(episodes, months, today, book)) for months in MONTHS),
        doses=tuple((drug, retention.adequacy(orders, drug, today, book)) for drug in Drug),
        compared=retention.compare(episodes, COMPARED, first, today, today, book),
        known=known,
    )
