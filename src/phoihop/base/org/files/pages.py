"""The addresses of files: one asks for a link, the other gives the bytes to whom the link is for."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse

from phoihop.base.org.files import actions
from phoihop.base.org.files.place import KeptFile, find, may_fetch
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import vaults
from phoihop.base.security.models import StoredFile
from phoihop.base.security.uploads import links


def _load(viewer: Viewer, text: str) -> StoredFile | None:
    """The file, if this viewer may fetch it: else it is not there."""
    kept = find(int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
    return kept.row if kept is not None and may_fetch(viewer, kept) else None


@page("org.fetch_file", of=StoredFile, load=_load)
def ask(request: HttpRequest, row: StoredFile) -> HttpResponse:
    """Record that the file is fetched, and send on to a link that lives a minute."""
    token = actions.link(viewer_of(request), file=KeptFile(row))
    return HttpResponseRedirect(reverse("file", args=[row.pk, token]))


@page("org.fetch_file", of=StoredFile, load=_load)
def give(request: HttpRequest, row: StoredFile, token: str) -> StreamingHttpResponse:
    """The bytes, as something to be saved and never shown."""
    actions.check(viewer_of(request), KeptFile(row), token)
    return bytes_of(row)


def bytes_of(row: StoredFile) -> StreamingHttpResponse:
    """A file to whom it was found to be for."""
    answer = StreamingHttpResponse(vaults.vault().open(row.vault))
    for name, value in links.headers(row.name, row.media_type, row.size).items():
        answer[name] = value
    return answer
