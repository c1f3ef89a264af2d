"""Confirmed documents for tests: read by the reader, or made of a few values, with every item accepted."""

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Agency, Unit
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.coordination.documents import heads
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.rules import shapes
from phoihop.coordination.documents.rules.reading import found_in
from phoihop.coordination.documents.rules.review import Kind, Ruling, Stage
from phoihop.engines.reading import read
from phoihop.engines.reading.contract import of_reading

SEEDS = Path(__file__).resolve().parents[6] / "shared" / "seeds"
_NUMBERS = count(1)


@cache
def seed(start: str) -> dict[str, Any]:
    """The reading of one of the five real documents, by the beginning of its file's name."""
    path = next(SEEDS.glob(f"{start}*.txt"))
    return of_reading(read(path.read_bytes(), path.name))


def _upload(agency: Agency, account: int | None, reading: dict[str, Any]) -> Upload:
    assert account is not None, "a visitor sends nothing in"
    digest = hashlib.sha256(str(next(_NUMBERS)).encode()).hexdigest()
    return Upload.objects.create(
        account_id=account,
        agency=agency,
        sha256=digest,
        state="read",
        text=reading["text"],
        reading={"documents": reading["documents"]},
    )


def read_document(
    reading: dict[str, Any], agency: Agency, account: int | None, *, unit: Unit | None = None
) -> Document:
    """The one document of a reading, every item of it accepted as it was read."""
    (understood,) = reading["documents"]
    with scope.acting(making.INSTALL):
        upload = _upload(agency, account, reading)
        document = Document(upload=upload, order=0, start=0, end=len(reading["text"]), agency=agency)
        heads.fill(document, understood)
        if unit is not None:
            document.unit = unit
        return _kept(
            document,
            account,
            ((f.kind, f.order, f.start, f.end, f.read) for f in found_in(understood)),
        )


def of_values(
    agency: Agency,
    account: int | None,
    *,
    unit: Unit | None,
    title: str = "Công tác cai nghiện ma túy năm 2022",
    period: str = "2022",
    issued: date | None = date(2022, 1, 25),
    issuer: str = "Ủy ban nhân dân tỉnh",
    targets: Iterable[dict[str, Any]] = (),
    tasks: Iterable[dict[str, Any]] = (),
    kind: str = "kế hoạch",
) -> Document:
    """A document of these values, each given over an empty one of its kind."""
    with scope.acting(making.INSTALL):
        upload = _upload(agency, account, {"text": "", "documents": []})
        document = Document(
            upload=upload, order=0, start=0, end=0, agency=agency, unit=unit, number=f"{upload.pk}/KH",
            number_key=f"{upload.pk}kh", issued=issued, issuer=issuer, kind=kind, title=title, period=period,
        )  # fmt: skip
        rows = [
            (kind, order, 0, 0, shapes.empty(kind, "", (0, 0)) | given)
            for kind, values in ((Kind.TARGET, targets), (Kind.TASK, tasks))
            for order, given in enumerate(values)
        ]
        return _kept(document, account, rows)


def _kept(
    document: Document, account: int | None, rows: Iterable[tuple[Kind, int, int | None, int | None, Any]]
):
    now = timezone.now()
    document.stage, document.confirmed_by_id, document.confirmed_at = Stage.CONFIRMED, account, now
    document.save()
    for kind, order, start, end, value in rows:
        Item.objects.create(
            document=document, kind=kind, order=order, start=start, end=end, read=value, value=value,
            ruling=Ruling.ACCEPTED, ruled_by_id=document.confirmed_by_id, ruled_at=now,
        )  # fmt: skip
    return document
