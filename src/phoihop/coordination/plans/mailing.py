"""Reminders by e-mail: one short neutral message to each person, with a number and an address.

What it is about stands in the product alone: a mailbox is read on screens that others see. A message that
cannot be sent waits for the next run; after some days the notice in the product has to do.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from phoihop.base.org.models import Account
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.coordination.plans.alone import Work, is_mine
from phoihop.coordination.plans.models import Nudge

log = logging.getLogger(__name__)

JOB = Scope("job")
KEEPS_TRYING = timedelta(days=3)

SUBJECT = "Phối Hợp: có việc chờ anh/chị xem"
BODY = """Anh/chị có {n} việc sắp đến hạn hoặc đã quá hạn.
Đăng nhập để xem: {address}

{n} of your tasks are due soon or late. Sign in to see them: {address}

Thư tự động, không cần trả lời. / Sent automatically; there is no need to answer.
"""


def is_on() -> bool:
    """Whether this installation sends e-mail at all."""
    return bool(settings.PHOIHOP_EMAIL)


def send_waiting() -> tuple[int, int]:
    """Send to everybody what they were reminded of and have had no e-mail about: how many were sent, how
    many failed. Two at once share the work: each person's rows are locked by one of them."""
    if not is_on():
        return 0, 0
    sent = failed = 0
    for account in list(_waiting()):
        outcome = _send(account)
        sent, failed = sent + (outcome is True), failed + (outcome is False)
    if failed:
        log.warning("%s reminders could not be sent by e-mail and will be tried again", failed)
    return sent, failed


def _waiting() -> Iterator[int]:
    with scope.acting(JOB):
        rows = Nudge.objects.filter(mailed_at=None, at__gte=timezone.now() - KEEPS_TRYING)
        rows = rows.filter(account__is_active=True).exclude(account__person__email="")
        yield from rows.values_list("account_id", flat=True).order_by("account_id").distinct()


def _send(account: int) -> bool | None:
    """Send one person's message; None where another worker does, or nothing is left to say.

    It is marked after it was sent: killed in between, a person gets it twice rather than never.
    """
    with scope.acting(JOB):
        # Not by a lock on the person's row, which signing in would wait for.
        if not is_mine(Work.MAIL, account):
            return None
        rows = Nudge.objects.filter(account=account, mailed_at=None, at__gte=timezone.now() - KEEPS_TRYING)
        things = set(rows.values_list("thing", flat=True))
        if not things:
            return None
        to = Account.objects.values_list("person__email", flat=True).get(pk=account)
        address = settings.PHOIHOP_PUBLIC_URL.rstrip("/") + reverse("reminders")
        message = EmailMessage(
            SUBJECT,
            BODY.format(n=len(things), address=address),
            settings.DEFAULT_FROM_EMAIL,
            [to],
            headers={"Auto-Submitted": "auto-generated"},
            connection=mail.get_connection(),
        )
        try:
            message.send()
        except (SMTPException, OSError, ValueError):  # the last: an address that no header can hold
            return False
        rows.update(mailed_at=timezone.now())
        return True
