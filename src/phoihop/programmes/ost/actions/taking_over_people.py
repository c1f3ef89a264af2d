"""A facility takes over its paper files: who they are, where they are served, what was ordered.

Each door takes a list whole or not at all, names what is wrong line by line, and told again changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import sealed
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions.taking_over import Shown, faulty
from phoihop.programmes.ost.dosing import beginning, books, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Lease, OrderRow, PhaseStep, Roster
from phoihop.programmes.ost.models.shared import OST, about
from phoihop.programmes.ost.queries import values
from phoihop.programmes.ost.rules import orders as ordering
from phoihop.programmes.ost.rules import permits
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.orders import LastDose, Order, Rhythm, Situation
from phoihop.programmes.ost.rules.parameters import Rulebook
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.registry import taking_over as register
from phoihop.registry.doors import Desk
from phoihop.registry.models import Client, Enrolment
from phoihop.registry.taking_over import Entrant


@action("ost.case_take_over_people", "Nhập sổ đăng ký giấy", "Take over a paper register", of="facility")
def take_over_people(*, by: Viewer, facility: Facility, people: Sequence[Entrant]) -> int:
    """Files, consents and times of being served, with the rights that follow; how many were new. Refusal:
    "not-offered"; "people-faulty" with the lines, for the reasons of registry.taking_over."""
    if OST not in facility.programmes:
        raise refuse("not-offered")
    begun, faults = register.take_over(by, Desk(OST, facility), people)
    if faults:
        raise faulty(
            "people-faulty", [Shown(line, day, said.message, said.reason) for line, day, said in faults]
        )
    beginning.begin(by, facility, begun)
    return len(begun)


@dataclass(frozen=True, slots=True)
class Served:
    """Somebody takes doses at another site than their facility: from a day to a day, None: until moved."""

    client: UUID
    site: Facility
    first: date
    last: date | None = None


@action("ost.case_take_over_stays", "Nhập nơi uống thuốc", "Take over where people are served", of="facility")
def take_over_stays(*, by: Viewer, facility: Facility, stays: Sequence[Served]) -> int:
    """Days of the facility's clients at its points, and as guests of other facilities; how many were new.

    Each moves the right to those days, as lending does, and gives the site its own copy of a name. Refusal:
    "people-faulty" with the lines: "book-stranger" (no file here), "not-offered" (the site does not dispense,
    or not yet), "book-elsewhere" (some of the days are not the facility's own to give).
    """
    clients = _clients(facility, {stay.client for stay in stays})
    sites = {stay.site.pk: stay.site for stay in stays}
    persons = _persons(facility, clients)
    with reaching.centre(by.account, facility.pk):
        leases: dict[UUID, list[permits.Lease]] = defaultdict(list)
        held = Lease.objects.filter(person__in=persons.values(), aside=None).order_by("first")
        for person, site, first, last in held.values_list("person", "facility", "first", "last"):
            leases[person].append(permits.Lease(str(site), first, last))
    faults: list[Shown] = []
    fresh: list[Served] = []
    for line, stay in enumerate(stays, 1):
        reason = _no_stay(facility, stay, clients, persons)
        if reason is None and not _is_there(stay, leases[persons[stay.client]]):
            if _own(facility, stay, leases[persons[stay.client]]):
                fresh.append(stay)
                leases[persons[stay.client]] = list(_after(leases[persons[stay.client]], stay))
            else:
                reason = "book-elsewhere"
        if reason is not None:
            faults.append(Shown(line, stay.first, refuse(reason).message, reason))
    if faults:
        raise faulty("people-faulty", faults)
    with reaching.centre(by.account, facility.pk):
        moved = {persons[stay.client]: stay.client for stay in fresh}
        beginning.put({person: (client, tuple(leases[person])) for person, client in moved.items()})
    _list(by, facility, fresh, clients, persons, sites)
    return len(fresh)


def _no_stay(
    facility: Facility, stay: Served, clients: Mapping[UUID, Client], persons: Mapping[UUID, UUID]
) -> str | None:
    if stay.client not in clients or stay.client not in persons:
        return "book-stranger"
    site = stay.site
    begun = site.valid_from is None or site.valid_from <= stay.first
    if OST not in site.programmes or site.pk == facility.pk or not begun:
        return "not-offered"
    if site.parent_id is not None and site.parent_id != facility.pk:
        return "lend-not-own-point"
    if site.parent_id is None and stay.last is None:
        return "lend-needs-end"
    return "book-days" if stay.last is not None and stay.last < stay.first else None


def _is_there(stay: Served, leases: Sequence[permits.Lease]) -> bool:
    """Whether it was told before: its first day is the site's. Later ones may have been lent on since."""
    return permits.holder(leases, stay.first) == str(stay.site.pk)


def _own(facility: Facility, stay: Served, leases: Sequence[permits.Lease]) -> bool:
    """Whether all the days are the facility's, or a point's of its own."""
    ours = {str(facility.pk), *map(str, facility.points.values_list("pk", flat=True))}
    holding = [each for each in leases if each.covers(stay.first)]
    return bool(holding) and all(
        each.site in ours
        for each in leases
        if (each.last is None or stay.first <= each.last) and (stay.last is None or each.first <= stay.last)
    )


def _after(leases: Sequence[permits.Lease], stay: Served) -> tuple[permits.Lease, ...]:
    """A stay that has an end is lent; one without moves the right, as far as it went at all."""
    site = str(stay.site.pk)
    if stay.last is not None:
        return permits.lent(leases, site, stay.first, stay.last)
    last = max(leases, key=lambda each: each.first).last
    moved = permits.transferred(leases, site, stay.first)
    return moved if last is None else permits.ended(moved, date.fromordinal(last.toordinal() + 1))


def _list(
    by: Viewer,
    facility: Facility,
    stays: Sequence[Served],
    clients: Mapping[UUID, Client],
    persons: Mapping[UUID, UUID],
    sites: Mapping[int, Facility],
) -> None:
    """A line on each site's list, with the name under a key of the site's own."""
    spans: dict[tuple[int, UUID], list[Served]] = defaultdict(list)
    for stay in stays:
        spans[stay.site.pk, stay.client].append(stay)
    with reaching.sites(by, (facility.pk, *sites)):
        known = set(
            Roster.objects.filter(
                facility__in=sites, programme=OST, pseudonym__in=[client for _, client in spans]
            ).values_list("facility", "pseudonym")
        )
        rows = []
        for (site, pseudonym), own in spans.items():
            last = None if any(stay.last is None for stay in own) else max(s.last for s in own if s.last)
            if (site, pseudonym) in known:
                Roster.objects.filter(facility=site, pseudonym=pseudonym).update(until=last)
                continue
            client = clients[pseudonym]
            row = Roster(
                facility=sites[site],
                home=facility,
                pseudonym=pseudonym,
                person=persons[pseudonym],
                code=client.code,
                since=min(stay.first for stay in own),
                until=last,
            )
            rows.append(row)
        beginning.copies(rows, clients)
        Roster.objects.bulk_create(rows)


@dataclass(frozen=True, slots=True)
class Line:
    """An order as it stands in a paper file. ``key``: the line's own, and the order's number from now on;
    ``note``: what the order shall say of where it comes from."""

    key: UUID
    client: UUID
    drug: Drug
    phase: Phase
    mg: Decimal
    start: date
    end: date
    issued: date
    signed_by: int
    every: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """What a paper file says of the time before its first order here: the phase, and the last dose."""

    phase: Phase
    last: LastDose


@action("ost.case_take_over_orders", "Nhập y lệnh giấy", "Take over paper orders", of="facility")
def take_over_orders(
    *, by: Viewer, facility: Facility, orders: Sequence[Line], before: Mapping[UUID, Before]
) -> int:
    """Orders of clients with a file here, with the phases they begin; how many were new.

    Each is judged by the rules of the day it was signed on, with the order before it as what was last given.
    Refusal: "orders-faulty" with the lines: "book-stranger", "book-order-days" (two orders share a day, or
    the client was not served then), whatever rules.orders.judge refuses.
    """
    clients = _clients(facility, {line.client for line in orders})
    persons = _persons(facility, clients)
    with reaching.centre(by.account, facility.pk):
        there = books.known(persons, date.min + books.BEHIND, date.max)
    known = {UUID(order.number) for each in there.values() for order in each.orders}
    served = _served(facility, clients)
    steps = _phases(facility, clients)
    rulebook = values.book()
    faults: list[Shown] = []
    fresh: list[Line] = []
    entered: list[Line] = []
    ordered = sorted(enumerate(orders, 1), key=lambda pair: (pair[1].client.bytes, pair[1].start))
    previous: dict[UUID, Order] = {}
    for number, line in ordered:
        if line.client not in persons:
            faults.append(Shown(number, line.start, refuse("book-stranger").message, "book-stranger"))
            continue
        new = as_order(line)
        if line.key not in known:
            others = [*there[line.client].orders, *filter(None, [previous.get(line.client)])]
            stands = _stands(line, others, before.get(line.client))
            said = _judged(new, others, stands, served[line.client], rulebook)
            if said is not None:
                faults.append(Shown(number, line.start, said.message, said.reason))
            fresh.append(line)
            # Also what went on from before has to begin here on some day.
            if line.phase is not steps.get(line.client):
                entered.append(line)
                steps[line.client] = line.phase
        previous[line.client] = new
    if faults:
        raise faulty("orders-faulty", faults)
    rows = [_row(line, clients[line.client], persons[line.client]) for line in fresh]
    noted = [(row, line.note) for row, line in zip(rows, fresh, strict=True) if line.note]
    sealed.fetch_keys([row for row, _ in noted])
    for row, note in noted:
        row.put(note=note)
    with reaching.centre(by.account, facility.pk):
        books.add_orders(rows)
    PhaseStep.objects.bulk_create(
        PhaseStep(**about(clients[line.client]), day=line.start, phase=line.phase.value, by_id=line.signed_by)
        for line in entered
    )
    return len(fresh)


def as_order(line: Line) -> Order:
    """A line as the rules know an order."""
    return Order(
        str(line.key), line.drug, line.phase, line.mg, line.start, line.end, line.issued, Rhythm(line.every)
    )


def _stands(line: Line, others: Sequence[Order], before: Before | None) -> Situation:
    """Where somebody stood when an order was signed: by the order before it, else by what the paper says."""
    last = max((each for each in others if each.end < line.start), key=lambda each: each.end, default=None)
    if last is not None:
        return Situation((), last.phase, LastDose(last.drug, last.mg, last.end), in_withdrawal=True)
    if before is not None:
        return Situation((), before.phase, before.last, in_withdrawal=True)
    return Situation(in_withdrawal=True)


def _judged(
    new: Order,
    others: Sequence[Order],
    stands: Situation,
    served: Sequence[Enrolment],
    rulebook: Rulebook,
) -> Refusal | None:
    inside = any(each.since <= new.start and (each.until is None or new.end <= each.until) for each in served)
    if not inside or any(each.start <= new.end and new.start <= each.end for each in others):
        return refuse("book-order-days")
    found = ordering.judge(new, stands, rulebook)
    if not found.refusals:
        return None
    first = found.refusals[0]
    return Refusal(first.code, first.message.vi, first.message.en)


def _row(line: Line, client: Client, person: UUID) -> OrderRow:
    return OrderRow(
        **about(client),
        uid=line.key,
        person=person,
        drug=line.drug.value,
        phase=line.phase.value,
        mg=line.mg,
        start=line.start,
        end=line.end,
        signed_end=line.end,
        every=line.every,
        issued=line.issued,
        signed_by_id=line.signed_by,
    )


def _clients(facility: Facility, pseudonyms: Collection[UUID]) -> dict[UUID, Client]:
    """The files of the facility by pseudonym; one that was merged is no longer served under its own."""
    rows = Client.objects.filter(
        programme=OST, facility=facility, pseudonym__in=pseudonyms, merged_into=None
    ).select_related("facility")
    return {client.pseudonym: client for client in rows}


def _persons(facility: Facility, clients: Mapping[UUID, Client]) -> dict[UUID, UUID]:
    """The persons behind files that were ever served here."""
    rows = Roster.objects.filter(facility=facility, programme=OST, pseudonym__in=list(clients))
    return dict(rows.values_list("pseudonym", "person"))


def _served(facility: Facility, clients: Mapping[UUID, Client]) -> dict[UUID, list[Enrolment]]:
    called = {client.pk: pseudonym for pseudonym, client in clients.items()}
    found: dict[UUID, list[Enrolment]] = defaultdict(list)
    for row in Enrolment.objects.filter(
        programme=OST, facility=facility, client__in=list(called), aside=None
    ):
        found[called[row.client_id]].append(row)
    return found


def _phases(facility: Facility, clients: Mapping[UUID, Client]) -> dict[UUID, Phase]:
    """The phase that each entered last."""
    rows = PhaseStep.objects.filter(facility=facility, programme=OST, pseudonym__in=list(clients))
    return {row.pseudonym: Phase(row.phase) for row in rows.order_by("day", "pk")}
