"""What a unit is, what became of it, and which paper says so."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

REFORM = date(2025, 7, 1)  # the day on which the districts ended and today's provinces and communes began


class System(StrEnum):
    """A list of official codes, named by the year of the decision that began it.

    The lists give the same codes to different places: a code means nothing without its system.
    """

    OLD = "2004"  # QĐ 124/2004/QĐ-TTg: provinces, districts, communes
    NEW = "2025"  # QĐ 19/2025/QĐ-TTg: provinces, communes


class Level(StrEnum):
    """A tier of administration."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Unit:
    """One administrative unit between two dates.

    ``key`` ("2025:00004") names it for good and is never given to another unit. ``valid_from`` None means
    that the beginning is not recorded; ``valid_to`` is the last day, None while it stands. ``lat`` and
    ``lon`` are degrees, None where no point is known. ``kind`` is the Vietnamese word in small letters
    ("phường"); a city below a province is "thành phố thuộc tỉnh".
    """

    key: str
    code: str
    system: System
    name: str
    kind: str
    level: Level
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    legal_basis: str
    lat: float | None
    lon: float | None

    @property
    def full_name(self) -> str:
        """The name as signs write it: "Phường Ba Đình", "Thành phố Thủ Đức", "Quận 1"."""
        kind = self.kind.removesuffix(" thuộc tỉnh")
        return f"{kind[0].upper()}{kind[1:]} {self.name}"

    def stood(self, on: date) -> bool:
        """Whether the unit stood on a day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Piece:
    """The land that one old commune and one commune of today have in common, in hectares, roughly.

    An island district that had no communes stands for one. Every share is a quotient of such land.
    """

    old: str
    new: str
    land: int


@dataclass(frozen=True, slots=True)
class Succession:
    """What an old unit, or a part of it, became on a day.

    ``share`` is the part of the old unit that went to the new one, ``origin`` the part of the new one that
    came from the old; above 0 and up to 1, they add up to exactly 1 over an old, or a new, unit. Both are
    by area, and estimates unless they are 1. ``certainty`` is V (compared with the paper's text) or P (the
    paper is known, its text was not compared).
    """

    old: str
    new: str
    share: Fraction
    origin: Fraction
    date: date
    basis: str
    certainty: str

    @property
    def whole(self) -> bool:
        """Whether all of the old unit went to this new one."""
        return self.share == 1

    @property
    def estimated(self) -> bool:
        """Whether the share is an estimate: it is when the old unit was divided."""
        return self.share != 1

    @property
    def decimal_share(self) -> Decimal:
        """The share with eight decimals, for a table's column."""
        return max(Decimal("1E-8"), round(Decimal(self.share.numerator) / self.share.denominator, 8))


@dataclass(frozen=True, slots=True)
class Resolution:
    """The paper by which the units of a province became what they are."""

    province: str  # key of the new province; "" for the whole nation
    number: str
    signed: date
    subject: str
    certainty: str
    source: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the tables do not know, or took otherwise than their source: see the README beside them."""

    kind: str  # "island", "namesake", "paper", "area", "point"
    old: str  # key, or ""
    new: str  # key, or ""
    note: str
    certainty: str
