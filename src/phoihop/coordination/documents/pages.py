"""The reader page and what its script asks for."""

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie

from phoihop.base.org.page import NUMBER, page, viewer_of
from phoihop.coordination.documents import actions, queries, words
from phoihop.coordination.documents.middleware import too_large
from phoihop.coordination.documents.store import Job, State
from phoihop.coordination.documents.understood import name_of, understand
from phoihop.kernel.refusals import Refusal

# The demo's reader asks nobody who they are; elsewhere it is for people who have signed in.
OPEN = settings.PHOIHOP_MODE == "demo"
READ = "documents.read_file"

FORMATS = {
    "json": "application/json",
    "akn": "application/akn+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@ensure_csrf_cookie
@page(READ, open=OPEN, params={"d": NUMBER})
def home(request: HttpRequest) -> HttpResponse:
    """The first page: the first sample, read; or an invitation where there is none."""
    samples = queries.samples()
    job = queries.job(samples[0]["id"]) if samples else None
    return _page(request, job)


@ensure_csrf_cookie
@page(READ, open=OPEN, params={"d": NUMBER})
def result(request: HttpRequest, token: str) -> HttpResponse:
    """One file: its result, or how far it is. ``?d=2`` asks for the second document in it."""
    return _page(request, _known(token))


@page(READ, open=OPEN, only_post=True)
def upload(request: HttpRequest) -> HttpResponse:
    """Take one file; 201 with its id and addresses. 400 without a file, 413 too large, 503 busy."""
    sent = request.FILES.get("file")
    if sent is None:
        return JsonResponse({"reason": "no-file", "message": _("Chưa có tệp nào được gửi.")}, status=400)
    if sent.size is None or sent.size > actions.UPLOAD_BYTES:
        return too_large(request)  # type: ignore[return-value]
    try:
        token = actions.read_file(by=viewer_of(request), data=sent.read(), name=sent.name or "")
    except Refusal as refusal:
        message = refusal.message.as_dict()[_language()]
        return JsonResponse({"reason": refusal.reason, "message": message}, status=503)
    return JsonResponse({"id": token}, status=201)


@page(READ, open=OPEN)
def status(request: HttpRequest, token: str) -> HttpResponse:
    """How far a file is, with words for the queue."""
    return JsonResponse(queries.status(_known(token), _language()))


@page(READ, open=OPEN, only_post=True)
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Stop reading a file; 409 if it was finished already."""
    job = _known(token)
    stopped = actions.cancel(token)
    return JsonResponse(queries.status(job, _language()), status=200 if stopped else 409)


@page(READ, open=OPEN)
def download(request: HttpRequest, token: str, fmt: str) -> HttpResponse:
    """The result as JSON, Akoma Ntoso XML or a spreadsheet, under a neutral name."""
    job = _known(token)
    if fmt not in FORMATS or job.state is not State.DONE or job.result is None:
        raise Http404
    response = HttpResponse(_written(job.result, fmt), content_type=FORMATS[fmt])
    extension = "xml" if fmt == "akn" else fmt
    name = queries.download_name(job.result, extension)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _written(result: dict[str, Any], fmt: str) -> bytes:
    # Imported when asked for: the writers bring XML and spreadsheet libraries with them.
    if fmt == "akn":
        from phoihop.engines.reading.akn import to_akn

        return to_akn(result)
    if fmt == "xlsx":
        from phoihop.engines.reading.sheet import to_xlsx

        return to_xlsx(result)
    return json.dumps(result, ensure_ascii=False, indent=1).encode()


def _known(token: str) -> Job:
    job = queries.job(token)
    if job is None:
        raise Http404
    return job


def _language() -> str:
    return get_language() or "vi"


def _page(request: HttpRequest, job: Job | None) -> HttpResponse:
    context: dict[str, Any] = {
        "samples": queries.samples(),
        "words": words.for_script(),
        "keys": words.keys(),
        "extensions": ",".join(words.EXTENSIONS),
        "minutes": settings.PHOIHOP_KEEP_SECONDS // 60,
        "limit_mb": actions.UPLOAD_BYTES // 2**20,
        "job": job,
    }
    if job is not None:
        context["status"] = queries.status(job, _language())
    if job is not None and job.state is State.DONE and job.result is not None and job.result["documents"]:
        context.update(_read(request, job, job.result))
    return render(request, "documents/reader.html", context)


def _read(request: HttpRequest, job: Job, result: dict[str, Any]) -> dict[str, Any]:
    asked = request.GET.get("d", "1")
    place = int(asked) - 1 if asked.isascii() and asked.isdigit() else -1
    if not 0 <= place < len(result["documents"]):
        raise Http404
    address = reverse("result", args=[job.id])
    return {
        "result": result,
        "document": result["documents"][place],
        "name": name_of(result["documents"][place]),
        "view": understand(result, place, _language()),
        "tabs": [
            {"name": name_of(d), "address": f"{address}?d={n}", "current": n == place + 1}
            for n, d in enumerate(result["documents"], start=1)
        ],
    }
