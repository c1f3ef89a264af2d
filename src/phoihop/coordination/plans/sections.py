"""What this room adds to the first page after signing in, and to an agency's page."""

from collections.abc import Collection, Iterator

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.base.org.models import Agency
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.sections import About, Waits
from phoihop.coordination.documents.models import Document
from phoihop.coordination.plans.queries import agencies, plans, watching
from phoihop.coordination.plans.queries.agencies import Which
from phoihop.coordination.plans.queries.became import became


def today(viewer: Viewer) -> Iterator[Waits]:
    """Late first: that is what a head will ask about."""
    for plan in watching.watched(viewer) if granted(viewer, "plans.see_own_watch") else ():
        if plan.late:
            where = reverse("plan", args=[plan.uid])
            yield Waits(plan.late, _("Nhiệm vụ quá hạn trong kế hoạch"), plan.name, where)
        if plan.loose:
            where = reverse("plan-loose", args=[plan.uid])
            yield Waits(plan.loose, _("Nhiệm vụ chưa có ai phụ trách"), plan.name, where)
    if not granted(viewer, "plans.see_own_work"):
        return
    for waits in agencies.waiting(viewer):
        address = reverse("agency-work", args=[waits.agency])
        if waits.late:
            where = f"{address}?xem={Which.LATE.value}"
            yield Waits(waits.late, _("Nhiệm vụ quá hạn của cơ quan"), waits.name, where)
        if waits.soon:
            where = f"{address}?xem={Which.SOON.value}"
            yield Waits(waits.soon, _("Nhiệm vụ của cơ quan sắp đến hạn"), waits.name, where)
        if waits.asked:
            yield Waits(waits.asked, _("Vướng mắc chờ cơ quan trả lời"), waits.name, address)


def about(viewer: Viewer, thing: models.Model) -> Iterator[About]:
    """An agency's work; the plan that a document became."""
    if isinstance(thing, Agency) and granted(viewer, "plans.see_agency"):
        yield About(reverse("agency-work", args=[thing.pk]), _("Việc của cơ quan"))
    if isinstance(thing, Document) and granted(viewer, "plans.see_plan"):
        uid = plans.of_document(viewer, document=thing)
        if uid is not None:
            yield About(reverse("plan", args=[uid]), _("Mở kế hoạch"))


def beside(viewer: Viewer, kind: type[models.Model], keys: Collection[int]) -> dict[int, About]:
    """The plan that each document became, by its name."""
    if kind is not Document or not granted(viewer, "plans.see_plan"):
        return {}
    found = became(viewer, documents=keys)
    return {key: About(reverse("plan", args=[plan.uid]), plan.name) for key, plan in found.items()}
