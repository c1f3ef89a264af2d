"""A commune's class in plain words, never without its decision."""

from decimal import Decimal

from phoihop.kernel.certainty import UNCHECKED
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.drug_control.rules.communes import Change, Reason, Verdict, Way
from phoihop.programmes.drug_control.rules.criteria import NAMES, Class, Criterion, Unit

CLASSES = {
    Class.ONE: Bilingual("loại I", "type I"),
    Class.TWO: Bilingual("loại II", "type II"),
    Class.THREE: Bilingual("loại III", "type III"),
    Class.NONE: Bilingual("ngoài ba loại", "outside the three types"),
}
_UNITS = {
    Unit.NUMBER: Bilingual("", ""),
    Unit.PERCENT: Bilingual(" %", "%"),
    Unit.PLANTS: Bilingual(" cây", " plants"),
    Unit.SQUARE_METRES: Bilingual(" m²", " m²"),
    Unit.CRITERIA: Bilingual(" tiêu chí", " criteria"),
}
_FACTS = {
    "addicts": NAMES[Criterion.ADDICTS],
    "hot_spots": NAMES[Criterion.HOT_SPOTS],
    "people": Bilingual(
        "người nghiện, người sử dụng trái phép có hồ sơ quản lý",
        "addicted people and illegal users with a file",
    ),
    "places": NAMES[Criterion.PLACES],
    "offenders": Bilingual("người phạm tội về ma túy bị bắt", "drug offenders arrested"),
    "plants": Bilingual("số cây có chứa chất ma túy", "number of plants with narcotic substances"),
    "area": Bilingual("diện tích cây có chứa chất ma túy (m²)", "area of such plants (m²)"),
}


def verdict_words(verdict: Verdict) -> Bilingual:
    """ "loại I theo 28/2025/QĐ-TTg", or what is still possible, and what it would be by unchecked values."""
    vi, en = _classes(verdict.possible)
    code = verdict.paper.code
    vi, en = f"{vi} theo {code}", f"{en} by {code}"
    if verdict.told is None:
        vi, en = f"chưa xác định: {vi}", f"not determined: {en}"
    if verdict.would != verdict.possible:
        would_vi, would_en = _classes(verdict.would)
        vi += f"; theo giá trị {UNCHECKED.vi}: {would_vi}"
        en += f"; by values {UNCHECKED.en}: {would_en}"
    if not verdict.day_sure:
        vi += "; ngày có hiệu lực chưa đối chiếu"
        en += "; the day of effect was not checked"
    return Bilingual(vi, en)


def reason_words(reason: Reason) -> Bilingual:
    """One value against its threshold, with its place in the article."""
    row = reason.row
    assert row.criterion is not None
    name, unit = NAMES[row.criterion], _UNITS[row.unit]
    met = {
        True: Bilingual("đạt mức", "reaches"),
        False: Bilingual("chưa đến mức", "below"),
        None: Bilingual("chưa rõ so với mức", "not known against"),
    }[reason.met]
    found = Bilingual("chưa có số liệu", "no figure")
    if reason.found is not None:
        found = Bilingual(f"{_number(reason.found)}{unit.vi}", f"{_number(reason.found)}{unit.en}")
    least = Bilingual(f"{_number(row.least)}{unit.vi}", f"{_number(row.least)}{unit.en}")
    vi = f"{name.vi}: {found.vi}, {met.vi} {least.vi} của {CLASSES[row.of].vi} ({row.paper}, {row.place})"
    en = f"{name.en}: {found.en}, {met.en} {least.en} of {CLASSES[row.of].en} ({row.paper}, {row.place})"
    if not reason.counts:
        vi, en = f"{vi}, {UNCHECKED.vi}", f"{en}, {UNCHECKED.en}"
    return Bilingual(vi, en)


def way_words(way: Way) -> Bilingual:
    """What would lead out of a class."""
    out = CLASSES[way.out_of]
    vi = "; ".join(_change(change).vi for change in way.changes)
    en = "; ".join(_change(change).en for change in way.changes)
    if way.sure:
        return Bilingual(f"Ra khỏi {out.vi} nếu: {vi}", f"Leaves {out.en} if: {en}")
    return Bilingual(f"Không còn đủ căn cứ xếp {out.vi} nếu: {vi}", f"No longer proven {out.en} if: {en}")


def _change(change: Change) -> Bilingual:
    if change.criterion is Criterion.ROUTE:
        return Bilingual("không còn thuộc tuyến trọng điểm, phức tạp", "no longer on a complex route")
    name = _FACTS[change.fact]
    return Bilingual(
        f"{name.vi} giảm từ {_number(change.now)} xuống {_number(change.to)}",
        f"{name.en} down from {_number(change.now)} to {_number(change.to)}",
    )


def _classes(classes: tuple[Class, ...]) -> tuple[str, str]:
    return (
        " hoặc ".join(CLASSES[each].vi for each in classes),
        " or ".join(CLASSES[each].en for each in classes),
    )


def _number(value: Decimal) -> str:
    """At most four decimals, cut: what is shown as reached is reached."""
    return format_number(Decimal(int(value * 10_000)) / 10_000)
