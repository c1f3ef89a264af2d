"""Who may be admitted: conditions that must all hold, each with its ground; who consents; when to decide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Born:
    """What is known of a birth: the year, and month and day where they are."""

    year: int
    month: int | None = None
    day: int | None = None

    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        if self.month is None:
            return date(self.year, 12, 31)
        if self.day is None:
            return date(self.year + self.month // 12, self.month % 12 + 1, 1) - _DAY
        return date(self.year, self.month, self.day)


def age(birth: date, on: date) -> int:
    """Full years on a day. Who was born on 29 February is a year older on 1 March of other years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


class Signer(StrEnum):
    """Whose written consent is needed."""

    CLIENT = "client"
    REPRESENTATIVE = "representative"  # the legal representative's, in writing, beside the client's


@dataclass(frozen=True, slots=True)
class Consent:
    """``signer``: who has to sign by the values in force. The decision says what unsigned ones would ask."""

    signer: Signer
    decision: Decision


def consent(born: Born, on: date, book: Rulebook) -> Consent:
    """Whose consent is needed on a day.

    Where the day of birth is not known, the client is taken for as young as they may be. Below the age for
    which the law of the day provides, it refuses.
    """
    weighing = Weighing(book, on)
    years = age(born.latest(), on)
    if age(born.earliest(), on) != years:
        weighing.warn(
            "consent-birthday-unknown",
            "Chưa rõ ngày sinh; tính theo tuổi nhỏ nhất có thể.",
            "The day of birth is not known; the youngest possible age is taken.",
        )
    least = weighing.find("consent.representative_from_age")
    if least is not None and years < least.value:
        weighing.refuse(
            "consent-too-young",
            "Quy định chưa cho phép điều trị ở tuổi này.",
            "The rules do not provide for treatment at this age.",
            least,
        )
    under = weighing.find("consent.representative_under_age")
    signer = Signer.CLIENT
    if under is not None and years < under.value:
        weighing.warn(
            "consent-representative",
            "Cần văn bản đồng ý của người đại diện hợp pháp.",
            "The legal representative has to consent in writing.",
            under,
        )
        if under.counts:
            signer = Signer.REPRESENTATIVE
    return Consent(signer, weighing.decision())


class Condition(StrEnum):
    """What speaks against treatment until a doctor weighed it."""

    ALLERGY = "allergy"
    LIVER = "decompensated-liver-disease"
    BREATHING = "severe-respiratory-failure-or-acute-asthma"
    HEAD = "head-injury-or-raised-pressure"
    ABDOMEN = "acute-abdomen"
    MAOI = "maoi"
    ANTAGONIST = "agonist-antagonist"


@dataclass(frozen=True, slots=True)
class File:
    """What the file of an applicant holds on the day it is judged.

    ``consented``: those who signed. ``maoi_last``: the last day of such a medicine, if any was taken.
    ``elsewhere``: an active facility was found for this person. ``custody``: held on the day;
    ``dependent_before``: known to have been dependent before that.
    """

    born: Born
    application: bool
    id_paper: bool
    diagnosed: bool
    commitment: bool
    voluntary: bool
    consented: frozenset[Signer]
    elsewhere: bool = False
    custody: bool = False
    dependent_before: bool | None = None
    conditions: frozenset[Condition] = frozenset()
    maoi_last: date | None = None


def judge(file: File, on: date, book: Rulebook) -> Decision:
    """Whether somebody may be admitted on a day: every condition that is not met, and what to weigh.

    Contraindications warn; the doctor decides.
    """
    weighing = Weighing(book, on)
    for held, rule_id, code, vi, en in (
        (file.voluntary, "admission.voluntary", "admission-voluntary",
         "Người bệnh phải tự nguyện.", "Treatment has to be voluntary."),
        (file.application, "admission.application", "admission-application",
         "Thiếu đơn đăng ký.", "The application is missing."),
        (file.id_paper, "admission.id_paper", "admission-id-paper",
         "Thiếu bản sao giấy tờ tùy thân.", "A copy of an ID paper is missing."),
        (file.commitment, "admission.commitment", "admission-commitment",
         "Thiếu cam kết tuân thủ.", "The commitment to adhere is missing."),
        (file.diagnosed, "admission.dependence_f11_2", "admission-diagnosis",
         "Chưa có chẩn đoán phụ thuộc.", "Dependence is not diagnosed."),
    ):  # fmt: skip
        rule = weighing.find(rule_id)
        if rule is not None and not held:
            weighing.refuse(code, vi, en, rule)
    one = weighing.find("admission.one_facility")
    if file.elsewhere:
        weighing.refuse(
            "admission-elsewhere",
            "Người này đang được điều trị ở một cơ sở khác. Hãy làm thủ tục chuyển tiếp.",
            "This person is being treated at another facility. Arrange a transfer.",
            one,
        )
    if file.custody:
        inside = weighing.find("admission.in_custody_if_dependent_before")
        if file.dependent_before is not True:
            weighing.refuse(
                "admission-custody",
                "Người đang bị giam giữ chỉ được điều trị nếu đã phụ thuộc từ trước.",
                "Who is held in custody is treated only if dependent before it.",
                inside,
            )
    asked = consent(file.born, on, book)
    missing = {Signer.CLIENT, asked.signer} - file.consented
    if missing:
        weighing.refuse(
            "admission-consent",
            "Chưa đủ chữ ký đồng ý điều trị.",
            "Consent is not signed by everybody whose signature is needed.",
        )
    _contraindications(file, on, weighing)
    return weighing.decision() + asked.decision


def _contraindications(file: File, on: date, weighing: Weighing) -> None:
    rule = weighing.find("admission.contraindications")
    if file.conditions - {Condition.MAOI}:
        weighing.warn(
            "admission-contraindicated",
            "Có chống chỉ định; bác sĩ cần cân nhắc.",
            "There is a contraindication for the doctor to weigh.",
            rule,
        )
    days = weighing.find("admission.maoi_days")
    recent = days is not None and file.maoi_last is not None and (on - file.maoi_last).days < days.value
    if Condition.MAOI in file.conditions or recent:
        weighing.warn(
            "admission-maoi",
            "Có dùng thuốc ức chế men MAO gần đây; bác sĩ cần cân nhắc.",
            "A MAO inhibitor was taken lately; for the doctor to weigh.",
            days,
        )


@dataclass(frozen=True, slots=True)
class By:
    """The last day for something. None where no value for it is in force."""

    day: date | None
    decision: Decision


def decide_by(complete: date, works: Callable[[date], bool], book: Rulebook) -> By:
    """The last day to decide on a file that was complete on a day; ``works`` tells working days."""
    weighing = Weighing(book, complete)
    number = weighing.value("admission.decide_within")
    if number is None:
        return By(None, weighing.decision())
    day = complete
    for _ in range(int(number)):
        day += _DAY
        while not works(day):
            day += _DAY
    return By(day, weighing.decision())


def refusal_stands(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """The reasons of a written refusal, without blanks. Refusal("admission-without-reason"): none is left."""
    given = tuple(text for each in reasons if (text := " ".join(each.split())))
    if not given:
        raise Refusal(
            "admission-without-reason",
            "Từ chối tiếp nhận phải ghi rõ lý do.",
            "A refusal to admit has to give its reasons.",
        )
    return given
