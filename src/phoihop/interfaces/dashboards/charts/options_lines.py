"""A line through periods: its target, what is expected, and how complete each period is."""

from phoihop.interfaces.dashboards.charts import words
from phoihop.interfaces.dashboards.charts.parts import (
    COLOURS,
    DASHES,
    INCOMPLETE,
    INK,
    LINE,
    NO_SYMBOL,
    QUIET,
    SYMBOLS,
    TARGET,
    At,
    Drawing,
    Option,
    base,
    figures_axis,
    halo,
    hatched,
    largest,
    legend,
    mute,
    names_axis,
    pick,
    room,
    span,
    text,
)
from phoihop.interfaces.dashboards.charts.values import Chart, Series, shown
from phoihop.kernel.quantities import format_number

_UNDER = 15  # percent of the height
_STRIP = 34  # pixels of the strip that shows how complete periods are


def trend(chart: Chart, lang: str) -> Drawing:
    """Periods from left to right, and after them the one that is forecast."""
    names = [pick(label.brief, lang) for label in chart.labels]
    series = [_line(each, index, chart, lang) for index, each in enumerate(chart.series)]
    at: list[At] = [(0, index) for index in range(len(names))]
    if chart.ahead is not None:
        names.append(pick(chart.ahead.label.brief, lang))
        series += _ahead(chart, lang)
        at.append((len(chart.series), len(names) - 1))
    for each in chart.series:
        series += _bands(each)
    series.append(_unshown(chart, lang))
    if chart.target is not None or chart.targets:
        series.append(_target(chart, len(names), lang))
    top = 66 if len(chart.series) > 1 else 40
    left = _ticks(chart)
    foot = 30 + (_STRIP + 32 if chart.completeness else 0)
    option = base() | {
        "grid": [{"left": left, "right": 24, "top": top, "bottom": foot, "outerBoundsMode": "none"}],
        "xAxis": [names_axis(names, boundaryGap=True)],
        "yAxis": [
            figures_axis(name=pick(chart.unit, lang), scale=True, **_under(chart)),
            figures_axis(min=0, max=1, show=False),
        ],
        "series": series,
    }
    option["tooltip"] |= {"trigger": "axis"}
    if len(chart.series) > 1:
        option["legend"] = legend([pick(each.name, lang) for each in chart.series])
    if chart.completeness:
        _completeness(chart, option, len(names), lang)
    narrow = {"series": [*({} for _ in series), {"label": {"fontSize": 9}}]} if chart.completeness else {}
    return Drawing(option, 300 + (_STRIP + 32 if chart.completeness else 0), at, narrow=narrow)


def _under(chart: Chart) -> Option:
    """Room beneath the lowest figure for what is written there, unless the axis would go below nothing."""
    cells = [cell for series in chart.series for cell in series.cells]
    written = chart.ahead is not None or any(cell.hidden for cell in cells)
    known = [cell.value for cell in cells] + [chart.target, *chart.targets]
    known += [chart.ahead.low, chart.ahead.high] if chart.ahead is not None else []
    values = [each for each in known if each is not None]
    fits = written and values and min(values) - (max(values) - min(values)) * _UNDER / 100 > 0
    return {"boundaryGap": [f"{_UNDER}%", 0]} if fits else {}


def _ticks(chart: Chart) -> int:
    """Pixels for the figures beside the axis; the strip beneath begins where the chart does."""
    cells = [cell for series in chart.series for cell in series.cells]
    top = largest(
        [*(cell.value for cell in cells), *(cell.most for cell in cells), chart.target, *chart.targets]
    )
    return max(34, room([format_number(round(top * 12))]))


def _line(series: Series, index: int, chart: Chart, lang: str) -> Option:
    colour = COLOURS[index]
    last = max((i for i, cell in enumerate(series.cells) if cell.value is not None), default=-1)
    items = [
        {
            "value": cell.value,
            "label": {"show": i == last, "formatter": pick(cell.words, lang)},
        }
        for i, cell in enumerate(series.cells)
    ]
    return {
        "type": "line",
        "name": pick(series.name, lang),
        "data": [*items, *([{"value": None}] if chart.ahead else [])],
        "symbol": SYMBOLS[index],
        "symbolSize": 7,
        "showAllSymbol": True,
        "lineStyle": {"color": colour, "width": 2.5, "type": DASHES[index]},
        "itemStyle": {"color": colour},
        "label": halo(INK, 12, position="top", fontWeight=650, distance=7)
        | ({"align": "right"} if chart.ahead else {}),
        "emphasis": {"disabled": True},
        "z": 4,
    }


def _ahead(chart: Chart, lang: str) -> list[Option]:
    """The expected point with a broken line to it from the last known one, and its interval."""
    ahead = chart.ahead
    assert ahead is not None
    cells, colour, end = chart.series[0].cells, COLOURS[0], len(chart.labels)
    last = max((i for i, cell in enumerate(cells) if cell.value is not None), default=None)
    points: list[list[object]] = [] if last is None else [[last, cells[last].value]]
    mark = {"value": [end, ahead.cell.value], "symbolSize": 11}
    expected = {
        "type": "line",
        "name": pick(words.EXPECTED, lang),
        "data": [*({"value": point, "symbolSize": 0} for point in points), mark],
        "symbol": "emptyDiamond",
        "showAllSymbol": True,
        "lineStyle": {"color": colour, "width": 2, "type": [4, 4]},
        "itemStyle": {"color": colour, "borderWidth": 2},
        "emphasis": {"disabled": True},
        "z": 5,
    }
    said = halo(INK, 12, show=True, position="bottom", align="right", fontWeight=650)
    said["formatter"] = pick(ahead.cell.words, lang)
    interval = span([(end, ahead.low), (end, ahead.high)], colour, upright=True)
    interval["data"][0] = {"value": interval["data"][0], "label": said}
    return [expected, interval]


def _bands(series: Series) -> list[Option]:
    """A period that is told as a band: from its least to its most."""
    return [
        span([(index, cell.least), (index, cell.most)], QUIET, upright=True)
        for index, cell in enumerate(series.cells)
        if cell.least is not None and cell.most is not None
    ]


def _unshown(chart: Chart, lang: str) -> Option:
    """What stands for periods without a value, at the foot of the chart: "‹8"."""
    items = [
        {"value": [index, 0.04], "label": {"formatter": pick(cell.words, lang)}}
        for index, cell in enumerate(chart.series[0].cells)
        if cell.value is None and cell.hidden
    ]
    label = halo(QUIET, 12, show=True, position="top", distance=0)
    return mute({"type": "scatter", "yAxisIndex": 1, "data": items, **NO_SYMBOL, "label": label, "z": 6})


def _target(chart: Chart, length: int, lang: str) -> Option:
    """A step line through the targets; one target runs on to what is forecast."""
    values = [*chart.targets, *([None] * (length - len(chart.targets)))] if chart.targets else []
    values = values or [chart.target] * length
    first = next((index for index, value in enumerate(values) if value is not None), 0)
    said = [
        "" if value is None else f"{pick(words.TARGET, lang)} {pick(shown(value, chart.unit).words, lang)}"
        for value in values
    ]
    label = halo(TARGET, 12, show=True, position="right", offset=[-6, -10], fontWeight=650)
    items = [
        {"value": value, "label": {**label, "formatter": said[index]} if index == first else {"show": False}}
        for index, value in enumerate(values)
    ]
    line = {"color": TARGET, "width": 2, "type": [8, 4]}
    return mute(
        {"type": "line", "data": items, **NO_SYMBOL, "step": "middle", "lineStyle": line, "z": 3}
        | {"itemStyle": {"color": TARGET}, "showAllSymbol": True}
    )


def _completeness(chart: Chart, option: Option, length: int, lang: str) -> None:
    """A strip of small bars beneath the periods, full where every report came."""
    option["grid"].append({**option["grid"][0], "top": "auto", "bottom": 6, "height": _STRIP})
    option["xAxis"].append(
        names_axis([""] * length, gridIndex=1, show=True)
        | {"axisLabel": {"show": False}, "axisPointer": {"show": False}}
    )
    option["yAxis"].append(
        figures_axis(gridIndex=1, min=0, max=100)
        | {"axisLabel": {"show": False}, "splitLine": {"show": False}}
        | {"name": f"{pick(words.REPORTS, lang)} (%)", "nameGap": 9}
    )
    items = [
        {
            "value": 0 if value is None else value,
            "itemStyle": {"decal": hatched(1 if value is not None and value < INCOMPLETE else 0)},
            "label": {
                "show": value is None or value < INCOMPLETE,
                "formatter": "?" if value is None else f"{round(value)}",
            },
        }
        for value in chart.completeness
    ]
    option["series"].append(
        mute(
            {
                "type": "bar",
                "xAxisIndex": 1,
                "yAxisIndex": 2,
                "data": items,
                "barWidth": "62%",
                "itemStyle": {"color": QUIET},
                "showBackground": True,
                "backgroundStyle": {"color": "transparent", "borderColor": LINE, "borderWidth": 1},
                "label": halo(INK, 11, position="insideBottom", distance=2),
            }
        )
    )
    option["yAxis"][2]["nameTextStyle"] = text(align="left", padding=[0, 0, 0, 0])
