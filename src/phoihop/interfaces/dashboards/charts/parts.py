"""What drawings of every kind are put together from: colours, patterns, axes, texts, marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from phoihop.kernel.refusals import Bilingual

NARROW = 520  # pixels; below it a drawing has its narrow form

INK, QUIET, LINE, PAPER = "var(--ink)", "var(--ink-2)", "var(--line)", "var(--paper)"
STRONG_LINE = "var(--line-strong)"
FIRST, TARGET, ALARM, GOOD = "var(--accent)", "var(--target)", "var(--finding)", "var(--good)"
INCOMPLETE = 90  # percent of reports; below it a period is marked
# Series in order. Each differs from the others in pattern and mark too.
COLOURS = (FIRST, "var(--cite)", "var(--task)", "var(--target)")
SYMBOLS = ("circle", "rect", "triangle", "diamond")
DASHES: tuple[Any, ...] = ("solid", [7, 4], [2, 3], [10, 3, 2, 3])

Option = dict[str, Any]
# Where a stop shows its hint: series and item.
At = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Options with the height they need, and where each row of the table is in them. ``narrow``: what differs
    where there are fewer pixels than ``narrowest``."""

    option: Option
    height: int
    at: Sequence[At]
    across: bool = True
    narrow: Option = field(default_factory=dict)
    narrowest: int = NARROW
    maps: Mapping[str, Any] = field(default_factory=dict)


def pick(said: Bilingual, lang: str) -> str:
    return said.en if lang == "en" else said.vi


def text(colour: str = QUIET, size: int = 12, **more: Any) -> Option:
    return {"color": colour, "fontSize": size, "lineHeight": round(size * 1.3), **more}


def halo(colour: str = INK, size: int = 12, **more: Any) -> Option:
    """A text that stays readable where it crosses a line."""
    return text(colour, size, textBorderColor=PAPER, textBorderWidth=3, **more)


def hatched(number: int, colour: str = PAPER) -> Option | None:
    """The pattern of the series so numbered, drawn over its colour; the first is plain."""
    patterns: tuple[Option | None, ...] = (
        None,
        {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [3, 4], "rotation": -0.785},
        {"symbol": "circle", "dashArrayX": [[7, 7], [0, 7, 7, 0]], "dashArrayY": [7, 0], "symbolSize": 0.7},
        {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [3, 4]},
    )
    pattern = patterns[number % len(patterns)]
    return pattern and {**pattern, "color": colour}


def base() -> Option:
    """What all drawings share."""
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "textStyle": {"color": INK},
        "tooltip": {
            "renderMode": "richText",  # the other mode writes style attributes, which the policy forbids
            "confine": True,
            "transitionDuration": 0,
            "backgroundColor": PAPER,
            "borderColor": STRONG_LINE,
            "borderWidth": 1,
            "padding": [8, 10],
            "textStyle": text(INK, 12, textBorderWidth=0),
            "axisPointer": {
                "type": "shadow",
                "animation": False,
                "shadowStyle": {"color": STRONG_LINE, "opacity": 0.18},
            },
        },
    }


def names_axis(names: Sequence[str], **more: Any) -> Option:
    """An axis of labels."""
    return {
        "type": "category",
        "data": list(names),
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": STRONG_LINE}},
        "axisLabel": {**text(), "hideOverlap": True},
        **more,
    }


def figures_axis(**more: Any) -> Option:
    """An axis of figures; the script writes its numbers as the language does."""
    return {
        "type": "value",
        "splitNumber": 4,
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": LINE}},
        "axisLabel": {**text(), "hideOverlap": True},
        "nameTextStyle": text(align="left", padding=[0, 0, 4, 0]),
        **more,
    }


def legend(names: Sequence[str], **more: Any) -> Option:
    return {
        "data": list(names),
        "left": 0,
        "top": 0,
        "itemGap": 16,
        "itemWidth": 26,
        "selectedMode": False,
        "textStyle": text(INK),
        "inactiveColor": STRONG_LINE,
        "itemStyle": {"opacity": 1},
        **more,
    }


NO_SYMBOL: Option = {
    "symbol": "circle",
    "symbolSize": 0,
}  # a mark of no size keeps its label; "none" would not


def breadth(names: Sequence[str]) -> int:
    """Pixels from which on a legend stands on one line, roughly."""
    return sum(round(len(each) * 6.4) + 40 for each in names) + 8


def mute(series: Option) -> Option:
    """A series that is drawn and nothing else: a pointer passes through it."""
    return {**series, "silent": True, "tooltip": {"show": False}, "emphasis": {"disabled": True}}


def span(points: Sequence[Sequence[Any]], colour: str, upright: bool, **more: Any) -> Option:
    """A stroke between two points with a small bar at each end: from where to where a figure may lie."""
    return mute(
        {
            "type": "line",
            "data": [list(point) for point in points],
            "symbol": "rect",
            "symbolSize": [12, 2] if upright else [2, 12],
            "showAllSymbol": True,
            "lineStyle": {"color": colour, "width": 2},
            "itemStyle": {"color": colour, "borderWidth": 0},
            "z": 5,
            **more,
        }
    )


def room(words: Sequence[str], size: int = 12) -> int:
    """Pixels that the longest of some texts takes, roughly and rather too many."""
    return round(max((len(each) for each in words), default=0) * size * 0.56) + 6


def largest(values: Sequence[Decimal | None]) -> Decimal:
    return max((each for each in values if each is not None), default=Decimal(0))
