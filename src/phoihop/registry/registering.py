"""How a programme makes itself known to the register of clients; the register knows none by name.

A programme calls ``register`` while the rooms are found (from its ``roles.py``). From then on it has doors
of its own, ``registry.case_<code>_…``, pages below ``/ho-so/<path>/``, and nothing in common with another.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual
from phoihop.registry.rules.consents import Rule
from phoihop.registry.rules.letters import PaperField

_CODE = re.compile(r"[a-z][a-z0-9]{0,19}")
_PATH = re.compile(r"[a-z][a-z0-9-]{0,19}")


class Happened(StrEnum):
    """What a programme is told of, inside the transaction in which it happens.

    The scope is then the register's own: a programme that looks at its tables signs one for it.
    """

    ADMITTED = "admitted"
    ENDED = "ended"
    MOVED_AWAY = "moved-away"
    MOVED_HERE = "moved-here"
    MERGED = "merged"
    UNMERGED = "unmerged"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a client's enrolment; ``person`` is the programme's own person.

    ``day``: the first day at the new place, or the last one at the old.
    """

    what: Happened
    programme: str
    facility: int
    client: int
    person: UUID
    day: date


def _nothing(event: Event) -> None:
    """Most programmes keep nothing that follows from an enrolment."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a programme's own that is about a client: its label and id as the record has them, and the
    agency that it belongs to."""

    label: str
    pk: int
    agency: int


def _none(client: Any) -> list[Row]:
    """Most programmes act on the file itself."""
    return []


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme that has clients.

    ``code`` stands in the tables and permissions, ``path`` in addresses: neither names an illness or a
    service. ``keeps_identity``: whether the law lets it keep identity and insurance numbers. ``consent``:
    whose consent the law of a day asks for; ``consent_first``: whether nobody is admitted without one.
    ``endings``: why an enrolment ends, by code. ``paper``: what the sending facility tells at a transfer.
    ``transfer_days``, ``referral_days``: how long an answer may take (our own advice, no law).
    ``own_pages``: clients are admitted and ended on pages of the programme's own, where more is asked for.
    ``told`` hears of every event and may refuse it; ``mine`` and ``on_duty`` as in org.caseload.
    ``rows``: what else is looked at when somebody looks at a client, for the client who asks who did.
    """

    code: str
    path: str
    name: Bilingual
    consent: Rule
    keeps_identity: bool = True
    consent_first: bool = True
    endings: Mapping[str, Bilingual] = field(default_factory=dict)
    paper: tuple[PaperField, ...] = ()
    transfer_days: int = 14
    referral_days: int = 30
    own_pages: bool = False
    told: Callable[[Event], None] = _nothing
    rows: Callable[[Any], list[Row]] = _none
    mine: Callable[[Viewer, Any], bool] = lambda viewer, client: client.carer_id in (None, viewer.account)
    on_duty: Callable[[Viewer], bool] = lambda viewer: False


PROGRAMMES: dict[str, Programme] = {}
_MAKERS: list[Callable[[Programme], None]] = []

# Why an enrolment ends in every programme.
ENDINGS: Mapping[str, Bilingual] = {
    "moved": Bilingual("chuyển tới cơ sở khác", "moved to another facility"),
    "died": Bilingual("đã mất", "died"),
    "wish": Bilingual("theo nguyện vọng", "own wish"),
    "error": Bilingual("ghi nhầm", "entered in error"),
}


def register(programme: Programme) -> None:
    """Make a programme known; ValueError if its code or path is taken, or is no code."""
    if not _CODE.fullmatch(programme.code) or not _PATH.fullmatch(programme.path):
        raise ValueError("a programme's code and path are short lower-case words")
    known = PROGRAMMES.get(programme.code)
    if known is not None and known != programme:
        raise ValueError(f"two programmes are called {programme.code}")
    if any(p.path == programme.path for p in PROGRAMMES.values() if p.code != programme.code):
        raise ValueError(f"two programmes have the path {programme.path}")
    if known is None:
        PROGRAMMES[programme.code] = programme
        for make in _MAKERS:
            make(programme)


def each(make: Callable[[Programme], None]) -> None:
    """Do something for every programme, those registered later too."""
    _MAKERS.append(make)
    for programme in PROGRAMMES.values():
        make(programme)


def endings(code: str) -> dict[str, Bilingual]:
    """Why an enrolment in this programme may end, by code."""
    return {**ENDINGS, **PROGRAMMES[code].endings}
