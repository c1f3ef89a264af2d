"""What follows in treatment for many who are new: rights and lines of lists, as following has it for one."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import keyring, sealed
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Lease, Roster
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.rules.permits import Lease as Right
from phoihop.registry.models import Client
from phoihop.registry.taking_over import Begun


def begin(by: Viewer, facility: Facility, begun: Sequence[Begun]) -> None:
    """Those who began are on the facility's list; their days are the facility's while they were served."""
    served = [each for each in begun if each.stays]
    with reaching.sites(by, (facility.pk,)):
        Roster.objects.bulk_create(
            Roster(
                facility=facility,
                home=facility,
                pseudonym=each.client.pseudonym,
                person=each.client.pseudonym,
                client=each.client,
                code=each.client.code,
                since=each.stays[-1].since,
                until=each.stays[-1].until,
            )
            for each in served
        )
    with reaching.centre(by.account, facility.pk):
        Lease.objects.bulk_create(
            Lease(
                person=each.client.pseudonym,
                client=each.client.pseudonym,
                facility=facility,
                first=stay.since,
                last=stay.until,
            )
            for each in served
            for stay in each.stays
        )


def put(moved: Mapping[UUID, tuple[UUID, tuple[Right, ...]]]) -> None:
    """Write the leases of many persons, each with how they are called: as leasing has it for one. The
    database compares them again at the end. In the centre's scope."""
    rows = Lease.objects.select_for_update(of=("self",)).filter(person__in=moved, aside=None)
    before: dict[UUID, dict[Right, Lease]] = {person: {} for person in moved}
    for row in rows:
        before[row.person][Right(str(row.facility_id), row.first, row.last)] = row
    gone = [
        row.pk
        for person, (_, after) in moved.items()
        for right, row in before[person].items()
        if right not in after
    ]
    Lease.objects.filter(pk__in=gone).delete()
    Lease.objects.bulk_create(
        Lease(person=person, client=called, facility_id=int(right.site), first=right.first, last=right.last)
        for person, (called, after) in moved.items()
        for right in sorted(set(after) - set(before[person]), key=lambda right: right.first)
    )


def copies(rows: Sequence[Roster], clients: Mapping[UUID, Client]) -> None:
    """Put names, births and sexes of the facility's files into lines of other sites' lists, under keys of the
    sites' own. In a scope that reaches both."""
    sealed.fetch_keys(list(clients.values()))
    new = {(row.facility_id, row.pseudonym) for row in rows}
    there = DataKeyRow.objects.filter(
        programme=OST, facility__in={site for site, _ in new}, person__in={person for _, person in new}
    )
    new -= set(there.values_list("facility", "person"))
    made = []
    for row in rows:
        if (row.facility_id, row.pseudonym) in new:
            wrapped, key = keyring.people().make(OST, str(row.pseudonym))
            assert wrapped.wrapped is not None
            made.append(
                DataKeyRow(
                    programme=OST,
                    facility=row.facility_id,
                    person=row.pseudonym,
                    number=wrapped.number,
                    version=wrapped.wrapped.version,
                    wrapped=wrapped.wrapped.sealed,
                )
            )
            sealed.hold(row, key)
        client = clients[row.pseudonym]
        texts = {"name": client.text("name") or client.text("alias")}
        texts |= {"born": client.text("born"), "sex": client.text("sex")}
        row.put(**{name: text for name, text in texts.items() if text})
    DataKeyRow.objects.bulk_create(made)
