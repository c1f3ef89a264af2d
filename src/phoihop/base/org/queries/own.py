"""What concerns the viewer alone: today's work, what they were told, what they hold."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from phoihop.base.org.doors import query
from phoihop.base.org.models import Notice, Position, Proposal
from phoihop.base.org.notices import WORDS
from phoihop.base.org.queries.people import Blocked, blocks_on
from phoihop.base.org.queries.proposals import waiting_for
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual

LATEST = 50  # notices on their page
FEW = 5  # things on the first page
see = partial(query, "org.see_own_page", "Xem trang của mình", "See one's own page", recorded=False)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in words; ``thing`` is what it is about, by label ("org.Proposal:4")."""

    code: str
    words: Bilingual
    thing: str
    at: datetime
    fresh: bool


@dataclass(frozen=True, slots=True)
class Today:
    """What waits: proposals to decide, how many and by when the first lapses; the newest of each sort of
    unread notice, with how many there are of it."""

    proposals: int
    lapses: datetime | None
    oldest: Proposal | None
    notices: tuple[tuple[Told, int], ...]
    unread: int
    ending: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Mine:
    """The positions of today, with their units, the earlier ones, and the blocks that count today."""

    now: tuple[Position, ...]
    before: tuple[Position, ...]
    blocks: tuple[Blocked, ...]


@see()
def today(viewer: Viewer) -> Today:
    """The few things of today; three statements, however much there is."""
    waiting = list(waiting_for(viewer).order_by("expires_at"))
    # What waits for a decision is counted from the proposals themselves.
    unread = Notice.objects.filter(account=viewer.account, seen_at=None).exclude(code="proposal-waits")
    sorts: dict[str, list[Told]] = {}
    for told in _told(unread.order_by("-at")[:LATEST]):
        sorts.setdefault(told.code, []).append(told)
    ending = Position.objects.filter(person=viewer.person, until__gte=viewer.day, since__lte=viewer.day)
    soon = ending.filter(until__lte=date.fromordinal(viewer.day.toordinal() + 14))
    return Today(
        len(waiting),
        waiting[0].expires_at if waiting else None,
        waiting[0] if waiting else None,
        tuple((same[0], len(same)) for same in sorts.values()),
        sum(map(len, sorts.values())),
        tuple(soon.select_related("agency", "facility").order_by("until")[:FEW]),
    )


def _told(rows: object) -> tuple[Told, ...]:
    return tuple(
        Told(row.code, WORDS[row.code], row.thing, row.at, row.seen_at is None)
        for row in rows  # type: ignore[attr-defined]
        if row.code in WORDS
    )


@query("org.see_own_notices", "Xem thông báo của mình", "See one's own notices", recorded=False)
def notices(viewer: Viewer) -> tuple[Told, ...]:
    """What the viewer was told, newest first."""
    return _told(Notice.objects.filter(account=viewer.account).order_by("-at")[:LATEST])


@see()
def mine(viewer: Viewer) -> Mine:
    """What the viewer holds and held."""
    held = list(
        Position.objects.filter(person=viewer.person)
        .select_related("agency", "facility", "given_by__person", "approved_by__person")
        .prefetch_related("units")
        .order_by("-since", "pk")
    )
    now = tuple(p for p in held if p.since <= viewer.day and (p.until is None or p.until >= viewer.day))
    blocks = tuple(each for each in blocks_on(viewer.person, viewer.day) if each.counts)
    return Mine(now, tuple(p for p in held if p not in now), blocks)
