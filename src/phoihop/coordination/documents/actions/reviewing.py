"""What people say of what was read: item by item, and of the document as a whole.

Every ruling takes its document's lock first: rulings and confirming come one after the other, and each has a
version of the document of its own, by which others learn of it.
"""

from collections.abc import Mapping, Set
from typing import Any
from uuid import uuid4, uuid5

from django.db.models import F, Max
from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents import alone, citing, confirming, heads, reselecting
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.rules import naming, shapes
from phoihop.coordination.documents.rules.review import STANDS, Kind, Ruling, Stage
from phoihop.kernel.refusals import Refusal

WHY = 1_000  # characters of a reason for withdrawing
ADDED = 5_000  # items that people may add to one document
# Rulings in one statement. Each writes a row of history and touches the one row of its context again, which
# the database takes the longer for the more there were: 8,000 took four seconds, 20,000 the time allowed.
_TOGETHER = 5_000


@action("documents.rule", "Kiểm một mục đã đọc", "Rule on an item that was read", of="item")
def rule(
    *, by: Viewer, item: Item, ruling: Ruling, version: int, value: Mapping[str, Any] | None = None
) -> Item:
    """Accept (as it stands), correct (what changes of ``value``), reject, or open again (as read) an item.

    Refusal("changed-meanwhile") when ``version`` is not the item's: somebody has ruled since;
    ("not-in-review"), ("value-missing"), shapes.WrongValue. Of an item that a person added, accepting and
    opening again mean that it stands as it is.
    """
    document = _open(item.document_id)
    now = Item.objects.select_for_update(no_key=True).get(pk=item.pk)
    if now.version != version:
        raise Refusal(
            "changed-meanwhile",
            "Người khác vừa sửa mục này. Hãy xem lại rồi quyết định.",
            "Somebody has just changed this item. Look at it again before you decide.",
        )
    _apply(now, ruling, value)
    _say(by, document, now)
    now.save(update_fields=["value", "ruling", "version", "at", "ruled_by", "ruled_at"])
    _keep(document, refill=now.kind == Kind.HEAD)
    return now


class AlreadyAdded(Refusal):
    """This very word was heard before, and its answer lost on the way; ``item`` is what came of it."""

    def __init__(self, item: Item) -> None:
        super().__init__("already-added", "Mục này đã được thêm rồi.", "This item has been added already.")
        self.item = item


@action("documents.add", "Thêm một mục mà chương trình bỏ sót", "Add an item that was missed", of="document")
def add(
    *,
    by: Viewer,
    document: Document,
    kind: Kind,
    start: int,
    end: int,
    value: Mapping[str, Any] | None,
    token: str = "",
) -> Item:
    """Add a target, task or citation by a selection of the document's text.

    What ``value`` leaves out is as the reader understands the selection. ``token``: by what the same word is
    known when it is said again (AlreadyAdded). Refusal("selection-wrong") for a selection that is empty or
    not of this document, ("already-there") for a citation of the very same place, ("not-in-review"),
    ("too-many-items"), shapes.WrongValue.
    """
    kind = Kind(kind)
    text = _selected(document, kind, start, end)
    begun = reselecting.begun(kind, text, start, end)
    made = shapes.corrected(kind, begun, value or {})
    held = _open(document.pk)
    uid = uuid5(held.uid, f"{by.account} {token}") if token else uuid4()
    there = Item.objects.filter(uid=uid).first()
    if there is not None:
        raise AlreadyAdded(there)
    items = Item.objects.filter(document=held, kind=kind)
    if kind is Kind.CITE and items.filter(start=start, end=end).exclude(ruling=Ruling.REJECTED).exists():
        raise Refusal(
            "already-there",
            "Chỗ này đã có một viện dẫn. Hãy sửa mục đó.",
            "There is a citation of this very place already. Correct that one.",
        )
    if items.filter(read__isnull=True).count() >= ADDED:
        raise Refusal(
            "too-many-items",
            "Văn bản này đã có quá nhiều mục thêm tay.",
            "Too many items have been added to this document by hand.",
        )
    order = items.aggregate(last=Max("order"))["last"]
    item = Item(
        uid=uid,
        document=held,
        kind=kind,
        order=0 if order is None else order + 1,
        start=start,
        end=end,
        value=made,
        ruling=Ruling.ADDED,
        version=0,
    )
    _outputs_known(item)
    _say(by, held, item)
    item.save()
    _keep(held)
    return item


@action("documents.accept_rest", "Nhận mọi mục chưa kiểm", "Accept every open item", of="document")
def accept_rest(*, by: Viewer, document: Document, kinds: Set[Kind]) -> int:
    """Accept, as read, every open item of these kinds; how many. Refusal("not-in-review")."""
    held = _open(document.pk)
    still = Item.objects.filter(document=held, kind__in=[Kind(kind) for kind in kinds], ruling=Ruling.OPEN)
    count, done = 0, _TOGETHER
    # One statement for any plan there is; only a whole gazette takes several, each within the time allowed.
    while done == _TOGETHER:
        done = still.filter(pk__in=still.order_by("pk").values("pk")[:_TOGETHER]).update(
            ruling=Ruling.ACCEPTED,
            version=F("version") + 1,
            at=held.version + 1,
            ruled_by=by.account,
            ruled_at=timezone.now(),
        )
        count += done
    if count:
        held.version += 1
        _keep(held)
    return count


@action("documents.confirm", "Xác nhận một văn bản", "Confirm a document", of="document")
def confirm(*, by: Viewer, document: Document) -> Document:
    """From now on the document counts, as it stands: its citations are resolved and plans are made of it.

    All of it happens, or nothing. Refusal("not-in-review"), ("open-items"), ("head-empty") when it has
    neither number nor title, ("figure-too-large") for a figure that no plan keeps, ("number-known") when a
    confirmed one has the same number, issuer and day.
    """
    held = _open(document.pk)
    if Item.objects.filter(document=held, ruling=Ruling.OPEN).exists():
        raise Refusal(
            "open-items",
            "Còn mục chưa kiểm. Hãy kiểm hết, hoặc nhận tất cả mục còn lại.",
            "Some items are still open. Rule on them, or accept the rest.",
        )
    if not (held.number or held.title):
        raise Refusal(
            "head-empty",
            "Văn bản chưa có số ký hiệu và trích yếu. Hãy ghi ít nhất một trong hai.",
            "The document has neither number nor title. Give one of the two.",
        )
    _refuse_figures(held)
    _refuse_known(held)
    held.stage, held.confirmed_by_id, held.confirmed_at = Stage.CONFIRMED, by.account, timezone.now()
    held.version += 1
    _keep(held, "stage", "confirmed_by", "confirmed_at")
    citing.make(held)
    confirming.confirmed(by, held)
    return held


@action("documents.withdraw", "Rút một văn bản", "Withdraw a document", of="document")
def withdraw(*, by: Viewer, document: Document, why: str) -> Document:
    """The document no longer counts; it and all that was said of it stay to be looked at.

    Refusal("why-missing"), ("withdrawn-already").
    """
    said = " ".join(why.split())[:WHY]
    if not any(c.isalnum() for c in said):
        raise Refusal(
            "why-missing", "Hãy ghi lý do rút văn bản.", "Give the reason for which it is withdrawn."
        )
    held = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    if held.stage == Stage.WITHDRAWN:
        raise Refusal(
            "withdrawn-already", "Văn bản này đã được rút rồi.", "This document has been withdrawn already."
        )
    counted = held.stage == Stage.CONFIRMED
    held.stage, held.withdrawn_why = Stage.WITHDRAWN, said
    held.version += 1
    _keep(held, "stage", "withdrawn_why")
    if counted:
        alone.alone(alone.REGISTER)
        citing.drop(held)
        confirming.withdrawn(by, held)
    return held


def _open(number: int) -> Document:
    """The document, locked for what follows. Refusal("not-in-review") once it counts or is withdrawn."""
    held = Document.objects.select_for_update(no_key=True).get(pk=number)
    if held.stage != Stage.REVIEW:
        raise Refusal(
            "not-in-review",
            "Văn bản này đã được xác nhận hoặc đã rút nên không sửa được nữa.",
            "This document has been confirmed or withdrawn and can no longer be changed.",
        )
    return held


def _apply(item: Item, ruling: Ruling, value: Mapping[str, Any] | None) -> None:
    added = item.read is None
    match Ruling(ruling):
        case Ruling.CORRECTED:
            if value is None:
                raise Refusal(
                    "value-missing", "Hãy ghi nội dung đúng của mục này.", "Give what is right for this item."
                )
            item.value = shapes.corrected(Kind(item.kind), item.value, value)
            _outputs_known(item)
            right = item.read is not None and item.value == item.read
            item.ruling = Ruling.ADDED if added else Ruling.ACCEPTED if right else Ruling.CORRECTED
        case Ruling.REJECTED:
            item.ruling = Ruling.REJECTED
        case _ if added:
            item.ruling = Ruling.ADDED
        case Ruling.OPEN:
            item.ruling, item.value = Ruling.OPEN, item.read
        case _:
            # What was put right before it was rejected stands again as it was put right.
            item.ruling = Ruling.ACCEPTED if item.value == item.read else Ruling.CORRECTED


def _outputs_known(item: Item) -> None:
    """A task makes targets of its own document, told by their order."""
    wanted = set(item.value.get("outputs") or ()) if item.kind == Kind.TASK else set()
    if wanted and wanted != set((item.read or {}).get("outputs") or ()):
        targets = Item.objects.filter(document=item.document_id, kind=Kind.TARGET, order__in=wanted)
        if targets.count() != len(wanted):
            shape = shapes.SHAPES[Kind.TASK]["outputs"]
            raise shapes.WrongValue("outputs", shape.name, shape.wanted)


def _say(by: Viewer, document: Document, item: Item) -> None:
    """Put down who ruled, and give the document the version that others will see it by."""
    document.version += 1
    item.version += 1
    item.at, item.ruled_by_id, item.ruled_at = document.version, by.account, timezone.now()
    if item.ruling == Ruling.OPEN:
        item.ruled_by_id = item.ruled_at = None


def _keep(document: Document, *columns: str, refill: bool = False) -> None:
    if refill:
        heads.fill(document, head_of(document))
        columns = (*columns, *heads.FILLED)
    document.save(update_fields=["version", *columns])


def head_of(document: Document) -> dict[str, Any]:
    """The header as it stands: what was rejected is not there; what is open counts as read."""
    items = Item.objects.filter(document=document, kind=Kind.HEAD)
    held = {
        item.value["name"]: item.value["value"]
        for item in items
        if Ruling(item.ruling) in STANDS or item.ruling == Ruling.OPEN
    }
    return {name: held.get(name) for name in shapes.HEAD}


def _selected(document: Document, kind: Kind, start: int, end: int) -> str:
    """The upload's text, in which the selection is a good one."""
    fits = kind is not Kind.HEAD and document.start <= start < end <= document.end
    text: str = document.upload.text if fits else ""
    if not text[start:end].strip() or end - start > shapes.SENTENCE:
        raise Refusal(
            "selection-wrong",
            "Hãy chọn một câu trong chính văn bản này.",
            "Select a sentence of this very document.",
        )
    return text


def _refuse_figures(document: Document) -> None:
    """The reader takes any row of digits for a figure; which item it is, only a person can put right."""
    targets = Item.objects.filter(document=document, kind=Kind.TARGET, ruling__in=STANDS).order_by("order")
    for order, value in targets.values_list("order", "value"):
        if not shapes.keeps(value):
            raise Refusal(
                "figure-too-large",
                f"Con số ở chỉ tiêu thứ {order + 1} quá lớn hoặc có quá nhiều chữ số thập phân. "
                "Hãy sửa con số ấy hoặc bỏ mục này rồi xác nhận.",
                f"The figure of target {order + 1} is too large or has too many decimals. "
                "Correct it, or reject the item, and confirm then.",
            )


def _refuse_known(document: Document) -> None:
    alone.alone(alone.REGISTER)
    if not document.number_key:
        return
    same = Document.objects.filter(
        number_key=document.number_key, issued=document.issued, stage=Stage.CONFIRMED
    )
    if any(naming.same_words(other, document.issuer) for other in same.values_list("issuer", flat=True)):
        raise Refusal(
            "number-known",
            "Đã có văn bản được xác nhận cùng số, cùng cơ quan ban hành, cùng ngày.",
            "A document with this number, issuer and day has been confirmed already.",
        )
