"""Pregnant women who know their HIV status, and who of them is treated."""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Indicator
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    both_ends,
    example,
    indicator,
    on,
    read,
    says,
    unchecked,
    up_to,
)
from phoihop.engines.indicators.rows import Facts, Persons, Where
from phoihop.engines.indicators.values import (
    AllOf,
    Column,
    within,
)
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import ANTENATAL
from phoihop.programmes.hiv.indicators.samples import antenatal

_NEW = Where(Facts(ANTENATAL), within(Column("day")))
_KNOWN = Where(_NEW, AllOf((up_to("learned"), says("status", "known", "positive", "negative"))))
POSITIVE = Where(_KNOWN, says("status", "known", "positive"))
_ON_ART = Where(POSITIVE, AllOf((up_to("treated"), says("art", "before", "started"))))
SINCE = date(2014, 10, 1)

PMTCT_STAT = indicator(
    "PMTCT_STAT",
    Bilingual(
        "Tỷ lệ phụ nữ mang thai khám lần đầu biết tình trạng HIV",
        "Pregnant women at their first antenatal visit who know their HIV status",
    ),
    Persons(_KNOWN),
    Persons(_NEW),
    splits=("age",),
    source=unchecked(
        "PEPFAR MER, PMTCT_STAT: biết tình trạng, kể cả đã biết nhiễm, trong số khám thai lần đầu",
        "PEPFAR MER, PMTCT_STAT: known status, positives of before included, of first visits",
    ),
    since=SINCE,
    examples=(
        example(
            "Âm tính, mới phát hiện, đã biết nhiễm: cả ba biết tình trạng; một người chưa.",
            "Negative, newly positive, known before: three know it; one does not.",
            FIRST_QUARTER,
            [
                antenatal("p", on(5, 1), "negative"),
                antenatal("q", on(5, 1), "positive"),
                antenatal("r", on(5, 1), "known"),
                antenatal("s", on(5, 1), None),
            ],
            3,
            4,
        ),
        example(
            "Khám ngày 30/03, có kết quả ngày 02/04: kỳ này chưa biết.",
            "Seen on 30/03, the result on 02/04: not known in this period.",
            FIRST_QUARTER,
            [antenatal("p", on(30, 3), "negative", on(2, 4))],
            0,
            1,
        ),
        example(
            "Khám lần đầu ở hai cơ sở: một người.",
            "Two first visits at two facilities: one woman.",
            FIRST_QUARTER,
            [antenatal("p", on(5, 1), None), antenatal("p", on(9, 1), "negative", facility="b")],
            1,
            1,
        ),
        example(
            "Quý HIV: 15/12 thuộc quý I.",
            "HIV quarter: 15/12 is of the first.",
            HIV_QUARTER,
            [
                antenatal("p", on(14, 12, 2025), "negative"),
                antenatal("q", on(15, 12, 2025), "negative"),
            ],
            1,
            1,
        ),
        both_ends(FIRST_QUARTER, lambda who, day: [antenatal(who, day, "negative", on(31, 3))], 2, 2),
        example(
            "Biết tình trạng ở cả hai cơ sở: một người. Ghi ngày mà không ghi kết quả: chưa biết.",
            "Known at two facilities: one woman. A day without a result: not known.",
            FIRST_QUARTER,
            [
                antenatal("p", on(5, 1), "negative"),
                antenatal("p", on(9, 1), "negative", facility="b"),
                antenatal("q", on(5, 1), None, on(5, 1)),
            ],
            1,
            2,
        ),
    ),
)

PMTCT_STAT_POS = indicator(
    "PMTCT_STAT_POS",
    Bilingual(
        "Số phụ nữ mang thai nhiễm HIV (đã biết và mới phát hiện)",
        "Pregnant women with HIV (known before and newly found)",
    ),
    Persons(POSITIVE),
    splits=("age",),
    better=Better.NEITHER,
    source=read("PEPFAR MER, PMTCT_STAT_POS", "PEPFAR MER, PMTCT_STAT_POS"),
    since=SINCE,
    examples=(
        example(
            "Mới phát hiện và đã biết: hai người.",
            "Newly found and known before: two.",
            FIRST_QUARTER,
            [antenatal("p", on(5, 1), "positive"), antenatal("q", on(5, 1), "known")],
            2,
        ),
        example(
            "Âm tính hoặc chưa rõ: không tính.",
            "Negative or not known: not counted.",
            FIRST_QUARTER,
            [antenatal("p", on(5, 1), "negative"), antenatal("q", on(5, 1), None)],
            0,
        ),
        example(
            "Kết quả về sau kỳ thì chưa tính.",
            "A result that came after the period does not count yet.",
            FIRST_QUARTER,
            [antenatal("p", on(31, 3), "positive", on(1, 4))],
            0,
        ),
        both_ends(FIRST_QUARTER, lambda who, day: [antenatal(who, day, "positive", on(31, 3))]),
        example(
            "Khám lần đầu ở hai cơ sở: một người.",
            "Two first visits at two facilities: one woman.",
            FIRST_QUARTER,
            [antenatal("p", on(5, 1), "positive"), antenatal("p", on(9, 1), "known", facility="b")],
            1,
        ),
    ),
)

PMTCT_ART = indicator(
    "PMTCT_ART",
    Bilingual(
        "Tỷ lệ phụ nữ mang thai nhiễm HIV được điều trị ARV",
        "Pregnant women with HIV on antiretroviral treatment",
    ),
    Persons(_ON_ART),
    Persons(POSITIVE),
    splits=("age",),
    source=read(
        "PEPFAR MER, PMTCT_ART: phụ nữ mang thai nhiễm HIV được điều trị để phòng lây sang con",
        "PEPFAR MER, PMTCT_ART: pregnant women with HIV treated to protect the child",
    ),
    since=SINCE,
    examples=(
        example(
            "Đang điều trị từ trước và mới bắt đầu đều tính; một người chưa điều trị.",
            "Treated already and newly: both count; one is not treated.",
            FIRST_QUARTER,
            [
                antenatal("p", on(5, 1), "known", art="before"),
                antenatal("q", on(5, 1), "positive", art="started", treated=on(12, 1)),
                antenatal("r", on(5, 1), "positive"),
            ],
            2,
            3,
        ),
        example(
            "Bắt đầu sau kỳ: chưa tính.",
            "Started after the period: not yet.",
            FIRST_QUARTER,
            [antenatal("p", on(30, 3), "positive", art="started", treated=on(1, 4))],
            0,
            1,
        ),
        example(
            "Không ai nhiễm: không có tỷ lệ.",
            "Nobody positive: there is no share.",
            FIRST_QUARTER,
            [antenatal("p", on(5, 1), "negative")],
            0,
            0,
        ),
        both_ends(
            FIRST_QUARTER,
            lambda who, day: [antenatal(who, day, "known", on(31, 3), art="before", treated=on(31, 3))],
            2,
            2,
        ),
        example(
            "Khám ở hai cơ sở: một người. Ghi ngày điều trị mà không ghi thuốc: chưa điều trị. Kết quả về "
            "sau kỳ: không ở phần nào.",
            "Seen at two facilities: one woman. A day of treatment without a word on it: not treated. A "
            "result after the period: in no part.",
            FIRST_QUARTER,
            [
                antenatal("p", on(5, 1), "known", art="before"),
                antenatal("p", on(9, 1), "known", art="before", facility="b"),
                antenatal("q", on(5, 1), "positive", treated=on(6, 1)),
                antenatal("r", on(30, 3), "positive", on(1, 4), art="started", treated=on(31, 3)),
            ],
            1,
            2,
        ),
    ),
)

READ: tuple[Indicator, ...] = (PMTCT_STAT_POS, PMTCT_ART)
UNCHECKED: tuple[Indicator, ...] = (PMTCT_STAT,)
