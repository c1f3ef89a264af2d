"""The centre's answer to a device: what it keeps, gives back and gets, by the rules of ``rules.centre``."""

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Q

from phoihop.programmes.ost.dosing import clients, keeping, keys, leasing, outstanding
from phoihop.programmes.ost.models import Centre, Device, Lease, Outstanding, PermitRow
from phoihop.programmes.ost.rules import centre as rules
from phoihop.programmes.ost.rules.centre import Settlement
from phoihop.programmes.ost.rules.permits import ClientFile, Draft, Holding, Permit, Receiver, sealed
from phoihop.programmes.ost.rules.transport import Answer, Held, Offer, Verdict, signed_answer

# Who gets nothing before a doctor signed anew (rules.missed), of some persons on a day.
Locked = Callable[[Collection[UUID], date], Container[UUID]]


def concerned(device: Device, today: date) -> list[UUID]:
    """Persons whose lease the device's site has, had or will have, or of whom it holds a permit. Their leases
    are locked: nobody moves them while the device is answered."""
    leases = Lease.objects.filter(
        Q(last=None) | Q(last__gte=today - clients.BEHIND), facility=device.facility_id, aside=None
    )
    persons = set(leases.values_list("person", flat=True))
    persons |= set(Outstanding.objects.filter(device=device.name).values_list("person", flat=True))
    leasing.hold(persons)
    return sorted(persons)


def adopt(
    centre: Centre, device: Device, held: Collection[Held], state: rules.DeviceState, today: date
) -> None:
    """Permits that a device shows after the centre was restored: known again, and outstanding again."""
    genuine = [
        each
        for each in held
        if each.permit.genuine(lambda _name, data, mark: keys.genuine(bytes(centre.public), data, mark))
    ]
    known = dict(
        PermitRow.objects.filter(number__in=[each.permit.number for each in genuine]).values_list(
            "number", "person"
        )
    )
    called = {UUID(each.permit.client) for each in genuine}
    persons = dict(Lease.objects.filter(client__in=called).values_list("client", "person"))
    makers = {row.name: row for row in Device.objects.filter(name__in={h.permit.device for h in genuine})}
    whose = {each.permit.number: persons.get(UUID(each.permit.client)) for each in genuine}
    PermitRow.objects.bulk_create(
        [
            keeping.permit_row(
                each.permit,
                whose[each.permit.number] or UUID(each.permit.client),
                makers.get(each.permit.device, device),
            )
            for each in genuine
            if each.permit.number not in known
        ],
        ignore_conflicts=True,
    )
    owners = {
        number: known.get(number) or person or UUID(each.permit.client)
        for each in genuine
        for number, person in [(each.permit.number, whose[each.permit.number])]
    }
    files = clients.files(set(owners.values()), today)
    for each in genuine:
        person = owners[each.permit.number]
        file = files[person]
        after = rules.adopted(file, each, state, today)
        outstanding.adopt(person, UUID(each.permit.client), device.facility_id, dict(file.outstanding), after)
        files[person] = replace(file, outstanding=after)


def answer(
    centre: Centre,
    device: Device,
    offer: Offer,
    verdicts: tuple[tuple[str, Verdict], ...],
    *,
    persons: Collection[UUID],
    now: int,
    today: date,
    recovering: bool,
    locked: Locked,
) -> Answer:
    """The signed answer; what it gives out is outstanding from here on. The centre's row is locked."""
    shown = offer.epoch == centre.epoch and offer.incarnation == device.incarnation
    active = device.active and device.withdrawn_on is None
    state = rules.DeviceState(
        device.name, str(device.facility_id), device.incarnation, unchecked=device.unchecked,
        stopped=device.stopped,
    )  # fmt: skip
    to = rules.receiver(state, offer, active=active, epoch=centre.epoch, recovering=recovering)
    files = _files(persons, today, locked) if shown else {}
    said = rules.settle(files.values(), to, today, recovering=recovering)
    centre.version += 1
    permits = _kept(said) + _made(centre, device, said, files, to, now) if shown else None
    made = Answer(
        device=offer.device,
        incarnation=offer.incarnation,
        epoch=centre.epoch,
        version=centre.version,
        nonce=offer.nonce,
        time=now,
        verdicts=verdicts,
        permits=None if permits is None else tuple(permits),
        revocations=said.revoke,
        spent=said.spent,
        alerts=said.alerts,
        active=active,
        signature=b"",
    )
    centre.save(update_fields=["version"])
    return signed_answer(made, lambda data: keys.sign(centre, data))


def _files(persons: Collection[UUID], today: date, locked: Locked) -> dict[UUID, ClientFile]:
    """The files, where whoever stayed away too long waits for a doctor as well."""
    outstanding.lapse(persons, today)
    files = clients.files(persons, today)
    away = locked(persons, today)
    return {person: replace(file, waiting=True) if person in away else file for person, file in files.items()}


def _kept(said: Settlement) -> list[Permit]:
    rows = PermitRow.objects.filter(number__in=said.keep).select_related("device").order_by("number")
    return [keeping.permit_of(row, row.device.name) for row in rows]


def _made(
    centre: Centre,
    device: Device,
    said: Settlement,
    files: Mapping[UUID, ClientFile],
    to: Receiver,
    now: int,
) -> list[Permit]:
    """New permits, and their days outstanding with the device."""
    persons = {file.client: person for person, file in files.items()}
    made = []
    for count, (client, draft) in enumerate(said.make, 1):
        permit = _permit(centre, f"{centre.epoch}-{centre.version}-{count}", client, draft, to, now)
        made.append((persons[client], permit))
    PermitRow.objects.bulk_create(keeping.permit_row(permit, person, device) for person, permit in made)
    days = [
        (person, UUID(permit.client), {day: _holding(permit, to) for day in permit.days})
        for person, permit in made
    ]
    outstanding.add_all(days, device.facility_id)
    return [permit for _, permit in made]


def _holding(permit: Permit, to: Receiver) -> Holding:
    return Holding(permit.number, permit.order, to.device, to.incarnation, permit.issued)


def _permit(centre: Centre, number: str, client: str, draft: Draft, to: Receiver, now: int) -> Permit:
    return sealed(
        Permit(
            epoch=centre.epoch,
            number=number,
            client=client,
            site=to.site,
            device=to.device,
            order=draft.order.number,
            drug=draft.order.drug,
            mg=draft.order.mg,
            days=draft.days,
            issued=now,
            signature=b"",
        ),
        lambda data: keys.sign(centre, data),
    )
