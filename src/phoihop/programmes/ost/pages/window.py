"""The dispensing window: today's list of a site, and giving one dose after another from it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, said, viewer_of
from phoihop.base.org.pages.shared import Form, Text
from phoihop.engines.ui.formats import number
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import plain
from phoihop.programmes.ost.actions import dispensing
from phoihop.programmes.ost.dosing.giving import Given, Part
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Roster
from phoihop.programmes.ost.pages.care_shared import DRUGS, Amount
from phoihop.programmes.ost.pages.choosing import choose, sites
from phoihop.programmes.ost.queries import roster as lists
from phoihop.programmes.ost.queries.roster import Line, Opening, State
from phoihop.programmes.ost.rules.amounts import Drug, Unit

KEY = re.compile(r"[0-9a-f]{32}")
_TYPED = {"autocomplete": "off", "spellcheck": "false"}

LABELS = {
    State.WAITING: gettext_lazy("chờ cấp"),
    State.GIVEN: gettext_lazy("đã cấp"),
    State.COVERED: gettext_lazy("có chai hôm nay"),
    State.NOT_DUE: gettext_lazy("hôm nay không uống"),
    State.NO_ORDER: gettext_lazy("không có y lệnh"),
    State.LOCKED: gettext_lazy("khóa, gặp bác sĩ"),
    State.DOCTOR: gettext_lazy("chờ bác sĩ kết luận"),
    State.HELD: gettext_lazy("máy khác đang giữ"),
    State.ELSEWHERE: gettext_lazy("hôm nay thuộc nơi khác"),
}
ORIGINS = {
    "home": "",
    "point": "",  # nearly everybody at a point
    "guest": gettext_lazy("khách, cơ sở khác"),
}
# Why nothing is given to somebody in a state, in the words of the refusal they would meet.
_REASONS = {
    State.GIVEN: "used",
    State.COVERED: "covered",
    State.NOT_DUE: "not-due",
    State.NO_ORDER: "no-order",
    State.LOCKED: "locked",
    State.DOCTOR: "doctor-first",
    State.HELD: "held-elsewhere",
    State.ELSEWHERE: "not-yours",
}
_SHUT = {
    Opening.YESTERDAY: "day-not-counted",
    Opening.CLOSED: "day-closed",
    Opening.NO_DESK: "no-desk",
    Opening.TABLET: "desk-inactive",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line as a page shows it."""

    line: Line
    address: str

    @property
    def label(self) -> str:
        """State in a few words, with the time where there is one."""
        text = str(LABELS[self.line.state])
        return f"{text} {self.line.at:%H:%M}" if self.line.at is not None else text

    @property
    def origin(self) -> str:
        return str(ORIGINS[self.line.origin])

    @property
    def why(self) -> str:
        """Why nothing is to be given; empty where something is."""
        reason = _REASONS.get(self.line.state)
        return said(refuse(reason)) if reason else ""

    @property
    def plain(self) -> str:
        """The name as it is looked for: small letters without marks."""
        return plain(self.line.known.name)

    @property
    def mg(self) -> str:
        return number(self.line.mg.normalize()) if self.line.mg is not None else ""

    @property
    def quantity(self) -> str:
        return quantity_said(self.line.quantity, self.line.drug) if self.line.parts else ""

    @property
    def lots(self) -> str:
        return lots_said(self.line.parts)


def quantity_said(quantity: Decimal, drug: str) -> str:
    """So many ml, always with a decimal ("6" beside "60 mg" is misread), or tablets."""
    if drug and Drug(drug) is Drug.METHADONE:
        whole, _mark, rest = f"{quantity.normalize():f}".partition(".")
        return f"{number(whole)},{rest.ljust(1, '0')}\N{NO-BREAK SPACE}{Unit.ML}"
    return _("%(count)s viên") % {"count": number(f"{quantity.normalize():f}")}


def lots_said(parts: Sequence[Part]) -> str:
    """The batches of a dose; of tablets of several strengths, how many of which."""
    if len(parts) < 2:
        return ", ".join(part.row.batch for part in parts)
    return " + ".join(
        _("%(count)s viên %(mg)s mg lô %(lot)s")
        % {
            "count": number(f"{part.quantity.normalize():f}"),
            "mg": number(f"{part.row.strength.normalize():f}"),
            "lot": part.row.batch,
        }
        for part in parts
    )


@page("ost.case_see_list")
def start(request: HttpRequest) -> HttpResponse:
    """The window of the one site where the viewer serves; of several, which."""
    return choose(request, _("Cấp phát"), sites(viewer_of(request)), "ost-window")


@page("ost.case_see_list", of=Facility, post=True, fields=frozenset({"text"}))
def window(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Today's list; what is looked for without a script is sent, and stands in no address."""
    viewer = viewer_of(request)
    text = Text(required=False, max_length=100).clean(request.POST.get("text", "")[:100])
    it = lists.find(viewer, facility=facility, text=text) if text else lists.today(viewer, facility=facility)
    rows = [Row(line, reverse("ost-window-card", args=[line.uid])) for line in it.lines]
    known = {
        "facility": facility,
        "it": it,
        "rows": rows,
        "text": text,
        "counts": _counts(it),
        "gives": bool(may(viewer, "ost.case_give_dose", facility)),
        "spills": bool(may(viewer, "ost.stock_spill", facility)),
        "opens": it.opening is Opening.NOT_YET and bool(may(viewer, "ost.open_day", facility)),
        "shut": _shut(it.opening),
        "words": _words(),
    }
    return render(request, "ost/window.html", known)


@page("ost.open_day", of=Facility, only_post=True)
def open_day(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Open today."""
    dispensing.open_day(by=viewer_of(request), facility=facility)
    return redirect("ost-window", facility.pk)


class Give(Form):
    """What the person says of their birth, before the dose is poured."""

    said = Text(
        label=gettext_lazy("Năm sinh, hoặc ngày và tháng sinh người này tự nói"),
        max_length=20,
        help_text=gettext_lazy("Hỏi và để người này tự nói, không đọc trước cho họ."),
        widget=forms.TextInput({**_TYPED, "inputmode": "numeric"}),
    )


class Outside(Give):
    """That a dose was given though the rules say no, and why; what it was, where no order says so."""

    mg = Amount(
        label=gettext_lazy("Số mg đã uống (nếu khác y lệnh, hoặc chưa có y lệnh)"),
        required=False,
        help_text=gettext_lazy("Để trống: như y lệnh gần nhất."),
    )
    drug = forms.ChoiceField(
        label=gettext_lazy("Thuốc đã uống (nếu người này chưa từng có y lệnh)"),
        choices=[("", gettext_lazy("— như y lệnh —")), *((drug.value, name) for drug, name in DRUGS.items())],
        required=False,
    )
    why = forms.ChoiceField(label=gettext_lazy("Vì sao đã cấp"))
    sure = forms.BooleanField(
        label=gettext_lazy("Tôi xác nhận người này đã thực sự uống liều này, dù máy từ chối")
    )


@page(
    "ost.case_give_dose",
    of=Roster,
    arg="uid",
    load=lists.load,
    post=True,
    fields=frozenset({*Outside.base_fields, "key"}),
    params={"beyond": frozenset({"1"})},
)
def card(request: HttpRequest, row: Roster) -> HttpResponse:
    """One person of the list, and giving them today's dose; to a script, what came of it."""
    viewer, script = viewer_of(request), "application/json" in request.headers.get("Accept", "")
    outside = "beyond" in request.GET
    key = request.POST.get("key", "")
    if request.method == "POST" and not KEY.fullmatch(key):
        raise refuse("same-key")
    reasons = [("", _("— chọn —")), *((code, words(text)) for code, text in dispensing.OUTSIDE.items())]
    sent = request.POST if request.method == "POST" else None
    form = Outside(sent, {"why": reasons}) if outside else Give(sent)
    if form.is_bound and form.is_valid():
        try:
            given = dispensing.give_dose(
                by=viewer,
                roster=row,
                outside=outside,
                said=form.cleaned_data["said"],
                mg=form.cleaned_data.get("mg"),
                drug=form.cleaned_data.get("drug", ""),
                why=form.cleaned_data.get("why", ""),
                key=key,
            )
        except Refusal as refusal:
            if script or refusal.reason == "not-found":
                raise
            form.refuse(refusal, {"other-person": "said", "outside-what": "drug"}.get(refusal.reason))
        else:
            return _told(given) if script else HttpResponseRedirect(request.path)
    if script:
        first = str(next(iter(form.errors.values()), [""])[0])
        return JsonResponse({"reason": "form", "message": first}, status=422)
    it = lists.line(viewer, roster=row)
    if not it.lines:
        raise refuse("not-yours")
    shown = Row(it.lines[0], request.path)
    known = {
        "row": shown,
        "facility": row.facility,
        "shut": _shut(it.opening),
        "form": form,
        "beyond": outside,
        "asks": outside or shown.line.state is State.WAITING,
        "key": key or uuid4().hex,
    }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "ost/window_card.html", known, status=422 if wrong else 200)


def _told(given: Given) -> HttpResponse:
    """What a script hears after a dose: how the line stands now. The list is not read again for it."""
    at = datetime.fromtimestamp(given.dose.moment or 0, timezone.get_current_timezone())
    label = f"{LABELS[State.GIVEN]} {at:%H:%M}"
    told = {"state": State.GIVEN.value, "label": label, "at": f"{at:%H:%M}", "why": said(refuse("used"))}
    return JsonResponse(told)


def _shut(opening: Opening) -> str:
    reason = _SHUT.get(opening)
    return said(refuse(reason)) if reason else ""


def _counts(it: lists.Today) -> list[tuple[str, str, int]]:
    return [(state.value, str(LABELS[state]), count) for state in State if (count := it.counts[state])]


def _words() -> dict[str, str]:
    """What the script of the window says."""
    return {
        "nobody": _("Không có ai như vậy trong danh sách hôm nay."),
        "bad_code": _("Mã đọc sai. Hãy quét lại hoặc gõ lại."),
        "several": _("Có {count} người. Gõ thêm, hoặc dùng phím mũi tên rồi Enter."),
        "ask": _("{name}. Hỏi năm sinh, gõ rồi Enter."),
        "other": _("Không khớp. Có thể nhầm người: hỏi lại họ tên và ngày sinh."),
        "closed_card": _("Không khớp hai lần. Đã đóng, chưa ghi gì. Hãy tìm lại từ đầu."),
        "right": _("Đúng người. {mg} mg, {quantity}. Enter khi đã uống."),
        "sending": _("Đang ghi…"),
        "done": _("Đã ghi {at}: {name}, {mg} mg. Enter: người tiếp theo."),
        "unsure": _(
            "Mất kết nối: chưa rõ đã ghi hay chưa. Bấm Enter để hỏi lại; hỏi lại không bao giờ ghi lần hai."
        ),
        "signed_out": _("Chưa ghi: phiên làm việc đã hết. Đăng nhập lại rồi bấm Enter."),
        "refused": _("Chưa ghi. {why}"),
        "confirm": _("Đã uống trước mặt tôi: ghi"),
        "next": _("Người tiếp theo"),
        "again": _("Hỏi lại máy chủ"),
        "no_birth": _("Không biết ngày sinh: gõ ba ký tự cuối của mã trên thẻ."),
        "unknown": _("chưa rõ"),
    }
