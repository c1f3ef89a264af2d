"""The devices of the sites that one heads: enrolling them, handing the right to dispense from one to
another, what follows a restore, and days called back by telephone."""

from collections.abc import Callable
from dataclasses import replace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility
from phoihop.base.org.page import View, page, said, viewer_of
from phoihop.base.org.pages.shared import Form, Text
from phoihop.kernel.dates import typed_day
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
    """What was read out, the days that were read back, and the code."""

    value = Text(label=gettext_lazy("Mã hỏi đã đọc"), max_length=40, widget=forms.TextInput(_TYPED))
    days = Text(
        label=gettext_lazy("Các ngày máy đọc lại"),
        max_length=200,
        help_text=gettext_lazy("Cách nhau bằng dấu phẩy, ví dụ 24/11/2026, 25/11/2026."),
        widget=forms.TextInput(_TYPED),
    )
    code = Text(
        label=gettext_lazy("Mã trả quyền (8 chữ số)"),
        max_length=20,
        widget=forms.TextInput({**_TYPED, "inputmode": "numeric"}),
    )


@page(seeing.SEE)
def devices(request: HttpRequest) -> HttpResponse:
    """Which devices there are at each site, and how each stands."""
    viewer = viewer_of(request)
    proved = replace(viewer, stepped_up=True)
    sites = [(site, bool(may(proved, "ost.set_up_device", site.facility))) for site in seeing.devices(viewer)]
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


def _device(request: HttpRequest, device: Device, form: Form | None = None, call: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    proved = replace(viewer, stepped_up=True)
    known = {
        "device": device,
        "tablet": device.kind == Device.TABLET,
        "permits": seeing.permits(viewer, device=device),
        "form": form or Release(),
        "call": call,
        "acts": {
            name: bool(may(proved, f"ost.set_up_device_{name}", device))
            for name in ("active", "checked", "excused", "withdrawn", "call", "release")
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
    """What to read out to the device for one permit."""
    made = doing.call(by=viewer_of(request), device=device, number=request.POST.get("number", "")[:60])
    return _device(request, device, Release(initial={"value": made.value}), made.value)


@_act("ost.set_up_device_release", *Release.base_fields)
def release(request: HttpRequest, device: Device) -> HttpResponse:
    """Take the code that was read back."""
    viewer, form = viewer_of(request), Release(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            days = [typed_day(text, viewer.day) for text in told["days"].split(",")]
            right = doing.release(by=viewer, device=device, value=told["value"], days=days, code=told["code"])
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            form.add_error("value" if refusal.reason == "device-no-call" else "days", said(refusal))
        else:
            if right:
                return redirect("ost-device", device.pk)
            form.add_error("code", said(refuse("device-code-wrong")))
    return _device(request, device, form)
