"""What passes by itself: files that run out, jobs that fell silent, reviews nobody made, people who leave."""

from django.db.models import Q
from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.models import Proposal
from phoihop.base.release import files, work
from phoihop.base.release.actions import emergencies
from phoihop.base.release.actions.exports import withdraw
from phoihop.base.release.models import Copy, Document, Export, Request
from phoihop.base.release.rules.disclosures import State as Asked
from phoihop.base.release.rules.documents import Step
from phoihop.base.release.rules.exports import LIVE, State
from phoihop.base.security import scope

_CLOSED = (Proposal.State.REFUSED, Proposal.State.WITHDRAWN, Proposal.State.LAPSED)


def everything() -> None:
    """Do all that is due; doing it twice does nothing more."""
    work.pick_up()
    with scope.acting(work.JOB):
        expire()
        undecided()
        emergencies.escalate()


def expire() -> int:
    """Delete every file whose time is over; how many exports ended. In a job's scope."""
    now = timezone.now()
    over = Export.objects.select_for_update(skip_locked=True).filter(state=State.READY, expires_at__lte=now)
    ended = list(over)
    for export in ended:
        work.end(export, State.EXPIRED, "time-over")
    copies = Copy.objects.filter(expires_at__lte=now).exclude(file="")
    files.forget(copies.values_list("file", flat=True))
    copies.update(file="")
    answers = Request.objects.filter(state=Asked.ANSWERED, expires_at__lte=now)
    files.forget(answers.values_list("file", flat=True))
    answers.update(state=Asked.EXPIRED, file="", fetches_left=0)
    return len(ended)


def undecided() -> None:
    """Close what waited for a second person who said no, or said nothing in time. In a job's scope."""
    lapsed = Q(proposal__state__in=_CLOSED) | Q(
        proposal__state=Proposal.State.OPEN, proposal__expires_at__lte=timezone.now()
    )
    waiting = Export.objects.select_for_update(of=("self",), skip_locked=True)
    for export in waiting.filter(lapsed, state=State.WAITING):
        work.end(export, State.REFUSED, "second-person")
        withdraw(export)
        notices.tell([export.owner_id], "export-ended", f"release.Export:{export.pk}")
    Request.objects.filter(pk__in=Request.objects.filter(lapsed, state=Asked.PROPOSED).values("pk")).update(
        state=Asked.RECEIVED, proposal=None
    )
    Document.objects.filter(pk__in=Document.objects.filter(lapsed, step=Step.PROPOSED).values("pk")).update(
        step=Step.CLEAN, proposal=None
    )


def revoke_for(account: int) -> int:
    """End everything of this room that an account has under way; for whoever leaves or changes office.

    Exports and their files, emergencies still open, and what they proposed here and nobody decided. Returns
    how many things.
    """
    return end_exports(account) + end_emergencies(account) + _end_proposals(account)


def end_exports(account: int) -> int:
    """End an account's exports; their files go. Returns how many."""
    with scope.acting(work.JOB):
        live = Export.objects.select_for_update(of=("self",)).filter(owner_id=account, state__in=list(LIVE))
        found = list(live)
        for export in found:
            work.end(export, State.REVOKED, "off-boarded")
            withdraw(export)
        return len(found)


def end_emergencies(account: int) -> int:
    """End an account's emergencies that are still open. Returns how many."""
    with scope.acting(work.JOB):
        return emergencies.end_all(account)


def _end_proposals(account: int) -> int:
    with scope.acting(work.JOB):
        theirs = Proposal.objects.filter(
            proposed_by_id=account, state=Proposal.State.OPEN, action__startswith="release."
        )
        ended = theirs.update(state=Proposal.State.LAPSED, decided_at=timezone.now())
        undecided()
        return ended
