"""Proposals: one's own, those that wait for one's decision, and what would happen, in words."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils import timezone

from phoihop.base.org.describing import Described, describe
from phoihop.base.org.doors import query
from phoihop.base.org.models import Proposal
from phoihop.base.org.proposals import KINDS
from phoihop.base.org.queries.reaching import NOTHING, within
from phoihop.base.org.rules.permissions import Viewer

LATEST = 50


@dataclass(frozen=True, slots=True)
class Lists:
    """What waits for the viewer, and what the viewer asked for."""

    waiting: tuple[Proposal, ...]
    mine: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal with what it would do. ``barred``: the viewer asked for it or gains by it."""

    proposal: Proposal
    described: Described
    open: bool
    mine: bool
    barred: bool


def waiting_for(viewer: Viewer) -> QuerySet[Proposal]:
    """Open proposals of others that the viewer may decide."""
    reached = [Q(action=code) & within(viewer, kind.decide, agency="agency") for code, kind in KINDS.items()]
    return Proposal.objects.filter(
        reduce(or_, reached, NOTHING), state=Proposal.State.OPEN, expires_at__gt=timezone.now()
    ).exclude(proposed_by=viewer.account)


def _whole(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.select_related("agency", "proposed_by__person", "decided_by__person")


@query("org.see_own_proposals", "Xem đề nghị của mình", "See one's own proposals", recorded=False)
def lists(viewer: Viewer) -> Lists:
    """Newest first; what waits, by when it lapses."""
    mine = Proposal.objects.filter(proposed_by=viewer.account).order_by("-pk")
    return Lists(
        tuple(_whole(waiting_for(viewer)).order_by("expires_at", "pk")[:LATEST]), tuple(_whole(mine)[:LATEST])
    )


@query("org.see_own_proposals", "Xem đề nghị của mình", "See one's own proposals", recorded=False)
def one(viewer: Viewer, *, proposal: Proposal) -> Shown:
    """One that the viewer asked for or may decide: its page has asked whether."""
    whole = _whole(Proposal.objects.filter(pk=proposal.pk)).get()
    kind, mine = KINDS[whole.action], whole.proposed_by_id == viewer.account
    return Shown(
        whole,
        describe(viewer, whole),
        whole.state == Proposal.State.OPEN and whole.expires_at > timezone.now(),
        mine,
        mine or viewer.account in set(kind.gains(whole.arguments)),
    )
