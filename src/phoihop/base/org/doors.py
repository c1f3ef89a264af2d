"""The doors of every room: ``action`` for writes, ``query`` for reads. Nothing passes unasked or unrecorded.

A door has a code ("org.end_position"), which is the permission that roles grant and the name the record
carries. The wrapped function takes keyword arguments only; ``of`` names the one that is the thing acted
on, and a model says where its rows belong by a method ``place``.
"""

import functools
import hashlib
import hmac
import time
from collections.abc import Callable, Sized
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction

from phoihop.base.org import caseload, notices, proposals
from phoihop.base.org.caseload import Standing
from phoihop.base.org.models import Session
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules import permissions as rules
from phoihop.base.org.rules.permissions import EVERYWHERE, Decision, Demand, Place, Reason, Viewer, Why
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import origin, scope, throttle
from phoihop.base.security.audit.entries import Detail, Entry, Kind, Outcome
from phoihop.base.security.audit.recording import record
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.kernel.text import plain

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Door:
    """One thing that can be done or seen. ``kind`` is that of its audit entries; ``needle`` names the
    argument with what is searched for; ``pace``: its own, as in PACE."""

    code: str
    kind: Kind
    about: Bilingual
    of: str = ""
    demand: Demand = field(default_factory=Demand)
    recorded: bool = True
    needle: str = ""
    pace: tuple[tuple[int, float], ...] = ()


DOORS: dict[str, Door] = {}


class NotAllowed(Refusal):
    """The viewer may not do this; carries what the record of the refusal needs."""

    def __init__(self, door: Door, viewer: Viewer, decision: Decision, thing: Any, place: Place) -> None:
        # One wording for everything that is not to be seen: whether it exists is no answer either.
        super().__init__(
            "not-found",
            "Không có trang này, hoặc anh/chị không có quyền xem.",
            "There is no such page, or you may not see it.",
        )
        self.door, self.viewer, self.decision, self.thing, self.place = door, viewer, decision, thing, place


class TooFast(Refusal):
    """More files opened or searched for than care needs: somebody may be copying the register (T3)."""

    def __init__(self, door: Door, viewer: Viewer, seconds: int, per: float) -> None:
        super().__init__(
            "too-fast",
            f"Anh/chị đã mở quá nhiều hồ sơ trong thời gian ngắn. Hãy thử lại sau {seconds} giây.",
            f"You have opened too many files in a short time. Try again in {seconds} seconds.",
        )
        self.door, self.viewer, self.seconds, self.per = door, viewer, seconds, per


class NeedsPurpose(Refusal):
    """The file is not among the viewer's own (caseload): it opens once they have said what for (A-16)."""

    def __init__(self, door: Door, viewer: Viewer, thing: Any) -> None:
        super().__init__(
            "purpose-missing",
            "Hồ sơ này ngoài phần việc của anh/chị. Hãy nêu mục đích trước khi mở.",
            "This file is outside your own work. Say what you need it for before it opens.",
        )
        self.door, self.viewer, self.thing = door, viewer, thing


# How many files one person opens, or searches for, in so many seconds before being slowed. The longer time is
# for a script that keeps just below the shorter one.
PACE = {Kind.READ: ((30, 60.0), (150, 1200.0)), Kind.SEARCH: ((60, 600.0),)}
_HELD = "case-held"  # since when somebody has to prove again who they are before they open another file


def label(thing: Any) -> tuple[str, str]:
    """A thing's kind and opaque id for the record: ("org.Agency", "12"); both empty for no thing. What stands
    for a row in its place (a stored file) is that row."""
    thing = getattr(thing, "row", thing)
    if isinstance(thing, models.Model):
        return thing._meta.label, str(thing.pk or "")
    return "", ""


def place_of(thing: Any) -> Place:
    """Where a thing belongs, by its own word; a thing without one belongs nowhere in particular."""
    if isinstance(thing, Place):
        return thing
    place: Callable[[], Place] | None = getattr(thing, "place", None)
    return place() if place is not None else EVERYWHERE


def may(viewer: Viewer, action: str, thing: Any = None) -> Decision:
    """Whether the viewer may do the action to a thing, with the reasons. KeyError: there is no such door."""
    door = DOORS[action]
    kind, number = label(thing)
    return rules.decide(
        viewer,
        action,
        place_of(thing),
        roles=ROLES,
        demand=door.demand,
        thing=f"{kind}:{number}" if kind else None,
    )


def may_somewhere(viewer: Viewer, action: str) -> Decision:
    """Whether any grant of the viewer names the action, whatever its reach: for lists and menus."""
    return rules.decide(viewer, action, None, roles=ROLES, demand=DOORS[action].demand)


def action(
    code: str,
    vi: str,
    en: str,
    *,
    of: str = "",
    kind: Kind = Kind.WRITE,
    open: bool = False,  # noqa: A002 - reads well at the door
    step_up: bool = False,
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Make a function the one way to do something. It is called with ``by=`` a viewer, and ``reason`` never
    reaches the record; a number that it returns is how many things it did. NotAllowed if the viewer may not;
    whatever it raises leaves nothing written."""
    door = _add(Door(code, kind, Bilingual(vi, en), of, Demand(open=open, step_up=step_up)))

    def wrap(function: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(function)
        def run(*, by: Viewer, **given: Any) -> R:
            with _scoped(by):
                thing = given.get(of) if of else None
                _ask(door, by, thing)
                with transaction.atomic():
                    result = function(by=by, **given)
                    about = thing if thing is not None else result
                    _record(door, by, about, _how_many(result), {"fields": sorted(given)})
                return result

        run.door = door  # type: ignore[attr-defined]
        return run

    return wrap


def query(
    code: str,
    vi: str,
    en: str,
    *,
    of: str = "",
    kind: Kind = Kind.READ,
    recorded: bool = True,
    needle: str = "",
    pace: tuple[tuple[int, float], ...] = (),
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Make a function the one way to see something: ``viewer`` first, then keywords. With ``of`` the thing is
    asked about; without, any grant of the code opens the door and the function itself keeps to its reach.

    ``needle`` names the argument whose text is searched for: its keyed hash is recorded. A file outside the
    viewer's own work raises NeedsPurpose until its purpose was given (openings.give_purpose).

    ``pace``: in place of PACE and counted by itself, that of the work at a counter. Only for a door that
    shows one at a time what another door shows the same people all at once: who passes it quickly copies
    nothing that they had not before.
    """
    door = _add(Door(code, kind, Bilingual(vi, en), of, recorded=recorded, needle=needle, pace=pace))

    def wrap(function: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(function)
        def run(viewer: Viewer, **given: Any) -> R:
            with _scoped(viewer):
                thing = given.get(of) if of else None
                _ask(door, viewer, thing)
                _pace(door, viewer)
                stands = caseload.standing(viewer, thing)
                detail = _purpose(door, viewer, thing, stands) | _needle(door, given)
                result = function(viewer, **given)
                if recorded:
                    _record(door, viewer, thing, len(result) if isinstance(result, Sized) else 1, detail)
                if stands is not None and stands.asks:
                    _tell_head(viewer)
                return result

        run.door = door  # type: ignore[attr-defined]
        return run

    return wrap


def _add(door: Door) -> Door:
    if DOORS.setdefault(door.code, door) != door:
        raise ValueError(f"two doors are called {door.code}")
    return door


def _scoped(viewer: Viewer) -> Any:
    """Inside a request the scope is set already; a command or a job gets one here."""
    return scope.acting(scope_of(viewer)) if scope.current() is None else nullcontext()


def _ask(door: Door, viewer: Viewer, thing: Any) -> None:
    decision = may(viewer, door.code, thing) if door.of else may_somewhere(viewer, door.code)
    if not decision:
        raise NotAllowed(door, viewer, decision, thing, place_of(thing))


def record_refusal(refused: NotAllowed) -> None:
    """Write down that somebody was refused. Called outside the transaction that the refusal undid."""
    why = refused.decision.reasons[0].why.value
    record(
        entry(
            Kind.REFUSAL,
            refused.door.code,
            refused.viewer,
            refused.thing,
            Outcome.REFUSED,
            detail={"rule": why},
        )
    )


def entry(
    kind: Kind,
    code: str,
    viewer: Viewer,
    thing: Any = None,
    outcome: Outcome = Outcome.DONE,
    *,
    count: int = 1,
    detail: dict[str, Detail] | None = None,
) -> Entry:
    """An audit entry on what a viewer did to a thing, from where the present request comes."""
    (named, number), place, here, scoped = label(thing), place_of(thing), origin.current(), scope.current()
    position = viewer.now[0] if viewer.now else None
    return Entry(
        kind=kind,
        action=code,
        outcome=outcome,
        request=here.request,
        source=here.source,
        account=viewer.account,
        position=position.id if position else None,
        agency=position.agency if position else None,
        purpose=scoped.purpose if scoped else "",
        thing_kind=named,
        thing_id=number,
        owner_agency=place.agency,
        programme=place.programme,
        count=count,
        detail=detail or {},
    )


def needs(refused: NotAllowed) -> Why | None:
    """What would turn the refusal into a yes: a second factor, or proving who one is again."""
    return refused.decision.needs


def _pace(door: Door, viewer: Viewer) -> None:
    """Let a person open files only as fast as somebody who reads them; who did not slow down proves first
    who they are, however long they waited. What is about no file and is not recorded opens none: a count of
    what waits."""
    if ".case_" not in door.code or door.kind not in PACE or not (door.of or door.recorded):
        return
    if is_held(viewer):
        raise NotAllowed(door, viewer, Decision(False, (Reason(Why.NEEDS_STEP_UP),)), None, EVERYWHERE)
    counted = door.code if door.pace else f"case-{door.kind.value}"
    for limit, per in door.pace or PACE[door.kind]:
        taken = throttle.take(f"{counted}-{per:.0f}", viewer.account, limit, per)
        if not taken:
            raise TooFast(door, viewer, taken.seconds, per)


def hold(refused: TooFast) -> bool:
    """From now on whoever was too fast opens files only after proving again who they are, in any session.

    False: they have proved it during this very burst, and only have to wait. Called outside the transaction
    that the refusal undid.
    """
    now, account = time.time(), refused.viewer.account
    held = throttle.marked(_HELD, account)
    if held is not None and now - held < refused.per:
        return False
    throttle.mark(_HELD, account, now)
    return True


def is_held(viewer: Viewer) -> bool:
    """Whether the viewer was too fast and has not proved since, in this session, who they are."""
    held = throttle.marked(_HELD, viewer.account)
    if held is None:
        return False
    own = Session.objects.filter(account=viewer.account, ended_at=None, key__startswith=viewer.session)
    proved = own.values_list("stepped_up_at", flat=True).first() if viewer.session else None
    return proved is None or proved.timestamp() <= held


def _purpose(door: Door, viewer: Viewer, thing: Any, stands: Standing | None) -> dict[str, Detail]:
    """What the record says of a file's standing to its reader; NeedsPurpose where one has to be given."""
    if stands is None:
        return {}
    detail: dict[str, Detail] = {"caseload": "in" if stands.mine else "outside"}
    if stands.asks:
        reason = caseload.purpose_given(viewer, ":".join(label(thing)))
        if not reason:
            raise NeedsPurpose(door, viewer, thing)
        detail["reason"] = reason
    if stands.kin:
        detail["kin"] = 1
    if stands.on_duty:
        detail["duty"] = 1
    return detail


def _needle(door: Door, given: dict[str, Any]) -> dict[str, Detail]:
    """What was searched for as a keyed hash, each door's its own: equal searches are seen, and no more."""
    text = " ".join(plain(str(given.get(door.needle, ""))).split()) if door.needle else ""
    if not text:
        return {}
    own = hmac.new(scope.key(), f"needle\0{door.code}".encode(), hashlib.sha256).digest()
    return {"needle": "x" + hmac.new(own, text.encode(), hashlib.sha256).hexdigest()[:16]}


def record_needed(needed: NeedsPurpose) -> None:
    """Write down that somebody came to a file for which they have given no purpose."""
    record(
        entry(
            Kind.REFUSAL,
            needed.door.code,
            needed.viewer,
            needed.thing,
            Outcome.REFUSED,
            detail={"rule": needed.reason},
        )
    )


def _tell_head(viewer: Viewer) -> None:
    """Tell the head of the reader's agency that a file outside their own work was opened; whoever looks
    after data where the reader is the head. Who has not read the last notice of this reader gets no other."""
    agency, thing = viewer.now[0].agency if viewer.now else None, f"org.Account:{viewer.account}"
    with scope.acting(scope.Scope("job", account=viewer.account)):
        everywhere = set(proposals.deciders("security.see_digest", None))
        heads = set(proposals.deciders("security.see_digest", agency)) - everywhere - {viewer.account}
        notices.tell_once(heads or everywhere - {viewer.account}, "opened-outside", thing)


def _how_many(result: Any) -> int:
    return result if isinstance(result, int) and not isinstance(result, bool) else 1


def _record(door: Door, viewer: Viewer, thing: Any, count: int, detail: dict[str, Detail]) -> None:
    record(entry(door.kind, door.code, viewer, thing, count=count, detail=detail))
