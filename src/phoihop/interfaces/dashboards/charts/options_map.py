"""Units on a map: marks by band at their coordinates, or the operator's outlines filled by band."""

from typing import Any

from phoihop.interfaces.dashboards.charts import outlines, words
from phoihop.interfaces.dashboards.charts.parts import (
    FIRST,
    INK,
    LINE,
    NARROW,
    PAPER,
    QUIET,
    STRONG_LINE,
    At,
    Drawing,
    Option,
    base,
    breadth,
    halo,
    legend,
    mute,
    pick,
)
from phoihop.interfaces.dashboards.charts.tabling import band_of
from phoihop.interfaces.dashboards.charts.values import Chart

HEIGHT, _HEAD, _FOOT, _INSET = 480, 44, 92, 42
_SIZES = (13, 17, 21, 25, 29)
# A mark is too small for a pattern: its ring grows until the mark is full.
_RINGS: tuple[Option, ...] = (
    {"color": PAPER, "borderWidth": 1.5},
    {"color": PAPER, "borderWidth": 3},
    {"color": PAPER, "borderWidth": 4.5},
    {"color": PAPER, "borderWidth": 6},
    {"color": FIRST, "borderWidth": 2},
)
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


def rising(all_of: tuple[Option, ...], count: int) -> list[Option]:
    """So many of them, in their order, the last always full."""
    return [all_of[round((len(all_of) - 1) * (index + 1) / count)] for index in range(count)]


def map_of(chart: Chart, lang: str) -> Drawing:
    """The map with its legend of bands, and the archipelagos in frames of their own."""
    return _areas(chart, lang) if chart.shapes is not None else _marks(chart, lang)


def _marks(chart: Chart, lang: str) -> Drawing:
    rings, cells = rising(_RINGS, len(chart.bands)), chart.series[0].cells
    placed = [place for place in chart.places if place is not None]
    outline = outlines.frame(outlines.degrees(placed)) if placed else outlines.frame([(105.8, 21.0)])
    series = [_band(chart, index, rings[index], lang) for index in range(len(chart.bands))]
    rest: Option = {
        "type": "scatter",
        "name": pick(words.NO_BAND, lang),
        "coordinateSystem": "geo",
        "geoIndex": 0,
        "symbol": "rect",
        "symbolSize": 11,
        "itemStyle": {
            "color": PAPER,
            "borderColor": QUIET,
            "borderWidth": 1.5,
            "borderType": "dashed",
            "opacity": 1,
        },
        "label": halo(INK, 12, show=True, position="right", distance=5),
        "labelLayout": {"hideOverlap": True},
        "emphasis": {"disabled": True},
        "data": [],
    }
    series.append(rest)
    at: list[At] = []
    west, east = outlines.edges(outlines.degrees(placed))[0] if placed else (0.0, 0.0)
    turn = west + (east - west) * 0.6
    for place, cell, label in zip(chart.places, cells, chart.labels, strict=True):
        if place is None:
            at.append(None)
            continue
        band = band_of(chart, cell)
        into = len(series) - 1 if band is None else band
        name = pick(label.brief, lang)
        said = name if cell.value is not None else f"{name}: {pick(cell.words, lang)}"
        at.append((into, len(series[into]["data"])))
        side = "left" if float(place.longitude) > turn else "right"  # away from the edge
        series[into]["data"].append(
            {"value": [place.longitude, place.latitude], "label": {"formatter": said, "position": side}}
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
        "itemStyle": {"borderWidth": 1.5, **filling, "borderColor": FIRST, "opacity": 1},
        "label": halo(INK, 12, show=True, position="right", distance=5),
        "labelLayout": {"hideOverlap": True},
        "emphasis": {"disabled": True},
        "cursor": "default",
        "data": [],
    }


def _areas(chart: Chart, lang: str) -> Drawing:
    assert chart.shapes is not None
    fills, outline = rising(_FILLINGS, len(chart.bands)), outlines.cleaned(chart.shapes)
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
            **_true(outline),
            "left": 8,
            "right": 8,
            "top": _HEAD,
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
    whole = {"left": 8, "right": 8, "top": _HEAD, "bottom": _FOOT, **_true(outline)}
    geo = [{"map": chart.key, **whole, **_still(ground)}]
    maps: dict[str, Any] = {chart.key: outline}
    extra: list[Option] = []
    insets = (
        ("hoang-sa", words.HOANG_SA, outlines.HOANG_SA),
        ("truong-sa", words.TRUONG_SA, outlines.TRUONG_SA),
    )
    for place, (name, said, islands) in enumerate(insets):
        maps[name] = inset = outlines.frame(islands)
        box = {"left": f"{50 * place}%", "width": _INSET, "bottom": 8, "height": _FOOT - 20}
        lines = _still({"areaColor": "transparent", "borderColor": STRONG_LINE, "borderWidth": 1})
        geo.append({"map": name, **box, **_true(inset), **lines})
        extra.append(_islands(place + 1, pick(said, lang), islands))
    names = [each["name"] for each in series if each["type"] == "scatter"]
    option = base() | {
        "geo": geo,
        "series": [*series, *extra],
        "legend": legend(names, itemHeight=16, itemStyle={"opacity": 1, "borderWidth": "inherit"}),
    }
    option["tooltip"] |= {"trigger": "item"}
    narrow = {"geo": [{"top": 92}], "series": [] if frame else [{"top": 92}]}
    return Drawing(
        option, HEIGHT, at, across=False, maps=maps, narrow=narrow, narrowest=max(NARROW, breadth(names))
    )


def _true(outline: dict[str, Any]) -> Option:
    """As wide against its height as on the ground."""
    return {"aspectScale": outlines.aspect(outline), "preserveAspect": "contain"}


def _still(style: Option) -> Option:
    return {
        "itemStyle": style,
        "roam": False,
        "selectedMode": False,
        "silent": True,
        "emphasis": {"disabled": True},
        "label": {"show": False},
    }


def _islands(geo: int, name: str, islands: tuple[outlines.Island, ...]) -> Option:
    (_, east), (south, north) = outlines.edges(islands)
    named = {"value": [east, (south + north) / 2], "symbolSize": 0}
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
                {**named, "label": halo(INK, 11, show=True, formatter=name, position="right", distance=5)},
            ],
        }
    )
