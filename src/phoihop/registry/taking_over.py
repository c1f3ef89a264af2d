"""Files, consents and enrolments of many at once, for a programme that takes over a paper register.

What a door of one file asks is asked of each line, and what it writes is written, in a few statements for
all. A programme has a door of its own for it, and tells its tables what began (``Begun``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from phoihop.base.org.models import Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import keyring, sealed
from phoihop.base.security.crypto.fields import DataKey
from phoihop.base.security.crypto.names import name_tokens
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.kernel.refusals import Refusal
from phoihop.registry import likening, marking
from phoihop.registry.actions.enrolling import TELLING
from phoihop.registry.actions.files import check, check_offered
from phoihop.registry.alone import one_at_a_time
from phoihop.registry.doors import Desk
from phoihop.registry.models import Client, Consent, Enrolment, Mark, Tie
from phoihop.registry.reaching import comparing
from phoihop.registry.refusing import refuse
from phoihop.registry.registering import PROGRAMMES, endings
from phoihop.registry.rules import matching
from phoihop.registry.rules.codes import code_of
from phoihop.registry.rules.consents import Need, Who
from phoihop.registry.rules.identity import Told, tidy


@dataclass(frozen=True, slots=True)
class Stay:
    """One time of being served here, from its first to its last day; ``ending``: why, where it has ended."""

    since: date
    until: date | None = None
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A line of a paper register. ``key``: the line's own, by which it is known when it is told again; it
    becomes the pseudonym, so it is drawn at random and says nothing of the person."""

    key: UUID
    told: Told
    wording: str
    form: str
    consented_on: date
    stays: tuple[Stay, ...]
    representative: str = ""
    relation: str = ""
    home: Unit | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A file that is new, and when its person was served."""

    client: Client
    stays: tuple[Stay, ...]


Faults = list[tuple[int, date | None, Refusal]]


def take_over(by: Viewer, desk: Desk, entrants: Sequence[Entrant]) -> tuple[list[Begun], Faults]:
    """The new files; or what is wrong, by line from 1, and then nothing was written.

    Lines that are known by their key change nothing. Refusal of a line: as files.open_file,
    consenting.consent, enrolling.admit and enrolling.end.
    """
    faults: Faults = []
    known = set(
        Client.objects.filter(
            programme=desk.programme,
            facility=desk.facility,
            pseudonym__in=[entrant.key for entrant in entrants],
        ).values_list("pseudonym", flat=True)
    )
    fresh: dict[UUID, tuple[int, Entrant, Need]] = {}
    for line, entrant in enumerate(entrants, 1):
        if entrant.key in known:
            continue
        try:
            need = _check(by, desk, entrant)
            if entrant.key in fresh:
                raise refuse("enrolled-already")
        except Refusal as refusal:
            faults.append((line, None, refusal))
            continue
        fresh[entrant.key] = (line, entrant, need)
    if faults or not fresh:
        return [], faults
    keyring.store().add_programme(desk.programme)  # makes the key of its marks too
    marks = {key: marking.marks_of(desk.programme, entrant.told) for key, (_, entrant, _) in fresh.items()}
    faults = _served(by, desk, fresh, marks)
    if faults:
        return [], faults
    clients = _files(by, desk, fresh, marks)
    _like(by, desk, clients, {key: entrant.told for key, (_, entrant, _) in fresh.items()}, marks)
    return [Begun(client, fresh[key][1].stays) for key, client in clients.items()], []


def _check(by: Viewer, desk: Desk, entrant: Entrant) -> Need:
    """What can be asked of a line by itself."""
    check(desk.programme, entrant.told)
    if not entrant.wording.strip() or not entrant.form.strip():
        raise refuse("consent-form")
    if entrant.consented_on > by.day:
        raise refuse("days-wrong")
    need = PROGRAMMES[desk.programme].consent(entrant.told.born, entrant.consented_on)
    if need.who is Who.NOBODY:
        raise refuse("consent-nobody")
    if need.who is Who.REPRESENTATIVE and not (tidy(entrant.representative) and tidy(entrant.relation)):
        raise refuse("representative-missing")
    before: Stay | None = None
    for stay in entrant.stays:
        check_offered(desk.facility, desk.programme, stay.since)
        if stay.since > by.day or (stay.until is not None and not stay.since <= stay.until <= by.day):
            raise refuse("days-wrong")
        if stay.since < entrant.consented_on and PROGRAMMES[desk.programme].consent_first:
            raise refuse("consent-missing")
        if before is not None and (before.until is None or stay.since <= before.until):
            raise refuse("enrolled-already")
        if (stay.until is not None) != (stay.ending in endings(desk.programme) and stay.ending != "moved"):
            raise refuse("no-such-ending")
        before = stay
    return need


def _served(
    by: Viewer,
    desk: Desk,
    fresh: Mapping[UUID, tuple[int, Entrant, Need]],
    marks: Mapping[UUID, Mapping[str, bytes]],
) -> Faults:
    """Those whose papers are of somebody who was served in the same days, here or elsewhere."""
    faults: Faults = []
    telling = {(kind, index) for own in marks.values() for kind, index in own.items() if kind in TELLING}
    with comparing(by, (desk.facility.pk, desk.programme)):
        one_at_a_time(UUID(int=0), sorted(index for _, index in telling))
        theirs: dict[tuple[str, bytes], set[int]] = defaultdict(set)
        rows = Mark.objects.filter(programme=desk.programme, index__in=[index for _, index in telling])
        for kind, index, client in rows.values_list("kind", "index", "client"):
            theirs[kind, bytes(index)].add(client)
        times: dict[int, list[Enrolment]] = defaultdict(list)
        clients = {client for found in theirs.values() for client in found}
        for row in Enrolment.objects.filter(programme=desk.programme, aside=None, client__in=clients):
            times[row.client_id].append(row)
    here: dict[tuple[str, bytes], list[Stay]] = defaultdict(list)
    for key, (line, entrant, _) in fresh.items():
        own = [(kind, index) for kind, index in marks[key].items() if kind in TELLING]
        stays = [stay for mark in own for stay in here[mark]]
        rows_of = [row for mark in own for client in theirs.get(mark, ()) for row in times[client]]
        if any(_meet(one, other) for one in entrant.stays for other in stays):
            faults.append((line, None, refuse("known-here")))
        for one in entrant.stays:
            places = {row.facility_id for row in rows_of if _meet(one, row)}
            if places:
                said = "known-here" if desk.facility.pk in places else "transfer-needed"
                faults.append((line, one.since, refuse(said)))
        for mark in own:
            here[mark] += entrant.stays
    return faults


def _meet(one: Stay, other: Stay | Enrolment) -> bool:
    """Whether two times share a day."""
    return (other.until is None or one.since <= other.until) and (
        one.until is None or other.since <= one.until
    )


def _files(
    by: Viewer,
    desk: Desk,
    fresh: Mapping[UUID, tuple[int, Entrant, Need]],
    marks: Mapping[UUID, Mapping[str, bytes]],
) -> dict[UUID, Client]:
    """The rows of all files: keys first, for everything else is sealed under them."""
    where = {"programme": desk.programme, "facility_id": desk.facility.pk}
    keys, rows = _keys(desk, fresh)
    DataKeyRow.objects.bulk_create(rows)
    clients = {key: _file(by, desk, entrant, keys[key]) for key, (_, entrant, _) in fresh.items()}
    Client.objects.bulk_create(clients.values())
    Tie.objects.bulk_create(Tie(client=client, person=key, **where) for key, client in clients.items())
    Mark.objects.bulk_create(
        Mark(client=client, pseudonym=key, kind=kind, index=index, **where)
        for key, client in clients.items()
        for kind, index in marks[key].items()
    )
    Consent.objects.bulk_create(
        _consent(clients[key], entrant, need, keys[key]) for key, (_, entrant, need) in fresh.items()
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            client=clients[key],
            person=key,
            since=stay.since,
            until=stay.until,
            ending=stay.ending,
            **where,
        )
        for key, (_, entrant, _) in fresh.items()
        for stay in entrant.stays
    )
    return clients


def _keys(desk: Desk, fresh: Iterable[UUID]) -> tuple[dict[UUID, DataKey], list[DataKeyRow]]:
    """A data key for each of them. Refusal("erased-there") where one of them was forgotten here."""
    keys: dict[UUID, DataKey] = {}
    rows = []
    where = {"programme": desk.programme, "facility": desk.facility.pk}
    if DataKeyRow.objects.filter(**where, person__in=list(fresh)).exists():
        raise refuse("erased-there")
    for key in fresh:
        row, keys[key] = keyring.people().make(desk.programme, str(key))
        assert row.wrapped is not None
        rows.append(
            DataKeyRow(
                **where,
                person=key,
                number=row.number,
                version=row.wrapped.version,
                wrapped=row.wrapped.sealed,
            )
        )
    return keys, rows


def _file(by: Viewer, desk: Desk, entrant: Entrant, key: DataKey) -> Client:
    client = Client(
        programme=desk.programme,
        facility=desk.facility,
        pseudonym=entrant.key,
        code=code_of(entrant.key),
        opened_on=by.day,
        home=entrant.home,
    )
    sealed.hold(client, key)
    marking.fill(client, entrant.told)
    return client


def _consent(client: Client, entrant: Entrant, need: Need, key: DataKey) -> Consent:
    made = Consent(
        programme=client.programme,
        facility_id=client.facility_id,
        pseudonym=client.pseudonym,
        client=client,
        wording=entrant.wording.strip(),
        form=entrant.form.strip(),
        given_on=entrant.consented_on,
        needed=need.who.value,
        source=need.source,
        certainty=need.certainty,
    )
    if tidy(entrant.representative):
        sealed.hold(made, key)
        made.put(representative=tidy(entrant.representative), relation=tidy(entrant.relation))
    return made


def _like(
    by: Viewer,
    desk: Desk,
    clients: Mapping[UUID, Client],
    told: Mapping[UUID, Told],
    marks: Mapping[UUID, dict[str, bytes]],
) -> None:
    """Look for likenesses as likening.look does, each file against those before it: what would be asked of
    the database for each is asked once for all."""
    own = {client.pk: told[key] for key, client in clients.items()}
    index = _Index(desk)
    every = [index for found in marks.values() for index in found.values()]
    same: dict[bytes, set[int]] = defaultdict(set)
    abroad: set[bytes] = set()
    with comparing(by, (desk.facility.pk, desk.programme)):
        rows = Mark.objects.filter(programme=desk.programme, index__in=every)
        for found, facility, pk in rows.values_list("index", "facility", "client"):
            if facility == desk.facility.pk:
                same[bytes(found)].add(pk)
            else:
                abroad.add(bytes(found))
    pairs: list[tuple[Client, int]] = []
    for key, client in clients.items():
        alike = set().union(*(same[each] for each in marks[key].values())) | index.near(client, told[key])
        before = sorted((pk for pk in alike if pk not in own or pk < client.pk), reverse=True)
        pairs += [(client, pk) for pk in before[: likening.MOST]]
        if abroad & set(marks[key].values()):
            likening.elsewhere(by, client, marks[key])
    files = list(Client.objects.filter(pk__in={pk for _, pk in pairs} - own.keys()))
    sealed.fetch_keys(files)
    theirs = {**{file.pk: marking.told_or_none(file) for file in files}, **own}
    for client, pk in pairs:
        other = theirs.get(pk)
        found_alike = matching.compare(own[client.pk], other) if other is not None else None
        if found_alike is not None and found_alike.shown:
            likening.note(client, pk, found_alike, by.day)


class _Index:
    """The files of a facility by the marks of their names and birth years."""

    def __init__(self, desk: Desk) -> None:
        self._tokens: dict[int, set[int]] = defaultdict(set)
        self._born: dict[int, set[int]] = defaultdict(set)
        self._key = marking.blind_key(desk.programme)
        files = Client.objects.filter(programme=desk.programme, facility=desk.facility, merged_into=None)
        for pk, names, year in files.values_list("pk", "name_tokens", "born_token"):
            for token in names:
                self._tokens[token].add(pk)
            if year is not None:
                self._born[year].add(pk)

    def near(self, client: Client, told: Told) -> set[int]:
        """Files with all of a name, or with some of it and the same birth year."""
        found: set[int] = set()
        for name in filter(None, (told.name, told.alias)):
            sets = [self._tokens[token] for token in name_tokens(self._key, name, client.facility_id)]
            if sets:
                found |= set.intersection(*sets)
            if client.born_token is not None:
                found |= self._born[client.born_token] & set().union(*sets)
        return found
