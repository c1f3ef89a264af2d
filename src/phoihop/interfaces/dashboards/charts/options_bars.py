"""Bars: units or parts of a whole beneath one another, days of stock, two years in pairs, a cascade."""

from decimal import Decimal

from phoihop.interfaces.dashboards.charts import words
from phoihop.interfaces.dashboards.charts.parts import (
    ALARM,
    COLOURS,
    INK,
    QUIET,
    STRONG_LINE,
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


def bars(chart: Chart, lang: str) -> Drawing:
    """Labels from top to bottom, each with a bar for every series."""
    return _lying(chart, lang, [_bar(each, index, lang) for index, each in enumerate(chart.series)])


def stock(chart: Chart, lang: str) -> Drawing:
    """Days left, each place beneath the other; what is under the target is marked and says so."""
    series = _bar(chart.series[0], 0, lang)
    low = pick(words.BELOW_TARGET, lang)
    for item, cell in zip(series["data"], chart.series[0].cells, strict=True):
        if cell.value is not None and chart.target is not None and cell.value < chart.target:
            item["itemStyle"] |= {"color": ALARM, "decal": hatched(1)}
            item["label"] = {"formatter": f"{pick(cell.words, lang)} · {low}"}
    return _lying(chart, lang, [series], (low,))


def cascade(chart: Chart, lang: str) -> Drawing:
    """Steps from left to right, each with the target it should reach."""
    names = [pick(label.brief, lang) for label in chart.labels]
    series = _bar(chart.series[0], 0, lang)
    series |= {"barWidth": "56%", "label": halo(INK, 13, show=True, position="top", fontWeight=650)}
    option = base() | {
        "grid": [{"left": 8, "right": 16, "top": 34, "bottom": 8, "containLabel": True}],
        "xAxis": [names_axis(names, axisLabel=text(INK, interval=0, width=140, overflow="break"))],
        "yAxis": [figures_axis(name=pick(chart.unit, lang), min=0, max=_room_above(chart))],
        "series": [series, _ticks(chart, lang, upright=True)],
    }
    option["tooltip"] |= {"trigger": "axis"}
    narrow = {"xAxis": [{"axisLabel": {"width": max(54, 300 // len(names)), "fontSize": 11}}]}
    return Drawing(option, 320, [(0, index) for index in range(len(names))], narrow=narrow)


def _lying(chart: Chart, lang: str, series: list[Option], more: tuple[str, ...] = ()) -> Drawing:
    names = [pick(label.brief, lang) for label in chart.labels]
    said = [pick(cell.words, lang) for each in chart.series for cell in each.cells]
    several = len(chart.series) > 1
    at: list[At] = [(0, index) for index in range(len(names))]
    spare = room(said) + sum(room([f" · {each}"]) for each in more)
    top = 34 if several else 8
    option = base() | {
        "grid": [{"left": 4, "right": spare, "top": top, "bottom": 24, "containLabel": True}],
        "yAxis": [
            names_axis(names, inverse=True)
            | {"axisLabel": text(INK, interval=0, width=210, overflow="break", lineHeight=14)}
        ],
        "xAxis": [
            figures_axis(min=0, max=100 if pick(chart.unit, lang) == "%" else None)
            | {"name": pick(chart.unit, lang), "nameLocation": "middle", "nameGap": 24}
            | {"nameTextStyle": text(align="center")}
        ],
        "series": list(series),
    }
    option["grid"][0]["bottom"] = 28
    option["tooltip"] |= {"trigger": "axis"}
    if chart.target is not None or chart.targets:
        option["series"].append(_ticks(chart, lang, upright=False))
    if several:
        option["legend"] = legend([pick(each.name, lang) for each in chart.series])
    height = top + 40 + len(names) * (_ROW * len(series) + (10 if several else 6))
    narrow = {"yAxis": [{"axisLabel": {"width": 104, "fontSize": 11}}]}
    return Drawing(option, max(height, 110), at, narrow=narrow)


def _bar(series: Series, index: int, lang: str) -> Option:
    """One bar for each label; what is not shown has its words and no length."""
    return {
        "type": "bar",
        "name": pick(series.name, lang),
        "data": [_item(cell, index, lang) for cell in series.cells],
        "itemStyle": {"color": COLOURS[index], **_pattern(index)},
        "barMaxWidth": 18,
        "barGap": "20%",
        "label": halo(INK, 12, show=True, position="right", distance=5),
        "emphasis": {"disabled": True},
    }


def _pattern(index: int) -> Option:
    decal = hatched(index)
    return {"decal": decal} if decal else {}


def _item(cell: Cell, index: int, lang: str) -> Option:
    """A band is drawn up to its least, and from there to its most in outline."""
    words_of = pick(cell.words, lang)
    if cell.value is None and cell.least is None:
        style = {"color": QUIET} if cell.hidden else {"fontStyle": "italic", "color": QUIET}
        return {"value": 0, "label": {"formatter": words_of, **style}, "itemStyle": {}}
    if cell.value is None:
        beyond = cell.most if cell.most is not None else cell.least
        return {
            "value": beyond,
            "label": {"formatter": words_of},
            "itemStyle": {
                "color": "transparent",
                "borderColor": COLOURS[index],
                "borderWidth": 1.5,
                "borderType": "dashed" if cell.most is None else "solid",
                "decal": hatched(1, COLOURS[index]),
            },
        }
    return {"value": cell.value, "label": {"formatter": words_of}, "itemStyle": {}}


def _ticks(chart: Chart, lang: str, upright: bool) -> Option:
    """A short stroke across each bar where its target is, and the figure of the first beside it."""
    values: list[Decimal | None] = list(chart.targets) or [chart.target] * len(chart.labels)
    items = []
    said = None
    for index, value in enumerate(values):
        if value is None:
            continue
        now = f"{pick(words.TARGET, lang)} {pick(shown(value, chart.unit).words, lang)}"
        items.append(
            {
                "value": [index, value] if upright else [value, index],
                "label": {"show": upright or now != said, "formatter": now},
            }
        )
        said = now
    where = {"position": "right", "offset": [-30, -9]} if upright else {"position": "top", "distance": 1}
    return mute(
        {
            "type": "scatter",
            "name": pick(words.TARGET, lang),
            "data": items,
            "symbol": "rect",
            "symbolSize": [64, 3] if upright else [3, 24],
            "itemStyle": {"color": TARGET, "borderColor": STRONG_LINE, "borderWidth": 0},
            "label": halo(TARGET, 11, fontWeight=650, **where),
            "z": 6,
        }
    )


def _room_above(chart: Chart) -> Decimal | int | None:
    """An end for the axis of a share; of a number the axis finds its own."""
    if chart.unit.vi == "%":
        return 100
    cells = chart.series[0].cells
    top = largest([*(cell.value for cell in cells), *(cell.most for cell in cells), *chart.targets])
    return None if top else 1
