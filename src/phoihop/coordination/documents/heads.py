"""The header's fields as columns of the document, and where the document holds."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Unit
from phoihop.base.org.queries.units import stood
from phoihop.base.org.units.model import Level
from phoihop.base.org.units.words import bare
from phoihop.coordination.documents.models import Document
from phoihop.coordination.documents.rules import naming

COLUMNS = ["number", "number_key", "issued", "issuer", "kind", "title", "period", "signers", "recipients"]
FILLED = [*COLUMNS, "search", "unit"]


def fill(document: Document, head: Mapping[str, Any]) -> None:
    """Set the document's columns from the header's values by name (None: not there). Saves nothing."""
    document.number = (head["number"] or "")[: naming.NUMBER]
    document.number_key = naming.number_key(head["number"])
    document.issued = _day(head["issued"])
    document.issuer = head["issuer"] or ""
    document.kind = (head["type"] or "")[:60]
    document.title = head["title"] or ""
    document.period = (head["period"] or "")[:40]
    document.signers = head["signers"] or []
    document.recipients = head["recipients"] or []
    document.unit = unit_of(head, document)
    document.search = naming.search_text(
        document.kind, document.number, document.number_key, document.title, document.issuer,
        head["parent_issuer"], head["place"], document.issued, document.period,
        document.unit.name if document.unit else "",
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text) if text else None
    return None


def unit_of(head: Mapping[str, Any], document: Document) -> Unit | None:
    """The unit in which the document holds, on the day it was issued: the province that its issuer names, or
    its place of issue; else where the agency lies that sent it in."""
    on = _day(head["issued"]) or timezone.localdate()
    for text in (head["issuer"], head["parent_issuer"], head["place"]):
        province = naming.province_in(text)
        if province is not None:
            known = Unit.objects.filter(stood(on), level=Level.PROVINCE).order_by("pk")
            found = [unit for unit in known if bare(unit.name) == bare(province)]
            if found:
                return found[0]
    own: Unit | None = document.agency.unit
    return own
