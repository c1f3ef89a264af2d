"""The forms about a treatment."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.pages.shared import Day, Form, Text
from phoihop.programmes.ost.pages.care_shared import DRUGS, PHASES, WEEKDAYS, Amount, Several, Weighed
from phoihop.programmes.ost.queries.admissions import Said
from phoihop.programmes.ost.queries.ordering import Asked
from phoihop.programmes.ost.rules.admission import Condition
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.ending import Ending, Ground
from phoihop.programmes.ost.rules.orders import ALTERNATE, DAILY, Rhythm
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.urine import Result, Substance

MOST = 1000  # mg: beyond any dose; a slip of the finger
YES_NO = (("", "—"), ("yes", gettext_lazy("Có")), ("no", gettext_lazy("Không")))
_TRUTH = {"": None, "yes": True, "no": False}
CONDITIONS = {
    Condition.ALLERGY: gettext_lazy("Dị ứng với thuốc"),
    Condition.LIVER: gettext_lazy("Bệnh gan mất bù"),
    Condition.BREATHING: gettext_lazy("Suy hô hấp nặng, hen cấp"),
    Condition.HEAD: gettext_lazy("Chấn thương sọ não, tăng áp lực nội sọ"),
    Condition.ABDOMEN: gettext_lazy("Đau bụng cấp"),
    Condition.MAOI: gettext_lazy("Đang dùng thuốc ức chế men MAO"),
    Condition.ANTAGONIST: gettext_lazy("Đang dùng thuốc đồng vận – đối vận"),
}
ENDINGS = {
    Ending.WISH: gettext_lazy("Theo nguyện vọng của người bệnh"),
    Ending.BREACH: gettext_lazy("Vi phạm quy định điều trị"),
    Ending.DEATH: gettext_lazy("Tử vong"),
    Ending.CUSTODY: gettext_lazy("Vào nơi giam, giữ"),
}
GROUNDS = {
    Ground.PROTOCOL: gettext_lazy("Vi phạm quy trình nhiều lần"),
    Ground.OPIOIDS: gettext_lazy("Xét nghiệm dương tính lặp lại sau khi đã duy trì"),
    Ground.OTHER_DRUGS: gettext_lazy("Sử dụng chất khác"),
    Ground.VIOLENCE: gettext_lazy("Bạo lực hoặc phạm tội"),
}


def _area(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea({"rows": 3})
    return forms.CharField(label=label, required=required, max_length=1000, widget=area, help_text=help_text)


class Order(Weighed):
    """An order as a doctor writes it."""

    drug = forms.ChoiceField(
        label=gettext_lazy("Thuốc"), choices=[(drug.value, name) for drug, name in DRUGS.items()]
    )
    phase = forms.ChoiceField(
        label=gettext_lazy("Giai đoạn"),
        choices=[(phase.value, name) for phase, name in PHASES.items() if phase is not Phase.ENDED],
    )
    mg = Amount(label=gettext_lazy("Liều mỗi lần (mg)"), help_text=gettext_lazy("Ví dụ 60 hoặc 62,5."))
    start = Day(label=gettext_lazy("Từ ngày"))
    end = Day(label=gettext_lazy("Đến hết ngày"))
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Uống"),
        choices=(
            ("daily", gettext_lazy("hằng ngày")),
            ("alternate", gettext_lazy("cách ngày")),
            ("weekdays", gettext_lazy("những ngày trong tuần đánh dấu dưới đây")),
        ),
    )
    weekdays = Several(label=gettext_lazy("Ngày trong tuần"), required=False, choices=WEEKDAYS)
    in_withdrawal = forms.ChoiceField(
        label=gettext_lazy("Hôm nay có dấu hiệu thiếu thuốc"),
        required=False,
        choices=YES_NO,
        help_text=gettext_lazy("Cần ghi khi bắt đầu thuốc viên ngậm."),
    )
    in_person = forms.BooleanField(label=gettext_lazy("Đã khám trực tiếp người bệnh"), required=False)

    field_order = (
        *("drug", "phase", "mg", "start", "end", "rhythm", "weekdays", "in_withdrawal", "in_person"),
        *("seen", "why", "looked"),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if (given.get("mg") or 0) > MOST:
            self.add_error("mg", _("Liều này quá lớn. Hãy xem lại."))
        if given.get("rhythm") == "weekdays" and not given.get("weekdays"):
            self.add_error("weekdays", _("Hãy đánh dấu ít nhất một ngày."))
        return given


def asked(given: dict[str, Any]) -> Asked:
    """What a valid form asks for."""
    rhythm = {"daily": DAILY, "alternate": ALTERNATE}.get(given["rhythm"])
    if rhythm is None:
        chosen = frozenset(int(day) for day in given["weekdays"] if day in set("1234567"))
        rhythm = Rhythm(weekdays=chosen) if chosen else DAILY
    return Asked(
        drug=Drug(given["drug"]),
        phase=Phase(given["phase"]),
        mg=given["mg"],
        start=given["start"],
        end=given["end"],
        rhythm=rhythm,
        in_person=given["in_person"],
        in_withdrawal=_TRUTH[given["in_withdrawal"]],
    )


class Why(Form):
    """A reason."""

    why = _area(gettext_lazy("Lý do"))


RESULTS = (
    ("", gettext_lazy("không làm")),
    (Result.NEGATIVE.value, gettext_lazy("âm tính")),
    (Result.POSITIVE.value, gettext_lazy("dương tính")),
    (Result.INVALID.value, gettext_lazy("không đọc được")),
    (Result.DECLINED.value, gettext_lazy("từ chối làm")),
)


class Test(Form):
    """The results of a urine test."""

    __test__ = False

    day = Day(label=gettext_lazy("Ngày lấy mẫu"))
    opioids = forms.ChoiceField(label=gettext_lazy("Chất dạng thuốc phiện"), required=False, choices=RESULTS)
    amphetamines = forms.ChoiceField(label=gettext_lazy("Amphetamin"), required=False, choices=RESULTS)
    cannabis = forms.ChoiceField(label=gettext_lazy("Cần sa"), required=False, choices=RESULTS)
    benzodiazepines = forms.ChoiceField(label=gettext_lazy("Benzodiazepin"), required=False, choices=RESULTS)
    other = forms.ChoiceField(label=gettext_lazy("Chất khác"), required=False, choices=RESULTS)


def results(given: dict[str, Any]) -> dict[Substance, Result]:
    """The results that a valid form says."""
    return {each: Result(given[each.value]) for each in Substance if given[each.value]}


class Vomit(Form):
    """A vomited dose."""

    minutes = forms.IntegerField(label=gettext_lazy("Nôn sau khi uống (phút)"), min_value=0, max_value=600)
    seen = forms.BooleanField(
        label=gettext_lazy("Nhân viên tận mắt thấy"),
        required=False,
        help_text=gettext_lazy("Chỉ cấp bù khi nhân viên tận mắt thấy."),
    )


class Again(Form):
    """What a doctor has given again."""

    mg = Amount(label=gettext_lazy("Cấp bù (mg)"))


class Application(Form):
    """What an applicant's file holds."""

    voluntary = forms.BooleanField(label=gettext_lazy("Tự nguyện"), required=False)
    application = forms.BooleanField(label=gettext_lazy("Có đơn đăng ký"), required=False)
    id_paper = forms.BooleanField(label=gettext_lazy("Có bản sao giấy tờ tùy thân"), required=False)
    commitment = forms.BooleanField(label=gettext_lazy("Có cam kết tuân thủ"), required=False)
    diagnosed = forms.BooleanField(label=gettext_lazy("Bác sĩ đã chẩn đoán phụ thuộc"), required=False)
    custody = forms.BooleanField(label=gettext_lazy("Đang bị giam, giữ"), required=False)
    dependent_before = forms.ChoiceField(
        label=gettext_lazy("Nếu đang bị giam, giữ: đã phụ thuộc từ trước"), required=False, choices=YES_NO
    )
    conditions = Several(
        label=gettext_lazy("Điều cần cân nhắc"),
        required=False,
        choices=[(code.value, name) for code, name in CONDITIONS.items()],
    )
    maoi_last = Day(label=gettext_lazy("Ngày cuối dùng thuốc ức chế men MAO (nếu có)"), required=False)
    complete_on = Day(
        label=gettext_lazy("Hồ sơ đủ từ ngày"),
        required=False,
        help_text=gettext_lazy("Để trống khi còn thiếu giấy tờ. Thời hạn quyết định tính từ ngày này."),
    )


_PLAIN = ("voluntary", "application", "id_paper", "commitment", "diagnosed", "custody")


def said(given: dict[str, Any]) -> Said:
    """What a valid form says of an application."""
    known = {each.value for each in Condition}
    return Said(
        **{name: given[name] for name in _PLAIN},
        dependent_before=_TRUTH[given["dependent_before"]],
        conditions=tuple(each for each in given["conditions"] if each in known),
        maoi_last=given["maoi_last"],
    )


def said_initial(said_before: Said, complete_on: date | None) -> dict[str, Any]:
    """How the form of an application begins."""
    before = said_before.dependent_before
    return {
        **{name: getattr(said_before, name) for name in _PLAIN},
        "dependent_before": "" if before is None else "yes" if before else "no",
        "conditions": list(said_before.conditions),
        "maoi_last": f"{said_before.maoi_last:%d/%m/%Y}" if said_before.maoi_last else "",
        "complete_on": f"{complete_on:%d/%m/%Y}" if complete_on else "",
    }


class Decide(Weighed):
    """Admitting, refusing with reasons, or noting that the application was withdrawn."""

    act = forms.ChoiceField(
        label=gettext_lazy("Quyết định"),
        choices=(
            ("", "—"),
            ("admit", gettext_lazy("Tiếp nhận điều trị")),
            ("refuse", gettext_lazy("Từ chối, có lý do")),
            ("withdraw", gettext_lazy("Người này rút đơn")),
        ),
    )
    since = Day(label=gettext_lazy("Nếu tiếp nhận: từ ngày"), required=False)
    reasons = _area(
        gettext_lazy("Nếu từ chối: lý do"),
        required=False,
        help_text=gettext_lazy("Mỗi lý do một dòng. Lý do in trong văn bản trả lời."),
    )

    field_order = ("act", "since", "reasons", "seen", "why", "looked")


class End(Form):
    """How a treatment ends, and why."""

    ending = forms.ChoiceField(label=gettext_lazy("Kết thúc"))
    day = Day(label=gettext_lazy("Ngày cuối cùng được điều trị"))
    wish_signed = forms.BooleanField(
        label=gettext_lazy("Theo nguyện vọng: đã có đơn ký tên của người bệnh"), required=False
    )
    chosen = Several(label=gettext_lazy("Vi phạm: căn cứ"), required=False)
    seen = Several(required=False)
    why = _area(gettext_lazy("Lý do"))

    def __init__(self, data: Any, found: Sequence[Ground], **more: Any) -> None:
        choices = {
            "ending": [("", "—"), *((each.value, name) for each, name in ENDINGS.items())],
            "chosen": [(each.value, GROUNDS[each]) for each in found],
        }
        super().__init__(data, choices, **more)
        if not found:
            del self.fields["chosen"]


class Finding(Form):
    """What a doctor found."""

    finding = _area(gettext_lazy("Kết luận"))


class SignValue(Form):
    """That a row was compared with its paper."""

    paper = Text(
        label=gettext_lazy("Số văn bản đã đối chiếu"),
        max_length=120,
        help_text=gettext_lazy("Ghi cả điều, khoản hoặc trang."),
    )
    compared = forms.BooleanField(
        label=gettext_lazy("Tôi đã đọc văn bản và giá trị này đúng như văn bản"), required=False
    )
