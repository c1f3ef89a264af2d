"""What every room may need to do to an account."""

from django.db import IntegrityError, transaction
from django.db.models import F

from phoihop.base.org.models import Account, Person
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.sorting import person_key
from phoihop.kernel.text import nfc


def new_account(name: str, username: str, *, phone: str = "", email: str = "") -> Account:
    """A person and an account that nobody can sign in to before a card is issued.

    Refusal: no name ("name-missing"), or the sign-in name is in use ("username-taken").
    """
    name, username = " ".join(nfc(name).split()), nfc(username).strip().casefold()
    if not name or not username:
        raise Refusal("name-missing", "Hãy ghi họ tên và tên đăng nhập.", "Give a name and a sign-in name.")
    person = Person.objects.create(name=name, sort_key=person_key(name), phone=phone, email=email)
    account = Account(person=person, username=username)
    account.set_unusable_password()
    try:
        with transaction.atomic():  # two at once: the table decides, not a look beforehand
            account.save()
    except IntegrityError:
        raise Refusal(
            "username-taken", "Tên đăng nhập này đã có người dùng.", "This sign-in name is in use."
        ) from None
    return account


def cut_off(account: Account | int) -> None:
    """What an account may do has changed: every session begun before ends at its next request."""
    number = account if isinstance(account, int) else account.pk
    Account.objects.filter(pk=number).update(authz_version=F("authz_version") + 1)
