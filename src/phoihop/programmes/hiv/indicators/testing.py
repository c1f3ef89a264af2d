"""HIV testing: who was tested and told, who was found, and the contacts of people with HIV."""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Indicator, Unit
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    example,
    first_of,
    indicator,
    on,
    read,
    says,
    unchecked,
    up_to,
)
from phoihop.engines.indicators.rows import Count, Facts, Joined, Persons, Rows, Where
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
from phoihop.programmes.hiv.facts import CONTACT, DETECTION, INDEX, TEST
from phoihop.programmes.hiv.indicators.parts import WHO_SPLITS
from phoihop.programmes.hiv.indicators.samples import contact, detection, hiv_test, index

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
    "PEPFAR MER, HTS_TST: đếm người được xét nghiệm và nhận kết quả; dương tính khi đã khẳng định "
    "(TT 02/2020/TT-BYT)",
    "PEPFAR MER, HTS_TST: people tested who got their result; positive once confirmed "
    "(Circular 02/2020/TT-BYT)",
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
    ),
)

_CONTACT_SPLITS = ("sex", "age", "tie")
_REACHED = Where(Facts(CONTACT), AllOf((within(Column("tested")), says("result", "positive", "negative"))))
_NAMED = Where(Facts(CONTACT), IN_WINDOW)
_MER_INDEX = read(
    "PEPFAR MER 2.6, HTS_INDEX: người được tìm ra và xét nghiệm qua người nhiễm HIV, đã nhận kết quả",
    "PEPFAR MER 2.6, HTS_INDEX: people identified and tested through index testing who got their result",
)
_MER_STEPS = unchecked(
    "PEPFAR MER 2.6, HTS_INDEX: các bước được đề nghị, đồng ý, kể tên, biết tình trạng",
    "PEPFAR MER 2.6, HTS_INDEX: the steps offered, accepted, named, status known",
)

HTS_INDEX = indicator(
    "HTS_INDEX",
    Bilingual(
        "Số bạn tình, bạn chích, con của người nhiễm HIV được xét nghiệm và nhận kết quả",
        "Contacts of people living with HIV tested who got their result",
    ),
    Persons(_REACHED),
    splits=_CONTACT_SPLITS,
    source=_MER_INDEX,
    since=date(2019, 10, 1),
    examples=(
        example(
            "Một âm tính, một dương tính: hai người.",
            "One negative, one positive: two people.",
            FIRST_QUARTER,
            [contact("p", on(5, 1), on(9, 1), "negative"), contact("q", on(5, 1), on(9, 1), "positive")],
            2,
        ),
        example(
            "Đã biết nhiễm từ trước thì không xét nghiệm nên không tính.",
            "Who had known of their HIV before was not tested and is not counted.",
            FIRST_QUARTER,
            [contact("p", on(5, 1), on(9, 1), "known")],
            0,
        ),
        example(
            "Được kể tên ở kỳ trước, xét nghiệm trong kỳ này: tính kỳ này.",
            "Named in the period before, tested in this one: counted here.",
            FIRST_QUARTER,
            [contact("p", on(20, 12, 2025), on(3, 1), "negative"), contact("q", on(5, 1))],
            1,
        ),
        example(
            "Hai người nhiễm cùng kể một người: một người.",
            "Named by two people: one person.",
            FIRST_QUARTER,
            [
                contact("p", on(5, 1), on(9, 1), "negative"),
                contact("p", on(6, 1), on(9, 1), "negative", facility="b"),
            ],
            1,
        ),
    ),
)

HTS_INDEX_YIELD = indicator(
    "HTS_INDEX_YIELD",
    Bilingual("Tỷ lệ dương tính trong số người tiếp xúc được xét nghiệm", "Positive among tested contacts"),
    Persons(Where(_REACHED, says("result", "positive"))),
    Persons(_REACHED),
    splits=_CONTACT_SPLITS,
    better=Better.NEITHER,
    source=_MER_INDEX,
    since=date(2019, 10, 1),
    examples=(
        example(
            "Một dương tính trong hai người.",
            "One positive of two.",
            FIRST_QUARTER,
            [contact("p", on(5, 1), on(9, 1), "negative"), contact("q", on(5, 1), on(9, 1), "positive")],
            1,
            2,
        ),
        example(
            "Người đã biết nhiễm không vào mẫu số.",
            "Known before: not in the denominator.",
            FIRST_QUARTER,
            [contact("p", on(5, 1), on(9, 1), "known"), contact("q", on(5, 1), on(9, 1), "positive")],
            1,
            1,
        ),
        example(
            "Chưa tiếp cận được ai.",
            "Nobody reached yet.",
            FIRST_QUARTER,
            [contact("p", on(5, 1)), contact(None, on(5, 1), tie="needle")],
            0,
            0,
        ),
    ),
)

HTS_INDEX_ACCEPTED = indicator(
    "HTS_INDEX_ACCEPTED",
    Bilingual(
        "Tỷ lệ người nhiễm HIV đồng ý trong số được đề nghị xét nghiệm người tiếp xúc",
        "People who agreed among those offered that their contacts be tested",
    ),
    Persons(Where(Facts(INDEX), AllOf((IN_WINDOW, Column("accepted"))))),
    Persons(Where(Facts(INDEX), IN_WINDOW)),
    splits=(),
    better=Better.NEITHER,  # it is voluntary: a share to be pushed up would press people
    source=_MER_STEPS,
    since=date(2019, 10, 1),
    examples=(
        example(
            "Hai người được đề nghị, một đồng ý.",
            "Two were asked, one agreed.",
            FIRST_QUARTER,
            [index("p", on(5, 1)), index("q", on(5, 1), accepted=False)],
            1,
            2,
        ),
        example(
            "Từ chối lần đầu, lần sau đồng ý: một người, đã đồng ý.",
            "Declined first and agreed later: one person who agreed.",
            FIRST_QUARTER,
            [index("p", on(5, 1), accepted=False), index("p", on(9, 2))],
            1,
            1,
        ),
        example(
            "Đề nghị sau kỳ: không tính.",
            "Asked after the period: not counted.",
            FIRST_QUARTER,
            [index("p", on(1, 4))],
            0,
            0,
        ),
    ),
)

HTS_INDEX_CONTACTS = indicator(
    "HTS_INDEX_CONTACTS",
    Bilingual("Số lượt người tiếp xúc được kể", "Contacts named"),
    Count(_NAMED),
    unit=Unit.EVENTS,
    splits=_CONTACT_SPLITS,
    better=Better.NEITHER,
    source=_MER_STEPS,
    since=date(2019, 10, 1),
    examples=(
        example(
            "Kể hai người, một chưa rõ là ai.",
            "Two named, one of them not identified yet.",
            FIRST_QUARTER,
            [contact("p", on(5, 1)), contact(None, on(5, 1), tie="needle")],
            2,
        ),
        example(
            "Hai người nhiễm cùng kể một người: hai lượt.",
            "Named by two people: twice.",
            FIRST_QUARTER,
            [contact("p", on(5, 1)), contact("p", on(6, 1), facility="b")],
            2,
        ),
        example(
            "Được kể ở kỳ trước: không tính.",
            "Named in the period before: not counted.",
            FIRST_QUARTER,
            [contact("p", on(31, 12, 2025), on(5, 1), "negative")],
            0,
        ),
    ),
)

HTS_INDEX_KNOWN = indicator(
    "HTS_INDEX_KNOWN",
    Bilingual(
        "Tỷ lệ người tiếp xúc được kể trong kỳ đã biết tình trạng HIV",
        "Contacts named in the period whose status is known",
    ),
    Count(Where(_NAMED, up_to("tested"))),
    Count(_NAMED),
    splits=_CONTACT_SPLITS,
    source=_MER_STEPS,
    since=date(2019, 10, 1),
    examples=(
        example(
            "Ba người được kể: một âm tính, một đã biết nhiễm, một chưa tiếp cận.",
            "Three named: one negative, one known before, one not reached.",
            FIRST_QUARTER,
            [
                contact("p", on(5, 1), on(9, 1), "negative"),
                contact("q", on(5, 1), on(9, 1), "known"),
                contact("r", on(5, 1)),
            ],
            2,
            3,
        ),
        example(
            "Xét nghiệm sau kỳ: kỳ này chưa biết.",
            "Tested after the period: not known in it.",
            FIRST_QUARTER,
            [contact("p", on(30, 3), on(1, 4), "negative")],
            0,
            1,
        ),
        example(
            "Xét nghiệm đúng ngày cuối kỳ.",
            "Tested on the last day.",
            FIRST_QUARTER,
            [contact("p", on(30, 3), on(31, 3), "negative")],
            1,
            1,
        ),
    ),
)

READ: tuple[Indicator, ...] = (HTS_TST, HTS_TST_POS, HTS_YIELD, HTS_INDEX, HTS_INDEX_YIELD)
UNCHECKED: tuple[Indicator, ...] = (HTS_INDEX_ACCEPTED, HTS_INDEX_CONTACTS, HTS_INDEX_KNOWN)
