"""What this room's addresses lead to, for the tests that walk every address."""

import functools
import hashlib
from datetime import timedelta
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Facility
from phoihop.base.release import files
from phoihop.base.release.models import Copy, Document, Emergency, Export
from phoihop.base.release.rules.documents import Audience, Step
from phoihop.base.release.rules.emergencies import Verdict
from phoihop.base.release.rules.exports import State
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.base.security.uploads.vault import Stored
from tests.support.world import HERE, THERE, Example, World

TEXT = "Báo cáo quý IV.\n".encode()
NOWHERE = {"uid": "00000000-0000-4000-8000-000000000000"}


@functools.cache
def _stored() -> Stored:
    return files.keep(TEXT)


def examples(world: World) -> dict[str, Example]:
    """By name of address: an export of exporter@here, a document of its agency, emergencies "there"."""
    with scope.acting(Scope("job")):
        export = _export(world)
        copy = _copy(export)
        draft, out = _document(world), _document(world, out=True)
    mine, late = _emergency(world), _emergency(world, late=True)
    agency = world.agencies[HERE]
    found = {
        name: _of(thing)
        for thing, names in {
            export: ("export", "export-status", "export-take", "export-revoke"),
            copy: ("export-copy",),
            mine: ("emergency",),
            draft: ("document-out", "document-scan", "document-withdraw"),
            out: ("document-released",),
        }.items()
        for name in names
    }
    return found | {
        "export-ask": Example({"pk": agency.pk}, agency, {"dataset": "none", "purpose": "report"}),
        # Without a reason, which is asked for first: no kind of file can be opened here.
        "emergency-start": Example(form={"kind": "none", "thing": "1", "reason": ""}),
        "emergency-review": _of(mine, verdict=Verdict.FITTING.value),
        "emergency-review-overdue": _of(late, verdict=Verdict.FITTING.value),
        "document-draft": Example({"pk": agency.pk}, agency, {"title": "Báo cáo", "wanted": "public"}),
        "document-propose": _of(draft, reason="đã đối chiếu số liệu"),
    }


def _of(thing: Any, **form: str) -> Example:
    return Example({"uid": str(thing.uid)}, thing, form, NOWHERE)


def _export(world: World) -> Export:
    now = timezone.now()
    return Export.objects.create(
        owner=world.people["exporter@here"].account,
        agency=world.agencies[HERE],
        dataset="none",
        form="csv",
        named=False,
        purpose="report",
        state=State.READY,
        rows=1,
        file=_stored().id,
        copies_left=1,
        asked_at=now,
        ready_at=now,
        expires_at=now + timedelta(days=1),
    )


def _copy(export: Export) -> Copy:
    now = timezone.now()
    return Copy.objects.create(
        export=export,
        owner=export.owner,
        number=1,
        code=f"walk-{export.pk}",
        name="xuat.csv",
        file=_stored().id,
        sha256=hashlib.sha256(TEXT).hexdigest(),
        made_at=now,
        expires_at=now + timedelta(minutes=5),
    )


def _document(world: World, *, out: bool = False) -> Document:
    now = timezone.now()
    released: dict[str, Any] = {
        "released_to": Audience.PUBLIC,
        "released_at": now,
        "second": world.people["head@here"].account,
    }
    return Document.objects.create(
        agency=world.agencies[HERE],
        title="Báo cáo quý IV",
        wanted=Audience.PUBLIC,
        step=Step.RELEASED if out else Step.CLEAN,
        kind="text",
        file=_stored().id,
        sha256=hashlib.sha256(TEXT).hexdigest(),
        drafted_by=world.people["publisher@here"].account,
        drafted_at=now,
        scanned_at=now,
        **released if out else {},
    )


def _emergency(world: World, *, late: bool = False) -> Emergency:
    who, now = world.people["emergency-carer@here"], timezone.now()
    facility: Facility = world.facilities[THERE]
    with scope.acting(Scope("work", account=who.account.pk)):
        return Emergency.objects.create(
            who=who.account,
            agency=world.agencies[HERE],
            owner_agency=world.agencies[THERE],
            facility=facility,
            programme="alpha",
            kind="none",
            thing=1,
            opened_at=now,
            ends_at=now + timedelta(minutes=30),
            review_due_at=now + timedelta(hours=72),
            escalated_at=now if late else None,
        )
