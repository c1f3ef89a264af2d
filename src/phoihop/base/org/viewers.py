"""From an account to the viewer whom the rules know."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from phoihop.base.org import reach
from phoihop.base.org.models import Account, Block, Position
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules import permissions as rules
from phoihop.base.org.rules.permissions import Held, Viewer
from phoihop.base.security.scope import DOOR, Scope

_KEPT = 2_000
_FRESH = 60.0  # seconds: a change that forgot to raise authz_version still counts after this


def visitor() -> Viewer:
    """Somebody who has not signed in."""
    return Viewer(account=None, person=None, day=timezone.localdate())


class _Cache:
    """Viewers by account, version and day: what they may do is read once a minute, not once a page."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[int, int, date], tuple[float, Viewer]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, account: Account, day: date) -> Viewer:
        key = (account.pk, account.authz_version, day)
        with self._lock:
            found = self._held.get(key)
            if found is not None and time.monotonic() - found[0] < _FRESH:
                self._held.move_to_end(key)
                return found[1]
        viewer = _read(account, day)
        with self._lock:
            self._held[key] = (time.monotonic(), viewer)
            while len(self._held) > _KEPT:
                self._held.popitem(last=False)
        return viewer

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


CACHE = _Cache()


def of_account(account: Account, **proved: Any) -> Viewer:
    """The viewer an account is today. ``proved`` by its session: strong, stepped_up, session, device."""
    return replace(CACHE.get(account, timezone.localdate()), **proved)


def of_request(request: HttpRequest) -> Viewer:
    """Who asks: the account that the session was read with, and what the session has proved."""
    row = getattr(request.session, "row", None)
    if row is None or row.account is None:
        return visitor()
    return of_account(
        row.account,
        strong=row.strong,
        stepped_up=getattr(request.session, "stepped_up", False),
        session=row.key[:16],
        device=row.mark,
    )


def _read(account: Account, day: date) -> Viewer:
    positions = Position.objects.filter(person=account.person_id).prefetch_related("units")
    return Viewer(
        account=account.pk,
        person=account.person_id,
        day=day,
        held=tuple(held(positions)),
        blocks=tuple(
            rules.Block(block.actions, block.thing or None, block.until)
            for block in Block.objects.filter(person=account.person_id)
        ),
        name=account.person.name,
    )


def held(positions: Iterable[Position]) -> Iterable[Held]:
    """Positions as the rules know them, with every unit and agency they cover."""
    lineage = reach.lineage()
    for position in positions:
        yield Held(
            id=position.pk,
            role=position.role,
            agency=position.agency_id,
            facility=position.facility_id,
            forerunners=lineage.agencies_before(position.agency_id),
            units=lineage.covered(unit.pk for unit in position.units.all()),
            since=position.since,
            until=position.until,
        )


def scope_of(viewer: Viewer, purpose: str = "work") -> Scope:
    """What the database is told of a viewer. A visitor is at the door, whatever the purpose."""
    if viewer.account is None:
        return DOOR
    usable = rules.usable(viewer, ROLES)
    return Scope(
        purpose,
        account=viewer.account,
        agencies=tuple(sorted({agency for held, _ in usable for agency in held.agencies})),
        places=tuple(
            sorted({(held.facility, p) for held, role in usable if held.facility for p in role.programmes})
        ),
    )


def facilities_of(viewer: Viewer, programme: str) -> tuple[int, ...]:
    """The facilities where a position of the viewer's shows the files of this programme."""
    return tuple(facility for facility, here in scope_of(viewer).places if here == programme)
