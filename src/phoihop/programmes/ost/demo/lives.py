"""Who was in treatment in three invented years, and what they took on which day: chance with a seed, so that
the same first day gives the same province. Nothing here touches the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from phoihop.programmes.ost.demo import names
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.takehome import Fate
from phoihop.registry.rules.identity import Told

YEARS = timedelta(days=1095)
NEW_RULES = date(2024, 3, 15)  # since then an order in maintenance may cover thirty days
_DAY = timedelta(days=1)
_AT_FIRST, _NEW, _BACK = 1140, 380, 25
_LEAVING = 0.2  # of those there at first, within three years
_ENDINGS = (("dropped-out", 55), ("wish", 15), ("custody", 14), ("died", 8), ("finished", 8))
_PILOT = timedelta(days=190)  # how long ago the first medicine was taken home
BOTTLES = 6  # of a week; one more dose is taken at the facility
_PILOT_SITES, _COMMITTED, _JOINING = 2, 18, 6  # facilities; people of each; days between two of them
_SPILT, _FULL, _NOT_BACK, _LOST = 1, 2, 3, 4  # who of them had what happen to a bottle
_GONE = 30  # days without a dose before somebody counts as dropped out
_LOCK = 4


@dataclass(frozen=True, slots=True)
class Site:
    """A facility, or a point of one. ``facility``: the number of the facility; ``begun``: its first day."""

    number: int
    facility: int
    begun: date
    share: int


@dataclass(slots=True)
class Ordered:
    """An order, and the days of it on which a dose was taken, by the number of the site."""

    drug: Drug
    phase: Phase
    mg: Decimal
    start: date
    end: date
    every: int = 1
    taken: dict[int, list[date]] = field(default_factory=dict)


@dataclass(slots=True)
class Issue:
    """Bottles handed out on a day at the own facility, one for each day. ``came``: the next visit, at which
    what became of them was noted; None: they are out. ``fates``: of those that did not come back empty,
    what was noted; a bottle that was never seen again has None."""

    day: date
    drug: Drug
    mg: Decimal
    days: list[date]
    came: date | None = None
    fates: dict[date, Fate | None] = field(default_factory=dict)


@dataclass(slots=True)
class Home:
    """Since when somebody takes medicine home, until when, and every hand-out before today."""

    since: date
    until: date | None = None
    issues: list[Issue] = field(default_factory=list)

    def due(self, today: date) -> bool:
        """Whether the bottles are used up, so that today is a day to fetch new ones."""
        return self.until is None and all(issue.days[-1] < today for issue in self.issues)


@dataclass(slots=True)
class Time:
    """A time of being treated; ``last``: the day of the last dose, where it ended."""

    since: date
    until: date | None = None
    ending: str = ""
    last: date | None = None


@dataclass(slots=True)
class Life:
    """Somebody, with everything that befell them. ``moved``: another facility, since that day. ``twice``: a
    day on which the own site gave a dose though the client was a guest elsewhere, and had one there.
    ``away``: the day since which they have not come, though they are in treatment still. ``home``: the
    medicine that they take home."""

    key: UUID
    told: Told
    site: Site
    times: list[Time]
    drug: Drug
    misses: float
    orders: list[Ordered] = field(default_factory=list)
    guest: tuple[Site, date, date] | None = None
    twice: date | None = None
    away: date | None = None
    moved: tuple[Site, date] | None = None
    home: Home | None = None

    def is_home(self, site: Site) -> bool:
        """Whether a site is not that of the guest stay."""
        return self.guest is None or self.guest[0].number != site.number

    def site_on(self, day: date, own: Site) -> Site:
        """Where the doses of a day were given; ``own``: the facility, until the point was there."""
        if self.guest is not None and self.guest[1] <= day <= self.guest[2]:
            return self.guest[0]
        if self.moved is not None and day >= self.moved[1]:
            return self.moved[0]
        return self.site if day >= self.site.begun else own


def lives(sites: list[Site], today: date) -> list[Life]:
    """Everybody, in the order of their facilities."""
    rng = Random(f"Phìn Sơn {today}")  # noqa: S311 - a story, no secret
    first = today - YEARS
    found = [_life(rng, sites, first, None) for _ in range(_AT_FIRST)]
    found += [
        _life(rng, sites, first, first + timedelta(days=3 + number * (YEARS.days - 15) // _NEW))
        for number in range(_NEW)
    ]
    _comes_back(rng, found, today)
    facilities = [site for site in sites if site.number == site.facility]
    _guests(rng, found, facilities, today)
    _moves(rng, found, facilities, today)
    away = [life for life in found if life.guest and first < life.guest[1] < today - timedelta(days=60)]
    if away and away[0].guest:
        away[0].twice, away[0].misses = away[0].guest[1] + _DAY, 0.0
    # Some have just stopped coming: what is to be done is for a doctor to say.
    for life in rng.sample([each for each in found if each.times[-1].until is None], len(found) // 70):
        life.away = today - timedelta(days=rng.randint(4, 13))
    own = {site.number: site for site in facilities}
    for life in found:
        for time in life.times:
            life.orders += _orders(rng, life, time, first, today)
        for order in life.orders:
            _attend(rng, life, order, own[life.site.facility], first, today)
    for site in facilities[:_PILOT_SITES]:
        _take_home(found, site, today)
    return sorted(found, key=lambda life: (life.site.facility, life.times[0].since))


def _life(rng: Random, sites: list[Site], first: date, since: date | None) -> Life:
    began = since or first - timedelta(days=rng.randint(40, 2600))
    going = [
        site for site in sites if _facility(sites, site).begun <= max(began, first - timedelta(days=900))
    ]
    # Whoever begins now begins where places are free: at what opened last.
    free = 3 if since is not None else 1
    site = rng.choices(going, [each.share * (free if each.begun > first else 1) for each in going])[0]
    began = max(began, _facility(sites, site).begun)
    time = Time(began)
    if rng.random() < (_LEAVING if since is None else 2 * _LEAVING):
        earliest = max(began, first) + timedelta(days=45)
        left = (first + YEARS - timedelta(days=_GONE + 5) - earliest).days
        if left > 0:
            _end(rng, time, earliest + timedelta(days=rng.randrange(left)))
    key = UUID(int=rng.getrandbits(128), version=4)
    drug = Drug.BUPRENORPHINE if site.number == site.facility and rng.random() < 0.12 else Drug.METHADONE
    misses = min(0.16, max(0.005, rng.gauss(0.045, 0.035)))
    return Life(key, names.told(rng, began), site, [time], drug, misses)


def _facility(sites: list[Site], site: Site) -> Site:
    return next(each for each in sites if each.number == site.facility)


def _end(rng: Random, time: Time, last: date) -> None:
    time.last = last
    time.ending = rng.choices([code for code, _ in _ENDINGS], [many for _, many in _ENDINGS])[0]
    time.until = last + timedelta(days=_GONE if time.ending == "dropped-out" else 0)


def _comes_back(rng: Random, found: list[Life], today: date) -> None:
    """Some of those who stayed away are treated again."""
    gone = [life for life in found if life.times[0].ending == "dropped-out"]
    for life in rng.sample(gone, min(_BACK, len(gone))):
        until = life.times[0].until
        assert until is not None
        again = until + timedelta(days=rng.randint(20, 200))
        if again < today - timedelta(days=30):
            life.times.append(Time(again))


def _guests(rng: Random, found: list[Life], facilities: list[Site], today: date) -> None:
    """A few days at another facility: for work on the fields, a visit, a wedding."""
    staying = [life for life in found if len(life.times) == 1 and life.times[0].until is None]
    for number, life in enumerate(rng.sample(staying, 44)):
        if life.drug is not Drug.METHADONE:
            continue
        away = rng.choice([each for each in facilities if each.number != life.site.facility])
        # Two of them are guests today.
        begins = today - timedelta(days=2 if number < 2 else rng.randint(20, 700))
        begins = max(begins, away.begun, life.times[0].since + timedelta(days=60))
        last = begins + timedelta(days=rng.randint(3, 9))
        if number < 2 or last < today - _DAY:
            life.guest = (away, begins, last)


def _moves(rng: Random, found: list[Life], facilities: list[Site], today: date) -> None:
    """A few moved house, and are treated by another facility since."""
    staying = [
        life
        for life in found
        if life.site.number == life.site.facility
        and len(life.times) == 1
        and life.times[0].until is None
        and life.guest is None
        and life.drug is Drug.METHADONE
        and life.times[0].since < today - YEARS
    ]
    for life in rng.sample(staying, 9):
        to = rng.choice([each for each in facilities if each.number != life.site.facility])
        day = today - timedelta(days=rng.randint(30, 600))
        if day > max(to.begun, today - YEARS) + timedelta(days=30):
            life.moved = (to, day)


def _orders(rng: Random, life: Life, time: Time, first: date, today: date) -> Iterator[Ordered]:
    """One order after another, from the first day here to the last one, or past today."""
    day = max(time.since, first)
    until = time.until or today + timedelta(days=60)
    last = time.last or today
    tablets = life.drug is Drug.BUPRENORPHINE
    target = rng.choice((8, 12, 16, 16)) if tablets else rng.choices(range(50, 125, 5), _WEIGHTS)[0]
    if time.since >= first:
        for order in _beginning(day, 2 if tablets else 20, target, life.drug, until):
            if day > last:
                return
            yield order
            day = order.end + _DAY
    mg, part = target, rng.randint(3, 30)
    while day <= last:
        end = min(day + timedelta(days=part - 1), until, _split(life, day))
        part, gap = 30, 0
        # A long gap ends what was ordered; whoever comes back begins with half.
        long_ago = end < today - timedelta(days=12)
        if long_ago and (end - day).days > 27 and rng.random() < 0.04 and not tablets:
            gap = rng.randint(_LOCK, 9)
            end = day + timedelta(days=rng.randint(12, 17) + gap)
        order = Ordered(life.drug, Phase.MAINTENANCE, Decimal(mg), day, end, 2 if tablets and mg == 12 else 1)
        order.taken[-1] = [end - timedelta(days=gap - 1), end] if gap else []
        yield order
        day = end + _DAY
        if gap and day <= last:
            half = Decimal(max(20, mg // 2 // 5 * 5))
            back = min(day + timedelta(days=2), until, _split(life, day))
            yield Ordered(life.drug, Phase.MAINTENANCE, half, day, back)
            day = back + _DAY
        if not tablets and rng.random() < 0.09:
            mg = min(140, max(40, mg + rng.choice((-10, -5, 5, 10))))


_WEIGHTS = (3, 3, 6, 6, 9, 9, 11, 10, 10, 8, 7, 6, 5, 4, 3)


def _split(life: Life, day: date) -> date:
    """No order goes past the day on which another facility takes over."""
    if life.moved is not None and day < life.moved[1]:
        return life.moved[1] - _DAY
    return date.max


def _beginning(day: date, mg: int, target: int, drug: Drug, until: date) -> Iterator[Ordered]:
    """Induction and adjustment, in steps as small as the rules of the day ask."""
    step, rungs = (2, (2, 4)) if drug is Drug.BUPRENORPHINE else (10, (20, 25, 30))
    for mg in rungs:
        # Until the rules changed, an order of these first days was for one day.
        length = 3 if day >= NEW_RULES else 1
        for _ in range(3 // length):
            if day > until:
                return
            end = min(day + timedelta(days=length - 1), until)
            yield Ordered(drug, Phase.INDUCTION, Decimal(mg), day, end)
            day = end + _DAY
    while mg < target and day <= until:
        mg = min(target, mg + step)
        end = min(day + timedelta(days=4), until)
        yield Ordered(drug, Phase.ADJUSTMENT, Decimal(mg), day, end)
        day = end + _DAY


def _attend(rng: Random, life: Life, order: Ordered, own: Site, first: date, today: date) -> None:
    """On which days of an order somebody came, and where to."""
    gap = order.taken.pop(-1, [])
    last = next((t.last for t in life.times if t.last and t.since <= order.start <= (t.until or today)), None)
    stop = min(order.end, today - _DAY, last or today, (life.away or today) - _DAY)
    if gap:
        stop = min(stop, gap[0] - _DAY)
    missed = 0
    day = order.start
    while day <= stop:
        recent = day > today - timedelta(days=5)
        if rng.random() < life.misses and missed < _LOCK - 2 and not (recent and missed):
            missed += 1
        else:
            missed = 0
            order.taken.setdefault(life.site_on(day, own).number, []).append(day)
        day += timedelta(days=order.every)
    if life.twice is not None and order.start <= life.twice <= stop:
        home = life.site if life.twice >= life.site.begun else own
        order.taken[home.number] = sorted([*order.taken.get(home.number, []), life.twice])


def _take_home(found: list[Life], site: Site, today: date) -> None:
    """Those who hardly ever miss a day took medicine home since the pilot began, a week's at a time; not
    every bottle came back as it should."""
    tried = sorted(
        (life for life in found if _is_steady(life, site, today)), key=lambda life: (life.misses, life.key)
    )
    for place, life in enumerate(tried[: min(_COMMITTED, len(tried) // 2)]):
        life.home = Home(today - _PILOT + timedelta(days=_JOINING * place + site.number))
        _fetch(life, life.home, site, today)
        whole = [i for i in life.home.issues if i.came is not None and len(i.days) == BOTTLES]
        middle = whole[len(whole) // 2]
        if place == _SPILT:
            middle.fates[middle.days[1]] = Fate.SPILT
        elif place == _FULL:
            middle.fates[middle.days[0]] = Fate.FULL
        elif place == _NOT_BACK:
            whole[-1].fates[whole[-1].days[-1]] = None
        elif place == _LOST and site.number:
            _lose(life, life.home, middle, site, today)


def _is_steady(life: Life, site: Site, today: date) -> bool:
    """In treatment at the facility itself since long, without a gap; takes the same medicine every day."""
    since = today - _PILOT - timedelta(days=200)
    lately = [order for order in life.orders if order.end >= since]
    return (
        life.site.number == site.number
        and life.times[-1].until is None
        and life.times[-1].since < since
        and life.drug is Drug.METHADONE
        and not (life.moved or life.guest or life.away or life.twice)
        and all(order.every == 1 and (order.end - order.start).days > _LOCK for order in lately)
    )


def _fetch(life: Life, home: Home, site: Site, today: date) -> None:
    """Week after week: a dose before the eyes of staff, and bottles for the days until the next one."""
    day = home.since + _DAY
    while day < today:
        order = next((each for each in life.orders if each.start <= day <= each.end), None)
        taken = order.taken.get(site.number, []) if order is not None else []
        days = [day + _DAY * n for n in range(1, BOTTLES + 1)] if day in taken else []
        days = [each for each in days if order is not None and each <= order.end]
        if order is None or not days:
            day += _DAY
            continue
        if home.issues:
            home.issues[-1].came = day
        home.issues.append(Issue(day, order.drug, order.mg, days))
        order.taken[site.number] = [each for each in taken if each not in days]
        day = days[-1] + _DAY


def _lose(life: Life, home: Home, issue: Issue, site: Site, today: date) -> None:
    """A full bottle was lost; the doctor ended it, and whoever it was comes every day since."""
    later = [each for each in home.issues if each.day > issue.day]
    issue.fates[issue.days[-1]] = Fate.LOST_FULL
    home.issues = [each for each in home.issues if each.day <= issue.day]
    home.until = issue.came
    for each in later:
        order = next(order for order in life.orders if order.start <= each.day <= order.end)
        back = [day for day in each.days if day < today]
        order.taken[site.number] = sorted([*order.taken[site.number], *back])
