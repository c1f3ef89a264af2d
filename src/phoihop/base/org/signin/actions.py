"""What administrators do for people's signing in: issue a card, see what a leaver holds, end it all."""

from datetime import timedelta
from functools import partial

from django.utils import timezone

from phoihop.base.org import describing, notices, proposals, viewers
from phoihop.base.org.accounts import cut_off
from phoihop.base.org.describing import Described
from phoihop.base.org.doors import action, query
from phoihop.base.org.models import Account, Position, Proposal, SignInCard
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import cards
from phoihop.base.org.signin.cards import Card
from phoihop.base.org.signin.leaving import HOLDINGS, Held
from phoihop.base.org.signin.noting import note
from phoihop.base.security import scope
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Bilingual, Refusal

REISSUE = "org.reissue_card"
GOOD = timedelta(hours=24)  # how long an allowed proposal lets its asker print the card

notices.add_words(
    "card-asked",
    "Có đề nghị cấp thẻ đăng nhập mới cho tài khoản của anh/chị. Nếu anh/chị không yêu cầu, hãy báo ngay.",
    "Somebody asked for a new sign-in card for your account. If you did not ask for it, say so at once.",
)
_issuing = partial(
    action,
    "org.issue_card",
    "Cấp thẻ đăng nhập",
    "Issue a sign-in card",
    of="account",
    kind=Kind.GRANT,
    step_up=True,
)


@_issuing()
def issue_card(*, by: Viewer, account: Account) -> Card:
    """A new card, in place of one not used yet.

    Refusal: the account is closed, or the issuer's own; "second-person-first" where somebody has signed in
    with it already and no other person has allowed a new card to this issuer (``ask_card``).
    """
    _check(by, account)
    with scope.acting(Scope("job", account=by.account)):
        # Locked, so that one allowance never prints two cards.
        account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
        if account.last_login is not None:
            allowed = allowed_card(by, account)
            if allowed is None:
                raise Refusal(
                    "second-person-first",
                    "Người này đã từng đăng nhập: thẻ mới thay mọi cách đăng nhập của họ, "
                    "nên cần người thứ hai cho phép trước.",
                    "This person has signed in before: a new card replaces all their ways to sign in, "
                    "so a second person has to allow it first.",
                )
            # Whoever holds the card can become this person: those who watch the alarms should hear of it.
            approver = {"approver": allowed.decided_by_id or 0}
            note("card_reissued", kind=Kind.ALARM, account=by.account, about=account, detail=approver)
            notices.tell([account.pk], "card-issued")
        return cards.made_for(account, issued_by=by.account)


@_issuing()
def ask_card(*, by: Viewer, account: Account, reason: str) -> Proposal:
    """Ask a second person to allow a new card for somebody who has signed in before; they hear of it.

    Refusal: as ``issue_card``; "reason-missing", "asked-already", "card-is-first".
    """
    _check(by, account)
    if account.last_login is None:
        raise Refusal(
            "card-is-first",
            "Người này chưa đăng nhập lần nào: cấp thẻ ngay được.",
            "This person has never signed in: their card can be issued at once.",
        )
    with scope.acting(Scope("job", account=by.account)):
        Account.objects.select_for_update().get(pk=account.pk)
        if open_card_proposal(account) is not None:
            raise Refusal(
                "asked-already",
                "Đã có đề nghị cấp thẻ cho người này đang chờ quyết định.",
                "A proposal of a card for this person waits already.",
            )
        made = proposals.open_one(
            by, REISSUE, {"account": account.pk}, reason=reason, agency=_agency_of(account)
        )
        notices.tell([account.pk], "card-asked")
    return made


def _check(by: Viewer, account: Account) -> None:
    if by.account == account.pk:
        raise Refusal(
            "own-card",
            "Không thể tự cấp thẻ cho chính mình. Hãy nhờ người quản trị khác.",
            "Nobody issues a card to themselves. Ask another administrator.",
        )
    if not account.is_active:
        raise Refusal("account-closed", "Tài khoản này đã đóng.", "This account is closed.")


def _agency_of(account: Account) -> int | None:
    """The agency whose head may allow it: the only one where the person works. None: who looks after all."""
    today = timezone.localdate()
    held = Position.objects.filter(person=account.person_id).exclude(until__lt=today)
    agencies = set(held.values_list("agency", flat=True))
    return agencies.pop() if len(agencies) == 1 else None


def open_card_proposal(account: Account) -> Proposal | None:
    """The proposal of a new card for this account that waits for its decision."""
    waiting = Proposal.objects.filter(action=REISSUE, arguments__account=account.pk)
    return waiting.filter(state=Proposal.State.OPEN, expires_at__gt=timezone.now()).first()


def allowed_card(by: Viewer, account: Account) -> Proposal | None:
    """What a second person allowed to this asker of late, unless a card was printed since. In a job's scope,
    which sees all cards of the account."""
    asked = Proposal.objects.filter(action=REISSUE, arguments__account=account.pk, proposed_by=by.account)
    latest = (
        asked.filter(state=Proposal.State.ALLOWED, decided_at__gt=timezone.now() - GOOD)
        .order_by("-decided_at")
        .first()
    )
    if (
        latest is None
        or SignInCard.objects.filter(account=account, issued_at__gte=latest.decided_at).exists()
    ):
        return None
    return latest


def _described(viewer: Viewer, proposal: Proposal) -> Described:
    person = Account.objects.select_related("person").get(pk=proposal.arguments["account"]).person
    return Described(
        (
            Bilingual(
                f"Người đề nghị in được một thẻ đăng nhập mới cho {person.name}, trong 24 giờ.",
                f"Whoever asks may print one new sign-in card for {person.name}, within 24 hours.",
            ),
            Bilingual(
                "Ai cầm thẻ thì vào được bằng tài khoản này. Khi thẻ được dùng, mọi cách đăng nhập cũ "
                "hết hiệu lực và các phiên đang mở kết thúc.",
                "Whoever holds the card gets in with this account. Once it is used, every earlier way to "
                "sign in is void and open sessions end.",
            ),
            Bilingual(
                "Trước khi cho phép, hãy tự gặp hoặc gọi cho người ấy để hỏi.",
                "Before you allow it, see or call that person yourself and ask.",
            ),
        )
    )


proposals.register(
    REISSUE,
    proposals.Kind(
        Bilingual("Cấp lại thẻ đăng nhập", "Issue a sign-in card again"),
        # Nothing is printed yet: the code of a card is shown once, to the asker who prints it.
        run=lambda proposal, by: None,
        gains=lambda arguments: [arguments["account"]],
    ),
)
describing.add(REISSUE, _described)


@query("org.see_leaving", "Xem những gì một người đang giữ", "See what a person holds", of="account")
def holdings(viewer: Viewer, *, account: Account) -> list[Held]:
    """Everything that leaving would end, kind by kind; empty kinds too, so that nothing seems forgotten."""
    with scope.acting(Scope("job", account=viewer.account)):
        return [Held(kind.about, kind.held(account)) for kind in HOLDINGS.values()]


@action(
    "org.off_board", "Cho nghỉ", "Remove all access of a person", of="account", kind=Kind.GRANT, step_up=True
)
def off_board(*, by: Viewer, account: Account) -> Account:
    """Close an account and end all it holds, in one transaction. Refusal("own-account") for one's own."""
    if by.account == account.pk:
        raise Refusal(
            "own-account",
            "Không thể tự cho mình nghỉ. Hãy nhờ người quản trị khác.",
            "Nobody removes their own access. Ask another administrator.",
        )
    with scope.acting(Scope("job", account=by.account)):
        Account.objects.select_for_update().get(pk=account.pk)
        for kind in HOLDINGS.values():
            kind.ended(account, by)
        account.set_unusable_password()
        account.is_active = False
        account.save(update_fields=["password", "is_active"])
        cut_off(account)
        account.person.left_on = timezone.localdate()
        account.person.save(update_fields=["left_on"])
    viewers.CACHE.clear()
    return account
