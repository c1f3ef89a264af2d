"""One's own exports: asked for, watched while they are written, taken, revoked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from phoihop.base.org import doors
from phoihop.base.org.models import Agency, Proposal
from phoihop.base.org.page import CODE, endpoint, page, viewer_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.release import finding, queries
from phoihop.base.release.actions import exports as actions
from phoihop.base.release.actions.exports import Stopped
from phoihop.base.release.datasets import DATASETS, FILTERS, Dataset
from phoihop.base.release.models import Copy, Export
from phoihop.base.release.pages.shared import choices, day_of, saved, words
from phoihop.base.release.rules import exports as rules
from phoihop.base.release.rules.exports import State
from phoihop.base.security.uploads.intake import KINDS

_FILTERS = tuple(f"filter-{n}" for n in range(FILTERS))


def state_words(export: Export) -> str:
    """Where an export stands, in words."""
    if export.state == State.WAITING and export.proposal is not None:
        lapsed = export.proposal.expires_at <= timezone.now()
        if export.proposal.state != Proposal.State.OPEN or lapsed:
            return _("Người thứ hai không duyệt")
    return {
        State.WAITING: _("Chờ người thứ hai duyệt"),
        State.QUEUED: _("Đang chờ ghi tệp"),
        State.RUNNING: _("Đang ghi tệp"),
        State.READY: _("Sẵn sàng"),
        State.REFUSED: _("Không được phép nữa"),
        State.FAILED: _("Không ghi được"),
        State.EXPIRED: _("Đã hết hạn, tệp đã xóa"),
        State.REVOKED: _("Đã hủy, tệp đã xóa"),
    }[State(export.state)]


def why_words(why: str) -> str:
    """Why an export ended, in words; empty where the state says enough."""
    return {
        "not-allowed": _("Vai trò hoặc quyền xem đã thay đổi trong khi ghi tệp."),
        "role-changed": _("Vai trò hoặc quyền xem đã thay đổi sau khi ghi tệp."),
        "rows-withdrawn": _("Có người trong danh sách không còn thuộc phạm vi được xuất."),
        "second-person": _("Người thứ hai không duyệt, hoặc không trả lời trong thời hạn."),
        "too-many-rows": _("Danh sách đã dài quá mức cho phép."),
        "no-rows": _("Không còn dòng nào để xuất."),
        "worker-lost": _("Máy dừng giữa chừng hai lần. Hãy đề nghị lại."),
        "off-boarded": _("Tài khoản đã thôi nhiệm vụ."),
    }.get(why, "")


@page("release.see_own_exports", params={"dataset": CODE})
def index(request: HttpRequest) -> HttpResponse:
    """The viewer's exports, and a form for one more of the dataset chosen."""
    viewer = viewer_of(request)
    chosen = _open_to(viewer).get(request.GET.get("dataset", ""))
    return render(
        request,
        "release/exports.html",
        {
            "exports": [_row(export) for export in queries.exports(viewer)],
            "datasets": [(d.code, words(d.title)) for d in _open_to(viewer).values()],
            "chosen": _form(viewer, chosen) if chosen is not None else None,
        },
    )


def _open_to(viewer: Viewer) -> dict[str, Dataset]:
    """The datasets that the viewer may read, by code."""
    return {
        code: dataset
        for code, dataset in DATASETS.items()
        if all(doors.may_somewhere(viewer, door.code) for door in dataset.doors)
    }


def _form(viewer: Viewer, dataset: Dataset) -> dict[str, Any]:
    return {
        "code": dataset.code,
        "title": words(dataset.title),
        "named": dataset.named,
        "columns": [words(column.title) for column in dataset.columns],
        "filters": [
            (name, words(asked.title), asked.kind)
            for name, asked in zip(_FILTERS, dataset.filters.values(), strict=False)
        ],
        "agencies": [(agency.pk, agency.name) for agency in finding.exporting_agencies(viewer)],
        "purposes": choices(rules.PURPOSES),
        "forms": [form for form in rules.FORMATS if form == "xlsx" or not dataset.named],
        "shortest": rules.REASON,
        "cap": rules.NAMED_ROWS if dataset.named else rules.ROWS,
    }


def _row(export: Export) -> dict[str, Any]:
    dataset = DATASETS.get(export.dataset)
    return {
        "it": export,
        "title": words(dataset.title) if dataset is not None else export.dataset,
        "purpose": words(rules.PURPOSES[export.purpose]),
        "state": state_words(export),
        "why": why_words(export.why),
        "moves": export.state in (State.QUEUED, State.RUNNING),
        "ready": export.state == State.READY,
        "live": export.state in rules.LIVE,
    }


@page(
    "release.ask_export",
    of=Agency,
    only_post=True,
    fields=frozenset({"dataset", "purpose", "reason", "form", *_FILTERS}),
)
def ask(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Ask for an export in the name of an agency."""
    dataset = DATASETS.get(request.POST.get("dataset", ""))
    asked = zip(_FILTERS, dataset.filters.items(), strict=False) if dataset is not None else ()
    export = actions.ask(
        by=viewer_of(request),
        agency=agency,
        dataset=request.POST.get("dataset", ""),
        filters={
            name: day_of(request, field).isoformat() if given.kind == "date" else request.POST[field]
            for field, (name, given) in asked
            if request.POST.get(field)
        },
        purpose=request.POST.get("purpose", ""),
        reason=request.POST.get("reason", ""),
        form=request.POST.get("form", "xlsx"),
    )
    return redirect("export", uid=export.uid)


@page("release.see_own_exports", of=Export, arg="uid", load=finding.export)
def one(request: HttpRequest, export: Export) -> HttpResponse:
    """One export: how far it is, and what can be done with it."""
    return render(request, "release/export.html", {"row": _row(export), "export": export})


@endpoint("release.see_own_exports", of=Export, arg="uid", load=finding.export)
def status(request: HttpRequest, export: Export) -> dict[str, Any]:
    """How far an export is, for the page's script."""
    return {
        "state": export.state,
        "words": state_words(export),
        "done": export.done,
        "rows": export.rows,
        "moves": export.state in (State.QUEUED, State.RUNNING),
    }


@page("release.take_own_export", of=Export, arg="uid", load=finding.export, only_post=True)
def take(request: HttpRequest, export: Export) -> HttpResponse:
    """A copy and its password, which is on this one page and nowhere else."""
    handed = actions.take(by=viewer_of(request), export=export)
    if isinstance(handed, Stopped):
        return render(request, "release/stopped.html", {"why": why_words(handed.why)})
    minutes = int(actions.FETCH.total_seconds() // 60)
    return render(request, "release/handed.html", {"handed": handed, "export": export, "minutes": minutes})


@page("release.fetch_own_copy", of=Copy, arg="uid", load=finding.copy, only_post=True)
def fetch(request: HttpRequest, copy: Copy) -> HttpResponse:
    """The file of a copy."""
    data = actions.fetch(by=viewer_of(request), copy=copy)
    return saved(data, copy.name, KINDS["xlsx" if copy.name.endswith(".xlsx") else "text"][1])


@page("release.change_own_exports", of=Export, arg="uid", load=finding.export, only_post=True)
def revoke(request: HttpRequest, export: Export) -> HttpResponse:
    """End an export before its time."""
    actions.revoke(by=viewer_of(request), export=export)
    return redirect("exports")
