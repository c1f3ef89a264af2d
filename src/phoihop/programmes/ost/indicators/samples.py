"""Rows of the worked examples: invented people p, q, r at facilities a and b."""

from datetime import date, timedelta

from phoihop.engines.indicators.parts import (
    Given,
    given,
)
from phoihop.programmes.ost.indicators.tables import (
    APPLICATION,
    COMMITMENT,
    COVER,
    DOSE,
    DUE,
    ORDER,
    SHELF,
    SPELL,
    URINE,
)

BEGAN = date(2025, 1, 6)  # when a treatment of an example began unless it says otherwise


def spell(
    who: str,
    began: date = BEGAN,
    ended: date | None = None,
    how: str | None = None,
    facility: str = "a",
    came: str = "new",
    since: date | None = None,
    sex: str = "male",
    born: date = date(1988, 4, 1),
    known: date | None = date(2024, 1, 2),
) -> Given:
    """A treatment; one that ended did so by wish unless said."""
    return given(
        SPELL,
        person=who,
        facility=facility,
        sex=sex,
        born=born,
        began=began,
        ended=ended,
        how=how or ("wish" if ended else None),
        came=came,
        since=since or began,
        known=known,
    )


def dose(
    who: str,
    day: date,
    mg: int = 80,
    facility: str = "a",
    began: date | None = BEGAN,
    bottle: bool = False,
    again: bool = False,
    outside: bool = False,
    drug: str = "methadone",
) -> Given:
    return given(
        DOSE,
        person=who,
        facility=facility,
        began=began,
        day=day,
        drug=drug,
        mg=mg,
        bottle=bottle,
        outside=outside,
        again=again,
    )


def cover(
    who: str,
    day: date,
    handed: date | None = None,
    gone: bool = False,
    kind: str = "bottle",
    facility: str = "a",
    began: date | None = BEGAN,
) -> Given:
    """A bottle that was handed out the day before unless said."""
    return given(
        COVER,
        person=who,
        facility=facility,
        began=began,
        day=day,
        kind=kind,
        drug="methadone",
        mg=80,
        handed=handed or day - timedelta(days=1),
        gone=gone,
    )


def order(
    who: str,
    start: date,
    end: date,
    mg: int = 80,
    phase: str = "maintenance",
    drug: str = "methadone",
    every: int = 1,
    facility: str = "a",
    signed: date | None = None,
) -> Given:
    return given(
        ORDER,
        person=who,
        facility=facility,
        drug=drug,
        phase=phase,
        mg=mg,
        daily=mg // every,
        every=every,
        start=start,
        end=end,
        signed=signed or start,
    )


def due(
    who: str, day: date, phase: str = "maintenance", drug: str = "methadone", facility: str = "a"
) -> Given:
    return given(DUE, person=who, facility=facility, day=day, drug=drug, phase=phase)


def due_days(who: str, first: date, count: int, facility: str = "a") -> list[Given]:
    """So many days one after another on which a dose was due."""
    return [due(who, first + timedelta(days=n), facility=facility) for n in range(count)]


def commitment(who: str, signed: date, ended: date | None = None, facility: str = "a") -> Given:
    return given(COMMITMENT, person=who, facility=facility, signed=signed, ended=ended)


def application(
    who: str, decided: date | None, state: str, complete: date | None = None, facility: str = "a"
) -> Given:
    return given(
        APPLICATION, person=who, facility=facility, complete=complete or decided, decided=decided, state=state
    )


def urine(
    who: str, day: date, opioids: bool | None, others: bool | None = None, facility: str = "a"
) -> Given:
    return given(URINE, person=who, facility=facility, day=day, opioids=opioids, others=others)


def shelf(
    day: date,
    change: int,
    place: str = "store",
    facility: str = "a",
    drug: str = "methadone",
    strength: int = 10,
) -> Given:
    """ml of the usual solution unless said."""
    return given(SHELF, facility=facility, day=day, place=place, drug=drug, strength=strength, change=change)
