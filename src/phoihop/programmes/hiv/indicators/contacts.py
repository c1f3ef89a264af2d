"""Index testing: the contacts of people with HIV, step by step. Nobody is told who named them."""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Indicator, Unit
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    both_ends,
    example,
    indicator,
    on,
    read,
    says,
    unchecked,
    up_to,
)
from phoihop.engines.indicators.rows import Count, Facts, Persons, Where
from phoihop.engines.indicators.values import (
    AllOf,
    Column,
    within,
)
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import CONTACT, INDEX
from phoihop.programmes.hiv.indicators.samples import contact, index

IN_WINDOW = within(Column("day"))
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
        both_ends(FIRST_QUARTER, lambda who, day: [contact(who, on(1, 12, 2025), day, "negative")]),
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
        both_ends(FIRST_QUARTER, lambda who, day: [contact(who, on(1, 12, 2025), day, "positive")], 2, 2),
        example(
            "Hai người nhiễm cùng kể một người, xét nghiệm hai lần: một người ở cả hai phần.",
            "Named by two people and tested twice: one person in both parts.",
            FIRST_QUARTER,
            [
                contact("p", on(5, 1), on(9, 1), "positive"),
                contact("p", on(6, 1), on(10, 1), "positive", facility="b"),
            ],
            1,
            1,
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
        both_ends(FIRST_QUARTER, lambda who, day: [index(who, day)], 2, 2),
        example(
            "Đồng ý hai lần: một người.",
            "Agreed twice: one person.",
            FIRST_QUARTER,
            [index("p", on(5, 1)), index("p", on(9, 2))],
            1,
            1,
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
        both_ends(FIRST_QUARTER, lambda who, day: [contact(who, day)]),
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
        both_ends(FIRST_QUARTER, lambda who, day: [contact(who, day, day, "negative")], 2, 2),
        example(
            "Một người được kể hai lần và đã biết tình trạng: hai lượt ở cả hai phần.",
            "Somebody named twice whose status is known: two in both parts.",
            FIRST_QUARTER,
            [
                contact("p", on(5, 1), on(9, 1), "negative"),
                contact("p", on(6, 1), on(9, 1), "negative", facility="b"),
            ],
            2,
            2,
        ),
    ),
)

READ: tuple[Indicator, ...] = (HTS_INDEX, HTS_INDEX_YIELD)
UNCHECKED: tuple[Indicator, ...] = (HTS_INDEX_ACCEPTED, HTS_INDEX_CONTACTS, HTS_INDEX_KNOWN)
