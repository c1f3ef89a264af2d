"""Who has medicine to take home, applications, urine tests."""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Indicator, Unit
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    MARCH,
    aged,
    both_ends,
    chosen,
    every,
    example,
    from_on,
    holds,
    indicator,
    known,
    on,
    open_or,
    says,
    up_to,
)
from phoihop.engines.indicators.rows import Among, Count, Facts, Persons, Where
from phoihop.engines.indicators.values import Column, Compare, Edge, Sign, within
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.indicators.current import BEGINNING
from phoihop.programmes.ost.indicators.parts import described
from phoihop.programmes.ost.indicators.samples import (
    application,
    commitment,
    cover,
    spell,
    urine,
)
from phoihop.programmes.ost.indicators.tables import APPLICATION, COMMITMENT, COVER, URINE
from phoihop.programmes.ost.indicators.treatment import treated

PILOT = date(2021, 4, 5)  # the first medicine was taken home on that day
_PEOPLE = aged(treated())
_IN_HAND = Where(
    Facts(COVER),
    every(says("kind", "bottle"), holds("gone", value=False), up_to("handed"), from_on("day", Edge.LAST)),
)

OST_TAKEHOME = indicator(
    "OST_TAKEHOME",
    Bilingual(
        "Tỷ lệ người đang giữ thuốc mang về vào ngày cuối kỳ",
        "People with take-home medicine on the last day",
    ),
    Persons(Among(_PEOPLE, _IN_HAND, (WHO,))),
    Persons(_PEOPLE),
    splits=("sex", "age"),
    source=chosen(
        "Có chai của ngày cuối kỳ hoặc sau đó, đã cấp đến hết kỳ; như trang của tỉnh, trừ chai đã trả lại "
        "hoặc mất và thuốc cấp khi nằm viện",
        "A bottle for the last day or later, handed out by then; as on the page of the province, but for "
        "bottles that came back or were lost and supplies in hospital",
    ),
    since=PILOT,
    examples=(
        example(
            "Chai của ngày cuối kỳ: đang giữ. Chai của ngày hôm trước: đã hết.",
            "A bottle for the last day: held. One for the day before: used up.",
            MARCH,
            [spell("p"), spell("q"), cover("p", on(31, 3)), cover("q", on(30, 3))],
            1,
            2,
        ),
        example(
            "Chai cấp sau kỳ, chai đã trả lại còn nguyên, thuốc cấp khi nằm viện: đều không tính.",
            "Handed out after the window, come back full, supplied in hospital: none counts.",
            MARCH,
            [
                spell("p"),
                spell("q"),
                spell("r"),
                cover("p", on(2, 4), handed=on(1, 4)),
                cover("q", on(2, 4), handed=on(31, 3), gone=True),
                cover("r", on(31, 3), kind="inpatient"),
            ],
            0,
            3,
        ),
        example(
            "Đã kết thúc điều trị mà còn chai: không tính.",
            "Treatment ended with bottles in hand: not counted.",
            MARCH,
            [spell("p", ended=on(30, 3)), cover("p", on(31, 3)), spell("q")],
            0,
            1,
        ),
        example(
            "Chuyển sang b với chai do a cấp: vẫn đang giữ, tính ở b.",
            "Moved to b with bottles of a: held, and counted at b.",
            MARCH,
            [
                spell("p", ended=on(29, 3), how="moved"),
                spell("p", on(30, 3), facility="b", came="transfer", since=on(6, 1, 2025)),
                cover("p", on(31, 3), handed=on(28, 3)),
            ],
            1,
            1,
        ),
        example(
            "Cấp đúng ngày cuối kỳ cho hôm sau: đang giữ. Sau kỳ mới tiếp nhận: chưa thuộc chỉ số này.",
            "Handed out on the last day for the day after: held. Admitted after the period: not of it yet.",
            MARCH,
            [
                spell("p"),
                cover("p", on(1, 4), handed=on(31, 3)),
                spell("q", on(1, 4)),
                cover("q", on(2, 4), handed=on(31, 3)),
            ],
            1,
            1,
        ),
    ),
)

_RUNNING = Where(
    Facts(COMMITMENT),
    every(up_to("signed"), open_or("ended", Compare(Column("ended"), Sign.MORE, Edge.LAST))),
)

OST_TH_COHORT = indicator(
    "OST_TH_COHORT",
    Bilingual("Số người đang cam kết nhận thuốc mang về", "People committed to take-home medicine"),
    Persons(described(_RUNNING)),
    splits=("sex", "age"),
    source=chosen(
        "Cam kết đã ký và chưa chấm dứt vào ngày cuối kỳ: nhóm thí điểm",
        "Commitment signed and not ended on the last day: the pilot's cohort",
    ),
    since=PILOT,
    examples=(
        example(
            "Ký ngày cuối kỳ: tính. Ký hôm sau: kỳ sau.",
            "Signed on the last day: counted. Signed the day after: in the next window.",
            MARCH,
            [spell("p"), spell("q"), commitment("p", on(31, 3)), commitment("q", on(1, 4))],
            1,
        ),
        example(
            "Chấm dứt đúng ngày cuối kỳ: không còn.",
            "Ended on the last day: no more.",
            MARCH,
            [spell("p"), commitment("p", on(1, 2), ended=on(31, 3))],
            0,
        ),
        example(
            "Chấm dứt rồi ký lại: một người.",
            "Ended and signed again: one person.",
            FIRST_QUARTER,
            [spell("p"), commitment("p", on(2, 1), ended=on(1, 2)), commitment("p", on(1, 3))],
            1,
        ),
        example(
            "Chấm dứt sau kỳ: trong kỳ còn cam kết. Hai cam kết cùng còn: một người.",
            "Ended after the period: committed in it. Two commitments at once: one person.",
            MARCH,
            [
                spell("p"),
                spell("q"),
                commitment("p", on(1, 2), ended=on(1, 4)),
                commitment("q", on(1, 2)),
                commitment("q", on(1, 3)),
            ],
            2,
        ),
    ),
)


OST_DECIDED = indicator(
    "OST_DECIDED",
    Bilingual("Số đơn xin điều trị đã giải quyết trong kỳ", "Applications decided in the period"),
    Count(Where(Facts(APPLICATION), within(Column("decided")))),
    unit=Unit.EVENTS,
    better=Better.NEITHER,
    splits=("state",),
    source=chosen(
        "Đơn có ngày quyết định trong kỳ, theo kết quả",
        "Applications whose day of decision lies in the period",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Tiếp nhận và từ chối đều là đã giải quyết; đơn đang chờ thì chưa.",
            "Admitted and refused are both decided; one that waits is not.",
            MARCH,
            [
                application("p", on(2, 3), "admitted"),
                application("q", on(3, 3), "refused"),
                application("r", None, "open", complete=on(1, 3)),
            ],
            2,
        ),
        example(
            "Tính theo ngày quyết định, không theo ngày hồ sơ đủ.",
            "By the day of decision, not by that on which the file was complete.",
            MARCH,
            [application("p", on(1, 4), "admitted", complete=on(20, 3))],
            0,
        ),
        example(
            "Một người hai đơn: hai lần giải quyết.",
            "Two applications of one person: decided twice.",
            FIRST_QUARTER,
            [application("p", on(5, 1), "refused"), application("p", on(3, 3), "admitted")],
            2,
        ),
        both_ends(MARCH, lambda who, day: [application(who, day, "admitted")]),
    ),
)

_LOOKED = Where(described(Facts(URINE), Column("day")), every(within(Column("day")), known("opioids")))

OST_URINE_OPIOIDS = indicator(
    "OST_URINE_OPIOIDS",
    Bilingual(
        "Tỷ lệ xét nghiệm nước tiểu dương tính với chất dạng thuốc phiện", "Urine tests positive for opioids"
    ),
    Count(Where(_LOOKED, holds("opioids"))),
    Count(_LOOKED),
    better=Better.LESS,
    splits=("sex", "age"),
    source=chosen(
        "Đếm xét nghiệm có kết quả về chất dạng thuốc phiện; mẫu hỏng hoặc từ chối không tính",
        "Tests with a result for opioids; spoilt and declined ones are left out",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Hai âm tính, một dương tính.",
            "Two negative, one positive.",
            MARCH,
            [
                spell("p"),
                urine("p", on(2, 3), opioids=False),
                urine("p", on(9, 3), opioids=True),
                urine("p", on(16, 3), opioids=False),
            ],
            1,
            3,
        ),
        example(
            "Mẫu hỏng hoặc từ chối không phải âm tính; dương tính với chất khác không tính ở đây.",
            "Spoilt or declined is not negative; positive for something else does not count here.",
            MARCH,
            [
                spell("p"),
                urine("p", on(2, 3), opioids=None),
                urine("p", on(3, 3), opioids=False, others=True),
            ],
            0,
            1,
        ),
        example(
            "Xét nghiệm trước khi tiếp nhận (ban đầu) cũng tính.",
            "A test before admission, the baseline, counts too.",
            MARCH,
            [spell("p", on(10, 3)), urine("p", on(9, 3), opioids=True)],
            1,
            1,
        ),
        both_ends(MARCH, lambda who, day: [spell(who), urine(who, day, opioids=True)], 2, 2),
        example(
            "Một người hai lần dương tính: hai xét nghiệm.",
            "Positive twice: two tests of one person.",
            MARCH,
            [spell("p"), *(urine("p", on(day, 3), opioids=True) for day in (2, 9))],
            2,
            2,
        ),
    ),
)

READ: tuple[Indicator, ...] = ()
UNCHECKED: tuple[Indicator, ...] = ()
CHOSEN: tuple[Indicator, ...] = (
    OST_TAKEHOME,
    OST_TH_COHORT,
    OST_DECIDED,
    OST_URINE_OPIOIDS,
)
