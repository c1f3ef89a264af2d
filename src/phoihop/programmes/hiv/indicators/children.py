"""Children of mothers with HIV: tested early, and what became of them."""

from datetime import date, timedelta

from phoihop.engines.indicators.definitions import Better, Example, Indicator
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
from phoihop.programmes.hiv.facts import INFANT, INFANT_TEST
from phoihop.programmes.hiv.indicators.mothers import POSITIVE, SINCE
from phoihop.programmes.hiv.indicators.samples import antenatal, infant, infant_test

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


def _sampled() -> Example:
    """Of children born on 25/12/2025 and on the last day of the period: who was first sampled when."""
    window, day = FIRST_QUARTER.window, timedelta(days=1)
    days = {"p": window.first - day, "q": window.first, "r": window.last, "s": window.last + day}
    born = [infant(who, on(31, 3) if who in "rs" else on(25, 12, 2025)) for who in days]
    sampled = [infant_test(who, at) for who, at in days.items()]
    return example(
        "Mẫu đầu tiên ngày 01/01 hoặc 31/03, khi trẻ vừa sinh: tính. Ngày 31/12 hoặc 01/04: kỳ khác.",
        "First sampled on 01/01, or on 31/03 when just born: counted. On 31/12 or 01/04: of other periods.",
        FIRST_QUARTER,
        [*_MOTHERS, *born, *sampled],
        2,
        2,
    )


def _mothers() -> Example:
    """The denominator is that of PMTCT_STAT_POS, to its borders."""
    return example(
        "Mẫu số đếm bà mẹ khám lần đầu trong kỳ, từ 01/01 đến 31/03, đã biết nhiễm trong kỳ, mỗi người một "
        "lần.",
        "The denominator counts mothers whose first visit is in the period, from 01/01 to 31/03, and who "
        "were known to have HIV within it, each once.",
        FIRST_QUARTER,
        [
            antenatal("m", on(31, 12, 2025), "known"),
            antenatal("n", on(1, 1), "known"),
            antenatal("n", on(5, 1), "known", facility="b"),
            antenatal("o", on(31, 3), "positive"),
            antenatal("p", on(1, 4), "known", on(31, 3)),
            antenatal("q", on(30, 3), "positive", on(1, 4)),
            antenatal("r", on(5, 1), "negative"),
            antenatal("s", on(5, 1), None, on(5, 1)),
        ],
        0,
        2,
    )


def _antibody(born: date) -> Example:
    return example(
        "Xét nghiệm kháng thể không phải là chẩn đoán sớm.",
        "An antibody test is no early diagnosis.",
        FIRST_QUARTER,
        [*_MOTHERS, infant("p", born), infant_test("p", on(5, 2), "antibody")],
        0,
        2,
    )


PMTCT_EID = indicator(
    "PMTCT_EID",
    Bilingual(
        "Tỷ lệ trẻ phơi nhiễm được xét nghiệm sinh học phân tử trong 12 tháng tuổi",
        "Exposed children with a virologic test by 12 months of age",
    ),
    Persons(_first_virology(12)),
    Persons(POSITIVE),
    splits=(),
    source=_MER_EID,
    since=SINCE,
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
        _antibody(on(1, 5, 2025)),
        example(
            "Hai cơ sở ghi hai ngày sinh của một trẻ: lấy ngày sau.",
            "Two facilities write down two birthdays of one child: the later one is taken.",
            FIRST_QUARTER,
            [
                *_MOTHERS,
                infant("p", on(14, 1, 2025)),
                infant("p", on(15, 1, 2025), facility="b"),
                infant_test("p", on(15, 1)),
            ],
            1,
            2,
        ),
        _sampled(),
        _mothers(),
    ),
)

PMTCT_EID_2M = indicator(
    "PMTCT_EID_2M",
    Bilingual(
        "Tỷ lệ trẻ phơi nhiễm được xét nghiệm sinh học phân tử trong 2 tháng tuổi",
        "Exposed children with a virologic test by 2 months of age",
    ),
    Persons(_first_virology(2)),
    Persons(POSITIVE),
    splits=(),
    source=_MER_EID,
    since=SINCE,
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
        _sampled(),
        _mothers(),
        _antibody(on(1, 1)),
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
    since=SINCE,
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
        example(
            "Biết đúng ngày cuối năm: tính; hôm sau: chưa. Hai cơ sở cùng ghi một trẻ: một trẻ.",
            "Known on the last day of the year: counted; the day after: not yet. One child at two "
            "facilities: one.",
            WHOLE_YEAR,
            [
                *(infant("p", on(1, 6, 2024), "uninfected", on(31, 12), each) for each in "ab"),
                infant("q", on(1, 6, 2024), "uninfected", on(1, 1, 2027)),
            ],
            1,
            2,
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
        "Chỉ thị 07-CT/TW: dưới 2% trước năm 2030; cách tính theo lứa sinh 24 tháng trước như PMTCT_FO. GAM "
        "dùng số ước tính bằng mô hình, không so sánh trực tiếp được",
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
        example(
            "Lứa sinh từ 01/01/2024 đến 31/12/2024; sinh một ngày trước hoặc sau là lứa khác.",
            "The cohort was born from 01/01/2024 to 31/12/2024; a day sooner or later is another one.",
            WHOLE_YEAR,
            [
                infant(who, born, "infected", on(1, 2, 2025))
                for who, born in zip(
                    "pqrs",
                    (on(31, 12, 2023), on(1, 1, 2024), on(31, 12, 2024), on(1, 1, 2025)),
                    strict=True,
                )
            ],
            2,
            2,
        ),
        example(
            "Biết đúng ngày cuối năm: tính; hôm sau: chưa. Hai cơ sở cùng ghi một trẻ: một trẻ. Tử vong: "
            "không.",
            "Known on the last day of the year: counted; the day after: not yet. One child at two "
            "facilities: one. Died: not.",
            WHOLE_YEAR,
            [
                *(infant("p", on(1, 6, 2024), "infected", on(31, 12), each) for each in "ab"),
                infant("q", on(1, 6, 2024), "infected", on(1, 1, 2027)),
                infant("r", on(1, 6, 2024), "died", on(1, 6, 2025)),
            ],
            1,
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
    since=SINCE,
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
        both_ends(FIRST_QUARTER, lambda who, day: [infant(who, on(1, 12, 2025), "infected", day)]),
        example(
            "Hai cơ sở cùng ghi một trẻ: một trẻ. Tử vong khi chưa rõ, mất dấu: không tính.",
            "One child at two facilities: one. Died before it was known, or lost: not counted.",
            FIRST_QUARTER,
            [
                *(infant("p", on(1, 12, 2025), "infected", on(20, 1), each) for each in "ab"),
                infant("q", on(1, 12, 2025), "died", on(20, 1)),
                infant("r", on(1, 12, 2025), "lost", on(20, 1)),
            ],
            1,
        ),
    ),
)

READ: tuple[Indicator, ...] = (PMTCT_EID, PMTCT_EID_2M)
UNCHECKED: tuple[Indicator, ...] = (PMTCT_FO, HIV_MTCT, HIV_MTCT_CASES)
