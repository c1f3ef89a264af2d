"""Which document of the register a citation means: kept as rows, and looked at again in both directions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django.db.models import Q

from phoihop.coordination.documents.models import Citation, Document, Item
from phoihop.coordination.documents.rules import naming
from phoihop.coordination.documents.rules.review import STANDS, Kind, Stage

_BATCH = 1_000


def make(document: Document) -> None:
    """The rows of a document's citations as confirmed, resolved; and of those elsewhere that may mean it."""
    items = Item.objects.filter(document=document, kind=Kind.CITE, ruling__in=STANDS, start__isnull=False)
    places: dict[tuple[int, int], Citation] = {}
    for item in items.order_by("order"):
        # Two items of one place are one citation; a later correction of the same place would be its second.
        places.setdefault((item.start or 0, item.end or 0), _row(document, item))
    Citation.objects.bulk_create(places.values(), batch_size=_BATCH)
    _resolve(Citation.objects.filter(document=document))
    meaning(document.number_key)


def meaning(key: str) -> None:
    """Look again at every citation of one number: a document of it was confirmed or withdrawn."""
    if key:
        _resolve(Citation.objects.filter(number_key=key, document__stage=Stage.CONFIRMED))


def drop(document: Document) -> None:
    """A document no longer counts: what meant it means another, or nothing, and what it cited is not asked
    for in its name (its rows stay: they say what it said)."""
    Citation.objects.filter(to=document).update(to=None, sure=False)
    meaning(document.number_key)


def _row(document: Document, item: Item) -> Citation:
    value: Mapping[str, Any] = item.value
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(value["date"]) if value["date"] else None
    return Citation(
        document=document,
        number=(value["number"] or "")[: naming.NUMBER],
        number_key=naming.number_key(value["number"]),
        day=day,
        kind=(value["type"] or "")[:60],
        issuer=value["issuer"] or "",
        title=value["title"] or "",
        implements=bool(value["implemented"]),
        start=item.start or 0,
        end=item.end or 0,
    )


def _resolve(citations: Iterable[Citation]) -> None:
    found = [cite for cite in citations if cite.number_key]
    keys = {cite.number_key for cite in found}
    known: dict[str, list[tuple[int, date | None, str]]] = defaultdict(list)
    standing = Document.objects.filter(Q(number_key__in=keys), stage=Stage.CONFIRMED).order_by("pk")
    for pk, key, issued, issuer in standing.values_list("pk", "number_key", "issued", "issuer"):
        known[key].append((pk, issued, issuer))
    changed = []
    for cite in found:
        others = [c for c in known[cite.number_key] if c[0] != cite.document_id]
        to, sure = naming.resolve((cite.number_key, cite.day, cite.issuer), others)
        if (to, sure) != (cite.to_id, cite.sure):
            cite.to_id, cite.sure = to, sure
            changed.append(cite)
    Citation.objects.bulk_update(changed, ["to", "sure"], batch_size=_BATCH)
