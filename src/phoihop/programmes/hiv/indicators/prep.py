"""Pre-exposure prophylaxis (PrEP): who began it and who goes on with it."""

from datetime import date

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    WHOLE_YEAR,
    YEARLY,
    both_ends,
    example,
    first_of,
    indicator,
    on,
    read,
    says,
    unchecked,
)
from phoihop.engines.indicators.rows import Among, Facts, Latest, Persons, Total, Where
from phoihop.engines.indicators.values import AllOf, Column, within
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import PREP
from phoihop.programmes.hiv.indicators.parts import WHO_SPLITS, estimated
from phoihop.programmes.hiv.indicators.samples import estimate, prep

_IN_WINDOW = within(Column("day"))
_SPLITS = (*WHO_SPLITS, "regimen")

# Who was given PrEP for the first time in life, by the earliest visit there is of them.
NEW = Where(first_of(Facts(PREP), "day"), AllOf((says("visit", "first"), _IN_WINDOW)))
_CAME = Where(Facts(PREP), AllOf((_IN_WINDOW, says("visit", "follow", "again"))))
# Of each person the last such visit, so that a change of regimen does not count them twice.
GOING_ON = Among(Latest(_CAME, (WHO,), ("day",)), NEW, (WHO,), present=False)
_GIVEN = Where(
    Facts(PREP), AllOf((_IN_WINDOW, says("visit", "first", "follow", "again"), says("group", "msm")))
)

PREP_NEW = indicator(
    "PrEP_NEW",
    Bilingual("Số người bắt đầu dùng PrEP lần đầu", "People newly on PrEP"),
    Persons(NEW),
    splits=_SPLITS,
    source=read(
        "PEPFAR MER, PrEP_NEW: lần đầu trong đời, trong kỳ; cộng dồn được qua các kỳ",
        "PEPFAR MER, PrEP_NEW: newly enrolled in the period; sums up over periods",
    ),
    since=date(2016, 10, 1),
    examples=(
        example(
            "Bắt đầu ngày cuối kỳ.",
            "Began on the last day.",
            FIRST_QUARTER,
            [prep("p", on(31, 3)), prep("q", on(1, 4))],
            1,
        ),
        example(
            "Dùng lại không phải là mới.",
            "Again is not new.",
            FIRST_QUARTER,
            [prep("p", on(5, 2), "again"), prep("q", on(5, 2), "follow")],
            0,
        ),
        example(
            "Ghi “lần đầu” ở cơ sở thứ hai: đã bắt đầu ở nơi khác từ kỳ trước.",
            "New at a second facility: begun elsewhere in the period before.",
            FIRST_QUARTER,
            [prep("p", on(5, 12, 2025)), prep("p", on(5, 2), facility="b")],
            0,
        ),
        both_ends(FIRST_QUARTER, lambda who, day: [prep(who, day)]),
        example(
            "Đến để ngừng không phải là bắt đầu.",
            "Coming to stop is no beginning.",
            FIRST_QUARTER,
            [prep("p", on(5, 2), "stop"), prep("q", on(5, 2))],
            1,
        ),
    ),
)

PREP_CT = indicator(
    "PrEP_CT",
    Bilingual("Số người tái khám hoặc dùng lại PrEP", "People who came back for PrEP"),
    Persons(GOING_ON),
    splits=_SPLITS,
    source=unchecked(
        "PEPFAR MER, PrEP_CT: tái khám hoặc dùng lại trong kỳ, không kể người mới trong kỳ",
        "PEPFAR MER, PrEP_CT: follow-up or reinitiation in the period, without the newly enrolled",
    ),
    since=date(2020, 10, 1),
    examples=(
        example(
            "Ba lần tái khám: một người.",
            "Three visits: one person.",
            FIRST_QUARTER,
            [
                prep("p", on(5, 10, 2025)),
                prep("p", on(5, 1), "follow"),
                prep("p", on(5, 2), "follow", "event"),
                prep("p", on(5, 3), "again"),
            ],
            1,
        ),
        example(
            "Bắt đầu và tái khám trong cùng kỳ: chỉ là người mới.",
            "Began and came back in one period: new, and nothing else.",
            FIRST_QUARTER,
            [prep("p", on(5, 1)), prep("p", on(5, 2), "follow")],
            0,
        ),
        example(
            "Đến để ngừng không phải là tiếp tục.",
            "Coming to stop is not going on.",
            FIRST_QUARTER,
            [prep("p", on(5, 10, 2025)), prep("p", on(5, 1), "stop")],
            0,
        ),
        example(
            "Quý HIV: bắt đầu 14/12, tái khám 15/12 là tiếp tục của quý I.",
            "HIV quarter: began on 14/12, came back on 15/12: goes on, in the first quarter.",
            HIV_QUARTER,
            [prep("p", on(14, 12, 2025)), prep("p", on(15, 12, 2025), "follow")],
            1,
        ),
        both_ends(
            FIRST_QUARTER,
            lambda who, day: [prep(who, on(1, 6, 2025)), prep(who, day, "follow")],
        ),
        example(
            "Dùng lại sau khi ngừng: tính. Ghi “lần đầu” lần nữa ở nơi khác: không phải tái khám.",
            "Again after a stop: counted. Written down as new once more elsewhere: no follow-up.",
            FIRST_QUARTER,
            [
                *(prep(who, on(1, 6, 2025)) for who in "pq"),
                prep("p", on(5, 2), "again"),
                prep("q", on(5, 2), facility="b"),
            ],
            1,
        ),
    ),
)

PREP_MSM = indicator(
    "PrEP_MSM",
    Bilingual(
        "Tỷ lệ nam quan hệ tình dục đồng giới được dùng PrEP trong năm",
        "Men who have sex with men given PrEP in the year",
    ),
    Persons(_GIVEN),
    Total(estimated("msm"), "number"),
    splits=(),
    spans=YEARLY,
    source=unchecked(
        "QĐ 1246/QĐ-TTg, phụ lục: 30% năm 2025, 40% năm 2030; mẫu số là số ước tính",
        "Decision 1246/QĐ-TTg, annex: 30% in 2025, 40% in 2030; of an estimated number",
    ),
    since=date(2020, 8, 14),
    examples=(
        example(
            "Người mới và người tiếp tục đều tính.",
            "Who began and who goes on both count.",
            WHOLE_YEAR,
            [
                prep("p", on(5, 1)),
                prep("q", on(5, 10, 2025)),
                prep("q", on(5, 1), "follow"),
                estimate("msm", 10),
            ],
            2,
            10,
        ),
        example(
            "Nhóm khác không tính.",
            "Other groups do not count.",
            WHOLE_YEAR,
            [prep("p", on(5, 1), group="pwid"), estimate("msm", 10)],
            0,
            10,
        ),
        example(
            "Chỉ đến để ngừng: không tính.",
            "Who only came to stop is not counted.",
            WHOLE_YEAR,
            [prep("p", on(5, 10, 2025)), prep("p", on(5, 1), "stop"), estimate("msm", 10)],
            0,
            10,
        ),
        both_ends(
            WHOLE_YEAR,
            lambda who, day: [prep(who, day, "follow")],
            2,
            10,
            [
                estimate("msm", 9, on(1, 1, 2025)),
                estimate("msm", 10, on(31, 12)),
                estimate("msm", 20, on(1, 1, 2027)),
                estimate("plhiv", 90),
                estimate("population", 9000),
            ],
        ),
        example(
            "Đến nhiều lần: một người; dùng lại cũng tính. Nhóm khác không thuộc chỉ số này.",
            "Several visits: one person; again counts. Other groups are not of it.",
            WHOLE_YEAR,
            [
                *(prep("p", day, "follow") for day in (on(5, 1), on(5, 2))),
                prep("q", on(5, 1), "again"),
                *(
                    prep(group, on(5, 2), group=group)
                    for group in ("other", "partner", "prisoner", "sw", "tg")
                ),
                prep("pregnant", on(5, 2), group="pregnant"),
                estimate("msm", 10),
            ],
            2,
            10,
        ),
    ),
)

READ: tuple[Indicator, ...] = (PREP_NEW,)
UNCHECKED: tuple[Indicator, ...] = (PREP_CT, PREP_MSM)
