"""Which plans documents became: for lists of documents, where each has a plan of its own or none."""

from collections.abc import Collection

from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Plan
from phoihop.coordination.plans.queries.plans import see_list


@see_list()
def became(viewer: Viewer, *, documents: Collection[int]) -> dict[int, Plan]:
    """The plan of each of these documents, by the document's key: one statement."""
    rows = Plan.objects.filter(document__in=documents).only("uid", "name", "document")
    return {plan.document_id: plan for plan in rows}
