"""Medicine for clients in hospital: preparing a sheet, handing over, its three papers, what comes back."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Day, Form, Text
from phoihop.base.security.outgoing.names import neutral_name
from phoihop.engines.forms.paper import Printed, written
from phoihop.engines.forms.paper import Sheet as OnPaper
from phoihop.engines.ui.formats import day as day_said
from phoihop.engines.ui.formats import number
from phoihop.programmes.ost.actions import supplying as acts
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Supply
from phoihop.programmes.ost.pages.asking import saying
from phoihop.programmes.ost.pages.care_shared import Amount, head_of, of_client, sent
from phoihop.programmes.ost.pages.choosing import choose, homes
from phoihop.programmes.ost.pages.window import quantity_said
from phoihop.programmes.ost.queries import supplying
from phoihop.programmes.ost.queries.supplying import Sheet
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, Drug
from phoihop.programmes.ost.rules.labels import Label, lines
from phoihop.programmes.ost.rules.takehome import Inpatient
from phoihop.registry.models import Client

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAPERS = ("04", "05", "06")
_AT = {"supply-days": "first", "supply-order": "first", "used": "first", "reason-missing": "hospital"}


class Prepare(Form):
    """Which hospital, who carries it, which days."""

    hospital = Text(label=gettext_lazy("Bệnh viện, khoa nơi nằm"), max_length=200)
    carrier = Text(
        label=gettext_lazy("Người đại diện nhận và mang thuốc"),
        max_length=200,
        help_text=gettext_lazy("Họ tên, số giấy tờ, đơn vị."),
    )
    first = Day(label=gettext_lazy("Từ ngày"))
    last = Day(label=gettext_lazy("Đến hết ngày"), help_text=gettext_lazy("Nhiều nhất bảy ngày một phiếu."))


class HandOver(Form):
    """Which papers are there."""

    confirmed = forms.BooleanField(
        label=gettext_lazy("Giấy đề nghị đã có bệnh viện xác nhận (mẫu 04)"), required=False
    )
    copies = forms.IntegerField(
        label=gettext_lazy("Số bản cam kết của người đại diện (mẫu 05)"), min_value=0, max_value=9
    )
    labelled = forms.BooleanField(label=gettext_lazy("Mỗi chai đã dán nhãn phụ (mẫu 06)"), required=False)
    leak_tested = forms.BooleanField(label=gettext_lazy("Đã thử độ kín từng chai"), required=False)


class Back(Form):
    """How much."""

    returned = Amount(label=gettext_lazy("Lượng trả lại (ml hoặc viên)"))


@of_client("ost.case_prepare_supply", Prepare.base_fields)
def prepare(request: HttpRequest, client: Client) -> HttpResponse:
    """The sheets of a client, and a new one."""
    by = viewer_of(request)
    form = Prepare(sent(request))
    if form.is_bound and form.is_valid():
        with saying(form, _AT):
            made = acts.prepare(by=by, client=client, **form.cleaned_data)
            return redirect("ost-supply", made.uid)
    who, sheets = supplying.of_client(by, client=client)
    known = head_of(who) | {"form": form, "rows": [_row(each) for each in sheets]}
    wrong = form.is_bound and bool(form.errors)
    return render(request, "ost/paper_prepare.html", known, status=422 if wrong else 200)


@page("ost.case_give_supply_list")
def start(request: HttpRequest) -> HttpResponse:
    """The one facility where the viewer serves; of several, which."""
    found = homes(viewer_of(request), "ost.case_give_supply_list")
    return choose(request, _("Thuốc cho người nằm viện"), found, "ost-supplies")


@page("ost.case_give_supply_list", of=Facility)
def index(request: HttpRequest, facility: Facility) -> HttpResponse:
    """The sheets of a facility."""
    sheets = supplying.of_facility(viewer_of(request), facility=facility)
    known = {"facility": facility, "rows": [_row(each) for each in sheets]}
    return render(request, "ost/paper_index.html", known)


@page(
    "ost.case_give_supply",
    of=Supply,
    arg="uid",
    load=supplying.load,
    post=True,
    fields=frozenset(HandOver.base_fields),
)
def hand_over(request: HttpRequest, row: Supply) -> HttpResponse:
    """A sheet, its papers, and handing it over."""
    by = viewer_of(request)
    form = HandOver(sent(request))
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        papers = Inpatient(given["confirmed"], given["copies"], given["labelled"], given["leak_tested"])
        with saying(form):
            acts.hand_over(by=by, supply=row, papers=papers)
            return redirect("ost-supply", row.uid)
    return _shown(request, row, form, Back(None))


@page(
    "ost.case_take_back_supply",
    of=Supply,
    arg="uid",
    load=supplying.load,
    post=True,
    fields=frozenset(Back.base_fields),
)
def take_back(request: HttpRequest, row: Supply) -> HttpResponse:
    """What came back of a sheet."""
    form = Back(sent(request))
    if form.is_bound and form.is_valid():
        amount: Decimal = form.cleaned_data["returned"]
        with saying(form, otherwise="returned"):
            acts.take_back(by=viewer_of(request), supply=row, returned=amount)
            return redirect("ost-supply", row.uid)
    return _shown(request, row, HandOver(None), form)


@page("ost.case_give_supply_paper", of=Supply, arg="uid", load=supplying.load)
def paper(request: HttpRequest, row: Supply, which: str) -> HttpResponse:
    """One of the papers, in Vietnamese, as a Word document. It does not call itself an official form: those
    were not read."""
    if which not in PAPERS:
        raise refuse("no-such-paper")
    it = supplying.papers(viewer_of(request), supply=row)
    with translation.override("vi"):
        made = {"04": _request, "05": _undertaking, "06": _labels}[which](it)
    answer = HttpResponse(written(*made), content_type=_DOCX)
    name = neutral_name("print", viewer_of(request).day, f"N{row.pk}-{which}", "docx")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _shown(request: HttpRequest, row: Supply, form: HandOver, back: Back) -> HttpResponse:
    viewer = viewer_of(request)
    it = supplying.one(viewer, supply=row)
    known = {
        "it": it,
        "row": _row(it),
        "form": form,
        "back_form": back,
        "out": row.handed_on is not None,
        "takes_back": bool(may(viewer, "ost.case_take_back_supply", row)),
        "papers": [
            (_("Giấy đề nghị"), "04"),
            (_("Giấy cam kết, hai bản"), "05"),
            (_("Nhãn phụ cho từng chai"), "06"),
        ],
    }
    wrong = any(each.is_bound and each.errors for each in (form, back))
    return render(request, "ost/paper_supply.html", known, status=422 if wrong else 200)


def _row(it: Sheet) -> dict[str, Any]:
    """A sheet as lists show it."""
    supply = it.supply
    if supply.handed_on is None:
        state = _("chưa giao")
    elif it.back:
        state = _("đã xong, trả lại %(amount)s") % {"amount": quantity_said(supply.returned, supply.drug)}
    else:
        state = _("đã giao %(day)s") % {"day": day_said(supply.handed_on)}
    return {
        "it": it,
        "state": state,
        "address": reverse("ost-supply", args=[supply.uid]),
        "each": f"{number(supply.mg.normalize())} mg = {quantity_said(it.each, supply.drug)}",
        "total": quantity_said(supply.quantity, supply.drug),
    }


def _facts(it: Sheet) -> tuple[Printed, ...]:
    supply = it.supply
    told = (
        (_("Họ và tên người bệnh"), it.known.name),
        (_("Ngày sinh"), "/".join(reversed(it.known.born.split("-")))),
        (_("Mã người bệnh"), it.code),
        (_("Bệnh viện, khoa"), it.hospital),
        (_("Từ ngày – đến hết ngày"), f"{day_said(supply.first)} – {day_said(supply.last)}"),
        (_("Liều mỗi ngày"), _row(it)["each"]),
        (_("Số chai"), str(len(it.days))),
        (_("Tổng lượng"), quantity_said(supply.quantity, supply.drug)),
    )
    return tuple(Printed(title, "", text) for title, text in told)


def _on_paper(
    it: Sheet, title: str, about: str, more: tuple[tuple[str, tuple[Printed, ...]], ...]
) -> OnPaper:
    return OnPaper(
        title=title,
        basis="",
        about=about,
        sections=((_("Người bệnh và lượng thuốc"), _facts(it)), *more),
        table_title="",
        heads=(),
        rows=(),
        foot=it.supply.facility.name,
    )


def _request(it: Sheet) -> tuple[OnPaper, ...]:
    confirms = (
        Printed(_("Xác nhận của bệnh viện: người bệnh đang điều trị nội trú"), "", "", long=True),
        Printed(_("Lãnh đạo khoa hoặc bệnh viện (ký, ghi rõ họ tên, đóng dấu)"), "", "", long=True),
        Printed(_("Cơ sở điều trị (ký, ghi rõ họ tên)"), "", "", long=True),
    )
    title = _("Giấy đề nghị cấp thuốc cho người bệnh điều trị nội trú")
    return (_on_paper(it, title, it.supply.facility.name, ((_("Xác nhận"), confirms),)),)


def _undertaking(it: Sheet) -> tuple[OnPaper, ...]:
    """Two copies: one stays, one goes along."""
    promise = (
        Printed(_("Người đại diện"), "", it.carrier),
        Printed(
            _("Cam kết"),
            "",
            _(
                "Mang đủ, đúng thuốc tới nơi người bệnh nằm; giao nhân viên y tế cho uống từng ngày; cất"
                " nơi có khóa; trả lại thuốc không dùng và toàn bộ vỏ chai."
            ),
        ),
        Printed(_("Người đại diện (ký, ghi rõ họ tên)"), "", "", long=True),
        Printed(_("Người giao (ký, ghi rõ họ tên)"), "", "", long=True),
    )
    title = _("Giấy cam kết của người đại diện nhận thuốc")
    return tuple(
        _on_paper(
            it, title, _("Bản %(number)s trên 2") % {"number": copy}, ((_("Cam kết nhận thuốc"), promise),)
        )
        for copy in (1, 2)
    )


def _labels(it: Sheet) -> tuple[OnPaper, ...]:
    supply = it.supply
    presentation = SOLUTION if Drug(supply.drug) is Drug.METHADONE else TABLET_2
    rows = tuple(
        (
            "\n".join(
                lines(
                    Label(
                        code=it.code,
                        serial=f"N{supply.pk}-{count}",
                        presentation=presentation,
                        mg=supply.mg,
                        quantity=it.each,
                        take_on=day,
                        number=count,
                        of=len(it.days),
                        by=f"{supply.by_id}",
                    )
                )
            ),
        )
        for count, day in enumerate(it.days, 1)
    )
    return (
        OnPaper(
            title=_("Nhãn phụ"),
            basis="",
            about=_("Cắt rời, dán mỗi nhãn lên một chai."),
            sections=(),
            table_title="",
            heads=(_("Nhãn"),),
            rows=rows,
            foot=supply.facility.name,
        ),
    )
