"""A hidden figure explains itself: what stands in its place, why, and which wider figure is shown instead."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from phoihop.engines.indicators.disclosing import SMALL, STEP, Count, Key, Line, Part, Published, State, Told
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual

WHY = {
    State.SHOWN: Bilingual(
        "Số chính xác: không phải số liệu về người.", "The exact figure: it is of no person."
    ),
    State.ROUNDED: Bilingual(
        f"Làm tròn đến bội số của {STEP}, nên các phần cộng lại có thể lệch so với tổng.",
        f"Rounded to the nearest {STEP}, so parts may not add up to their total.",
    ),
    State.BAND: Bilingual(
        "Chỉ nêu khoảng, để không ai lấy hai số trừ cho nhau mà ra một số nhỏ.",
        "Only a range, so that nobody subtracts two figures and finds a few people.",
    ),
    State.SMALL: Bilingual(
        f"Ẩn để bảo vệ danh tính: số liệu của không quá {SMALL} người.",
        f"Hidden to protect identities: it is of no more than {SMALL} people.",
    ),
    State.PROTECTING: Bilingual(
        "Ẩn vì nếu nêu ra thì có thể tính ngược được một số nhỏ khác.",
        "Hidden because another figure, of few people, could be worked out from it.",
    ),
    State.WITHHELD: Bilingual(
        "Ẩn, cũng không cho biết lớn hay nhỏ, vì có thể tính ngược được một số nhỏ khác.",
        "Hidden, large or small, because another figure, of few people, could be worked out from it.",
    ),
}


class Wider(StrEnum):
    """In what a wider figure is wider."""

    GROUPS = "groups"
    PERIOD = "period"
    UNIT = "unit"


WHERE = {
    Wider.GROUPS: Bilingual("gộp các nhóm", "groups taken together"),
    Wider.PERIOD: Bilingual("kỳ dài hơn", "a longer period"),
    Wider.UNIT: Bilingual("đơn vị rộng hơn", "a wider unit"),
}


@dataclass(frozen=True, slots=True)
class Instead:
    """The nearest figure that holds a hidden one and is shown."""

    key: Key
    told: Told
    wider: tuple[Wider, ...]


def written(told: Told, of_people: bool = True) -> Bilingual:
    """What stands in a cell: "1.210", "25–45", "‹8". ``of_people``: it counts people, not their days."""
    if told.value is not None:
        return Bilingual(*[format_number(told.value)] * 2)
    if told.band is not None:
        least, most = told.band
        if most is None:
            return Bilingual(f"từ {least} trở lên", f"{least} and more")
        return Bilingual(f"{least}–{most}", f"{least}–{most}")
    if told.state is State.SMALL and of_people:
        return Bilingual(f"‹{SMALL + 1}", f"‹{SMALL + 1}")
    return Bilingual("ẩn", "hidden")


def instead(out: Published, count: Count) -> Instead | None:
    """The nearest shown figure of the same indicator that the count is a part of; groups are joined rather
    than periods, and these rather than units. None where nothing wider is shown."""
    wholes: dict[Count, list[Count]] = defaultdict(list)
    for each in out.sums:
        for part in each.parts:
            wholes[part].append(each.whole)
    near, seen = [count], {count}
    while near:
        further = [
            whole
            for each in near
            for whole in dict.fromkeys(wholes[each])
            if whole not in seen and whole.part is count.part and whole.key.code == count.key.code
        ]
        seen.update(further)
        near = sorted(set(further), key=lambda each: ([*Wider].index(_wider(count.key, each.key)[-1]), each))
        for whole in near:
            line = out.lines.get(whole.key)
            told = _told(line, whole.part) if line else None
            if told is not None and not told.hidden:
                return Instead(whole.key, told, _wider(count.key, whole.key))
    return None


def explained(out: Published, count: Count, named: Callable[[Key], Bilingual]) -> Bilingual:
    """Why a published count stands there as it does, and what can be had instead. ``named``: a cell's name
    for people ("Phòng khám A, quý 1/2026, nữ"). KeyError of a count that is not published."""
    told = _told(out.lines[count.key], count.part)
    if told is None:
        raise KeyError(count)
    why = WHY[told.state]
    if not told.hidden:
        return why
    other = instead(out, count)
    if other is None:
        return Bilingual(
            f"{why.vi} Không có số rộng hơn để thay thế.", f"{why.en} No wider figure is shown instead."
        )
    name, value = named(other.key), written(other.told)
    how = [WHERE[each] for each in other.wider]
    return Bilingual(
        f"{why.vi} Có thể xem ({', '.join(each.vi for each in how)}): {name.vi}: {value.vi}.",
        f"{why.en} You can see ({', '.join(each.en for each in how)}): {name.en}: {value.en}.",
    )


def _told(line: Line, part: Part) -> Told | None:
    return {Part.NUMERATOR: line.numerator, Part.DENOMINATOR: line.denominator}.get(part)


def _wider(key: Key, other: Key) -> tuple[Wider, ...]:
    differ = {Wider.GROUPS: key.group != other.group, Wider.PERIOD: key.period != other.period}
    differ[Wider.UNIT] = key.unit != other.unit
    return tuple(each for each in Wider if differ[each]) or (Wider.GROUPS,)
