"""Outstanding days as rows: what events, answers and people change in them, always as the rules say."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from phoihop.programmes.ost.models import Device, Outstanding, PermitRow
from phoihop.programmes.ost.rules import centre as rules
from phoihop.programmes.ost.rules.centre import DeviceState, Effect
from phoihop.programmes.ost.rules.permits import Holding

Held = dict[date, Holding]


def holding_of(row: Outstanding) -> Holding:
    """A row as the rules know it."""
    return Holding(row.number, str(row.order), row.device, row.incarnation, row.issued)


def of_persons(persons: Collection[UUID]) -> dict[UUID, Held]:
    """The outstanding days of persons."""
    found: dict[UUID, Held] = defaultdict(dict)
    for row in Outstanding.objects.filter(person__in=persons):
        found[row.person][row.day] = holding_of(row)
    return found


def apply(effects: Iterable[Effect], persons: Mapping[str, UUID]) -> None:
    """Change what events change. ``persons``: whose the events' clients are; a permit says whose it is."""
    told = list(effects)
    numbers = {effect.number for effect in told if not isinstance(effect, rules.Used)}
    owners = dict(PermitRow.objects.filter(number__in=numbers).values_list("number", "person"))
    concerned: list[tuple[UUID, Effect]] = []
    for effect in told:
        if isinstance(effect, rules.Used):
            concerned.append((persons[effect.client], effect))
        elif effect.number in owners:
            concerned.append((owners[effect.number], effect))
    before = of_persons({person for person, _ in concerned})
    after = {person: dict(days) for person, days in before.items()}
    for person, effect in concerned:
        after[person] = rules.after(after.get(person, {}), effect)
    write(before, after)


def write(before: Mapping[UUID, Held], after: Mapping[UUID, Held]) -> None:
    """Make the rows of these persons what ``after`` says; new days are not among it."""
    gone: list[int] = []
    moved: dict[tuple[str, str], list[int]] = defaultdict(list)
    rows = Outstanding.objects.filter(person__in=[p for p in before if before[p] != after.get(p, {})])
    for pk, person, day in rows.values_list("pk", "person", "day"):
        was, now = before[person].get(day), after.get(person, {}).get(day)
        if was is not None and now is None:
            gone.append(pk)
        elif now is not None and now != was:
            moved[now.device, now.incarnation].append(pk)
    if gone:
        Outstanding.objects.filter(pk__in=gone).delete()
    for (device, incarnation), pks in moved.items():
        Outstanding.objects.filter(pk__in=pks).update(device=device, incarnation=incarnation)


def lapse(persons: Collection[UUID], today: date) -> None:
    """Let go of days that are over and whose device was heard of since (rules.centre.lapsed)."""
    heard = Device.objects.filter(name=OuterRef("device"), heard_on__gt=OuterRef("day"))
    Outstanding.objects.filter(Exists(heard), person__in=persons, day__lt=today).delete()


def void_former(state: DeviceState) -> int:
    """A restored device was checked: what its former selves held is nobody's."""
    return _void({state.device}, lambda days: rules.without_former(days, state))


def void_device(device: str) -> int:
    """Every machine of that name is in hand (rules.centre.without_device)."""
    return _void({device}, lambda days: rules.without_device(days, device))


def _void(devices: Collection[str], left: Callable[[Held], Held]) -> int:
    persons = set(Outstanding.objects.filter(device__in=devices).values_list("person", flat=True))
    before = of_persons(persons)
    after = {person: left(days) for person, days in before.items()}
    write(before, after)
    return sum(len(days) - len(after[person]) for person, days in before.items())


def adopt(person: UUID, client: UUID, facility: int, before: Held, after: Held) -> None:
    """Days that a device showed to hold after the centre was restored (rules.centre.adopted)."""
    changed = {day: holding for day, holding in after.items() if before.get(day) != holding}
    Outstanding.objects.filter(person=person, day__in=changed).delete()
    add(person, client, facility, changed)


def add(person: UUID, client: UUID, facility: int, days: Held) -> None:
    """New days; the database refuses one that somebody holds."""
    add_all([(person, client, days)], facility)


def add_all(days: Iterable[tuple[UUID, UUID, Held]], facility: int) -> None:
    """The same of many persons: each with the name they go by."""
    Outstanding.objects.bulk_create(
        Outstanding(
            person=person,
            client=client,
            day=day,
            facility_id=facility,
            number=holding.number,
            order=UUID(holding.order),
            device=holding.device,
            incarnation=holding.incarnation,
            issued=holding.issued,
        )
        for person, client, held in days
        for day, holding in held.items()
    )
