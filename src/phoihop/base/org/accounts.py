"""What every room may need to do to an account."""

from django.db.models import F

from phoihop.base.org.models import Account


def cut_off(account: Account | int) -> None:
    """What an account may do has changed: every session begun before ends at its next request."""
    number = account if isinstance(account, int) else account.pk
    Account.objects.filter(pk=number).update(authz_version=F("authz_version") + 1)
