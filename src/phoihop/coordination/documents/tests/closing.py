"""What the tests of closed tabs do in the product: a document to check, a way in, and what came of it."""

from typing import Any

from django.apps import apps

from phoihop.base.org.models import Account
from phoihop.base.org.signin.rules.browsers import family
from phoihop.base.org.signin.store import SessionStore
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.coordination.documents import work
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.tests import racing
from phoihop.coordination.documents.tests.conftest import JOB


def begin(agent: str) -> dict[str, str]:
    """A document under review, and the session of an officer who checks it."""
    number = racing.queued()
    work.run(number)
    document = racing.document_of(number)
    by = racing.viewer(document.agency, "officer")
    with scope.acting(scope.DOOR):
        session = SessionStore()
        session.family = family(agent)
        session.begin(Account.objects.get(pk=by.account or 0), ["password", "totp"])
        session.save()
    return {"uid": str(document.uid), "session": session.session_key or ""}


def came_of(uid: str) -> dict[str, Any]:
    """What stands of each item, every row of its history, and what was recorded."""
    events = apps.get_model("documents", "ItemEvent").objects
    with scope.acting(JOB):
        document = Document.objects.get(uid=uid)
        items = Item.objects.filter(document=document).order_by("pk")
        kept = events.filter(document_id=document.pk).order_by("pgh_id")
        recorded = AuditEntry.objects.filter(outcome="done", owner_agency=document.agency_id)
        return {
            "version": document.version,
            "items": {str(i.uid): [i.version, i.ruling, i.value, i.start] for i in items},
            "history": [[str(e.uid), e.version, e.ruling, e.value] for e in kept],
            "recorded": {
                what: recorded.filter(action=f"documents.{what}").count() for what in ("rule", "add")
            },
        }
