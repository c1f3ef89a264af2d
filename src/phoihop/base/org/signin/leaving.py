"""Somebody leaves: all that would still let them in, act or be waited for, on one screen, ended at once.

A room that keeps such things for people (scheduled exports, saved filters, tablets) adds its own kind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.utils import timezone

from phoihop.base.org.models import Account, Device, Position, Proposal, Session, SignInCard
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import factors
from phoihop.base.org.signin.rules.limits import Over
from phoihop.base.org.signin.store import end
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that people hold. ``held(account)``: a line for each; ``ended``: ends them all."""

    about: Bilingual
    held: Callable[[Account], Sequence[str]]
    ended: Callable[[Account, Viewer], None]


HOLDINGS: dict[str, Holding] = {}


def add(code: str, holding: Holding) -> None:
    """Make a kind known; ValueError if the code is taken."""
    if code in HOLDINGS:
        raise ValueError(f"two kinds of holdings are called {code}")
    HOLDINGS[code] = holding


@dataclass(frozen=True, slots=True)
class Held:
    """What one account holds of one kind."""

    about: Bilingual
    lines: Sequence[str]


def _day(value: object) -> str:
    return f"{value:%d/%m/%Y}"


def _end_positions(account: Account, by: Viewer) -> None:
    """Yesterday was the last day; what began today or later never counted and goes."""
    today = timezone.localdate()
    running = Position.objects.filter(person=account.person_id).exclude(until__lt=today)
    for position in running.filter(since__gte=today):
        position.units.clear()
        position.delete()
    running.update(until=today - timedelta(days=1))


def _withdraw(account: Account, by: Viewer) -> None:
    Proposal.objects.filter(proposed_by=account, state=Proposal.State.OPEN).update(
        state=Proposal.State.WITHDRAWN, decided_by=by.account, decided_at=timezone.now()
    )


def _end_sessions(account: Account, by: Viewer) -> None:
    end(account=account, why=Over.LEFT)


def _forget_browsers(account: Account, by: Viewer) -> None:
    Device.objects.filter(account=account).delete()


def _revoke_cards(account: Account, by: Viewer) -> None:
    _open_cards(account).update(revoked_at=timezone.now())


def _open_cards(account: Account) -> QuerySet[SignInCard]:
    return SignInCard.objects.filter(account=account, used_at=None, revoked_at=None)


def _live(account: Account) -> list[str]:
    return [
        f"{each.family}, {_day(each.since)}"
        for each in Session.objects.filter(account=account, ended_at=None)
    ]


add(
    "sessions",
    Holding(
        Bilingual("Phiên đang mở", "Open sessions"),
        held=_live,
        ended=_end_sessions,
    ),
)
add(
    "browsers",
    Holding(
        Bilingual("Trình duyệt đã biết", "Known browsers"),
        held=lambda account: [d.family for d in Device.objects.filter(account=account)],
        ended=_forget_browsers,
    ),
)
add(
    "factors",
    Holding(
        Bilingual("Khóa và mã đăng nhập", "Passkeys and codes"),
        held=lambda account: [f.type for f in Authenticator.objects.filter(user=account)],
        ended=lambda account, by: factors.forget_all(account),
    ),
)
add(
    "cards",
    Holding(
        Bilingual("Thẻ đăng nhập chưa dùng", "Unused sign-in cards"),
        held=lambda account: [_day(card.expires_at) for card in _open_cards(account)],
        ended=_revoke_cards,
    ),
)
add(
    "positions",
    Holding(
        Bilingual("Nhiệm vụ", "Positions"),
        held=lambda account: [
            f"{p.role}, {_day(p.since)}"
            for p in Position.objects.filter(person=account.person_id).exclude(until__lt=timezone.localdate())
        ],
        ended=_end_positions,
    ),
)
add(
    "proposals",
    Holding(
        Bilingual("Đề nghị đang chờ", "Open proposals"),
        held=lambda account: [
            f"{p.action}, {_day(p.proposed_at)}"
            for p in Proposal.objects.filter(proposed_by=account, state=Proposal.State.OPEN)
        ],
        ended=_withdraw,
    ),
)
