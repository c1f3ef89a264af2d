"""The devices of the sites that one heads: enrolling them, handing the right to dispense from one to
another, what follows a restore, and days called back by telephone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility
from phoihop.base.org.page import View, page, said, viewer_of
from phoihop.base.org.pages.shared import Form, Text
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import devices as doing
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Device
from phoihop.programmes.ost.queries import devices as seeing

_TYPED = {"autocomplete": "off", "spellcheck": "false"}


class Enrol(Form):
    """A tablet's name for people, and the key that it shows."""

    label = Text(label=gettext_lazy("Tên gọi của máy"), max_length=80, widget=forms.TextInput(_TYPED))
    public = Text(
        label=gettext_lazy("Khóa mà máy hiện ra (64 ký tự)"),
        max_length=200,
        help_text=gettext_lazy("Mở phần đăng ký trên máy và chép lại, cách quãng tùy ý."),
        widget=forms.TextInput(_TYPED),
    )


class Release(Form):
    """What was read out for a permit, the days that were read back, and the code."""

    number = forms.CharField(max_length=60, widget=forms.HiddenInput)
    value = forms.CharField(max_length=40, widget=forms.HiddenInput)
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Các ngày máy đọc lại"),
        help_text=gettext_lazy("Bỏ dấu ngày nào máy không đọc: ngày đó máy đã dùng."),
        widget=forms.CheckboxSelectMultiple,
    )
    code = Text(
        label=gettext_lazy("Mã trả quyền (8 chữ số)"),
        max_length=20,
        widget=forms.TextInput({**_TYPED, "inputmode": "numeric"}),
    )

    def __init__(self, data: Any, permit: seeing.Permit, value: str = "") -> None:
        offered = [(day.isoformat(), f"{day:%d/%m/%Y}") for day in permit.days]
        first = {"number": permit.number, "value": value, "days": [code for code, _ in offered]}
        super().__init__(data, {"days": offered}, initial=first)
        self.permit = permit


@page(seeing.SEE)
def devices(request: HttpRequest) -> HttpResponse:
    """Which devices there are at each site, and how each stands."""
    viewer = viewer_of(request)
    proved = replace(viewer, stepped_up=True)
    sites = [
        (
            site,
            bool(may(proved, "ost.set_up_device", site.facility)),
            bool(may(viewer, "ost.see_epoch", site.facility)),
        )
        for site in seeing.devices(viewer)
    ]
    return render(request, "ost/devices.html", {"sites": sites})


@page("ost.set_up_device", of=Facility, post=True, fields=frozenset(Enrol.base_fields))
def enrol(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Enrol a tablet; what it shares with the centre is shown this once."""
    form = Enrol(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = doing.enrol(by=viewer_of(request), facility=facility, **form.cleaned_data)
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            form.refuse(refusal, {"device-key": "public", "device-label": "label"}.get(refusal.reason))
        else:
            known = {"facility": facility, "made": made, "secret": _in_groups(made.secret)}
            return render(request, "ost/devices_enrolled.html", known)
    status = 422 if form.is_bound else 200
    return render(request, "ost/devices_enrol.html", {"facility": facility, "form": form}, status=status)


def _in_groups(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


@page("ost.case_see_permits", of=Device)
def device(request: HttpRequest, device: Device) -> HttpResponse:
    """One device: how it stands, what it holds, what can be done with it."""
    return _device(request, device)


def _device(request: HttpRequest, device: Device, form: Release | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    proved = replace(viewer, stepped_up=True)
    leads = may(viewer, "ost.see_desk", device.facility)
    desk = seeing.desk_of(viewer, facility=device.facility) if leads else None
    permits = seeing.permits(viewer, device=device)
    known = {
        "device": device,
        "tablet": device.kind == Device.TABLET,
        "desk": desk,
        "to_desk": desk is not None and bool(may(proved, "ost.set_up_device_active", desk)),
        "permits": permits,
        "held": sum(len(each.days) for each in permits),
        "form": form,
        "said": f"{form['value'].value()[:4]} {form['value'].value()[4:]}" if form is not None else "",
        "acts": {
            name: bool(may(proved, f"ost.set_up_device_{name}", device))
            for name in ("active", "inactive", "checked", "excused", "withdrawn", "call", "release")
        },
    }
    wrong = form is not None and form.is_bound and bool(form.errors)
    return render(request, "ost/devices_one.html", known, status=422 if wrong else 200)


def _act(code: str, *fields: str) -> Callable[[View], View]:
    return page(code, of=Device, only_post=True, fields=frozenset(fields))


@_act("ost.set_up_device_active")
def make_active(request: HttpRequest, device: Device) -> HttpResponse:
    """Hand it the right to dispense."""
    doing.make_active(by=viewer_of(request), device=device)
    return redirect("ost-device", device.pk)


@_act("ost.set_up_device_inactive")
def make_inactive(request: HttpRequest, device: Device) -> HttpResponse:
    """It gets no more days, and gives back those that it holds."""
    doing.make_inactive(by=viewer_of(request), device=device)
    return redirect("ost-device", device.pk)


@_act("ost.set_up_device_checked", "entered", "no_other")
def check(request: HttpRequest, device: Device) -> HttpResponse:
    """Check it off after its memory was put back."""
    doing.check(
        by=viewer_of(request),
        device=device,
        entered=request.POST.get("entered") == "on",
        no_other=request.POST.get("no_other") == "on",
    )
    return redirect("ost-device", device.pk)


@_act("ost.set_up_device_excused")
def excuse(request: HttpRequest, device: Device) -> HttpResponse:
    """A recovery of the centre does not wait for it."""
    doing.excuse(by=viewer_of(request), device=device)
    return redirect("ost-device", device.pk)


@_act("ost.set_up_device_withdrawn", "in_hand")
def withdraw(request: HttpRequest, device: Device) -> HttpResponse:
    """Withdraw it for good."""
    doing.withdraw(by=viewer_of(request), device=device, in_hand=request.POST.get("in_hand") == "on")
    return redirect("ost-device", device.pk)


@_act("ost.set_up_device_call", "number")
def call(request: HttpRequest, device: Device) -> HttpResponse:
    """What to read out to the device for one permit, and where to type what it answers."""
    viewer = viewer_of(request)
    made = doing.call(by=viewer, device=device, number=request.POST.get("number", "")[:60])
    return _device(request, device, Release(None, _permit(viewer, device, made.number), made.value))


def _permit(viewer: Viewer, device: Device, number: str) -> seeing.Permit:
    """The days of a permit that a device may still use. Refusal("device-no-permit")."""
    found = (each for each in seeing.permits(viewer, device=device) if each.number == number)
    permit = next(found, None)
    if permit is None:
        raise refuse("device-no-permit")
    return permit


@_act("ost.set_up_device_release", *Release.base_fields)
def release(request: HttpRequest, device: Device) -> HttpResponse:
    """Take the code that was read back."""
    viewer = viewer_of(request)
    form = Release(request.POST, _permit(viewer, device, request.POST.get("number", "")[:60]))
    if form.is_valid():
        told = form.cleaned_data
        days = [date.fromisoformat(day) for day in told["days"]]
        try:
            right = doing.release(by=viewer, device=device, value=told["value"], days=days, code=told["code"])
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            form.add_error(None, said(refusal))
        else:
            if right:
                return redirect("ost-device", device.pk)
            form.add_error("code", said(refuse("device-code-wrong")))
    return _device(request, device, form)
