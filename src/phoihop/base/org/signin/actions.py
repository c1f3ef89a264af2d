"""What administrators do for people's signing in: issue a card, see what a leaver holds, end it all."""

from django.utils import timezone

from phoihop.base.org import notices, viewers
from phoihop.base.org.accounts import cut_off
from phoihop.base.org.doors import action, query
from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import cards
from phoihop.base.org.signin.cards import Card
from phoihop.base.org.signin.leaving import HOLDINGS, Held
from phoihop.base.org.signin.noting import note
from phoihop.base.security import scope
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal


@action(
    "org.issue_card", "Cấp thẻ đăng nhập", "Issue a sign-in card", of="account", kind=Kind.GRANT, step_up=True
)
def issue_card(*, by: Viewer, account: Account) -> Card:
    """A new card, in place of one not used yet. Refusal if the account is closed, or the issuer's own."""
    if by.account == account.pk:
        raise Refusal(
            "own-card",
            "Không thể tự cấp thẻ cho chính mình. Hãy nhờ người quản trị khác.",
            "Nobody issues a card to themselves. Ask another administrator.",
        )
    if not account.is_active:
        raise Refusal("account-closed", "Tài khoản này đã đóng.", "This account is closed.")
    if account.last_login is not None:
        # Whoever holds the card can become this person: those who watch the alarms should hear of it.
        note("card_reissued", kind=Kind.ALARM, account=by.account, about=account)
        notices.tell([account.pk], "card-issued")
    with scope.acting(Scope("job", account=by.account)):
        return cards.made_for(account, issued_by=by.account)


@query("org.see_leaving", "Xem những gì một người đang giữ", "See what a person holds", of="account")
def holdings(viewer: Viewer, *, account: Account) -> list[Held]:
    """Everything that leaving would end, kind by kind; empty kinds too, so that nothing seems forgotten."""
    with scope.acting(Scope("job", account=viewer.account)):
        return [Held(kind.about, kind.held(account)) for kind in HOLDINGS.values()]


@action("org.off_board", "Cho nghỉ", "Off-board", of="account", kind=Kind.GRANT, step_up=True)
def off_board(*, by: Viewer, account: Account) -> Account:
    """Close an account and end all it holds, in one transaction. Refusal("own-account") for one's own."""
    if by.account == account.pk:
        raise Refusal(
            "own-account",
            "Không thể tự cho mình nghỉ. Hãy nhờ người quản trị khác.",
            "Nobody off-boards themselves. Ask another administrator.",
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
