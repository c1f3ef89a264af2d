"""What the pages count today and what the indicators count of the same rows: the same, or why not."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.reference import Figure
from phoihop.kernel.calendars import Window, months_later
from phoihop.programmes.ost.actions import ending
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.indicators import current, days, keeping, leaving, reach, supply
from phoihop.programmes.ost.models import BottleRow, Day, OrderRow
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import holding, province, quality, values
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.stock import Kind
from phoihop.programmes.ost.tests.making import TODAY, House, acting, admitted, ordered
from phoihop.programmes.ost.tests.telling import DAY, bulk, everything, release, tell
from phoihop.registry.models import Client, Enrolment

LONG_AGO = months_later(TODAY, -14)
SINCE = months_later(TODAY, -13)
MARKS = {months: months_later(SINCE, months) for months in (6, 12)}
ALWAYS = Window(date(2000, 1, 1), TODAY)  # a page knows no window: everything up to today
LATELY = Window(TODAY - DAY * quality.LOOKS, TODAY)


def treated(
    house: House, name: str, seen: Iterable[date] = (), mg: int = 80, since: date = SINCE, **more: object
) -> Client:
    """Somebody on an order since they came, with doses on some days."""
    client = admitted(house.doctor, house.a, name, since=since)
    row = ordered(house.doctor, client, mg, start=since, days=(TODAY - since).days + 10)
    if more:
        with reaching.centre(None, house.a.pk):
            OrderRow.objects.filter(pk=row.pk).update(**more)
    bulk(client, [(TODAY - day).days for day in seen], mg)
    return client


def ended(house: House, client: Client, how: Ending, day: date) -> None:
    more = {"wish_signed": True} if how is Ending.WISH else {}
    ending.end(by=house.doctor, client=client, ending=how, day=day, why="theo hồ sơ", **more)


def bottle(house: House, client: Client, take_on: date) -> None:
    with acting(house.doctor):
        BottleRow.objects.create(
            **about(client),
            serial=f"B{client.pk}{take_on:%j}",
            issue=f"i{client.pk}{take_on:%j}",
            number=1,
            of=1,
            handed_on=take_on - DAY,
            take_on=take_on,
            drug="methadone",
            mg=60,
            quantity=6,
            batch="L01",
            by_id=house.doctor.account or 0,
        )


@pytest.fixture
def house(kept):
    return kept


@pytest.fixture
def cohort(house):
    """Treatments that were kept, left, transferred, ended by death; at home, in no books, on small doses."""
    near = {months: mark - DAY * 3 for months, mark in MARKS.items()}
    every_day = [TODAY - DAY * ago for ago in range(1, 33)]
    treated(house, "Lý A Đủ", [*near.values(), *every_day])
    treated(house, "Lý A Nửa", [near[6]], mg=60)
    treated(house, "Lý A Sát", [MARKS[6] - DAY * 30, MARKS[12] - DAY * 31])
    died = treated(house, "Lý A Mất", near.values())
    ended(house, died, Ending.DEATH, MARKS[12] - DAY)
    on_it = treated(house, "Lý A Đúng", near.values())
    ended(house, on_it, Ending.WISH, MARKS[6])
    moved = treated(house, "Lý A Chuyển", [near[6]])
    ended(house, moved, Ending.WISH, MARKS[6] + DAY * 30)
    with acting(house.doctor):
        Enrolment.objects.filter(client=moved).update(ending="moved")
    home = treated(house, "Lý A Nhà", [*near.values(), *every_day[:20]], mg=90)
    bottle(house, home, months_later(TODAY, -8))
    bulk(home, [(TODAY - months_later(TODAY, -2)).days + 1], 90)
    treated(house, "Lý A Tiêm", every_day, mg=16, drug="buprenorphine")
    treated(house, "Lý A Thưa", every_day[::2], mg=24, drug="buprenorphine", every=2)
    return house


def figure(indicator: Indicator, house: House, window: Window = ALWAYS, **where: str) -> Figure:
    """What an indicator comes to over the facts of all three sites; at a facility, of a group."""
    store = everything(release(house, until=TODAY - DAY))
    groups = reference.compute(indicator, store, window, tuple(where))
    return groups.get(tuple(where.values()), Figure(Decimal(0), Decimal(0)))


def pair(found: Figure) -> tuple[int, int]:
    assert found.denominator is not None
    return int(found.numerator), int(found.denominator)


@pytest.mark.parametrize(("months", "indicator"), [(6, keeping.OST_RET_6), (12, keeping.OST_RET_12)])
@pytest.mark.parametrize("books", [None, SINCE, SINCE + DAY])
def test_retention_is_that_of_the_page(cohort, months, indicator, books):
    if books is not None:
        with reaching.centre(None, cohort.a.pk):
            Day.objects.create(
                facility=cohort.a, day=books, opened_at=timezone.now(), closed_at=timezone.now()
            )
    (page,) = quality.quality(cohort.head)
    said = dict(page.kept)[months]
    found = pair(figure(indicator, cohort, facility=str(cohort.a.pk)))
    assert found == (said.kept, said.of)
    assert (said.of > 0) == (books != SINCE + DAY), "who began before the books is left out by both"


def test_retention_by_orders_is_that_of_the_province(cohort):
    """The province follows orders, and the indicator treatments: the same where both begin and end together.
    An end by transfer is known to the province by the orders of the next facility alone."""
    homes = {cohort.a.pk: cohort.a.pk, cohort.b.pk: cohort.b.pk}
    with reaching.centre(cohort.officer.account):
        episodes = province._episodes(homes, TODAY, values.book())
    six, twelve = province._kept(episodes[cohort.a.pk], TODAY, values.book())
    assert pair(figure(keeping.OST_RET_6, cohort)) == (six.kept, six.of)
    # Whoever moved away went nowhere that has orders: lost to the province, followed elsewhere by the facts.
    assert pair(figure(keeping.OST_RET_12, cohort)) == (twelve.kept, twelve.of - 1)


def test_doses_are_adequate_as_on_the_page(cohort):
    (page,) = quality.quality(cohort.head)
    for drug, said in page.doses:
        found = figure(days.OST_DOSE_ADEQUATE, cohort, facility=str(cohort.a.pk), drug=drug.value)
        assert pair(found) == (said.adequate, said.of)
    assert {drug: said.of for drug, said in page.doses}[Drug.METHADONE] == 4


def test_take_home_beside_the_others_is_that_of_the_page(cohort):
    (page,) = quality.quality(cohort.head)
    takehome, others = page.compared.takehome, page.compared.others
    assert pair(figure(keeping.OST_TH_RET_6, cohort)) == (takehome.retention.kept, takehome.retention.of)
    assert pair(figure(keeping.OST_OTHER_RET_6, cohort)) == (others.retention.kept, others.retention.of)
    # The page divides by all who were treated, the indicator by those on whom a dose was due.
    assert figure(days.OST_TH_MISSED_ANY, cohort, LATELY).numerator == takehome.missing == 1
    assert figure(days.OST_OTHER_MISSED_ANY, cohort, LATELY).numerator == others.missing


def test_who_is_treated_and_came_today_is_as_the_province_says(house):
    told = tell(house)
    homes = {house.a.pk: house.a.pk, house.p.pk: house.a.pk, house.b.pk: house.b.pk}
    with reaching.centre(house.officer.account):
        counts = province._counts(homes, TODAY)
    today = Window(TODAY, TODAY)
    assert sum(each.treated for each in counts.values()) == figure(current.OST_CURR, house, today).numerator
    # A guest is the client of one facility and takes doses at another: the page counts the latter.
    guests = 1
    at_a = figure(current.OST_CURR, house, today, facility=str(house.a.pk)).numerator
    assert at_a == counts[house.a.pk].treated + guests
    assert sum(each.came for each in counts.values()) == figure(days.OST_DOSES, house, today).numerator == 2
    at_home = figure(reach.OST_TAKEHOME, house, today)
    in_hospital = 1  # whose supply is days with a bottle to the page, and none to take home to the indicator
    assert sum(each.takehome for each in counts.values()) == at_home.numerator + in_hospital == 2
    assert told.there.facility_id == house.b.pk


def test_the_stock_is_that_of_the_shelves(house):
    tell(house)
    with reaching.centre(house.officer.account):
        shelves = holding.shelves([house.a.pk, house.p.pk, house.b.pk])
    for site, held in shelves.items():
        booked = sum(
            quantity
            for kind, lot, quantity in held
            if kind is not Kind.RETURNED and lot.drug == Drug.METHADONE.value
        )
        found = figure(supply.OST_STOCK_ML, house, Window(TODAY, TODAY), facility=str(site))
        assert found.numerator == booked > 0


def test_the_story_comes_out(house):
    """The story's figures by hand: eight people, among them one who moved and one who returned."""
    tell(house)
    window = Window(TODAY - timedelta(days=60), TODAY)
    assert figure(current.OST_NEW, house, window).numerator == 1
    assert figure(current.OST_NEW, house, window, came="again").numerator == 1
    left = {
        reason: figure(leaving.OST_LEFT, house, window, reason=reason).numerator
        for reason in ("moved", "died", "wish", "away")
    }
    assert left == {"moved": 1, "died": 1, "wish": 0, "away": 1}
    assert figure(current.OST_CURR, house, window).numerator == 7
    assert figure(current.OST_ATTENDING, house, window).numerator == 5, "neither the away nor the returned"
    assert pair(figure(reach.OST_URINE_OPIOIDS, house, window)) == (1, 1)
    assert figure(reach.OST_TH_COHORT, house, window).numerator == 1
