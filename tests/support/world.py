"""Two agencies that must not see each other, with somebody in every role at each: for tests that walk.

A room says which things its addresses lead to in ``<room>/tests/examples.py`` (the stand-in room in
``examples.py``): a function ``examples(world)`` that returns an ``Example`` for the name of each address
that takes an argument or a form. An address with an argument and no example fails the walk.
"""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from phoihop.base.org.models import Account, Agency, Facility, Unit
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin.rules.browsers import family
from phoihop.base.org.signin.store import SessionStore
from phoihop.base.org.tests import making
from phoihop.base.org.tests.signin import CHROME, Browser
from phoihop.base.security import scope

HERE, THERE = "here", "there"
NOBODY = "nobody"  # signed in, holding no position
PROGRAMMES = ["alpha", "beta", "ost"]
NOT_THERE = 900_000_001


@dataclass(frozen=True)
class Example:
    """What an address leads to: ``thing`` decides who may, ``path`` are the address's own arguments,
    ``form`` is one that the page takes. ``missing`` are arguments that lead to nothing."""

    path: Mapping[str, Any] = field(default_factory=dict)
    thing: Any = None
    form: Mapping[str, Any] = field(default_factory=dict)
    missing: Mapping[str, Any] | None = None

    @property
    def nowhere(self) -> dict[str, Any]:
        """Arguments of the same shape behind which there is nothing."""
        if self.missing is not None:
            return dict(self.missing)
        return {name: NOT_THERE if isinstance(value, int) else "nothing" for name, value in self.path.items()}


@dataclass
class Somebody:
    """A person who works somewhere, with a browser signed in as them."""

    name: str
    account: Account
    role: str = ""
    place: Agency | Facility | None = None
    unit: Unit | None = None

    @property
    def viewer(self) -> Viewer:
        """As after a second factor, proved just now."""
        return making.viewer(self.account)

    def browser(self, *, strong: bool = True, fresh: bool = True, **more: Any) -> Browser:
        """A new browser; ``fresh``: has proved who they are within the last minutes."""
        return signed_in(self.account, strong=strong, fresh=fresh, **more)


@dataclass
class World:
    """``people`` by "role@here", "role@there" and NOBODY."""

    units: dict[str, Unit]
    agencies: dict[str, Agency]
    facilities: dict[str, Facility]
    people: dict[str, Somebody]

    def viewer(self, who: str) -> Viewer:
        return self.people[who].viewer


def signed_in(account: Account, *, strong: bool = True, fresh: bool = True, **more: Any) -> Browser:
    """A browser that has a session of the account, as signing in leaves it."""
    browser = Browser(raise_request_exception=False, **more)
    with scope.acting(scope.DOOR):
        session = SessionStore()
        session.family = family(CHROME)
        account.refresh_from_db()  # a session is one of the present version of what the account may do
        session.begin(account, ["password", "totp"] if strong else ["password"])
        if not fresh and session.row is not None:
            session.row.stepped_up_at = None
        session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return browser


def build() -> World:
    """Everything at once, in the present transaction."""
    with scope.acting(making.INSTALL):
        units = {HERE: making.unit("nam-po"), THERE: making.unit("muong-la")}
        agencies = {
            HERE: making.agency("Trung tâm Y tế Nậm Pồ", "health", units[HERE]),
            THERE: making.agency("Công an xã Mường La", "police", units[THERE]),
        }
        facilities = {
            place: making.facility(agencies[place], name, programmes=PROGRAMMES, unit=units[place])
            for place, name in ((HERE, "Phòng khám Nậm Pồ"), (THERE, "Phòng khám Mường La"))
        }
        people = {NOBODY: Somebody(NOBODY, making.account("Không Nhiệm Vụ"))}
        for role in sorted(ROLES):
            for where in (HERE, THERE):
                people[f"{role}@{where}"] = _somebody(
                    role, where, agencies[where], facilities[where], units[where]
                )
    return World(units, agencies, facilities, people)


def _somebody(role: str, where: str, agency: Agency, facility: Facility, unit: Unit) -> Somebody:
    name = f"{role}@{where}"
    account = making.account(f"Người {role} {where}")
    place: Agency | Facility = facility if ROLES[role].programmes else agency
    making.position(account, role, place, unit)
    return Somebody(name, account, role, place, unit)


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver; ``view`` carries what ``page`` set on it."""

    name: str
    arguments: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def code(self) -> str:
        return str(getattr(self.view, "door_code", ""))

    @property
    def is_open(self) -> bool:
        return bool(getattr(self.view, "open", False))

    def to(self, path: Mapping[str, Any]) -> str:
        return reverse(self.name, kwargs=dict(path))


def addresses() -> list[Address]:
    """Every pattern that answers, of the product and the tests' own rooms; not one that another stands
    before, as the demo's way in does before the first page."""
    found = sorted(_walk(get_resolver().url_patterns), key=lambda address: address.name)
    return [a for a in found if a.arguments or resolve(a.to({})).func is a.view]


def _walk(patterns: list[Any]) -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"an address without a name: {pattern.pattern}"
            yield Address(pattern.name, tuple(pattern.pattern.converters), pattern.callback)


def rooms() -> list[str]:
    return [c.name for c in apps.get_app_configs() if c.name.startswith(("phoihop.", "tests."))]


def examples(world: World) -> dict[str, Example]:
    """What every room says of its addresses."""
    found: dict[str, Example] = {}
    for room in rooms():
        drawer = f"{room}.examples" if room.startswith("tests.") else f"{room}.tests.examples"
        try:
            module = importlib.import_module(drawer)
        except ModuleNotFoundError as missing:
            if not drawer.startswith(str(missing.name)):
                raise
            continue
        found |= module.examples(world)
    return found


_OWN = re.compile(rb'(name="(?:csrfmiddlewaretoken|next)" value=")[^"]*')


def told(answer: Any) -> tuple[int, bytes]:
    """Status and body, without what differs at every request: the form token's mask and the way back here."""
    return answer.status_code, _OWN.sub(rb"\1", answer.content)
