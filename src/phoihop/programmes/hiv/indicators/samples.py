"""Rows of the worked examples: invented people p, q, r at facilities a and b."""

from collections.abc import Iterable
from datetime import date, timedelta

from phoihop.engines.indicators.definitions import Example
from phoihop.engines.indicators.parts import Given, example, given
from phoihop.kernel.calendars import Period
from phoihop.programmes.hiv.facts import (
    ANTENATAL,
    CONTACT,
    DEATH,
    DETECTION,
    END,
    ESTIMATE,
    INDEX,
    INFANT,
    INFANT_TEST,
    INSURANCE,
    PERSON,
    PICKUP,
    PREP,
    START,
    TEST,
    VIRAL_LOAD,
)


def person(who: str, sex: str = "female", born: date = date(1990, 1, 1), group: str = "other") -> Given:
    return given(PERSON, person=who, sex=sex, born=born, group=group)


def pickup(who: str, day: date, days: int, facility: str = "a", paid: str = "insurance") -> Given:
    return given(PICKUP, person=who, facility=facility, day=day, days=days, paid=paid)


def start(who: str, day: date, kind: str = "new", facility: str = "a", since: date | None = None) -> Given:
    return given(START, person=who, facility=facility, day=day, kind=kind, since=since or day)


def end(who: str, day: date, how: str = "transferred", facility: str = "a") -> Given:
    return given(END, person=who, facility=facility, day=day, how=how)


def death(who: str, day: date, cause: str = "aids", facility: str = "a") -> Given:
    return given(DEATH, person=who, facility=facility, day=day, cause=cause)


def detection(who: str, day: date, facility: str = "a") -> Given:
    return given(DETECTION, person=who, facility=facility, day=day)


def viral_load(
    who: str,
    sampled: date,
    copies: int | None,
    resulted: date | None = None,
    limit: int = 20,
    facility: str = "a",
) -> Given:
    """A viral load of which the result came the same day unless said; none came without copies."""
    return given(
        VIRAL_LOAD,
        person=who,
        facility=facility,
        sampled=sampled,
        resulted=resulted or sampled,
        copies=copies,
        limit=limit,
    )


def gone(last: date) -> list[Given]:
    """Four who are not in treatment on the last day of a period: w is supplied the day after it, x died, y
    was sent on, z is 29 days late."""
    back = timedelta(days=1)
    return [
        pickup("w", last + back, 30),
        *(pickup(who, last - 30 * back, 60) for who in "xy"),
        pickup("z", last - 59 * back, 30),
        death("x", last),
        end("y", last),
    ]


# Since when they were treated, for what asks it.
BEGUN_LONG_AGO = [start(who, date(2024, 6, 1)) for who in "wxyz"]


def without_the_gone(
    period: Period, numerator: int, denominator: int | None = None, rest: Iterable[Given] = ()
) -> Example:
    """They count in no part. ``rest``: rows besides."""
    return example(
        "Đã mất, đã chuyển đi, trễ thuốc 29 ngày, sau kỳ mới lấy thuốc: cuối kỳ không điều trị nên không "
        "tính.",
        "Died, was sent on, is 29 days late, is supplied only after the period: not in treatment at its "
        "end, so not counted.",
        period,
        [*gone(period.window.last), *rest],
        numerator,
        denominator,
    )


def insurance(who: str, since: date, until: date | None = None) -> Given:
    return given(INSURANCE, person=who, since=since, until=until)


def hiv_test(
    who: str,
    day: date,
    result: str = "negative",
    modality: str = "clinic",
    group: str = "other",
    told: bool = True,
    facility: str = "a",
) -> Given:
    return given(
        TEST,
        person=who,
        facility=facility,
        day=day,
        modality=modality,
        sex="male",
        age="25-49",
        group=group,
        result=result,
        told=told,
    )


def index(who: str, day: date, accepted: bool = True, facility: str = "a") -> Given:
    return given(INDEX, person=who, facility=facility, day=day, accepted=accepted)


def contact(
    who: str | None,
    day: date,
    tested: date | None = None,
    result: str | None = None,
    tie: str = "partner",
    facility: str = "a",
) -> Given:
    return given(
        CONTACT,
        person=who,
        facility=facility,
        day=day,
        tie=tie,
        sex="female",
        age="25-49",
        group="partner",
        tested=tested,
        result=result,
    )


def antenatal(
    who: str,
    day: date,
    status: str | None,
    learned: date | None = None,
    art: str | None = None,
    treated: date | None = None,
    facility: str = "a",
) -> Given:
    """A first visit; what is known of her is known on that day unless said."""
    return given(
        ANTENATAL,
        person=who,
        facility=facility,
        day=day,
        age="25-49",
        status=status,
        learned=learned or (day if status else None),
        art=art,
        treated=treated or (day if art else None),
    )


def infant(
    who: str, born: date, outcome: str | None = None, known: date | None = None, facility: str = "a"
) -> Given:
    return given(INFANT, person=who, facility=facility, born=born, sex="female", outcome=outcome, known=known)


def infant_test(
    who: str, sampled: date, method: str = "virology", result: str = "negative", facility: str = "a"
) -> Given:
    return given(INFANT_TEST, person=who, facility=facility, sampled=sampled, method=method, result=result)


def prep(
    who: str,
    day: date,
    visit: str = "first",
    regimen: str = "daily",
    group: str = "msm",
    facility: str = "a",
) -> Given:
    return given(
        PREP,
        person=who,
        facility=facility,
        day=day,
        visit=visit,
        regimen=regimen,
        sex="male",
        age="25-49",
        group=group,
    )


def estimate(of: str, number: int, day: date = date(2026, 1, 1), facility: str = "a") -> Given:
    return given(ESTIMATE, facility=facility, day=day, of=of, number=number)
