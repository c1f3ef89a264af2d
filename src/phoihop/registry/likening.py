"""Looking for files that may be of the same person, when one is opened or corrected."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import sealed
from phoihop.base.security.crypto.blind import digest
from phoihop.base.security.crypto.names import name_tokens
from phoihop.registry.marking import KINDS, blind_key, told_or_none
from phoihop.registry.models import Client, Likeness, Mark, Tie
from phoihop.registry.models.likenesses import OPEN
from phoihop.registry.reaching import comparing
from phoihop.registry.rules import matching
from phoihop.registry.rules.identity import Told
from phoihop.registry.rules.matching import Evidence

MOST = 200  # files of the facility that are unsealed and compared


def look(by: Viewer, client: Client, told: Told, marks: dict[str, bytes]) -> None:
    """Write down which files may be of the same person; what was decided stays decided."""
    _forget_open(by, client)
    _here(by, client, told, marks)
    elsewhere(by, client, marks)


def pair_of(programme: str, one: int, other: int) -> UUID:
    """The same for two files, whichever is named first; it tells neither."""
    first, second = sorted((one, other))
    return UUID(bytes=digest(blind_key(programme), "pair", str(first), str(second))[:16])


def _forget_open(by: Viewer, client: Client) -> None:
    """What was found by what the file said before."""
    with comparing(by, (client.facility_id, client.programme)):
        open_ones = Likeness.objects.filter(programme=client.programme, state=OPEN)
        pairs = open_ones.filter(Q(client=client.pk) | Q(other=client.pk)).values_list("pair", flat=True)
        # A pair that one facility has answered is no longer for the machine to take back.
        answered = Likeness.objects.filter(programme=client.programme, pair__in=list(pairs)).exclude(
            state=OPEN
        )
        open_ones.filter(pair__in=set(pairs) - set(answered.values_list("pair", flat=True))).delete()


def _here(by: Viewer, client: Client, told: Told, marks: dict[str, bytes]) -> None:
    """Inside the facility whole files are compared, near misses too."""
    files = Client.objects.filter(
        programme=client.programme, facility=client.facility_id, merged_into=None
    ).exclude(pk=client.pk)
    wanted = Q(pk__in=_marked(client, marks).filter(facility=client.facility_id).values("client"))
    key = blind_key(client.programme)
    for name in filter(None, (told.name, told.alias)):
        tokens = sorted(name_tokens(key, name, client.facility_id))
        wanted |= Q(name_tokens__contains=tokens)
        if client.born_token is not None:
            wanted |= Q(born_token=client.born_token, name_tokens__overlap=tokens)
    found = list(files.filter(wanted).order_by("-pk")[:MOST])
    sealed.fetch_keys(found)
    for other in found:
        theirs = told_or_none(other)
        alike = matching.compare(told, theirs) if theirs is not None else None
        if alike is not None and alike.shown:
            note(client, other.pk, alike, by.day)


def note(client: Client, other: int, alike: matching.Likeness, day: date) -> None:
    """Write down that two files of a facility may be of one person."""
    first, second = sorted((client.pk, other))
    Likeness.objects.get_or_create(
        pair=pair_of(client.programme, first, second),
        programme=client.programme,
        facility_id=client.facility_id,
        client_id=first,
        defaults={
            "other_id": second,
            "score": alike.score,
            "evidence": [each.value for each in alike.evidence],
            "found_on": day,
        },
    )


def elsewhere(by: Viewer, client: Client, marks: dict[str, bytes]) -> None:
    """Across the programme's facilities marks alone are compared, and both sides get a note of their own."""
    with comparing(by, (client.facility_id, client.programme)):
        same = _persons(client.programme, [client.pk])
        found: dict[tuple[int, int], set[Evidence]] = defaultdict(set)
        others = _marked(client, marks).exclude(facility=client.facility_id)
        for kind, facility, other in others.values_list("kind", "facility", "client"):
            found[facility, other].add(KINDS[kind])
        persons = _persons(client.programme, [other for _, other in found])
        for (facility, other), evidence in found.items():
            if persons.get(other) == same.get(client.pk):
                continue  # the same person already: transferred, or merged
            alike = matching.weigh(evidence)
            pair = pair_of(client.programme, client.pk, other)
            for place, file in ((client.facility_id, client.pk), (facility, other)):
                Likeness.objects.get_or_create(
                    pair=pair,
                    programme=client.programme,
                    facility_id=place,
                    client_id=file,
                    defaults={
                        "score": alike.score,
                        "evidence": [each.value for each in alike.evidence],
                        "found_on": by.day,
                    },
                )


def _marked(client: Client, marks: dict[str, bytes]) -> "QuerySet[Mark]":
    equal = Q(pk__in=())
    for kind, index in marks.items():
        equal |= Q(kind=kind, index=index)
    return Mark.objects.filter(equal, programme=client.programme).exclude(client=client.pk)


def _persons(programme: str, clients: list[int]) -> dict[int, UUID]:
    ties = Tie.objects.filter(programme=programme, client__in=clients)
    return dict(ties.values_list("client", "person"))
