"""What other rooms add to pages of this one. A room tells it in ``<room>/sections.py``; all are found.

``today(viewer)`` yields what waits for the viewer today, ``about(viewer, thing)`` the pages that the room has
about a thing of another (an agency, a document). ``beside(viewer, kind, keys)``, where a room has it, is the
one page about each of many things, for a list. All ask their own doors.
"""

import importlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.db import models

from phoihop.base.org.rules.permissions import Viewer


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing of today: how many, what to do, what is said below, and where."""

    number: int
    words: str
    below: str
    address: str


@dataclass(frozen=True, slots=True)
class About:
    """A page about something, in words."""

    address: str
    words: str


@cache
def _rooms() -> tuple[ModuleType, ...]:
    names = [
        f"{config.name}.sections" for config in apps.get_app_configs() if config.name.startswith("phoihop.")
    ]
    return tuple(importlib.import_module(name) for name in names if name != __name__ and find_spec(name))


def today(viewer: Viewer) -> Iterator[Waits]:
    """What waits in every room, in the order of the rooms."""
    for room in _rooms():
        yield from room.today(viewer)


def about(viewer: Viewer, thing: models.Model) -> Iterator[About]:
    """Every room's pages about a thing."""
    for room in _rooms():
        yield from room.about(viewer, thing)


def beside(viewer: Viewer, kind: type[models.Model], keys: Collection[int]) -> dict[int, About]:
    """What became of each of these things in other rooms: one statement a room, however many there are."""
    found: dict[int, About] = {}
    for room in _rooms():
        if hasattr(room, "beside"):
            found |= room.beside(viewer, kind, keys)
    return found
