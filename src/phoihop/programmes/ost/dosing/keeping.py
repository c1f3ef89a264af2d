"""Values of the protocol as rows, and rows as values."""

from collections.abc import Iterable
from uuid import UUID

from phoihop.programmes.ost.models import Device, Dose, LogEntry, PermitRow
from phoihop.programmes.ost.rules.events import Event
from phoihop.programmes.ost.rules.events_wire import decoded, encoded
from phoihop.programmes.ost.rules.judging_doses import Certainty, Taking
from phoihop.programmes.ost.rules.permits import Permit


def log_row(event: Event, facility: int, *, proven: bool, verdict: str) -> LogEntry:
    """An event as it is kept."""
    return LogEntry(
        digest=event.digest,
        facility_id=facility,
        device=event.device,
        incarnation=event.incarnation,
        seq=event.seq,
        # A slip and what it repeats lie under one key, and all that is said of a bottle.
        key=event.lies_under,
        kind=event.body.KIND,
        body=encoded(event),
        proven=proven,
        verdict=verdict,
    )


def event_of(row: LogEntry) -> Event:
    """The event that a row keeps."""
    return decoded(Event, bytes(row.body))


def permit_row(permit: Permit, person: UUID, device: Device) -> PermitRow:
    """A permit as it is kept."""
    return PermitRow(
        number=permit.number,
        epoch=permit.epoch,
        person=person,
        client=UUID(permit.client),
        facility_id=int(permit.site),
        device=device,
        order=UUID(permit.order),
        drug=permit.drug,
        mg=permit.mg,
        days=list(permit.days),
        issued=permit.issued,
        signature=permit.signature,
    )


def permit_of(row: PermitRow, device: str) -> Permit:
    """The permit that a row keeps; ``device``: the name of the one it was made for."""
    return Permit(
        epoch=row.epoch,
        number=row.number,
        client=str(row.client),
        site=str(row.facility_id),
        device=device,
        order=str(row.order),
        drug=row.drug,
        mg=row.mg,
        days=tuple(row.days),
        issued=row.issued,
        signature=bytes(row.signature),
    )


def dose_row(taking: Taking, person: UUID) -> Dose:
    """A dose as it is kept."""
    return Dose(
        name=taking.name,
        person=person,
        client=UUID(taking.client),
        facility_id=int(taking.place),
        device=taking.device,
        order=UUID(taking.order),
        drug=taking.drug,
        mg=taking.mg,
        quantity=taking.ml,
        batch=taking.batch,
        outside=taking.outside,
        again=bool(taking.repeats),
        bottle=taking.bottle,
        day=taking.day,
        on=taking.on,
        first=taking.first,
        last=taking.last,
        certainty=taking.certainty.value,
        moment=taking.moment,
        earliest=taking.earliest,
        latest=taking.latest,
        sources=list(taking.sources),
    )


def taking_of(row: Dose) -> Taking:
    """A kept dose as the rules know it, by what the row itself says: which counter timed it is forgotten."""
    return Taking(
        identity=row.name.partition("@")[0] if row.bottle else row.name,
        sources=tuple(row.sources),
        client=str(row.client),
        place=str(row.facility_id),
        device=row.device,
        order=str(row.order),
        drug=row.drug,
        mg=row.mg,
        ml=row.quantity,
        batch=row.batch,
        permits=(),
        outside=row.outside,
        bottle=row.bottle,
        day=row.day,
        on=row.on,
        first=row.first,
        last=row.last,
        certainty=Certainty(row.certainty),
        moment=row.moment,
        earliest=row.earliest,
        latest=row.latest,
        log=(row.device, ""),
        seq=0,
        boot="",
        counter=0,
        key=row.name,
    )


CHANGING = (
    "person",
    "on",
    "first",
    "last",
    "certainty",
    "moment",
    "earliest",
    "latest",
    "sources",
    "outside",
)


def keep_doses(rows: Iterable[Dose]) -> None:
    """Write doses; one that is known under its name is told anew, for later facts may date it better."""
    Dose.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["name"], update_fields=list(CHANGING)
    )
