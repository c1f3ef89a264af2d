"""Who may do what to which thing, and why: pure rules over frozen values.

A person acts from positions. A position gives a role, at an agency or a facility, over units, between two
dates. A role grants actions over a reach. A refusal, written into a role or laid on a person, beats every
grant (OpenEMR's CVE-2026-33302 is what happens otherwise).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase

from phoihop.kernel.refusals import Bilingual


class Reach(StrEnum):
    """Over which things a grant counts, seen from the position it is held in."""

    SELF = "self"  # the person's own
    FACILITY = "facility"  # of the position's facility
    AGENCY = "agency"  # of the position's agency
    UNITS = "units"  # in the position's units, with all that lies in them
    ALL = "all"  # every one


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing belongs; what is unknown is None and then reached by no grant but ALL."""

    account: int | None = None
    facility: int | None = None
    agency: int | None = None
    unit: int | None = None
    programme: str = ""


EVERYWHERE = Place()


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions by code, a final ``*`` standing for the rest of it, and the reach they count over."""

    actions: str
    reach: Reach

    def names(self, action: str) -> bool:
        return fnmatchcase(action, self.actions)


@dataclass(frozen=True, slots=True)
class Role:
    """A described set of grants. ``sensitive``: holding it needs a second person's approval.

    ``central``: it governs more than one agency, so that only who decides for all of them approves it; two
    people of one agency cannot make each other keepers of everybody's. ``strong``: it may be acted from
    only after a passkey or a one-time code. ``programmes``: whose client rows the database shows to it.
    ``refuses``: what nobody holding it can do, whatever else they hold.
    """

    code: str
    name: Bilingual
    about: Bilingual
    grants: tuple[Grant, ...]
    refuses: tuple[str, ...] = ()
    sensitive: bool = False
    central: bool = False
    strong: bool = True
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A position as far as the rules need it.

    ``units`` holds every unit reached, not only the topmost; ``forerunners`` the agencies that went into
    this one whole, for whose things it answers now.
    """

    id: int
    role: str
    agency: int | None
    facility: int | None
    forerunners: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    since: date | None = None
    until: date | None = None  # the last day

    @property
    def agencies(self) -> frozenset[int]:
        return self.forerunners if self.agency is None else self.forerunners | {self.agency}

    def counts_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Block:
    """Actions (a pattern) that one person must not do, over one thing or, with ``thing`` None, at all."""

    actions: str
    thing: str | None = None
    until: date | None = None

    def hits(self, action: str, thing: str | None, day: date) -> bool:
        return (
            fnmatchcase(action, self.actions)
            and (self.thing is None or self.thing == thing)
            and (self.until is None or day <= self.until)
        )


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. ``account`` None is a visitor. ``strong``: signed in with a second factor.

    ``stepped_up``: has proved who they are again within the last minutes. ``day``: the day that counts.
    ``device``: of the browser, hashed.
    """

    account: int | None
    person: int | None
    day: date
    held: tuple[Held, ...] = ()
    blocks: tuple[Block, ...] = ()
    strong: bool = False
    stepped_up: bool = False
    session: str = ""
    device: str = ""
    name: str = ""

    @property
    def agencies(self) -> tuple[int, ...]:
        """Whose things the person answers for, forerunners included."""
        return tuple(sorted({agency for held in self.now for agency in held.agencies}))

    @property
    def facilities(self) -> tuple[int, ...]:
        return tuple(sorted({h.facility for h in self.now if h.facility is not None}))

    @property
    def now(self) -> tuple[Held, ...]:
        """The positions that count on the day."""
        return tuple(h for h in self.held if h.counts_on(self.day))


def usable(viewer: Viewer, roles: Mapping[str, Role]) -> list[tuple[Held, Role]]:
    """Positions of today with their roles, without those that want a second factor not yet given."""
    known = [(held, roles[held.role]) for held in viewer.now if held.role in roles]
    return [(held, role) for held, role in known if viewer.strong or not role.strong]


class Why(StrEnum):
    """The kinds of reason a decision gives."""

    GRANTED = "granted"
    BLOCKED = "blocked"
    ROLE_REFUSES = "role-refuses"
    NO_GRANT = "no-grant"
    NOT_SIGNED_IN = "not-signed-in"
    NEEDS_STRONG = "needs-strong"
    NEEDS_STEP_UP = "needs-step-up"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: for a grant, the position and role that give it and the reach it counts over."""

    why: Why
    position: int | None = None
    role: str = ""
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, with every reason for it. ``needs`` says what would turn a near yes into a yes."""

    allowed: bool
    reasons: tuple[Reason, ...]

    def __bool__(self) -> bool:
        return self.allowed

    @property
    def needs(self) -> Why | None:
        for reason in self.reasons:
            if reason.why in (Why.NEEDS_STEP_UP, Why.NEEDS_STRONG):
                return reason.why
        return None


@dataclass(frozen=True, slots=True)
class Demand:
    """What an action asks beside a grant. ``open``: a visitor may do it (signing in)."""

    open: bool = False
    step_up: bool = False


def decide(
    viewer: Viewer,
    action: str,
    place: Place | None,
    *,
    roles: Mapping[str, Role],
    demand: Demand = Demand(),
    thing: str | None = None,
) -> Decision:
    """Whether the viewer may do the action to a thing at the place; None: to any thing at all (menus, lists).

    ``thing`` is the thing's opaque label, for blocks.
    """
    if demand.open:
        return Decision(True, (Reason(Why.GRANTED),))
    if viewer.account is None:
        return _no(Reason(Why.NOT_SIGNED_IN))
    if any(block.hits(action, thing, viewer.day) for block in viewer.blocks):
        return _no(Reason(Why.BLOCKED))
    held = [(position, roles[position.role]) for position in viewer.now if position.role in roles]
    against = [
        Reason(Why.ROLE_REFUSES, position.id, role.code)
        for position, role in held
        if any(fnmatchcase(action, pattern) for pattern in role.refuses)
    ]
    if against:
        return _no(*against)
    given = [reason for position, role in held for reason in _grants(viewer, position, role, action, place)]
    if not given:
        return _no(Reason(Why.NO_GRANT))
    counting = [r for r in given if viewer.strong or not roles[r.role].strong]
    if not counting:
        return _no(Reason(Why.NEEDS_STRONG), *given)
    if demand.step_up and not viewer.stepped_up:
        return _no(Reason(Why.NEEDS_STEP_UP), *counting)
    return Decision(True, tuple(counting))


def _no(*reasons: Reason) -> Decision:
    return Decision(False, reasons)


def _grants(viewer: Viewer, position: Held, role: Role, action: str, place: Place | None) -> Iterable[Reason]:
    for grant in role.grants:
        if grant.names(action) and reaches(viewer, position, grant.reach, place):
            yield Reason(Why.GRANTED, position.id, role.code, grant.reach)


def reaches(viewer: Viewer, position: Held, reach: Reach, place: Place | None) -> bool:
    """Whether a grant of this reach, held in this position, covers a thing at a place (None: some place)."""
    if place is None:
        return True
    match reach:
        case Reach.ALL:
            return True
        case Reach.SELF:
            return place.account is not None and place.account == viewer.account
        case Reach.FACILITY:
            return place.facility is not None and place.facility == position.facility
        case Reach.AGENCY:
            return place.agency is not None and place.agency in position.agencies
        case Reach.UNITS:
            return place.unit is not None and place.unit in position.units
