"""Doses, days with and without them, and whether doses are large enough."""

from datetime import date
from decimal import Decimal

from phoihop.engines.indicators.definitions import Better, Indicator, Unit
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    MARCH,
    STATE_MONTH,
    both_ends,
    chosen,
    every,
    example,
    holds,
    indicator,
    known,
    on,
    read,
    says,
    up_to,
)
from phoihop.engines.indicators.rows import Among, Count, Facts, Joined, Latest, Persons, Rows, Where
from phoihop.engines.indicators.values import (
    AnyOf,
    Column,
    Compare,
    Edge,
    Literal,
    Not,
    Sign,
    Value,
    within,
)
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.indicators.current import BEGINNING
from phoihop.programmes.ost.indicators.parts import described
from phoihop.programmes.ost.indicators.samples import cover, dose, due, due_days, order, spell
from phoihop.programmes.ost.indicators.tables import COVER, DUE
from phoihop.programmes.ost.indicators.treatment import covered, observed, on_order

OST_DOSES = indicator(
    "OST_DOSES",
    Bilingual("Số lượt uống thuốc tại chỗ trong kỳ", "Doses taken under observation in the period"),
    Count(Where(observed(Edge.FIRST, Edge.LAST), holds("again", value=False))),
    unit=Unit.EVENTS,
    better=Better.NEITHER,
    splits=("drug",),
    source=chosen(
        "Tính ở nơi cho uống, kể cả uống nhờ; phần uống lại sau khi nôn không phải lượt mới",
        "Counted where they were given, to guests too; what is given again after vomiting is no dose of its "
        "own",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Uống ở cơ sở của mình và uống nhờ ở b: hai lượt, mỗi nơi một.",
            "One at the own facility, one at b as a guest: two, one at each.",
            MARCH,
            [dose("p", on(1, 3)), dose("p", on(2, 3), facility="b")],
            2,
        ),
        example(
            "Nôn rồi được uống lại một nửa: vẫn một lượt.",
            "Vomited and half of it given again: one dose still.",
            MARCH,
            [dose("p", on(1, 3)), dose("p", on(1, 3), mg=40, again=True)],
            1,
        ),
        example(
            "Chai mang về không phải uống tại chỗ; liều ngày 15/03 thuộc tháng báo cáo sau.",
            "A take-home bottle is not observed; a dose of 15/03 belongs to the next state month.",
            STATE_MONTH,
            [dose("p", on(14, 3)), dose("p", on(13, 3), bottle=True), dose("q", on(15, 3))],
            1,
        ),
        both_ends(MARCH, lambda who, day: [dose(who, day)]),
    ),
)


def _asked() -> Rows:
    """The days of the window on which a dose was due, each with whether it was taken: ``dosed``, ``held``."""
    per_day = (WHO, "day")
    dosed = Latest(observed(Edge.FIRST, Edge.LAST), per_day, ("mg",))
    held = Latest(covered(Edge.FIRST, Edge.LAST), per_day, ("mg",))
    rows = Where(Facts(DUE), within(Column("day")))
    with_dose = Joined(rows, dosed, per_day, (("dosed", "mg"),))
    return described(Joined(with_dose, held, per_day, (("held", "mg"),)))


_ASKED = _asked()
_HAD: Value = AnyOf((known("dosed"), known("held")))
_MISSED = Where(_ASKED, Not(_HAD))
_SPLITS = ("drug", "phase", "sex", "age")
_DAYS = chosen(
    "Ngày có liều theo đơn: có uống ở bất cứ đâu, giữ chai hoặc được cấp khi nằm viện thì không phải bỏ liều",
    "Days on which an order asks for a dose: taken anywhere, held as a bottle or supplied in hospital, it "
    "was not missed",
)

OST_DAYS_DOSED = indicator(
    "OST_DAYS_DOSED",
    Bilingual("Tỷ lệ ngày có uống thuốc", "Days with a dose"),
    Count(Where(_ASKED, _HAD)),
    Count(_ASKED),
    splits=_SPLITS,
    source=_DAYS,
    since=BEGINNING,
    examples=(
        example(
            "Mười ngày có đơn: bảy ngày uống, một ngày chai mang về, hai ngày không đến.",
            "Ten days on order: seven doses, one bottle, two days without.",
            MARCH,
            [
                *due_days("p", on(1, 3), 10),
                *(dose("p", on(day, 3)) for day in range(1, 8)),
                cover("p", on(8, 3)),
            ],
            8,
            10,
        ),
        example(
            "Uống nhờ ở b: ngày ấy đã uống, tính cho cơ sở a đã ra đơn.",
            "A dose at b as a guest: the day was had, and counts at a, where the order is.",
            MARCH,
            [due("p", on(1, 3)), dose("p", on(1, 3), facility="b")],
            1,
            1,
        ),
        example(
            "Chai trả lại còn nguyên: ngày ấy không uống.",
            "The bottle came back full: no dose on that day.",
            MARCH,
            [due("p", on(1, 3)), dose("p", on(1, 3), bottle=True), cover("p", on(1, 3), gone=True)],
            0,
            1,
        ),
        example(
            "Nôn rồi uống lại cùng ngày: một ngày.",
            "Vomited and given again on the day: one day.",
            MARCH,
            [due("p", on(1, 3)), dose("p", on(1, 3)), dose("p", on(1, 3), mg=40, again=True)],
            1,
            1,
        ),
        example(
            "Uống ngày không có đơn thì không thêm vào tử số.",
            "A dose on a day that no order asks for adds nothing.",
            MARCH,
            [due("p", on(1, 3)), dose("p", on(1, 3)), dose("p", on(2, 3), outside=True)],
            1,
            1,
        ),
        example(
            "Đơn và liều ở hai đầu tháng: chỉ ngày trong kỳ.",
            "Orders and doses across the ends of the month: only days of the window.",
            MARCH,
            [
                due("p", on(28, 2)),
                due("p", on(1, 3)),
                due("p", on(31, 3)),
                due("p", on(1, 4)),
                dose("p", on(28, 2)),
                dose("p", on(31, 3)),
                dose("p", on(1, 4)),
            ],
            1,
            2,
        ),
    ),
)

OST_DAYS_MISSED = indicator(
    "OST_DAYS_MISSED",
    Bilingual("Tỷ lệ ngày bỏ liều", "Days missed"),
    Count(_MISSED),
    Count(_ASKED),
    better=Better.LESS,
    splits=_SPLITS,
    source=_DAYS,
    since=BEGINNING,
    examples=(
        example(
            "Mười ngày có đơn, hai ngày không đến.",
            "Ten days on order, two without a dose.",
            MARCH,
            [*due_days("p", on(1, 3), 10), *(dose("p", on(day, 3)) for day in range(1, 9))],
            2,
            10,
        ),
        example(
            "Nằm viện được cấp thuốc: không phải bỏ liều.",
            "Supplied in hospital: not missed.",
            MARCH,
            [*due_days("p", on(1, 3), 2), *(cover("p", on(day, 3), kind="inpatient") for day in (1, 2))],
            0,
            2,
        ),
        example(
            "Hai cơ sở cùng có người bỏ liều: mỗi cơ sở một ngày.",
            "Somebody missed a day at each of two facilities.",
            MARCH,
            [due("p", on(1, 3)), due("q", on(1, 3), facility="b"), dose("q", on(2, 3), facility="b")],
            2,
            2,
        ),
        both_ends(MARCH, lambda who, day: [due(who, day)], 2, 2),
    ),
)

_TAKING_HOME = Where(Facts(COVER), every(says("kind", "bottle"), up_to("day")))
_ONE_DAY = chosen(
    "Có ít nhất một ngày bỏ liều trong kỳ; thí điểm 2021–2022: dưới 3 % so với 7–10 % trước đó mỗi tháng",
    "At least one missed day in the period; in the pilot of 2021–2022 under 3 % after 7–10 % before, each "
    "month",
)

OST_MISSED_ANY = indicator(
    "OST_MISSED_ANY",
    Bilingual("Tỷ lệ người có ngày bỏ liều", "People who missed a day"),
    Persons(_MISSED),
    Persons(_ASKED),
    better=Better.LESS,
    splits=_SPLITS,
    source=_ONE_DAY,
    since=BEGINNING,
    examples=(
        example(
            "Một người bỏ hai ngày, một người không bỏ ngày nào.",
            "One missed two days, the other none.",
            MARCH,
            [
                *due_days("p", on(1, 3), 3),
                *due_days("q", on(1, 3), 3),
                dose("p", on(1, 3)),
                *(dose("q", on(day, 3)) for day in (1, 2, 3)),
            ],
            1,
            2,
        ),
        example(
            "Ngày bỏ liều trước kỳ không tính.",
            "A day missed before the window does not count.",
            MARCH,
            [due("p", on(28, 2)), due("p", on(1, 3)), dose("p", on(1, 3))],
            0,
            1,
        ),
        example(
            "Không có ngày nào theo đơn thì không thuộc mẫu số.",
            "Who was on no order is not in the denominator.",
            MARCH,
            [dose("p", on(1, 3))],
            0,
            0,
        ),
        both_ends(MARCH, lambda who, day: [due(who, day)], 2, 2),
    ),
)

OST_TH_MISSED_ANY = indicator(
    "OST_TH_MISSED_ANY",
    Bilingual(
        "Tỷ lệ người có ngày bỏ liều, trong nhóm nhận thuốc mang về",
        "People who missed a day, of those with take-home medicine",
    ),
    Persons(Among(_MISSED, _TAKING_HOME, (WHO,))),
    Persons(Among(_ASKED, _TAKING_HOME, (WHO,))),
    better=Better.LESS,
    splits=_SPLITS,
    source=_ONE_DAY,
    since=date(2021, 4, 5),
    examples=(
        example(
            "Người nhận chai bỏ một ngày; người chưa từng nhận chai không thuộc nhóm này.",
            "Who had bottles missed a day; who never had any is not of this group.",
            MARCH,
            [*due_days("p", on(1, 3), 2), cover("p", on(1, 3)), due("q", on(1, 3))],
            1,
            1,
        ),
        example(
            "Đủ chai cho mọi ngày: không bỏ liều.",
            "Bottles for all days: none missed.",
            MARCH,
            [*due_days("p", on(1, 3), 3), *(cover("p", on(day, 3)) for day in (1, 2, 3))],
            0,
            1,
        ),
        example(
            "Chai trả lại còn nguyên: bỏ liều ngày ấy, và vẫn thuộc nhóm nhận thuốc mang về.",
            "A bottle that came back full: that day was missed, by somebody with take-home medicine.",
            MARCH,
            [due("p", on(2, 3)), cover("p", on(2, 3), gone=True)],
            1,
            1,
        ),
        both_ends(MARCH, lambda who, day: [due(who, day), cover(who, on(1, 2))], 2, 2),
        example(
            "Chai của đúng ngày cuối kỳ: đã thuộc nhóm này. Bỏ hai ngày: một người.",
            "A bottle for the last day itself: of this group. Two days missed: one person.",
            MARCH,
            [*due_days("p", on(1, 3), 2), cover("p", on(31, 3))],
            1,
            1,
        ),
    ),
)

OST_OTHER_MISSED_ANY = indicator(
    "OST_OTHER_MISSED_ANY",
    Bilingual(
        "Tỷ lệ người có ngày bỏ liều, trong nhóm không nhận thuốc mang về",
        "People who missed a day, of those without take-home medicine",
    ),
    Persons(Among(_MISSED, _TAKING_HOME, (WHO,), present=False)),
    Persons(Among(_ASKED, _TAKING_HOME, (WHO,), present=False)),
    better=Better.LESS,
    splits=_SPLITS,
    source=_ONE_DAY,
    since=date(2021, 4, 5),
    examples=(
        example(
            "Người nhận chai không thuộc nhóm này.",
            "Who has bottles is not of this group.",
            MARCH,
            [due("p", on(1, 3)), cover("p", on(5, 3)), due("q", on(1, 3))],
            1,
            1,
        ),
        example(
            "Chai đầu tiên sau kỳ: trong kỳ này vẫn thuộc nhóm so sánh.",
            "A first bottle after the window: of the others in this one.",
            MARCH,
            [due("p", on(1, 3)), dose("p", on(1, 3)), cover("p", on(1, 4))],
            0,
            1,
        ),
        example(
            "Nằm viện được cấp thuốc không phải là nhận thuốc mang về.",
            "Supplied in hospital is no take-home medicine.",
            MARCH,
            [due("p", on(1, 3)), due("p", on(2, 3)), cover("p", on(1, 3), kind="inpatient")],
            1,
            1,
        ),
        both_ends(MARCH, lambda who, day: [due(who, day)], 2, 2),
        example(
            "Bỏ hai ngày: một người.",
            "Two days missed: one person.",
            MARCH,
            due_days("p", on(1, 3), 2),
            1,
            1,
        ),
    ),
)

# Mg a day, above which a dose in maintenance is adequate (rules: quality.adequate_above).
ADEQUATE_ABOVE = {"methadone": Decimal(60), "buprenorphine": Decimal(12)}
_MAINTAINED = Where(on_order(), says("phase", "maintenance"))
_ADEQUATE = AnyOf(
    tuple(
        every(says("drug", drug), Compare(Column("daily"), Sign.MORE, Literal(mg)))
        for drug, mg in ADEQUATE_ABOVE.items()
    )
)

OST_DOSE_ADEQUATE = indicator(
    "OST_DOSE_ADEQUATE",
    Bilingual(
        "Tỷ lệ người điều trị duy trì có liều đủ (methadone trên 60 mg, buprenorphine trên 12 mg mỗi ngày)",
        "People in maintenance with an adequate dose (methadone above 60 mg, buprenorphine above 12 mg a "
        "day)",
    ),
    Persons(Where(_MAINTAINED, _ADEQUATE)),
    Persons(_MAINTAINED),
    splits=("drug", "sex", "age"),
    source=read(
        "Sổ đăng ký chỉ số của UNAIDS: liều duy trì trên 60 mg methadone hoặc 12 mg buprenorphine; theo đơn "
        "của ngày cuối kỳ",
        "UNAIDS Indicator Registry: maintenance dose above 60 mg of methadone or 12 mg of buprenorphine; by "
        "the order of the window's last day",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Đúng 60 mg chưa phải trên 60 mg.",
            "Exactly 60 mg is not above it.",
            MARCH,
            [
                spell("p"),
                spell("q"),
                order("p", on(15, 3), on(13, 4), mg=60),
                order("q", on(15, 3), on(13, 4), mg=61),
            ],
            1,
            2,
        ),
        example(
            "Đang dò liều thì không tính; đơn hết trước ngày cuối kỳ thì không tính.",
            "In adjustment: left out; order ended before the last day: left out.",
            MARCH,
            [
                spell("p"),
                spell("q"),
                order("p", on(29, 3), on(2, 4), phase="adjustment"),
                order("q", on(1, 3), on(30, 3)),
            ],
            0,
            0,
        ),
        example(
            "Buprenorphine 24 mg hai ngày một lần là 12 mg mỗi ngày: chưa trên 12.",
            "Buprenorphine 24 mg every second day is 12 mg a day: not above 12.",
            MARCH,
            [
                spell("p"),
                spell("q"),
                order("p", on(15, 3), on(13, 4), mg=24, every=2, drug="buprenorphine"),
                order("q", on(15, 3), on(13, 4), mg=16, drug="buprenorphine"),
            ],
            1,
            2,
        ),
        example(
            "Đã kết thúc điều trị thì không tính, dù đơn còn ngày.",
            "Whose treatment ended does not count, whatever the order says.",
            Period(Calendar.STATE, Span.MONTH, 2026, 4),
            [spell("p", ended=on(13, 4)), order("p", on(15, 3), on(20, 4))],
            0,
            0,
        ),
        example(
            "Buprenorphine 26 mg hai ngày một lần là 13 mg mỗi ngày: trên 12. Methadone 13 mg: không.",
            "Buprenorphine 26 mg every second day is 13 mg a day: above 12. Methadone 13 mg: not above 60.",
            MARCH,
            [
                spell("p"),
                spell("q"),
                order("p", on(15, 3), on(13, 4), mg=26, every=2, drug="buprenorphine"),
                order("q", on(15, 3), on(13, 4), mg=13),
            ],
            1,
            2,
        ),
        example(
            "Tiếp nhận đúng ngày cuối kỳ, đơn cũng chỉ của ngày ấy: tính. Sau kỳ mới tiếp nhận: không.",
            "Admitted on the last day, with an order for that day alone: counted. Admitted after it: not.",
            MARCH,
            [
                spell("p", on(31, 3)),
                order("p", on(31, 3), on(31, 3)),
                spell("q", on(1, 4)),
                order("q", on(20, 3), on(20, 4), mg=40),
            ],
            1,
            1,
        ),
    ),
)

READ: tuple[Indicator, ...] = (OST_DOSE_ADEQUATE,)
UNCHECKED: tuple[Indicator, ...] = ()
CHOSEN: tuple[Indicator, ...] = (
    OST_DOSES,
    OST_DAYS_DOSED,
    OST_DAYS_MISSED,
    OST_MISSED_ANY,
    OST_TH_MISSED_ANY,
    OST_OTHER_MISSED_ANY,
)
