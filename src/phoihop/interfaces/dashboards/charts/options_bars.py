"""Bars: units or parts of a whole beneath one another, days of stock, two years in pairs, a cascade."""

from decimal import Decimal

from phoihop.interfaces.dashboards.charts import words
from phoihop.interfaces.dashboards.charts.parts import (
    ALARM,
    COLOURS,
    INK,
    NO_SYMBOL,
    PAPER,
    QUIET,
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
    text,
)
from phoihop.interfaces.dashboards.charts.values import Cell, Chart, Series, shown

_ROW = 26  # pixels of one bar with the gap under it
_BAR, _GAP = 18, 25  # pixels of a bar at most, and percent of it to the next one of a pair


def bars(chart: Chart, lang: str) -> Drawing:
    """Labels from top to bottom, each with a bar for every series."""
    return _lying(chart, lang, [_bar(each, index, lang) for index, each in enumerate(chart.series)])


def stock(chart: Chart, lang: str) -> Drawing:
    """Days left, each place beneath the other; what is under the target is marked and says so."""
    cells = chart.series[0].cells
    series, said = _bar(chart.series[0], 0, lang), [pick(cell.words, lang) for cell in cells]
    for index, cell in enumerate(cells):
        if cell.value is not None and chart.target is not None and cell.value < chart.target:
            series["data"][index]["itemStyle"] = {"color": ALARM, "decal": hatched(1)}
            said[index] += f" · {pick(words.BELOW_TARGET, lang)}"
    return _lying(chart, lang, [series], said)


def cascade(chart: Chart, lang: str) -> Drawing:
    """Steps from left to right, each with the target it should reach. Figures stand under the bars, where
    neither a bar's end nor a target can cross them."""
    names = [_step(chart, index, lang) for index in range(len(chart.labels))]
    series = _bar(chart.series[0], 0, lang) | {"barWidth": "60%", "barMaxWidth": 150, "stack": "cascade"}
    series["label"] = {"show": False}
    before = _from(chart.series[0], "cascade")
    label = text(INK, interval=0, width=200, overflow="break", lineHeight=17)
    label["rich"] = {"figure": text(INK, 15, fontWeight=700, lineHeight=24)}
    option = base() | {
        "grid": [{"left": 8, "right": 16, "top": 40, "bottom": 8, "containLabel": True}],
        "xAxis": [names_axis(names, axisLabel=label)],
        "yAxis": [figures_axis(name=pick(chart.unit, lang), min=0, max=100 if _share(chart) else None)],
        "series": [*before, series, _ticks(chart, lang, upright=True)],
    }
    option["tooltip"] |= {"trigger": "axis"}
    at: list[At] = [(len(before), index) for index in range(len(names))]
    close = {"width": max(54, 270 // len(names)), "fontSize": 11, "lineHeight": 14}
    narrow = {
        "xAxis": [{"axisLabel": close | {"rich": {"figure": {"fontSize": 12}}}}],
        "series": [*({} for _ in before), {}, {"symbolSize": [max(20, 200 // len(names)), 3]}],
    }
    return Drawing(option, 350, at, narrow=narrow)


def _step(chart: Chart, index: int, lang: str) -> str:
    """A step's figure, its name and its target, one beneath the other."""
    said = pick(chart.series[0].cells[index].words, lang)
    lines = [f"{{figure|{said}}}", pick(chart.labels[index].brief, lang)]
    target = chart.targets[index] if chart.targets else chart.target
    if target is not None:
        lines += [f"{pick(words.TARGET, lang)}:", pick(shown(target, chart.unit).words, lang)]
    return "\n".join(lines)


def _lying(chart: Chart, lang: str, series: list[Option], said: list[str] | None = None) -> Drawing:
    """``said``: what stands at the end of each row; of several series each bar has its own words instead."""
    names = [pick(label.brief, lang) for label in chart.labels]
    several = len(chart.series) > 1
    told = [pick(cell.words, lang) for each in chart.series for cell in each.cells]
    said = said or told[: len(names)]
    top = 46 if several else (22 if chart.target is not None else 8)
    column = names_axis(names, inverse=True)
    left = column | {"axisLabel": text(INK, interval=0, width=210, overflow="break", lineHeight=14)}
    right = names_axis(said, inverse=True, position="right", show=not several, axisLine={"show": False})
    right |= {"axisLabel": text(INK, interval=0, fontWeight=650), "axisPointer": {"show": False}}
    option = base() | {
        "grid": [
            {"left": 4, "right": room(told) if several else 4, "top": top, "bottom": 28, "containLabel": True}
        ],
        "yAxis": [left, right],
        "xAxis": [
            figures_axis(min=0, max=100 if _share(chart) else None, splitNumber=5)
            | {"name": pick(chart.unit, lang), "nameLocation": "middle", "nameGap": 24}
            | {"nameTextStyle": text(align="center")}
        ],
        "series": [],
    }
    at: list[At] = []
    for index, each in enumerate(series):
        option["series"] += [*_from(chart.series[index], f"s{index}"), each | {"stack": f"s{index}"}]
        at = at or [(len(option["series"]) - 1, row) for row in range(len(names))]
    option["tooltip"] |= {"trigger": "axis"}
    if chart.target is not None or chart.targets:
        option["series"].append(_ticks(chart, lang, upright=False))
    if several:
        option["series"] += [_said(chart, index, lang) for index in range(len(chart.series))]
        option["legend"] = legend([pick(each.name, lang) for each in chart.series])
    height = top + 40 + len(names) * (_ROW * len(series) + (10 if several else 6))
    narrow = {"yAxis": [{"axisLabel": {"width": 104, "fontSize": 11}}, {"axisLabel": {"fontSize": 11}}]}
    return Drawing(option, max(height, 110), at, narrow=narrow)


def _said(chart: Chart, index: int, lang: str) -> Option:
    """The words of each bar of a series, behind the bar and behind its target."""
    targets = list(chart.targets) or [chart.target] * len(chart.labels)
    items = [
        {
            "value": [largest([cell.value, cell.least, cell.most, targets[row]]), row],
            "label": {"formatter": pick(cell.words, lang)} | ({"color": QUIET} if cell.hidden else {}),
        }
        for row, cell in enumerate(chart.series[index].cells)
    ]
    across = (index - (len(chart.series) - 1) / 2) * _BAR * (1 + _GAP / 100)
    label = halo(INK, 12, show=True, position="right", distance=6, offset=[0, round(across)])
    return mute({"type": "scatter", "data": items, **NO_SYMBOL, "label": label, "z": 7})


def _share(chart: Chart) -> bool:
    """Whether its figures are parts of a hundred."""
    return chart.unit.vi == "%" and all(
        value is None or value <= 100
        for series in chart.series
        for cell in series.cells
        for value in (cell.value, cell.most)
    )


def _bar(series: Series, index: int, lang: str) -> Option:
    """One bar for each label; what is not shown has no length."""
    decal = hatched(index)
    return {
        "type": "bar",
        "name": pick(series.name, lang),
        "data": [_item(cell, index) for cell in series.cells],
        "itemStyle": {"color": COLOURS[index], **({"decal": decal} if decal else {})},
        "barMaxWidth": _BAR,
        "barGap": f"{_GAP}%",
        "emphasis": {"disabled": True},
    }


def _item(cell: Cell, index: int) -> Option:
    """A band is a hatched field from its least to its most; without an upper end, broken."""
    if cell.least is None:
        return {"value": cell.value or 0}
    style = {
        "color": "transparent",
        "borderColor": COLOURS[index],
        "borderWidth": 1.5,
        "borderType": "dashed" if cell.most is None else "solid",
        "decal": hatched(1, COLOURS[index]),
    }
    value = cell.least if cell.most is None else cell.most - cell.least
    return {"value": value, "itemStyle": style}


def _from(series: Series, stack: str) -> list[Option]:
    """Where there are bands, an empty bar up to each one's least."""
    if not any(cell.most is not None for cell in series.cells):
        return []
    items = [cell.least if cell.most is not None else 0 for cell in series.cells]
    style = {"color": "transparent"}
    return [mute({"type": "bar", "data": items, "stack": stack, "itemStyle": style, "barMaxWidth": _BAR})]


def _ticks(chart: Chart, lang: str, upright: bool) -> Option:
    """A short stroke across each bar where its target is; one for all has its figure on top."""
    values: list[Decimal | None] = list(chart.targets) or [chart.target] * len(chart.labels)
    items: list[Option] = [
        {"value": [index, value] if upright else [value, index]}
        for index, value in enumerate(values)
        if value is not None
    ]
    if items and chart.target is not None and not upright:
        said = f"{pick(words.TARGET, lang)} {pick(shown(chart.target, chart.unit).words, lang)}"
        items[0]["label"] = {"show": True, "formatter": said}
    return mute(
        {
            "type": "scatter",
            "name": pick(words.TARGET, lang),
            "data": items,
            "symbol": "rect",
            "symbolSize": [150, 3] if upright else [3, 24 * len(chart.series)],
            "itemStyle": {"color": TARGET, "opacity": 1, "borderColor": PAPER, "borderWidth": 1},
            "label": halo(TARGET, 12, position="top", distance=2, fontWeight=650),
            "z": 6,
        }
    )
