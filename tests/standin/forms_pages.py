"""Two forms of the stand-in room: a sheet about one client, and a register of a facility.

What is entered lies in this process alone: these pages are here to be walked, not to keep anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone

from phoihop.base.org.models import Account, Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.engines.forms.definition import Form, Value
from phoihop.engines.forms.desk import Changed, Desk, Draft, Entry, Line, NewLine, Saved
from phoihop.engines.forms.importing import FIELDS, Counter, import_page, template_page
from phoihop.engines.forms.loading import folder_of, load_all
from phoihop.engines.forms.pages import entry_page
from phoihop.engines.forms.paper import paper_page, word_page
from phoihop.engines.forms.posted import names
from phoihop.engines.forms.reading import Given
from tests.standin.models import Client

FORMS = load_all(folder_of(__file__))
VISIT, REGISTER, WIDE = FORMS["visit", 1], FORMS["register", 1], FORMS["wide", 1]
LAST: dict[str, Value | None] = {"amount": Decimal(5)}
_saved: dict[tuple[str, int], Saved] = {}
_drafts: dict[tuple[str, int], dict[int, Draft]] = {}


def saved(form: Form, number: int) -> Saved:
    """What was entered about one thing."""
    return _saved.get((form.code, number), Saved())


def put(form: Form, number: int, entry: Entry, seen: str, by: str) -> None:
    """Write an entry, unless somebody wrote since ``seen``."""
    before = saved(form, number)
    if before.version != seen:
        raise Changed
    version = str(int(seen or 0) + 1)
    lines = [Line(line.key or f"{version}-{n}", line.values) for n, line in enumerate(entry.lines)]
    _saved[form.code, number] = Saved(entry.values, lines, version, by, timezone.now())


def desk(request: HttpRequest, form: Form, number: int, name: str) -> Desk:
    """The desk of whoever asks."""
    account = viewer_of(request).account or 0
    drafts = _drafts.setdefault((form.code, number), {})

    def keep(text: str) -> datetime:
        drafts[account] = Draft(text, timezone.now())
        return drafts[account].at

    def others() -> list[str]:
        return [_name(each) for each in drafts if each != account]

    def drop() -> None:
        drafts.pop(account, None)

    return Desk(
        form=form,
        today=timezone.localdate(),
        load=lambda: saved(form, number),
        save=lambda entry, seen: put(form, number, entry, seen, _name(account)),
        draft=lambda: drafts.get(account),
        keep=keep,
        drop=drop,
        others=others,
        last=LAST if form is VISIT else {},
        after=reverse(f"standin-{name}-paper", args=[number]),
        paper=reverse(f"standin-{name}-paper", args=[number]),
        sheet=reverse("standin-register-import", args=[number]) if form is REGISTER else "",
    )


def _name(account: int) -> str:
    found = Account.objects.filter(pk=account).first()
    return found.get_username() if found is not None else ""


def _of(_viewer: Any, text: str) -> Client | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    return Client.objects.select_related("facility").filter(pk=number, programme="alpha").first()


@page("standin.case_alpha_visit", of=Client, load=_of, post=True, fields=names(VISIT))
def visit(request: HttpRequest, client: Client) -> HttpResponse:
    return entry_page(request, desk(request, VISIT, client.pk, "sheet"))


@page("standin.case_alpha_visit", of=Client, load=_of)
def visit_paper(request: HttpRequest, client: Client) -> HttpResponse:
    found = saved(VISIT, client.pk)
    back, word = (reverse(f"standin-{name}", args=[client.pk]) for name in ("sheet", "sheet-word"))
    return paper_page(request, VISIT, found if found.version else None, back=back, word=word)


@page("standin.case_alpha_visit", of=Client, load=_of)
def visit_word(request: HttpRequest, client: Client) -> HttpResponse:
    found = saved(VISIT, client.pk)
    return word_page(VISIT, found if found.version else None)


@page("standin.case_alpha_enrol", of=Facility, post=True, fields=names(REGISTER))
def register(request: HttpRequest, facility: Facility) -> HttpResponse:
    return entry_page(request, desk(request, REGISTER, facility.pk, "register"))


@page("standin.case_alpha_enrol", of=Facility, post=True, fields=names(WIDE))
def wide(request: HttpRequest, facility: Facility) -> HttpResponse:
    return entry_page(request, desk(request, WIDE, facility.pk, "register"))


@page("standin.case_alpha_enrol", of=Facility)
def register_paper(request: HttpRequest, facility: Facility) -> HttpResponse:
    found = saved(REGISTER, facility.pk)
    back = reverse("standin-register", args=[facility.pk])
    return paper_page(request, REGISTER, found if found.version else None, back=back)


@page("standin.case_alpha_enrol", of=Facility, post=True, fields=FIELDS)
def register_import(request: HttpRequest, facility: Facility) -> HttpResponse:
    def take(head: Mapping[str, Value | None], lines: Iterator[NewLine]) -> int:
        given = tuple(replace(line, key=f"t{line.number}") for line in lines)
        before = saved(REGISTER, facility.pk)
        put(REGISTER, facility.pk, Entry(REGISTER, head, given, ()), before.version, "")
        return len(given)

    counter = Counter(
        form=REGISTER,
        given=Given(timezone.localdate()),
        take=take,
        template=reverse("standin-register-template", args=[facility.pk]),
        back=reverse("standin-register", args=[facility.pk]),
    )
    return import_page(request, counter)


@page("standin.case_alpha_enrol", of=Facility)
def register_template(request: HttpRequest, facility: Facility) -> HttpResponse:
    return template_page(REGISTER)


URLS = [
    path("standin/sheet/<int:pk>/", visit, name="standin-sheet"),
    path("standin/sheet/<int:pk>/paper/", visit_paper, name="standin-sheet-paper"),
    path("standin/sheet/<int:pk>/word/", visit_word, name="standin-sheet-word"),
    path("standin/register/<int:pk>/", register, name="standin-register"),
    path("standin/wide/<int:pk>/", wide, name="standin-wide"),
    path("standin/register/<int:pk>/paper/", register_paper, name="standin-register-paper"),
    path("standin/register/<int:pk>/import/", register_import, name="standin-register-import"),
    path("standin/register/<int:pk>/template/", register_template, name="standin-register-template"),
]
