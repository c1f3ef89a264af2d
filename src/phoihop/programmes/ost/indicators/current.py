"""How many are in treatment, came to it, left it."""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Indicator
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
from phoihop.programmes.ost.indicators.treatment import ATTENDING, left, on_order

BEGINNING = date(2008, 1, 1)  # the first people were treated with methadone here in that year

OST_CURR = indicator(
    "OST_CURR",
    Bilingual(
        "Số người đang điều trị thay thế vào ngày cuối kỳ", "People in substitution treatment on the last day"
    ),
    Persons(on_order()),
    splits=("drug", "sex", "age", "phase"),
    source=unchecked(
        "Thông tư 26/2023/TT-BYT, biểu báo cáo: số người bệnh đang điều trị. Tính theo sổ tiếp nhận và "
        "kết thúc, "
        "ở cơ sở quản lý người bệnh; trang của tỉnh đếm ở nơi uống thuốc",
        "Circular 26/2023/TT-BYT, report form: patients in treatment. By admissions and ends, at the "
        "facility "
        "whose client it is; the page of the province counts where doses are taken",
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

OST_LEFT = indicator(
    "OST_LEFT",
    Bilingual("Số người rời điều trị trong kỳ, theo lý do", "People who left treatment, by reason"),
    Persons(left()),
    better=Better.LESS,
    splits=("reason", "sex", "age"),
    source=chosen(
        "Kết thúc trong kỳ, hoặc vắng quá 30 ngày đến hết kỳ; ai đã tính là vắng thì không tính lại lúc "
        "kết thúc",
        "Ended in the period, or away for over 30 days to its end; who was counted as away is not again "
        "when ended",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Kết thúc theo nguyện vọng ngày 31/03 và ngày 01/04: người sau thuộc kỳ sau.",
            "Ended by wish on 31/03 and on 01/04: the latter belongs to the next window.",
            MARCH,
            [
                spell("p", ended=on(31, 3)),
                dose("p", on(30, 3)),
                spell("q", ended=on(1, 4)),
                dose("q", on(31, 3)),
            ],
            1,
        ),
        example(
            "Mất trong kỳ: tính, lý do tử vong.",
            "Died within the window: counted, as died.",
            MARCH,
            [spell("p", ended=on(12, 3), how="died"), dose("p", on(12, 3))],
            1,
        ),
        example(
            "Liều cuối ngày 10/02: từ ngày 13/03 là vắng quá 30 ngày, chưa trở lại: rời trong kỳ.",
            "Last dose on 10/02: away for over 30 days since 13/03 and not back: left in March.",
            MARCH,
            [spell("p"), dose("p", on(10, 2))],
            1,
        ),
        example(
            "Vắng từ 13/03 nhưng ngày 31/03 trở lại uống: không rời.",
            "Away since 13/03 and back on 31/03: did not leave.",
            MARCH,
            [spell("p"), dose("p", on(10, 2)), dose("p", on(31, 3))],
            0,
        ),
        example(
            "Vắng từ tháng 1, tháng 3 mới ghi kết thúc: đã tính ở tháng rời, không tính lần nữa.",
            "Away since January and ended on paper in March: counted when they went, and not again.",
            MARCH,
            [spell("p", ended=on(20, 3), how="dropped-out"), dose("p", on(10, 1))],
            0,
        ),
        example(
            "Chuyển sang b: a có một người rời (chuyển đi); ở b vẫn đang điều trị.",
            "Moved to b: one left a, as transferred; in treatment at b.",
            MARCH,
            [
                spell("p", ended=on(19, 3), how="moved"),
                dose("p", on(19, 3)),
                spell("p", on(20, 3), facility="b", came="transfer", since=on(6, 1, 2025)),
                dose("p", on(20, 3), facility="b", began=on(20, 3)),
            ],
            1,
        ),
        example(
            "Giữ chai cho đến 20/03 rồi nghỉ: chưa quá 30 ngày. Chai trả lại còn nguyên thì không tính "
            "là giữ.",
            "Bottles up to 20/03, then nothing: not over 30 days. Bottles that came back full do not count.",
            MARCH,
            [
                spell("p"),
                spell("q"),
                dose("p", on(20, 2)),
                dose("q", on(20, 2)),
                cover("p", on(20, 3)),
                cover("q", on(20, 3), gone=True),
            ],
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
        "PEPFAR MER, KP_MAT: đã điều trị ít nhất 6 tháng kể từ khi bắt đầu, tại một thời điểm bất kỳ "
        "trong năm "
        "tài chính. Hồ sơ không ghi ai tiêm chích nên mọi người bệnh đều tính",
        "PEPFAR MER, KP_MAT: treated for at least 6 months since initiation at any time in the fiscal year. "
        "Files do not say who injects, so every client counts",
    ),
    since=date(2016, 10, 1),
    examples=(
        example(
            "Bắt đầu ngày 30/03: ngày cuối năm tài chính 30/09 vừa đủ 6 tháng. Ngày 31/03: cuối tháng 9, "
            "cũng đủ.",
            "Began on 30/03: six months on the fiscal year's last day, 30/09. On 31/03: at September's "
            "end, too.",
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
    ),
)

READ: tuple[Indicator, ...] = (KP_MAT,)
UNCHECKED: tuple[Indicator, ...] = (OST_CURR,)
CHOSEN: tuple[Indicator, ...] = (OST_ATTENDING, OST_NEW, OST_LEFT)
