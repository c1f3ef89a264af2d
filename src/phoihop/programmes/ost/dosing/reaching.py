"""The scopes of this room that reach further than the one who works, each as narrow as its purpose.

``centre``: rights, doses and stock at every site, without a word of a person. ``sites``: rosters and
treatment rows at the named sites, for what passes from one of them to another.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext

from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.programmes.ost.models.shared import OST

_CENTRE = "doses"


def centre(account: int | None, *facilities: int, savepoint: bool = True) -> AbstractContextManager[None]:
    """The centre at work for somebody; ``facilities``: whose own rows are needed beside; ``savepoint``: as
    security.scope.acting."""
    now = scope.current()
    wanted = tuple(sorted((facility, OST) for facility in (*facilities, 0)))
    if now is not None and now.purpose == _CENTRE and set(wanted) <= set(now.places):
        return nullcontext()
    return scope.acting(Scope(_CENTRE, account=account, places=wanted), savepoint=savepoint)


def sites(by: Viewer, facilities: Iterable[int]) -> AbstractContextManager[None]:
    """Both ends of something that passes between sites."""
    places = tuple(sorted({(facility, OST) for facility in facilities}))
    return scope.acting(Scope("letter", account=by.account, places=places))
