"""HIV testing: who was tested and told, and who was found."""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Indicator
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    both_ends,
    example,
    first_of,
    indicator,
    on,
    read,
    says,
)
from phoihop.engines.indicators.rows import Facts, Joined, Persons, Rows, Where
from phoihop.engines.indicators.values import (
    AllOf,
    AnyOf,
    Column,
    Compare,
    Missing,
    Sign,
    within,
)
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import DETECTION, TEST
from phoihop.programmes.hiv.indicators.parts import WHO_SPLITS
from phoihop.programmes.hiv.indicators.samples import detection, hiv_test

IN_WINDOW = within(Column("day"))


def _told() -> Rows:
    """Tests of the window of which the person got a result that is one, of people not known to have HIV
    before."""
    told = Where(Facts(TEST), AllOf((IN_WINDOW, Column("told"), says("result", "positive", "negative"))))
    dated = Joined(told, first_of(Facts(DETECTION), "day"), (WHO,), (("found", "day"),))
    return Where(
        dated, AnyOf((Missing(Column("found")), Compare(Column("found"), Sign.AT_LEAST, Column("day"))))
    )


_TOLD = _told()
_POSITIVE = Persons(Where(_TOLD, says("result", "positive")))
_SPLITS = (*WHO_SPLITS, "modality")
_SINCE = date(2014, 10, 1)
_MER_TST = read(
    "PEPFAR MER, HTS_TST: đếm người được xét nghiệm và nhận kết quả; dương tính khi đã khẳng định (TT "
    "02/2020/TT-BYT)",
    "PEPFAR MER, HTS_TST: people tested who got their result; positive once confirmed (Circular "
    "02/2020/TT-BYT)",
)

HTS_TST = indicator(
    "HTS_TST",
    Bilingual("Số người được xét nghiệm HIV và nhận kết quả", "People tested for HIV who got their result"),
    Persons(_TOLD),
    splits=_SPLITS,
    source=_MER_TST,
    since=_SINCE,
    examples=(
        example(
            "Một người xét nghiệm hai lần: một người.",
            "One person, tested twice: one.",
            FIRST_QUARTER,
            [hiv_test("p", on(1, 2)), hiv_test("p", on(1, 3), modality="mobile")],
            1,
        ),
        example(
            "Chưa nhận kết quả thì không tính.",
            "Whoever did not get the result is not counted.",
            FIRST_QUARTER,
            [hiv_test("p", on(1, 2), told=False), hiv_test("q", on(1, 2))],
            1,
        ),
        example(
            "Có phản ứng, chờ khẳng định: chưa phải là kết quả.",
            "Reactive and waiting for confirmation: no result yet.",
            FIRST_QUARTER,
            [hiv_test("p", on(1, 2), "reactive"), hiv_test("q", on(1, 2), "indeterminate")],
            0,
        ),
        example(
            "Đã biết nhiễm từ trước, xét nghiệm lại trước khi điều trị: không tính.",
            "Known before and tested again before treatment: not counted.",
            FIRST_QUARTER,
            [detection("p", on(5, 1)), hiv_test("p", on(20, 1), "positive")],
            0,
        ),
        example(
            "Ngày 14/03 là ngày cuối của quý HIV; 15/03 đã sang quý sau.",
            "14/03 is the last day of the HIV quarter, 15/03 is of the next.",
            HIV_QUARTER,
            [hiv_test("p", on(14, 3)), hiv_test("q", on(15, 3))],
            1,
        ),
        both_ends(FIRST_QUARTER, lambda who, day: [hiv_test(who, day)]),
        example(
            "Khẳng định từ hôm trước, hoặc hai lần mà lần đầu từ trước: đã biết nhiễm. Khẳng định cùng "
            "ngày: tính.",
            "Confirmed the day before, or twice and first before: known already. Confirmed on that day: "
            "counted.",
            FIRST_QUARTER,
            [
                detection("p", on(19, 1)),
                detection("q", on(1, 1)),
                detection("q", on(10, 3), "b"),
                detection("r", on(20, 1)),
                *(hiv_test(who, on(20, 1), "positive") for who in "pqr"),
            ],
            1,
        ),
    ),
)

HTS_TST_POS = indicator(
    "HTS_TST_POS",
    Bilingual("Số người có kết quả HIV dương tính được thông báo", "People told a positive result"),
    _POSITIVE,
    splits=_SPLITS,
    better=Better.NEITHER,
    source=_MER_TST,
    since=_SINCE,
    examples=(
        example(
            "Âm tính tháng 1, dương tính tháng 3 và khẳng định ngay ngày đó.",
            "Negative in January, positive in March and confirmed on that day.",
            FIRST_QUARTER,
            [hiv_test("p", on(5, 1)), hiv_test("p", on(5, 3), "positive"), detection("p", on(5, 3))],
            1,
        ),
        example(
            "Chỉ mới có phản ứng: không tính.",
            "Only reactive: not counted.",
            FIRST_QUARTER,
            [hiv_test("p", on(5, 1), "reactive")],
            0,
        ),
        example(
            "Hai cơ sở cùng báo một người: một người.",
            "Two facilities report one person: one person.",
            FIRST_QUARTER,
            [hiv_test("p", on(5, 1), "positive"), hiv_test("p", on(5, 1), "positive", facility="b")],
            1,
        ),
        both_ends(FIRST_QUARTER, lambda who, day: [hiv_test(who, day, "positive")]),
        example(
            "Âm tính, dương tính chưa nhận kết quả, đã biết nhiễm từ trước: không tính.",
            "Negative, positive and not told, known before: not counted.",
            FIRST_QUARTER,
            [
                hiv_test("p", on(5, 1)),
                hiv_test("q", on(5, 1), "positive", told=False),
                hiv_test("r", on(5, 1), "positive"),
                detection("r", on(1, 6, 2024)),
            ],
            0,
        ),
    ),
)

HTS_YIELD = indicator(
    "HTS_YIELD",
    Bilingual("Tỷ lệ dương tính trong số người được xét nghiệm", "Positive among those tested"),
    _POSITIVE,
    Persons(_TOLD),
    splits=_SPLITS,
    better=Better.NEITHER,
    source=_MER_TST,
    since=_SINCE,
    examples=(
        example(
            "Một dương tính trong ba người; xem theo nhóm và hình thức xét nghiệm.",
            "One positive of three; to be seen by group and modality.",
            FIRST_QUARTER,
            [
                hiv_test("p", on(5, 1), "positive", "community", "msm"),
                hiv_test("q", on(5, 1), modality="community", group="msm"),
                hiv_test("r", on(5, 1)),
            ],
            1,
            3,
        ),
        example(
            "Âm tính rồi dương tính trong kỳ: một người ở cả tử số và mẫu số.",
            "Negative, then positive in the period: one person in both.",
            FIRST_QUARTER,
            [hiv_test("p", on(5, 1)), hiv_test("p", on(5, 3), "positive")],
            1,
            1,
        ),
        example(
            "Không ai được xét nghiệm: không có tỷ lệ.",
            "Nobody tested: there is no share.",
            FIRST_QUARTER,
            [hiv_test("p", on(5, 4))],
            0,
            0,
        ),
        both_ends(FIRST_QUARTER, lambda who, day: [hiv_test(who, day, "positive")], 2, 2),
        example(
            "Chưa nhận kết quả, chỉ mới có phản ứng, đã biết nhiễm từ trước: không ở phần nào. Hai lần: một "
            "người.",
            "Not told, only reactive, known before: in no part. Twice: one person.",
            FIRST_QUARTER,
            [
                *(hiv_test("p", day, "positive") for day in (on(5, 1), on(6, 1))),
                hiv_test("q", on(5, 1), "positive", told=False),
                hiv_test("r", on(5, 1), "reactive"),
                hiv_test("s", on(5, 1), "positive"),
                detection("s", on(1, 6, 2024)),
            ],
            1,
            1,
        ),
    ),
)

READ: tuple[Indicator, ...] = (HTS_TST, HTS_TST_POS, HTS_YIELD)
UNCHECKED: tuple[Indicator, ...] = ()
