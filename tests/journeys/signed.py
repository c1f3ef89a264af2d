"""A real province with the agencies that answer in it today, the forerunners of some, and three people."""

from datetime import date, timedelta

from django.utils import timezone

from phoihop.base.org import reach, viewers
from phoihop.base.org.models import Succession, Unit
from phoihop.base.org.tests import making
from phoihop.base.security import origin, scope

PLANNER, OFFICER, LEADER = "kehoach", "daumoi", "lanhdao"
REFORM = date(2025, 7, 1)


def make() -> None:
    """The province of the signed plan: as it was when the plan was signed, and as it is."""
    reach.forget()
    with origin.beginning(), scope.acting(making.INSTALL):
        given = {"level": "province", "kind": "tỉnh", "name": "Lào Cai"}
        old = making.unit("lc-cu", valid_from=date(2004, 1, 1), valid_to=REFORM - timedelta(days=1), **given)
        new = making.unit("lc-moi", valid_from=REFORM, **given)
        Succession.objects.create(old=old, new=new, whole=True, day=REFORM)
        _offices(new)
    viewers.CACHE.clear()
    reach.forget()


def _offices(unit: Unit) -> None:
    board = making.agency("Ủy ban nhân dân tỉnh Lào Cai", "people.province", unit)
    police = making.agency("Công an tỉnh Lào Cai", "police.province", unit)
    making.agency("Sở Y tế tỉnh Lào Cai", "health.province", unit)
    people = (
        ("Tẩn Láo Lở", PLANNER, "planning-officer", board),
        ("Vàng Seo Pao", OFFICER, "agency-officer", police),
        ("Lừu Thị Sáy", LEADER, "leader", board),
    )
    for name, username, role, place in people:
        account = making.account(name)
        account.username = username
        account.save()
        making.position(account, role, place, since=timezone.localdate() - timedelta(days=30))
