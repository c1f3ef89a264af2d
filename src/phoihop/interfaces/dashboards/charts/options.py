"""A chart as options for the drawing library, as plain data: what the page carries for its script.

Colours are names of the house's tokens, "var(--accent)", so that a drawing follows the theme by itself; only
for a picture file does the script put the paper's colours in their place. Every text is final. Nothing moves:
animation is off. What one may stop at with the arrow keys is listed beside the options, with its words.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from phoihop.interfaces.dashboards.charts import options_bars as bars
from phoihop.interfaces.dashboards.charts import options_funnel, options_lines, options_map
from phoihop.interfaces.dashboards.charts.parts import Drawing
from phoihop.interfaces.dashboards.charts.remarks import remarks
from phoihop.interfaces.dashboards.charts.tabling import table
from phoihop.interfaces.dashboards.charts.values import Chart, Kind
from phoihop.interfaces.dashboards.charts.words import SCRIPT, SOURCE
from phoihop.kernel.refusals import Bilingual

_DRAWN: dict[Kind, Callable[[Chart, str], Drawing]] = {
    Kind.TREND: options_lines.trend,
    Kind.BARS: bars.bars,
    Kind.STOCK: bars.stock,
    Kind.PAIRS: bars.bars,
    Kind.CASCADE: bars.cascade,
    Kind.FUNNEL: options_funnel.funnel,
    Kind.MAP: options_map.map_of,
}


def drawn(chart: Chart, lang: str = "vi") -> dict[str, Any]:
    """What the script needs, ready for JSON.

    ``option``: of the library, with what differs on narrow screens under ``narrow``. ``height``: pixels.
    ``stops``: for each place that the arrow keys reach its ``lines``, and ``at``: where a hint is shown, as
    (series, item), or None where nothing is drawn. ``across``: whether a pointer picks a whole column or row.
    ``maps``: outlines by name. ``title``, ``subject``, ``foot``: what a picture file says around the drawing.
    """
    made = _DRAWN[chart.kind](chart, lang)
    say = _in(lang)
    return {
        "key": chart.key,
        "kind": chart.kind.value,
        "title": say(chart.title),
        "subject": say(chart.subject),
        "foot": [
            *map(say, remarks(chart)),
            f"{say(SOURCE)}: {say(chart.source)}",
            say(chart.freshness),
        ],
        "words": {name: say(each) for name, each in SCRIPT.items()},
        "height": made.height,
        "across": made.across,
        "option": plain({**made.option, "aria": _aria(chart, lang)}),
        "narrow": plain(made.narrow),
        "narrowest": made.narrowest,
        "stops": [
            {"lines": lines, "at": plain(at)} for lines, at in zip(_stops(chart, lang), made.at, strict=True)
        ],
        "maps": plain(made.maps),
    }


def plain(value: Any) -> Any:
    """The same for JSON: a Decimal becomes a number, a tuple a list."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value


def _stops(chart: Chart, lang: str) -> list[list[str]]:
    """What is said at each row of the table: its label first, then each figure under its heading."""
    say, whole = _in(lang), table(chart)
    found = []
    for row in whole.rows:
        lines = [say(row.label.said)]
        for column, cell in zip(whole.columns, row.cells, strict=True):
            if said := say(cell.said):
                lines.append(said if row.index is None else f"{say(column.said)}: {said}")
            if cell.why is not None:
                lines.append(say(cell.why))
        found.append(lines)
    return found


def _aria(chart: Chart, lang: str) -> dict[str, Any]:
    say = _in(lang)
    return {
        "enabled": True,
        "label": {"description": f"{say(chart.title)} {say(chart.subject)}. {say(SCRIPT['table'])}"},
        "decal": {"show": False},  # each pattern is chosen where it is drawn
    }


def _in(lang: str) -> Callable[[Bilingual], str]:
    return lambda said: said.en if lang == "en" else said.vi
