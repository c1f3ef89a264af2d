"""The register: finding documents, one of them with all that concerns it, what nobody has sent in yet."""

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from phoihop.base.org import sections
from phoihop.base.org.doors import may
from phoihop.base.org.page import NUMBER, TEXT, page, viewer_of
from phoihop.base.org.pages.shared import number_asked, pages
from phoihop.base.org.queries.reaching import granted
from phoihop.coordination.documents import editing, words
from phoihop.coordination.documents import queries as asks
from phoihop.coordination.documents.drawing import draw
from phoihop.coordination.documents.models import Document
from phoihop.coordination.documents.pages import finding
from phoihop.coordination.documents.queries import contents, find
from phoihop.coordination.documents.queries.contents import PAGE as SAID
from phoihop.coordination.documents.queries.register import PAGE
from phoihop.coordination.documents.rules.reading import document_of
from phoihop.coordination.documents.rules.review import Kind, Ruling, Stage
from phoihop.coordination.documents.understood import arrange, name_of, sorts
from phoihop.kernel.text import nfc

LIST, SEE, MISSING = "documents.see_register", "documents.see_document", "documents.see_missing"
REVIEW, WITHDRAW, SEND = "documents.see_review", "documents.withdraw", "documents.send"
STAGES = frozenset({"", *(stage.value for stage in Stage)})
FORMATS = {
    "json": "application/json",
    "akn": "application/akn+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Kinds of documents and bodies as numbers spell them; all that may stand in the name of a file.
NEUTRAL = frozenset({
    "bc", "cd", "ct", "ctr", "cv", "dt", "gm", "hd", "kh", "kl", "lt", "nd", "nq", "pa", "qc", "qd",
    "tb", "tr", "tt", "ttr", "bca", "bcd", "bch", "btc", "btp", "byt", "cp", "hdnd", "nc", "qh", "snv",
    "syt", "tg", "tu", "tw", "ttg", "ubmttq", "ubnd", "vp",
})  # fmt: skip
YEAR = re.compile(r"(?:[1-9][0-9]{3})?")  # the calendar has no year 0
_FILTERS = ("q", "kind", "year", "stage")


@page("org.see_own_page")
def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever has signed in: what waits today."""
    return redirect("today")


@page(LIST, params={"q": TEXT, "kind": TEXT, "year": YEAR, "stage": STAGES, "page": NUMBER})
def index(request: HttpRequest) -> HttpResponse:
    """All documents in sight, found by words, narrowed by kind, year and stage."""
    viewer = viewer_of(request)
    given = {name: nfc(request.GET.get(name, "")).strip() for name in _FILTERS}
    listed = asks.register(
        viewer,
        text=given["q"],
        kind=given["kind"],
        year=int(given["year"]) if given["year"] else None,
        stage=Stage(given["stage"]) if given["stage"] else None,
        page=number_asked(request),
    )
    became = sections.beside(viewer, Document, [row.pk for row in listed.rows])
    known = {
        "listed": listed,
        "rows": [(row, became.get(row.pk)) for row in listed.rows],
        "given": given,
        "stages": _stages(),
        "narrowed": any(given.values()),
        "pages": pages(listed.page, listed.total, PAGE),
        "kept": urlencode({name: value for name, value in given.items() if value}),
        "reviews": granted(viewer, REVIEW),
        "sends": granted(viewer, SEND),
        "tab": "register",
    }
    return render(request, "documents/register.html", known)


@page(MISSING, params={"page": NUMBER})
def missing(request: HttpRequest) -> HttpResponse:
    """What documents here cite and nobody has sent in."""
    viewer = viewer_of(request)
    listed = asks.missing(viewer, page=number_asked(request))
    known = {
        "listed": listed,
        "pages": pages(listed.page, listed.total, PAGE),
        "sends": granted(viewer, SEND),
        "tab": "missing",
    }
    return render(request, "documents/missing.html", known)


@page(SEE, of=Document, arg="uid", load=find)
def one(request: HttpRequest, document: Document) -> HttpResponse:
    """One document: header, what it names and what names it, what stands in it, what can be done with it."""
    viewer = viewer_of(request)
    found = asks.one(viewer, document=document)
    graph = asks.graph(viewer, document=document) if document.stage == Stage.CONFIRMED else None
    head = [
        {"label": label, "lines": lines}
        for name, label in editing.head_labels().items()
        if (lines := editing.head_lines({"name": name, "value": _head_value(found.document, name)}))
    ]
    known = {
        "found": found,
        "document": found.document,
        "name": name_of(found.document),
        "head": head,
        "counts": [(sort, found.counts[Kind(kind)]) for kind, sort in sorts().items() if kind != Kind.HEAD],
        "carries": [cite for cite in found.cites if cite.implements],
        "names": [cite for cite in found.cites if not cite.implements],
        "carried": [row for row, implements in found.cited_by if implements],
        "named": [row for row, implements in found.cited_by if not implements],
        "drawing": draw(graph) if graph is not None and graph.edges else None,
        "cut": graph is not None and graph.cut,
        "stages": _stages(),
        "about": list(sections.about(viewer, document)),
        "reviews": bool(may(viewer, REVIEW, document)),
        "withdraws": document.stage != Stage.WITHDRAWN and bool(may(viewer, WITHDRAW, document)),
        "formats": ("xlsx", "json", "akn"),
    }
    return render(request, "documents/document.html", known)


@page(SEE, of=Document, arg="uid", load=find)
def text(request: HttpRequest, document: Document) -> HttpResponse:
    """The text beside what stands in it: where a target or a task leads to its sentence."""
    found = contents.contents(viewer_of(request), document=document)
    known = {
        "document": found.document,
        "name": name_of(found.document),
        "view": arrange(found.document, found.items),
        "rules": False,
        "words": words.for_script(),
    }
    return render(request, "documents/review.html", known)


@page(REVIEW, of=Document, arg="uid", load=finding.document(REVIEW), params={"page": NUMBER})
def history(request: HttpRequest, document: Document) -> HttpResponse:
    """Who said what of which item, and when."""
    listed = contents.history(viewer_of(request), document=document, page=number_asked(request))
    known_sorts, states = sorts(), _rulings()
    rows = [
        {
            "tag": f"{known_sorts[said.kind].letter}{said.order + 1}",
            "sort": known_sorts[said.kind],
            "state": states[said.ruling],
            "what": editing.head_label(said.value) if said.kind is Kind.HEAD else "",
            "text": _gist(said.kind, said.value),
            "who": said.who,
            "at": said.at,
        }
        for said in listed.rows
    ]
    known = {
        "document": document,
        "name": name_of(document),
        "rows": rows,
        "total": listed.total,
        "pages": pages(listed.page, listed.total, SAID),
    }
    return render(request, "documents/history.html", known)


@page(SEE, of=Document, arg="uid", load=find)
def download(request: HttpRequest, document: Document, fmt: str) -> HttpResponse:
    """What stands in the document as JSON, Akoma Ntoso or a spreadsheet, under a neutral name."""
    if fmt not in FORMATS:
        raise Http404
    found = contents.contents(viewer_of(request), document=document)
    upload = found.document.upload
    reading = dict(upload.reading or {})
    own = dict((reading.get("documents") or [{}])[found.document.order])
    own |= document_of((Kind(item.kind), item.order, item.value) for item in found.items)
    own["signers"] = [{"span": [0, 0], "prefix": None, "office": None, **each} for each in own["signers"]]
    span = (found.document.start, found.document.end)
    anchors = [each for each in reading["anchors"] if _within(each["span"], span)]
    reading |= {"file": "", "text": found.text, "anchors": anchors, "documents": [own]}
    response = HttpResponse(_written(reading, fmt), content_type=FORMATS[fmt])
    name = _file_name(found.document, "xml" if fmt == "akn" else fmt)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _within(inner: Sequence[int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _written(result: dict[str, Any], fmt: str) -> bytes:
    # Imported when asked for: the writers bring XML and spreadsheet libraries with them.
    if fmt == "akn":
        from phoihop.engines.reading.akn import to_akn

        return to_akn(result)
    if fmt == "xlsx":
        from phoihop.engines.reading.sheet import to_xlsx

        return to_xlsx(result)
    return json.dumps(result, ensure_ascii=False, indent=1).encode()


def _file_name(document: Document, extension: str) -> str:
    """The document's number, never its title; of the letters in the number only what any office writes: some
    numbers name an illness ("12/TTPC…")."""
    plain = unicodedata.normalize("NFD", document.number.replace("Đ", "D").replace("đ", "d"))
    parts = re.findall(r"[a-z]+|[0-9]+", plain.encode("ascii", "ignore").decode().lower())
    told = [part for part in parts if part.isdigit() or part in NEUTRAL]
    return f"van-ban-{'-'.join(told) or document.uid}.{extension}"


def _head_value(document: Document, name: str) -> Any:
    columns = {"type": "kind", "parent_issuer": "", "place": ""}
    column = columns.get(name, name)
    return getattr(document, column) if column else None


def _gist(kind: Kind, value: dict[str, Any]) -> str:
    if kind is Kind.HEAD:
        return "; ".join(editing.head_lines(value))
    return str(value.get("text") or " ".join(filter(None, (value.get("type"), value.get("number")))) or "")


def _stages() -> dict[str, str]:
    return {
        Stage.REVIEW: _("đang kiểm"),
        Stage.CONFIRMED: _("đã xác nhận"),
        Stage.WITHDRAWN: _("đã rút"),
    }


def _rulings() -> dict[Ruling, str]:
    return {
        Ruling.OPEN: _("mở lại"),
        Ruling.ACCEPTED: _("nhận"),
        Ruling.CORRECTED: _("sửa"),
        Ruling.REJECTED: _("bỏ"),
        Ruling.ADDED: _("thêm"),
    }
