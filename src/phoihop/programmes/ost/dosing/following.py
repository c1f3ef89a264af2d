"""What follows in treatment from what happens to a client's enrolment: rights begin, move and end with it."""

import time
from contextlib import AbstractContextManager
from datetime import timedelta

from django.db.models import Q

from phoihop.base.security import scope
from phoihop.programmes.ost.dosing import leasing, reaching
from phoihop.programmes.ost.models import (
    Dose,
    Ended,
    Lease,
    OrderRow,
    Outstanding,
    PermitRow,
    PhaseStep,
    Roster,
)
from phoihop.programmes.ost.models.shared import OST, about
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.registry.models import Client
from phoihop.registry.registering import Event, Happened

_DAY = timedelta(days=1)


def told(event: Event) -> None:
    """Hear of an enrolment; whatever is refused here does not happen there."""
    now = scope.current()
    account = now.account if now is not None else None
    match event.what:
        case Happened.ADMITTED | Happened.MOVED_HERE:
            _begin(event, account)
        case Happened.ENDED | Happened.MOVED_AWAY:
            _end(event, account)
        case Happened.MERGED | Happened.UNMERGED:
            _rename(event, account)


def _begin(event: Event, account: int | None) -> None:
    with _at(event, account):
        client = Client.objects.get(pk=event.client)
        known = Roster.objects.filter(facility=event.facility, pseudonym=client.pseudonym)
        row = {"person": event.person, "client": client, "home_id": event.facility, "until": None}
        if not known.update(**row, since=event.day):
            Roster.objects.create(
                facility_id=event.facility,
                pseudonym=client.pseudonym,
                code=client.code,
                since=event.day,
                **row,
            )
    with reaching.centre(account, event.facility):
        leasing.begin(event.person, client.pseudonym, event.facility, event.day)


def _end(event: Event, account: int | None) -> None:
    """No day after the last one is anybody's by this enrolment, and no order outlives it."""
    with reaching.centre(account, event.facility):
        leasing.end(event.person, event.day + _DAY)
        running = OrderRow.objects.filter(
            facility=event.facility, client=event.client, end__gt=event.day, stopped=None
        )
        running.update(stopped=int(time.time()), stopped_by=account)
    with _at(event, account):
        Roster.objects.filter(facility=event.facility, client=event.client).update(until=event.day)
        if event.what is Happened.MOVED_AWAY and account is not None:
            _moved_away(event, account)


def _moved_away(event: Event, account: int) -> None:
    """The treatment here ended by a transfer; every other end is written down by whoever decides it."""
    told = about(Client.objects.get(pk=event.client))
    PhaseStep.objects.create(**told, day=event.day + _DAY, phase=Phase.ENDED.value, by_id=account)
    Ended.objects.create(**told, day=event.day, ending=Ending.TRANSFER.value, by_id=account)


def _rename(event: Event, account: int | None) -> None:
    """A file was found to be of the same person as another one, or was not: what is known under its own name
    is that person's from now on.

    Leases that would lie over each other are set aside, as the enrolments are.
    """
    with _at(event, account):
        called = Client.objects.values_list("pseudonym", flat=True).get(pk=event.client)
        Roster.objects.filter(pseudonym=called).update(person=event.person)
    with reaching.centre(account, event.facility):
        for model in (Dose, PermitRow, Outstanding):
            model._default_manager.filter(client=called).update(person=event.person)
        OrderRow.objects.filter(pseudonym=called).update(person=event.person)
        for lease in Lease.objects.filter(client=called).order_by("first"):
            others = Lease.objects.filter(person=event.person, aside=None).exclude(client=called)
            over = others.filter(Q(last=None) | Q(last__gte=lease.first))
            if lease.last is not None:
                over = over.filter(first__lte=lease.last)
            lease.person, lease.aside = event.person, event.person if over.exists() else None
            lease.save(update_fields=["person", "aside"])


def _at(event: Event, account: int | None) -> AbstractContextManager[None]:
    return scope.acting(scope.Scope("letter", account=account, places=((event.facility, OST),)))
