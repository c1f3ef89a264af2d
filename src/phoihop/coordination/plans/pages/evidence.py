"""Files that show the work, for those outside the agency that sent them (see queries/evidence.py)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse

from phoihop.base.org.files import actions as files
from phoihop.base.org.files.pages import bytes_of
from phoihop.base.org.files.place import KeptFile
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.models import StoredFile
from phoihop.coordination.plans.queries import evidence


def _load(viewer: Viewer, text: str) -> StoredFile | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    found = evidence.find(viewer, number)
    return found.row if found is not None else None


@page(evidence.CODE, of=StoredFile, load=_load)
def ask(request: HttpRequest, row: StoredFile) -> HttpResponse:
    """Record that the file is fetched, and send on to a link that lives a minute."""
    viewer = viewer_of(request)
    found = evidence.find(viewer, row.pk)
    assert found is not None  # the loader has seen it
    return HttpResponseRedirect(reverse("evidence-file", args=[row.pk, evidence.link(viewer, file=found)]))


@page(evidence.CODE, of=StoredFile, load=_load)
def give(request: HttpRequest, row: StoredFile, token: str) -> StreamingHttpResponse:
    """The bytes, as something to be saved and never shown."""
    files.check(viewer_of(request), KeptFile(row), token)
    return bytes_of(row)
