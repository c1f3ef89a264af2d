"""What this room adds to the pages of others: what waits today, and the way from a file to its treatment."""

from collections.abc import Iterator

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.sections import About, Waits
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import stock, worklist
from phoihop.registry.models import Client


def today(viewer: Viewer) -> Iterator[Waits]:
    """What waits for the viewer today, part after part."""
    yield from _doctors(viewer)
    yield from _keepers(viewer)


def _doctors(viewer: Viewer) -> Iterator[Waits]:
    """Clients whom a doctor has to see, incidents to answer, applications to decide."""
    if not viewer.strong or not granted(viewer, "ost.case_order"):
        return
    it = worklist.waiting(viewer)
    address = reverse("ost-worklist")
    if it.incidents:
        yield Waits(it.incidents, _("Sự cố chờ bác sĩ kết luận"), "", reverse("ost-incidents"))
    if it.expiring:
        yield Waits(it.expiring, _("Người có y lệnh sắp hết"), "", address)
    if it.applicants:
        yield Waits(it.applicants, _("Đơn chờ quyết định"), "", address)


def _keepers(viewer: Viewer) -> Iterator[Waits]:
    """Minutes to sign, and medicine that was sent here."""
    if not viewer.strong or not granted(viewer, "ost.stock_see_waiting"):
        return
    signatures, coming = stock.waiting_count(viewer)
    if signatures:
        yield Waits(signatures, _("Biên bản chờ ký"), "", reverse("ost-stock"))
    if coming:
        yield Waits(coming, _("Chuyến hàng chờ nhận"), "", reverse("ost-stock"))


def about(viewer: Viewer, thing: models.Model) -> Iterator[About]:
    """From a file of this programme to its treatment."""
    if isinstance(thing, Client) and thing.programme == OST and may(viewer, worklist.SEE, thing):
        yield About(reverse("ost-care", args=[thing.uid]), _("Việc điều trị"))
