"""Telling doctors, in words that name nobody, that somebody needs them: once a matter, not once a look."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Max, Q

from phoihop.base.org import notices
from phoihop.base.org.models import Notice, Position
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Incident, Lease, OrderRow
from phoihop.programmes.ost.queries import facts, missed
from phoihop.programmes.ost.rules.incidents import Severity

DOCTOR = "ost-doctor"
WITHIN = 3  # days before its end at which an order is told of
ENDING, MISSED, RAISED = "ost-orders", "ost-missed", "ost-raised"

notices.add_words(
    ENDING,
    "Có y lệnh sắp hết hạn. Hãy xem danh sách việc của bác sĩ.",
    "Orders are about to end. Look at the doctors' worklist.",
)
notices.add_words(
    MISSED,
    "Có người vắng nhiều ngày liền. Hãy xem danh sách việc của bác sĩ.",
    "Somebody has not come for several days. Look at the doctors' worklist.",
)
notices.add_words(
    RAISED,
    "Có sự cố chờ bác sĩ kết luận. Hãy xem ngay.",
    "An incident waits for a doctor's finding. Look at it now.",
)


def tell_of_orders(today: date) -> int:
    """Tell the doctors of each facility where the last order of somebody ends within days; once a day, and
    not again before it was read. How many were told."""
    with reaching.centre(None):
        last = (
            OrderRow.objects.filter(stopped=None, end__gte=today - facts.DAY)
            .values("facility", "person")
            .annotate(end=Max("end"))
            .values_list("facility", "person", "end")
        )
        soon = {facility for facility, _, end in last if end <= today + facts.DAY * WITHIN}
    return _tell(soon, ENDING, today)


def tell_of_missing(today: date) -> int:
    """The same where somebody has missed three days: tomorrow nothing could be given any more."""
    with reaching.centre(None):
        rows = OrderRow.objects.filter(stopped=None, end__gte=today - facts.DAY).order_by()
        treated = Lease.objects.filter(Q(last=None) | Q(last__gte=today), first__lte=today, aside=None)
        at: dict[object, set[int]] = defaultdict(set)
        for person, facility in rows.values_list("person", "facility").distinct():
            at[person].add(facility)
        persons = set(treated.values_list("person", flat=True)) & set(at)
    found = missed.standings(persons, today)
    away = [person for person, each in found.items() if len(each.standing.run) >= WITHIN]
    return _tell({facility for person in away for facility in at[person]}, MISSED, today)


def tell_of_incidents() -> int:
    """Tell the doctors of each facility of every incident that waits there, each once for ever. Those that
    can wait are seen on the worklist."""
    with reaching.centre(None):
        waiting = Incident.objects.filter(answered_at=None, gone=False, severity__lte=Severity.SAME_DAY.value)
        found = list(waiting.values_list("pk", "facility"))
    doctors, told = _doctors({facility for _, facility in found}), 0
    known = set(
        Notice.objects.filter(code=RAISED, thing__in=[_incident(pk) for pk, _ in found]).values_list(
            "account", "thing"
        )
    )
    for pk, facility in found:
        thing = _incident(pk)
        new = [account for account in doctors[facility] if (account, thing) not in known]
        notices.tell(new, RAISED, thing)
        told += len(new)
    return told


def _incident(pk: int) -> str:
    return f"ost.Incident:{pk}"


def _tell(facilities: Collection[int], code: str, today: date) -> int:
    told, doctors = 0, _doctors(facilities)
    for facility in sorted(facilities):
        thing = f"org.Facility:{facility}"
        had = Notice.objects.filter(code=code, thing=thing).filter(Q(seen_at=None) | Q(at__date=today))
        new = doctors[facility] - set(had.values_list("account", flat=True))
        notices.tell(new, code, thing)
        told += len(new)
    return told


def _doctors(facilities: Iterable[int]) -> dict[int, set[int]]:
    """Who is a doctor at each of these facilities now."""
    today = facts.today()
    held = Position.objects.filter(
        Q(until=None) | Q(until__gte=today),
        role=DOCTOR,
        facility__in=list(facilities),
        since__lte=today,
        person__account__is_active=True,
    )
    found: dict[int, set[int]] = defaultdict(set)
    for facility, account in held.values_list("facility", "person__account"):
        found[facility].add(account)
    return found
