"""Pages of the stand-in room: a file, a search by POST, a write. Nothing of a person stands in an address."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date

from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.rules.permissions import Viewer
from tests.standin import actions, queries
from tests.standin.models import Client


def _of(programme: str) -> Any:
    def load(viewer: Viewer, text: str) -> Client | None:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        return Client.objects.select_related("facility").filter(pk=number, programme=programme).first()

    return load


def _pages(programme: str) -> dict[str, Any]:
    @page(f"standin.case_{programme}_see", of=Client, load=_of(programme))
    def see(request: HttpRequest, client: Client) -> HttpResponse:
        return render(request, "standin/client.html", {"said": queries.see(viewer_of(request), client)})

    @page(f"standin.case_{programme}_search", only_post=True, fields=frozenset({"text"}))
    def search(request: HttpRequest) -> HttpResponse:
        found = queries.search(viewer_of(request), programme, request.POST.get("text", ""))
        return JsonResponse({"found": [{"id": client.pk, "name": name} for client, name in found]})

    @page(
        f"standin.case_{programme}_visit",
        of=Client,
        load=_of(programme),
        only_post=True,
        fields=frozenset({"day", "event"}),
    )
    def visit(request: HttpRequest, client: Client) -> HttpResponse:
        day = parse_date(request.POST["day"])
        # A reply may be lost on its way: what is sent again under the same key is written once.
        event = UUID(request.POST["event"]) if "event" in request.POST else None
        actions.visit(programme, by=viewer_of(request), client=client, day=day, event=event)
        return redirect(f"standin-{programme}-see", pk=client.pk)

    @page(
        f"standin.case_{programme}_enrol",
        of=Facility,
        only_post=True,
        fields=frozenset({"name", "number", "since"}),
    )
    def enrol(request: HttpRequest, facility: Facility) -> HttpResponse:
        client = actions.enrol(
            programme,
            by=viewer_of(request),
            facility=facility,
            name=request.POST["name"],
            number=request.POST.get("number", ""),
            since=parse_date(request.POST["since"]),
        )
        return JsonResponse({"id": client.pk}, status=201)

    return {"see": see, "search": search, "visit": visit, "enrol": enrol}


PAGES = {programme: _pages(programme) for programme in queries.PROGRAMMES}
