"""Two people: one asks, another allows, and only then it happens.

A room registers what may be asked for: who decides, and what then runs. The decision locks the proposal,
so of a hundred decisions at once one counts (A-58). The asker, whoever gains by it, and a second account
on the asker's device within five minutes are refused (A-21, A-48).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.models import Position, Proposal
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Reach, Viewer
from phoihop.kernel.refusals import Bilingual, Refusal

LASTS = timedelta(days=7)
SAME_DEVICE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that takes two: what it is called, what runs when it is allowed, and who gains by it.

    ``run(proposal, by)`` acts; ``gains(arguments)`` names the accounts that may not decide;
    ``decide`` is the permission that deciding needs.
    """

    about: Bilingual
    run: Callable[[Proposal, Viewer], Any]
    gains: Callable[[dict[str, Any]], Iterable[int]] = lambda arguments: ()
    decide: str = "org.decide_proposal"


KINDS: dict[str, Kind] = {}


def register(code: str, kind: Kind) -> None:
    """Make a kind of proposal known; ValueError if the code is taken."""
    if code in KINDS:
        raise ValueError(f"two kinds of proposal are called {code}")
    KINDS[code] = kind


def open_one(
    by: Viewer, code: str, arguments: dict[str, Any], *, reason: str, agency: int | None
) -> Proposal:
    """Write a proposal and tell those who may decide it. Refusal("reason-missing") without a reason."""
    if by.account is None:
        raise RuntimeError("a visitor proposes nothing")
    if len(reason.strip()) < 5:
        raise Refusal(
            "reason-missing",
            "Hãy ghi lý do, ít nhất vài từ, để người duyệt hiểu việc này cần cho ai và để làm gì.",
            "Give a reason of a few words, so that whoever decides knows what it is for.",
        )
    proposal = Proposal.objects.create(
        action=code,
        arguments=arguments,
        reason=reason.strip(),
        agency_id=agency,
        proposed_by_id=by.account,
        proposed_from=by.device,
        expires_at=timezone.now() + LASTS,
    )
    barred = {by.account, *KINDS[code].gains(arguments)}
    notices.tell(
        set(deciders(KINDS[code].decide, agency)) - barred, "proposal-waits", f"org.Proposal:{proposal.pk}"
    )
    return proposal


def decide(by: Viewer, proposal: Proposal, *, allow: bool) -> Proposal:
    """Close a proposal, and run what it asks for if allowed; all in the present transaction.

    Refusal: decided or lapsed already, by the asker or by who gains, or from the asker's device.
    """
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    kind, now = KINDS[locked.action], timezone.now()
    if locked.state != Proposal.State.OPEN or locked.expires_at <= now:
        raise Refusal(
            "already-decided",
            "Đề nghị này đã được quyết định hoặc đã hết hạn.",
            "This proposal has been decided already, or has expired.",
        )
    if by.account == locked.proposed_by_id or by.account in set(kind.gains(locked.arguments)):
        raise Refusal(
            "second-person",
            "Việc này cần người thứ hai quyết định: không phải người đề nghị, "
            "cũng không phải người được hưởng.",
            "A second person has to decide this: neither the one who asked nor anyone who would benefit.",
        )
    if by.device and by.device == locked.proposed_from and now - locked.proposed_at < SAME_DEVICE:
        raise Refusal(
            "same-device",
            "Đề nghị vừa được gửi từ chính máy này. Người thứ hai hãy quyết định trên máy của mình.",
            "The proposal was made on this very device just now. Decide it on a device of your own.",
        )
    locked.state = Proposal.State.ALLOWED if allow else Proposal.State.REFUSED
    locked.decided_by_id, locked.decided_at = by.account, now
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    if allow:
        kind.run(locked, by)
    notices.tell([locked.proposed_by_id], "proposal-decided", f"org.Proposal:{locked.pk}")
    return locked


def withdraw(by: Viewer, proposal: Proposal) -> Proposal:
    """Take back one's own open proposal."""
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state != Proposal.State.OPEN or locked.proposed_by_id != by.account:
        raise Refusal("already-decided", "Đề nghị này không còn mở.", "This proposal is no longer open.")
    locked.state, locked.decided_by_id, locked.decided_at = (
        Proposal.State.WITHDRAWN,
        by.account,
        timezone.now(),
    )
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    return locked


def deciders(permission: str, agency: int | None) -> list[int]:
    """Accounts whose role today lets them decide for this agency."""
    today = timezone.localdate()
    everywhere = {code for code, role in ROLES.items() if _grants(role, permission, Reach.ALL)}
    here = {code for code, role in ROLES.items() if _grants(role, permission, Reach.AGENCY)}
    held = Position.objects.filter(since__lte=today, person__account__is_active=True).exclude(until__lt=today)
    found = held.filter(role__in=everywhere)
    if agency is not None:
        found = found | held.filter(role__in=here, agency=agency)
    return list(found.values_list("person__account", flat=True).distinct())


def _grants(role: Any, permission: str, reach: Reach) -> bool:
    return any(grant.reach is reach and grant.names(permission) for grant in role.grants)


def lapse() -> int:
    """Close the proposals that nobody decided in time; how many there were."""
    now = timezone.now()
    over = Proposal.objects.filter(state=Proposal.State.OPEN, expires_at__lte=now)
    return over.update(state=Proposal.State.LAPSED, decided_at=now)
