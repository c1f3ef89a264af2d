"""The work on figures in words: at what a build is, what failed, whose figure each line of a release is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from phoihop.base.org.queries.naming import Named, facilities_named, units_named
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.queries import Figure
from phoihop.interfaces.dashboards import words
from phoihop.interfaces.dashboards.queries import room
from phoihop.kernel.refusals import Bilingual

_FAULTS = {
    "worker-lost": Bilingual("máy tính số ngừng giữa chừng", "the worker stopped midway"),
    "OSError": Bilingual("không đọc được dữ liệu", "the data could not be read"),
}
_OTHER = Bilingual("lỗi của chương trình, đã ghi vào nhật ký", "a fault of the program, which its log has")
_NOTHING = Bilingual("–", "–")
_FILELESS = Bilingual(
    "Phát thuốc cho cơ sở khác, không giữ hồ sơ: người uống thuốc ở đây được đếm ở cơ sở giữ hồ sơ.",
    "Hands out for another facility and keeps no files: who comes here is counted where the files are.",
)
ALL = Bilingual("Toàn bộ", "Everywhere")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a release: whose, when, of which group, and how it is told."""

    place: Bilingual
    period: Bilingual
    window: str
    group: Bilingual
    amount: Bilingual
    why: Bilingual
    completeness: int | None


def stage(build: Any) -> Bilingual:
    """At what a build is."""
    if build.state == "waiting":
        return Bilingual("chờ máy rảnh", "waiting for a worker")
    if build.stage == "facts":
        return Bilingual("đang đọc hồ sơ đã thay đổi", "reading the records that changed")
    figure = registering.programme_of(build.what)
    name = (
        next((each.name for each in figure.indicators if each.code == build.what), None) if figure else None
    )
    return name or Bilingual("đang tính", "at work")


def faults(build: Any) -> list[tuple[Bilingual, Bilingual]]:
    """What failed: of which figure, and the kind of fault, without values."""
    return [(_figure(each["code"]), _FAULTS.get(each["fault"], _OTHER)) for each in build.faults]


def _figure(code: str) -> Bilingual:
    known = registering.version_of(code, 1) if code else None
    return known.name if known is not None else Bilingual("dữ liệu nguồn", "the facts themselves")


def named(figures: Iterable[Figure]) -> list[Row]:
    """Lines with the names of their places: three statements."""
    some = list(figures)
    units = units_named({each.unit for each in some if each.unit is not None})
    facilities = facilities_named({each.facility for each in some if each.facility is not None})
    points = room.pointed(some)
    return [_row(each, units, facilities, each.facility in points and room.fileless(each)) for each in some]


def _row(each: Figure, units: Mapping[int, Named], facilities: Mapping[int, Named], fileless: bool) -> Row:
    place = ALL
    if each.unit is not None or each.facility is not None:
        known = units.get(each.unit or 0) or facilities.get(each.facility or 0)
        said = known.name if known is not None else "–"
        place = Bilingual(said, said)
    return Row(
        place,
        words.named(each.period),
        words.window(each.period),
        words.grouped(each.about.code, each.group),
        _NOTHING if fileless else words.amount(each),
        _FILELESS if fileless else words.why(each),
        None if each.completeness is None else round(each.completeness * 100),
    )
