"""The clinical values with their sources; a responsible doctor signs what was compared with its paper."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from phoihop.base.org.explain import words
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.queries.reaching import granted
from phoihop.engines.ui import formats
from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import signing
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.pages.care_forms import SignValue
from phoihop.programmes.ost.pages.care_shared import sent
from phoihop.programmes.ost.queries import values
from phoihop.programmes.ost.queries.values import Line
from phoihop.programmes.ost.rules.parameters import Parameter, names

CERTAINTIES: dict[Certainty, Promise] = {
    Certainty.READ: gettext_lazy("đã đọc nguồn"),
    Certainty.PAPER: gettext_lazy("biết văn bản, chưa đọc trị số"),
    Certainty.MEMORY: gettext_lazy("theo trí nhớ"),
    Certainty.OURS: gettext_lazy("lựa chọn của chương trình"),
}
UNITS: dict[str, Promise] = {
    "day": gettext_lazy("ngày"),
    "month": gettext_lazy("tháng"),
    "year": gettext_lazy("năm"),
    "hour": gettext_lazy("giờ"),
    "minute": gettext_lazy("phút"),
    "count": gettext_lazy("lần"),
    "copy": gettext_lazy("bản"),
    "dose": gettext_lazy("liều"),
    "working day": gettext_lazy("ngày làm việc"),
}
HOLDS = gettext_lazy("có")
_AREAS: dict[str, Promise] = {
    "admission": gettext_lazy("Tiếp nhận"),
    "consent": gettext_lazy("Đồng ý điều trị"),
    "order": gettext_lazy("Y lệnh"),
    "switch": gettext_lazy("Đổi thuốc"),
    "phase": gettext_lazy("Giai đoạn"),
    "missed": gettext_lazy("Bỏ liều"),
    "vomited": gettext_lazy("Nôn sau khi uống"),
    "urine": gettext_lazy("Xét nghiệm nước tiểu"),
    "ending": gettext_lazy("Kết thúc điều trị"),
    "takehome": gettext_lazy("Thuốc mang về"),
    "inpatient": gettext_lazy("Cấp cho bệnh viện"),
    "stock": gettext_lazy("Kho thuốc"),
    "quality": gettext_lazy("Chất lượng"),
}
_MARK = re.compile(r"[0-9a-f]{20}")


def written(row: Parameter) -> str:
    """A value with its unit, in words where it only holds or not."""
    if row.unit == "yes":
        return str(HOLDS)
    unit = str(UNITS[row.unit]) if row.unit in UNITS else row.unit
    return formats.quantity(row.value.normalize(), unit)


def _about(rule: str) -> str:
    """What a rule is about; one that is no more by its code."""
    return words(names()[rule]) if rule in names() else rule


def _line(line: Line, may_sign: bool) -> dict[str, Any]:
    sign = f"{reverse('ost-values-sign')}?row={line.mark}" if may_sign and line.waits else ""
    return {
        "line": line,
        "value": written(line.row),
        "certainty": CERTAINTIES[line.row.certainty],
        "sign": sign,
    }


@page("ost.see_values")
def index(request: HttpRequest) -> HttpResponse:
    """Every value, by what it is about; what waits for a signature is marked."""
    viewer = viewer_of(request)
    it, may_sign = values.values(viewer), granted(viewer, "ost.sign_value")
    areas: dict[str, list[Any]] = {}
    for rule in it.rules:
        lines = [_line(line, may_sign) for line in rule.lines]
        areas.setdefault(rule.code.partition(".")[0], []).append((rule, lines))
    known = {
        "areas": [(code, _AREAS.get(code, code), rules) for code, rules in areas.items()],
        "waiting": it.waiting,
        "lapsed": [(each, _about(each.rule), written(each.row)) for each in it.lapsed],
    }
    return render(request, "ost/values.html", known)


@page("ost.sign_value", params={"row": _MARK}, post=True, fields=frozenset(SignValue.base_fields))
def sign(request: HttpRequest) -> HttpResponse:
    """One row beside the question whether it was compared; signing it."""
    mark = request.GET.get("row", "")
    row = values.row_marked(mark)
    if row is None:
        raise refuse("value-changed")
    form = SignValue(sent(request))
    if form.is_bound and form.is_valid():
        try:
            signing.sign_value(by=viewer_of(request), mark=mark, **form.cleaned_data)
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            form.refuse(refusal, "compared" if refusal.reason == "value-not-compared" else None)
        else:
            return redirect(reverse("ost-values"))
    known = {
        "row": row,
        "about": words(names()[row.rule_id]),
        "value": written(row),
        "certainty": CERTAINTIES[row.certainty],
        "form": form,
        "back": reverse("ost-values"),
    }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "ost/values_sign.html", known, status=422 if wrong else 200)
