"""What went through the stores in three invented years, worked out from what was taken: deliveries each
quarter, shipments each month, what was left over sent back, and what every evening's count found."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from phoihop.programmes.ost.demo.lives import Life, Site
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, Drug, Presentation
from phoihop.programmes.ost.rules.stock import Kind

SUPPLIED: Mapping[Drug, Presentation] = {Drug.METHADONE: SOLUTION, Drug.BUPRENORPHINE: TABLET_2}
_PACK = {Drug.METHADONE: 1000, Drug.BUPRENORPHINE: 28}
_NAMED = {Drug.METHADONE: "VD", Drug.BUPRENORPHINE: "BN"}
_DAY = timedelta(days=1)
_SPARE, _AHEAD = Decimal("1.02"), 6
_RESERVE = Decimal("1.7")  # of what the present quarter has needed, that the store got for it
_KEPT = 640  # days after which what is left of a batch is destroyed


@dataclass(frozen=True, slots=True)
class Move:
    """So much of a batch from a place of one site to that of another; sites by their numbers."""

    day: date
    batch: str
    quantity: Decimal
    source: Kind
    target: Kind
    site: int
    to: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of the calendar, as far as they lie in the story."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{self.first.year % 100:02d}{(self.first.month + 2) // 3}"

    @property
    def expiry(self) -> date:
        return self.first + timedelta(days=715)


@dataclass
class Ledgers:
    """The medicine's story. ``used``: what was taken or handed out, by site, batch and day;
    ``counted``: what lay there each evening."""

    moves: list[Move] = field(default_factory=list)
    used: dict[tuple[int, str], dict[date, Decimal]] = field(default_factory=dict)
    counted: dict[int, dict[date, dict[str, Decimal]]] = field(default_factory=dict)
    batches: dict[str, tuple[Presentation, date]] = field(default_factory=dict)


def quarters(first: date, last: date) -> list[Quarter]:
    """The quarters from one day to another; the first and the last may be cut."""
    found = []
    while first <= last:
        month = (first.month - 1) // 3 * 3 + 4
        ends = date(first.year + (month > 12), (month - 1) % 12 + 1, 1) - _DAY
        found.append(Quarter(first, min(ends, last)))
        first = ends + _DAY
    return found


def batch_of(drug: Drug, quarter: Quarter) -> str:
    """The batch that a medicine is of in a quarter."""
    return f"{_NAMED[drug]}{quarter.name}"


def story(
    lives: Iterable[Life],
    sites: list[Site],
    first: date,
    today: date,
    differs: Mapping[tuple[int, date], Decimal],
) -> Ledgers:
    """Everything, for the days from ``first`` until yesterday. ``differs``: what a site was short of at an
    evening's count, in ml; below nought: what was over."""
    found = Ledgers()
    spans = quarters(first, today - _DAY)
    by_day = {
        day: span
        for span in spans
        for day in (span.first + _DAY * n for n in range(_length(span.first, span.last)))
    }
    for life in lives:
        for order in life.orders:
            quantity = SUPPLIED[order.drug].quantity(order.mg)
            for number, days in order.taken.items():
                for day in days:
                    batch = batch_of(order.drug, by_day[day])
                    found.used.setdefault((number, batch), defaultdict(Decimal))[day] += quantity
        for issue in life.home.issues if life.home is not None else ():
            # A week of bottles leaves the cabinet on the day they are handed out.
            batch = batch_of(issue.drug, by_day[issue.day])
            quantity = SUPPLIED[issue.drug].quantity(issue.mg) * len(issue.days)
            found.used.setdefault((life.site.number, batch), defaultdict(Decimal))[issue.day] += quantity
    stores: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for span in spans:
        for drug in Drug:
            batch = batch_of(drug, span)
            there = [site for site in sites if (site.number, batch) in found.used]
            if not there:
                continue
            found.batches[batch] = (SUPPLIED[drug], span.expiry)
            needs = {
                site.number: _shipments(found.used[site.number, batch], span, drug, today) for site in there
            }
            running = span.last >= today - _DAY
            _deliver(found, there, needs, span, drug, stores, _RESERVE if running else Decimal(1))
            for site in there:
                _through(found, site, needs[site.number], span, batch, today, differs, stores)
    _destroy(found, spans, stores, today)
    return found


def _length(first: date, last: date) -> int:
    return (last - first).days + 1


def _shipments(used: Mapping[date, Decimal], span: Quarter, drug: Drug, today: date) -> dict[date, Decimal]:
    """What a site gets on the first day of each month that it needs something in: some more than it needs."""
    found = {}
    day = span.first
    while day <= span.last:
        ends = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _DAY
        need = sum((many for each, many in used.items() if day <= each <= ends), Decimal(0))
        if need and ends >= today:
            passed = _length(day, span.last)
            need = need * (_length(day, ends) + _AHEAD) / passed
        step = Decimal(10) if drug is Drug.METHADONE else Decimal(7)
        if need:
            spare = need * _SPARE if day == span.first or ends >= today else need
            found[day] = (spare / step).to_integral_value(ROUND_CEILING) * step
        day = ends + _DAY
    return found


def _deliver(
    found: Ledgers,
    there: list[Site],
    needs: Mapping[int, Mapping[date, Decimal]],
    span: Quarter,
    drug: Drug,
    stores: dict[tuple[int, str], Decimal],
    share: Decimal,
) -> None:
    """What the trader brought before the quarter to each facility, for itself and its points."""
    batch = batch_of(drug, span)
    for facility in sorted({site.facility for site in there}):
        wanted = sum(
            (sum(needs[site.number].values()) for site in there if site.facility == facility), Decimal(0)
        )
        pack = Decimal(_PACK[drug])
        came = (wanted * share / pack).to_integral_value(ROUND_CEILING) * pack
        day = span.first - timedelta(days=4)
        found.moves.append(Move(day, batch, came, Kind.TRADER, Kind.STORE, facility, facility))
        stores[facility, batch] += came


def _through(
    found: Ledgers,
    site: Site,
    shipped: Mapping[date, Decimal],
    span: Quarter,
    batch: str,
    today: date,
    differs: Mapping[tuple[int, date], Decimal],
    stores: dict[tuple[int, str], Decimal],
) -> None:
    """A quarter at a site, day by day."""
    kind = Kind.DAILY if site.number == site.facility else Kind.POINT
    used = found.used[site.number, batch]
    evenings = found.counted.setdefault(site.number, {})
    held, day = Decimal(0), max(span.first, min(used))
    # A place that begins within a quarter has its first shipment on its first day.
    late = sum((many for each, many in shipped.items() if each <= day), Decimal(0))
    arrivals = {each: many for each, many in shipped.items() if each > day} | ({day: late} if late else {})
    over = span.last < today - _DAY
    while day <= span.last:
        came = arrivals.get(day)
        if came:
            found.moves.append(Move(day, batch, came, Kind.STORE, kind, site.facility, site.number))
            stores[site.facility, batch] -= came
            held += came
        held -= used.get(day, Decimal(0))
        held -= differs.get((site.number, day), Decimal(0)) if batch.startswith("VD") else Decimal(0)
        if over and day == span.last and held > 0:
            found.moves.append(Move(day, batch, held, kind, Kind.STORE, site.number, site.facility))
            stores[site.facility, batch] += held
            held = Decimal(0)
        evenings.setdefault(day, {})[batch] = held
        day += _DAY


def _destroy(
    found: Ledgers, spans: list[Quarter], stores: Mapping[tuple[int, str], Decimal], today: date
) -> None:
    """What was left of old batches was destroyed, before it expired."""
    for span in spans:
        day = span.first + timedelta(days=_KEPT)
        for (facility, batch), left in sorted(stores.items()):
            if batch.endswith(span.name) and left > 0 and day < today:
                found.moves.append(Move(day, batch, left, Kind.STORE, Kind.DESTROYED, facility, facility))
