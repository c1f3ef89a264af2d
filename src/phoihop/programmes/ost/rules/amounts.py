"""Amounts of the medicines: milligrams, millilitres, tablets. Exact, or refused; never rounded in silence."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from phoihop.kernel.refusals import Refusal

MG = Decimal("0.01")
ML = Decimal("0.01")
MOST = Decimal(100_000_000)  # mg or ml; more than any store holds
DOSE = Decimal("99999.99")  # mg; what the columns of doses and orders hold


def exact(value: Decimal, step: Decimal, most: Decimal = MOST) -> Decimal:
    """The value with as many places as the step has.

    Refusal("amount-below-nought"), Refusal("amount-too-large"); Refusal("amount-not-exact") where the value
    is no multiple of the step. Raises TypeError for anything but a Decimal: a float is never what was said.
    """
    if type(value) is not Decimal:
        raise TypeError("amounts are Decimal")
    if not value.is_finite() or value < 0:
        raise Refusal("amount-below-nought", "Lượng thuốc không thể âm.", "An amount cannot be below nought.")
    if value > most:
        raise Refusal("amount-too-large", "Lượng thuốc quá lớn.", "The amount is too large.")
    if value % step:
        raise Refusal(
            "amount-not-exact",
            "Lượng thuốc không chia đúng đến đơn vị nhỏ nhất của sổ. Hãy ghi lại lượng đúng.",
            "The amount is finer than the books can hold. Give one that they can.",
        )
    return value.quantize(step)


class Drug(StrEnum):
    METHADONE = "methadone"
    BUPRENORPHINE = "buprenorphine"


class Unit(StrEnum):
    """What a medicine is counted in."""

    ML = "ml"
    TABLET = "tablet"

    @property
    def step(self) -> Decimal:
        """The smallest quantity that books hold."""
        return ML if self is Unit.ML else Decimal(1)

    @property
    def measured(self) -> Decimal:
        """The smallest quantity handed out: what a dispenser measures surely. A choice of ours."""
        return Decimal("0.1") if self is Unit.ML else Decimal(1)


@dataclass(frozen=True, slots=True)
class Presentation:
    """A medicine as it is supplied. ``strength``: mg in one ml or in one tablet."""

    drug: Drug
    strength: Decimal

    def __post_init__(self) -> None:
        if exact(self.strength, MG) == 0:
            raise ValueError("a medicine without strength")

    @property
    def unit(self) -> Unit:
        return Unit.ML if self.drug is Drug.METHADONE else Unit.TABLET

    def quantity(self, mg: Decimal) -> Decimal:
        """How many ml or tablets hold so many mg. Refusal("amount-not-exact") where no book could say it."""
        return exact(exact(mg, MG) / self.strength, self.unit.step)

    def mg(self, quantity: Decimal) -> Decimal:
        """How many mg are in so many ml or tablets."""
        return exact(exact(quantity, self.unit.step) * self.strength, MG)

    def measurable(self, mg: Decimal) -> bool:
        """Whether a dose can be measured out as it is."""
        return exact(mg, MG) % (self.unit.measured * self.strength) == 0

    def part(self, mg: Decimal, share: Decimal) -> Decimal:
        """A share (0 to 1) of a dose in mg, rounded down to what can be measured: too little can be added
        to, too much cannot be taken back."""
        step = self.unit.measured * self.strength
        return ((exact(mg, MG) * share / step).to_integral_value(ROUND_FLOOR) * step).quantize(MG)


# 10 mg in 1 ml, registration VD-29589-18.
SOLUTION = Presentation(Drug.METHADONE, Decimal(10))
TABLET_2 = Presentation(Drug.BUPRENORPHINE, Decimal(2))
TABLET_8 = Presentation(Drug.BUPRENORPHINE, Decimal(8))

# What each medicine is supplied as, the strongest first.
USUAL = {Drug.METHADONE: (SOLUTION,), Drug.BUPRENORPHINE: (TABLET_8, TABLET_2)}


def tablets(mg: Decimal, supplied: Collection[Presentation]) -> dict[Presentation, int]:
    """The fewest whole tablets that make a dose, the strongest first.

    Refusal("amount-not-exact") where the tablets at hand cannot make it.
    """
    left = exact(mg, MG)
    best: dict[Presentation, int] | None = None
    ordered = sorted(supplied, key=lambda each: each.strength, reverse=True)

    def fill(rest: Decimal, kinds: list[Presentation], taken: dict[Presentation, int]) -> None:
        nonlocal best
        if rest == 0:
            if best is None or sum(taken.values()) < sum(best.values()):
                best = dict(taken)
            return
        if not kinds:
            return
        kind, *others = kinds
        for count in range(int(rest // kind.strength), -1, -1):
            more = {**taken, kind: count} if count else taken
            fill(rest - count * kind.strength, others, more)

    fill(left, ordered, {})
    if best is None:
        raise Refusal(
            "amount-not-exact",
            "Không ghép được liều này từ các viên hiện có.",
            "This dose cannot be made up from the tablets at hand.",
        )
    return best
