"""Paper books that were sent in: which there are at a facility, and how far each has come."""

from uuid import UUID

from phoihop.base.org.doors import may, query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.models import TakingOver

SHOWN = 20  # of those that were sent last
SEE = "ost.case_take_over_see"
PROGRESS = "ost.see_taking_over_progress"


@query("ost.see_taking_over", "Xem các lần nhập sổ giấy", "See which paper books were sent in", of="facility")
def sent_in(viewer: Viewer, *, facility: Facility) -> tuple[TakingOver, ...]:
    """Those of a facility, the newest first: numbers, no row of any."""
    rows = TakingOver.objects.filter(facility=facility, programme="ost").exclude(state=TakingOver.DROPPED)
    return tuple(rows.select_related("site", "by__person").order_by("-at", "-pk")[:SHOWN])


@query(SEE, "Xem các dòng của sổ giấy đã gửi", "See the rows of paper books that were sent in", of="taking")
def opened(viewer: Viewer, *, taking: TakingOver) -> TakingOver:
    """One of them, to look at its rows."""
    return TakingOver.objects.select_related("facility", "site", "by__person").get(pk=taking.pk)


@query(PROGRESS, "Xem tiến độ nhập sổ giấy", "See how far a paper book has come", of="taking", recorded=False)
def progress(viewer: Viewer, *, taking: TakingOver) -> TakingOver:
    """How far one has come."""
    return taking


def found(viewer: Viewer, text: str, code: str = SEE) -> TakingOver | None:
    """What an address names, if the viewer may pass this door for it."""
    try:
        uid = UUID(text)
    except ValueError:
        return None
    row = TakingOver.objects.select_related("facility__agency", "site", "by__person").filter(uid=uid).first()
    return row if row is not None and may(viewer, code, row) else None
