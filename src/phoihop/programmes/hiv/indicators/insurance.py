"""Health insurance (BHYT) of people in treatment."""

from datetime import date

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    example,
    indicator,
    on,
    says,
    unchecked,
    up_to,
)
from phoihop.engines.indicators.rows import Among, Facts, Persons, Where
from phoihop.engines.indicators.values import AllOf, AnyOf, Column, Compare, Edge, Missing, Sign
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import INSURANCE
from phoihop.programmes.hiv.indicators.parts import WHO_SPLITS, described
from phoihop.programmes.hiv.indicators.samples import insurance, pickup, without_the_gone
from phoihop.programmes.hiv.indicators.treatment import treated

_TREATED = treated()
_GOOD = Where(
    Facts(INSURANCE),
    AllOf(
        (
            up_to("since"),
            AnyOf((Missing(Column("until")), Compare(Column("until"), Sign.AT_LEAST, Edge.LAST))),
        )
    ),
)
_PLANS = date(2019, 1, 1)

HIV_BHYT_CARD = indicator(
    "HIV_BHYT_CARD",
    Bilingual(
        "Tỷ lệ người điều trị ARV có thẻ bảo hiểm y tế còn hạn",
        "People in treatment whose health insurance card is good",
    ),
    Persons(described(Among(_TREATED, _GOOD, (WHO,)))),
    Persons(described(_TREATED)),
    splits=WHO_SPLITS,
    source=unchecked(
        "Kế hoạch tỉnh: người nhiễm HIV điều trị ARV có bảo hiểm y tế, tại ngày cuối kỳ",
        "Provinces' plans: people in treatment with health insurance, on the last day",
    ),
    since=_PLANS,
    examples=(
        example(
            "Thẻ hết hạn đúng ngày cuối kỳ: còn tính.",
            "A card good up to the last day counts.",
            FIRST_QUARTER,
            [
                pickup("p", on(1, 3), 60),
                insurance("p", on(1, 4, 2025), on(31, 3)),
                pickup("q", on(1, 3), 60),
                insurance("q", on(31, 3, 2025), on(30, 3)),
            ],
            1,
            2,
        ),
        example(
            "Thẻ không ghi ngày hết hạn: còn tính.",
            "A card without an end counts.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 60), insurance("p", on(1, 1, 2024))],
            1,
            1,
        ),
        example(
            "Thẻ có giá trị từ 01/04: cuối kỳ chưa có.",
            "A card good from 01/04 on is none on 31/03.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 60), insurance("p", on(1, 4))],
            0,
            1,
        ),
        example(
            "Có thẻ mà không điều trị: không tính.",
            "A card, and no treatment: not counted.",
            FIRST_QUARTER,
            [insurance("p", on(1, 1, 2024)), pickup("q", on(1, 3), 60)],
            0,
            1,
        ),
        example(
            "Hai thẻ nối nhau: một người.",
            "Two cards one after the other: one person.",
            FIRST_QUARTER,
            [
                pickup("p", on(1, 3), 60),
                insurance("p", on(1, 1, 2025), on(31, 12)),
                insurance("p", on(1, 1)),
            ],
            1,
            1,
        ),
        example(
            "Thẻ có giá trị từ đúng ngày cuối kỳ: có thẻ.",
            "A card that is good from the last day on counts.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 60), insurance("p", on(31, 3))],
            1,
            1,
        ),
        without_the_gone(FIRST_QUARTER, 0, 0, [insurance(who, on(1, 1, 2024)) for who in "wxyz"]),
    ),
)

HIV_BHYT_ARV = indicator(
    "HIV_BHYT_ARV",
    Bilingual(
        "Tỷ lệ người điều trị ARV bằng thuốc do bảo hiểm y tế chi trả",
        "People in treatment whose medicine health insurance pays",
    ),
    Persons(described(Where(_TREATED, says("paid", "insurance")))),
    Persons(described(_TREATED)),
    splits=WHO_SPLITS,
    source=unchecked(
        "Kế hoạch tỉnh: điều trị thuốc ARV từ nguồn bảo hiểm y tế, theo lần lấy thuốc sau cùng",
        "Provinces' plans: treatment from health insurance, by the last pickup",
    ),
    since=_PLANS,
    examples=(
        example(
            "Một do bảo hiểm, một do dự án chi trả.",
            "One paid by insurance, one by a project.",
            FIRST_QUARTER,
            [pickup("p", on(1, 3), 60), pickup("q", on(1, 3), 60, paid="programme")],
            1,
            2,
        ),
        example(
            "Theo lần sau cùng: trước do dự án, nay do bảo hiểm.",
            "By the last pickup: a project before, insurance now.",
            FIRST_QUARTER,
            [pickup("p", on(1, 1), 60, paid="programme"), pickup("p", on(1, 3), 60)],
            1,
            1,
        ),
        example(
            "Quý HIV: lần lấy thuốc ngày 15/03 do bảo hiểm trả thuộc quý sau.",
            "HIV quarter: a pickup of 15/03 that insurance pays is of the next one.",
            HIV_QUARTER,
            [pickup("p", on(1, 3), 60, paid="self"), pickup("p", on(15, 3), 60)],
            0,
            1,
        ),
        example(
            "Trễ đúng 28 ngày: còn điều trị.",
            "Exactly 28 days late: in treatment.",
            FIRST_QUARTER,
            [pickup("p", on(1, 2), 30)],
            1,
            1,
        ),
        without_the_gone(FIRST_QUARTER, 0, 0),
    ),
)

READ: tuple[Indicator, ...] = ()
UNCHECKED: tuple[Indicator, ...] = (HIV_BHYT_CARD, HIV_BHYT_ARV)
