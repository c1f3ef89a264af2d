"""Doors of which every programme has its own: ``registry.case_<code>_<name>``, one function behind them all.

So a role of one programme opens nothing of another, though both are held by one person at one facility.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from phoihop.base.org import doors
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Place, Viewer
from phoihop.base.security.audit.entries import Kind
from phoihop.registry import registering
from phoihop.registry.models.shared import place_of
from phoihop.registry.registering import Programme

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a programme serves: what belongs to no file yet belongs here."""

    programme: str
    facility: Facility

    def place(self) -> Place:
        return place_of(self.facility, self.programme)


def code(programme: str, name: str) -> str:
    """The permission of one programme's door."""
    return f"registry.case_{programme}_{name}"


def case_action(
    name: str, vi: str, en: str, *, of: str, kind: Kind = Kind.WRITE, step_up: bool = False
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """As org.doors.action, a door for each programme; the thing named by ``of`` says of which."""

    def wrap(function: Callable[..., R]) -> Callable[..., R]:
        made: dict[str, Callable[..., R]] = {}

        def make(programme: Programme) -> None:
            door = doors.action(code(programme.code, name), vi, en, of=of, kind=kind, step_up=step_up)
            made[programme.code] = door(function)

        registering.each(make)

        @wraps(function)
        def run(*, by: Viewer, **given: Any) -> R:
            return made[given[of].programme](by=by, **given)

        run.door = made  # type: ignore[attr-defined]
        return run

    return wrap


def case_query(
    name: str,
    vi: str,
    en: str,
    *,
    of: str = "",
    kind: Kind = Kind.READ,
    recorded: bool = True,
    needle: str = "",
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """As org.doors.query; without a thing the argument ``programme`` says whose door it is."""

    def wrap(function: Callable[..., R]) -> Callable[..., R]:
        made: dict[str, Callable[..., R]] = {}

        def make(programme: Programme) -> None:
            told = {"of": of, "kind": kind, "recorded": recorded, "needle": needle}
            made[programme.code] = doors.query(code(programme.code, name), vi, en, **told)(function)  # type: ignore[arg-type]

        registering.each(make)

        @wraps(function)
        def run(viewer: Viewer, **given: Any) -> R:
            programme: str = given[of].programme if of else given["programme"]
            return made[programme](viewer, **given)

        run.door = made  # type: ignore[attr-defined]
        return run

    return wrap
