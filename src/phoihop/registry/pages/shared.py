"""What the pages of this room do alike: loading a file, leading back to it, asking with a form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from phoihop.base.org.models import Facility, Unit
from phoihop.base.org.page import Load, viewer_of
from phoihop.base.org.pages.shared import Form
from phoihop.base.org.queries.placing import units_now
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal
from phoihop.registry.models import Client
from phoihop.registry.queries import files
from phoihop.registry.registering import Programme

Pages = dict[str, Callable[..., Any]]


def uid_of(text: str) -> UUID:
    """The id that an address names; that of nothing where it names none, at the same cost."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def load_client(programme: Programme) -> Load:
    """Loads a file of one programme, of which row security shows only one's own."""

    def load(viewer: Viewer, text: str) -> Client | None:
        return files.find(viewer, programme.code, uid_of(text))

    return load


def address(programme: Programme, name: str, *args: object) -> str:
    """The address of one of a programme's pages; an empty name is its first page."""
    return reverse(f"registry-{programme.path}-{name}" if name else f"registry-{programme.path}", args=args)


def to_file(programme: Programme, client: Client) -> HttpResponse:
    """Back to the file."""
    return redirect(address(programme, "file", client.uid))


@dataclass(frozen=True, slots=True)
class Asked:
    """A page with a form about a file: its title, what stands above the form, and what the button says."""

    title: str
    does: str
    notes: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()


def ask(
    request: HttpRequest,
    programme: Programme,
    client: Client,
    form: Form,
    asked: Asked,
    do: Callable[[Mapping[str, Any]], object],
    at: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show a form about a file; once it is filled, do it and go back. ``at``: the field of each refusal."""
    if form.is_bound and form.is_valid():
        try:
            do(form.cleaned_data)
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            form.refuse(refusal, (at or {}).get(refusal.reason))
        else:
            return to_file(programme, client)
    head, _ = files.identity(viewer_of(request), client=client)
    known = {"form": form, "asked": asked, "head": head, "start": address(programme, "")}
    known |= {"back": address(programme, "file", client.uid)}
    wrong = form.is_bound and bool(form.errors)
    return render(request, "registry/form.html", known, status=422 if wrong else 200)


def sent(request: HttpRequest) -> Any:
    """What a form gets: the data sent, or nothing."""
    return request.POST if request.method == "POST" else None


def communes(facility: Facility) -> list[Unit]:
    """The communes of today in the facility's province of today."""
    unit = units_now(Facility.objects.filter(pk=facility.pk)).get(facility.pk) or facility.agency.unit
    while unit is not None and unit.parent is not None:
        unit = unit.parent
    if unit is None:
        return []
    if unit.level == "commune":
        return [unit]
    return list(Unit.objects.filter(parent=unit, level="commune", valid_to=None).order_by("name"))
