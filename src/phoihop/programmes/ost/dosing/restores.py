"""Devices whose memory was put back: days that nobody accounts for, and former selves that work on."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from phoihop.programmes.ost.dosing import facts, keeping, logs
from phoihop.programmes.ost.dosing.incidents import Raised, name_of
from phoihop.programmes.ost.dosing.logs import Log, Times
from phoihop.programmes.ost.models import Device, Dose, Incident, LogEntry, PermitRow
from phoihop.programmes.ost.rules import judging
from phoihop.programmes.ost.rules.clocks import Timing, business_date, midnight
from phoihop.programmes.ost.rules.events import Event, Restart
from phoihop.programmes.ost.rules.incidents import Kind
from phoihop.programmes.ost.rules.judging_doses import Taking
from phoihop.programmes.ost.rules.judging_logs import LogReading
from phoihop.programmes.ost.rules.permits import LONGEST, Permit

_KINDS = [Kind.UNACCOUNTED.value, Kind.OLD_LOG.value]


def look(touched: Collection[str], site: int, times: Times) -> tuple[list[Raised], Q]:
    """What restarts of devices leave open: of those touched now, and of those of the site about which
    something was open before. With it, which known incidents it may replace."""
    open_ones = Incident.objects.filter(facility=site, kind__in=_KINDS, gone=False)
    names = set(touched) | set(open_ones.values_list("device", flat=True))
    rows = Device.objects.filter(name__in=names).exclude(superseded=[])
    found: list[Raised] = []
    looked = Q(pk__in=())
    for device in rows:
        found += _of_device(device, times)
        looked |= Q(kind__in=_KINDS, device=device.name)
    for raised in found:
        # Days drop out of it as they become known; it stays the same incident.
        known = Incident.objects.filter(identity=name_of(raised.incident))
        known.update(days=list(raised.incident.days), persons=list(raised.persons))
    return found, looked


def _of_device(device: Device, times: Times) -> list[Raised]:
    entries = LogEntry.objects.filter(device=device.name, kind=Restart.KIND, proven=True)
    restarts = [keeping.event_of(entry) for entry in entries]
    by_log: dict[Log, list[Event]] = defaultdict(list)
    timings: dict[Log, dict[str, Timing]] = defaultdict(dict)
    for event in restarts:
        by_log[event.log].append(event)
        timings[event.log][event.digest] = logs.timing_of(event, times)
        old = (event.device, getattr(event.body, "incarnation", ""))
        tail = logs.tail(old, times)
        timings[old].update(tail)
    readings = {log: LogReading(known) for log, known in timings.items() if known}
    incidents = judging.old_logs(by_log, readings)
    first = min(
        (business_date(t.earliest) for r in readings.values() for t in r.timings.values()), default=None
    )
    permits, persons, known = _held(device, first)
    incidents += judging.unaccounted(known, by_log, readings, judging.Register({}, permits))
    at = frozenset({device.facility_id})
    return [
        Raised(each, tuple(sorted({persons[client] for client in each.clients})), at, _one(each.clients))
        for each in incidents
    ]


def _one(clients: Collection[str]) -> UUID | None:
    return UUID(min(clients)) if clients else None


def _held(device: Device, first: date | None) -> tuple[dict[str, Permit], dict[str, UUID], list[Taking]]:
    """The permits of a device that may reach past a day, whose they are, and the doses known of those."""
    if first is None:
        return {}, {}, []
    since = first - timedelta(days=LONGEST + 1)
    rows = PermitRow.objects.filter(device=device, issued__gte=midnight(since - timedelta(days=LONGEST)))
    persons = {str(row.client): row.person for row in rows}
    called = {row.person: str(row.client) for row in rows}
    doses = Dose.objects.filter(person__in=called, last__gte=since)
    known = [facts.renamed(keeping.taking_of(row), called[row.person]) for row in doses]
    return {row.number: keeping.permit_of(row, device.name) for row in rows}, persons, known
