"""Forecasts of targets against what happened, over programmes made up to be like those of provinces.

    ./run bench forecast [SERIES [SEED ...]] [--ours] [--calibrate]

Each series is eight years of months (2020 to 2027) from its own seed: people in treatment that grow towards a
ceiling and come and go by chance; events counted since January, fewer around Tết, more before the year's end,
scarce or many, in campaigns; shares of 20 to 2,000 people that near their ceiling. Half of them jump when
districts end in July 2025. From origins at the ends of quarters, with three to sixty figures behind them,
monthly or quarterly, every method forecasts the end of that year and of the next one.

Printed for each: the mean error, set against that of the naive method; how many of what happened lay in
the intervals of 80 and of 95 in 100; the mean interval score of 80 in 100 against naive (width, and ten times
what was missed; less is better). Then, of the product's method: coverage by how many figures there were and
by how far off the deadline was; where the districts' end was still to come, in series that turn, which nobody
can know before, and of levels that lead nowhere; and how often targets were met that it gave a small, a
middling or a good chance.
``--ours``: naive and the product's method alone, which is far sooner done. Ends with 1 if the product's
coverage is not within 76..86 and 92..98 in 100 for any kind of series with the districts' end behind it; of
fewer than 150 series chance alone may do that.

``--calibrate``: print instead how wide intervals have to be by these seeds. What stands in the method was
learnt from seeds 101 to 105, 130 series each; those are used for nothing else.
"""

import sys
import warnings
from collections import defaultdict
from dataclasses import dataclass, field

from forecasting.calibrating import calibrate
from forecasting.cases import Case, cases, unit_of
from forecasting.rivals import METHODS, Answer, Method, naive, ours

from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.forecasting import DOUBTFUL, LEAST, SURE
from phoihop.engines.indicators.forecasting_series import Kind

AIMS = ((76, 86), (92, 98))  # of what happened in the intervals of 80 and of 95 in 100
FIGURES = ((3, 5), (6, 8), (9, 12), (13, 18), (19, 36), (37, 60))
STEPS = ((1, 1), (2, 3), (4, 6), (7, 12), (13, 24))


@dataclass(slots=True)
class Tally:
    """What came of one method, or of one slice of it."""

    number: int = 0
    error: float = 0.0
    score: float = 0.0
    inside: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, answer: Answer, case: Case) -> None:
        unit, truth = unit_of(case), case.truth
        self.number += 1
        self.error += abs(answer.middle - truth) / unit
        low, high = answer.intervals[0]
        missed = max(0.0, low - truth, truth - high)
        self.score += (high - low + 10 * missed) / unit
        for i, (low, high) in enumerate(answer.intervals):
            self.inside[i] += low - 1e-9 <= truth <= high + 1e-9

    def coverage(self) -> tuple[float, float]:
        return (100 * self.inside[0] / self.number, 100 * self.inside[1] / self.number)

    def __str__(self) -> str:
        low, high = self.coverage()
        return f"{low:.0f}/{high:.0f} of {self.number}"


@dataclass(slots=True)
class Kept:
    """All that came of one kind of series. ``calm``: of the product's method, with the districts' end behind;
    ``sliced``: the same by what is said of a case; ``chances``: by which chance was given, whether met."""

    methods: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    calm: Tally = field(default_factory=Tally)
    sliced: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    chances: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, case: Case, answer: Answer) -> None:
        """The product's answer to a case."""
        figures = _band(len(case.points), FIGURES)
        if not case.jumping:
            self.sliced["by figures", figures].add(answer, case)
        if len(case.points) < LEAST:
            return
        self.methods["ours"].add(answer, case)
        if case.jumping:
            self.sliced["changes", "districts end ahead"].add(answer, case)
            return
        self.calm.add(answer, case)
        self.sliced["by periods ahead", _band(case.steps, STEPS)].add(answer, case)
        met = case.truth >= case.target if case.better is Better.MORE else case.truth <= case.target
        chance = round(answer.chance or 0.0, 2)
        said = "good" if chance >= SURE else ("middling" if chance > DOUBTFUL else "small")
        self.chances["decided" if chance in (0, 1) else said].append(met)

    def hear_turning(self, case: Case, answer: Answer) -> None:
        """Its answer to a case of a series that turns."""
        if len(case.points) >= LEAST and not case.jumping:
            self.sliced["changes", f"trend turns {case.turning}"].add(answer, case)

    def hear_walk(self, case: Case, answer: Answer) -> None:
        """Its answer to a case of levels that lead nowhere."""
        if len(case.points) >= LEAST and not case.jumping:
            self.sliced["changes", "leads nowhere"].add(answer, case)

    @property
    def holds(self) -> bool:
        """Whether the product's method is within its aims."""
        return all(
            least <= part <= most for part, (least, most) in zip(self.calm.coverage(), AIMS, strict=True)
        )


def _band(number: int, bands: tuple[tuple[int, int], ...]) -> str:
    low, high = next(each for each in bands if each[0] <= number <= each[1])
    return f"{low}" if low == high else f"{low}-{high}"


def _quietly(answer_of: Method, case: Case) -> Answer:
    """A library's own warnings aside: where a fit fails its answer is what counts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return answer_of(case)


def measured(kind: Kind, series: int, seeds: list[int], *, all_methods: bool) -> Kept:
    kept = Kept()
    chosen = METHODS if all_methods else {"naive": naive, "ours": ours}
    for seed in seeds:
        for case in cases(kind, seed, series):
            if len(case.points) >= LEAST:
                for name, answer_of in chosen.items():
                    if name != "ours":
                        kept.methods[name].add(_quietly(answer_of, case), case)
            kept.hear(case, _quietly(ours, case))
        for case in cases(kind, seed, series // 2, turning=True):
            kept.hear_turning(case, _quietly(ours, case))
        if kind is Kind.LEVEL:
            for case in cases(kind, seed, series // 2, walking=True):
                kept.hear_walk(case, _quietly(ours, case))
    return kept


def printed(kind: Kind, kept: Kept) -> None:
    base = kept.methods["naive"]
    print(f"\n{kind}: {base.number} forecasts            error  80 in 100  95 in 100  score")
    for name, tally in kept.methods.items():
        low, high = tally.coverage()
        error, score = tally.error / base.error, tally.score / base.score
        print(f"  {name:24} {error:15.2f} {low:9.1f} {high:10.1f} {score:8.2f}")
    low, high = kept.calm.coverage()
    print(f"  ours, no districts to end {'':13}{low:9.1f} {high:10.1f}  of {kept.calm.number}")
    for what in ("by figures", "by periods ahead", "changes"):
        some = {key: tally for (which, key), tally in kept.sliced.items() if which == what}
        if what != "changes":
            some = dict(sorted(some.items(), key=lambda each: int(each[0].split("-")[0])))
        print(f"  {what}: " + "  ".join(f"{key}: {tally}" for key, tally in some.items()))
    for said, met in sorted(kept.chances.items()):
        print(f"  chance {said:9} {len(met):5} targets, {100 * sum(met) / len(met):.0f} in 100 met")
    sys.stdout.flush()


def main() -> int:
    numbers = [int(word.replace(",", "")) for word in sys.argv[1:] if not word.startswith("--")]
    series, seeds = (numbers or [200])[0], numbers[1:] or [5]
    if "--calibrate" in sys.argv:
        calibrate(series, seeds)
        return 0
    bad = []
    for kind in Kind:
        kept = measured(kind, series, seeds, all_methods="--ours" not in sys.argv)
        printed(kind, kept)
        if not kept.holds:
            bad.append(kind)
    print("\ncoverage out of bounds: " + ", ".join(bad) if bad else "\ncoverage within bounds")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
