"""A worker's part in taking over paper books: what many rows need, each part in a transaction of its own.

Whoever sent the sheets is asked anew at each part whether they still may. A worker that died is followed by
another one; parts that were taken before change nothing.
"""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from phoihop.base.org import doors, viewers
from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope
from phoihop.programmes.ost.actions import taking_over_sheets as sheets
from phoihop.programmes.ost.actions.taking_over_sheets import Fault, Rows
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import TakingOver

JOB = Scope("job")
SILENT = timedelta(minutes=10)  # after which another worker goes on
KEPT = timedelta(days=30)  # what was sent and is not taken, or was refused, is kept so long
ATTEMPTS = 3


def run(number: int) -> None:
    """Do the next step of what was sent, if one waits; called again, it does what is left."""
    with origin.beginning():
        row = _claim(number)
        if row is None:
            return
        try:
            by = _sender(row)
            if row.state == TakingOver.CHECKING:
                with scope.acting(scope_of(by)):
                    sheets.look(by, row)
            else:
                _take(by, row)
        except NotAllowed:
            _stop(row)


def _claim(number: int) -> TakingOver | None:
    with scope.acting(JOB):
        rows = TakingOver.objects.select_for_update(of=("self",), skip_locked=True)
        row = rows.select_related("facility__agency", "site").filter(pk=number).first()
        if row is None or not row.moves:
            return None
        row.attempts += 1
        row.save(update_fields=["attempts", "heard_at"])
        return row


def _sender(row: TakingOver) -> Viewer:
    """Who sent it, as the rules know them now: they had proved who they are when they asked for it."""
    with scope.acting(JOB):
        account = Account.objects.select_related("person").get(pk=row.by_id)
        by = replace(viewers.of_account(account), strong=True, stepped_up=True)
    door = doors.DOORS["ost.case_take_over_confirm"]
    said = doors.may(by, door.code, row)
    if not account.is_active or not said:
        raise NotAllowed(door, by, said, row, row.place())
    return by


def _take(by: Viewer, row: TakingOver) -> None:
    late: list[Fault] = []
    done = row.wrong
    for part in sheets.parts_of(by, row):
        by = _sender(row)
        with scope.acting(scope_of(by)):
            late += sheets.take_part(by, row, part)
        done += _count(part)
        with scope.acting(JOB):
            TakingOver.objects.filter(pk=row.pk).update(done=done, heard_at=timezone.now())
    with scope.acting(scope_of(by)):
        sheets.finish(row, late)


def _count(part: Rows) -> int:
    return sum(map(len, part.values()))


def _stop(row: TakingOver) -> None:
    """Whoever sent it may no more: what was taken stays, and nothing more is."""
    with scope.acting(JOB):
        row.state = TakingOver.DROPPED
        sheets.forget(row)
        row.save(update_fields=["state", "file", "heard_at"])


def tend() -> list[int]:
    """Forget files whose time is over; what fell silent and is to be gone on with."""
    now = timezone.now()
    with scope.acting(JOB):
        over = TakingOver.objects.select_for_update(of=("self",), skip_locked=True)
        for row in over.filter(heard_at__lt=now - KEPT).exclude(file=""):
            if row.state != TakingOver.TAKEN:
                row.state = TakingOver.DROPPED
            sheets.forget(row)
            row.save(update_fields=["state", "file", "heard_at"])
        silent = TakingOver.objects.filter(
            state__in=(TakingOver.CHECKING, TakingOver.TAKING), heard_at__lt=now - SILENT
        )
        # What every worker died of is not tried for ever, and whoever waits for it is told.
        said = refuse("book-gave-up").message
        silent.filter(attempts__gte=ATTEMPTS).update(
            state=TakingOver.DROPPED, why=said.vi, why_en=said.en, heard_at=now
        )
        return list(silent.values_list("pk", flat=True))
