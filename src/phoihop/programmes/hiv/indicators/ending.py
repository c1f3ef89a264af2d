"""Whether AIDS ends: new detections, deaths, and how many live with HIV. (From mother to child: mothers.py.)

Directive 07-CT/TW wants, for the whole country before 2030: fewer than 1,000 new detections a year, fewer
than 1.0 AIDS deaths for each 100,000 people, fewer than 2% of children infected by their mother. What is
detected is not what was infected: where more are tested, more are found.
"""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Indicator, Unit
from phoihop.engines.indicators.parts import (
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
from phoihop.engines.indicators.rows import Facts, Persons, Total, Where
from phoihop.engines.indicators.values import Column, within
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import DEATH, DETECTION
from phoihop.programmes.hiv.indicators.cascade import ALIVE
from phoihop.programmes.hiv.indicators.parts import WHO_SPLITS, described, estimated
from phoihop.programmes.hiv.indicators.samples import death, detection, estimate

_IN_WINDOW = within(Column("day"))
FOUND = Where(first_of(Facts(DETECTION), "day"), _IN_WINDOW)
# Where a death is written down with several days the first one counts.
_DIED = Where(first_of(Facts(DEATH), "day"), _IN_WINDOW)
_OF_AIDS = Where(_DIED, says("cause", "aids"))
_POPULATION = Total(estimated("population"), "number")
_DIRECTIVE = date(2021, 7, 6)
_SURVEILLANCE = date(2012, 1, 1)
_TT_07 = read(
    "TT 07/2023/TT-BYT (trước đó TT 09/2012/TT-BYT): giám sát ca bệnh từ khi khẳng định đến khi tử vong",
    "Circular 07/2023/TT-BYT (before it 09/2012/TT-BYT): cases followed from confirmation to death",
)

HIV_DETECTED = indicator(
    "HIV_DETECTED",
    Bilingual("Số người mới phát hiện nhiễm HIV", "People newly found to have HIV"),
    Persons(described(FOUND, Column("day"))),
    better=Better.LESS,
    splits=WHO_SPLITS,
    source=_TT_07,
    since=_SURVEILLANCE,
    examples=(
        example(
            "Khẳng định lần đầu trong năm: tính; khẳng định lại người đã biết từ 2021: không.",
            "Confirmed first in the year: counted; again, known since 2021: not.",
            WHOLE_YEAR,
            [detection("p", on(31, 12)), detection("q", on(1, 3, 2021)), detection("q", on(1, 3), "b")],
            1,
        ),
        example(
            "Hai cơ sở cùng khẳng định một người: một người.",
            "Two laboratories, one person: one.",
            WHOLE_YEAR,
            [detection("p", on(1, 3)), detection("p", on(5, 3), "b")],
            1,
        ),
        example(
            "Quý II/2022 của báo cáo HIV còn là quý dương lịch, từ 01/04 đến 30/06.",
            "The second HIV quarter of 2022 was still the calendar's, of 01/04 to 30/06.",
            Period(Calendar.HIV, Span.QUARTER, 2022, 2),
            [
                detection("p", on(31, 3, 2022)),
                detection("q", on(1, 4, 2022)),
                detection("r", on(30, 6, 2022)),
                detection("s", on(1, 7, 2022)),
            ],
            2,
        ),
        example(
            "Quý II/2023 của báo cáo HIV chỉ từ 01/04 đến 14/06, vì quy tắc cũ đổi sang quy tắc mới.",
            "The second HIV quarter of 2023 is of 01/04 to 14/06, from the old rule to the new one.",
            Period(Calendar.HIV, Span.QUARTER, 2023, 2),
            [
                detection("p", on(31, 3, 2023)),
                detection("q", on(1, 4, 2023)),
                detection("r", on(14, 6, 2023)),
                detection("s", on(15, 6, 2023)),
            ],
            2,
        ),
        example(
            "Phát hiện ngày 15/12 thuộc năm sau của báo cáo HIV và quý I của năm đó.",
            "Found on 15/12: of the next year of HIV reports, and its first quarter.",
            HIV_QUARTER,
            [detection("p", on(15, 12, 2025)), detection("q", on(14, 12, 2025))],
            1,
        ),
        both_ends(WHOLE_YEAR, lambda who, day: [detection(who, day)]),
    ),
)

HIV_DETECTED_RATE = indicator(
    "HIV_DETECTED_RATE",
    Bilingual(
        "Tỷ lệ người mới phát hiện HIV trên dân số", "People newly found to have HIV, of the population"
    ),
    Persons(FOUND),
    _POPULATION,
    splits=(),
    spans=YEARLY,
    better=Better.LESS,
    source=unchecked(
        "Chỉ tiêu “nhiễm mới” của kế hoạch tỉnh, tính theo người mới phát hiện; nhiễm mới thật cần ước tính",
        "“New infections” of provinces' plans, by new detections; true new infections need a model",
    ),
    since=_SURVEILLANCE,
    examples=(
        example(
            "3 người trên 10.000 dân: 0,03%.",
            "3 in 10,000 people: 0.03%.",
            WHOLE_YEAR,
            [*(detection(who, on(1, 3)) for who in "pqr"), estimate("population", 10000)],
            3,
            10000,
        ),
        example(
            "Cộng dân số các địa bàn.",
            "The population of all places together.",
            WHOLE_YEAR,
            [
                detection("p", on(1, 3)),
                estimate("population", 10000),
                estimate("population", 5000, facility="b"),
            ],
            1,
            15000,
        ),
        example(
            "Không ai mới phát hiện.",
            "Nobody newly found.",
            WHOLE_YEAR,
            [detection("p", on(1, 3, 2021)), estimate("population", 10000)],
            0,
            10000,
        ),
        both_ends(
            WHOLE_YEAR,
            lambda who, day: [detection(who, day)],
            2,
            10000,
            [
                estimate("population", 10000, on(31, 12)),
                estimate("population", 20000, on(1, 1, 2027)),
                estimate("plhiv", 90),
                estimate("msm", 80),
            ],
        ),
    ),
)

HIV_PREVALENCE_KNOWN = indicator(
    "HIV_PREVALENCE_KNOWN",
    Bilingual(
        "Tỷ lệ người nhiễm HIV đã phát hiện, còn sống, trên dân số",
        "Known people living with HIV, of the population",
    ),
    ALIVE,
    _POPULATION,
    splits=(),
    better=Better.NEITHER,
    source=unchecked(
        "Chỉ tiêu “tỷ lệ nhiễm HIV trong cộng đồng” của kế hoạch tỉnh, tính theo người đã phát hiện",
        "“HIV prevalence in the community” of provinces' plans, by people known",
    ),
    since=_SURVEILLANCE,
    examples=(
        example(
            "5 người trên 1.000 dân: 0,5%.",
            "5 in 1,000 people: 0.5%.",
            WHOLE_YEAR,
            [*(detection(who, on(1, 3, 2015)) for who in "pqrst"), estimate("population", 1000)],
            5,
            1000,
        ),
        example(
            "Mất đúng ngày cuối kỳ: không còn tính.",
            "Died on the last day: no longer counted.",
            WHOLE_YEAR,
            [detection("p", on(1, 3, 2015)), death("p", on(31, 12)), estimate("population", 1000)],
            0,
            1000,
        ),
        example(
            "Mất sau kỳ: còn tính.",
            "Died after the period: still counted.",
            WHOLE_YEAR,
            [detection("p", on(1, 3, 2015)), death("p", on(1, 1, 2027)), estimate("population", 1000)],
            1,
            1000,
        ),
        example(
            "Phát hiện và dân số của ngày cuối năm được dùng; của năm sau thì không. Ước tính khác không "
            "phải dân số.",
            "Whoever is found on the last day of the year counts, and its population; not those of the next "
            "year. Other estimates are no population.",
            WHOLE_YEAR,
            [
                detection("p", on(31, 12)),
                detection("q", on(1, 1, 2027)),
                estimate("population", 1000, on(31, 12)),
                estimate("population", 2000, on(1, 1, 2027)),
                estimate("plhiv", 90),
            ],
            1,
            1000,
        ),
    ),
)

HIV_DEATHS = indicator(
    "HIV_DEATHS",
    Bilingual("Số người nhiễm HIV tử vong (mọi nguyên nhân)", "Deaths of people with HIV (of any cause)"),
    Persons(described(_DIED, Column("day"))),
    better=Better.LESS,
    splits=WHO_SPLITS,
    source=_TT_07,
    since=_SURVEILLANCE,
    examples=(
        example(
            "Mọi nguyên nhân đều tính.",
            "Any cause counts.",
            WHOLE_YEAR,
            [death("p", on(1, 3)), death("q", on(1, 3), "other"), death("r", on(1, 3), "unknown")],
            3,
        ),
        example(
            "Hai nơi cùng báo: một người.",
            "Reported by two places: one person.",
            WHOLE_YEAR,
            [death("p", on(1, 3)), death("p", on(1, 3), facility="b")],
            1,
        ),
        example(
            "Hai nơi ghi hai ngày mất, 31/12/2025 và 02/01: lấy ngày sớm hơn, thuộc năm trước.",
            "Two places write down two days, 31/12/2025 and 02/01: the earlier one, of the year before.",
            WHOLE_YEAR,
            [death("p", on(31, 12, 2025)), death("p", on(2, 1), facility="b")],
            0,
        ),
        example(
            "Trước và sau năm: không tính.",
            "Before the year and after it: not counted.",
            WHOLE_YEAR,
            [death("p", on(31, 12, 2025)), death("q", on(1, 1, 2027))],
            0,
        ),
        both_ends(WHOLE_YEAR, lambda who, day: [death(who, day)]),
    ),
)

AIDS_MORTALITY = indicator(
    "AIDS_MORTALITY",
    Bilingual("Tử vong liên quan đến AIDS trên 100.000 dân", "AIDS deaths for each 100,000 people"),
    Persons(_OF_AIDS),
    _POPULATION,
    unit=Unit.RATE,
    splits=(),
    spans=YEARLY,
    better=Better.LESS,
    source=unchecked(
        "Chỉ thị 07-CT/TW 06/7/2021: dưới 1,0 trên 100.000 dân; liên quan đến AIDS theo giám sát ca bệnh",
        "Directive 07-CT/TW, 6 July 2021: under 1.0 per 100,000; related to AIDS as surveillance says",
    ),
    since=_DIRECTIVE,
    examples=(
        example(
            "2 người trên 250.000 dân: 0,8.",
            "2 in 250,000 people: 0.8.",
            WHOLE_YEAR,
            [death("p", on(1, 3)), death("q", on(31, 12)), estimate("population", 250000)],
            2,
            250000,
        ),
        example(
            "Nguyên nhân khác hoặc chưa rõ: không tính.",
            "Another cause, or none known: not counted.",
            WHOLE_YEAR,
            [
                death("p", on(1, 3), "other"),
                death("q", on(1, 3), "unknown"),
                estimate("population", 250000),
            ],
            0,
            250000,
        ),
        example(
            "Dùng dân số mới nhất đến cuối năm, không dùng số của năm sau.",
            "By the newest population up to the year's end, not by that of the next.",
            WHOLE_YEAR,
            [
                death("p", on(1, 3)),
                estimate("population", 240000, on(1, 4, 2019)),
                estimate("population", 250000, on(1, 4)),
                estimate("population", 260000, on(1, 4, 2027)),
            ],
            1,
            250000,
        ),
        both_ends(
            WHOLE_YEAR,
            lambda who, day: [death(who, day)],
            2,
            250000,
            [estimate("population", 250000), estimate("plhiv", 900)],
        ),
    ),
)

READ: tuple[Indicator, ...] = (HIV_DETECTED, HIV_DEATHS)
UNCHECKED: tuple[Indicator, ...] = (HIV_DETECTED_RATE, HIV_PREVALENCE_KNOWN, AIDS_MORTALITY)
