"""What several pages of the room do alike: typed days, numbered pages, forms and their faults."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from phoihop.base.org.page import said
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import sealing
from phoihop.base.org.signin.sealing import Unreadable
from phoihop.kernel.dates import typed_day
from phoihop.kernel.quantities import parse_number
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc

MISSING = _("Hãy điền ô này.")


@dataclass(frozen=True, slots=True)
class Typed:
    """A day from the query string: what it means, what was typed, and what is wrong with it."""

    day: date
    text: str
    fault: str


def day_asked(request: HttpRequest, name: str, otherwise: date | None = None) -> Typed:
    """The day of a parameter; today, or ``otherwise``, where nothing or no day was typed."""
    default = otherwise or timezone.localdate()
    text = request.GET.get(name, "").strip()
    if not text:
        return Typed(default, f"{default:%d/%m/%Y}", "")
    try:
        day = typed_day(text, timezone.localdate())
    except Refusal as refusal:
        return Typed(default, text, said(refusal))
    return Typed(day, f"{day:%d/%m/%Y}", "")


def number_asked(request: HttpRequest, name: str = "page") -> int:
    """A number of the query string, at least 1."""
    return max(1, int(request.GET.get(name) or 1))


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a numbered page stands among its neighbours; 0 where there is none."""

    page: int
    last: int
    before: int
    after: int


def pages(page: int, total: int, size: int) -> Pages:
    """The neighbours of a page of ``size`` rows out of ``total``."""
    last = max(1, -(-total // size))
    return Pages(page, last, page - 1 if page > 1 else 0, page + 1 if page < last else 0)


class Day(forms.CharField):
    """A day typed as people type it; see kernel.dates."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=20, **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return typed_day(text, timezone.localdate())
        except Refusal as refusal:
            raise forms.ValidationError(said(refusal)) from None


class Number(forms.CharField):
    """A number as Vietnamese writes it: 1.209 and 92,5. ``percent``: a sign behind it is taken off."""

    def __init__(self, *, percent: bool = False, **more: Any) -> None:
        super().__init__(max_length=30, **more)
        self.percent = percent

    def clean(self, value: Any) -> Decimal | None:
        text = nfc(super().clean(value)).strip()
        if self.percent:
            text = text.removesuffix("%").strip()
        if not text:
            return None
        try:
            return parse_number(text)
        except ValueError:
            raise forms.ValidationError(_("Hãy ghi một con số, ví dụ 1.209 hoặc 92,5.")) from None


class Text(forms.CharField):
    """A line of text in its composed form, blanks made one."""

    def clean(self, value: Any) -> Any:
        return " ".join(nfc(super().clean(value)).split())


class Form(forms.Form):
    """A form that says in our own words what is missing, and tells screen readers about hint and fault."""

    use_required_attribute = False

    def __init__(self, data: Any = None, choices: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, auto_id="f-%s", **more)
        for name, offered in (choices or {}).items():
            chooser = self.fields[name]
            assert isinstance(chooser, forms.ChoiceField)
            chooser.choices = offered
        for field in self.fields.values():
            field.error_messages["required"] = MISSING
        # From here on faults may be asked for: everything that decides them stands.
        for name, field in self.fields.items():
            told = [f"f-{name}-hint"] if field.help_text else []
            if self.is_bound and name in self.errors:
                told.append(f"f-{name}-fault")
                field.widget.attrs["aria-invalid"] = "true"
            if told:
                field.widget.attrs["aria-describedby"] = " ".join(told)
            if field.required:
                field.widget.attrs["aria-required"] = "true"

    def only_searched(self) -> None:
        """Nothing was sent yet but a search: what is still missing is no fault."""
        self.errors.clear()
        for field in self.fields.values():
            field.widget.attrs.pop("aria-invalid", None)

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        """Put what an action refused into the form's own faults."""
        self.add_error(field, said(refusal))


_PADDED = 64  # bytes: the length of a sealed search tells no name


def kept_search(viewer: Viewer, text: str) -> str:
    """What was searched for, as an address may carry it: sealed, readable here and for this person alone."""
    clear = text.encode()
    padded = clear + b"\0" * (-len(clear) % _PADDED)
    return base64.urlsafe_b64encode(sealing.seal("search", padded, viewer.account)).rstrip(b"=").decode()


def search_kept(viewer: Viewer, sealed: str) -> str:
    """The search that an address carries; empty where it carries none, or another person's."""
    try:
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return sealing.unseal("search", raw, viewer.account).rstrip(b"\0").decode()
    except (ValueError, Unreadable):
        return ""


def form_page(
    request: HttpRequest, template: str, form: Form, known: Mapping[str, Any] | None = None
) -> HttpResponse:
    """A page with a form; 422 where something in it is wrong."""
    wrong = form.is_bound and bool(form.errors)
    return render(request, template, {"form": form, **(known or {})}, status=422 if wrong else 200)
