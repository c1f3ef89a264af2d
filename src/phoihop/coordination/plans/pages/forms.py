"""The forms of plans: what agencies report, what planning officers change."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy

from phoihop.base.org.pages.shared import Day, Form, Number, Text
from phoihop.coordination.plans.rules.states import Said
from phoihop.kernel.text import nfc

SAID = {
    Said.GOING: gettext_lazy("Đang làm"),
    Said.DONE: gettext_lazy("Đã xong"),
    Said.HINDERED: gettext_lazy("Có vướng mắc"),
}


class Words(forms.CharField):
    """A few lines of text."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=4_000, widget=forms.Textarea(attrs={"rows": 4}), **more)

    def clean(self, value: Any) -> str:
        return nfc(super().clean(value)).strip()


class _Once(Form):
    """A form with an id of its own: sent twice, it is one report."""

    uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.initial.setdefault("uid", uuid4())

    @property
    def own_uid(self) -> UUID:
        found: UUID = self.cleaned_data["uid"]
        return found


def _agency() -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Thay mặt cơ quan"))


def _day() -> Day:
    return Day(label=gettext_lazy("Tính đến ngày"), help_text=gettext_lazy("Ví dụ 30/6/2026, hoặc: hôm nay."))


def _output() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Sản phẩm đã làm thêm (nếu có)"),
        required=False,
        help_text=gettext_lazy("Ghi phần làm thêm kể từ báo cáo trước; chương trình tự cộng."),
    )


def _count() -> Number:
    return Number(percent=True, label=gettext_lazy("Số lượng làm thêm"), required=False)


class ReportTask(_Once):
    """Where a task stands."""

    agency = _agency()
    day = _day()
    said = forms.ChoiceField(label=gettext_lazy("Tình hình"), widget=forms.RadioSelect)
    note = Words(label=gettext_lazy("Việc đã làm, kết quả, khó khăn"), required=False)
    output = _output()
    count = _count()


class AnswerCheckIn(Form):
    """What was done in a round."""

    said = forms.ChoiceField(label=gettext_lazy("Tình hình"), widget=forms.RadioSelect)
    note = Words(label=gettext_lazy("Việc đã làm trong kỳ"))
    output = _output()
    count = _count()


class ReportTarget(_Once):
    """A target's number on a day."""

    agency = _agency()
    day = _day()
    value = Number(
        percent=True,
        label=gettext_lazy("Số đạt được"),
        help_text=gettext_lazy("Ví dụ 1.209 hoặc 92,5."),
    )
    source = Text(
        label=gettext_lazy("Lấy từ đâu"),
        max_length=400,
        help_text=gettext_lazy("Báo cáo số nào, sổ nào, ai đếm."),
    )
    note = Words(label=gettext_lazy("Ghi chú"), required=False)


class HandOver(Form):
    """A part of a task goes to an agency."""

    share = forms.ChoiceField(label=gettext_lazy("Phần việc"))
    agency = forms.ChoiceField(label=gettext_lazy("Giao cho cơ quan"))
    day = Day(
        label=gettext_lazy("Từ ngày"),
        required=False,
        help_text=gettext_lazy("Để trống: từ hôm nay."),
    )
    reason = Text(label=gettext_lazy("Lý do"), max_length=400)
    basis = Text(
        label=gettext_lazy("Theo văn bản"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Số và ngày của quyết định."),
    )


class Due(Form):
    """The day something is due."""

    due = Day(label=gettext_lazy("Hạn"), required=False, help_text=gettext_lazy("Ví dụ 30/6/2026."))


class Close(Form):
    """A task ends by word."""

    state = forms.ChoiceField(label=gettext_lazy("Kết thúc vì"), widget=forms.RadioSelect)
    day = Day(label=gettext_lazy("Từ ngày"))
    why = Text(label=gettext_lazy("Lý do"), max_length=400)


class Name(Form):
    """Who answers in person for a target."""

    person = forms.ChoiceField(label=gettext_lazy("Người chịu trách nhiệm"))
    since = Day(
        label=gettext_lazy("Từ ngày"), required=False, help_text=gettext_lazy("Để trống: từ hôm nay.")
    )
    basis = Text(label=gettext_lazy("Theo văn bản"), required=False, max_length=200)


class Bind(Form):
    """The indicator whose number is the target's."""

    code = forms.ChoiceField(
        label=gettext_lazy("Chỉ số"),
        help_text=gettext_lazy("Chỉ có những chỉ số cùng đơn vị và cùng chiều với chỉ tiêu."),
    )
    why = Text(
        label=gettext_lazy("Lý do"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Chỉ cần khi đổi từ chỉ số này sang chỉ số khác."),
    )


class Why(Form):
    """A reason."""

    why = Text(label=gettext_lazy("Lý do"), max_length=400)


class Owe(Form):
    """An agency owes a plan of its own."""

    agency = forms.ChoiceField(label=gettext_lazy("Cơ quan"))
    due = Day(label=gettext_lazy("Hạn"), required=False, help_text=gettext_lazy("Ví dụ 30/6/2026."))


class SubPlanMade(Form):
    """The document that is the plan which was owed."""

    document = forms.ChoiceField(label=gettext_lazy("Văn bản đã xác nhận của cơ quan này"))


class Before(Form):
    """The plan that this one follows."""

    before = forms.ChoiceField(label=gettext_lazy("Kế hoạch trước"), required=False)
