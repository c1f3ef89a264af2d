"""How many are in treatment."""

from datetime import date

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    example,
    indicator,
    on,
    read,
    unchecked,
)
from phoihop.engines.indicators.rows import Persons
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.indicators.parts import WHO_SPLITS, described
from phoihop.programmes.hiv.indicators.samples import death, end, pickup
from phoihop.programmes.hiv.indicators.treatment import LONG_GRACE, treated

_LONG = Persons(described(treated(grace=LONG_GRACE)))

TX_CURR = indicator(
    "TX_CURR",
    Bilingual(
        "Số người đang điều trị ARV (trễ thuốc không quá 28 ngày)",
        "People on antiretroviral treatment (at most 28 days late)",
    ),
    Persons(described(treated())),
    version=2,
    splits=WHO_SPLITS,
    source=read(
        "PEPFAR MER 2.4–2.6, TX_CURR: tính cả thuốc cấp nhiều tháng; quá 28 ngày sau hẹn thì không tính",
        "PEPFAR MER 2.4–2.6, TX_CURR: supplies for several months count; nobody more than 28 days late does",
    ),
    since=date(2019, 10, 1),
    examples=(
        example(
            "Thuốc 30 ngày lấy ngày 01/02 hết ngày 03/03; ngày 31/03 trễ đúng 28 ngày: còn tính.",
            "30 days from 01/02 are used up on 03/03; on 31/03 that is exactly 28 days late: counted.",
            FIRST_QUARTER,
            [pickup("p", on(1, 2), 30)],
            1,
        ),
        example(
            "Lấy sớm hơn một ngày thì trễ 29 ngày: không tính.",
            "Fetched one day earlier it is 29 days late: not counted.",
            FIRST_QUARTER,
            [pickup("p", on(31, 1), 30)],
            0,
        ),
        example(
            "Thuốc 90 ngày lấy ngày 01/01 còn đủ đến hết kỳ, dù ba tháng không đến khám.",
            "90 days from 01/01 last to the end, though there was no visit for three months.",
            FIRST_QUARTER,
            [pickup("p", on(1, 1), 90)],
            1,
        ),
        example(
            "Mất ngày cuối kỳ: không tính. Mất sau kỳ một ngày: kỳ này vẫn tính.",
            "Who died on the last day does not count; who died the day after counts in this period.",
            FIRST_QUARTER,
            [
                pickup("p", on(1, 3), 30),
                pickup("q", on(1, 3), 30),
                death("p", on(31, 3)),
                death("q", on(1, 4)),
            ],
            1,
        ),
        example(
            "Một người có hồ sơ ở hai cơ sở: tính một lần, ở nơi lấy thuốc sau cùng.",
            "One person with files at two facilities counts once, where the last pickup was.",
            FIRST_QUARTER,
            [pickup("p", on(1, 2), 60), pickup("p", on(1, 3), 60, "b")],
            1,
        ),
        example(
            "Đã chuyển đi mà chưa đến nơi mới: chưa nơi nào tính.",
            "Sent on and not arrived anywhere yet: counted nowhere.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 60), end("p", on(10, 3))],
            0,
        ),
        example(
            "Lấy thuốc và chuyển đi cùng ngày: cũng vậy.",
            "Supplied and sent on the same day: likewise.",
            FIRST_QUARTER,
            [pickup("p", on(10, 3), 60), end("p", on(10, 3))],
            0,
        ),
        example(
            "Nơi mới đã cấp thuốc ngày 20/03, nơi cũ ghi chuyển đi muộn ngày 25/03: nơi mới tính.",
            "Supplied at the new place on 20/03, the transfer noted on 25/03: the new one counts.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 60), pickup("p", on(20, 3), 60, "b"), end("p", on(25, 3))],
            1,
        ),
        example(
            "Đã ngừng ngày 05/03, lấy thuốc lại ngày 20/03: đang điều trị.",
            "Stopped on 05/03 and supplied again on 20/03: in treatment.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 30), end("p", on(5, 3), "stopped"), pickup("p", on(20, 3), 30)],
            1,
        ),
        example(
            "Kỳ báo cáo HIV hết ngày 14/03: lần lấy thuốc ngày 15/03 thuộc kỳ sau.",
            "The HIV quarter ends on 14/03: a pickup of 15/03 belongs to the next one.",
            HIV_QUARTER,
            [pickup("p", on(14, 3), 30), pickup("q", on(15, 3), 30)],
            1,
        ),
        example(
            "Hai dòng cùng ngày, 30 và 90 ngày thuốc: lấy dòng dài hơn.",
            "Two rows of one day, 30 and 90 days of medicine: the longer one is taken.",
            FIRST_QUARTER,
            [pickup("p", on(5, 1), 30), pickup("p", on(5, 1), 90)],
            1,
        ),
        example(
            "Chuyển đi đúng ngày cuối kỳ: không tính. Chuyển đi hôm sau: kỳ này còn tính.",
            "Sent on on the last day: not counted. Sent on the day after: counted in this period.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 60), pickup("q", on(1, 3), 60), end("p", on(31, 3)), end("q", on(1, 4))],
            1,
        ),
        example(
            "Ngừng rồi lấy thuốc lại ngay hôm sau: đang điều trị. Ngừng hai lần, lần sau không trở lại: "
            "không.",
            "Stopped and supplied the day after: in treatment. Stopped twice and not back after the second: "
            "not.",
            FIRST_QUARTER,
            [
                end("p", on(19, 3), "stopped"),
                pickup("p", on(20, 3), 30),
                end("q", on(1, 2), "stopped"),
                pickup("q", on(10, 2), 60),
                end("q", on(20, 2), "stopped"),
            ],
            1,
        ),
        example(
            "Lần lấy thuốc sau thay lần trước: 180 ngày từ 01/01, rồi 10 ngày từ 01/02: trễ 48 ngày.",
            "A later pickup takes the place of one before: 180 days from 01/01, 10 from 01/02: 48 days late.",
            FIRST_QUARTER,
            [pickup("p", on(1, 1), 180), pickup("p", on(1, 2), 10)],
            0,
        ),
    ),
)

TX_CURR_BEFORE = indicator(
    "TX_CURR",
    Bilingual(
        "Số người đang điều trị ARV (trễ thuốc không quá 90 ngày)",
        "People on antiretroviral treatment (at most 90 days late)",
    ),
    _LONG,
    version=1,
    splits=WHO_SPLITS,
    source=unchecked(
        "PEPFAR MER trước 2.4, TX_CURR: mất dấu khi quá 90 ngày sau hẹn",
        "PEPFAR MER before 2.4, TX_CURR: lost when more than 90 days late",
    ),
    since=date(2014, 10, 1),
    until=date(2019, 9, 30),
    examples=(
        example(
            "Thuốc hết ngày 02/07/2019; ngày 30/09 trễ đúng 90 ngày: còn tính theo bản này.",
            "Used up on 02/07/2019; on 30/09 exactly 90 days late: still counted by this version.",
            Period(Calendar.FISCAL, Span.QUARTER, 2019, 4),
            [pickup("p", on(2, 6, 2019), 30)],
            1,
        ),
        example(
            "Trễ 91 ngày: không tính.",
            "91 days late: not counted.",
            Period(Calendar.FISCAL, Span.QUARTER, 2019, 4),
            [pickup("p", on(1, 6, 2019), 30)],
            0,
        ),
        example(
            "Quý II/2016 theo năm dương lịch: người đã chuyển đi không tính, người còn thuốc tính.",
            "Second quarter of 2016: who was sent on does not count, who has medicine does.",
            Period(Calendar.HIV, Span.QUARTER, 2016, 2),
            [
                pickup("p", on(1, 6, 2016), 30),
                pickup("q", on(1, 6, 2016), 30),
                end("q", on(20, 6, 2016)),
            ],
            1,
        ),
        example(
            "Mất đúng ngày cuối kỳ: không tính. Lần lấy thuốc đầu tiên sau kỳ: kỳ sau mới tính.",
            "Who died on the last day does not count; who is first supplied after it counts in the next "
            "period.",
            Period(Calendar.FISCAL, Span.QUARTER, 2019, 4),
            [
                pickup("p", on(30, 9, 2019), 30),
                pickup("q", on(1, 9, 2019), 60),
                death("q", on(30, 9, 2019)),
                pickup("r", on(1, 10, 2019), 30),
            ],
            1,
        ),
    ),
)

TX_CURR_90 = indicator(
    "TX_CURR_90",
    Bilingual(
        "Số người đang điều trị ARV theo quy tắc bỏ trị trên 90 ngày",
        "People on antiretroviral treatment by the rule of more than 90 days",
    ),
    _LONG,
    splits=WHO_SPLITS,
    source=unchecked(
        "Bộ Y tế: bỏ trị khi trễ hẹn trên 90 ngày", "Ministry of Health: dropped out when over 90 days late"
    ),
    since=date(2015, 1, 1),
    examples=(
        example(
            "Thuốc hết ngày 31/12; ngày 31/03 trễ đúng 90 ngày: còn tính, khác với quy tắc 28 ngày.",
            "Used up on 31/12, on 31/03 exactly 90 days late: counted, unlike by the rule of 28 days.",
            FIRST_QUARTER,
            [pickup("p", on(1, 12, 2025), 30)],
            1,
        ),
        example(
            "Hết ngày 30/12, trễ 91 ngày: không tính.",
            "Used up on 30/12, 91 days late: not counted.",
            FIRST_QUARTER,
            [pickup("p", on(30, 11, 2025), 30)],
            0,
        ),
        example(
            "Đã mất thì không tính, dù còn thuốc.",
            "Who died does not count, with medicine or not.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 90), pickup("q", on(1, 12, 2025), 60), death("p", on(2, 3), "other")],
            1,
        ),
        example(
            "Ngừng rồi lấy thuốc lại hôm sau: tính. Lấy thuốc và ngừng cùng ngày, hoặc sau kỳ mới lấy: "
            "không.",
            "Stopped and supplied the day after: counted. Supplied and stopped on one day, or supplied only "
            "after the period: not.",
            FIRST_QUARTER,
            [
                end("p", on(19, 3), "stopped"),
                pickup("p", on(20, 3), 30),
                pickup("q", on(20, 3), 30),
                end("q", on(20, 3), "stopped"),
                pickup("r", on(1, 4), 30),
            ],
            1,
        ),
    ),
)

READ: tuple[Indicator, ...] = (TX_CURR,)
UNCHECKED: tuple[Indicator, ...] = (TX_CURR_BEFORE, TX_CURR_90)
