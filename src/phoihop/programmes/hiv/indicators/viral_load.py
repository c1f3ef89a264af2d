"""Viral load: who was measured, and of how many it is suppressed.

Fewer than 1,000 copies/ml is "suppressed" in the programme's figures, fewer than 200 means that HIV is not
passed on by sex (K=K). A result below the limit of its assay is under 200 only where that limit is.
"""

from collections.abc import Iterable
from datetime import date

from phoihop.engines.indicators.definitions import Example, Indicator
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    Given,
    example,
    indicator,
    last_months,
    months_ago,
    number,
    on,
    read,
    up_to,
)
from phoihop.engines.indicators.rows import Facts, Joined, Latest, Persons, Rows, Where
from phoihop.engines.indicators.values import (
    AllOf,
    Choose,
    Column,
    Compare,
    Edge,
    Missing,
    MonthsAfter,
    Not,
    Sign,
    Value,
    within,
)
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import VIRAL_LOAD
from phoihop.programmes.hiv.indicators.parts import WHO_SPLITS, described
from phoihop.programmes.hiv.indicators.samples import (
    BEGUN_LONG_AGO,
    death,
    gone,
    pickup,
    start,
    viral_load,
    without_the_gone,
)
from phoihop.programmes.hiv.indicators.treatment import BEGUN, treated

SUPPRESSED = 1000  # copies/ml
UNTRANSMITTABLE = 200

# Of each person the last sample of the last twelve months, with the result that came last: a laboratory that
# corrects a result sends it again.
RESULTS = Latest(
    Where(
        Facts(VIRAL_LOAD),
        AllOf(
            (within(Column("sampled"), last_months(12)), up_to("resulted"), Not(Missing(Column("copies"))))
        ),
    ),
    (WHO,),
    ("sampled", "resulted"),
)


def with_result(rows: Rows) -> Rows:
    """Those people of the rows who have a viral load of the last twelve months, with it."""
    loaded = Joined(rows, RESULTS, (WHO,), (("copies", "copies"), ("limit", "limit")))
    return Where(loaded, Not(Missing(Column("copies"))))


def fewer_than(copies: int) -> Value:
    """Whether there are fewer copies; unless the assay cannot tell."""
    limit = Compare(Column("limit"), Sign.AT_MOST, number(copies))
    below = Compare(Column("copies"), Sign.LESS, Column("limit"))
    return Choose(((below, limit),), Compare(Column("copies"), Sign.LESS, number(copies)))


_ON_ART = Where(
    Joined(treated(), BEGUN, (WHO,), (("begun", "since"),)),
    Compare(MonthsAfter(Column("begun"), 3), Sign.AT_MOST, Edge.LAST),
)
MEASURED = with_result(_ON_ART)
_TESTED = Persons(described(MEASURED))
_TREATED_THEN = Persons(described(treated(months_ago(6))))

_SINCE = date(2019, 10, 1)
_TREATED = [start("p", on(1, 6, 2024)), pickup("p", on(1, 3), 60)]
_ALSO = [start("q", on(1, 6, 2024)), pickup("q", on(1, 3), 60)]
# Everybody who is gone has a viral load: still they count in no part.
_MEASURED = [*BEGUN_LONG_AGO, *(viral_load(who, on(1, 2), 20) for who in "wxyz")]


def by_the_limits(treated: Iterable[Given]) -> Example:
    """Of p, q and r, who are treated: what an assay can tell of 1,000 copies."""
    return example(
        "Không phát hiện bằng máy có ngưỡng 1.000: dưới 1.000. Ngưỡng 1.001, hoặc đúng 1.000 bản sao: không.",
        "Nothing found by an assay with a limit of 1,000: under it. A limit of 1,001, or just 1,000 "
        "copies: not.",
        FIRST_QUARTER,
        [
            *treated,
            viral_load("p", on(1, 2), 0, limit=1000),
            viral_load("q", on(1, 2), 0, limit=1001),
            viral_load("r", on(1, 2), 1000, limit=1000),
        ],
        1,
        3,
    )


def _aged(numerator: int, denominator: int) -> Example:
    """Of six in treatment one has all that is asked: three months of it, and a result of twelve months."""
    begun = [start(who, on(31, 12, 2025) if who == "p" else on(1, 6, 2024)) for who in "pqrst"]
    return example(
        "Đủ 3 tháng điều trị và có kết quả của mẫu từ 01/04/2025 đến ngày cuối kỳ: một người. Thiếu một "
        "ngày điều trị, mẫu ngày 31/03/2025, kết quả về sau kỳ, chưa xét nghiệm: không.",
        "Three months of treatment and a result of a sample from 01/04/2025 to the last day: one. A day of "
        "treatment less, a sample of 31/03/2025, a result after the period, none at all: not.",
        FIRST_QUARTER,
        [
            *begun,
            start("u", on(1, 1)),
            *(pickup(who, on(1, 3), 60) for who in "pqrstu"),
            viral_load("p", on(1, 4, 2025), 20, on(31, 3)),
            viral_load("q", on(31, 3, 2025), 20),
            viral_load("r", on(31, 3), 20, on(1, 4)),
            viral_load("u", on(1, 3), 20),
        ],
        numerator,
        denominator,
    )


TX_PVLS = indicator(
    "TX_PVLS",
    Bilingual(
        "Tỷ lệ tải lượng vi rút dưới 1.000 bản sao/ml trong số người điều trị ARV được xét nghiệm",
        "People with fewer than 1,000 copies/ml among those measured in treatment",
    ),
    Persons(described(Where(MEASURED, fewer_than(SUPPRESSED)))),
    _TESTED,
    splits=WHO_SPLITS,
    source=read(
        "PEPFAR MER 2.6, TX_PVLS: điều trị từ 3 tháng, có kết quả trong 12 tháng; tính lần sau cùng",
        "PEPFAR MER 2.6, TX_PVLS: treated for 3 months, a result in 12; people, by their last result",
    ),
    since=_SINCE,
    examples=(
        example(
            "999 bản sao là dưới ngưỡng, 1.000 thì không.",
            "999 copies are suppressed, 1,000 not.",
            FIRST_QUARTER,
            [*_TREATED, *_ALSO, viral_load("p", on(1, 2), 999), viral_load("q", on(1, 2), 1000)],
            1,
            2,
        ),
        example(
            "Đếm người, không đếm mẫu: lấy mẫu sau cùng, là 50 bản sao.",
            "People, not samples: the last one counts, of 50 copies.",
            FIRST_QUARTER,
            [*_TREATED, viral_load("p", on(1, 6, 2025), 40000), viral_load("p", on(1, 2), 50)],
            1,
            1,
        ),
        example(
            "Phòng xét nghiệm sửa kết quả của cùng mẫu: lấy kết quả gửi sau.",
            "The laboratory corrects the result of one sample: the one sent later is taken.",
            FIRST_QUARTER,
            [
                *_TREATED,
                viral_load("p", on(1, 2), 12000, on(5, 2)),
                viral_load("p", on(1, 2), 120, on(9, 2)),
            ],
            1,
            1,
        ),
        example(
            "12 tháng tính từ 01/04/2025: mẫu ngày 31/03/2025 đã quá hạn.",
            "The twelve months begin on 01/04/2025: a sample of 31/03/2025 is too old.",
            FIRST_QUARTER,
            [*_TREATED, *_ALSO, viral_load("p", on(31, 3, 2025), 20), viral_load("q", on(1, 4, 2025), 20)],
            1,
            1,
        ),
        example(
            "Mẫu lấy trong kỳ nhưng kết quả về sau kỳ: kỳ sau mới tính.",
            "Sampled in the period, the result came after it: counted in the next one.",
            FIRST_QUARTER,
            [*_TREATED, viral_load("p", on(28, 3), 20, on(2, 4))],
            0,
            0,
        ),
        example(
            "Điều trị từ 31/12 là đủ 3 tháng vào ngày 31/03; từ 01/01 thì chưa.",
            "Treated since 31/12 is three months on 31/03; since 01/01 is not.",
            FIRST_QUARTER,
            [
                start("p", on(31, 12, 2025)),
                pickup("p", on(1, 3), 60),
                viral_load("p", on(15, 3), 20),
                start("q", on(1, 1)),
                pickup("q", on(1, 3), 60),
                viral_load("q", on(15, 3), 20),
            ],
            1,
            1,
        ),
        example(
            "Đã mất trước cuối kỳ: không còn trong mẫu số.",
            "Who died before the end is in no part of it.",
            FIRST_QUARTER,
            [*_TREATED, viral_load("p", on(1, 2), 20), death("p", on(20, 3))],
            0,
            0,
        ),
        by_the_limits([*_TREATED, *_ALSO, start("r", on(1, 6, 2024)), pickup("r", on(1, 3), 60)]),
        example(
            "Lấy mẫu và có kết quả đúng ngày cuối kỳ: tính.",
            "Sampled, with its result, on the last day: counted.",
            FIRST_QUARTER,
            [
                *_TREATED,
                *_ALSO,
                viral_load("p", on(31, 3), 20),
                viral_load("q", on(1, 1), 50),
            ],
            2,
            2,
        ),
        example(
            "Điều trị lại ngày 01/02: tính từ lần đầu năm 2024.",
            "Treated again on 01/02: counted since the first time, in 2024.",
            FIRST_QUARTER,
            [*_TREATED, start("p", on(1, 2), "again"), viral_load("p", on(1, 3), 20)],
            1,
            1,
        ),
        without_the_gone(FIRST_QUARTER, 0, 0, _MEASURED),
    ),
)

TX_PVLS_200 = indicator(
    "TX_PVLS_200",
    Bilingual(
        "Tỷ lệ tải lượng vi rút dưới 200 bản sao/ml (K=K) trong số người điều trị ARV được xét nghiệm",
        "People with fewer than 200 copies/ml (U=U) among those measured in treatment",
    ),
    Persons(described(Where(MEASURED, fewer_than(UNTRANSMITTABLE)))),
    _TESTED,
    splits=WHO_SPLITS,
    source=read(
        "K=K: dưới 200 bản sao/ml; mẫu số như TX_PVLS",
        "U=U: fewer than 200 copies/ml; denominator of TX_PVLS",
    ),
    since=_SINCE,
    examples=(
        example(
            "199 bản sao: có; 200: không.",
            "199 copies: yes; 200: no.",
            FIRST_QUARTER,
            [*_TREATED, *_ALSO, viral_load("p", on(1, 2), 199), viral_load("q", on(1, 2), 200)],
            1,
            2,
        ),
        example(
            "Không phát hiện bằng máy có ngưỡng 400: không thể nói là dưới 200.",
            "Nothing found by an assay with a limit of 400: nobody can say that it is under 200.",
            FIRST_QUARTER,
            [
                *_TREATED,
                *_ALSO,
                viral_load("p", on(1, 2), 0, limit=400),
                viral_load("q", on(1, 2), 0, limit=200),
            ],
            1,
            2,
        ),
        example(
            "350 bản sao: dưới 1.000 nhưng chưa đạt K=K.",
            "350 copies: suppressed, and yet not under 200.",
            FIRST_QUARTER,
            [*_TREATED, viral_load("p", on(1, 2), 350)],
            0,
            1,
        ),
        example(
            "Ngưỡng 201: không thể nói là dưới 200. Đúng 200 bản sao, bằng ngưỡng: không dưới 200.",
            "A limit of 201: nobody can say that it is under 200. Just 200 copies, at the limit: not under "
            "it.",
            FIRST_QUARTER,
            [
                *_TREATED,
                *_ALSO,
                viral_load("p", on(1, 2), 0, limit=201),
                viral_load("q", on(1, 2), 200, limit=200),
            ],
            0,
            2,
        ),
        _aged(1, 1),
        without_the_gone(FIRST_QUARTER, 0, 0, _MEASURED),
    ),
)

TX_VL_COVERAGE = indicator(
    "TX_VL_COVERAGE",
    Bilingual(
        "Tỷ lệ người điều trị ARV được xét nghiệm tải lượng vi rút (so với hai quý trước)",
        "People with a viral load among those in treatment two quarters earlier",
    ),
    _TESTED,
    _TREATED_THEN,
    splits=WHO_SPLITS,
    source=read(
        "PEPFAR MER: mẫu số của TX_PVLS chia cho TX_CURR của hai quý trước",
        "PEPFAR MER: the denominator of TX_PVLS by TX_CURR of two quarters earlier",
    ),
    since=_SINCE,
    examples=(
        example(
            "Hai người điều trị cuối tháng 9, một người có kết quả trong 12 tháng.",
            "Two in treatment at the end of September, one with a result.",
            FIRST_QUARTER,
            [
                start("p", on(1, 6, 2024)),
                pickup("p", on(1, 9, 2025), 90),
                pickup("p", on(1, 2), 90),
                pickup("q", on(1, 9, 2025), 90),
                viral_load("p", on(1, 2), 20),
            ],
            1,
            2,
        ),
        example(
            "Hai quý trước 30/06 là 31/12, không phải 30/12: người bắt đầu ngày 31/12 có trong mẫu số.",
            "Two quarters before 30/06 is 31/12, not 30/12: who began on 31/12 is in the denominator.",
            Period(Calendar.CIVIL, Span.QUARTER, 2026, 2),
            [pickup("p", on(31, 12, 2025), 30), pickup("q", on(1, 1), 30)],
            0,
            1,
        ),
        example(
            "Quý HIV hết 14/03: mẫu số là người điều trị ngày 14/09.",
            "The HIV quarter ends on 14/03: the denominator is of 14/09.",
            HIV_QUARTER,
            [
                start("p", on(1, 6, 2024)),
                pickup("p", on(14, 9, 2025), 30),
                pickup("q", on(15, 9, 2025), 30),
                pickup("p", on(1, 3), 30),
                viral_load("p", on(1, 3), 20),
            ],
            1,
            1,
        ),
        _aged(1, 0),
        without_the_gone(FIRST_QUARTER, 0, 0, _MEASURED),
        example(
            "Ngày 30/09 đã mất, đã chuyển đi hoặc trễ 29 ngày: không thuộc mẫu số.",
            "Died, was sent on or 29 days late on 30/09: not in the denominator.",
            FIRST_QUARTER,
            gone(on(30, 9, 2025)),
            0,
            0,
        ),
    ),
)

READ: tuple[Indicator, ...] = (TX_PVLS, TX_PVLS_200, TX_VL_COVERAGE)
UNCHECKED: tuple[Indicator, ...] = ()
