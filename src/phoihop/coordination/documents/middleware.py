"""Uploads that are too large are turned away before their body is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from phoihop.coordination.documents import words
from phoihop.engines.ui import pages

Handler = Callable[[HttpRequest], HttpResponseBase]


def too_large(request: HttpRequest) -> HttpResponseBase:
    """413: as JSON for the page's own script, as a page for everybody else."""
    message = words.too_large()
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"reason": "too-large", "message": message}, status=413)
    return pages.error(request, 413, _("Tệp quá lớn"), message)


def upload_limit(get_response: Handler) -> Handler:
    """Refuse by the declared length, so that nothing of an oversized body reaches memory."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        declared = request.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            return too_large(request)
        return get_response(request)

    return handle
