"""Checking what was read against the text: the screen, what its script asks, and the same without script."""

import secrets
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import ensure_csrf_cookie

from phoihop.base.org.page import NUMBER, endpoint, page, said, viewer_of
from phoihop.base.org.pages.shared import Form, form_page
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents import editing, words
from phoihop.coordination.documents.actions import reviewing as acts
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.pages import finding
from phoihop.coordination.documents.queries import reviewing as asks
from phoihop.coordination.documents.rules.review import Kind, Ruling, Stage
from phoihop.coordination.documents.rules.shapes import WrongValue
from phoihop.coordination.documents.understood import (
    Card,
    Understood,
    arrange,
    cards_of,
    name_of,
    notes_of,
    sorts,
)
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc

SEE, RULE, ADD, REST = "documents.see_review", "documents.rule", "documents.add", "documents.accept_rest"
CONFIRM, WITHDRAW = "documents.confirm", "documents.withdraw"
_CHANGED = "changed-meanwhile"
TOKEN = 64  # letters of a word's own mark
_SAID = frozenset(Ruling) - {Ruling.ADDED}
_KINDS = [kind.value for kind in (Kind.TARGET, Kind.TASK, Kind.CITE)]


@ensure_csrf_cookie
@page(SEE, of=Document, arg="uid", load=finding.document(SEE))
def review(request: HttpRequest, document: Document) -> HttpResponse:
    """The text beside what was understood of it. Once confirmed, there is nothing left to rule on."""
    if document.stage != Stage.REVIEW:
        return redirect("document-text", document.uid)
    found = asks.review(viewer_of(request), document=document)
    document = found.document
    view = arrange(document, found.items)
    known = {
        "document": document,
        "name": name_of(document),
        "view": view,
        "rules": True,
        "tabs": [
            {"name": name_of(each), "address": reverse("document-review", args=[each.uid]),
             "current": each.pk == document.pk}
            for each in found.siblings
        ],
        "by_machine": bool((document.upload.reading or {}).get("ocr")),
        "words": words.for_script() | words.for_review(),
        "keys": words.keys(),
        "fields": {card.id: _fields(card) for card in view.cards},
        "forms": _forms(),
    }  # fmt: skip
    return render(request, "documents/review.html", known)


@endpoint(SEE, of=Document, arg="uid", load=finding.document(SEE), params={"sau": NUMBER})
def changes(request: HttpRequest, document: Document) -> dict[str, Any]:
    """What was said since the version of ``sau``, as cards; and how the document stands."""
    after = int(request.GET.get("sau") or 0)
    told: dict[str, Any] = {"version": document.version, "stage": document.stage, "cards": []}
    if document.version > after:
        found = asks.changes(viewer_of(request), document=document, after=after)
        told["version"] = found.version
        told["cards"] = _told(request, document, found.items)
    return told


@page(
    RULE,
    of=Item,
    arg="item",
    load=finding.item(RULE),
    post=True,
    fields=editing.FIELDS | {"ruling", "version"},
)
def item(request: HttpRequest, item: Item, uid: str) -> HttpResponse:
    """One item: its form, and every word about it. Without script the page leads back to its place."""
    document = item.document
    if str(document.uid) != str(uid):
        raise Http404
    if request.method != "POST":
        return _item_page(request, item, editing.form_of(item.kind, item.value))
    if request.POST.get("ruling") not in _SAID or not NUMBER.fullmatch(request.POST.get("version", "")):
        return _no(request, Refusal("ruling-wrong", "Chưa rõ anh/chị quyết định gì.", "Say what you decide."))
    ruling, version = Ruling(request.POST["ruling"]), int(request.POST["version"])
    form, value = None, None
    if ruling is Ruling.CORRECTED:
        form = editing.form_of(item.kind, item.value, request.POST)
        if not form.is_valid():
            return _wrong(request, item, form)
        value = editing.value_of(item.kind, form)
    try:
        ruled = acts.rule(by=viewer_of(request), item=item, ruling=ruling, version=version, value=value)
    except WrongValue as refusal:
        assert form is not None
        form.add_error(refusal.field if refusal.field in form.fields else None, said(refusal))
        return _wrong(request, item, form)
    except Refusal as refusal:
        return _no(request, refusal, item)
    return _done(request, document, ruled)


class AddForm(Form):
    """A sentence of the text that was missed, for whoever cannot point at it."""

    kind_of = forms.ChoiceField(label=gettext_lazy("Thêm thành"))
    quote = forms.CharField(
        label=gettext_lazy("Câu trong văn bản"),
        max_length=editing.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "vi"}),
        help_text=gettext_lazy("Chép đúng câu như trong văn bản."),
    )

    def __init__(self, data: Any = None) -> None:
        known = sorts()
        super().__init__(data, {"kind_of": [(kind, known[kind].many) for kind in _KINDS]})


@page(
    ADD,
    of=Document,
    arg="uid",
    load=finding.document(ADD),
    post=True,
    fields=frozenset({"kind_of", "start", "end", "quote", "token"}),
)
def add(request: HttpRequest, document: Document) -> HttpResponse:
    """Add what was missed: by its place in the text, or by its words."""
    # Said once, however often it is sent: an answer may be lost, a button pressed twice.
    token = request.POST.get("token", "")[:TOKEN] or secrets.token_hex(16)
    known = {"document": document, "token": token}
    if request.method != "POST":
        return form_page(request, "documents/add.html", AddForm(), known)
    kind, span = request.POST.get("kind_of", ""), _span(request)
    if not _scripted(request):
        form = AddForm(request.POST)
        span = _found(document, form.cleaned_data["quote"]) if form.is_valid() else None
        if span is None:
            if form.is_valid():
                form.add_error("quote", _("Không thấy câu này trong văn bản. Hãy chép đúng từng chữ."))
            return form_page(request, "documents/add.html", form, known)
    if span is None or kind not in _KINDS:
        return _no(request, Refusal("selection-wrong", "Hãy chọn một câu.", "Select a sentence."))
    given: dict[str, Any] = {"kind": Kind(kind), "start": span[0], "end": span[1], "value": {}}
    try:
        made = acts.add(by=viewer_of(request), document=document, token=token, **given)
    except acts.AlreadyAdded as before:
        made = before.item
    except Refusal as refusal:
        return _no(request, refusal)
    return _done(request, document, made)


@page(
    REST,
    of=Document,
    arg="uid",
    load=finding.document(REST),
    post=True,
    fields=frozenset(kind.value for kind in Kind),
)
def rest(request: HttpRequest, document: Document) -> HttpResponse:
    """Accept what nobody has looked at yet, by kind; the doubtful ones are named first."""
    if request.method == "POST":
        chosen = {kind for kind in Kind if request.POST.get(kind.value)}
        acts.accept_rest(by=viewer_of(request), document=document, kinds=chosen)
        return redirect("document-review", document.uid)
    view = _view(viewer_of(request), document)
    groups = [
        {
            "group": group,
            "open": [card for card in group.cards if card.open],
            "doubtful": [card for card in group.cards if card.open and card.weak],
        }
        for group in view.groups
    ]
    known = {"document": document, "name": name_of(document), "view": view, "groups": groups}
    return render(request, "documents/rest.html", known)


@page(CONFIRM, of=Document, arg="uid", load=finding.document(CONFIRM), post=True)
def confirm(request: HttpRequest, document: Document) -> HttpResponse:
    """What will come of it, and the word that makes it so."""
    if request.method == "POST":
        acts.confirm(by=viewer_of(request), document=document)
        return redirect("document", document.uid)
    if document.stage != Stage.REVIEW:
        return redirect("document", document.uid)
    view = _view(viewer_of(request), document)
    rows: list[dict[str, Any]] = [
        {
            "group": group,
            "stands": sum(card.stands or card.open for card in group.cards),
            **{ruling.value: sum(card.ruling == ruling for card in group.cards) for ruling in Ruling},
        }
        for group in view.groups
    ]
    counts = {row["group"].sort.name: row["stands"] for row in rows}
    targets, tasks = counts["target"], counts["task"]
    known = {
        "document": document,
        "name": name_of(document),
        "view": view,
        "rows": rows,
        "targets": targets,
        "tasks": tasks,
        "cites": counts["cite"],
        "plan": bool(targets or tasks),
        "grave": [note for note in view.notes if note.severity == "serious"],
    }
    return render(request, "documents/confirm.html", known)


class WhyForm(Form):
    """Why a document no longer counts."""

    why = forms.CharField(
        label=gettext_lazy("Lý do"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Ví dụ: gửi nhầm bản dự thảo; đã có văn bản thay thế."),
    )


@page(WITHDRAW, of=Document, arg="uid", load=finding.document(WITHDRAW), post=True, fields=frozenset({"why"}))
def withdraw(request: HttpRequest, document: Document) -> HttpResponse:
    """Take a document back, with a reason; what was said of it stays."""
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            acts.withdraw(by=viewer_of(request), document=document, why=form.cleaned_data["why"])
        except Refusal as refusal:
            form.refuse(refusal, "why" if refusal.reason == "why-missing" else None)
        else:
            return redirect("document", document.uid)
    known = {"document": document, "name": name_of(document)}
    return form_page(request, "documents/withdraw.html", form, known)


def _view(viewer: Viewer, document: Document) -> Understood:
    found = asks.review(viewer, document=document)
    return arrange(found.document, found.items, with_text=False)


def _forms() -> list[tuple[str, Form]]:
    """An empty form of each kind, for the script to fill; two of the header: a line, and a name a line."""
    found = [(kind.value, editing.form_of(kind)) for kind in Kind]
    line = editing.HeadForm()
    line.fields["value"].widget = forms.TextInput(attrs={"lang": "vi"})
    listed = [(kind, form) for kind, form in found if kind != Kind.HEAD]
    return [("head", line), ("head-lines", editing.HeadNames()), *listed]


def _fields(card: Card) -> dict[str, str]:
    name = {"name": str(card.data.get("name", ""))} if card.kind == Kind.HEAD else {}
    return {**card.fields, **name}


def _told(request: HttpRequest, document: Document, items: Iterable[Item]) -> list[dict[str, Any]]:
    """Cards of these items as the script takes them."""
    every = list(items)
    notes, made = notes_of(asks.findings(document)), asks.outputs(document, every)
    return [
        {
            "id": card.id,
            "tag": card.tag,
            "version": card.version,
            "ruling": card.ruling,
            "state": card.state,
            "who": card.who,
            "fields": _fields(card),
            "html": render_to_string(
                "documents/_card.html", {"card": card, "document": document, "rules": True}, request
            ),
        }
        for card in cards_of(document, every, notes, made)
    ]


def _scripted(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _span(request: HttpRequest) -> tuple[int, int] | None:
    start, end = request.POST.get("start", ""), request.POST.get("end", "")
    if not (start.isdecimal() and end.isdecimal() and max(len(start), len(end)) < 10):
        return None
    return int(start), int(end)


def _found(document: Document, quote: str) -> tuple[int, int] | None:
    """Where the words of ``quote`` stand in the document, whatever the blanks between them."""
    text, letters, places = document.upload.text, [], []
    for place in range(document.start, document.end):
        if not text[place].isspace():
            letters.append(text[place])
            places.append(place)
    wanted = "".join(nfc(quote).split())
    at = "".join(letters).find(wanted) if wanted else -1
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 else None


def _done(request: HttpRequest, document: Document, item: Item) -> HttpResponse:
    told = _told(request, document, [item])[0]
    if _scripted(request):
        return JsonResponse({"card": told, "version": item.at})
    return redirect(f"{reverse('document-review', args=[document.uid])}#{told['id']}")


def _no(request: HttpRequest, refusal: Refusal, item: Item | None = None) -> HttpResponse:
    """A refusal; beside "changed meanwhile" stands what the other person said."""
    told: dict[str, Any] = {"reason": refusal.reason, "message": said(refusal)}
    if item is not None:
        item.refresh_from_db()
        told["card"] = _told(request, item.document, [item])[0]
    if _scripted(request):
        return JsonResponse(told, status=409)
    document = item.document if item is not None else None
    known = {**told, "document": document, "changed": refusal.reason == _CHANGED, "item": item}
    return render(request, "documents/refused.html", known, status=409)


def _wrong(request: HttpRequest, item: Item, form: Form) -> HttpResponse:
    if not _scripted(request):
        return _item_page(request, item, form, status=422)
    faults = {name: str(words[0]) for name, words in form.errors.items() if name in form.fields}
    if form.non_field_errors():
        faults[""] = str(form.non_field_errors()[0])
    told = {"reason": "value-wrong", "message": next(iter(faults.values()), ""), "faults": faults}
    return JsonResponse({**told, "card": _told(request, item.document, [item])[0]}, status=422)


def _item_page(request: HttpRequest, item: Item, form: Form, status: int = 200) -> HttpResponse:
    document = item.document
    card, text = cards_of(document, [item])[0], document.upload.text
    known = {
        "document": document,
        "name": name_of(document),
        "card": card,
        "form": form,
        "sentence": text[item.start : item.end] if item.start is not None else "",
    }
    return render(request, "documents/item.html", known, status=status)
