"""An item's value as the fields of a form, and back. One form for each kind of item.

A value has the shape of the reader's contract. Of the header each item is one field of it,
``{"name": "number", "value": …}``; what stands in ``value`` is as in the contract.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.pages.shared import Day, Form, Text
from phoihop.coordination.documents.rules.review import Kind
from phoihop.engines.ui import formats
from phoihop.kernel.quantities import parse_number
from phoihop.kernel.text import nfc

LONGEST = 4000  # letters of a field


def directions() -> dict[str, str]:
    """Which way a target moves its number, in words."""
    return {"giữ": _("giữ"), "tăng": _("tăng"), "giảm": _("giảm"), "không để": _("không để")}


def head_labels() -> dict[str, str]:
    """What each field of the header is called, in the order of the page."""
    return {
        "type": _("Loại văn bản"),
        "number": _("Số, ký hiệu"),
        "issued": _("Ngày ban hành"),
        "place": _("Nơi ban hành"),
        "parent_issuer": _("Cơ quan cấp trên"),
        "issuer": _("Cơ quan ban hành"),
        "signers": _("Người ký"),
        "title": _("Trích yếu"),
        "period": _("Thời kỳ"),
        "recipients": _("Nơi nhận"),
    }


def head_label(value: Mapping[str, Any]) -> str:
    """What this field of the header is called."""
    return head_labels().get(str(value.get("name", "")), _("Thể thức"))


def head_lines(value: Mapping[str, Any]) -> list[str]:
    """A field of the header as lines to print."""
    name, held = str(value.get("name", "")), value.get("value")
    if held is None or held == "":
        return []
    if name == "issued":
        return [formats.day(held)]
    if name == "signers":
        return [_signer_line(signer) for signer in held]
    if isinstance(held, list):
        return [str(line) for line in held]
    return [formats.sentence(str(held)) if name in ("type", "title") else str(held)]


def _signer_line(signer: Mapping[str, Any]) -> str:
    office = " ".join(filter(None, (signer.get("prefix"), signer.get("office"))))
    return "; ".join(filter(None, (signer.get("name"), office)))


class Amount(forms.CharField):
    """A number as documents write it: 1.209 or 92,5. Empty: None."""

    def clean(self, value: Any) -> Decimal | None:
        text = (super().clean(value) or "").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
        if not text:
            return None
        try:
            return parse_number(text)
        except ValueError:
            raise forms.ValidationError(_("Hãy ghi một số, ví dụ 1.209 hoặc 92,5.")) from None


class Lines(forms.CharField):
    """One name a line."""

    widget = forms.Textarea(attrs={"rows": 2, "lang": "vi"})

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value) or ""
        return [" ".join(nfc(line).split()) for line in text.splitlines() if line.strip()]

    def to_python(self, value: Any) -> str:
        return str(value or "").strip()


def _text(label: Any, *, rows: int = 0, required: bool = False, **more: Any) -> Text:
    widget = (
        forms.Textarea(attrs={"rows": rows, "lang": "vi"}) if rows else forms.TextInput(attrs={"lang": "vi"})
    )
    return Text(label=label, required=required, max_length=LONGEST, widget=widget, **more)


class TargetForm(Form):
    """What a target asks for."""

    text = _text(gettext_lazy("Câu nêu chỉ tiêu"), rows=3, required=True)
    direction = forms.ChoiceField(label=gettext_lazy("Hướng"), required=False)
    comparator = forms.ChoiceField(label=gettext_lazy("So sánh"))
    value = Amount(label=gettext_lazy("Mức"), required=False, max_length=40)
    value_max = Amount(label=gettext_lazy("Đến mức"), required=False, max_length=40)
    unit = _text(gettext_lazy("Đơn vị"))
    kind = forms.ChoiceField(label=gettext_lazy("Loại"))
    deadline = _text(gettext_lazy("Thời hạn, ghi như văn bản"))
    numerator = _text(gettext_lazy("Đếm cái gì"))
    denominator = _text(gettext_lazy("Tính trên"))
    scope = _text(gettext_lazy("Phạm vi áp dụng"))
    baseline = _text(gettext_lazy("Mức gốc"))

    def __init__(self, data: Any = None, **more: Any) -> None:
        choices = {
            "direction": [("", "—"), *directions().items()],
            "comparator": [
                (">=", _("≥ ít nhất")),
                (">", _("> trên")),
                ("=", _("= đúng")),
                ("<=", _("≤ không quá")),
                ("<", _("< dưới")),
            ],
            "kind": [("goal", _("kết quả cần đạt")), ("output", _("hoạt động đếm được"))],
        }
        super().__init__(data, choices, **more)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        low, high = given.get("value"), given.get("value_max")
        if high is not None and (low is None or high <= low):
            self.add_error("value_max", _("Mức sau phải lớn hơn mức trước."))
        return given


class TaskForm(Form):
    """Who does what, when and where."""

    text = _text(gettext_lazy("Câu giao việc"), rows=3, required=True)
    leads = Lines(label=gettext_lazy("Chủ trì (mỗi dòng một cơ quan)"), required=False, max_length=LONGEST)
    coordinating = Lines(
        label=gettext_lazy("Phối hợp (mỗi dòng một cơ quan)"), required=False, max_length=LONGEST
    )
    period = _text(gettext_lazy("Thời gian"))
    place = _text(gettext_lazy("Địa điểm"))
    standing = forms.BooleanField(label=gettext_lazy("Việc thường xuyên"), required=False)


class CiteForm(Form):
    """A document that this one names."""

    type = _text(gettext_lazy("Loại văn bản"))
    number = _text(gettext_lazy("Số, ký hiệu"))
    date = Day(label=gettext_lazy("Ngày"), required=False)
    issuer = _text(gettext_lazy("Cơ quan ban hành"))
    title = _text(gettext_lazy("Tên, trích yếu"), rows=2)
    implemented = forms.BooleanField(label=gettext_lazy("Văn bản này thực hiện nó"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not any(given.get(name) for name in ("type", "number", "title")):
            self.add_error("number", _("Hãy ghi số hoặc tên của văn bản."))
        return given


class HeadForm(Form):
    """One field of the header."""

    value: forms.CharField = _text(gettext_lazy("Nội dung phần này"), rows=2)


class HeadDay(HeadForm):
    """A field that is a day."""

    value = Day(label=gettext_lazy("Nội dung phần này"), required=False)


class HeadNames(HeadForm):
    """A field that is several names, one a line."""

    value = Lines(label=gettext_lazy("Nội dung phần này"), required=False, max_length=LONGEST)


class HeadSigners(HeadNames):
    """Who signed, each with an office behind a semicolon."""


_HEADS: dict[str, type[HeadForm]] = {"issued": HeadDay, "recipients": HeadNames, "signers": HeadSigners}


FORMS: dict[str, type[Form]] = {
    Kind.HEAD: HeadForm,
    Kind.TARGET: TargetForm,
    Kind.TASK: TaskForm,
    Kind.CITE: CiteForm,
}
FIELDS = frozenset(name for form in FORMS.values() for name in form.base_fields)


def form_of(kind: str, value: Mapping[str, Any] | None = None, data: Any = None) -> Form:
    """The form of a kind, filled with a value, or bound to what was sent."""
    initial = filled(kind, value) if value is not None else {}
    if kind != Kind.HEAD:
        return FORMS[kind](data, initial=initial)
    name = str((value or {}).get("name", ""))
    form = _HEADS.get(name, HeadForm)(data, initial=initial)
    field = form.fields["value"]
    field.label = head_labels().get(name, field.label)
    if name == "signers":
        field.help_text = _("Mỗi dòng một người: họ tên; chức vụ.")
    return form


def filled(kind: str, value: Mapping[str, Any]) -> dict[str, str]:
    """A value as text for each field of its form; a tick is "on"."""
    if kind == Kind.HEAD:
        return {"value": "\n".join(_head_text(value))}
    found = {}
    for name in FORMS[kind].base_fields:
        held = value.get("value_exact", value.get("value")) if name == "value" else value.get(name)
        found[name] = _as_text(name, held)
    return found


def _head_text(value: Mapping[str, Any]) -> list[str]:
    # As the document has it: a raised first letter is for reading only.
    held = value.get("value")
    return [held] if isinstance(held, str) and value.get("name") != "issued" else head_lines(value)


def _as_text(name: str, held: Any) -> str:
    if held is None or held is False:
        return ""
    if held is True:
        return "on"
    if isinstance(held, list):
        return "\n".join(str(line) for line in held)
    if name in ("value", "value_max"):
        return formats.number(held).replace("−", "-")
    if name == "date":
        return formats.day(held)
    return str(held)


def value_of(kind: str, form: Form) -> dict[str, Any]:
    """What a valid form says, field by field, as the action takes it. An empty field is unknown: None."""
    given = dict(form.cleaned_data)
    if kind == Kind.HEAD:
        return {"value": _head_value(form, given["value"])}
    return {name: None if held == "" and name != "text" else held for name, held in given.items()}


def _head_value(form: Form, given: Any) -> Any:
    if isinstance(form, HeadSigners):
        return [
            {"name": name.strip() or None, "office": office.strip() or None, "prefix": None}
            for name, _sep, office in (line.partition(";") for line in given)
        ]
    return None if given == "" else given


def differences(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Label, old and new text of each field that differs."""
    before, after = filled(kind, old), filled(kind, new)
    labels = {name: str(field.label) for name, field in FORMS[kind].base_fields.items()}
    for name, said_before in before.items():
        if said_before != after[name]:
            label = head_label(new) if kind == Kind.HEAD else labels[name]
            yield label, _tick(said_before), _tick(after[name])


def _tick(text: str) -> str:
    return _("có") if text == "on" else text or "—"
