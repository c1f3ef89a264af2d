"""What a reader must know to read a drawing rightly, said beneath it."""

from collections.abc import Iterator

from phoihop.interfaces.dashboards.charts.parts import INCOMPLETE
from phoihop.interfaces.dashboards.charts.values import Chart, Kind
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual

_INCOMPLETE = Bilingual(
    f"Cột gạch chéo: kỳ mới có dưới {INCOMPLETE} % báo cáo, số liệu còn có thể thay đổi.",
    f"Hatched columns: less than {INCOMPLETE} % of the period's reports are in; figures may still change.",
)
_EXPECTED = Bilingual(
    "Hình thoi rỗng: dự báo; vạch đứng: khoảng có khả năng {chance} %.",
    "Hollow diamond: forecast; upright stroke: where it lies with a chance of {chance} %.",
)
_BAND = Bilingual("Ô gạch chéo: chỉ nêu khoảng, không nêu số.", "Hatched fields: a range only, no figure.")
_FUNNEL = Bilingual(
    "Giới hạn tính theo phân bố nhị thức quanh mức chung {around} %. Đơn vị nằm trong giới hạn khác nhau "
    "có thể chỉ do ngẫu nhiên: không nên xếp hạng hơn kém.",
    "Limits by the binomial distribution around {around} % of the whole. Units within them may differ by "
    "chance alone: there is no reason to rank one before another.",
)
_PLACES = Bilingual(
    "Vị trí theo tọa độ đã khai; chưa có tệp ranh giới.",
    "Places by their coordinates; there is no file of boundaries.",
)
_UNPLACED = Bilingual(
    "{count} đơn vị chưa có tọa độ, chỉ có trong bảng.",
    "Units without coordinates, in the table alone: {count}.",
)
_INSETS = Bilingual(
    "Hai quần đảo vẽ trong khung riêng, không theo tỷ lệ.",
    "Both archipelagos are drawn in frames of their own, to no scale.",
)


def remarks(chart: Chart) -> list[Bilingual]:
    """Sentences for this chart, none where it explains itself."""
    return list(_remarks(chart))


def _remarks(chart: Chart) -> Iterator[Bilingual]:
    if any(each is not None and each < INCOMPLETE for each in chart.completeness):
        yield _INCOMPLETE
    if chart.ahead is not None:
        yield _with(_EXPECTED, chance=str(chart.ahead.chance))
    banded = any(cell.least is not None for series in chart.series for cell in series.cells)
    if banded and chart.kind in (Kind.BARS, Kind.STOCK, Kind.PAIRS, Kind.CASCADE):
        yield _BAND
    if chart.around is not None:
        yield _with(_FUNNEL, around=format_number(chart.around))
    if chart.kind is Kind.MAP:
        if chart.shapes is None:
            yield _PLACES
        if missing := sum(place is None for place in chart.places):
            yield _with(_UNPLACED, count=format_number(missing))
        yield _INSETS


def _with(said: Bilingual, **given: str) -> Bilingual:
    vi, en = said.vi, said.en
    for name, value in given.items():
        vi, en = vi.replace(f"{{{name}}}", value), en.replace(f"{{{name}}}", value)
    return Bilingual(vi, en)
