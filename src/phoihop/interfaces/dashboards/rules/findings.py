"""What a chart shows, said as a sentence: its title. Pure functions over numbers that may be shown."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from phoihop.engines.indicators.definitions import Better
from phoihop.interfaces.dashboards.charts.limits import Standing
from phoihop.kernel.refusals import Bilingual

Named = tuple[Bilingual, Decimal | None, Bilingual]  # what, its value (None: not shown), the value in words

_NOTHING = Bilingual("Chưa có số nào xem được.", "No figure can be shown yet.")
_BETTER = {
    True: Bilingual("tốt lên", "better"),
    False: Bilingual("kém đi", "worse"),
}


def of_trend(points: Sequence[Named], better: Better, target: Decimal | None) -> Bilingual:
    """From the first to the last shown value, which way that is, and whether the target is reached."""
    shown = [each for each in points if each[1] is not None]
    if not shown:
        return _NOTHING
    last = shown[-1]
    if len(shown) == 1:
        return Bilingual(f"{_first(last[0].vi)}: {last[2].vi}.", f"{_first(last[0].en)}: {last[2].en}.")
    first = shown[0]
    vi, en = _course(first, last, better)
    if target is not None and better is not Better.NEITHER and last[1] is not None:
        met = last[1] >= target if better is Better.MORE else last[1] <= target
        vi += ", đã tới mức chỉ tiêu" if met else ", chưa tới mức chỉ tiêu"
        en += ", as much as the target asks" if met else ", not yet what the target asks"
    return Bilingual(f"{vi}.", f"{en}.")


def _course(first: Named, last: Named, better: Better) -> tuple[str, str]:
    start, end = first[1] or Decimal(0), last[1] or Decimal(0)
    if start == end:
        return (f"Vẫn {last[2].vi} từ {first[0].vi} đến {last[0].vi}",
                f"Still {last[2].en} from {first[0].en} to {last[0].en}")  # fmt: skip
    rose = end > start
    way = ("Tăng", "lên", "Up") if rose else ("Giảm", "xuống", "Down")
    vi = f"{way[0]} từ {first[2].vi} ({first[0].vi}) {way[1]} {last[2].vi} ({last[0].vi})"
    en = f"{way[2]} from {first[2].en} ({first[0].en}) to {last[2].en} ({last[0].en})"
    if better is not Better.NEITHER:
        said = _BETTER[rose is (better is Better.MORE)]
        vi, en = f"{vi}, {said.vi}", f"{en}, {said.en}"
    return vi, en


def of_ranking(parts: Sequence[Named], better: Better) -> Bilingual:
    """The best and the last of some units, and of how many nothing can be shown."""
    shown = sorted(((value, name, words) for name, value, words in parts if value is not None),
                   key=lambda each: each[0], reverse=better is not Better.LESS)  # fmt: skip
    if not shown:
        return _NOTHING
    (_, top, most), (_, bottom, least) = shown[0], shown[-1]
    if len(shown) == 1:
        vi, en = f"Chỉ xem được {top.vi}: {most.vi}", f"Only {top.en} is shown: {most.en}"
    elif better is Better.NEITHER:
        vi = f"Cao nhất: {top.vi} ({most.vi}); thấp nhất: {bottom.vi} ({least.vi})"
        en = f"Highest: {top.en} ({most.en}); lowest: {bottom.en} ({least.en})"
    else:
        vi = f"Tốt nhất: {top.vi} ({most.vi}); kém nhất: {bottom.vi} ({least.vi})"
        en = f"Best: {top.en} ({most.en}); last: {bottom.en} ({least.en})"
    hidden = len(parts) - len(shown)
    if hidden:
        vi, en = f"{vi}; không nêu số: {hidden}", f"{en}; without a figure: {hidden}"
    return Bilingual(f"{vi}.", f"{en}.")


def of_places(parts: Sequence[Named], better: Better) -> Bilingual:
    """The same of places of which something is told: of some of them a range alone."""
    if parts and all(value is None for _, value, _ in parts):
        return Bilingual("Chỉ cho biết khoảng của từng nơi.", "Of each place a range is told, and no figure.")
    return of_ranking(parts, better)


def of_funnel(stands: Sequence[Standing | None]) -> Bilingual:
    """How many units lie where chance alone would hardly put them."""
    counts = Counter(each for each in stands if each is not None)
    low = counts[Standing.FAR_BELOW] + counts[Standing.BELOW]
    high = counts[Standing.FAR_ABOVE] + counts[Standing.ABOVE]
    if not counts:
        return _NOTHING
    if not low and not high:
        return Bilingual(
            "Mọi nơi đều trong khoảng ngẫu nhiên: không có cơ sở để xếp hơn kém.",
            "All lie within what chance allows: there is no ground to rank them.",
        )
    return Bilingual(
        f"{low} nơi thấp hơn và {high} nơi cao hơn mức chung nhiều hơn sự ngẫu nhiên có thể giải thích.",
        f"Lower than chance alone would explain: {low}; higher: {high}.",
    )


def of_pairs(nearer: int, farther: int, same: int) -> Bilingual:
    """Of the targets of two plans, how many are nearer to what they ask than in the plan before."""
    if not nearer + farther + same:
        return Bilingual("Chưa có chỉ tiêu nào có số ở cả hai năm.", "No target has figures in both plans.")
    return Bilingual(
        f"{nearer} chỉ tiêu gần đích hơn kế hoạch trước, {farther} xa hơn, {same} như cũ.",
        f"Nearer to their aim than in the plan before: {nearer}; farther: {farther}; alike: {same}.",
    )


def of_cascade(steps: Sequence[Named]) -> Bilingual:
    """The step at which most are lost."""
    shown = [each for each in steps if each[1] is not None]
    if len(shown) < 2:
        return _NOTHING
    losses = [
        ((before[1] or Decimal(0)) - (after[1] or Decimal(0)), before, after)
        for before, after in pairwise(shown)
    ]
    lost, before, after = max(losses, key=lambda each: each[0])
    if lost <= 0:
        return Bilingual("Không bước nào bị hụt người.", "Nobody is lost between the steps.")
    share = round(lost * 100 / (before[1] or Decimal(1)))
    return Bilingual(
        f"Hụt nhiều nhất từ “{before[0].vi}” đến “{after[0].vi}”: {share} %.",
        f"Most are lost between “{before[0].en}” and “{after[0].en}”: {share} %.",
    )


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]
