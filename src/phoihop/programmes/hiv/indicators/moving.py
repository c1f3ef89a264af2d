"""Who came into treatment and who left it within a window."""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Indicator
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    HIV_QUARTER,
    example,
    indicator,
    on,
    read,
    says,
    unchecked,
)
from phoihop.engines.indicators.rows import Persons, Where
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.indicators.parts import WHO_SPLITS, described
from phoihop.programmes.hiv.indicators.samples import death, end, person, pickup, start
from phoihop.programmes.hiv.indicators.treatment import NEW, joined, left

SINCE = date(2019, 10, 1)  # the rule of 28 days

TX_NEW = indicator(
    "TX_NEW",
    Bilingual("Số người bắt đầu điều trị ARV lần đầu", "People newly on antiretroviral treatment"),
    Persons(described(NEW)),
    splits=WHO_SPLITS,
    source=read(
        "PEPFAR MER, TX_NEW: không tính chuyển đến và điều trị lại; cộng dồn được qua các kỳ",
        "PEPFAR MER, TX_NEW: neither transfers in nor restarts; sums up over periods",
    ),
    since=date(2014, 10, 1),
    examples=(
        example(
            "Bắt đầu lần đầu ngày 31/03: tính; ngày 01/04: kỳ sau.",
            "First start on 31/03 counts; on 01/04 it is of the next period.",
            FIRST_QUARTER,
            [start("p", on(31, 3)), start("q", on(1, 4))],
            1,
        ),
        example(
            "Chuyển đến và điều trị lại không phải là mới.",
            "Transfers in and restarts are not new.",
            FIRST_QUARTER,
            [start("p", on(5, 2), "transfer", since=on(1, 6, 2020)), start("q", on(5, 2), "again")],
            0,
        ),
        example(
            "Ghi “lần đầu” ở hai cơ sở: chỉ tính lần sớm nhất, vào kỳ của lần đó.",
            "New at two facilities: the earlier one counts, in its own period.",
            FIRST_QUARTER,
            [start("p", on(20, 12, 2025)), start("p", on(5, 2), facility="b"), start("q", on(1, 1))],
            1,
        ),
        example(
            "Cùng ngày ghi chuyển đến ở a và mới ở b: đã điều trị ở đâu đó, không phải mới.",
            "Transferred in at a and new at b on one day: treated somewhere before, so not new.",
            FIRST_QUARTER,
            [start("p", on(5, 2), "transfer"), start("p", on(5, 2), facility="b")],
            0,
        ),
        example(
            "Quý I của báo cáo HIV bắt đầu từ 15/12 năm trước.",
            "The first HIV quarter begins on 15/12 of the year before.",
            HIV_QUARTER,
            [start("p", on(14, 12, 2025)), start("q", on(15, 12, 2025))],
            1,
        ),
    ),
)

TX_ML = indicator(
    "TX_ML",
    Bilingual("Số người rời điều trị ARV trong kỳ", "People who left antiretroviral treatment"),
    Persons(left()),
    better=Better.LESS,
    splits=(*WHO_SPLITS, "reason"),
    source=read(
        "PEPFAR MER 2.4–2.6, TX_ML: đang điều trị đầu kỳ hoặc bắt đầu trong kỳ, rồi quá 28 ngày không đến",
        "PEPFAR MER 2.4–2.6, TX_ML: in treatment before or begun in the period, then over 28 days late",
    ),
    since=SINCE,
    examples=(
        example(
            "Đầu kỳ còn thuốc, cuối kỳ trễ 29 ngày: rời điều trị.",
            "Supplied before the period, 29 days late at its end: left.",
            FIRST_QUARTER,
            [person("p"), start("p", on(1, 3, 2025)), pickup("p", on(2, 12, 2025), 90)],
            1,
        ),
        example(
            "Trễ 28 ngày: chưa rời.",
            "28 days late: not yet.",
            FIRST_QUARTER,
            [person("p"), start("p", on(1, 3, 2025)), pickup("p", on(3, 12, 2025), 90)],
            0,
        ),
        example(
            "Một người mất trong kỳ; một người mất sau kỳ, đến hết kỳ vẫn còn thuốc.",
            "One died in the period; one after it, supplied to its end.",
            FIRST_QUARTER,
            [
                person("p"),
                person("q"),
                pickup("p", on(20, 12, 2025), 120),
                pickup("q", on(20, 12, 2025), 120),
                death("p", on(31, 3)),
                death("q", on(1, 4)),
            ],
            1,
        ),
        example(
            "Bắt đầu trong kỳ rồi không trở lại: cũng là rời điều trị.",
            "Began in the period and did not come back: left too.",
            FIRST_QUARTER,
            [person("p"), start("p", on(2, 1)), pickup("p", on(2, 1), 30)],
            1,
        ),
        example(
            "Chuyển từ a sang b trong kỳ: a có một người rời (chuyển đi).",
            "Moved from a to b within the period: one left a, transferred.",
            FIRST_QUARTER,
            [
                person("p"),
                pickup("p", on(20, 12, 2025), 60),
                end("p", on(1, 2)),
                pickup("p", on(5, 2), 90, "b"),
            ],
            1,
        ),
        example(
            "Đã rời từ trước kỳ thì không tính lần nữa.",
            "Who had left before the period is not counted once more.",
            FIRST_QUARTER,
            [person("p"), pickup("p", on(1, 9, 2025), 30)],
            0,
        ),
        example(
            "Ngày trước kỳ trễ đúng 28 ngày: đầu kỳ còn điều trị nên nay là rời. Trễ 29 ngày: đã rời từ "
            "trước.",
            "Exactly 28 days late on the eve: in treatment before, so left now. 29 days: had left before.",
            FIRST_QUARTER,
            [person("p"), person("q"), pickup("p", on(3, 11, 2025), 30), pickup("q", on(2, 11, 2025), 30)],
            1,
        ),
        example(
            "Ghi bắt đầu ngày 01/01 mà chưa từng lấy thuốc: rời trong kỳ. Ghi bắt đầu ngày 31/12: không "
            "thuộc kỳ.",
            "Written down as begun on 01/01 and never supplied: left. As begun on 31/12: not of this period.",
            FIRST_QUARTER,
            [person("p"), person("q"), start("p", on(1, 1)), start("q", on(31, 12, 2025))],
            1,
        ),
    ),
)

TX_RTT = indicator(
    "TX_RTT",
    Bilingual(
        "Số người quay lại điều trị ARV sau gián đoạn",
        "People who returned to antiretroviral treatment",
    ),
    Persons(Where(joined(), says("how", "returned"))),
    splits=(*WHO_SPLITS, "away"),
    source=read(
        "PEPFAR MER 2.6, TX_RTT: gián đoạn ở kỳ trước, quay lại trong kỳ và còn điều trị đến hết kỳ",
        "PEPFAR MER 2.6, TX_RTT: interrupted before, restarted in the period and in treatment at its end",
    ),
    since=SINCE,
    examples=(
        example(
            "Hết thuốc từ 01/10, lấy lại ngày 10/02, cuối kỳ còn thuốc: quay lại.",
            "Without medicine since 01/10, supplied again on 10/02 and to the end: returned.",
            FIRST_QUARTER,
            [person("p"), pickup("p", on(1, 9, 2025), 30), pickup("p", on(10, 2), 60)],
            1,
        ),
        example(
            "Quay lại đầu tháng 1 rồi lại bỏ: cuối kỳ không còn điều trị nên không tính.",
            "Returned in January and stayed away again: not in treatment at the end, so not counted.",
            FIRST_QUARTER,
            [person("p"), pickup("p", on(1, 9, 2025), 30), pickup("p", on(3, 1), 30)],
            0,
        ),
        example(
            "Cuối kỳ trước trễ đúng 28 ngày thì chưa gián đoạn: lấy thuốc tiếp không phải là quay lại.",
            "Exactly 28 days late at the end of the period before is no interruption: no return either.",
            FIRST_QUARTER,
            [person("p"), pickup("p", on(3, 11, 2025), 30), pickup("p", on(5, 1), 90)],
            0,
        ),
        example(
            "Trễ 29 ngày thì đã gián đoạn: tính.",
            "29 days late is one: counted.",
            FIRST_QUARTER,
            [person("p"), pickup("p", on(2, 11, 2025), 30), pickup("p", on(5, 1), 90)],
            1,
        ),
        example(
            "Đã ngừng từ kỳ trước, nay điều trị lại: quay lại.",
            "Stopped in the period before and treated again: returned.",
            FIRST_QUARTER,
            [
                person("p"),
                pickup("p", on(1, 11, 2025), 90),
                end("p", on(20, 11, 2025), "stopped"),
                pickup("p", on(10, 1), 90),
            ],
            1,
        ),
        example(
            "Được chuyển đi từ kỳ trước, nay đến nơi mới: là chuyển đến, không phải quay lại.",
            "Sent on in the period before and arrived now: a transfer in, no return.",
            FIRST_QUARTER,
            [
                person("p"),
                pickup("p", on(1, 11, 2025), 30),
                end("p", on(20, 11, 2025)),
                pickup("p", on(10, 1), 90, "b"),
            ],
            0,
        ),
        example(
            "Lấy thuốc lại đúng ngày cuối kỳ: quay lại trong kỳ. Hôm sau: kỳ sau.",
            "Supplied again on the last day: returned. The day after: in the next period.",
            FIRST_QUARTER,
            [
                *(person(who) for who in "pq"),
                *(pickup(who, on(1, 9, 2025), 30) for who in "pq"),
                pickup("p", on(31, 3), 60),
                pickup("q", on(1, 4), 60),
            ],
            1,
        ),
        example(
            "Sổ ghi bắt đầu lần đầu ngày 01/01: là mới, không phải quay lại; ghi ngày 31/12: không phải mới "
            "của kỳ này nên là quay lại.",
            "Written down as begun for the first time on 01/01: new, no return. On 31/12: not new in this "
            "period, so a return.",
            FIRST_QUARTER,
            [
                *(person(who) for who in "pq"),
                *(pickup(who, on(1, 9, 2025), 30) for who in "pq"),
                start("p", on(1, 1)),
                start("q", on(31, 12, 2025)),
                *(pickup(who, on(5, 1), 90) for who in "pq"),
            ],
            1,
        ),
        example(
            "Được chuyển đi ngày trước kỳ: là chuyển đến. Nơi cũ ghi chuyển đi ngày 01/01, khi đã gián "
            "đoạn: quay lại. Chuyển đi hai lần: lần sau quyết định.",
            "Sent on on the eve: a transfer in. Sent on on 01/01, when interrupted already: a return. Sent "
            "on twice: the later time decides.",
            FIRST_QUARTER,
            [
                *(person(who) for who in "pqr"),
                pickup("r", on(1, 7, 2025), 30),
                end("r", on(1, 8, 2025)),
                *(pickup(who, on(1, 9, 2025), 30) for who in "pqr"),
                end("p", on(31, 12, 2025)),
                end("q", on(1, 1)),
                end("r", on(20, 12, 2025)),
                *(pickup(who, on(10, 1), 90, "b") for who in "pqr"),
            ],
            1,
        ),
        example(
            "Chuyển đi rồi hôm sau lại lấy thuốc ở đó: lần chuyển ấy không tính nữa. Cùng ngày: là chuyển "
            "đi.",
            "Sent on and supplied there again the day after: that counts no more. On one day: sent on.",
            FIRST_QUARTER,
            [
                *(person(who) for who in "pq"),
                *(pickup(who, on(1, 9, 2025), 30) for who in "pq"),
                end("p", on(31, 8, 2025)),
                end("q", on(1, 9, 2025)),
                *(pickup(who, on(10, 1), 90, "b") for who in "pq"),
            ],
            1,
        ),
    ),
)

TX_TI = indicator(
    "TX_TI",
    Bilingual(
        "Số người đang điều trị ARV do nơi khác chuyển đến", "People in treatment who were transferred in"
    ),
    Persons(Where(joined(), says("how", "arrived"))),
    better=Better.NEITHER,
    splits=WHO_SPLITS,
    source=unchecked(
        "Để cân đối: đang điều trị = kỳ trước + mới + quay lại + chuyển đến − rời; MER không có chỉ số này",
        "To balance: in treatment = before + new + returned + transferred in - left; not an indicator of MER",
    ),
    since=SINCE,
    examples=(
        example(
            "Từ ngoài hệ thống đến, chưa từng lấy thuốc ở đây.",
            "From outside, never supplied here before.",
            FIRST_QUARTER,
            [person("p"), start("p", on(5, 2), "transfer", since=on(1, 6, 2020)), pickup("p", on(5, 2), 60)],
            1,
        ),
        example(
            "Chuyển từ a sang b trong kỳ: b có một người đến.",
            "Moved from a to b in the period: b has one.",
            FIRST_QUARTER,
            [person("p"), pickup("p", on(20, 12, 2025), 60), pickup("p", on(5, 2), 90, "b")],
            1,
        ),
        example(
            "Bắt đầu lần đầu ngay tại đây: là mới, không phải đến.",
            "First start in life, here: new, and not arrived.",
            FIRST_QUARTER,
            [person("p"), start("p", on(5, 2)), pickup("p", on(5, 2), 60)],
            0,
        ),
        example(
            "Ở a từ trước và vẫn ở a, hoặc đã rời a: không phải chuyển đến.",
            "At a before and still, or gone from a: not transferred in.",
            FIRST_QUARTER,
            [
                *(person(who) for who in "pq"),
                *(pickup(who, on(20, 12, 2025), 30) for who in "pq"),
                pickup("p", on(1, 3), 60),
            ],
            0,
        ),
        example(
            "Đến đúng ngày cuối kỳ: tính. Hôm sau: kỳ sau.",
            "Arrived on the last day: counted. The day after: in the next period.",
            FIRST_QUARTER,
            [person("p"), person("q"), pickup("p", on(31, 3), 60), pickup("q", on(1, 4), 60)],
            1,
        ),
        example(
            "Ngày trước kỳ còn điều trị ở a, nay ở b: chuyển đến. Đã gián đoạn từ trước kỳ: là quay lại.",
            "In treatment at a on the eve and at b now: transferred in. Interrupted before: a return.",
            FIRST_QUARTER,
            [
                *(person(who) for who in "pq"),
                pickup("p", on(3, 11, 2025), 30),
                pickup("q", on(2, 11, 2025), 30),
                *(pickup(who, on(5, 1), 90, "b") for who in "pq"),
            ],
            1,
        ),
        example(
            "Sổ ghi bắt đầu lần đầu ngày 01/01: là mới. Ghi ngày 31/12: trong kỳ này là đến.",
            "Written down as begun for the first time on 01/01: new. On 31/12: arrived in this period.",
            FIRST_QUARTER,
            [
                *(person(who) for who in "pq"),
                start("p", on(1, 1)),
                start("q", on(31, 12, 2025)),
                *(pickup(who, on(1, 3), 60) for who in "pq"),
            ],
            1,
        ),
    ),
)

READ: tuple[Indicator, ...] = (TX_NEW, TX_ML, TX_RTT)
UNCHECKED: tuple[Indicator, ...] = (TX_TI,)
