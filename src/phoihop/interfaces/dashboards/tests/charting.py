"""Charts of invented figures, one of each kind and some that are hard to draw; for tests of every sort."""

from datetime import date
from decimal import Decimal
from typing import Any

from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.disclosing import State
from phoihop.interfaces.dashboards.charts.values import (
    Ahead,
    Band,
    Cell,
    Chart,
    Kind,
    Label,
    Place,
    Series,
    not_known,
    shown,
)
from phoihop.kernel.calendars import Window
from phoihop.kernel.refusals import Bilingual

PERCENT = Bilingual("%", "%")
PEOPLE = Bilingual("người", "people")
DAYS = Bilingual("ngày", "days")
WHY = Bilingual(
    "Ẩn để bảo vệ danh tính: số liệu của không quá 7 người. Có thể xem kỳ dài hơn: quý 4/2025: 25 người.",
    "Hidden to protect identities: it is of no more than 7 people. You can see a longer period: "
    "quarter 4/2025: 25 people.",
)
HIDDEN = Cell(None, Bilingual("‹8", "‹8"), WHY, state=State.SMALL)
BETWEEN = Cell(
    None,
    Bilingual("25–45", "25–45"),
    Bilingual("Chỉ nêu khoảng.", "Only a range."),
    least=Decimal(25),
    most=Decimal(45),
    state=State.BAND,
)
UNITS = (
    "Phòng khám Bắc Sông", "Trung tâm Y tế Mường Vang", "Trạm Y tế xã Tà Lèng Thượng", "Phòng khám Nam Sông",
    "Trung tâm Y tế Sìn Hồ Đông", "Điểm cấp phát Pa Ủ", "Trạm Y tế phường Đoàn Kết", "Điểm cấp phát Hua Bum",
)  # fmt: skip


def label(name: str, short: str = "", **more: Any) -> Label:
    return Label(Bilingual(name, name), Bilingual(short, short) if short else None, **more)


def chart(kind: Kind, **given: Any) -> Chart:
    """A chart with everything a chart must have; what is given stands instead."""
    whole: dict[str, Any] = {
        "key": f"sample-{kind.value}",
        "title": Bilingual("Tỷ lệ đã vượt chỉ tiêu.", "The share is above target."),
        "subject": Bilingual("Tỷ lệ duy trì điều trị 12 tháng", "Share still in treatment after 12 months"),
        "unit": PERCENT,
        "heading": Bilingual("Cơ sở", "Facility"),
        "source": Bilingual("hồ sơ điều trị của các cơ sở", "records of the facilities"),
        "freshness": Bilingual("số liệu đến ngày 20/11/2026", "figures up to 20/11/2026"),
        "better": Better.MORE,
    }
    return Chart(**(whole | {"kind": kind} | given))


def one(*cells: Cell, name: Bilingual | None = None) -> tuple[Series, ...]:
    return (Series(name or Bilingual("Tỷ lệ", "Share"), cells),)


def months() -> tuple[Label, ...]:
    found = []
    for step in range(13):
        year, month = divmod(2025 * 12 + 9 + step, 12)
        last = date(year + (month == 11), (month + 1) % 12 + 1, 14)
        said = f"Tháng {month + 1}/{year}", f"Month {month + 1}/{year}"
        found.append(
            Label(
                Bilingual(*said),
                Bilingual(*[f"{month + 1}/{year % 100:02}"] * 2),
                Window(date(year, month + 1, 15), last),
            )
        )
    return tuple(found)


def _whole(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def trend() -> Chart:
    values = [1209, 1240, 1255, None, 1268, 1290, 1301, 1299, 1322, None, 1350, 1368, 1391]
    cells = [shown(v, PEOPLE, State.ROUNDED) if v else HIDDEN for v in values]
    cells[9] = not_known(Bilingual("Kỳ này chưa có báo cáo.", "No report of this period yet."))
    return chart(
        Kind.TREND,
        title=Bilingual(
            "Người đang điều trị tăng đều, nhưng khó đạt 1.450 người cuối năm: cần thêm 31 người mỗi tháng.",
            "People in treatment rise steadily, but 1.450 by year's end is hard: 31 more a month are needed.",
        ),
        subject=Bilingual("Số người đang điều trị thay thế", "People in substitution treatment"),
        unit=PEOPLE,
        heading=Bilingual("Kỳ", "Period"),
        labels=months(),
        series=one(*cells, name=Bilingual("Đang điều trị", "In treatment")),
        target=Decimal(1450),
        completeness=tuple(map(_whole, (100, 100, 96, 62, 100, 98, 100, 100, 91, None, 100, 88, 54))),
        ahead=Ahead(
            Label(Bilingual("Tháng 12/2026 (dự báo)", "Month 12/2026 (forecast)"), Bilingual(*["12/26"] * 2)),
            shown(1412, PEOPLE),
            Decimal(1386),
            Decimal(1441),
        ),
        note=Bilingual("Số liệu làm tròn đến 5.", "Figures are rounded to 5."),
    )  # fmt: skip


def bars() -> Chart:
    first = [shown(Decimal(value), PERCENT) for value in ("97.5", "92", "88.4")]
    later = [shown(Decimal(value), PERCENT) for value in ("71", "40")]
    cells = (*first, BETWEEN, *later, HIDDEN, not_known())
    return chart(
        Kind.BARS,
        labels=tuple(label(name, address="/nowhere/") for name in UNITS),
        series=one(*cells),
        target=Decimal(90),
    )


def stock() -> Chart:
    return chart(
        Kind.STOCK,
        title=Bilingual("Hai cơ sở còn thuốc dưới 15 ngày.", "Two facilities have less than 15 days left."),
        subject=Bilingual("Số ngày thuốc còn lại", "Days of stock left"),
        unit=DAYS,
        labels=tuple(label(name) for name in UNITS[:5]),
        series=one(*(shown(v, DAYS) for v in (4, 12, 31, 44, 90)), name=Bilingual("Còn lại", "Left")),
        target=Decimal(15),
    )


def funnel() -> Chart:
    pairs = ((240, 300), (96, 100), (20, 30), (11, 20), (1, 3), (178, 190), (60, 60), (5, 8))
    cells = [
        shown(
            round(Decimal(part) * 100 / of, 1),
            PERCENT,
            numerator=shown(part, PEOPLE),
            denominator=shown(of, PEOPLE),
        )
        for part, of in pairs
    ]
    cells[7] = HIDDEN
    return chart(
        Kind.FUNNEL,
        title=Bilingual("Hai cơ sở thấp hơn rõ rệt.", "Two facilities are clearly lower."),
        labels=tuple(label(name) for name in UNITS),
        series=one(*cells),
        around=Decimal("87.0"),
    )  # fmt: skip


def cascade() -> Chart:
    steps = (("Biết tình trạng nhiễm", "Know their status"), ("Đang điều trị ARV", "On treatment"),
             ("Tải lượng vi rút dưới ngưỡng", "Viral load suppressed"))  # fmt: skip
    return chart(
        Kind.CASCADE,
        title=Bilingual("Khoảng trống lớn nhất nằm ở điều trị.", "The widest gap is at treatment."),
        subject=Bilingual("Ba mục tiêu 95", "The three 95s"),
        unit=PEOPLE,
        heading=Bilingual("Bước", "Step"),
        labels=tuple(Label(Bilingual(*step)) for step in steps),
        series=one(*(shown(v, PEOPLE) for v in (1890, 1520, 1475)), name=Bilingual("Số người", "People")),
        targets=(Decimal(1900), Decimal(1805), Decimal(1715)),
    )  # fmt: skip


def pairs() -> Chart:
    first = one(*(shown(v, PEOPLE) for v in (420, 310, 155)), name=Bilingual("Kế hoạch 2025", "Plan of 2025"))
    second = one(
        shown(455, PEOPLE), HIDDEN, shown(190, PEOPLE), name=Bilingual("Kế hoạch 2026", "Plan of 2026")
    )
    return chart(
        Kind.PAIRS,
        title=Bilingual("Hai chỉ tiêu cao hơn năm trước.", "Two targets are above last year's."),
        subject=Bilingual("Chỉ tiêu của hai kế hoạch", "Targets of two plans"),
        unit=PEOPLE,
        heading=Bilingual("Chỉ tiêu", "Target"),
        labels=tuple(label(name) for name in ("Được xét nghiệm", "Mới điều trị", "Được dự phòng")),
        series=first + second,
    )  # fmt: skip


BANDS = (
    Band(Decimal(0), Decimal(50), Bilingual("dưới 50 %", "under 50 %")),
    Band(Decimal(50), Decimal(80), Bilingual("50 đến dưới 80 %", "50 to under 80 %")),
    Band(Decimal(80), Decimal(90), Bilingual("80 đến dưới 90 %", "80 to under 90 %")),
    Band(Decimal(90), None, Bilingual("từ 90 %", "90 % and more")),
)
_VALUES = (Decimal("97.5"), Decimal(84), Decimal(62), Decimal(35), None, Decimal(91), Decimal(77), None)


def _banded() -> tuple[Cell, ...]:
    cells = [not_known() if value is None else shown(value, PERCENT) for value in _VALUES]
    cells[4] = HIDDEN
    return tuple(cells)


def places() -> Chart:
    degrees = (
        (103.2, 22.1),
        (103.45, 22.39),
        (103.0, 22.6),
        (102.8, 22.3),
        (103.3, 22.0),
        (102.6, 22.5),
        (103.47, 22.4),
    )
    return chart(
        Kind.MAP,
        key="sample-places",
        title=Bilingual("Cơ sở yếu nhất nằm ở phía tây.", "The weakest facility lies in the west."),
        labels=tuple(label(name, name.split(" ", 3)[-1]) for name in UNITS),
        series=one(*_banded()),
        places=(*(Place(Decimal(str(x)), Decimal(str(y))) for x, y in degrees), None),
        bands=BANDS,
    )  # fmt: skip


def shapes() -> Chart:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"c{i}", "secret": "x"},
            "geometry": {"type": "Polygon", "coordinates": [_square(103 + i % 4 * 0.2, 22 + i // 4 * 0.2)]},
        }
        for i in range(8)
    ]
    return chart(
        Kind.MAP,
        key="sample-shapes",
        title=Bilingual("Bốn xã dưới 80 %.", "Four communes are under 80 %."),
        heading=Bilingual("Xã", "Commune"),
        labels=tuple(label(f"Xã {name.split(' ', 3)[-1]}", name.split(" ", 3)[-1]) for name in UNITS),
        series=one(*_banded()),
        shapes={"type": "FeatureCollection", "features": features},
        codes=tuple(f"c{i}" for i in range(8)),
        bands=BANDS,
    )


def _square(x: float, y: float) -> list[list[float]]:
    side = 0.19
    return [[x, y], [x + side, y + 0.02], [x + side, y + side], [x - 0.01, y + side], [x, y]]


ALL = (trend, bars, stock, funnel, cascade, pairs, places, shapes)
