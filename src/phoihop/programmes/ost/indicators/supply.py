"""How much methadone there is, is used, and how long it would last."""

from datetime import date

from phoihop.engines.indicators.definitions import Better, Example, Hiding, Indicator, Unit
from phoihop.engines.indicators.parts import (
    MARCH,
    STATE_MONTH,
    Given,
    before,
    chosen,
    every,
    example,
    given,
    indicator,
    on,
    read,
    says,
    up_to,
)
from phoihop.engines.indicators.rows import Facts, Rows, Total, Where
from phoihop.engines.indicators.values import Column, Edge, Value, within
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.indicators.current import BEGINNING
from phoihop.programmes.ost.indicators.samples import shelf
from phoihop.programmes.ost.indicators.tables import MOVE, SHELF, WORDS

USED_OVER = 30  # days whose use says how long the stock lasts
_SHELVES = ("store", "daily-cabinet", "point")  # what came back is never given again

_STOCK: Rows = Where(Facts(SHELF), every(says("drug", "methadone"), says("place", *_SHELVES), up_to("day")))


def _used(first: Value) -> Rows:
    """What went out to clients: doses, and bottles when they are handed out."""
    gone = every(says("drug", "methadone"), says("source", *_SHELVES), says("target", "client", "bottle-out"))
    return Where(Facts(MOVE), every(gone, within(Column("day"), first)))


def moved(
    day: date, quantity: int, source: str = "daily-cabinet", target: str = "client", drug: str = "methadone"
) -> Given:
    """A row of an example: ml that went out, in doses unless said."""
    return given(
        MOVE,
        facility="a",
        target_facility="a",
        day=day,
        drug=drug,
        strength=10,
        source=source,
        target=target,
        quantity=quantity,
    )


def _other_ways(numerator: int) -> Example:
    """Medicine that goes any way but to a client, or comes to one from where none is given."""
    places = [name for name in WORDS["ost.move", "source"] if name not in (*_SHELVES, "bottle-out")]
    ends = [name for name in WORDS["ost.move", "target"] if name not in ("client", "bottle-out")]
    return example(
        "Mọi đường khác (nhập, chuyển chỗ, đổ vỡ, hao hụt, trả lại, hủy) không phải là cấp cho người bệnh.",
        "Any other way (bought, moved, spilt, lost, brought back, destroyed) is not given to clients.",
        MARCH,
        [
            *(moved(on(1, 3), 8, source=name) for name in places),
            *(moved(on(1, 3), 8, source="store", target=name) for name in ends),
        ],
        numerator,
    )


OST_STOCK_ML = indicator(
    "OST_STOCK_ML",
    Bilingual("Tồn kho methadone cuối kỳ (ml)", "Methadone in stock on the last day (ml)"),
    Total(_STOCK, "change"),
    unit=Unit.ML,
    better=Better.NEITHER,
    hiding=Hiding.NOTHING,
    source=read(
        "Thông tư 14/2015/TT-BYT, phụ lục 1, cột Tồn cuối kỳ: kho, tủ trong ngày và điểm cấp phát; không kể "
        "chai mang về và thuốc trả lại chờ hủy",
        "Circular 14/2015/TT-BYT, annex 1, column Closing: store, daily cabinet and points; without bottles "
        "that are out and what came back to be destroyed",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Nhập 5.000 ml, chuyển 1.000 ml sang tủ, đã dùng 300 ml: còn 4.700 ml.",
            "5,000 ml came in, 1,000 ml went to the cabinet, 300 ml were used: 4,700 ml are left.",
            MARCH,
            [
                shelf(on(2, 1), 5000),
                shelf(on(1, 3), -1000),
                shelf(on(1, 3), 1000, "daily-cabinet"),
                shelf(on(2, 3), -300, "daily-cabinet"),
            ],
            4700,
        ),
        example(
            "Chai mang về và thuốc trả lại không còn là tồn kho; buprenorphine tính bằng viên.",
            "Bottles that are out and medicine that came back are no stock; buprenorphine is counted in "
            "tablets.",
            MARCH,
            [
                shelf(on(2, 3), 100),
                shelf(on(2, 3), 50, "bottle-out"),
                shelf(on(2, 3), 6, "returned"),
                shelf(on(2, 3), 400, drug="buprenorphine", strength=2),
            ],
            100,
        ),
        example(
            "Nhập sau ngày cuối kỳ không tính.",
            "What came after the last day does not count.",
            STATE_MONTH,
            [shelf(on(14, 3), 100), shelf(on(15, 3), 900)],
            100,
        ),
        example(
            "Điểm cấp phát cũng là tồn kho, kể cả hàng đến đúng ngày cuối kỳ.",
            "What is at a dispensing point is stock, be it that it came on the last day.",
            MARCH,
            [shelf(on(2, 3), 100), shelf(on(31, 3), 20, "point")],
            120,
        ),
    ),
)

OST_USED_ML = indicator(
    "OST_USED_ML",
    Bilingual(
        "Methadone đã cấp cho người bệnh trong kỳ (ml)", "Methadone given to clients in the period (ml)"
    ),
    Total(_used(Edge.FIRST), "quantity"),
    unit=Unit.ML,
    better=Better.NEITHER,
    hiding=Hiding.PEOPLE,
    source=chosen(
        "Liều uống tại chỗ và chai đã cấp; không trừ chai trả lại. Ít ml là ít người nên số nhỏ được che",
        "Doses and bottles handed out; bottles that come back are not taken off. Few ml are few people, so "
        "small numbers are hidden",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Uống 8 ml tại chỗ, cấp chai 16 ml: 24 ml.",
            "A dose of 8 ml, bottles of 16 ml: 24 ml.",
            MARCH,
            [moved(on(1, 3), 8), moved(on(1, 3), 16, target="bottle-out")],
            24,
        ),
        example(
            "Chai đã cấp được uống: không tính lần nữa; chuyển kho, hao hụt: không phải cấp cho người bệnh.",
            "A bottle that is drunk is not counted again; what is moved or lost was given to nobody.",
            MARCH,
            [
                moved(on(1, 3), 8, source="bottle-out"),
                moved(on(1, 3), 1000, source="store", target="daily-cabinet"),
                moved(on(1, 3), 3, target="loss"),
            ],
            0,
        ),
        example(
            "Chỉ ngày trong kỳ.",
            "Only days of the window.",
            MARCH,
            [moved(on(28, 2), 8), moved(on(1, 3), 8), moved(on(31, 3), 8), moved(on(1, 4), 8)],
            16,
        ),
        _other_ways(0),
        example(
            "Cấp từ kho, tủ hay điểm cấp phát đều tính; buprenorphine thì không.",
            "Given from the store, the cabinet or a point: all count; buprenorphine does not.",
            MARCH,
            [
                moved(on(1, 3), 8, source="store"),
                moved(on(1, 3), 8, source="daily-cabinet"),
                moved(on(1, 3), 8, source="point", target="bottle-out"),
                moved(on(1, 3), 4, drug="buprenorphine"),
            ],
            24,
        ),
    ),
)

OST_STOCK_30 = indicator(
    "OST_STOCK_30",
    Bilingual(
        "Tồn kho methadone so với lượng dùng 30 ngày cuối kỳ (100 % là đủ 30 ngày)",
        "Methadone in stock against the use of the last 30 days (100 % lasts 30 days)",
    ),
    Total(_STOCK, "change"),
    Total(_used(before(USED_OVER - 1)), "quantity"),
    hiding=Hiding.PEOPLE,
    source=chosen(
        "Tồn cuối kỳ chia cho lượng đã cấp 30 ngày cuối; trang kho tính số ngày theo đơn sắp tới và hạn "
        "dùng của lô",
        "Closing stock over what was given in the last 30 days; the page of the stock counts days by orders "
        "to come and by expiry",
    ),
    since=BEGINNING,
    examples=(
        example(
            "Còn 4.000 ml, 30 ngày qua dùng 2.000 ml: 200 %, tức 60 ngày.",
            "4,000 ml are left and 2,000 ml were used in 30 days: 200 %, which is 60 days.",
            MARCH,
            [shelf(on(2, 1), 4000), moved(on(5, 3), 2000)],
            4000,
            2000,
        ),
        example(
            "30 ngày cuối của tháng 3 bắt đầu từ ngày 02/03.",
            "The last 30 days of March begin on 02/03.",
            MARCH,
            [shelf(on(2, 1), 100), moved(on(1, 3), 8), moved(on(2, 3), 8)],
            100,
            8,
        ),
        example(
            "Không dùng gì: không có tỷ lệ.",
            "Nothing was used: no share.",
            MARCH,
            [shelf(on(2, 1), 100)],
            100,
            0,
        ),
        example(
            "Tồn và lượng dùng của đúng ngày cuối kỳ được tính, của hôm sau thì không.",
            "Stock and use of the last day itself count, those of the day after do not.",
            MARCH,
            [
                shelf(on(31, 3), 100),
                shelf(on(1, 4), 900),
                moved(on(31, 3), 8),
                moved(on(1, 4), 80),
            ],
            100,
            8,
        ),
        example(
            "Chai mang về, thuốc khác và thuốc chỉ chuyển chỗ không ở phần nào.",
            "Bottles that are out, another medicine, and what only changed its place are in no part.",
            MARCH,
            [
                shelf(on(2, 3), 100),
                shelf(on(2, 3), 50, "bottle-out"),
                shelf(on(2, 3), 400, drug="buprenorphine", strength=2),
                moved(on(5, 3), 8),
                moved(on(5, 3), 8, source="bottle-out"),
                moved(on(5, 3), 500, source="store", target="daily-cabinet"),
                moved(on(5, 3), 4, drug="buprenorphine"),
            ],
            100,
            8,
        ),
    ),
)

READ: tuple[Indicator, ...] = (OST_STOCK_ML,)
UNCHECKED: tuple[Indicator, ...] = ()
CHOSEN: tuple[Indicator, ...] = (OST_USED_ML, OST_STOCK_30)
