"""Files on their way: a list for the agency, and how far one's own are, cheap enough to ask each second."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from phoihop.base.org.doors import query
from phoihop.base.org.queries.reaching import within
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.rules.review import Ruling, Stage
from phoihop.coordination.documents.rules.uploads import State
from phoihop.kernel.refusals import Bilingual

PAGE = 50
RECENT = timedelta(hours=12)  # what ended longer ago is no longer news to who sent it
_MOST = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one file is."""

    uid: UUID
    state: State
    stage: str
    fraction: float


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One document of a file in a list, and how many of its items are still open."""

    uid: UUID
    number: str
    kind: str
    title: str
    stage: Stage
    items: int
    open: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One file in the list; ``mine``: the viewer's own."""

    uid: UUID
    name: str
    state: State
    stage: str
    fraction: float
    why: Bilingual | None
    sent_at: datetime
    mine: bool
    documents: tuple[Reviewed, ...]


@dataclass(frozen=True, slots=True)
class SentList:
    """One page of files, the newest first, and how many there are."""

    rows: tuple[Sent, ...]
    total: int
    page: int
    pages: int


@query("documents.see_uploads", "Xem các tệp đã gửi", "See files that were sent in", recorded=False)
def progress(viewer: Viewer) -> tuple[Progress, ...]:
    """How far the viewer's own files are, the newest first: in one statement, to be asked each second."""
    going = Q(ended_at__isnull=True) | Q(ended_at__gt=timezone.now() - RECENT)
    own = Upload.objects.filter(going, account=viewer.account).order_by("-sent_at", "-pk")
    rows = own.values_list("uid", "state", "stage", "fraction")[:_MOST]
    return tuple(Progress(uid, State(state), stage, fraction) for uid, state, stage, fraction in rows)


@query("documents.see_uploads", "Xem các tệp đã gửi", "See files that were sent in", recorded=False)
def uploads(viewer: Viewer, *, page: int = 1) -> SentList:
    """The files of the agencies for which the viewer plans, the newest first, with what was read in them."""
    reached = within(viewer, "documents.see_uploads", agency="agency", account="account")
    found = Upload.objects.filter(reached).select_related("file")
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = list(found.defer("text", "reading").order_by("-sent_at", "-pk")[(page - 1) * PAGE : page * PAGE])
    held = _documents([row.pk for row in rows])
    return SentList(tuple(_sent(viewer, row, held.get(row.pk, ())) for row in rows), total, page, pages)


def _sent(viewer: Viewer, row: Upload, documents: tuple[Reviewed, ...]) -> Sent:
    return Sent(
        uid=row.uid,
        name=row.file.name if row.file is not None else "",
        state=State(row.state),
        stage=row.stage,
        fraction=row.fraction,
        why=_why(row.vi, row.en),
        sent_at=row.sent_at,
        mine=row.account_id == viewer.account,
        documents=documents,
    )


def _why(vi: str, en: str) -> Bilingual | None:
    return Bilingual(vi, en) if vi else None


def _documents(numbers: list[int]) -> dict[int, tuple[Reviewed, ...]]:
    """What was read in these files, with counts of items, in two statements."""
    documents = list(Document.objects.filter(upload__in=numbers).order_by("upload", "order"))
    open_ = Count("pk", filter=Q(ruling=Ruling.OPEN))
    counted = Item.objects.filter(document__in=documents).order_by().values_list("document")
    counts = {pk: (every, still) for pk, every, still in counted.annotate(every=Count("pk"), still=open_)}
    found: dict[int, tuple[Reviewed, ...]] = {}
    for d in documents:
        every, still = counts.get(d.pk, (0, 0))
        row = Reviewed(d.uid, d.number, d.kind, d.title, Stage(d.stage), every, still)
        found[d.upload_id] = (*found.get(d.upload_id, ()), row)
    return found
