"""How many are in treatment, and came to it."""

from datetime import date

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    FISCAL_YEAR,
    MARCH,
    STATE_MONTH,
    STATE_QUARTER,
    YEARLY,
    aged,
    chosen,
    every,
    example,
    from_on,
    indicator,
    on,
    open_or,
    read,
    says,
    unchecked,
    up_to,
)
from phoihop.engines.indicators.rows import Facts, Latest, Persons, Where, With
from phoihop.engines.indicators.values import Column, Compare, Edge, MonthsAfter, Sign, within
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.indicators.samples import cover, dose, order, spell
from phoihop.programmes.ost.indicators.tables import SPELL
from phoihop.programmes.ost.indicators.treatment import ATTENDING, on_order

BEGINNING = date(2008, 1, 1)  # the first people were treated with methadone here in that year

OST_CURR = indicator(
    "OST_CURR",
    Bilingual(
        "Số người đang điều trị thay thế vào ngày cuối kỳ", "People in substitution treatment on the last day"
    ),
    Persons(on_order()),
    splits=("drug", "sex", "age", "phase"),
    source=unchecked(
        "Thông tư 26/2023/TT-BYT, biểu báo cáo: số người bệnh đang điều trị. Tính theo sổ tiếp nhận và kết "
        "thúc, ở cơ sở quản lý người bệnh; trang của tỉnh đếm ở nơi uống thuốc",
        "Circular 26/2023/TT-BYT, report form: patients in treatment. By admissions and ends, at the "
        "facility whose client it is; the page of the province counts where doses are taken",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Kết thúc đúng ngày cuối kỳ: ngày ấy còn điều trị. Kết thúc trước một ngày: không tính.",
            "Ended on the window's last day: treated on it still. Ended the day before: not counted.",
            MARCH,
            [spell("p", ended=on(31, 3)), spell("q", ended=on(30, 3))],
            1,
        ),
        example(
            "Kỳ báo cáo nhà nước hết ngày 14/03: người tiếp nhận ngày 15/03 thuộc kỳ sau.",
            "The state month ends on 14/03: who was admitted on 15/03 belongs to the next.",
            STATE_MONTH,
            [spell("p", on(14, 3)), spell("q", on(15, 3))],
            1,
        ),
        example(
            "Chuyển từ a sang b ngày 20/03: một người, tính ở b.",
            "Moved from a to b on 20/03: one person, at b.",
            MARCH,
            [
                spell("p", ended=on(19, 3), how="moved"),
                spell("p", on(20, 3), facility="b", came="transfer", since=on(6, 1, 2025)),
            ],
            1,
        ),
        example(
            "Đã kết thúc rồi tiếp nhận lại trong kỳ: một người.",
            "Ended and admitted again within the window: one person.",
            FIRST_QUARTER,
            [spell("p", ended=on(10, 1)), spell("p", on(2, 2), came="again")],
            1,
        ),
        example(
            "Mất ngày 15/03: không còn tính vào cuối kỳ.",
            "Died on 15/03: not in treatment at the end.",
            MARCH,
            [spell("p", ended=on(15, 3), how="died")],
            0,
        ),
        example(
            "Nghỉ lâu mà chưa ai kết thúc thì vẫn tính ở đây; số người thực đến là OST_ATTENDING.",
            "Away for long and ended by nobody counts here; those who really come are OST_ATTENDING.",
            MARCH,
            [spell("p"), order("p", on(1, 1), on(30, 1))],
            1,
        ),
        example(
            "Hai đơn phủ cùng một ngày: đơn ký sau cho biết thuốc và giai đoạn, người vẫn là một.",
            "Two orders cover the day: the one signed later tells medicine and phase; one person all the "
            "same.",
            MARCH,
            [
                spell("p"),
                order("p", on(1, 3), on(31, 3), phase="adjustment"),
                order("p", on(20, 3), on(18, 4), drug="buprenorphine", mg=8, signed=on(20, 3)),
            ],
            1,
        ),
        example(
            "Tiếp nhận và có đơn ngay ngày cuối kỳ: một người, theo đơn ấy.",
            "Admitted, with an order, on the last day: one person, by that order.",
            MARCH,
            [spell("p", on(31, 3)), order("p", on(31, 3), on(2, 4), phase="induction")],
            1,
        ),
    ),
)

OST_ATTENDING = indicator(
    "OST_ATTENDING",
    Bilingual(
        "Số người đang điều trị có uống hoặc giữ thuốc trong 30 ngày cuối",
        "People in treatment with a dose or cover in the last 30 days",
    ),
    Persons(ATTENDING),
    splits=("sex", "age"),
    source=chosen(
        "Vắng quá 30 ngày thì không tính là còn đến; bỏ liều không làm hồ sơ tự kết thúc",
        "Away for more than 30 days is not coming any more; missed doses end nothing by themselves",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Liều gần nhất cách ngày cuối đúng 30 ngày: còn tính; 31 ngày: không.",
            "The last dose exactly 30 days before the end: counted; 31 days: not.",
            MARCH,
            [spell("p"), spell("q"), dose("p", on(1, 3)), dose("q", on(28, 2))],
            1,
        ),
        example(
            "Chai mang về trả lại còn nguyên không phải là đã uống.",
            "A bottle that came back full was not taken.",
            MARCH,
            [spell("p"), dose("p", on(10, 3), bottle=True), cover("p", on(10, 3), gone=True)],
            0,
        ),
        example(
            "Nằm viện được cấp thuốc, hoặc uống nhờ ở b: vẫn đang đến, tính ở cơ sở của mình.",
            "Supplied in hospital, or taking doses at b as a guest: coming, counted at the own facility.",
            MARCH,
            [
                spell("p"),
                spell("q"),
                cover("p", on(20, 3), kind="inpatient"),
                dose("q", on(30, 3), facility="b"),
            ],
            2,
        ),
        example(
            "Vừa chuyển đến b ngày 30/03, chưa uống ở b: liều ở a ngày 29/03 cho biết vẫn đang đến.",
            "Moved to b on 30/03 with no dose there yet: the dose of 29/03 at a tells that they come.",
            MARCH,
            [
                spell("p", ended=on(29, 3), how="moved"),
                dose("p", on(29, 3)),
                spell("p", on(30, 3), facility="b", came="transfer", since=on(6, 1, 2025)),
            ],
            1,
        ),
        example(
            "Nghỉ hai tháng rồi trở lại ngày 25/03: lại tính.",
            "Away for two months and back on 25/03: counted again.",
            MARCH,
            [spell("p"), dose("p", on(20, 1)), dose("p", on(25, 3), mg=30)],
            1,
        ),
        example(
            "Liều sau ngày cuối kỳ không nói gì về kỳ này.",
            "A dose after the window says nothing of it.",
            MARCH,
            [spell("p"), dose("p", on(1, 4))],
            0,
        ),
        example(
            "Chai hoặc thuốc nội trú của ngày 01/03, hoặc của ngày cuối kỳ: còn đến. Của ngày 28/02, hoặc "
            "chỉ của ngày 01/04: không.",
            "A bottle or supply for 01/03, or for the last day: coming. For 28/02, or for 01/04 alone: not.",
            MARCH,
            [
                *(spell(who) for who in "pqrs"),
                cover("p", on(1, 3), kind="inpatient"),
                cover("q", on(31, 3)),
                cover("r", on(28, 2)),
                cover("s", on(1, 4)),
            ],
            2,
        ),
        example(
            "Kết thúc trước ngày cuối kỳ, hoặc sau kỳ mới tiếp nhận: không còn, chưa điều trị, dù có uống "
            "trong kỳ.",
            "Ended before the last day, or admitted after it: not in treatment, though doses were taken in "
            "March.",
            MARCH,
            [
                spell("p", ended=on(30, 3)),
                dose("p", on(30, 3)),
                spell("q", on(1, 4)),
                dose("q", on(31, 3), began=None, outside=True),
            ],
            0,
        ),
    ),
)

OST_NEW = indicator(
    "OST_NEW",
    Bilingual("Số người được tiếp nhận điều trị trong kỳ", "People admitted to treatment in the period"),
    Persons(
        aged(
            Where(Facts(SPELL), every(within(Column("began")), says("came", "new", "again"))), Column("began")
        )
    ),
    splits=("came", "sex", "age"),
    source=chosen(
        "Tiếp nhận mới và điều trị lại; chuyển đến không phải tiếp nhận mới (như TX_NEW của PEPFAR MER)",
        "Admitted, for the first time or again; transfers in are none (as TX_NEW of PEPFAR MER has it)",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Ngày đầu và ngày cuối kỳ đều thuộc kỳ.",
            "The window's first and last day belong to it.",
            MARCH,
            [spell("p", on(1, 3)), spell("q", on(31, 3)), spell("r", on(1, 4))],
            2,
        ),
        example(
            "Chuyển đến không phải tiếp nhận mới.",
            "A transfer in is no admission.",
            MARCH,
            [spell("p", on(10, 3), facility="b", came="transfer", since=on(6, 1, 2025))],
            0,
        ),
        example(
            "Kết thúc năm trước, nay tiếp nhận lại: tính, ở nhóm điều trị lại.",
            "Ended last year and admitted again now: counted, as admitted again.",
            MARCH,
            [spell("p", ended=on(1, 10, 2025)), spell("p", on(10, 3), came="again")],
            1,
        ),
        example(
            "Tiếp nhận, thôi, rồi tiếp nhận lại ngay trong quý: một người.",
            "Admitted, ended and admitted again within one quarter: one person.",
            FIRST_QUARTER,
            [spell("p", on(5, 1), ended=on(20, 1)), spell("p", on(2, 3), came="again")],
            1,
        ),
        example(
            "Quý I của báo cáo nhà nước bắt đầu từ 15/12 năm trước.",
            "The first state quarter begins on 15/12 of the year before.",
            STATE_QUARTER,
            [spell("p", on(14, 12, 2025)), spell("q", on(15, 12, 2025))],
            1,
        ),
    ),
)

_SIX = "six_months"
_LONG = Where(
    With(Facts(SPELL), _SIX, MonthsAfter(Column("since"), 6)),
    every(
        up_to("began"),
        up_to(_SIX),
        open_or("ended", every(from_on("ended"), Compare(Column("ended"), Sign.AT_LEAST, Column(_SIX)))),
    ),
)

KP_MAT = indicator(
    "KP_MAT",
    Bilingual(
        "Số người điều trị thay thế từ 6 tháng trở lên, tại một thời điểm bất kỳ trong năm",
        "People on medication-assisted treatment for at least 6 months, at any time in the year",
    ),
    Persons(aged(Latest(_LONG, (WHO,), ("began",)), Edge.LAST)),
    splits=("sex", "age"),
    spans=YEARLY,
    source=read(
        "PEPFAR MER, KP_MAT: đã điều trị ít nhất 6 tháng kể từ khi bắt đầu, tại một thời điểm bất kỳ trong "
        "năm tài chính. Hồ sơ không ghi ai tiêm chích nên mọi người bệnh đều tính",
        "PEPFAR MER, KP_MAT: treated for at least 6 months since initiation at any time in the fiscal year. "
        "Files do not say who injects, so every client counts",
    ),
    since=date(2016, 10, 1),
    examples=(
        example(
            "Bắt đầu ngày 30/03: ngày cuối năm tài chính 30/09 vừa đủ 6 tháng. Ngày 31/03: cuối tháng 9, "
            "cũng đủ.",
            "Began on 30/03: six months on the fiscal year's last day, 30/09. On 31/03: at September's end, "
            "too.",
            FISCAL_YEAR,
            [spell("p", on(30, 3)), spell("q", on(31, 3)), spell("r", on(1, 4))],
            2,
        ),
        example(
            "Kết thúc trong năm sau khi đã đủ 6 tháng: tính. Kết thúc trước khi đủ: không.",
            "Ended within the year after six months: counted. Ended before: not.",
            FISCAL_YEAR,
            [spell("p", on(1, 4, 2025), ended=on(1, 10, 2025)), spell("q", on(1, 11, 2025), ended=on(1, 3))],
            1,
        ),
        example(
            "Kết thúc ngày 30/09/2025, trước năm tài chính: không tính.",
            "Ended on 30/09/2025, before the fiscal year: not counted.",
            FISCAL_YEAR,
            [spell("p", ended=on(30, 9, 2025))],
            0,
        ),
        example(
            "Bốn tháng ở a rồi chuyển sang b: tính từ ngày bắt đầu, một người, ở b.",
            "Four months at a, then moved to b: counted from the beginning, one person, at b.",
            FISCAL_YEAR,
            [
                spell("p", on(1, 12, 2025), ended=on(31, 3), how="moved"),
                spell("p", on(1, 4), facility="b", came="transfer", since=on(1, 12, 2025)),
            ],
            1,
        ),
        example(
            "Bỏ rồi tiếp nhận lại là bắt đầu lại: hai lần năm tháng không thành 6 tháng.",
            "Admitted anew begins anew: five months twice are not six.",
            FISCAL_YEAR,
            [
                spell("p", on(1, 10, 2025), ended=on(28, 2)),
                spell("p", on(1, 5), came="again"),
            ],
            0,
        ),
        example(
            "Chuyển đến từ ngoài hệ thống đúng ngày cuối năm, đã điều trị từ 2025: tính. Hôm sau: năm sau.",
            "Transferred in from outside on the year's last day, treated since 2025: counted. The day "
            "after: of the next year.",
            FISCAL_YEAR,
            [
                spell("p", on(30, 9), came="transfer", since=on(1, 1, 2025)),
                spell("q", on(1, 10), came="transfer", since=on(1, 1, 2025)),
            ],
            1,
        ),
        example(
            "Đủ 6 tháng đúng ngày cuối điều trị: tính. Thiếu một ngày: không.",
            "Six months on the last day of treatment: counted. A day less: not.",
            FISCAL_YEAR,
            [
                spell("p", on(1, 11, 2025), ended=on(1, 5)),
                spell("q", on(1, 11, 2025), ended=on(30, 4)),
            ],
            1,
        ),
    ),
)

READ: tuple[Indicator, ...] = (KP_MAT,)
UNCHECKED: tuple[Indicator, ...] = (OST_CURR,)
CHOSEN: tuple[Indicator, ...] = (OST_ATTENDING, OST_NEW)
