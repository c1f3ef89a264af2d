"""Units on a map: marks by band at their coordinates, or the operator's outlines filled by band."""

from typing import Any

from phoihop.interfaces.dashboards.charts import outlines, words
from phoihop.interfaces.dashboards.charts.parts import (
    FIRST,
    INK,
    LINE,
    PAPER,
    QUIET,
    STRONG_LINE,
    At,
    Drawing,
    Option,
    base,
    halo,
    legend,
    mute,
    pick,
)
from phoihop.interfaces.dashboards.charts.tabling import band_of
from phoihop.interfaces.dashboards.charts.values import Chart

HEIGHT, _FOOT = 460, 92
_SIZES = (11, 16, 21, 26, 31)
# From nothing to full: bands are told apart in grey and by whoever sees no colour.
_FILLINGS: tuple[Option, ...] = (
    {"color": PAPER},
    {"color": PAPER, "decal": {"symbol": "circle", "dashArrayX": [[6, 6], [0, 6, 6, 0]], "dashArrayY": [6, 0],
                               "symbolSize": 0.5, "color": FIRST}},
    {"color": PAPER, "decal": {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 5],
                               "rotation": -0.785, "color": FIRST}},
    {"color": FIRST, "decal": {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 4],
                               "rotation": 0.785, "color": PAPER}},
    {"color": FIRST},
)  # fmt: skip


def fillings(count: int) -> list[Option]:
    """So many fillings, rising, the last always full."""
    return [_FILLINGS[round((len(_FILLINGS) - 1) * (index + 1) / count)] for index in range(count)]


def map_of(chart: Chart, lang: str) -> Drawing:
    """The map with its legend of bands, and the archipelagos in frames of their own."""
    return _areas(chart, lang) if chart.shapes is not None else _marks(chart, lang)


def _marks(chart: Chart, lang: str) -> Drawing:
    fills, cells = fillings(len(chart.bands)), chart.series[0].cells
    placed = [place for place in chart.places if place is not None]
    outline = outlines.frame(outlines.degrees(placed)) if placed else outlines.frame([(105.8, 21.0)])
    series = [_band(chart, index, fills[index], lang) for index in range(len(chart.bands))]
    rest: Option = {
        "type": "scatter",
        "name": pick(words.NO_BAND, lang),
        "coordinateSystem": "geo",
        "geoIndex": 0,
        "symbol": "rect",
        "symbolSize": 11,
        "itemStyle": {"color": PAPER, "borderColor": QUIET, "borderWidth": 1.5, "borderType": "dashed"},
        "label": halo(INK, 12, show=True, position="right", distance=5),
        "labelLayout": {"hideOverlap": True},
        "emphasis": {"disabled": True},
        "data": [],
    }
    series.append(rest)
    at: list[At] = []
    for place, cell, label in zip(chart.places, cells, chart.labels, strict=True):
        if place is None:
            at.append(None)
            continue
        band = band_of(chart, cell)
        into = len(series) - 1 if band is None else band
        name = pick(label.brief, lang)
        said = name if cell.value is not None else f"{name}: {pick(cell.words, lang)}"
        at.append((into, len(series[into]["data"])))
        series[into]["data"].append(
            {"value": [place.longitude, place.latitude], "label": {"formatter": said}}
        )
    if not rest["data"]:
        series.pop()
    return _drawing(chart, lang, outline, series, at, frame=True)


def _band(chart: Chart, index: int, filling: Option, lang: str) -> Option:
    return {
        "type": "scatter",
        "name": pick(chart.bands[index].words, lang),
        "coordinateSystem": "geo",
        "geoIndex": 0,
        "symbol": "circle",
        "symbolSize": _SIZES[index],
        "itemStyle": {**filling, "borderColor": FIRST, "borderWidth": 1.75},
        "label": halo(INK, 12, show=True, position="right", distance=5),
        "labelLayout": {"hideOverlap": True},
        "emphasis": {"disabled": True},
        "cursor": "default",
        "data": [],
    }


def _areas(chart: Chart, lang: str) -> Drawing:
    assert chart.shapes is not None
    fills, outline = fillings(len(chart.bands)), outlines.cleaned(chart.shapes)
    items: list[Option] = []
    for code, cell, label in zip(chart.codes, chart.series[0].cells, chart.labels, strict=True):
        band, name = band_of(chart, cell), pick(label.brief, lang)
        said = name if cell.value is not None else f"{name}\n{pick(cell.words, lang)}"
        filling = fills[band] if band is not None else {"color": "var(--hover)"}
        style = {"areaColor": filling["color"], "borderColor": INK, "borderWidth": 0.8}
        if "decal" in filling:
            style["decal"] = filling["decal"]
        items.append({"name": code, "value": cell.value, "itemStyle": style, "label": {"formatter": said}})
    series: list[Option] = [
        {
            "type": "map",
            "map": chart.key,
            "data": items,
            "aspectScale": outlines.aspect(outline),
            "left": 8,
            "right": 8,
            "top": 40,
            "bottom": _FOOT,
            "roam": False,
            "selectedMode": False,
            "showLegendSymbol": False,
            "itemStyle": {"areaColor": PAPER, "borderColor": STRONG_LINE},
            "label": halo(INK, 11, show=True),
            "labelLayout": {"hideOverlap": True},
            "emphasis": {"disabled": True},
        },
        *(
            mute({**_band(chart, index, fills[index], lang), "symbol": "rect"})
            for index in range(len(chart.bands))
        ),
    ]
    return _drawing(chart, lang, outline, series, [(0, index) for index in range(len(items))], frame=False)


def _drawing(
    chart: Chart, lang: str, outline: dict[str, Any], series: list[Option], at: list[At], frame: bool
) -> Drawing:
    """With the archipelagos beneath, whatever else is on the map."""
    ground = {"areaColor": "transparent", "borderColor": LINE if frame else "transparent", "borderWidth": 1}
    whole = {"left": 8, "right": 8, "top": 40, "bottom": _FOOT, "aspectScale": outlines.aspect(outline)}
    geo = [{"map": chart.key, **whole, **_still(ground)}]
    maps: dict[str, Any] = {chart.key: outline}
    extra: list[Option] = []
    insets = (
        ("hoang-sa", words.HOANG_SA, outlines.HOANG_SA),
        ("truong-sa", words.TRUONG_SA, outlines.TRUONG_SA),
    )
    for place, (name, said, islands) in enumerate(insets):
        maps[name] = inset = outlines.frame(islands)
        box = {"left": "50%", "right": 8} if place else {"left": 8, "right": "52%"}
        lines = _still({"areaColor": "transparent", "borderColor": STRONG_LINE, "borderWidth": 1})
        geo.append(
            {"map": name, **box, "bottom": 26, "height": _FOOT - 34, "aspectScale": outlines.aspect(inset)}
            | lines
        )
        extra.append(_islands(place + 1, pick(said, lang), islands))
    option = base() | {
        "geo": geo,
        "series": [*series, *extra],
        "legend": legend([each["name"] for each in series if each["type"] == "scatter"]),
    }
    option["tooltip"] |= {"trigger": "item"}
    return Drawing(option, HEIGHT, at, across=False, maps=maps)


def _still(style: Option) -> Option:
    return {
        "itemStyle": style,
        "roam": False,
        "selectedMode": False,
        "silent": True,
        "tooltip": {"show": False},
        "emphasis": {"disabled": True},
        "label": {"show": False},
    }


def _islands(geo: int, name: str, islands: tuple[outlines.Island, ...]) -> Option:
    middle = sum(island[1] for island in islands) / len(islands)
    named = {"value": [min(island[0] for island in islands), middle], "symbolSize": 0}
    return mute(
        {
            "type": "scatter",
            "coordinateSystem": "geo",
            "geoIndex": geo,
            "symbol": "circle",
            "symbolSize": 4,
            "itemStyle": {"color": INK},
            "data": [
                *({"value": list(island)} for island in islands),
                {**named, "label": halo(INK, 11, show=True, formatter=name, position="bottom")},
            ],
        }
    )
