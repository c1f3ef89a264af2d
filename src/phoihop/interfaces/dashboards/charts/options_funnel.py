"""Units as points: how large each is against its share, between the limits that chance sets."""

from decimal import Decimal

from phoihop.engines.indicators.definitions import Better
from phoihop.interfaces.dashboards.charts import words
from phoihop.interfaces.dashboards.charts.limits import ALARM, WARNING, Standing, limits, sizes
from phoihop.interfaces.dashboards.charts.parts import ALARM as ALARMING
from phoihop.interfaces.dashboards.charts.parts import (
    FIRST,
    GOOD,
    INK,
    NARROW,
    PAPER,
    QUIET,
    At,
    Drawing,
    Option,
    base,
    breadth,
    figures_axis,
    halo,
    legend,
    mute,
    pick,
    text,
)
from phoihop.interfaces.dashboards.charts.tabling import order, size_of, stands
from phoihop.interfaces.dashboards.charts.values import Chart
from phoihop.kernel.refusals import Bilingual

_WITHIN, _OUTSIDE_95, _OUTSIDE_998 = range(3)
_GROUPS = {
    Standing.WITHIN: _WITHIN,
    Standing.BELOW: _OUTSIDE_95,
    Standing.ABOVE: _OUTSIDE_95,
    Standing.FAR_BELOW: _OUTSIDE_998,
    Standing.FAR_ABOVE: _OUTSIDE_998,
}
# Shape and filling tell the three apart; the colour says only whether it is the better side.
_MARKS = (
    (words.STANDINGS[Standing.WITHIN], "circle", 10, PAPER, FIRST),
    (words.OUTSIDE_95, "triangle", 12, INK, INK),
    (words.OUTSIDE_998, "diamond", 15, INK, INK),
)
_LOW = (Standing.BELOW, Standing.FAR_BELOW)
_FULL = Decimal(100)


def funnel(chart: Chart, lang: str) -> Drawing:
    """Points with their limits. A unit without a share or a size is in the table alone."""
    around, cells = chart.around, chart.series[0].cells
    assert around is not None
    known = [size for cell in cells if (size := size_of(cell)) is not None]
    widest = max(known, default=1)
    narrowest = max(1, min(known, default=1) * 2 // 3)
    points = [_points(*mark, lang) for mark in _MARKS]
    at: list[At] = []
    for index in order(chart):
        cell, size, found = cells[index], size_of(cells[index]), stands(chart, index)
        if cell.value is None or size is None or found is None:
            at.append(None)
            continue
        group = _GROUPS[found]
        at.append((group, len(points[group]["data"])))
        label = {
            "show": found is not Standing.WITHIN,
            "formatter": pick(chart.labels[index].brief, lang),
            "position": "left" if size > widest * 0.55 else "right",  # away from the edge
        }
        points[group]["data"].append(
            {
                "value": [size, cell.value],
                "symbolRotate": 180 if found is Standing.BELOW else 0,
                "label": label,
                "itemStyle": _coloured(found, chart.better),
            }
        )
    steps = [size for size in sizes(widest * 21 // 20 + 1) if size >= narrowest]
    names = [pick(each, lang) for each in (words.WHOLE, words.LIMITS_95, words.LIMITS_998)]
    lines = [
        _curve([(narrowest, around), (steps[-1], around)], names[0], "solid", FIRST),
        *_pair(around, steps, WARNING, names[1], [6, 4], QUIET),
        *_pair(around, steps, ALARM, names[2], [2, 3], QUIET),
    ]
    marked = [each["name"] for each in points if each["data"]]
    low, high = _frame(chart, around, narrowest)
    option = base() | {
        "grid": [{"left": 8, "right": 20, "top": 62, "bottom": 26, "containLabel": True}],
        "xAxis": [
            figures_axis(min=0, max=steps[-1], name=pick(words.SIZE, lang), nameLocation="middle", nameGap=26)
            | {"nameTextStyle": text(align="center")}
            | {"axisLabel": text(hideOverlap=True, showMaxLabel=False)}
        ],
        "yAxis": [figures_axis(min=low, max=high, name="%", nameGap=8)],
        "series": [*points, *lines],
        "legend": legend(names, itemWidth=18)
        | {"data": [*marked, *({"name": name, "itemStyle": {"opacity": 0}} for name in names)]},
    }
    option["tooltip"] |= {"trigger": "item"}
    narrow = {"grid": [{"top": 140}]}
    return Drawing(
        option, 420, at, across=False, narrow=narrow, narrowest=max(NARROW, breadth([*marked, *names]))
    )


def _coloured(found: Standing, better: Better) -> Option:
    if found is Standing.WITHIN or better is Better.NEITHER:
        return {}
    colour = ALARMING if (found in _LOW) is (better is Better.MORE) else GOOD
    return {"color": colour, "borderColor": colour}


def _points(name: Bilingual, symbol: str, size: int, colour: str, border: str, lang: str) -> Option:
    return {
        "type": "scatter",
        "name": pick(name, lang),
        "data": [],
        "symbol": symbol,
        "symbolSize": size,
        "itemStyle": {"color": colour, "borderColor": border, "borderWidth": 2, "opacity": 1},
        "label": halo(INK, 12, distance=6),
        "labelLayout": {"hideOverlap": True, "moveOverlap": "shiftY"},
        "emphasis": {"disabled": True},
        "cursor": "default",
        "z": 6,
    }


def _pair(
    around: Decimal, steps: list[int], inside: Decimal, name: str, dash: list[int], colour: str
) -> list[Option]:
    found = [(size, limits(around, size, inside)) for size in steps]
    return [
        _curve([(size, each.low) for size, each in found], name, dash, colour),
        _curve([(size, each.high) for size, each in found], name, dash, colour),
    ]


def _curve(points: list[tuple[int, Decimal]], name: str, dash: object, colour: str) -> Option:
    return mute(
        {
            "type": "line",
            "name": name,
            "data": [list(point) for point in points],
            "symbol": "none",
            "lineStyle": {"color": colour, "width": 1.75, "type": dash},
            "itemStyle": {"color": colour},
            "z": 3,
        }
    )


def _frame(chart: Chart, around: Decimal, narrowest: int) -> tuple[Decimal, Decimal]:
    """From where to where shares are drawn: all points, and the limits of the smallest unit, in tens."""
    outer = limits(around, narrowest, ALARM)
    shares = [cell.value for cell in chart.series[0].cells if cell.value is not None]
    low, high = min([*shares, outer.low]), max([*shares, outer.high])
    return max(Decimal(0), low // 10 * 10), min(_FULL, -(-high // 10) * 10)
