"""The manual's chapters on indicators: each definition in words and in writing, with its worked examples."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import ModuleType

from phoihop.engines.indicators.definitions import Better, Example, Hiding, Indicator
from phoihop.engines.indicators.facts import Cell
from phoihop.engines.indicators.parts import BANDS, CHOSEN, READ, age_band
from phoihop.engines.indicators.rows import Measure
from phoihop.engines.indicators.saying import measured, valued
from phoihop.engines.indicators.values import Column, Edge
from phoihop.kernel.certainty import UNCHECKED
from phoihop.kernel.refusals import Bilingual
from tools.tree import ROOT

_ROOMS = ROOT / "src" / "phoihop" / "programmes"
_TITLES = {
    "hiv": Bilingual("Chỉ số HIV/AIDS", "Indicators of HIV"),
    "ost": Bilingual("Chỉ số điều trị thay thế", "Indicators of substitution treatment"),
}
_HEAD = """\
Mỗi chỉ số là một định nghĩa của chương trình, kèm ví dụ tính sẵn mà mọi bộ máy tính phải cho cùng kết quả.

Each indicator is a value of the program. What is counted stands under *formula*, step by step, the facts
first; what is not known makes a condition neither true nor false. Every example below is worked out by a
short engine in plain Python and by DuckDB, and both have to give the figure that stands here; leave any
condition out of a definition, or move a border by a day, and one of them comes out otherwise."""
_BETTER = {
    Better.MORE: Bilingual("càng cao càng tốt", "more is better"),
    Better.LESS: Bilingual("càng thấp càng tốt", "less is better"),
    Better.NEITHER: Bilingual("không nói cao hay thấp là tốt", "neither way is good"),
}


def chapters() -> dict[str, Callable[[], str]]:
    """The pages, by their file names: one for each room that defines indicators."""
    rooms = sorted(path.parent.parent for path in _ROOMS.glob("*/indicators/__init__.py"))
    return {f"indicators-{room.name}.md": _chapter(room) for room in rooms}


def _chapter(room: Path) -> Callable[[], str]:
    def page() -> str:
        module = import_module(f"phoihop.programmes.{room.name}.indicators")
        title = _TITLES[room.name]
        defined = sorted(module.ALL, key=lambda each: (each.code, each.version))
        parts = [f"# {title.vi} · {title.en}", _HEAD, _ages(), _contents(defined, module)]
        parts += [_entry(each, module) for each in defined]
        return "\n\n".join(parts)

    return page


def _ages() -> str:
    bands = ", ".join(band for _, band in BANDS)
    return (
        f"*Nhóm tuổi*: {bands}, tính theo tuổi tròn vào ngày ghi ở công thức. *Age bands*: by whole years "
        f"on the "
        "day that the formula names; “unknown” where no birth is known."
    )


def _contents(defined: list[Indicator], module: ModuleType) -> str:
    from tools.reference import table

    rows = [
        (f"{each.code} v{each.version}", each.name.vi, each.name.en, _standing(each, module).vi)
        for each in defined
    ]
    return table(("mã · code", "tên", "name", "nguồn · source"), rows)


def _standing(each: Indicator, module: ModuleType) -> Bilingual:
    """How well its source is known."""
    return UNCHECKED if each in module.UNCHECKED else CHOSEN if each in module.CHOSEN else READ


def _formula(measure: Measure) -> str:
    """A measure in writing; age bands are the same everywhere, and said at the head."""
    said = measured(measure)
    for at in (Edge.LAST, Column("day"), Column("began")):
        said = said.replace(valued(age_band(at)), f"age band on {valued(at)}")
    return said


def _entry(each: Indicator, module: ModuleType) -> str:
    facts = [
        f"{each.name.vi} · {each.name.en}",
        f"unit {each.unit.value}; {_BETTER[each.better].vi} · {_BETTER[each.better].en}",
        f"by {', '.join(each.splits)}" if each.splits else "not split",
        f"from {_day(each.since)}" + (f" to {_day(each.until)}" if each.until else ""),
        f"for a {', '.join(sorted(span.value for span in each.spans))}",
        "few people are hidden" if each.hiding is Hiding.PEOPLE else "of no person, shown as it is",
        f"nguồn: {each.source.vi}",
        f"source: {each.source.en}",
    ]
    if each in module.UNCHECKED:
        facts.append(f"**{UNCHECKED.vi}** · nobody has compared the source with its paper yet")
    lines = [f"## {each.code}, version {each.version}", "\n".join(f"- {fact}" for fact in facts)]
    for name, measure in zip(("Formula", "Of"), each.measures, strict=False):
        lines.append(f"{name}:\n\n```text\n{_formula(measure)}\n```")
    lines += [_example(number, one) for number, one in enumerate(each.examples, 1)]
    return "\n\n".join(lines)


def _example(number: int, one: Example) -> str:
    from tools.reference import table

    window = one.period.window
    numerator, denominator = one.expected
    answer = f"{numerator:,}" if denominator is None else f"{numerator:,} of {denominator:,}"
    when = f"{_day(window.first)} to {_day(window.last)}"
    parts = [f"**Ví dụ {number}.** {one.why.vi} · *{one.why.en}* Window {when}: **{answer}**."]
    for name, rows in sorted(one.rows.items()):
        if rows:
            columns = [column for column in rows[0] if any(row[column] is not None for row in rows)]
            parts.append(table((f"`{name}`", *columns), _cells(rows, columns)))
    return "\n\n".join(parts)


def _cells(rows: tuple[object, ...], columns: list[str]) -> Iterator[tuple[str, ...]]:
    for number, row in enumerate(rows, 1):
        assert isinstance(row, dict)
        yield (str(number), *(_cell(row[column]) for column in columns))


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return f"{value.normalize():f}" if isinstance(value, Decimal) else _day(value)


def _day(day: object) -> str:
    return f"{day:%d/%m/%Y}"
