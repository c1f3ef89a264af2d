"""The forms about a client."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.explain import words
from phoihop.base.org.models import Unit
from phoihop.base.org.page import said
from phoihop.base.org.pages.shared import Day, Form, Text
from phoihop.kernel.refusals import Refusal
from phoihop.registry.registering import Programme, endings
from phoihop.registry.rules import born
from phoihop.registry.rules.identity import SEXES, Sex, Told, tidy

_NUMBERS = ("identity", "insurance")
_OFF = {"autocomplete": "off", "spellcheck": "false"}


class Birth(forms.CharField):
    """A date of birth, of which perhaps only the year is known."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return born.typed(text, date.today()) if text else None  # noqa: DTZ011 - a day of birth is past
        except Refusal as refusal:
            raise forms.ValidationError(said(refusal)) from None


class Person(Form):
    """Who somebody says they are. Only a name, or what they are called, has to be given."""

    name = Text(
        label=gettext_lazy("Họ và tên"),
        required=False,
        max_length=100,
        widget=forms.TextInput(_OFF),
    )
    alias = Text(
        label=gettext_lazy("Tên thường gọi"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Khi người này không nêu họ tên, hoặc được gọi bằng tên khác."),
        widget=forms.TextInput(_OFF),
    )
    born = Birth(
        label=gettext_lazy("Ngày sinh"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Ví dụ 07/5/1990; chỉ biết năm thì ghi năm."),
        widget=forms.TextInput(_OFF),
    )
    sex = forms.ChoiceField(label=gettext_lazy("Giới tính"), required=False)
    identity = Text(
        label=gettext_lazy("Số định danh, CCCD (hoặc CMND cũ)"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("Không có thì để trống; không có giấy tờ vẫn được phục vụ."),
        widget=forms.TextInput({**_OFF, "inputmode": "numeric"}),
    )
    insurance = Text(
        label=gettext_lazy("Số thẻ bảo hiểm y tế"),
        required=False,
        max_length=30,
        widget=forms.TextInput(_OFF),
    )
    phone = Text(
        label=gettext_lazy("Điện thoại"),
        required=False,
        max_length=20,
        widget=forms.TextInput({**_OFF, "inputmode": "tel"}),
    )
    home = forms.ChoiceField(label=gettext_lazy("Xã, phường đang ở"), required=False)
    address = Text(
        label=gettext_lazy("Nơi ở cụ thể"),
        required=False,
        max_length=200,
        widget=forms.TextInput(_OFF),
    )

    def __init__(self, data: Any, programme: Programme, homes: list[Unit], **more: Any) -> None:
        self.homes = {str(unit.pk): unit for unit in homes}
        choices = {
            "sex": [(sex.value, words(name)) for sex, name in SEXES.items()],
            "home": [("", _("— chọn —")), *((pk, str(unit)) for pk, unit in self.homes.items())],
        }
        super().__init__(data, choices, **more)
        if not programme.keeps_identity:
            for name in _NUMBERS:
                del self.fields[name]

    @property
    def told(self) -> Told:
        """What was said, once the form is valid."""
        given = self.cleaned_data
        texts = {name: tidy(given.get(name, "")) for name in ("name", "alias", *_NUMBERS, "phone", "address")}
        return Told(born=given["born"], sex=Sex(given["sex"]), **texts)

    @property
    def home_unit(self) -> Unit | None:
        """The commune that was chosen."""
        return self.homes.get(self.cleaned_data["home"])


PERSON = frozenset(Person.base_fields)


def person_said(told: Told, home: Unit | None) -> dict[str, str]:
    """What a file says, as the form begins."""
    texts = {
        name: getattr(told, name) for name in ("name", "alias", "identity", "insurance", "phone", "address")
    }
    shown = "/".join(reversed(told.born.kept.split("-"))) if told.born else ""
    return texts | {"born": shown, "sex": told.sex.value, "home": str(home.pk) if home else ""}


class Admit(Form):
    """From when."""

    since = Day(label=gettext_lazy("Tiếp nhận từ ngày"), help_text=gettext_lazy("Ví dụ: hôm nay."))


class End(Form):
    """Until when, and why."""

    last_day = Day(label=gettext_lazy("Ngày cuối cùng được phục vụ"))
    ending = forms.ChoiceField(label=gettext_lazy("Lý do kết thúc"))

    def __init__(self, data: Any, programme: Programme) -> None:
        reasons = [(code, words(name)) for code, name in endings(programme.code).items() if code != "moved"]
        super().__init__(data, {"ending": [("", _("— chọn —")), *reasons]})


CONSENT_FORMS = {
    "written": gettext_lazy("Ký tên"),
    "fingerprint": gettext_lazy("Điểm chỉ, có người làm chứng"),
    "representative": gettext_lazy("Người đại diện ký thay"),
}


class GiveConsent(Form):
    """To what, how, when, and who stands beside."""

    wording = Text(
        label=gettext_lazy("Văn bản đồng ý"),
        max_length=60,
        help_text=gettext_lazy("Tên hoặc số phiên bản của mẫu, ví dụ: mẫu 02, bản 3."),
    )
    form = forms.ChoiceField(label=gettext_lazy("Hình thức"), choices=list(CONSENT_FORMS.items()))
    given_on = Day(label=gettext_lazy("Ngày đồng ý"))
    representative = Text(label=gettext_lazy("Người đại diện (nếu có)"), required=False, max_length=100)
    relation = Text(label=gettext_lazy("Quan hệ với người này"), required=False, max_length=60)


class WithdrawConsent(Form):
    """From when; nobody has to say why."""

    day = Day(label=gettext_lazy("Rút đồng ý từ ngày"))
    why = Text(label=gettext_lazy("Lý do (không bắt buộc)"), required=False, max_length=200)


class Refer(Form):
    """Where to, and what for."""

    to = forms.ChoiceField(label=gettext_lazy("Nơi được giới thiệu tới"))
    why = Text(
        label=gettext_lazy("Lý do, điều nơi nhận cần biết"),
        max_length=500,
        help_text=gettext_lazy("Chỉ ghi điều nơi nhận cần; nơi nhận không được biết chương trình này."),
    )
    agreed = forms.BooleanField(label=gettext_lazy("Người này đồng ý được giới thiệu"), required=False)


class MoveAway(Form):
    """Where to, from when, and the lines of the paper that the programme asks for."""

    to = forms.ChoiceField(label=gettext_lazy("Cơ sở nhận"))
    first_day = Day(
        label=gettext_lazy("Ngày đầu tiên tại cơ sở nhận"),
        help_text=gettext_lazy("Ngày trước đó là ngày cuối tại cơ sở này."),
    )


def move_away(programme: Programme) -> type[MoveAway]:
    """The form of a transfer with the lines that the programme asks for, called "paper_" and their code."""
    lines = {
        f"paper_{line.code}": Text(label=words(line.label), required=line.required, max_length=200)
        for line in programme.paper
    }
    return type("MoveAwayWithPaper", (MoveAway,), lines)


class Why(Form):
    """A reason."""

    why = Text(label=gettext_lazy("Lý do"), max_length=300)
