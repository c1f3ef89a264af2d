"""The pages of whoever keeps the medicine: the store, what comes and goes, minutes, the book."""

import re
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility
from phoihop.base.org.page import NUMBER, page, viewer_of
from phoihop.base.org.pages.shared import Form, number_asked, pages
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.actions import stocking
from phoihop.programmes.ost.dosing import ledger
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Minutes, Posting, Shipment
from phoihop.programmes.ost.pages import stock_forms as forms
from phoihop.programmes.ost.pages.choosing import choose
from phoihop.programmes.ost.pages.stock_forms import Asked, ask, plain, sent
from phoihop.programmes.ost.queries import holding, stock, values
from phoihop.programmes.ost.rules.stock import Kind

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_ACTS = (
    ("ost.stock_receive", "ost-stock-receive", False),
    ("ost.stock_move", "ost-stock-move", False),
    ("ost.stock_send", "ost-stock-send", None),
    ("ost.stock_spill", "ost-stock-spill", None),
    ("ost.stock_give_back", "ost-stock-give-back", False),
    ("ost.stock_destroy", "ost-stock-destroy", None),
)


@page(stock.SEE)
def start(request: HttpRequest) -> HttpResponse:
    """The sites whose stock one keeps; with one of them, that one."""
    return choose(request, _("Kho thuốc"), stock.sites_of(viewer_of(request), stock.SEE), "ost-stock-store")


@page(stock.SEE, of=Facility)
def store(request: HttpRequest, facility: Facility) -> HttpResponse:
    """What is where at a site, for how long it lasts, and what waits."""
    viewer = viewer_of(request)
    it = stock.store(viewer, facility=facility)
    point = facility.parent_id is not None
    acts = [
        (reverse(name, args=[facility.pk]), name)
        for code, name, at_point in _ACTS
        if may(viewer, code, facility) and (at_point is None or at_point is point)
    ]
    known = {
        "it": it,
        "acts": acts,
        "serving": forms.WORDS_OF[ledger.serving(facility)],
        "point": point,
        "counts": may(viewer, "ost.stock_count", facility),
        "reports": may(viewer, "ost.stock_see_reports", facility),
        "tint": {True: "serious", False: "note"},
        "beyond": holding.AHEAD,
    }
    return render(request, "ost/stock_store.html", known)


def _back(facility: Facility) -> str:
    return reverse("ost-stock-store", args=[facility.pk])


@page("ost.stock_receive", of=Facility, post=True, fields=frozenset(forms.Receive.base_fields))
def receive(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Take in what a trader delivered."""
    by = viewer_of(request)
    found = values.book().find("stock.receipt_copies", by.day)
    copies = int(found.value) if found is not None else 1
    asked = Asked(
        _("Nhập thuốc từ nhà cung cấp"),
        _("Nhập kho, lập biên bản"),
        facility,
        _back(facility),
        (_("Biên bản giao nhận hiện nay lập thành %(copies)s bản.") % {"copies": copies},),
    )

    def do(form: Form) -> str:
        assert isinstance(form, forms.Receive)
        told = form.cleaned_data
        minutes = stocking.receive(
            by=by,
            facility=facility,
            presentation=form.presentation,
            batch=told["batch"],
            expiry=told["expiry"],
            quantity=told["quantity"],
            bottles=told["unit"] == "bottles",
            trader=told["trader"],
            copies=told["copies"],
            day=told["day"],
            looked=bool(told["looked"]),
            once=form.named,
        )
        return reverse("ost-stock-minutes", args=[minutes.uid])

    at = {
        "receipt-copies": "copies",
        "receipt-expired": "expiry",
        "look-again": "expiry",
        "lot-other-expiry": "expiry",
        "no-pack": "unit",
        "stock-nothing": "quantity",
        "amount-not-exact": "quantity",
        "amount-too-large": "quantity",
        "days-wrong": "day",
    }
    return ask(request, forms.Receive(sent(request), copies), asked, do, at)


_QUANTITY = {"stock-short": "quantity", "stock-nothing": "quantity", "amount-not-exact": "quantity"}


@page("ost.stock_move", of=Facility, post=True, fields=frozenset(forms.Move.base_fields))
def move(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Between the store and the daily cabinet."""
    by = viewer_of(request)
    _only_at_facility(facility)
    offered = [each for each in stock.lots(by, facility=facility) if each.kind in (Kind.STORE, Kind.DAILY)]
    asked = Asked(
        _("Chuyển giữa kho và tủ trong ngày"),
        _("Chuyển"),
        facility,
        _back(facility),
        (_("Chọn lô ở kho để đưa ra tủ, chọn lô ở tủ để cất lại vào kho."),),
    )

    def do(form: Form) -> str:
        assert isinstance(form, forms.Move)
        chosen = form.chosen
        stocking.move(
            by=by,
            facility=facility,
            lot=chosen.lot,
            quantity=form.cleaned_data["quantity"],
            back=chosen.kind is Kind.DAILY,
            once=form.named,
        )
        return _back(facility)

    return ask(request, forms.Move(sent(request), offered), asked, do, _QUANTITY)


def _only_at_facility(facility: Facility) -> None:
    if facility.parent_id is not None:
        raise refuse("not-a-store")


@page("ost.stock_send", of=Facility, post=True, fields=frozenset(forms.Send.base_fields))
def send(request: HttpRequest, facility: Facility) -> HttpResponse:
    """To a point, or back to the facility."""
    by = viewer_of(request)
    there = ledger.arrives_at(facility)
    offered = [each for each in stock.lots(by, facility=facility) if each.kind is there]
    sites = stock.partners(by, facility=facility)
    asked = Asked(
        _("Giao thuốc giữa cơ sở và điểm"),
        _("Giao"),
        facility,
        _back(facility),
        (_("Sổ ghi ngay khi giao; nơi nhận đếm lại khi thuốc tới. Người giao không tự nhận."),),
    )

    def do(form: Form) -> str:
        assert isinstance(form, forms.Send)
        told = form.cleaned_data
        stocking.send(
            by=by,
            facility=facility,
            to=form.target,
            lot=form.chosen.lot,
            quantity=told["quantity"],
            once=form.named,
        )
        return _back(facility)

    return ask(request, forms.Send(sent(request), offered, sites), asked, do, _QUANTITY)


@page(
    "ost.stock_confirm",
    of=Shipment,
    arg="uid",
    load=stock.shipment_to,
    post=True,
    fields=frozenset(forms.Confirm.base_fields),
)
def confirm(request: HttpRequest, shipment: Shipment) -> HttpResponse:
    """Count what arrived."""
    by, facility = viewer_of(request), shipment.target_facility
    if shipment.received_on is not None:
        raise refuse("arrived-already")
    name = holding.name_of(shipment.lot.drug, shipment.lot.strength)
    told = {"from": shipment.facility.name, "number": shipment.number, "name": name}
    notes = (
        _("Chuyến %(number)s từ %(from)s: %(name)s.") % told,
        _("Lô %(batch)s, ghi trên phiếu giao: %(quantity)s.")
        % {"batch": shipment.lot.batch, "quantity": plain(shipment.quantity)},
    )
    asked = Asked(_("Nhận thuốc được giao tới"), _("Ghi số đã nhận"), facility, _back(facility), notes)

    def do(form: Form) -> str:
        minutes = stocking.confirm(
            by=by,
            facility=facility,
            shipment=shipment,
            counted=form.cleaned_data["counted"],
            cause=form.cleaned_data["cause"],
        )
        return reverse("ost-stock-minutes", args=[minutes.uid]) if minutes else _back(facility)

    at = {"cause-missing": "cause", "amount-not-exact": "counted"}
    return ask(request, forms.Confirm(sent(request)), asked, do, at)


@page("ost.stock_spill", of=Facility, post=True, fields=frozenset(forms.WriteOff.base_fields))
def spill(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Minutes about what was spilt."""
    by = viewer_of(request)
    offered = [each for each in stock.lots(by, facility=facility) if each.kind is not Kind.RETURNED]

    def do(form: Form) -> str:
        assert isinstance(form, forms.WriteOff)
        told = form.cleaned_data
        chosen = form.chosen
        minutes = stocking.spill(
            by=by,
            facility=facility,
            lot=chosen.lot,
            source=chosen.kind,
            quantity=told["quantity"],
            cause=told["cause"],
        )
        return reverse("ost-stock-minutes", args=[minutes.uid])

    asked = Asked(
        _("Ghi thuốc bị đổ, vỡ"), _("Lập biên bản và ký"), facility, _start_of(by, facility), _TWO_SIGN()
    )
    return ask(request, forms.WriteOff(sent(request), offered), asked, do, _QUANTITY)


@page("ost.stock_destroy", of=Facility, post=True, fields=frozenset(forms.WriteOff.base_fields))
def destroy(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Minutes about what is destroyed."""
    by = viewer_of(request)

    def do(form: Form) -> str:
        assert isinstance(form, forms.WriteOff)
        told = form.cleaned_data
        chosen = form.chosen
        minutes = stocking.destroy(
            by=by,
            facility=facility,
            lot=chosen.lot,
            source=chosen.kind,
            quantity=told["quantity"],
            cause=told["cause"],
        )
        return reverse("ost-stock-minutes", args=[minutes.uid])

    offered = stock.lots(by, facility=facility)
    asked = Asked(_("Hủy thuốc"), _("Lập biên bản và ký"), facility, _back(facility), _TWO_SIGN())
    return ask(request, forms.WriteOff(sent(request), offered), asked, do, _QUANTITY)


@page("ost.stock_give_back", of=Facility, post=True, fields=frozenset(forms.GiveBack.base_fields))
def give_back(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Minutes about what goes back to a trader."""
    by = viewer_of(request)
    _only_at_facility(facility)

    def do(form: Form) -> str:
        assert isinstance(form, forms.GiveBack)
        told = form.cleaned_data
        minutes = stocking.give_back(
            by=by,
            facility=facility,
            lot=form.chosen.lot,
            quantity=told["quantity"],
            trader=told["trader"],
            cause=told["cause"],
        )
        return reverse("ost-stock-minutes", args=[minutes.uid])

    offered = [each for each in stock.lots(by, facility=facility) if each.kind is Kind.STORE]
    notes = (_("Chỉ trả từ kho: thuốc ở tủ hay ở điểm thì chuyển về kho trước."), *_TWO_SIGN())
    asked = Asked(_("Trả thuốc lại nhà cung cấp"), _("Lập biên bản và ký"), facility, _back(facility), notes)
    return ask(request, forms.GiveBack(sent(request), offered), asked, do, _QUANTITY)


def _TWO_SIGN() -> tuple[str, ...]:  # noqa: N802 - words of the page's language, asked when it is shown
    return (_("Biên bản cần hai người ký. Sổ chỉ ghi khi người thứ hai đã ký bằng tài khoản của mình."),)


def _start_of(by: Viewer, facility: Facility) -> str:
    return _back(facility) if may(by, stock.SEE, facility) else reverse("today")


@page("ost.stock_see_minutes", of=Minutes, arg="uid", load=stock.minutes_of)
def minutes(request: HttpRequest, row: Minutes) -> HttpResponse:
    """Minutes, who signed them, and who still has to."""
    by = viewer_of(request)
    it = stock.paper(by, minutes=row)
    known = {"it": it, "back": _start_of(by, row.facility)}
    return render(request, "ost/stock_minutes.html", known)


def _signable(viewer: Viewer, text: str) -> Minutes | None:
    return stock.minutes_of(viewer, text, "ost.stock_sign")


def _withdrawable(viewer: Viewer, text: str) -> Minutes | None:
    return stock.minutes_of(viewer, text, "ost.stock_withdraw_minutes")


@page("ost.stock_sign", of=Minutes, arg="uid", load=_signable, only_post=True)
def sign(request: HttpRequest, row: Minutes) -> HttpResponse:
    """Sign minutes as oneself."""
    stocking.sign_minutes(by=viewer_of(request), minutes=row)
    return redirect("ost-stock-minutes", uid=row.uid)


@page("ost.stock_withdraw_minutes", of=Minutes, arg="uid", load=_withdrawable, only_post=True)
def withdraw(request: HttpRequest, row: Minutes) -> HttpResponse:
    """Take minutes back."""
    stocking.withdraw(by=viewer_of(request), minutes=row)
    return redirect("ost-stock-minutes", uid=row.uid)


@page("ost.stock_see_book", of=Facility, params={"month": MONTH, "page": NUMBER})
def book(request: HttpRequest, facility: Facility) -> HttpResponse:
    """A month of the book of movements."""
    by = viewer_of(request)
    first = _month_asked(request)
    last = months_later(first, 1) - timedelta(days=1)
    number = number_asked(request)
    it = stock.book(by, facility=facility, first=first, last=last, page=number)
    given = stock.given(by, facility=facility, first=first, last=last)
    known = {
        "it": it,
        "given": given,
        "pages": pages(number, it.total, stock.BOOK_PAGE),
        "month": f"{first:%Y-%m}",
        "before": f"{months_later(first, -1):%Y-%m}",
        "after": f"{months_later(first, 1):%Y-%m}" if last < by.day else "",
        "back": _back(facility),
    }
    return render(request, "ost/stock_book.html", known)


def _month_asked(request: HttpRequest) -> date:
    text = request.GET.get("month", "")
    return date.fromisoformat(f"{text}-01") if text else timezone.localdate().replace(day=1)


@page("ost.stock_see_movement", of=Posting, load=stock.posting_of)
def movement(request: HttpRequest, row: Posting) -> HttpResponse:
    """One movement of the book."""
    by = viewer_of(request)
    facility = next(end for end in stock.ends(row) if may(by, "ost.stock_see_movement", end))
    it = stock.movement(by, facility=facility, posting=row)
    known = {"it": it, "facility": facility, "back": reverse("ost-stock-book", args=[facility.pk])}
    return render(request, "ost/stock_movement.html", known)
