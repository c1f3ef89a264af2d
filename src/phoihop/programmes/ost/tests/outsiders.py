"""Those who must find nothing of treatment anywhere, though they work beside it: police, labour, and the care
of another programme, in the very same house and elsewhere."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from phoihop.base.org.models import Account, Agency, Facility
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from tests.support.world import HERE, THERE, World, signed_in

POLICE, LABOUR = ("Công an tỉnh", "police"), ("Sở Nội vụ", "labour")


@dataclass(frozen=True)
class Outsider:
    """Somebody, and a browser signed in as them."""

    name: str
    browser: Any


def outsiders(world: World) -> dict[str, Outsider]:
    """Each by what they are."""
    found = {
        "police": _officer("Mào Văn Diện", *POLICE),
        "labour": _officer("Tao Văn Lả", *LABOUR),
        "hiv clinic, same house": world.people[f"carer-alpha@{HERE}"].account,
        "hiv clinic elsewhere": world.people[f"carer-alpha@{THERE}"].account,
    }
    return {name: Outsider(name, signed_in(account)) for name, account in found.items()}


def _officer(name: str, office: str, kind: str) -> Account:
    with scope.acting(making.INSTALL):
        place: Agency | Facility = making.agency(office, kind)
        who = making.account(name)
        making.position(who, "officer", place)
    return who


def ask(browser: Any, method: str, path: str, form: Any = None) -> Any:
    """One request; whatever it changed is undone."""
    with transaction.atomic():
        answer = browser.post(path, form or {}) if method == "POST" else browser.get(path)
        transaction.set_rollback(True)
    return answer
