"""What the addresses of this room lead to: documents of the agency here, one confirmed, one under review."""

from django.utils import timezone

from phoihop.base.org.models import Account, Agency
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.rules import reading as rules
from phoihop.coordination.documents.rules.review import Kind, Ruling, Stage
from phoihop.coordination.documents.rules.uploads import State
from phoihop.coordination.documents.tests.example import TEXT, contract
from tests.support.world import HERE, Example, World

NOWHERE = {"uid": "00000000-0000-0000-0000-000000000000"}


def kept(agency: Agency, account: Account, *, confirmed: bool = False) -> Document:
    """The example as its reading leaves it, or as confirming leaves it."""
    reading = contract()
    text = reading.pop("text")
    now = timezone.now()
    upload = Upload.objects.create(
        account=account, agency=agency, sha256="0" * 64, state=State.READ, text=text, reading=reading
    )
    said = {"stage": Stage.CONFIRMED, "confirmed_by": account, "confirmed_at": now} if confirmed else {}
    ruled = {"ruling": Ruling.ACCEPTED, "ruled_by": account, "ruled_at": now} if confirmed else {}
    read = reading["documents"][0]
    document = Document.objects.create(
        upload=upload, order=0, start=0, end=len(TEXT), agency=agency, number=read["number"], **said
    )
    Item.objects.bulk_create(
        Item(
            document=document,
            kind=found.kind,
            order=found.order,
            start=found.start,
            end=found.end,
            read=found.read,
            value=found.read,
            **ruled,
        )
        for found in rules.found_in(read)
    )
    return document


def examples(world: World) -> dict[str, Example]:
    """By name of address; whoever sent the files is nobody who is tried."""
    with scope.acting(making.INSTALL):
        account = making.account("Người Gửi Tệp")
        open_ = kept(world.agencies[HERE], account)
        shown = kept(world.agencies[HERE], account, confirmed=True)
        item = Item.objects.get(document=open_, kind=Kind.TARGET, order=0)
        upload = Upload.objects.create(account=account, agency=world.agencies[HERE], sha256="1" * 64)

    def of(document: Document, form: dict[str, str] | None = None, **more: str) -> Example:
        return Example({"uid": str(document.uid), **more}, document, form or {}, {**NOWHERE, **more})

    sent = Example({"uid": str(upload.uid)}, upload, {}, NOWHERE)
    return {
        "document": of(shown),
        "document-text": of(shown),
        "document-download": of(shown, fmt="json"),
        "document-history": of(open_),
        "document-review": of(open_),
        "document-changes": of(open_),
        "document-confirm": of(open_),
        "document-rest": of(open_, {"target": "on"}),
        "document-add": of(open_, {"kind_of": "task", "quote": "Công an tỉnh theo dõi chung."}),
        "sent-document-withdraw": of(open_, {"why": "gửi nhầm"}),
        "document-item": Example(
            {"uid": str(open_.uid), "item": str(item.uid)},
            item,
            {"ruling": "accepted", "version": "1"},
            {**NOWHERE, "item": NOWHERE["uid"]},
        ),
        "upload-open": sent,
        "upload-cancel": sent,
    }
