"""From mother to child: pregnant women who know their status and are treated, children tested, and what
became of them."""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Indicator
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    WHOLE_YEAR,
    YEARLY,
    example,
    first_of,
    indicator,
    months_ago,
    on,
    read,
    says,
    unchecked,
    up_to,
)
from phoihop.engines.indicators.rows import Facts, Joined, Latest, Persons, Rows, Where
from phoihop.engines.indicators.values import (
    AllOf,
    Column,
    Compare,
    Edge,
    MonthsAfter,
    Sign,
    within,
)
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import ANTENATAL, INFANT, INFANT_TEST
from phoihop.programmes.hiv.indicators.samples import antenatal, infant, infant_test

_NEW = Where(Facts(ANTENATAL), within(Column("day")))
_KNOWN = Where(_NEW, AllOf((up_to("learned"), says("status", "known", "positive", "negative"))))
_POSITIVE = Where(_KNOWN, says("status", "known", "positive"))
_ON_ART = Where(_POSITIVE, AllOf((up_to("treated"), says("art", "before", "started"))))
_SINCE = date(2014, 10, 1)

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
    since=_SINCE,
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
    ),
)

PMTCT_STAT_POS = indicator(
    "PMTCT_STAT_POS",
    Bilingual(
        "Số phụ nữ mang thai nhiễm HIV (đã biết và mới phát hiện)",
        "Pregnant women with HIV (known before and newly found)",
    ),
    Persons(_POSITIVE),
    splits=("age",),
    better=Better.NEITHER,
    source=read("PEPFAR MER, PMTCT_STAT_POS", "PEPFAR MER, PMTCT_STAT_POS"),
    since=_SINCE,
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
    ),
)

PMTCT_ART = indicator(
    "PMTCT_ART",
    Bilingual(
        "Tỷ lệ phụ nữ mang thai nhiễm HIV được điều trị ARV",
        "Pregnant women with HIV on antiretroviral treatment",
    ),
    Persons(_ON_ART),
    Persons(_POSITIVE),
    splits=("age",),
    source=read(
        "PEPFAR MER, PMTCT_ART: phụ nữ mang thai nhiễm HIV được điều trị để phòng lây sang con",
        "PEPFAR MER, PMTCT_ART: pregnant women with HIV treated to protect the child",
    ),
    since=_SINCE,
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
    ),
)


CHILDREN = Latest(Where(Facts(INFANT), up_to("born")), (WHO,), ("born",))


def _first_virology(months: int) -> Rows:
    """Children whose first sample for virology was taken in the window, and at so many months of age at
    most."""
    first = first_of(Where(Facts(INFANT_TEST), says("method", "virology")), "sampled")
    born = Joined(first, CHILDREN, (WHO,), (("born", "born"),))
    young = Compare(Column("sampled"), Sign.AT_MOST, MonthsAfter(Column("born"), months))
    return Where(born, AllOf((within(Column("sampled")), young)))


_MER_EID = read(
    "PEPFAR MER 2.6, PMTCT_EID: mẫu đầu tiên làm sinh học phân tử trong 12 tháng tuổi; mẫu số PMTCT_STAT_POS",
    "PEPFAR MER 2.6, PMTCT_EID: first virologic sample by 12 months of age; denominator PMTCT_STAT_POS",
)
_MOTHERS = [antenatal("m", on(5, 1), "known"), antenatal("n", on(5, 1), "positive")]

PMTCT_EID = indicator(
    "PMTCT_EID",
    Bilingual(
        "Tỷ lệ trẻ phơi nhiễm được xét nghiệm sinh học phân tử trong 12 tháng tuổi",
        "Exposed children with a virologic test by 12 months of age",
    ),
    Persons(_first_virology(12)),
    Persons(_POSITIVE),
    splits=(),
    source=_MER_EID,
    since=_SINCE,
    examples=(
        example(
            "Một trẻ lấy mẫu lúc 6 tuần, hai bà mẹ trong kỳ.",
            "One child sampled at 6 weeks, two mothers.",
            FIRST_QUARTER,
            [*_MOTHERS, infant("p", on(1, 1)), infant_test("p", on(12, 2))],
            1,
            2,
        ),
        example(
            "Đúng 12 tháng tuổi: tính; hơn một ngày: không.",
            "At exactly 12 months: counted; one day older: not.",
            FIRST_QUARTER,
            [
                *_MOTHERS,
                infant("p", on(15, 1, 2025)),
                infant_test("p", on(15, 1)),
                infant("q", on(14, 1, 2025)),
                infant_test("q", on(15, 1)),
            ],
            1,
            2,
        ),
        example(
            "Mẫu đầu đã lấy ở kỳ trước: lần thứ hai không tính.",
            "First sampled in the period before: the second sample does not count.",
            FIRST_QUARTER,
            [
                *_MOTHERS,
                infant("p", on(1, 11, 2025)),
                infant_test("p", on(20, 12, 2025)),
                infant_test("p", on(20, 1)),
            ],
            0,
            2,
        ),
        example(
            "Xét nghiệm kháng thể không phải là chẩn đoán sớm.",
            "An antibody test is no early diagnosis.",
            FIRST_QUARTER,
            [*_MOTHERS, infant("p", on(1, 5, 2025)), infant_test("p", on(5, 2), "antibody")],
            0,
            2,
        ),
    ),
)

PMTCT_EID_2M = indicator(
    "PMTCT_EID_2M",
    Bilingual(
        "Tỷ lệ trẻ phơi nhiễm được xét nghiệm sinh học phân tử trong 2 tháng tuổi",
        "Exposed children with a virologic test by 2 months of age",
    ),
    Persons(_first_virology(2)),
    Persons(_POSITIVE),
    splits=(),
    source=_MER_EID,
    since=_SINCE,
    examples=(
        example(
            "Đúng 2 tháng tuổi: tính; hơn một ngày: không.",
            "At exactly 2 months: counted; one day older: not.",
            FIRST_QUARTER,
            [
                *_MOTHERS,
                infant("p", on(5, 1)),
                infant_test("p", on(5, 3)),
                infant("q", on(4, 1)),
                infant_test("q", on(5, 3)),
            ],
            1,
            2,
        ),
        example(
            "Sinh ngày 31/12: tròn 2 tháng vào ngày cuối tháng 2, 28/02.",
            "Born on 31/12: two months old on the last of February, 28/02.",
            FIRST_QUARTER,
            [
                *_MOTHERS,
                infant("p", on(31, 12, 2025)),
                infant_test("p", on(28, 2)),
                infant("q", on(31, 12, 2025)),
                infant_test("q", on(1, 3)),
            ],
            1,
            2,
        ),
        example(
            "Chưa trẻ nào được xét nghiệm.",
            "No child tested.",
            FIRST_QUARTER,
            [*_MOTHERS, infant("p", on(1, 1))],
            0,
            2,
        ),
    ),
)

# Children born in a window like this one two years before: of these the end of exposure is past.
_COHORT = Where(Facts(INFANT), within(Column("born"), MonthsAfter(Edge.FIRST, -24), months_ago(24)))
_SETTLED = Where(_COHORT, AllOf((up_to("known"), says("outcome", "infected", "uninfected"))))
_MER_FO = unchecked(
    "PEPFAR MER, PMTCT_FO: trẻ sinh 24 tháng trước kỳ báo cáo, tình trạng cuối cùng lúc 18 tháng",
    "PEPFAR MER, PMTCT_FO: children born 24 months before the period, final status at 18 months",
)

PMTCT_FO = indicator(
    "PMTCT_FO",
    Bilingual(
        "Tỷ lệ trẻ phơi nhiễm biết tình trạng HIV cuối cùng", "Exposed children whose final status is known"
    ),
    Persons(_SETTLED),
    Persons(_COHORT),
    splits=("sex",),
    spans=YEARLY,
    source=_MER_FO,
    since=_SINCE,
    examples=(
        example(
            "Sinh năm 2024: hai trẻ đã rõ, một mất dấu, một mất khi chưa rõ.",
            "Born in 2024: two known, one lost, one died before it was known.",
            WHOLE_YEAR,
            [
                infant("p", on(1, 1, 2024), "uninfected", on(1, 7, 2025)),
                infant("q", on(31, 12, 2024), "infected", on(1, 3, 2025)),
                infant("r", on(1, 6, 2024), "lost", on(1, 3, 2025)),
                infant("s", on(1, 6, 2024), "died", on(1, 3, 2025)),
            ],
            2,
            4,
        ),
        example(
            "Sinh ngày 31/12/2023 và 01/01/2025: lứa khác.",
            "31/12/2023 and 01/01/2025: not of it.",
            WHOLE_YEAR,
            [
                infant("p", on(31, 12, 2023), "uninfected", on(1, 7, 2025)),
                infant("q", on(1, 1, 2025), "uninfected", on(1, 7, 2026)),
            ],
            0,
            0,
        ),
        example(
            "Chỉ biết sau năm báo cáo: chưa tính.",
            "Known only after the year of the report: not yet.",
            WHOLE_YEAR,
            [infant("p", on(1, 12, 2024), "uninfected", on(2, 1, 2027))],
            0,
            1,
        ),
    ),
)

HIV_MTCT = indicator(
    "HIV_MTCT",
    Bilingual(
        "Tỷ lệ lây truyền HIV từ mẹ sang con trong số trẻ đã rõ tình trạng",
        "Mother-to-child transmission among children whose final status is known",
    ),
    Persons(Where(_SETTLED, says("outcome", "infected"))),
    Persons(_SETTLED),
    splits=("sex",),
    spans=YEARLY,
    better=Better.LESS,
    source=unchecked(
        "Chỉ thị 07-CT/TW: dưới 2% trước năm 2030; cách tính theo lứa sinh 24 tháng trước như PMTCT_FO. "
        "GAM dùng số ước tính bằng mô hình, không so sánh trực tiếp được",
        "Directive 07-CT/TW: under 2% before 2030; by the cohort of PMTCT_FO. GAM uses a model, so the two "
        "are not to be compared as they stand",
    ),
    since=date(2021, 7, 6),
    examples=(
        example(
            "Một trẻ nhiễm trong ba trẻ đã rõ.",
            "One infected of three known.",
            WHOLE_YEAR,
            [
                infant("p", on(1, 2, 2024), "uninfected", on(1, 8, 2025)),
                infant("q", on(1, 2, 2024), "uninfected", on(1, 8, 2025)),
                infant("r", on(1, 2, 2024), "infected", on(1, 4, 2024)),
            ],
            1,
            3,
        ),
        example(
            "Trẻ mất dấu không vào mẫu số: xem cùng PMTCT_FO.",
            "A child who was lost is in no part: to be read beside PMTCT_FO.",
            WHOLE_YEAR,
            [
                infant("p", on(1, 2, 2024), "infected", on(1, 4, 2024)),
                infant("q", on(1, 2, 2024), "lost", on(1, 4, 2024)),
            ],
            1,
            1,
        ),
        example(
            "Không trẻ nào nhiễm: 0%.",
            "No child infected: 0%.",
            WHOLE_YEAR,
            [infant("p", on(1, 2, 2024), "uninfected", on(1, 8, 2025))],
            0,
            1,
        ),
    ),
)

HIV_MTCT_CASES = indicator(
    "HIV_MTCT_CASES",
    Bilingual("Số trẻ được xác định nhiễm HIV từ mẹ trong kỳ", "Children found infected by their mother"),
    Persons(Where(Facts(INFANT), AllOf((within(Column("known")), says("outcome", "infected"))))),
    splits=("sex",),
    better=Better.LESS,
    source=unchecked(
        "Chỉ tiêu “không có trường hợp nhiễm HIV từ mẹ sang con” của kế hoạch tỉnh; đếm theo ngày xác định",
        "The target “no child infected by its mother” of provinces' plans; by the day on which it was known",
    ),
    since=_SINCE,
    examples=(
        example(
            "Xác định trong kỳ, dù sinh năm trước.",
            "Found in the period, though born the year before.",
            FIRST_QUARTER,
            [infant("p", on(1, 12, 2025), "infected", on(20, 1))],
            1,
        ),
        example(
            "Ngày 14/03 còn trong quý HIV, 15/03 thì không.",
            "14/03 is in the HIV quarter, 15/03 not.",
            HIV_QUARTER,
            [
                infant("p", on(1, 2), "infected", on(14, 3)),
                infant("q", on(1, 2), "infected", on(15, 3)),
            ],
            1,
        ),
        example(
            "Không nhiễm: không tính.",
            "Not infected: not counted.",
            FIRST_QUARTER,
            [infant("p", on(1, 7, 2024), "uninfected", on(20, 1))],
            0,
        ),
    ),
)

READ: tuple[Indicator, ...] = (PMTCT_STAT_POS, PMTCT_ART, PMTCT_EID, PMTCT_EID_2M)
UNCHECKED: tuple[Indicator, ...] = (PMTCT_STAT, PMTCT_FO, HIV_MTCT, HIV_MTCT_CASES)
