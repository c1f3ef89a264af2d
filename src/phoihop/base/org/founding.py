"""The first two people of an installation. Everybody else comes in through the actions, by two people."""

from django.utils import timezone

from phoihop.base.org.accounts import new_account
from phoihop.base.org.models import Account, Agency, Position
from phoihop.base.org.signin import cards
from phoihop.base.org.signin.cards import Card
from phoihop.base.org.signin.noting import note
from phoihop.base.security import origin, scope
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

INSTALL = Scope("install")


def found(agency_name: str, administrator: tuple[str, str], protector: tuple[str, str]) -> tuple[Card, Card]:
    """Make the agency that runs the system, its administrator and its data protection officer; their cards.

    Two at once, because neither could be given a sensitive role by anybody else. Refusal("not-first") once
    there is an account, or if both are the same person.
    """
    with origin.beginning(), scope.acting(INSTALL):
        if Account.objects.exists() or administrator[1].casefold() == protector[1].casefold():
            raise Refusal(
                "not-first",
                "Đã có tài khoản, hoặc hai người trùng tên đăng nhập. Quản trị hiện có sẽ lập tài khoản.",
                "There are accounts already, or both have one sign-in name. "
                "A present administrator makes accounts.",
            )
        agency = Agency.objects.create(kind="people.province", name=agency_name)
        made = []
        for (name, username), role in ((administrator, "administrator"), (protector, "data-protection")):
            account = new_account(name, username)
            Position.objects.create(
                person=account.person, role=role, agency=agency, since=timezone.localdate(), basis="founding"
            )
            note("founded", kind=Kind.GRANT, about=account, detail={"role": role})
            made.append(cards.made_for(account, issued_by=None))
    return made[0], made[1]
