"""What waits at the viewer's facilities in a programme: likenesses to decide, letters to answer."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from phoihop.base.org.doors import may
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import facilities_of
from phoihop.base.security import sealed
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.registry import marking
from phoihop.registry.doors import case_query, code
from phoihop.registry.models import Client, Enrolment, Letter, Likeness, Referral, Transfer
from phoihop.registry.models.enrolments import served_on
from phoihop.registry.models.letters import RECEIVED
from phoihop.registry.models.likenesses import OPEN
from phoihop.registry.posting import read_content
from phoihop.registry.registering import PROGRAMMES
from phoihop.registry.rules import codes
from phoihop.registry.rules.identity import Told
from phoihop.registry.rules.letters import State
from phoihop.registry.rules.matching import ABOUT, SURE, Evidence

PAGE = 20


@dataclass(frozen=True, slots=True)
class Side:
    """One file of a pair, with what tells people apart."""

    pk: int
    uid: UUID
    code: str
    told: Told
    served: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files that may be of one person. ``other`` is None where it lies at another facility."""

    pk: int
    score: int
    sure: bool
    evidence: tuple[Bilingual, ...]
    one: Side
    other: Side | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter that waits here for an answer."""

    uid: UUID
    transfer: bool
    sender: str
    told: Told
    lines: tuple[tuple[Bilingual, str], ...]
    asked_on: date
    expires_on: date
    first_day: date | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits."""

    pairs: int
    letters: int


@case_query("see_waiting", "Xem việc chờ ở hồ sơ", "See what waits with files", recorded=False)
def waiting(viewer: Viewer, *, programme: str) -> Waiting:
    """Two counts."""
    here = _here(viewer, programme)
    letters = sum(
        model._default_manager.filter(**here, **_asked(viewer.day)).count() for model in (Transfer, Referral)
    )
    return Waiting(Likeness.objects.filter(**here, state=OPEN).count(), letters)


def _here(viewer: Viewer, programme: str) -> dict[str, object]:
    return {"programme": programme, "facility__in": facilities_of(viewer, programme)}


def _asked(day: date) -> dict[str, object]:
    return {"side": RECEIVED, "state": State.ASKED, "expires_on__gte": day}


@case_query("see_likenesses", "Xem hồ sơ nghi trùng", "See files that may be of one person")
def pairs(viewer: Viewer, *, programme: str) -> list[Pair]:
    """The likeliest first, as many as somebody can decide at a sitting."""
    rows = Likeness.objects.filter(**_here(viewer, programme), state=OPEN)
    rows = rows.select_related("client__facility", "other__facility")
    shown = []
    for row in rows.order_by("-score", "pk")[: 2 * PAGE]:
        files = [file for file in (row.client, row.other) if file is not None]
        if all(may(viewer, code(programme, "see"), file) for file in files):
            shown.append(row)
    shown = shown[:PAGE]
    sealed.fetch_keys([f for row in shown for f in (row.client, row.other) if f is not None])
    served = _served(shown, viewer.day)
    found = []
    for row in shown:
        one, other = _side(row.client, served), _side(row.other, served)
        if one is None or (other is None and row.other is not None):
            continue  # somebody who was erased is compared with nobody
        said = tuple(ABOUT[Evidence(each)] for each in row.evidence)
        found.append(Pair(row.pk, row.score, row.score >= SURE, said, one, other))
    return found


def _served(rows: list[Likeness], day: date) -> set[int]:
    files = [pk for row in rows for pk in (row.client_id, row.other_id) if pk is not None]
    now = Enrolment.objects.filter(served_on(day), client__in=files)
    return set(now.values_list("client", flat=True))


def _side(client: Client | None, served: set[int]) -> Side | None:
    told = marking.told_or_none(client) if client is not None else None
    if client is None or told is None:
        return None
    return Side(client.pk, client.uid, codes.shown(client.code), told, client.pk in served)


@case_query("see_letters", "Xem thư giới thiệu, đề nghị chuyển đến", "See referrals and transfers that came")
def letters(viewer: Viewer, *, programme: str) -> list[Arrived]:
    """Letters that wait for an answer, oldest first."""
    found: list[Arrived] = []
    wanted = {**_here(viewer, programme), **_asked(viewer.day)}
    rows = [
        *Transfer.objects.filter(**wanted).select_related("facility", "other__agency"),
        *Referral.objects.filter(**wanted).select_related("facility", "other__agency"),
    ]
    sealed.fetch_keys(rows)
    for row in rows:
        content = _content(row)
        if content is None:
            continue
        told, paper = content
        transfer = isinstance(row, Transfer)
        # Whose facility sends tells enough; which one may tell of what the person has there.
        sender = row.other.name if transfer else row.other.agency.name
        found.append(
            Arrived(
                row.uid,
                transfer,
                sender,
                told,
                tuple(_lines(programme, paper)),
                row.asked_on,
                row.expires_on,
                getattr(row, "first_day", None),
            )
        )
    return sorted(found, key=lambda each: each.asked_on)


def _content(row: Letter) -> tuple[Told, dict[str, str]] | None:
    """What a letter says; None where its person was erased."""
    try:
        return read_content(row.text("content"))
    except Refusal as refusal:
        if refusal.reason != "erased":
            raise
        return None


_WHY = Bilingual("Lý do giới thiệu", "Why they are referred")


def _lines(programme: str, paper: dict[str, str]) -> list[tuple[Bilingual, str]]:
    labels = {field.code: field.label for field in PROGRAMMES[programme].paper} | {"why": _WHY}
    return [(labels[key], text) for key, text in paper.items() if text and key in labels]
