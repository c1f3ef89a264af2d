"""A viewer's reach as a condition on rows, so that a list holds what each page of it would open."""

from dataclasses import replace
from functools import reduce
from operator import or_

from django.db.models import Q

from phoihop.base.org.doors import DOORS, may_somewhere
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Reach, Viewer

NOTHING = Q(pk__in=())


def granted(viewer: Viewer, code: str) -> bool:
    """Whether the viewer holds the permission, be it that proving who they are is still to come."""
    return bool(may_somewhere(replace(viewer, stepped_up=True), code))


def everywhere(viewer: Viewer, code: str) -> bool:
    """Whether the permission reaches every thing there is."""
    decision = may_somewhere(replace(viewer, stepped_up=True), code)
    return bool(decision) and any(reason.reach is Reach.ALL for reason in decision.reasons)


def within(
    viewer: Viewer,
    code: str,
    *,
    agency: str = "",
    facility: str = "",
    unit: str = "",
    account: str = "",
) -> Q:
    """The rows that a viewer's grants of ``code`` reach.

    Each keyword names the column that says where a row belongs; a grant over what no column tells reaches
    nothing. Blocks on single things are left to the page.
    """
    decision = may_somewhere(replace(viewer, stepped_up=True), code)
    if not decision:
        return NOTHING
    held = {position.id: position for position in viewer.now}
    found = [NOTHING]
    for reason in decision.reasons:
        position = held[reason.position or 0]
        match reason.reach:
            case Reach.ALL:
                return Q()
            case Reach.AGENCY if agency:
                found.append(Q(**{f"{agency}__in": position.agencies}))
            case Reach.FACILITY if facility:
                found.append(Q(**{facility: position.facility}))
            case Reach.UNITS if unit:
                found.append(Q(**{f"{unit}__in": position.units}))
            case Reach.SELF if account:
                found.append(Q(**{account: viewer.account}))
            case _:
                continue
    return reduce(or_, found)


def holders(code: str) -> list[str]:
    """The roles that grant a permission, by code."""
    assert code in DOORS
    return [role.code for role in ROLES.values() if any(grant.names(code) for grant in role.grants)]
