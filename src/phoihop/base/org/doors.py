"""The doors of every room: ``action`` for writes, ``query`` for reads. Nothing passes unasked or unrecorded.

A door has a code ("org.end_position"), which is the permission that roles grant and the name the record
carries. The wrapped function takes keyword arguments only; ``of`` names the one that is the thing acted
on, and a model says where its rows belong by a method ``place``.
"""

import functools
from collections.abc import Callable, Sized
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction

from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules import permissions as rules
from phoihop.base.org.rules.permissions import EVERYWHERE, Decision, Demand, Place, Viewer, Why
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.audit import record
from phoihop.kernel.refusals import Bilingual, Refusal

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Door:
    """One thing that can be done or seen. ``kind``: a kind of audit entry ("write", "read", "search"…)."""

    code: str
    kind: str
    about: Bilingual
    of: str = ""
    demand: Demand = Demand()
    recorded: bool = True


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


def label(thing: Any) -> tuple[str, str]:
    """A thing's kind and opaque id for the record: ("org.Agency", "12"); both empty for no thing."""
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
    """Whether the viewer may do the action to a thing, with the reasons. KeyError if there is no such door."""
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
    kind: str = "write",
    open: bool = False,  # noqa: A002 - reads well at the door
    step_up: bool = False,
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Make a function the one way to do something. It is called with ``by=`` a viewer, and ``reason`` never
    reaches the record. NotAllowed if the viewer may not; whatever it raises leaves nothing written."""
    door = _add(Door(code, kind, Bilingual(vi, en), of, Demand(open=open, step_up=step_up)))

    def wrap(function: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(function)
        def run(*, by: Viewer, **given: Any) -> R:
            with _scoped(by):
                thing = given.get(of) if of else None
                _ask(door, by, thing)
                with transaction.atomic():
                    result = function(by=by, **given)
                    _record(door, by, thing if thing is not None else result, fields=sorted(given))
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
    kind: str = "read",
    recorded: bool = True,
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Make a function the one way to see something: ``viewer`` first, then keywords. With ``of`` the thing is
    asked about; without, any grant of the code opens the door and the function itself keeps to its reach."""
    door = _add(Door(code, kind, Bilingual(vi, en), of, recorded=recorded))

    def wrap(function: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(function)
        def run(viewer: Viewer, **given: Any) -> R:
            with _scoped(viewer):
                thing = given.get(of) if of else None
                _ask(door, viewer, thing)
                result = function(viewer, **given)
                if recorded:
                    _record(door, viewer, thing, count=len(result) if isinstance(result, Sized) else 1)
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
    return scope.acting(scope_of(viewer)) if scope.current() is None else transaction.atomic()


def _ask(door: Door, viewer: Viewer, thing: Any) -> None:
    decision = may(viewer, door.code, thing) if door.of else may_somewhere(viewer, door.code)
    if not decision:
        raise NotAllowed(door, viewer, decision, thing, place_of(thing))


def _record(
    door: Door, viewer: Viewer, thing: Any, *, count: int = 1, fields: list[str] | None = None
) -> None:
    kind, number = label(thing)
    record(
        door.kind,
        door.code,
        account=viewer.account,
        position=_acting_position(viewer),
        thing_kind=kind,
        thing_id=number,
        owner_agency=place_of(thing).agency,
        programme=place_of(thing).programme,
        count=count,
        detail={"fields": fields} if fields else None,
    )


def record_refusal(refused: NotAllowed) -> None:
    """Write down that somebody was refused. Called outside the transaction that the refusal undid."""
    kind, number = label(refused.thing)
    record(
        "refusal",
        refused.door.code,
        outcome="refused",
        account=refused.viewer.account,
        position=_acting_position(refused.viewer),
        thing_kind=kind,
        thing_id=number,
        owner_agency=refused.place.agency,
        programme=refused.place.programme,
        detail={"reasons": sorted({reason.why.value for reason in refused.decision.reasons})},
    )


def needs(refused: NotAllowed) -> Why | None:
    """What would turn the refusal into a yes: a second factor, or proving who one is again."""
    return refused.decision.needs


def _acting_position(viewer: Viewer) -> int | None:
    return viewer.now[0].id if viewer.now else None
