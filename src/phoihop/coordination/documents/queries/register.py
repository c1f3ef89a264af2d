"""The register: finding documents, one of them, what implements what, and what nobody has sent in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db.models import Count, Max, Q
from django.db.models.functions import ExtractYear

from phoihop.base.org.doors import query
from phoihop.base.org.queries.reaching import within
from phoihop.base.org.queries.units import full_name
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Citation, Document, Item
from phoihop.coordination.documents.queries.sight import REVIEW, insist, seen
from phoihop.coordination.documents.rules import naming
from phoihop.coordination.documents.rules.review import STANDS, Kind, Stage

PAGE = 50
DEPTH = 3  # steps of "implements" that a graph follows each way
_NODES = 200
see_list = partial(
    query, "documents.see_register", "Xem danh mục văn bản", "See the register of documents", recorded=False
)


@dataclass(frozen=True, slots=True)
class Row:
    """A document in a list."""

    pk: int
    uid: UUID
    number: str
    kind: str
    title: str
    issuer: str
    issued: date | None
    stage: Stage
    unit: str
    agency: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the register, the newest first, and what the list can be narrowed by."""

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int
    kinds: tuple[str, ...]
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A document named in another. ``to``: which of the register it is, None where nobody has sent it in;
    ``sure``: by number and day both. ``start``, ``end``: the place in the text."""

    number: str
    kind: str
    title: str
    issuer: str
    day: date | None
    implements: bool
    sure: bool
    start: int
    end: int
    to: Row | None


@dataclass(frozen=True, slots=True)
class One:
    """One document, what it cites, and what cites it (with whether that carries it out). ``counts``: how many
    items of each kind stand."""

    document: Document
    unit: str
    agency: str
    counts: dict[Kind, int]
    cites: tuple[Cited, ...]
    cited_by: tuple[tuple[Row, bool], ...]
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Node:
    """A document in the graph, ``step`` steps above (below zero: below) the one asked about."""

    row: Row
    step: int


@dataclass(frozen=True, slots=True)
class Graph:
    """What a document implements and what implements it; ``edges`` lead from the one that carries out to the
    one carried out. ``cut``: there is more than is shown."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[UUID, UUID], ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """A document that others cite and nobody has sent in; ``times``: in how many documents."""

    number: str
    kind: str
    title: str
    issuer: str
    day: date | None
    times: int
    implements: bool


@dataclass(frozen=True, slots=True)
class MissingList:
    """One page of what is missing, the most cited first."""

    rows: tuple[Missing, ...]
    total: int
    page: int
    pages: int


@see_list()
def register(
    viewer: Viewer,
    *,
    text: str = "",
    kind: str = "",
    year: int | None = None,
    stage: Stage | str | None = None,
    page: int = 1,
) -> Listed:
    """The documents that the viewer sees, found by words in any order and with or without marks.

    ``stage`` None: all stages in sight. What is under review or withdrawn is in sight of planning officers of
    its agency. Four statements, whatever there is.
    """
    every = Document.objects.filter(seen(viewer))
    found = every
    for word in naming.needles(text):
        found = found.filter(search__contains=word)
    if kind:
        found = found.filter(kind=kind)
    if year is not None:
        found = found.filter(issued__year=year)
    if stage:
        found = found.filter(stage=Stage(stage))
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    ordered = found.select_related("unit", "agency").order_by("-issued", "-pk")
    rows = ordered[(page - 1) * PAGE : page * PAGE]
    kinds = every.exclude(kind="").order_by("kind").values_list("kind", flat=True).distinct()
    years = (
        every.filter(issued__isnull=False)
        .annotate(y=ExtractYear("issued"))
        .order_by("-y")
        .values_list("y", flat=True)
        .distinct()
    )
    return Listed(tuple(_row(d) for d in rows), total, page, pages, tuple(kinds), tuple(years))


@see_list()
def waiting(viewer: Viewer) -> int:
    """How many documents of the viewer's agencies were read and wait to be checked."""
    return Document.objects.filter(within(viewer, REVIEW, agency="agency"), stage=Stage.REVIEW).count()


@query("documents.see_document", "Xem một văn bản", "See a document", of="document")
def one(viewer: Viewer, *, document: Document) -> One:
    """One document with what it cites and what cites it. NotAllowed where it is not in sight."""
    insist(viewer, "documents.see_document", document)
    held = Document.objects.select_related("upload", "agency", "unit", "confirmed_by__person").get(
        pk=document.pk
    )
    standing = Item.objects.filter(document=held, ruling__in=STANDS).order_by()
    counts = dict.fromkeys(Kind, 0) | {
        Kind(k): n for k, n in standing.values_list("kind").annotate(Count("pk"))
    }
    cites = (
        Citation.objects.filter(document=held)
        .select_related("to__unit", "to__agency")
        .order_by("start", "end")
    )
    naming_it = Citation.objects.filter(to=held, document__stage=Stage.CONFIRMED)
    by = naming_it.select_related("document__unit", "document__agency").order_by(
        "-document__issued", "document", "pk"
    )
    citing: dict[int, tuple[Row, bool]] = {}
    for cite in by:
        row, implements = citing.get(cite.document_id) or (_row(cite.document), False)
        citing[cite.document_id] = (row, implements or cite.implements)
    return One(
        held,
        full_name(held.unit) if held.unit else "",
        held.agency.name,
        counts,
        tuple(_cited(cite) for cite in cites),
        tuple(citing.values()),
        held.confirmed_at,
    )


@query(
    "documents.see_graph", "Xem quan hệ văn bản", "See how documents relate", of="document", recorded=False
)
def graph(viewer: Viewer, *, document: Document, depth: int = DEPTH) -> Graph:
    """What the document implements and what implements it, ``depth`` steps each way: one statement a step."""
    insist(viewer, "documents.see_graph", document)
    steps: dict[int, int] = {document.pk: 0}
    edges: set[tuple[int, int]] = set()
    cut = False
    for way, (near, far) in ((1, ("document", "to")), (-1, ("to", "document"))):
        front = {document.pk}
        for step in range(1, min(depth, DEPTH) + 1):
            links = (
                Citation.objects.filter(
                    **{f"{near}__in": front},
                    implements=True,
                    document__stage=Stage.CONFIRMED,
                    to__stage=Stage.CONFIRMED,
                )
                .order_by("pk")
                .values_list("document", "to")
            )
            found = list(links[: _NODES + 1])
            cut = cut or len(found) > _NODES
            edges.update(found)
            front = {pair[far == "to"] for pair in found} - set(steps)
            steps |= dict.fromkeys(front, way * step)
            if not front:
                break
    rows = {d.pk: _row(d) for d in Document.objects.filter(pk__in=steps).select_related("unit", "agency")}
    nodes = sorted(
        (Node(rows[pk], step) for pk, step in steps.items()), key=lambda n: (-n.step, n.row.number)
    )
    known = sorted((a, b) for a, b in edges if a in rows and b in rows)
    return Graph(tuple(nodes), tuple((rows[a].uid, rows[b].uid) for a, b in known), cut)


@query(
    "documents.see_missing",
    "Xem văn bản được viện dẫn mà chưa có",
    "See documents that are cited and not there",
    recorded=False,
)
def missing(viewer: Viewer, *, page: int = 1) -> MissingList:
    """Cited documents that nobody has sent in, the most cited first; laws cited by name alone do not count.

    Citations of one number are one document where year or issuer do not tell them apart.
    """
    open_ = Citation.objects.filter(to__isnull=True, document__stage=Stage.CONFIRMED).exclude(number_key="")
    grouped = open_.order_by().values_list("number_key", "day", "issuer", "document")
    told = grouped.annotate(
        Max("number"), Max("kind"), Max("title"), carried=Count("pk", filter=Q(implements=True))
    )
    rows = _together(told)
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    return MissingList(tuple(rows[(page - 1) * PAGE : page * PAGE]), len(rows), page, pages)


def _together(told: Iterable[tuple[str, date | None, str, int, str, str, str, int]]) -> list[Missing]:
    """One row for each document: those of one number whose years and issuers may be the same."""
    groups: dict[str, list[_Group]] = defaultdict(list)
    # What says most comes first, so that what says less finds the group it belongs to.
    for key, day, issuer, document, number, kind, title, implements in sorted(
        told, key=lambda t: (t[0], t[1] is None, str(t[1]), -len(t[2]), t[3])
    ):
        fits = [group for group in groups[key] if group.takes(day, issuer)]
        group = fits[0] if len(fits) == 1 or (fits and day is not None) else None
        if group is None:
            group = _Group(number, kind, title, issuer, day)
            groups[key].append(group)
        group.documents.add(document)
        group.implements = group.implements or bool(implements)
        group.title, group.kind = group.title or title, group.kind or kind
        group.issuer = group.issuer or issuer
    rows = [
        Missing(g.number, g.kind, g.title, g.issuer, g.day, len(g.documents), g.implements)
        for found in groups.values()
        for g in found
    ]
    return sorted(rows, key=lambda m: (-m.times, m.number, str(m.day)))


class _Group:
    """Citations of one missing document."""

    def __init__(self, number: str, kind: str, title: str, issuer: str, day: date | None) -> None:
        self.number, self.kind, self.title, self.issuer, self.day = number, kind, title, issuer, day
        self.documents: set[int] = set()
        self.implements = False

    def takes(self, day: date | None, issuer: str) -> bool:
        same_day = day is None or self.day is None or day == self.day
        return same_day and (not issuer or not self.issuer or naming.same_issuer(issuer, self.issuer))


def _row(document: Document) -> Row:
    return Row(
        document.pk,
        document.uid,
        document.number,
        document.kind,
        document.title,
        document.issuer,
        document.issued,
        Stage(document.stage),
        full_name(document.unit) if document.unit else "",
        document.agency.name,
    )


def _cited(cite: Citation) -> Cited:
    return Cited(
        cite.number,
        cite.kind,
        cite.title,
        cite.issuer,
        cite.day,
        cite.implements,
        cite.sure,
        cite.start,
        cite.end,
        _row(cite.to) if cite.to is not None else None,
    )
