"""Minutes and stock reports on paper: a page to print, a Word document, a workbook."""

import io
from datetime import date, datetime

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Form
from phoihop.base.security.outgoing.marks import Lang
from phoihop.base.security.outgoing.names import neutral_name
from phoihop.base.security.outgoing.spreadsheets import Column, Value, write_xlsx
from phoihop.engines.forms.paper import Printed, Sheet, written
from phoihop.engines.forms.words import in_language
from phoihop.engines.ui.formats import day as day_shown
from phoihop.programmes.ost.actions import stocking_reports
from phoihop.programmes.ost.models import Minutes
from phoihop.programmes.ost.pages.asking import saying
from phoihop.programmes.ost.pages.stock_forms import plain
from phoihop.programmes.ost.queries import holding, reports, stock
from phoihop.programmes.ost.queries.reports import Period, Report
from phoihop.programmes.ost.queries.stock import Paper
from phoihop.programmes.ost.rules.amounts import Presentation
from phoihop.programmes.ost.rules.forecast import HEADINGS
from phoihop.programmes.ost.rules.stock import Kind

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_PARTNERS = {"delivery": gettext_lazy("Đơn vị giao"), "return": gettext_lazy("Đơn vị nhận lại")}


def printed(request: HttpRequest, sheet: Sheet, *, word: str, back: str) -> HttpResponse:
    """A sheet as a page to print."""
    said = in_language(get_language() or "vi") | {
        "back_to_form": _("Quay lại"),
        "filled_by": _("Người lập"),
        "checked_by": _("Phụ trách cơ sở"),
    }
    known = {"sheet": sheet, "words": said, "blank": False, "word": word, "back": back}
    return render(request, "forms/paper.html", known)


def download(data: bytes, day: date, code: str, ending: str) -> HttpResponse:
    """A file under a name that says nothing."""
    answer = HttpResponse(data, content_type=_DOCX if ending == "docx" else _XLSX)
    name = neutral_name("report", day, code, ending)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"


def _minutes_sheet(it: Paper, copy: str = "") -> Sheet:
    row = it.minutes
    about = [Printed(_("Nơi lập"), "", row.facility.name), Printed(_("Ngày"), "", day_shown(row.day))]
    if row.partner:
        about.append(Printed(str(_PARTNERS.get(row.kind, gettext_lazy("Chuyến giao"))), "", row.partner))
    if row.cause:
        about.append(Printed(_("Nguyên nhân"), "", row.cause))
    signs = [
        Printed(each.account.person.name, "", _("đã ký trên máy lúc %(at)s") % {"at": _moment(each.at)})
        for each in it.signatures
    ]
    if row.kind == "delivery":
        signs += [Printed(_("Bên giao (ký, ghi rõ họ tên)"), "", ""), Printed(_("Bên nhận"), "", "")]
    lines = tuple(
        (
            holding.name_of(line.lot.drug, line.lot.strength),
            line.lot.batch,
            day_shown(line.lot.expiry),
            words(holding.PLACES[Kind(line.source)]),
            words(holding.PLACES[Kind(line.target)]),
            f"{plain(line.quantity)} {words(holding.unit_of(line.lot.drug))}",
        )
        for line in it.lines
    )
    heads = (_("Thuốc"), _("Số lô"), _("Hạn dùng"), _("Từ"), _("Tới"), _("Số lượng"))
    kind = words(it.kind)
    state = {
        Minutes.OPEN: _("Chưa đủ chữ ký, chưa ghi sổ."),
        Minutes.WITHDRAWN: _("Đã rút, không có giá trị."),
    }.get(row.state, "")
    return Sheet(
        f"{kind} {row.number}",
        copy,
        state,
        (("", tuple(about)), (_("Chữ ký"), tuple(signs))),
        _("Thuốc"),
        heads,
        lines,
        _("Lập từ sổ thuốc điện tử của cơ sở."),
    )


_minutes = page("ost.stock_see_minutes", of=Minutes, arg="uid", load=stock.minutes_of)


@_minutes
def minutes(request: HttpRequest, row: Minutes) -> HttpResponse:
    """Minutes to be printed."""
    it = stock.paper(viewer_of(request), minutes=row)
    copies = _("Lập thành %(n)s bản") % {"n": row.copies}
    word = reverse("ost-stock-minutes-word", args=[row.uid])
    back = reverse("ost-stock-minutes", args=[row.uid])
    return printed(request, _minutes_sheet(it, copies), word=word, back=back)


@_minutes
def minutes_word(request: HttpRequest, row: Minutes) -> HttpResponse:
    """Minutes as a Word document, as many copies as there have to be, each on a page of its own."""
    it = stock.paper(viewer_of(request), minutes=row)
    copies = [
        _minutes_sheet(it, _("Bản %(n)s trên %(of)s") % {"n": n, "of": row.copies})
        for n in range(1, row.copies + 1)
    ]
    return download(written(*copies), row.day, f"BB{row.pk}", "docx")


_reports = "ost.stock_see_reports"


def _period(text: str, facility: Facility) -> Period:
    found = reports.period_of(text, facility)
    if found is None:
        raise Http404
    return found


@page("ost.stock_see_periods", of=Facility)
def periods(request: HttpRequest, facility: Facility) -> HttpResponse:
    """The periods of a site, each with its day and whether it was sent."""
    rows = reports.periods(viewer_of(request), facility=facility)
    known = {"facility": facility, "rows": rows, "back": reverse("ost-stock-store", args=[facility.pk])}
    return render(request, "ost/stock_periods.html", known)


class Expected(Form):
    """By how many clients each medicine is expected to grow."""

    def __init__(self, data: object, there: list[Presentation], given: dict[Presentation, int]) -> None:
        self.there = {f"expected_{n}": each for n, each in enumerate(there)}
        super().__init__(data, initial={name: given.get(each, 0) for name, each in self.there.items()})
        for name, each in self.there.items():
            label = holding.name_of(each.drug, each.strength)
            self.fields[name] = django_forms.IntegerField(
                label=_("Dự kiến tăng số người bệnh: %(name)s") % {"name": label},
                min_value=0,
                max_value=9999,
                initial=given.get(each, 0),
            )

    @property
    def told(self) -> dict[Presentation, int]:
        """What was typed, by medicine."""
        return {each: self.cleaned_data[name] for name, each in self.there.items()}


@page(_reports, of=Facility)
def report(request: HttpRequest, facility: Facility, period: str) -> HttpResponse:
    """One report, with what has changed since it was sent."""
    return _report(request, facility, _period(period, facility))


@page("ost.stock_report", of=Facility, only_post=True, fields=frozenset(f"expected_{n}" for n in range(9)))
def send(request: HttpRequest, facility: Facility, period: str) -> HttpResponse:
    """Send the report of a period."""
    asked = _period(period, facility)
    it = reports.report(viewer_of(request), facility=facility, period=asked)
    form = _form(it, request.POST)
    if form.is_valid():
        with saying(form):
            stocking_reports.send(by=viewer_of(request), facility=facility, period=asked, expected=form.told)
            return redirect("ost-stock-report", pk=facility.pk, period=period)
    return _report(request, facility, asked, form)


def _form(it: Report, data: object = None) -> Expected:
    given = {row.presentation: int(row.cells[8]) for row in it.rows}
    return Expected(data, [row.presentation for row in it.rows], given)


def _report(
    request: HttpRequest, facility: Facility, period: Period, form: Expected | None = None
) -> HttpResponse:
    it = reports.report(viewer_of(request), facility=facility, period=period)
    args = [facility.pk, period.code]
    known = {
        "it": it,
        "heads": HEADINGS,
        "rows": [
            (
                holding.name_of(row.presentation.drug.value, row.presentation.strength),
                holding.unit_of(row.presentation.drug.value),
                [
                    (h, c, n in row.changed, row.now[n])
                    for n, (h, c) in enumerate(zip(HEADINGS, row.cells, strict=True))
                ],
            )
            for row in it.rows
        ],
        "title": _title(it),
        "form": form or _form(it),
        "sends": may(viewer_of(request), "ost.stock_report", facility),
        "changed": any(row.changed for row in it.rows),
        "back": reverse("ost-stock-reports", args=[facility.pk]),
        "paper": reverse("ost-stock-report-paper", args=args),
        "word": reverse("ost-stock-report-word", args=args),
        "sheet": reverse("ost-stock-report-sheet", args=args),
    }
    wrong = form is not None and form.is_bound and bool(form.errors)
    return render(request, "ost/stock_report.html", known, status=422 if wrong else 200)


def _title(it: Report) -> str:
    if it.period.quarter:
        return _("Báo cáo thuốc quý %(quarter)s năm %(year)s") % {
            "quarter": it.period.quarter,
            "year": it.period.first.year,
        }
    return _("Báo cáo thuốc tháng %(month)s") % {"month": f"{it.period.first:%m/%Y}"}


def _sheet(it: Report) -> Sheet:
    heads = (_("Thuốc"), _("Đơn vị"), *(words(each) for each in HEADINGS))
    rows = tuple(
        (
            holding.name_of(row.presentation.drug.value, row.presentation.strength),
            words(holding.unit_of(row.presentation.drug.value)),
            *(plain(cell) for cell in row.cells),
        )
        for row in it.rows
    )
    span = {"first": day_shown(it.period.first), "last": day_shown(it.period.last)}
    sent = (
        _("Đã gửi lúc %(at)s, người gửi: %(who)s")
        % {"at": _moment(it.sent.at), "who": it.sent.by.person.name}
        if it.sent
        else _("Chưa gửi")
    )
    return Sheet(
        _title(it),
        _("Từ ngày %(first)s đến hết ngày %(last)s") % span,
        it.facility.name,
        (),
        _("Xuất, nhập, tồn"),
        heads,
        rows,
        sent,
    )


def _one(request: HttpRequest, facility: Facility, period: str) -> Report:
    return reports.report(viewer_of(request), facility=facility, period=_period(period, facility))


@page(_reports, of=Facility)
def report_paper(request: HttpRequest, facility: Facility, period: str) -> HttpResponse:
    """A report to be printed."""
    it, args = _one(request, facility, period), [facility.pk, period]
    word, back = reverse("ost-stock-report-word", args=args), reverse("ost-stock-report", args=args)
    return printed(request, _sheet(it), word=word, back=back)


@page(_reports, of=Facility)
def report_word(request: HttpRequest, facility: Facility, period: str) -> HttpResponse:
    """A report as a Word document."""
    it = _one(request, facility, period)
    return download(written(_sheet(it)), it.period.last, f"K{facility.pk}", "docx")


@page(_reports, of=Facility)
def report_sheet(request: HttpRequest, facility: Facility, period: str) -> HttpResponse:
    """A report as a workbook."""
    it = _one(request, facility, period)
    columns = [Column(_("Thuốc"), width=28), Column(_("Đơn vị"), width=8)]
    columns += [Column(words(head), "number", 14) for head in HEADINGS]
    rows: list[list[Value]] = [
        [
            holding.name_of(row.presentation.drug.value, row.presentation.strength),
            words(holding.unit_of(row.presentation.drug.value)),
            *row.cells,
        ]
        for row in it.rows
    ]
    held = io.BytesIO()
    lang: Lang = "en" if get_language() == "en" else "vi"
    write_xlsx(held, columns, rows, title=_title(it), sheet=it.period.code, lang=lang)
    return download(held.getvalue(), it.period.last, f"K{facility.pk}", "xlsx")
