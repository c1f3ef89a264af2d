"""Choosing a password."""

from django.utils.translation import gettext as _

from phoihop.base.org import notices
from phoihop.base.org.models import Account
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.rules import passwords
from phoihop.base.org.signin.store import end
from phoihop.base.security.audit.entries import Kind

notices.add_words(
    "password-changed",
    "Mật khẩu của anh/chị vừa được đổi. Nếu không phải anh/chị làm, hãy báo quản trị ngay.",
    "Your password was changed. If that was not you, tell the administrator at once.",
)


def fault(account: Account, password: str) -> str:
    """Why this password is not taken, in words; empty if it is."""
    match passwords.weakness(password, [account.username, account.person.name]):
        case "short":
            return _("Mật khẩu cần ít nhất %(count)s ký tự. Bốn, năm từ bất kỳ là vừa.") % {
                "count": passwords.SHORTEST
            }
        case "long":
            return _("Mật khẩu dài quá %(count)s ký tự.") % {"count": passwords.LONGEST}
        case "common":
            return _("Mật khẩu này dễ đoán: gồm từ hay dùng, tên của anh/chị hoặc dãy phím liền nhau.")
    return ""


def choose(account: Account, password: str, *, keep: str = "") -> None:
    """Set the password, and say so. Every other session ends; ``keep``: the key of the present one."""
    account.set_password(password)
    account.save(update_fields=["password"])
    end(account=account, keep=keep)
    note("password_change", kind=Kind.GRANT, account=account.pk, about=account)
    notices.tell([account.pk], "password-changed")
