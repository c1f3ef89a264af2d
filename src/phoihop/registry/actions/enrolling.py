"""Admitting a client at a facility and ending it: one facility for a person at a time."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from phoihop.base.org.rules.permissions import Viewer
from phoihop.registry import likening
from phoihop.registry.actions.files import check_offered
from phoihop.registry.alone import one_at_a_time
from phoihop.registry.doors import case_action
from phoihop.registry.models import Client, Consent, Enrolment, Likeness, Mark, Tie
from phoihop.registry.models.likenesses import DIFFERENT
from phoihop.registry.reaching import comparing
from phoihop.registry.refusing import refuse
from phoihop.registry.registering import PROGRAMMES, Event, Happened, endings
from phoihop.registry.rules.consents import Who

# Marks by which somebody is taken for a person who is being served elsewhere. A name alone is not among them.
TELLING = ("identity", "insurance")


@case_action("admit", "Tiếp nhận vào chương trình", "Admit a client", of="client")
def admit(*, by: Viewer, client: Client, since: date) -> Enrolment:
    """Serve a client here from a day on.

    Refusal: "merged", "not-offered", "days-wrong" (a day to come), "consent-missing", "enrolled-already",
    "known-here" (another file here has the same papers and is being served),
    and "transfer-needed" where the same papers are being served at another facility of this programme;
    that says neither which nor since when, and nothing of any other programme.
    """
    if client.merged_into_id is not None:
        raise refuse("merged")
    if since > by.day:
        raise refuse("days-wrong")
    check_offered(client.facility, client.programme, since)
    if PROGRAMMES[client.programme].consent_first and not consented(client, since):
        raise refuse("consent-missing")
    with comparing(by, (client.facility_id, client.programme)):
        person = Tie.objects.get(programme=client.programme, client=client.pk).person
        _lock(client, person)
        counted = Enrolment.objects.filter(programme=client.programme, aside=None)
        meanwhile = counted.filter(Q(until=None) | Q(until__gte=since))
        if meanwhile.filter(person=person).exists():
            raise refuse("enrolled-already")
        served = set(meanwhile.filter(client__in=_alike(client)).values_list("facility", flat=True))
        if client.facility_id in served:
            raise refuse("known-here")
        if served:
            raise refuse("transfer-needed")
        enrolment = Enrolment.objects.create(
            client=client,
            programme=client.programme,
            facility_id=client.facility_id,
            person=person,
            since=since,
        )
    tell(Happened.ADMITTED, enrolment, since)
    return enrolment


def _lock(client: Client, person: UUID) -> None:
    """Two facilities that admit the same papers, or the same person, at once wait for each other."""
    own = Mark.objects.filter(programme=client.programme, client=client.pk, kind__in=TELLING)
    one_at_a_time(person, [bytes(index) for index in own.values_list("index", flat=True)])


def _alike(client: Client) -> list[int]:
    """Other files with the same number, unless somebody decided that they are not of one person."""
    equal = Q(pk__in=())
    for mark in Mark.objects.filter(programme=client.programme, client=client.pk, kind__in=TELLING):
        equal |= Q(kind=mark.kind, index=bytes(mark.index))
    others = Mark.objects.filter(equal, programme=client.programme).exclude(client=client.pk)
    found = sorted(set(others.values_list("client", flat=True)))
    pairs = {likening.pair_of(client.programme, client.pk, other): other for other in found}
    decided = Likeness.objects.filter(programme=client.programme, pair__in=list(pairs), state=DIFFERENT)
    for pair in decided.values_list("pair", flat=True):
        pairs.pop(pair, None)
    return sorted(pairs.values())


def consented(client: Client, day: date) -> bool:
    """Whether a consent that the law of its day asked for is in force on a day."""
    given = Consent.objects.filter(
        programme=client.programme, facility=client.facility_id, client=client, given_on__lte=day
    ).exclude(needed=Who.NOBODY)
    return given.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day)).exists()


@case_action("end", "Kết thúc", "End an enrolment", of="client")
def end(*, by: Viewer, client: Client, last_day: date, ending: str) -> Enrolment:
    """The client is served here up to and including a day. Refusal: "not-enrolled", "no-such-ending",
    "days-wrong"."""
    if ending not in endings(client.programme) or ending == "moved":
        raise refuse("no-such-ending")
    enrolment = present(client)
    if not enrolment.since <= last_day <= by.day:
        raise refuse("days-wrong")
    enrolment.until, enrolment.ending = last_day, ending
    enrolment.save(update_fields=["until", "ending"])
    tell(Happened.ENDED, enrolment, last_day)
    return enrolment


def present(client: Client) -> Enrolment:
    """The enrolment that goes on here, locked. Refusal("not-enrolled")."""
    own = Enrolment.objects.filter(
        programme=client.programme, facility=client.facility_id, client=client, aside=None, until=None
    )
    found = own.select_for_update(of=("self",)).first()
    if found is None:
        raise refuse("not-enrolled")
    return found


def tell(what: Happened, enrolment: Enrolment, day: date) -> None:
    """Let the programme know; what it refuses does not happen."""
    PROGRAMMES[enrolment.programme].told(
        Event(what, enrolment.programme, enrolment.facility_id, enrolment.client_id, enrolment.person, day)
    )
