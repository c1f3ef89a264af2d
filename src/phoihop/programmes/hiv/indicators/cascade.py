"""The three 95s: how many of the people with HIV know it, are treated, and have a suppressed viral load.

The first two follow a person where they were found, the third where they are treated: a step that counted
people elsewhere than the step before could come out over 100% of it.
"""

from datetime import date

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    WHOLE_YEAR,
    example,
    first_of,
    indicator,
    on,
    read,
    up_to,
)
from phoihop.engines.indicators.rows import Among, Facts, Persons, Total, Where
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import DEATH, DETECTION
from phoihop.programmes.hiv.indicators.parts import WHO_SPLITS, described, estimated
from phoihop.programmes.hiv.indicators.samples import (
    death,
    detection,
    estimate,
    pickup,
    viral_load,
    without_the_gone,
)
from phoihop.programmes.hiv.indicators.treatment import treated
from phoihop.programmes.hiv.indicators.viral_load import SUPPRESSED, by_the_limits, fewer_than, with_result

# People whose HIV was confirmed up to the window's end, and who live.
KNOWN = Among(first_of(Facts(DETECTION), "day"), Where(Facts(DEATH), up_to("day")), (WHO,), present=False)
ALIVE = Persons(described(KNOWN))
_TREATED = treated()
_SUPPRESSED = Persons(described(Where(with_result(_TREATED), fewer_than(SUPPRESSED))))
_LIVING = Total(estimated("plhiv"), "number")
_STRATEGY = date(2020, 8, 14)

HIV_95_1 = indicator(
    "HIV_95_1",
    Bilingual(
        "Tỷ lệ người nhiễm HIV biết tình trạng của mình (95 thứ nhất)",
        "People living with HIV who know it (first 95)",
    ),
    ALIVE,
    _LIVING,
    splits=(),
    source=read(
        "QĐ 1246/QĐ-TTg 14/8/2020; GAM: người biết tình trạng chia cho số người nhiễm ước tính",
        "Decision 1246/QĐ-TTg, 14 August 2020; GAM: people who know by estimated people living with HIV",
    ),
    since=_STRATEGY,
    examples=(
        example(
            "Hai người đã phát hiện và còn sống, ước tính có bốn người nhiễm.",
            "Two found and alive, four estimated.",
            WHOLE_YEAR,
            [detection("p", on(1, 5, 2020)), detection("q", on(31, 12)), estimate("plhiv", 4)],
            2,
            4,
        ),
        example(
            "Người đã mất không còn trong tử số.",
            "Who died is in the numerator no longer.",
            WHOLE_YEAR,
            [detection("p", on(1, 5, 2020)), death("p", on(1, 6)), estimate("plhiv", 4)],
            0,
            4,
        ),
        example(
            "Khẳng định ở hai nơi: một người. Ước tính mới nhất trong kỳ được dùng, cộng theo địa bàn.",
            "Confirmed at two places: one person. The newest estimate of each place is used.",
            WHOLE_YEAR,
            [
                detection("p", on(1, 5, 2020)),
                detection("p", on(1, 6, 2021), "b"),
                estimate("plhiv", 9, on(1, 1, 2025)),
                estimate("plhiv", 4),
                estimate("plhiv", 3, facility="b"),
                estimate("plhiv", 50, on(1, 1, 2027)),
            ],
            1,
            7,
        ),
        example(
            "Chưa có số ước tính: không có tỷ lệ.",
            "No estimate: there is no share.",
            WHOLE_YEAR,
            [detection("p", on(1, 5, 2020))],
            1,
            0,
        ),
        example(
            "Phát hiện sau năm: chưa tính. Ước tính ngày cuối năm được dùng; ước tính của nhóm khác thì "
            "không.",
            "Found after the year: not yet. An estimate of its last day is used; those of other groups are "
            "not.",
            WHOLE_YEAR,
            [
                detection("p", on(31, 12)),
                detection("q", on(1, 1, 2027)),
                estimate("plhiv", 4, on(31, 12)),
                estimate("msm", 90),
                estimate("population", 9000),
            ],
            1,
            4,
        ),
    ),
)

HIV_95_2 = indicator(
    "HIV_95_2",
    Bilingual(
        "Tỷ lệ người biết tình trạng HIV được điều trị ARV (95 thứ hai)",
        "People treated among those who know that they have HIV (second 95)",
    ),
    Persons(described(Among(KNOWN, _TREATED, (WHO,)))),
    ALIVE,
    splits=WHO_SPLITS,
    source=read(
        "QĐ 1246/QĐ-TTg 14/8/2020: điều trị trong số người biết tình trạng; trễ thuốc không quá 28 ngày",
        "Decision 1246/QĐ-TTg, 14 August 2020: treated among those who know; at most 28 days late",
    ),
    since=_STRATEGY,
    examples=(
        example(
            "Hai người biết, một người đang điều trị.",
            "Two know, one is treated.",
            FIRST_QUARTER,
            [detection("p", on(1, 5, 2020)), detection("q", on(1, 5, 2020)), pickup("p", on(1, 3), 60)],
            1,
            2,
        ),
        example(
            "Đang điều trị mà không có hồ sơ phát hiện: không vào tử số, để tỷ lệ không vượt 100%.",
            "Treated and never recorded as found: in no part, so that the share stays under 100%.",
            FIRST_QUARTER,
            [detection("p", on(1, 5, 2020)), pickup("p", on(1, 3), 60), pickup("q", on(1, 3), 60)],
            1,
            1,
        ),
        example(
            "Trễ thuốc 29 ngày: biết nhưng không điều trị.",
            "29 days late: knows, is not treated.",
            FIRST_QUARTER,
            [detection("p", on(1, 5, 2020)), pickup("p", on(31, 1), 30)],
            0,
            1,
        ),
        example(
            "Quý HIV: phát hiện ngày 15/03 thuộc quý sau.",
            "HIV quarter: found on 15/03 is of the next one.",
            HIV_QUARTER,
            [detection("p", on(14, 3)), detection("q", on(15, 3)), pickup("p", on(14, 3), 30)],
            1,
            1,
        ),
        example(
            "Đã mất thì không còn ở phần nào, dù còn thuốc.",
            "Who died is in no part any more, with medicine or not.",
            FIRST_QUARTER,
            [
                detection("p", on(1, 5, 2020)),
                detection("q", on(1, 5, 2020)),
                pickup("q", on(1, 3), 60),
                death("q", on(31, 3)),
            ],
            0,
            1,
        ),
    ),
)

HIV_95_3 = indicator(
    "HIV_95_3",
    Bilingual(
        "Tỷ lệ người điều trị ARV có tải lượng vi rút dưới ngưỡng ức chế (95 thứ ba)",
        "People with a suppressed viral load among all in treatment (third 95)",
    ),
    _SUPPRESSED,
    Persons(described(_TREATED)),
    splits=WHO_SPLITS,
    source=read(
        "QĐ 1246/QĐ-TTg; GAM: dưới 1.000 bản sao/ml trong 12 tháng, trên tất cả người đang điều trị",
        "Decision 1246/QĐ-TTg; GAM: under 1,000 copies/ml in 12 months, of all in treatment",
    ),
    since=_STRATEGY,
    examples=(
        example(
            "Ba người điều trị: một dưới ngưỡng, một 1.000, một chưa xét nghiệm.",
            "Three in treatment: one suppressed, one with 1,000, one not measured.",
            FIRST_QUARTER,
            [
                pickup("p", on(1, 3), 60),
                pickup("q", on(1, 3), 60),
                pickup("r", on(1, 3), 60),
                viral_load("p", on(1, 2), 999),
                viral_load("q", on(1, 2), 1000),
            ],
            1,
            3,
        ),
        example(
            "Mẫu quá 12 tháng: như chưa xét nghiệm.",
            "A sample older than 12 months: as if not measured.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 60), viral_load("p", on(31, 3, 2025), 20)],
            0,
            1,
        ),
        example(
            "Dưới ngưỡng nhưng đã rời điều trị: không tính.",
            "Suppressed, but no longer in treatment: not counted.",
            FIRST_QUARTER,
            [pickup("p", on(1, 11, 2025), 30), viral_load("p", on(1, 11, 2025), 20)],
            0,
            0,
        ),
        example(
            "Trễ đúng 28 ngày: còn điều trị; 29 ngày: không. Mẫu ngày 01/04/2025: còn trong 12 tháng.",
            "Exactly 28 days late: in treatment; 29 days: not. A sample of 01/04/2025 is of the twelve "
            "months.",
            FIRST_QUARTER,
            [
                pickup("p", on(1, 2), 30),
                pickup("q", on(31, 1), 30),
                *(viral_load(who, on(1, 4, 2025), 20) for who in "pq"),
            ],
            1,
            1,
        ),
        by_the_limits(pickup(who, on(1, 3), 60) for who in "pqr"),
        without_the_gone(FIRST_QUARTER, 0, 0, [viral_load(who, on(1, 2), 20) for who in "wxyz"]),
    ),
)

HIV_SUPPRESSED_ALL = indicator(
    "HIV_SUPPRESSED_ALL",
    Bilingual(
        "Tỷ lệ tải lượng vi rút dưới ngưỡng ức chế trong tất cả người nhiễm HIV",
        "People with a suppressed viral load among all living with HIV",
    ),
    _SUPPRESSED,
    _LIVING,
    splits=(),
    source=read(
        "GAM: tải lượng dưới 1.000 trên số người nhiễm ước tính",
        "GAM: suppressed by estimated people living with HIV",
    ),
    since=_STRATEGY,
    examples=(
        example(
            "Một người trong bốn người ước tính.",
            "One of four estimated.",
            WHOLE_YEAR,
            [pickup("p", on(1, 12), 60), viral_load("p", on(1, 6), 20), estimate("plhiv", 4)],
            1,
            4,
        ),
        example(
            "1.000 bản sao: chưa đạt.",
            "1,000 copies: not suppressed.",
            WHOLE_YEAR,
            [pickup("p", on(1, 12), 60), viral_load("p", on(1, 6), 1000), estimate("plhiv", 4)],
            0,
            4,
        ),
        example(
            "Ước tính dân số là chuyện khác.",
            "An estimate of the population is another matter.",
            WHOLE_YEAR,
            [
                pickup("p", on(1, 12), 60),
                viral_load("p", on(1, 6), 20),
                estimate("plhiv", 4),
                estimate("population", 9000),
            ],
            1,
            4,
        ),
        example(
            "Cuối năm trễ đúng 28 ngày: còn điều trị; 29 ngày: không. Mẫu ngày 01/01: trong năm; "
            "31/12/2025: không.",
            "Exactly 28 days late at the end of the year: in treatment; 29 days: not. A sample of 01/01 is "
            "of the year, one of 31/12/2025 not.",
            WHOLE_YEAR,
            [
                *(pickup(who, on(3, 11), 30) for who in "pr"),
                pickup("q", on(2, 11), 30),
                *(viral_load(who, on(1, 1), 20) for who in "pq"),
                viral_load("r", on(31, 12, 2025), 20),
                estimate("plhiv", 4),
                estimate("plhiv", 9, on(1, 1, 2027)),
            ],
            1,
            4,
        ),
        without_the_gone(
            WHOLE_YEAR, 0, 4, [*(viral_load(who, on(1, 6), 20) for who in "wxyz"), estimate("plhiv", 4)]
        ),
    ),
)

READ: tuple[Indicator, ...] = (HIV_95_1, HIV_95_2, HIV_95_3, HIV_SUPPRESSED_ALL)
UNCHECKED: tuple[Indicator, ...] = ()
