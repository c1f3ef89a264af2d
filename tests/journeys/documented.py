"""Two planning officers of one agency, somebody of another, and files that they have sent in and had read."""

from pathlib import Path

from phoihop.base.org import actions, viewers
from phoihop.base.org.models import Account, Agency
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope
from phoihop.coordination.documents import work
from phoihop.coordination.documents.actions import reviewing, sending
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.rules.review import Kind, Ruling
from phoihop.coordination.documents.tests.example import TEXT
from phoihop.demo import people
from tests.journeys.organised import SINCE, viewer

PLANNERS = ("canbo", "canbo2")
BASIS = """CHỈ THỊ
Số: 18-CT/TU
Phìn Sơn, ngày 05 tháng 02 năm 2025

CHỈ THỊ
Về công tác phòng, chống HIV/AIDS trên địa bàn tỉnh

Thực hiện Kế hoạch số 5/KH-UBND ngày 10/01/2025 của Ủy ban nhân dân tỉnh Phìn Sơn, Tỉnh ủy yêu cầu các sở, \
ngành triển khai.
"""


def make() -> None:
    """The demo's people, two of whom plan for the province."""
    people.build()
    with origin.beginning(), scope.acting(Scope("install")):
        by = viewer("quantri")
        office = Agency.objects.get(name__startswith="Ủy ban nhân dân tỉnh")
        for name in PLANNERS:
            person = Account.objects.select_related("person").get(username=name).person
            actions.give_position(
                by=by, person=person, role="planning-officer", place=office, since=SINCE, reason="phân công"
            )
    viewers.CACHE.clear()


def send(data: bytes, name: str, who: str = PLANNERS[0]) -> str:
    """A file sent and read at once; the uid of the first document in it."""
    with origin.beginning(), scope.acting(Scope("install")):
        by = viewer(who)
        office = Agency.objects.get(name__startswith="Ủy ban nhân dân tỉnh")
    with origin.beginning():
        upload = sending.send(by=by, agency=office, data=data, name=name)
    work.run(upload.pk)
    with scope.acting(Scope("job")):
        return str(Document.objects.get(upload=upload, order=0).uid)


def settle(uid: str, who: str = PLANNERS[0]) -> None:
    """Accept everything and confirm."""
    with origin.beginning(), scope.acting(Scope("install")):
        by = viewer(who)
        document = Document.objects.get(uid=uid)
    with origin.beginning():
        reviewing.accept_rest(by=by, document=document, kinds=set(Kind))
        reviewing.confirm(by=by, document=document)


def reject_as(who: str, uid: str, kind: str, order: int) -> None:
    """One ruling of somebody who sits elsewhere."""
    with origin.beginning(), scope.acting(Scope("install")):
        by = viewer(who)
        item = Item.objects.select_related("document").get(document__uid=uid, kind=kind, order=order)
    with origin.beginning():
        reviewing.rule(by=by, item=item, ruling=Ruling.REJECTED, version=item.version)


def everything(seed: str = "") -> dict[str, str]:
    """A register with something in every part of it; ``seed``: the path of one more document to check."""
    make()
    basis = send(BASIS.encode(), "chi-thi.txt")
    settle(basis)
    plan = send(TEXT.encode(), "ke-hoach.txt")
    settle(plan)
    made = {"basis": basis, "plan": plan}
    text = Path(seed).read_text(encoding="utf-8") if seed else TEXT.replace("47/KH-UBND", "48/KH-UBND")
    made["review"] = send(text.encode(), "kiem.txt")
    return made
