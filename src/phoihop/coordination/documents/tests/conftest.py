"""Two agencies that plan, people who check documents at each, and a short plan; everybody is invented."""

from typing import Any

import pytest

from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.coordination.documents import work
from phoihop.coordination.documents.actions import sending
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.tests import texts

JOB = Scope("job")


@pytest.fixture
def desk(db, vault) -> Any:
    """``here`` and ``there`` are agencies; ``officer`` and ``second`` plan here, ``far`` there."""
    with scope.acting(making.INSTALL):
        here, there = making.agency("Sở Y tế Phìn Sơn"), making.agency("Công an tỉnh Lũng Cải", "police")
        return {
            "here": here,
            "there": there,
            "officer": making.somebody("Giàng A Lử", "planning-officer", here),
            "second": making.somebody("Vàng Thị Say", "planning-officer", here),
            "far": making.somebody("Sừng Sừng Khai", "planning-officer", there),
            "agency_officer": making.somebody("Lù Văn Chẻo", "agency-officer", here),
            "leader": making.somebody("Tẩn Mí Dùng", "leader", here),
            "member": making.somebody("Phàn Thị Mẩy", "member", there),
        }


def sent(desk: Any, text: str = texts.PLAN, *, who: str = "officer", name: str = "ke-hoach.txt") -> Upload:
    """A text sent in by somebody of the desk."""
    agency = desk["there"] if who == "far" else desk["here"]
    return sending.send(by=desk[who], agency=agency, data=text.encode(), name=name)


def read(desk: Any, text: str = texts.PLAN, **more: Any) -> list[Document]:
    """A text sent in and read, as its documents."""
    upload = sent(desk, text, **more)
    work.run(upload.pk)
    with scope.acting(JOB):
        upload.refresh_from_db()
        assert upload.state == "read", (upload.refused, upload.vi)
        return list(upload.documents.order_by("order"))


def item(document: Document, kind: str, order: int = 0) -> Item:
    """An item of a document as it stands in the table."""
    return Item.objects.get(document=document, kind=kind, order=order)
