"""What the addresses of this room lead to, for the walk over all of them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from phoihop.base.release import files
from phoihop.base.release.models import Copy, Document, Emergency, Export
from phoihop.base.release.rules.documents import Step
from phoihop.base.release.rules.exports import State
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope

NOWHERE = {"uid": str(uuid4())}


def examples(world: Any) -> dict[str, Any]:
    from tests.support.world import HERE, THERE, Example

    agency, facility = world.agencies[HERE], world.facilities[HERE]
    exporter = world.people["exporter@here"].account
    carer = world.people["emergency-carer@here"].account
    publisher, head = (world.people[f"{role}@here"].account for role in ("publisher", "head"))
    now = timezone.now()
    with scope.acting(Scope("job")):
        export = Export.objects.create(
            owner=exporter,
            agency=agency,
            dataset="none.such",
            form="csv",
            named=False,
            purpose="report",
            state=State.READY,
            copies_left=3,
            asked_at=now,
            expires_at=now + timedelta(hours=1),
        )
        copy = Copy.objects.create(
            export=export,
            owner=exporter,
            number=1,
            code="PH-TEST",
            name="xuat-du-lieu.csv",
            file=files.keep(b"1").id,
            made_at=now,
            expires_at=now + timedelta(hours=1),
        )
        given = {
            "agency": world.agencies[THERE],
            "owner_agency": agency,
            "facility": facility,
            "programme": "alpha",
            "kind": "none.Such",
            "thing": 1,
            "opened_at": now,
            "ends_at": now + timedelta(minutes=30),
            "review_due_at": now + timedelta(hours=72),
        }
    with scope.acting(Scope("work", account=carer.pk)):
        own = Emergency.objects.create(who=carer, **given)
    with scope.acting(Scope("job", account=exporter.pk)):
        late = Emergency.objects.create(who=exporter, escalated_at=now, **given)
    with scope.acting(Scope("job")):
        draft = _document(publisher, agency)
        out = _document(
            publisher,
            agency,
            step=Step.RELEASED,
            released_to="cleared",
            second=head,
            released_at=now,
        )

    def lead(thing: Any, **form: str) -> Example:
        return Example({"uid": str(thing.uid)}, thing, form, NOWHERE)

    return {
        "export-ask": Example(
            {"pk": agency.pk},
            agency,
            {"dataset": "none.such", "purpose": "report", "reason": "x", "form": "csv"},
        ),
        "export-copy": lead(copy),
        "export": lead(export),
        "export-status": lead(export),
        "export-take": lead(export),
        "export-revoke": lead(export),
        "emergency-start": Example(form={"kind": "none.Such", "thing": "1", "reason": "x"}),
        "emergency": lead(own),
        "emergency-review": lead(late, verdict="fitting"),
        "emergency-review-overdue": lead(late, verdict="fitting"),
        "document-draft": Example({"pk": agency.pk}, agency, {"title": "x", "wanted": "public"}),
        "document-out": lead(draft),
        "document-scan": lead(draft),
        "document-propose": lead(draft, reason="đăng cổng"),
        "document-withdraw": lead(draft),
        "document-released": lead(out),
    }


def _document(publisher: Any, agency: Any, **more: Any) -> Document:
    given = {"step": Step.CLEAN, "wanted": "cleared", "kind": "docx", "title": "Báo cáo"} | more
    return Document.objects.create(
        agency=agency,
        drafted_by=publisher,
        drafted_at=timezone.now(),
        scanned_at=timezone.now(),
        sha256="0" * 64,
        file=files.keep(b"PK").id,
        **given,
    )
