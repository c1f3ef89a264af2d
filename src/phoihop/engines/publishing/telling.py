"""What is told of figures to whoever opens no file: cells with all that adds up among them, and disclosure
control over them together."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from phoihop.engines.indicators.definitions import Hiding, Indicator
from phoihop.engines.indicators.disclosing import (
    Cell,
    Form,
    Key,
    Line,
    Published,
    Release,
    control,
)
from phoihop.engines.indicators.disclosing_sums import release_of
from phoihop.engines.publishing import rules
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.counting import ALL, Counted, Counts, Place
from phoihop.engines.publishing.registering import Reported
from phoihop.engines.publishing.rules import Days
from phoihop.kernel.calendars import Period


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be told of one version of an indicator. ``canonical``: of each window the period under whose
    name it is told; ``bands``: whether it is a step of a cascade."""

    indicator: Indicator
    counts: Counts
    canonical: Mapping[Days, Period]
    places: Places
    bands: bool

    @property
    def code(self) -> str:
        """The name of its cells: two versions of an indicator are two figures."""
        return name_of(self.indicator.code, self.indicator.version)

    def key(self, days: Days, place: Place, group: rules.Group) -> Key:
        return Key(self.code, place.key, self.canonical[days], group)


def name_of(code: str, version: int) -> str:
    return f"{code}@{version}"


def release(asked: Asked) -> Release:
    """The cells of a version, and what adds up among them. Groups of a facility are not told; they are there
    because all that is told consists of them."""
    within = rules.within([(each.numerator, each.denominator) for each in asked.counts.values()])
    cells = [
        _cell(
            asked.indicator.hiding, asked.key(days, place, group), counted, _form(asked, place, group), within
        )
        for (days, place, group), counted in asked.counts.items()
        if days in asked.canonical
    ]
    facilities = {each: Place(facility=each).key for each in asked.places.facilities}
    units = {Place(unit=unit).key: [facilities[each] for each in sorted(some)]
             for unit, some in asked.places.units.items()}  # fmt: skip
    code, stock = asked.code, rules.is_stock(asked.indicator)
    return release_of(
        cells,
        units | {ALL.key: [facilities[each] for each in sorted(facilities)]},
        rules.parts(asked.canonical),
        flows=() if stock else (code,),
        stocks=(code,) if stock else (),
    )


def digest(release: int, cells: Release, before: Mapping[Key, Line], complete: Mapping[Any, Any]) -> str:
    """Of all that the telling hangs on: where it is the same, so is what is told."""
    said = hashlib.sha256(str(release).encode())
    for part in (cells.cells, cells.sums, before.items(), complete.items()):
        for each in sorted(map(repr, part)):
            said.update(each.encode() + b"\0")
    return said.hexdigest()


def told(given: Release, before: Mapping[Key, Line]) -> tuple[dict[Key, Line], int]:
    """What is told of the cells of a release, beside what is out already; and how many small counts that had
    given away before. ReleaseError as ``control``."""
    done: Published = control(given, Published(before))
    wanted = {cell.key for cell in given.cells if cell.form is not Form.NOTHING}
    return {key: line for key, line in done.lines.items() if key in wanted}, len(done.lost)


def reported(
    figure: Reported,
    counts: Mapping[tuple[Days, Place], Counted],
    canonical: Mapping[Days, Period],
    units: Mapping[str, Sequence[str]],
) -> Release:
    """The cells of what was reported."""
    name = name_of(figure.code, figure.version)
    within = rules.within([(each.numerator, each.denominator) for each in counts.values()])
    cells = [
        _cell(figure.hiding, Key(name, place.key, canonical[days]), counted, Form.NUMBER, within)
        for (days, place), counted in counts.items()
    ]
    return release_of(cells, units, rules.parts(canonical))


def _form(asked: Asked, place: Place, group: rules.Group) -> Form:
    if place.facility is not None and group:
        return Form.NOTHING
    small = place.facility is not None or place.unit in asked.places.communes
    return Form.BAND if asked.bands and small else Form.NUMBER


def _cell(hiding: Hiding, key: Key, counted: Counted, form: Form, within: bool) -> Cell:
    if hiding is Hiding.NOTHING:
        return Cell(key, counted.numerator, counted.denominator, hiding, form)
    denominator = None if counted.denominator is None else _whole(counted.denominator)
    inside = within and counted.people is None
    return Cell(key, _whole(counted.numerator), denominator, hiding, form, inside, counted.people)


def _whole(value: Decimal) -> Decimal:
    """To whole ones: milligrams of people are told as counts are."""
    return value.quantize(Decimal(1), ROUND_HALF_UP)
