"""What the targets of plans are bound to: codes, how each number comes, of whom it is a share.

The catalogue lies in ``data/bindings_*.toml`` and ``data/bases.toml``. A code that is worked out from records
is one of a programme; this room knows its text alone.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from phoihop.kernel.calendars import Calendar, Span
from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Bilingual
from phoihop.kernel.text import plain

_FILES = ("bindings_hiv", "bindings_drugs", "bindings_society")


class Unit(StrEnum):
    """What a number counts. The first six are those of indicators; "other" is what no code counts."""

    PERCENT = "percent"
    RATE = "rate"  # so many for each 100,000 residents
    PERSONS = "persons"
    EVENTS = "events"
    DAYS = "days"
    ML = "ml"
    PLACES = "places"
    COPIES = "copies"
    OTHER = "other"


class Better(StrEnum):
    """Which way is good."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Way(StrEnum):
    """How a number comes."""

    COMPUTED = "computed"  # from the records of a programme
    REPORTED = "reported"  # an agency gives it, with its day and source
    SURVEY = "survey"  # only asking people shows it


@dataclass(frozen=True, slots=True)
class Base:
    """Of whom a share is taken. ``within``: the code of the group that it is a part of; ``people``: whether
    it is of people, so that a small figure could give somebody away."""

    code: str
    name: Bilingual
    within: str
    people: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """One entry of the catalogue: a code and all that a target bound to it takes from it.

    ``rows``: the targets that it answers (M140 to M180); none for a code that plans ask for as well.
    ``of``: of whom it is a share; None for a count. ``duty``: who answers for the figure, as a duty of the
    register of agencies. ``measures``: the plan's own words for what is counted, where the unit alone would
    let another count in. The last four are what ``suggesting`` knows it by.
    """

    code: str
    rows: tuple[str, ...]
    name: Bilingual
    unit: Unit
    better: Better
    way: Way
    of: Base | None
    calendar: Calendar
    span: Span
    duty: str
    source: Bilingual
    certainty: Certainty
    note: Bilingual | None
    measures: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    never: tuple[str, ...]
    about: str
    lenient: tuple[str, ...]

    @property
    def checked(self) -> bool:
        """Whether its source was read, or needs none: a plan's own words, or our own design."""
        return self.certainty.checked

    @property
    def of_people(self) -> bool:
        """Whether it counts people, or is a share of them."""
        return self.unit is Unit.PERSONS if self.of is None else self.of.people

    @property
    def denominator(self) -> Bilingual:
        """Of whom it is a share, in words; of a count, that it is one."""
        if self.of is None:
            return Bilingual("Không có mẫu số: đây là số đếm.", "No denominator: this is a count.")
        said = self.of.name
        if self.unit is Unit.RATE:
            return Bilingual(f"Trên 100.000 người của {said.vi}", f"Of each 100,000 of the {said.en}")
        return Bilingual(f"Trên {said.vi}", f"Of {said.en}")


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def bases() -> dict[str, Base]:
    """Every group that a share is taken of, by its code."""
    return {
        row["code"]: Base(
            row["code"], Bilingual(*row["name"]), row.get("within", ""), row.get("people", True)
        )
        for row in _table("bases")["base"]
    }


@cache
def catalogue() -> dict[str, Bound]:
    """Every code that a target can be bound to, in the order of the tables."""
    rows = [row for name in _FILES for row in _table(name)["binding"]]
    return {row["code"]: _bound(row) for row in rows}


@cache
def edition() -> date:
    """The day of the catalogue as it stands: the latest of its tables."""
    dated: list[date] = [_table(name)["dated"] for name in _FILES]
    return max(dated)


def _bound(row: dict[str, Any]) -> Bound:
    vi, en, certainty = row["source"]
    calendar, span = row["period"]
    return Bound(
        code=row["code"],
        rows=tuple(row["rows"]),
        name=Bilingual(*row["name"]),
        unit=Unit(row["unit"]),
        better=Better(row["better"]),
        way=Way(row["way"]),
        of=bases()[row["of"]] if "of" in row else None,
        calendar=Calendar(calendar),
        span=Span(span),
        duty=row["duty"],
        source=Bilingual(vi, en),
        certainty=Certainty(certainty),
        note=Bilingual(*row["note"]) if "note" in row else None,
        measures=tuple(row.get("measures", ())),
        needs=tuple(tuple(group) for group in row["needs"]),
        never=tuple(row.get("never", ())),
        about=row.get("about", ""),
        lenient=tuple(row.get("lenient", ())),
    )


# What plans call what they count, without marks, as the first words of a measure.
_MEASURED = {
    Unit.PERCENT: ("%", "phan tram", "percent"),
    Unit.COPIES: ("to", "to roi", "to gap", "ban", "cuon", "ap phich"),
    Unit.EVENTS: ("buoi", "lop", "dien dan", "hoi nghi", "hoi thao", "cuoc", "luot", "lan", "vu", "dot"),
    Unit.PLACES: ("co so", "diem", "tu diem", "dia ban", "xa", "phuong", "thi tran", "don vi", "phong"),
    Unit.PERSONS: ("nguoi", "benh nhan", "nguoi benh", "truong hop", "ca", "khach hang", "nan nhan", "tre"),
    Unit.DAYS: ("ngay",),
}
_NOT_OURS = ("phong su",)  # begins with a word of ours and is another thing


def unit_of(measure: str) -> Unit | None:
    """What a plan's word for its number counts; None where it has no word, "other" where no code counts it.

    "%" → percent, "trường hợp/năm" → persons, "/100.000 dân" → rate, "phóng sự" → other.
    """
    said = " ".join(re.sub(r"[/,]", " ", plain(measure)).split())
    if not said:
        return None
    if re.search(r"100[. ]?000", said):
        return Unit.RATE
    for unit, words in _MEASURED.items():
        if any(f"{said} ".startswith(f"{word} ") for word in words) and not said.startswith(_NOT_OURS):
            return unit
    return Unit.OTHER


def direction_of(comparator: str, value: Decimal | None, direction: str) -> Better | None:
    """Which way a target's own words go: "trên 90 %" → more, "dưới 2 %" → less; None where they do not say.

    ``direction`` is the reader's word: tăng, giảm, giữ, không để.
    """
    if comparator in (">", ">=") or direction == "tăng":
        return Better.MORE
    if comparator in ("<", "<=") or direction in ("giảm", "không để"):
        return Better.LESS
    return Better.LESS if value == 0 else None


def misfit(
    code: str, measure: str, comparator: str, value: Decimal | None, direction: str
) -> Bilingual | None:
    """Why a target cannot be bound to a code; None where it can. KeyError of a code that is not there.

    A number of people is no percentage, and "at least" does not go with what should become less.
    """
    bound, unit = catalogue()[code], unit_of(measure)
    if unit is not None and unit is not bound.unit:
        counted, said = UNITS[bound.unit], measure.strip()
        return Bilingual(
            f"Chỉ số này tính bằng {counted.vi}, chỉ tiêu ghi “{said}”.",
            f"This indicator is in {counted.en}, the target says “{said}”.",
        )
    way = direction_of(comparator, value, direction)
    if way is not None and Better.NEITHER not in (way, bound.better) and way is not bound.better:
        if bound.better is Better.MORE:
            return Bilingual(
                "Chỉ số này càng cao càng tốt, chỉ tiêu lại đặt mức trên.",
                "More of this indicator is better, and the target sets a ceiling.",
            )
        return Bilingual(
            "Chỉ số này càng thấp càng tốt, chỉ tiêu lại đặt mức dưới.",
            "Less of this indicator is better, and the target sets a floor.",
        )
    return None


UNITS = {
    Unit.PERCENT: Bilingual("phần trăm", "percent"),
    Unit.RATE: Bilingual("số trên 100.000 dân", "so many per 100,000 residents"),
    Unit.PERSONS: Bilingual("số người", "people"),
    Unit.EVENTS: Bilingual("số lần, số lớp, số buổi, số vụ", "times, classes, sessions, cases"),
    Unit.DAYS: Bilingual("số ngày", "days"),
    Unit.ML: Bilingual("ml", "ml"),
    Unit.PLACES: Bilingual("số nơi (xã, cơ sở, điểm)", "places"),
    Unit.COPIES: Bilingual("số bản in", "copies"),
    Unit.OTHER: Bilingual("đơn vị khác", "another unit"),
}  # fmt: skip
WAYS = {
    Way.COMPUTED: Bilingual("Máy tính từ hồ sơ của chương trình", "Worked out from a programme's records"),
    Way.REPORTED: Bilingual(
        "Cơ quan báo cáo, kèm ngày và nguồn", "An agency reports it, with day and source"
    ),
    Way.SURVEY: Bilingual("Phải khảo sát mới biết", "Only a survey shows it"),
}
CALENDARS = {
    Calendar.STATE: Bilingual("kỳ báo cáo nhà nước (ngày 15 đến ngày 14)", "state reports (15th to 14th)"),
    Calendar.HIV: Bilingual("kỳ báo cáo HIV", "HIV reports"),
    Calendar.CIVIL: Bilingual("năm dương lịch", "calendar year"),
    Calendar.FISCAL: Bilingual("năm tài chính PEPFAR", "PEPFAR fiscal year"),
}
SPANS = {
    Span.MONTH: Bilingual("hằng tháng", "every month"),
    Span.QUARTER: Bilingual("hằng quý", "every quarter"),
    Span.HALF: Bilingual("6 tháng một lần", "every six months"),
    Span.YEAR: Bilingual("hằng năm", "every year"),
}


def comparable(codes: Iterable[str]) -> Bilingual | None:
    """Why these codes may not share a chart: which units or denominators differ, and why that misleads; None
    where they may. KeyError of a code that is not there."""
    bound = [catalogue()[code] for code in sorted(set(codes))]
    for at, one in enumerate(bound):
        for other in bound[at + 1 :]:
            reason = _apart(one, other)
            if reason is not None:
                return reason
    return None


def _apart(one: Bound, other: Bound) -> Bilingual | None:
    if one.unit is not other.unit:
        a, b = UNITS[one.unit], UNITS[other.unit]
        return Bilingual(
            f"“{one.name.vi}” tính bằng {a.vi}, “{other.name.vi}” tính bằng {b.vi}: cột cao hay thấp "
            "không nói lên điều gì.",
            f"“{one.name.en}” is in {a.en}, “{other.name.en}” in {b.en}: which bar is higher says nothing.",
        )
    if one.of == other.of:
        return None
    if one.of is None or other.of is None:
        raise ValueError(f"{one.code} or {other.code} is a share of nobody")
    a, b = one.of.name, other.of.name
    inner, outer = _nested(one.of, other.of)
    said = Bilingual(
        f"Mẫu số khác nhau: “{one.name.vi}” tính trên {a.vi}; “{other.name.vi}” tính trên {b.vi}. ",
        f"The denominators differ: “{one.name.en}” is of {a.en}; “{other.name.en}” is of {b.en}. ",
    )
    why = (
        Bilingual(
            f"Vì {inner.name.vi} chỉ là một phần của {outer.name.vi}, tỷ lệ cao hơn ở nhóm nhỏ có thể là ít "
            "người hơn.",
            f"As {inner.name.en} are a part of {outer.name.en}, a higher share of them may be fewer people.",
        )
        if inner is not None and outer is not None
        else Bilingual(
            "Hai nhóm không chung một tập, nên cùng một tỷ lệ là hai số lượng khác nhau.",
            "They are not the same group, so that one percentage means two different numbers.",
        )
    )
    return Bilingual(said.vi + why.vi, said.en + why.en)


def _nested(one: Base, other: Base) -> tuple[Base | None, Base | None]:
    """The narrower and the wider of two groups; (None, None) where neither is a part of the other."""
    for inner, outer in ((one, other), (other, one)):
        above, seen = inner.within, {inner.code}
        while above and above not in seen:
            if above == outer.code:
                return inner, outer
            seen.add(above)
            above = bases()[above].within
    return None, None
