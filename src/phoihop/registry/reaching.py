"""Scopes of this room that reach further than the one who works, each as narrow as its purpose.

``comparing``: over the facilities of one programme, but only the tables that say nothing of a person.
``between``: two facilities, for a letter that passes from one to the other.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from uuid import UUID

from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope, sealed
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.base.security.scope import Scope
from phoihop.registry.refusing import refuse

PlaceId = tuple[int, str]  # a facility and a programme


def comparing(by: Viewer, *places: PlaceId) -> AbstractContextManager[None]:
    """Blind marks, ties, enrolments and likenesses of the places' programmes, at every facility."""
    return scope.acting(Scope("match", account=by.account, places=tuple(sorted(places))))


def between(by: Viewer, places: Iterable[PlaceId]) -> AbstractContextManager[None]:
    """Both ends of a letter."""
    return scope.acting(Scope("letter", account=by.account, places=tuple(sorted(set(places)))))


def ensure_key(programme: str, facility: int, person: UUID) -> None:
    """Let a person have a data key at a place. Refusal("erased-there") where they were forgotten."""
    rows = DataKeyRow.objects.filter(programme=programme, facility=facility, person=person)
    newest = rows.order_by("-number").first()
    if newest is None:
        sealed.make_key(programme, facility, person)
    elif newest.wrapped is None:
        raise refuse("erased-there")
