"""What people hold in this room, for the screen on which somebody leaves."""

from django.utils import timezone

from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import leaving
from phoihop.base.org.signin.leaving import Holding
from phoihop.base.release import tending
from phoihop.base.release.finding import JOB
from phoihop.base.release.models import Emergency, Export
from phoihop.base.release.rules.exports import LIVE
from phoihop.base.security import scope
from phoihop.kernel.refusals import Bilingual


def _exports(account: Account) -> list[str]:
    with scope.acting(JOB):
        live = Export.objects.filter(owner=account, state__in=list(LIVE)).order_by("asked_at")
        return [f"{export.dataset}, {timezone.localtime(export.asked_at):%d/%m/%Y}" for export in live]


def _emergencies(account: Account) -> list[str]:
    with scope.acting(JOB):
        still = Emergency.objects.filter(who=account, ended_at=None, ends_at__gt=timezone.now())
        return [f"{timezone.localtime(each.opened_at):%d/%m/%Y %H:%M}" for each in still]


def _end_exports(account: Account, by: Viewer) -> None:
    tending.end_exports(account.pk)


def _end_emergencies(account: Account, by: Viewer) -> None:
    tending.end_emergencies(account.pk)


HOLDINGS = {
    "exports": Holding(
        Bilingual("Tệp xuất chưa kết thúc", "Exports under way"),
        held=_exports,
        ended=_end_exports,
    ),
    "emergencies": Holding(
        Bilingual("Hồ sơ đang mở khẩn cấp", "Files open in an emergency"),
        held=_emergencies,
        ended=_end_emergencies,
    ),
}


def register() -> None:
    """Make both kinds known; may be called again."""
    for code, holding in HOLDINGS.items():
        if code not in leaving.HOLDINGS:
            leaving.add(code, holding)
