"""How many left treatment, and why."""

from phoihop.engines.indicators.definitions import Better, Indicator
from phoihop.engines.indicators.parts import (
    MARCH,
    chosen,
    example,
    indicator,
    on,
)
from phoihop.engines.indicators.rows import Persons
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.indicators.current import BEGINNING
from phoihop.programmes.ost.indicators.samples import cover, dose, spell
from phoihop.programmes.ost.indicators.treatment import left

OST_LEFT = indicator(
    "OST_LEFT",
    Bilingual("Số người rời điều trị trong kỳ, theo lý do", "People who left treatment, by reason"),
    Persons(left()),
    better=Better.LESS,
    splits=("reason", "sex", "age"),
    source=chosen(
        "Kết thúc trong kỳ, hoặc vắng quá 30 ngày đến hết kỳ; ai đã tính là vắng thì không tính lại lúc kết "
        "thúc",
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
            "Giữ chai cho đến 20/03 rồi nghỉ: chưa quá 30 ngày. Chai trả lại còn nguyên thì không tính là "
            "giữ.",
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
        example(
            "Kết thúc ngày 01/03: thuộc kỳ; ngày 28/02: kỳ trước.",
            "Ended on 01/03: of this period; on 28/02: of the one before.",
            MARCH,
            [
                spell("p", ended=on(1, 3)),
                dose("p", on(28, 2)),
                spell("q", ended=on(28, 2)),
                dose("q", on(27, 2)),
            ],
            1,
        ),
        example(
            "Liều cuối ngày 29/01 hoặc 28/02: vắng quá 30 ngày từ 01/03 và 31/03, thuộc kỳ. Ngày 28/01 hoặc "
            "01/03: không thuộc kỳ.",
            "Last dose on 29/01 or 28/02: away for over 30 days since 01/03 and 31/03, in this period. On "
            "28/01 or 01/03: not in it.",
            MARCH,
            [
                *(spell(who) for who in "pqrs"),
                dose("p", on(28, 1)),
                dose("q", on(29, 1)),
                dose("r", on(28, 2)),
                dose("s", on(1, 3)),
            ],
            2,
        ),
        example(
            "Lần cuối là liều 20/02 hay chai 01/03 đều tính từ lần sau cùng: một người rời, ba người chưa.",
            "Last seen by a dose of 20/02 or a bottle of 01/03: the later one counts. One left, two did not "
            "yet.",
            MARCH,
            [
                *(spell(who) for who in "pqrs"),
                dose("s", on(1, 3)),
                cover("s", on(20, 2)),
                cover("p", on(20, 1)),
                dose("p", on(20, 2)),
                dose("q", on(28, 2)),
                cover("q", on(1, 3)),
                cover("r", on(1, 3)),
                cover("r", on(20, 2)),
            ],
            1,
        ),
        example(
            "Kết thúc ngày 31/03, một ngày trước khi vắng quá 30 ngày: rời vì kết thúc.",
            "Ended on 31/03, a day before being away for over 30 days: left by that end.",
            MARCH,
            [spell("p", ended=on(31, 3)), dose("p", on(1, 3))],
            1,
        ),
        example(
            "Kết thúc, tiếp nhận lại rồi lại kết thúc trong kỳ: một người.",
            "Ended, admitted again and ended again within the period: one person.",
            MARCH,
            [
                spell("p", ended=on(5, 3)),
                dose("p", on(5, 3)),
                spell("p", on(10, 3), ended=on(20, 3), came="again"),
                dose("p", on(20, 3), began=on(10, 3)),
            ],
            1,
        ),
    ),
)

READ: tuple[Indicator, ...] = ()
UNCHECKED: tuple[Indicator, ...] = ()
CHOSEN: tuple[Indicator, ...] = (OST_LEFT,)
