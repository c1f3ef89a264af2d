"""A client's file, and finding one inside the own facility and programme."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from phoihop.base.org import caseload
from phoihop.base.org.caseload import FileKind, is_kin
from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import facilities_of
from phoihop.base.security import sealed
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.crypto.names import query_tokens, rank
from phoihop.kernel.refusals import Bilingual
from phoihop.registry import marking
from phoihop.registry.doors import case_query, code
from phoihop.registry.models import Client, Consent, Enrolment, Mark, Merge, Referral, Transfer
from phoihop.registry.models.enrolments import served_on
from phoihop.registry.models.letters import SENT
from phoihop.registry.registering import PROGRAMMES, endings
from phoihop.registry.rules import codes
from phoihop.registry.rules.consents import WHO, Need, Who
from phoihop.registry.rules.identity import (
    Doubt,
    Paper,
    Told,
    doubts,
    identity_kind,
    insurance_kind,
)
from phoihop.registry.rules.letters import State, stands

MOST = 20  # files of one search
_YEAR = re.compile(r"(?:^|\s)((?:19|20)\d{2})$")


def _mine(viewer: Viewer, client: Client | None) -> bool:
    """Of somebody who has no file here yet, everybody's."""
    return client is None or PROGRAMMES[client.programme].mine(viewer, client)


def _kin(viewer: Viewer, client: Client | None) -> bool:
    return (
        client is not None
        and client.home_id is not None
        and is_kin(viewer, client.text("name"), client.home_id)
    )


def _on_duty(viewer: Viewer) -> bool:
    """On a shift in one of the programmes whose files they open."""
    return any(each.on_duty(viewer) for each in PROGRAMMES.values() if facilities_of(viewer, each.code))


caseload.declare(Client, FileKind(mine=_mine, kin=_kin, on_duty=_on_duty))
# What hangs on a file is the work of whoever has the file.
for _part in (Consent, Merge, Referral, Transfer):
    caseload.declare(
        _part,
        FileKind(
            mine=lambda viewer, part: _mine(viewer, part.client),
            kin=lambda viewer, part: _kin(viewer, part.client),
            on_duty=_on_duty,
        ),
    )


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """A time of being served here; ``ending`` in words, None while it goes on."""

    since: date
    until: date | None
    ending: Bilingual | None
    counts: bool

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent, whose was asked for by the law of its day, and who gave it in the client's place."""

    pk: int
    wording: str
    form: str
    given_on: date
    needed: Bilingual
    source: str
    certainty: str
    representative: str
    relation: str
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True)
class SentRow:
    """A letter that was sent about the client: a transfer with its first day, or a referral."""

    uid: UUID
    transfer: bool
    to: str
    asked_on: date
    expires_on: date
    first_day: date | None
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge that this file was part of."""

    merge: UUID
    on: date
    kept: bool
    why: str
    undone_on: date | None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every page of a file."""

    pk: int
    uid: UUID
    code: str
    name: str
    alias: str
    facility: str
    merged_into: UUID | None


@dataclass(frozen=True, slots=True)
class File:
    """Everything that the register says of a client here. ``served``: today; ``goes_on``: no end is known."""

    head: Head
    told: Told
    home: Unit | None
    doubts: tuple[Doubt, ...]
    enrolments: tuple[EnrolmentRow, ...]
    served: bool
    goes_on: bool
    consents: tuple[ConsentRow, ...]
    consent_now: Need
    letters: tuple[SentRow, ...]
    merges: tuple[MergeRow, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A file that answers a search: enough to tell two people of one name apart, and no more."""

    uid: UUID
    code: str
    name: str
    born: str
    served: bool


def find(viewer: Viewer, programme: str, uid: UUID) -> Client | None:
    """A file within the viewer's reach, for a page to load."""
    files = Client.objects.select_related("facility__agency", "merged_into", "home")
    return files.filter(uid=uid, programme=programme).first()


@case_query("see", "Xem hồ sơ", "See a file", of="client")
def see(viewer: Viewer, *, client: Client) -> File:
    """A whole file. NeedsPurpose where it is not of the viewer's own work."""
    own = {"programme": client.programme, "facility": client.facility_id, "client": client}
    told = marking.told_of(client)
    enrolments = Enrolment.objects.filter(**own).order_by("-since", "-pk")
    rows = tuple(_enrolment(each) for each in enrolments)
    consents = Consent.objects.filter(**own).order_by("-given_on", "-pk")
    return File(
        head=head_of(client, told),
        told=told,
        home=client.home,
        doubts=tuple(doubts(told, viewer.day)),
        enrolments=rows,
        served=any(row.counts and row.covers(viewer.day) for row in rows),
        goes_on=any(row.counts and row.until is None for row in rows),
        consents=tuple(_consent(each) for each in consents),
        consent_now=PROGRAMMES[client.programme].consent(told.born, viewer.day),
        letters=_letters(client, viewer.day),
        merges=tuple(
            MergeRow(row.merge, row.on, row.kept, row.text("why"), row.undone_on)
            for row in Merge.objects.filter(**own).exclude(on=None).order_by("-on", "-pk")
            if row.on is not None
        ),
    )


@case_query(
    "see_identity", "Xem thông tin nhận biết để sửa", "See who a client is, to correct it", of="client"
)
def identity(viewer: Viewer, *, client: Client) -> tuple[Head, Told]:
    """Who a client is, for a form. NeedsPurpose as for the file."""
    told = marking.told_of(client)
    return head_of(client, told), told


def head_of(client: Client, told: Told) -> Head:
    """The head of a file that has been opened."""
    onward = client.merged_into.uid if client.merged_into is not None else None
    return Head(
        client.pk,
        client.uid,
        codes.shown(client.code),
        told.known_as,
        told.alias if told.name else "",
        client.facility.name,
        onward,
    )


def _enrolment(row: Enrolment) -> EnrolmentRow:
    said = endings(row.programme).get(row.ending) or Bilingual(row.ending, row.ending)
    return EnrolmentRow(row.since, row.until, said if row.ending else None, row.aside is None)


def _consent(row: Consent) -> ConsentRow:
    return ConsentRow(
        row.pk,
        row.wording,
        row.form,
        row.given_on,
        WHO[Who(row.needed)],
        row.source,
        row.certainty,
        row.text("representative"),
        row.text("relation"),
        row.withdrawn_on,
    )


def _letters(client: Client, day: date) -> tuple[SentRow, ...]:
    own = {
        "programme": client.programme,
        "facility": client.facility_id,
        "client": client,
        "side": SENT,
    }
    found: list[SentRow] = []
    letters = [
        *Transfer.objects.filter(**own).select_related("other"),
        *Referral.objects.filter(**own).select_related("other"),
    ]
    for row in letters:
        state, first = stands(row.state, row.expires_on, day), getattr(row, "first_day", None)
        found.append(
            SentRow(
                row.uid,
                isinstance(row, Transfer),
                row.other.name,
                row.asked_on,
                row.expires_on,
                first,
                state,
                row.text("reason"),
            )
        )
    return tuple(sorted(found, key=lambda each: each.asked_on, reverse=True))


@case_query("search", "Tìm hồ sơ", "Search files", kind=Kind.SEARCH, needle="text")
def search(viewer: Viewer, *, programme: str, text: str) -> list[Found]:
    """Files at the viewer's facilities by code, by a whole number, or by whole syllables of a name and a
    birth year. No wildcard: who is looked for has to be known."""
    said = " ".join(text.split())
    found: list[tuple[Client, str]] = []
    for facility in facilities_of(viewer, programme) if len(said) > 1 else ():
        rows = _candidates(programme, facility, said)
        # A block may lie on one file alone: a list shows what its page would open, and no more.
        seen = [row for row in rows if may(viewer, code(programme, "see"), row)]
        sealed.fetch_keys(seen)
        told = [(row, marking.told_or_none(row)) for row in seen]
        found += [(row, each.known_as) for row, each in told if each is not None]
    if not _is_name(said):
        return _rows([client for client, _ in found[:MOST]], viewer.day)
    name = _YEAR.sub("", said)
    by_alias = [(client, client.text("alias")) for client, _ in found if client.text("alias")]
    ranked = {match.item.pk: match.item for match in rank(name, [*found, *by_alias], MOST)}
    return _rows(list(ranked.values()), viewer.day)


def _is_name(said: str) -> bool:
    numbers = identity_kind(said), insurance_kind(said)
    return not codes.typed(said) and all(kind is Paper.UNKNOWN for kind in numbers)


def _candidates(programme: str, facility: int, said: str) -> list[Client]:
    files = Client.objects.select_related("facility").filter(programme=programme, facility=facility)
    if not files.exists():
        return []  # before the first file there is no key
    if client_code := codes.typed(said):
        return list(files.filter(code=client_code)[:MOST])
    if not _is_name(said):
        equal = Q(pk__in=())
        for kind, index in marking.marks_of(programme, Told(identity=said, insurance=said)).items():
            equal |= Q(kind=kind, index=index)
        marks = Mark.objects.filter(equal, programme=programme, facility=facility)
        return list(files.filter(pk__in=marks.values("client"))[:MOST])
    year = _YEAR.search(said)
    asked = query_tokens(marking.blind_key(programme), _YEAR.sub("", said), facility)
    if year is not None:
        files = files.filter(born_token=marking.year_token(programme, facility, int(year[1])))
    whole = list(files.filter(name_tokens__contains=sorted(asked.all_of))[:500]) if asked.all_of else []
    return whole or list(files.filter(name_tokens__overlap=sorted(asked.some))[:500])


def _rows(clients: list[Client], day: date) -> list[Found]:
    enrolled = Enrolment.objects.filter(served_on(day), client__in=clients)
    served = set(enrolled.values_list("client", flat=True))
    rows = []
    for client in clients:
        told = marking.told_of(client)
        born = told.born.kept if told.born else ""
        code_said = codes.shown(client.code)
        rows.append(Found(client.uid, code_said, told.known_as, born, client.pk in served))
    return rows


def facilities(viewer: Viewer, programme: str, door: str) -> list[Facility]:
    """Where the viewer may do something in a programme."""
    here = Facility.objects.filter(pk__in=facilities_of(viewer, programme)).order_by("name")
    return [each for each in here if may(viewer, code(programme, door), each)]
