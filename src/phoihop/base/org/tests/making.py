"""People, offices and positions for the tests of this room; everybody is invented."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from phoihop.base.org import reach, viewers
from phoihop.base.org.models import Account, Agency, Facility, Person, Position, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope

INSTALL = Scope("install")


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def agency(name: str, kind: str = "health", unit: Unit | None = None) -> Agency:
    return Agency.objects.create(kind=kind, name=name, unit=unit)


def facility(of: Agency, name: str, **more: Any) -> Facility:
    return Facility.objects.create(agency=of, kind="clinic", name=name, **more)


def unit(key: str, parent: Unit | None = None, **more: Any) -> Unit:
    given = {"system": "2025", "code": key, "name": key, "kind": "xã", "level": "commune"} | more
    made = Unit.objects.create(key=f"test:{key}", parent=parent, **given)
    reach.forget()
    return made


def account(name: str) -> Account:
    """Somebody who can sign in; the sign-in name is the name without blanks."""
    with scope.acting(INSTALL):
        person = Person.objects.create(name=name, sort_key=name.rsplit(maxsplit=1)[-1])
        made = Account(person=person, username=name.replace(" ", "").casefold())
        made.set_unusable_password()
        made.save()
        return made


def position(who: Account, role: str, place: Agency | Facility, *units: Unit, **more: Any) -> Position:
    """A role held since yesterday, given by nobody in particular."""
    of = {"facility": place, "agency": place.agency} if isinstance(place, Facility) else {"agency": place}
    made = Position.objects.create(person=who.person, role=role, **({"since": yesterday()} | of | more))
    made.units.set(units)
    viewers.CACHE.clear()
    return made


def viewer(who: Account, **proved: Any) -> Viewer:
    """As after signing in with a second factor and proving it again."""
    with scope.acting(INSTALL):
        who = Account.objects.select_related("person").get(pk=who.pk)
        viewers.CACHE.clear()
        return viewers.of_account(who, **({"strong": True, "stepped_up": True} | proved))


def somebody(name: str, role: str, place: Agency | Facility, *units: Unit, **more: Any) -> Viewer:
    """An account with one position, as a viewer."""
    who = account(name)
    position(who, role, place, *units, **more)
    return viewer(who)


def account_of(viewer: Viewer) -> Account:
    """The account of somebody."""
    found: Account = Account.objects.get(pk=viewer.account or 0)
    return found
