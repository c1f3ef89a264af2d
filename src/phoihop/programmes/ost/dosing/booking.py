"""What devices say of medicine, as postings of the ledger: each thing that happened once, whoever told of it.

Nothing that happened is refused. What names a batch or a place that the ledger does not have, or takes from
a store more than is there, is held back under an incident, and enters the ledger once it can.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.db import transaction

from phoihop.base.org.models import Facility
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.dosing import facts, keeping, ledger
from phoihop.programmes.ost.dosing.incidents import Raised
from phoihop.programmes.ost.models import Incident, LogEntry, LotRow, Posting
from phoihop.programmes.ost.rules import events
from phoihop.programmes.ost.rules.events import Bottles, CameBack, Event, Paper, Told
from phoihop.programmes.ost.rules.incidents import Incident as Found
from phoihop.programmes.ost.rules.incidents import Kind as Sort
from phoihop.programmes.ost.rules.judging_bottles import claims, moving
from phoihop.programmes.ost.rules.judging_doses import Fact, merged
from phoihop.programmes.ost.rules.stock import Kind, Movement, Place

_UNDONE = "undone"
_PARTS = 5  # a desk books a bottle that holds several batches in fewer parts than these, numbered from 1


def book(known: Collection[Fact], fresh: Collection[str]) -> tuple[list[Raised], list[str]]:
    """Book what fresh events tell of among all facts known under their keys. What could not be booked, and
    the digests of all that was tried."""
    groups = [
        (fact, [fact.event.digest, *(slip.event.digest for slip in slips)])
        for _, fact, slips in merged(fact for fact in known if not isinstance(fact.told, CameBack))
        if not {fact.event.digest, *(slip.event.digest for slip in slips)}.isdisjoint(fresh)
    ]
    digests = {digest for _, sources in groups for digest in sources}
    there = booked(digests)
    wanted = [(fact, sources) for fact, sources in groups if there.isdisjoint(sources)]
    for _, sources in groups:
        for digest in sorted(there.intersection(sources))[1:]:
            undo(digest)
    back, said = _back(known, fresh)
    return _book([*(fact for fact, _ in wanted), *back]), sorted(digests | said)


def _back(known: Collection[Fact], fresh: Collection[str]) -> tuple[list[Fact], set[str]]:
    """What is still to be booked of bottles that came back, of which something fresh is said or whose
    hand-out is fresh; and the digests of all that is said of them.

    A bottle's medicine comes back once, as much of it as anybody measured; one that nobody found anything in
    was taken.
    """
    handed = {f.key for f in known if isinstance(f.told, Bottles) and f.event.digest in fresh}
    wanted: list[Fact] = []
    said: set[str] = set()
    for bottle, those in claims(known).items():
        digests = {digest for claim in those for digest in claim.sources}
        if bottle[0] not in handed and digests.isdisjoint(fresh):
            continue
        said |= digests
        claim, there = moving(those), _booked_of(digests)
        if claim.told.ml == 0:
            wanted += [] if there else [claim.fact]
            continue
        for row in there:
            if row.target == Kind.CLIENT.value:
                undo(row.key)
        left = claim.told.ml - sum(row.quantity for row in there if row.target == Kind.RETURNED.value)
        if left > 0:
            part = replace(claim.told, ml=left, mg=claim.told.mg * left / claim.told.ml)
            wanted.append(replace(claim.fact, told=part))
    return wanted, said


def _booked_of(digests: Collection[str]) -> list[Posting]:
    """What was booked under these events out of bottles, and not taken back."""
    names = [name for digest in digests for name in (digest, *(f"{digest}/{n}" for n in range(1, _PARTS)))]
    rows = {row.key: row for row in Posting.objects.filter(key__in=[*names, *map(_undone, names)])}
    return [row for name, row in rows.items() if name in names and _undone(name) not in rows]


def _undone(name: str) -> str:
    return f"{name}/{_UNDONE}"


def booked(digests: Collection[str]) -> set[str]:
    """Those of events that stand in the ledger, and were not taken out of it again."""
    keys = [key for digest in digests for key in (digest, _undone(digest))]
    found = set(Posting.objects.filter(key__in=keys).values_list("key", flat=True))
    return {digest for digest in digests if digest in found and _undone(digest) not in found}


def undo(digest: str) -> None:
    """Take back a posting that turned out to repeat another one: the same movement the other way."""
    row = Posting.objects.select_related("lot").get(key=digest)
    lot = ledger.lot_of(row.lot)
    movement = Movement(
        key=_undone(digest),
        day=row.day,
        lot=lot,
        source=Place(Kind(row.target), str(row.target_facility_id)),
        target=Place(Kind(row.source), str(row.facility_id)),
        quantity=row.quantity,
    )
    ledger.post([movement], lots={lot: row.lot}, account=None, happened=True)


def book_held(facility: int | None = None) -> int:
    """Book what was held back and can be booked now, at one site or at all; how much of it was. In the
    centre's scope."""
    rows = Incident.objects.filter(kind=Sort.UNBOOKED.value, gone=False)
    if facility is not None:
        rows = rows.filter(facility=facility)
    digests = {keys[0] for keys in rows.values_list("keys", flat=True)}
    if not digests:
        return 0
    entries = LogEntry.objects.filter(digest__in=digests - booked(digests))
    told = [(event, event.fact) for event in map(keeping.event_of, entries)]
    left = _book([Fact(event, fact, facts.UNTIMED) for event, fact in told if fact is not None])
    held = {raised.incident.keys[0] for raised in left}
    Incident.objects.filter(
        kind=Sort.UNBOOKED.value, keys__overlap=sorted(digests - held), gone=False
    ).update(gone=True)
    return len(digests - held)


def _book(known: Collection[Fact]) -> list[Raised]:
    """Book facts; what could not be."""
    sites, handed = _sites(known), _handed(known)
    amounts = [_amount(fact.told, handed) for fact in known]
    lots = _lots({told.batch for told in amounts})
    movements: list[tuple[Movement, LotRow, Fact]] = []
    held: list[Fact] = []
    for fact, told in zip(known, amounts, strict=True):
        way = _way(fact.told, fact.event, sites, handed)
        row = _lot_of(told, lots.get(told.batch, []))
        if row is None or way is None:
            held.append(fact)
            continue
        quantity = told.ml * len(told.days) if isinstance(told, Bottles) else told.ml
        if quantity == 0:
            continue
        movement = Movement(fact.event.digest, fact.told.day, ledger.lot_of(row), *way, quantity)
        movements.append((movement, row, fact))
    held += _posted(movements)
    return [_raised(fact, sites) for fact in held]


def _posted(movements: list[tuple[Movement, LotRow, Fact]]) -> list[Fact]:
    """Post movements together; those that a store has too little for are left over."""
    rows = {movement.lot: row for movement, row, _ in movements}
    at_once = [m for m, _, _ in movements if m.source.kind not in ledger.NEVER_SHORT]
    ledger.post(at_once, lots=rows, account=None, happened=True)
    left = []
    for movement, _, fact in movements:
        if movement.source.kind not in ledger.NEVER_SHORT:
            continue
        try:
            with transaction.atomic():
                ledger.post([movement], lots=rows, account=None, happened=True)
        except Refusal:
            left.append(fact)
    return left


def _lots(batches: Collection[str]) -> dict[str, list[LotRow]]:
    found: dict[str, list[LotRow]] = {}
    for row in LotRow.objects.filter(batch__in=batches).order_by("pk"):
        found.setdefault(row.batch, []).append(row)
    return found


def _lot_of(told: Told, called: Iterable[LotRow]) -> LotRow | None:
    """The lot that a batch's name means: of the medicine and strength that the amounts tell, if any do."""
    if isinstance(told, events.Movement):
        rows = list(called)
        return rows[0] if len(rows) == 1 else None
    rows = [row for row in called if row.drug == told.drug]
    exact = [row for row in rows if row.strength * told.ml == told.mg]
    found = exact or rows
    return found[0] if len(found) == 1 else None


def _sites(known: Iterable[Fact]) -> dict[str, Facility]:
    """The facilities that facts name as their place, and those of the devices that tell of them."""
    devices = facts.sites_of(fact.event.device for fact in known)
    named = {_place(fact.told) for fact in known} | {end for fact in known for end in _ends(fact.told)}
    numbers = facts.places(named) | {str(pk) for pk in devices.values()}
    found = {str(row.pk): row for row in Facility.objects.filter(pk__in=numbers)}
    return found | {name: found[str(pk)] for name, pk in devices.items()}


def _place(told: Told) -> str:
    return "" if isinstance(told, events.Movement) else told.place


def _ends(told: Told) -> tuple[str, ...]:
    """The facilities that a movement names, as text."""
    if not isinstance(told, events.Movement):
        return ()
    return tuple(said.partition(":")[2] for said in (told.source, told.target))


def _handed(known: Iterable[Fact]) -> dict[str, tuple[int, Bottles]]:
    """The hand-outs of the bottles that facts say something of, and the sites of them, by key."""
    keys = {fact.told.bottle for fact in known if isinstance(fact.told, CameBack)}
    if not keys:
        return {}
    rows = LogEntry.objects.filter(key__in=keys, kind__in=[Bottles.KIND, Paper.KIND], proven=True)
    told = [(row, keeping.event_of(row).fact) for row in rows.order_by("pk")]
    handed = [(row, fact) for row, fact in told if isinstance(fact, Bottles)]
    valid = facts.places({fact.place for _, fact in handed})
    return {
        row.key: (int(fact.place) if fact.place in valid else row.facility_id, fact) for row, fact in handed
    }


def _amount(told: Told, handed: Mapping[str, tuple[int, Bottles]]) -> Told:
    """What says how much of which batch was moved: of an empty bottle, its hand-out."""
    if isinstance(told, CameBack) and told.ml == 0 and told.bottle in handed:
        whole = handed[told.bottle][1]
        return replace(told, drug=whole.drug, mg=whole.mg, ml=whole.ml, batch=whole.batch)
    return told


def _way(
    told: Told, event: Event, sites: dict[str, Facility], handed: Mapping[str, tuple[int, Bottles]]
) -> tuple[Place, Place] | None:
    """From where to where: a movement says it as "<kind>:<facility>"; a dose went from where its site gives
    doses to the client, bottles to the bottles that are out; of those, what comes back to what is kept apart,
    what does not to the client, all at the site that handed them out."""
    if isinstance(told, CameBack):
        if told.bottle not in handed:
            return None
        at, goes = handed[told.bottle][0], Kind.RETURNED if told.ml else Kind.CLIENT
        return ledger.place(Kind.BOTTLE, at), ledger.place(goes, at)
    if isinstance(told, events.Movement):
        source, target = (_end(said, sites) for said in (told.source, told.target))
        return None if source is None or target is None or source == target else (source, target)
    site = sites.get(told.place) or sites.get(event.device)
    if site is None:
        return None
    target_kind = Kind.BOTTLE if isinstance(told, Bottles) else Kind.CLIENT
    return ledger.place(ledger.serving(site), site.pk), ledger.place(target_kind, site.pk)


def _end(said: str, sites: dict[str, Facility]) -> Place | None:
    kind, _, site = said.partition(":")
    if kind not in set(Kind) or site not in sites:
        return None
    return Place(Kind(kind), site)


def _raised(fact: Fact, sites: dict[str, Facility]) -> Raised:
    event, told = fact.event, fact.told
    at = sites.get(_place(told)) or sites.get(event.device)
    incident = Found(Sort.UNBOOKED, (event.digest,), device=event.device, days=(told.day,))
    return Raised(incident, (), frozenset({at.pk} if at is not None else ()))
