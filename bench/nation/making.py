"""Made-up records of a nation as tables of facts: the same for the same part of it.

Ten years in which 250,000 people with HIV are known, 200,000 of them treated, 55,000 are treated with
methadone every day, and 3 million tests are made a year, in 3,321 communes of 34 provinces. Every table that
the definitions of both programmes read has rows but those that people report by hand.
"""

import string
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from phoihop.engines.indicators.expressions import schema
from phoihop.engines.indicators.facts import Table
from phoihop.engines.indicators.parts import BANDS
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.programmes.hiv import facts as hiv
from phoihop.programmes.ost.indicators import tables as ost

WITH_HIV, ON_METHADONE, TESTS_A_YEAR, COMMUNES, PROVINCES, YEARS = 250_000, 55_000, 3_000_000, 3_321, 34, 10
BEGIN = date(2016, 1, 1)
PERIODS = [Period(Calendar.CIVIL, Span.MONTH, 2016).next(steps) for steps in range(12 * YEARS)]
WINDOWS = [period.window for period in PERIODS]
DAYS = (WINDOWS[-1].last - BEGIN).days + 1
_EPOCH = (BEGIN - date(1970, 1, 1)).days
_MICRO = np.int64(1_000_000)

OST = (ost.SPELL, ost.DOSE, ost.COVER, ost.ORDER, ost.DUE, ost.URINE, ost.MOVE, ost.SHELF)
HIV = (
    hiv.PERSON, hiv.TEST, hiv.DETECTION, hiv.START, hiv.PICKUP, hiv.END, hiv.DEATH, hiv.VIRAL_LOAD,
    hiv.INSURANCE, hiv.ANTENATAL, hiv.INFANT, hiv.INFANT_TEST, hiv.PREP, hiv.CONTACT, hiv.INDEX,
)  # fmt: skip
TABLES = OST + HIV
Columns = dict[str, Any]


def text(words: Sequence[str], at: Any) -> pa.Array:
    """Words by their places."""
    return pa.array(words).take(pa.array(at))


def day(numbers: Any, unless: Any = None) -> pa.Array:
    """Days since the beginning; empty where ``unless`` holds."""
    return pa.array((numbers + _EPOCH).astype(np.int32), mask=unless).cast(pa.date32())


def number(values: Any) -> pa.Array:
    """Whole numbers as the exact ones that facts have: 128 bits, of which the upper half says the sign."""
    low = values.astype(np.int64) * _MICRO
    both = np.stack([low, low >> 63], axis=1)
    return pa.Array.from_buffers(pa.decimal128(18, 6), len(low), [None, pa.py_buffer(both)])


def called(people: Any) -> pa.Array:
    """Pseudonyms of people: twelve letters that look like chance."""
    mixed = people.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    shifts = np.array([*range(0, 61, 6), 57], dtype=np.uint64)
    letters = np.frombuffer(string.ascii_letters.encode() + b"0123456789-_", dtype=np.uint8)
    said = letters[((mixed[:, None] >> shifts) & np.uint64(63)).astype(np.uint8)]
    offsets = np.arange(0, 12 * len(mixed) + 1, 12, dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(mixed), [None, pa.py_buffer(offsets), pa.py_buffer(said.tobytes())]
    )


def communes(parts: int) -> int:
    """How many there are in a part of the nation; each has one place."""
    return max(PROVINCES, COMMUNES // parts)


class Nation:
    """One part in ``parts`` of a nation, as a source of facts."""

    def __init__(self, parts: int):
        self.chance = np.random.default_rng(20160101)
        self.parts = parts
        self.communes = communes(parts)
        self.places = pa.array([str(at + 1) for at in range(self.communes)])
        self.sites = max(3, self.communes // 8)  # places that treat
        self.treated = self._with_hiv(5 * WITH_HIV // 2 // parts)
        self.dosed = self._on_methadone(3 * ON_METHADONE // parts)
        self._pickups()
        self._orders()

    @staticmethod
    def of(parts: int) -> dict[str, tuple[str, str, str]]:
        """Of each place of such a part its commune, its province and the nation."""
        return {
            str(at + 1): (f"c{at + 1}", f"p{at % PROVINCES + 1}", "nation") for at in range(communes(parts))
        }

    def months(self, table: Table) -> dict[str, str]:
        return {f"{window.first:%Y-%m}": "1" for window in WINDOWS}

    def rows(self, table: Table, month: str) -> Iterator[pa.RecordBatch]:
        window = next(window for window in WINDOWS if f"{window.first:%Y-%m}" == month)
        first, last = ((each - BEGIN).days for each in (window.first, window.last))
        # Chance of its own for each month of each table, so that one can be made again alone.
        seed = [self.parts, first, *table.name.encode()]
        self.chance = np.random.default_rng(seed)
        made = getattr(self, f"_{table.name.replace('.', '_')}")(first, last)
        if made is not None:
            yield pa.RecordBatch.from_arrays(
                [made[name] for name, _ in table.columns], schema=schema(table).to_pyarrow()
            )

    def _people(self, numbered: int, number: int, places: int) -> Columns:
        """People who come at some day of the years or before, and stay for a while."""
        chance = self.chance
        come = chance.integers(-DAYS, DAYS, number)
        born = come - chance.integers(15 * 365, 60 * 365, number)
        return {
            "id": np.arange(number) + numbered,
            "place": np.minimum(chance.zipf(1.3, number) - 1, places - 1),
            "sex": (chance.random(number) < 0.75).astype(np.int8),
            "born": born - born % 30,
            "come": come,
            "gone": come + chance.exponential(DAYS, number).astype(np.int64) + 1,
        }

    def _with_hiv(self, number: int) -> Columns:
        people = self._people(1_000_000_000, number, self.sites)
        people["begun"] = people["come"] + self.chance.geometric(0.02, number)
        people["begun"][self.chance.random(number) < 0.15] = 10 * DAYS  # never
        people["died"] = self.chance.random(number) < 0.3
        people["group"] = self.chance.integers(0, 8, number)
        return people

    def _on_methadone(self, number: int) -> Columns:
        people = self._people(2_000_000_000, number, self.sites)
        # Some come again: the last ones are earlier ones once more.
        again = number // 8
        for name in ("id", "sex", "born", "place"):
            people[name][number - again :] = people[name][:again]
        people["come"][number - again :] = people["gone"][:again] + self.chance.integers(30, 400, again)
        people["gone"][number - again :] = people["come"][number - again :] + self.chance.integers(
            9, 900, again
        )
        people["again"] = np.arange(number) >= number - again
        people["home"] = self.chance.random(number) < 0.08
        people["called"] = called(people["id"])
        return people

    def _pickups(self) -> None:
        people, chance = self.treated, self.chance
        number, times = len(people["come"]), DAYS * 2 // 45
        every = []
        for part in np.array_split(np.arange(number), max(1, number // 20_000)):
            supply = chance.choice(
                np.array([28, 30, 60, 90], np.int16), (len(part), times), p=[0.2, 0.3, 0.2, 0.3]
            )
            late = chance.geometric(0.2, (len(part), times)) - 3
            late += 200 * (chance.random((len(part), times)) < 0.004)
            at = people["begun"][part, None] + np.cumsum(supply + late, axis=1) - supply
            who, when = np.nonzero((at >= 0) & (at < DAYS) & (at < people["gone"][part, None]))
            every.append((part[who].astype(np.int32), at[who, when].astype(np.int32), supply[who, when]))
        who, when, supply = (np.concatenate(each) for each in zip(*every, strict=True))
        order = np.argsort(when, kind="stable")
        self.pickups = who[order], when[order], supply[order]

    def _orders(self) -> None:
        people = self.dosed
        times = np.arange(DAYS * 2 // 28 + 40)
        every = []
        for part in np.array_split(np.arange(len(people["come"])), max(1, len(people["come"]) // 20_000)):
            start = people["come"][part, None] + 28 * times
            who, when = np.nonzero((start >= 0) & (start < DAYS) & (start <= people["gone"][part, None]))
            every.append(
                (part[who].astype(np.int32), start[who, when].astype(np.int32), when.astype(np.int16))
            )
        who, start, which = (np.concatenate(each) for each in zip(*every, strict=True))
        order = np.argsort(start, kind="stable")
        self.orders = who[order], start[order], which[order]

    def _there(self, first: int, last: int) -> tuple[Any, Any]:
        """Who is treated with methadone on which day of a month: treatment and day, by day."""
        people, days = self.dosed, np.arange(first, last + 1)
        near = np.nonzero((people["come"] <= last) & (people["gone"] >= first))[0]
        there = (people["come"][near] <= days[:, None]) & (people["gone"][near] >= days[:, None])
        at, who = np.nonzero(there)
        return near[who], days[at]

    def _who(self, people: Columns, who: Any) -> Columns:
        names = people["called"].take(pa.array(who)) if "called" in people else called(people["id"][who])
        return {"person": names, "facility": self.places.take(pa.array(people["place"][who]))}

    def _treatment(self, who: Any) -> Columns:
        return {**self._who(self.dosed, who), "began": day(self.dosed["come"][who])}

    # Methadone

    def _ost_spell(self, first: int, last: int) -> Columns:
        people = self.dosed
        early = first == 0  # those who came before are of the first month
        who = np.nonzero((people["come"] >= (-10 * DAYS if early else first)) & (people["come"] <= last))[0]
        goes_on = people["gone"][who] >= DAYS
        how = self.chance.integers(0, 5, len(who))
        ways = pa.array(["moved", "died", "wish", "dropped-out", "custody"])
        ended = ways.take(pa.array(how, mask=goes_on))
        return {
            **self._treatment(who),
            "sex": text(["female", "male"], people["sex"][who]),
            "born": day(people["born"][who]),
            "ended": day(people["gone"][who], goes_on),
            "how": ended,
            "came": text(["new", "again"], people["again"][who].astype(np.int8)),
            "since": day(people["come"][who]),
            "known": day(np.full(len(who), -DAYS)),
        }

    def _ost_dose(self, first: int, last: int) -> Columns:
        who, when = self._there(first, last)
        home = self.dosed["home"][who]
        bottle = home & ((when + who) % 7 != 0)
        took = (self.chance.random(len(who)) < 0.93) | bottle
        who, when, bottle = who[took], when[took], bottle[took]
        size = len(who)
        return {
            **self._treatment(who),
            "day": day(when),
            "drug": text(["methadone"], np.zeros(size, np.int8)),
            "mg": number(5 * (4 + who % 26)),
            "bottle": pa.array(bottle),
            "outside": pa.array(np.zeros(size, bool)),
            "again": pa.array(self.chance.random(size) < 0.001),
        }

    def _ost_cover(self, first: int, last: int) -> Columns:
        who, when = self._there(first, last)
        held = self.dosed["home"][who] & ((when + who) % 7 != 0)
        who, when = who[held], when[held]
        return {
            **self._treatment(who),
            "day": day(when),
            "kind": text(["bottle"], np.zeros(len(who), np.int8)),
            "drug": text(["methadone"], np.zeros(len(who), np.int8)),
            "mg": number(5 * (4 + who % 26)),
            "handed": day(when - (when + who) % 7),
            "gone": pa.array(self.chance.random(len(who)) < 0.01),
        }

    def _ost_due(self, first: int, last: int) -> Columns:
        who, when = self._there(first, last)
        which = (when - self.dosed["come"][who]) // 28
        return {
            **self._who(self.dosed, who),
            "day": day(when),
            "drug": text(["methadone"], np.zeros(len(who), np.int8)),
            "phase": text(["induction", "adjustment", "maintenance"], np.clip(which // 2, 0, 2)),
        }

    def _ost_order(self, first: int, last: int) -> Columns:
        who, start, which = self._of_month(self.orders, first, last)
        mg = number(5 * (4 + who % 26))
        return {
            **self._who(self.dosed, who),
            "drug": text(["methadone"], np.zeros(len(who), np.int8)),
            "phase": text(["induction", "adjustment", "maintenance"], np.clip(which // 2, 0, 2)),
            "mg": mg,
            "daily": mg,
            "every": number(np.ones(len(who))),
            "start": day(start),
            "end": day(start + 27),
            "signed": day(start),
        }

    def _ost_urine(self, first: int, last: int) -> Columns:
        who, when = self._there(first, last)
        tested = self.chance.random(len(who)) < 1 / 90
        who, when = who[tested], when[tested]
        return {
            **self._who(self.dosed, who),
            "day": day(when),
            "opioids": pa.array(self.chance.random(len(who)) < 0.15),
            "others": pa.array(self.chance.random(len(who)) < 0.1),
        }

    def _ost_move(self, first: int, last: int) -> Columns:
        days = np.repeat(np.arange(first, last + 1), self.sites)
        places = self.places.take(pa.array(np.tile(np.arange(self.sites), last - first + 1)))
        nothing = np.zeros(len(days), np.int8)
        return {
            "facility": places,
            "target_facility": places,
            "day": day(days),
            "drug": text(["methadone"], nothing),
            "strength": number(nothing + 10),
            "source": text(["daily-cabinet"], nothing),
            "target": text(["client"], nothing),
            "quantity": number(self.chance.integers(100, 3000, len(days))),
        }

    def _ost_shelf(self, first: int, last: int) -> Columns:
        moved = self._ost_move(first, last)
        size = len(moved["day"])
        return {
            **{name: moved[name] for name in ("facility", "day", "drug", "strength")},
            "place": text(["daily-cabinet"], np.zeros(size, np.int8)),
            "change": number(self.chance.integers(-1500, 1600, size)),
        }

    # HIV

    def _of_month(self, rows: Sequence[Any], first: int, last: int) -> list[Any]:
        at = slice(np.searchsorted(rows[1], first), np.searchsorted(rows[1], last, "right"))
        return [each[at] for each in rows]

    def _on(self, days: Any, first: int, last: int) -> Any:
        """Whose day lies in a month; what was before the beginning is of the first."""
        return np.nonzero((days >= (-10 * DAYS if first == 0 else first)) & (days <= last))[0]

    def _like(self, size: int) -> Columns:
        return {
            "sex": text(["female", "male"], self.chance.integers(0, 2, size)),
            "age": text([name for _, name in BANDS], self.chance.integers(0, 4, size)),
            "group": text(_GROUPS, self.chance.integers(0, 8, size)),
        }

    def _hiv_person(self, first: int, last: int) -> Columns:
        people = self.treated
        who = self._on(people["come"], first, last)
        return {
            "person": called(people["id"][who]),
            "sex": text(["female", "male"], people["sex"][who]),
            "born": day(people["born"][who]),
            "group": text(_GROUPS, people["group"][who]),
        }

    def _hiv_detection(self, first: int, last: int) -> Columns:
        who = self._on(self.treated["come"], first, last)
        return {**self._who(self.treated, who), "day": day(self.treated["come"][who])}

    def _hiv_start(self, first: int, last: int) -> Columns:
        begun = self.treated["begun"]
        who = self._on(np.minimum(begun, 20 * DAYS), first, last)
        nothing = np.zeros(len(who), np.int8)
        return {
            **self._who(self.treated, who),
            "day": day(begun[who]),
            "kind": text(["new"], nothing),
            "since": day(begun[who]),
        }

    def _hiv_pickup(self, first: int, last: int) -> Columns:
        who, when, supply = self._of_month(self.pickups, first, last)
        return {
            **self._who(self.treated, who),
            "day": day(when),
            "days": number(supply),
            "paid": text(["insurance", "programme", "self"], self.chance.integers(0, 3, len(who))),
        }

    def _gone(self, first: int, last: int, died: bool) -> Any:
        people = self.treated
        return np.nonzero(
            (people["gone"] >= first)
            & (people["gone"] <= last)
            & (people["died"] == died)
            & (died | (people["begun"] < people["gone"]))
        )[0]

    def _hiv_end(self, first: int, last: int) -> Columns:
        who = self._gone(first, last, died=False)
        return {
            **self._who(self.treated, who),
            "day": day(self.treated["gone"][who]),
            "how": text(["transferred", "stopped"], self.chance.integers(0, 2, len(who))),
        }

    def _hiv_death(self, first: int, last: int) -> Columns:
        who = self._gone(first, last, died=True)
        return {
            **self._who(self.treated, who),
            "day": day(self.treated["gone"][who]),
            "cause": text(["aids", "other"], self.chance.integers(0, 2, len(who))),
        }

    def _hiv_viral_load(self, first: int, last: int) -> Columns:
        who, when, _ = self._of_month(self.pickups, first, last)
        tested = self.chance.random(len(who)) < 0.12
        who, when = who[tested], when[tested]
        copies = np.where(self.chance.random(len(who)) < 0.93, 0, self.chance.integers(20, 90_000, len(who)))
        return {
            **self._who(self.treated, who),
            "sampled": day(when),
            "resulted": day(when + self.chance.integers(1, 30, len(who))),
            "copies": number(copies),
            "limit": number(np.full(len(who), 20)),
        }

    def _hiv_insurance(self, first: int, last: int) -> Columns | None:
        if first % 365 > 30:
            return None
        people = self.treated
        who = np.nonzero((people["come"] <= first) & (people["gone"] > first))[0]
        who = who[self.chance.random(len(who)) < 0.9]
        return {
            "person": called(people["id"][who]),
            "since": day(np.full(len(who), first)),
            "until": day(np.full(len(who), first + 364)),
        }

    def _some(self, a_year: int, first: int, last: int, numbered: int, pool: int) -> tuple[Columns, Any]:
        """Things that happen to somebody: so many a year, to people of a pool."""
        size = a_year // 12 // self.parts
        who = self.chance.integers(0, max(1, pool // self.parts), size) + numbered
        places = self.chance.integers(0, self.communes, size)
        told = {"person": called(who), "facility": self.places.take(pa.array(places))}
        return told, self.chance.integers(first, last + 1, size)

    def _hiv_test(self, first: int, last: int) -> Columns:
        told, when = self._some(TESTS_A_YEAR, first, last, 3_000_000_000, 12_000_000)
        size = len(when)
        words = list(hiv.WORDS["hiv.test", "modality"])
        return {
            **told,
            **self._like(size),
            "day": day(when),
            "modality": text(words, self.chance.integers(0, len(words), size)),
            "result": text(["negative", "positive"], (self.chance.random(size) < 0.01).astype(np.int8)),
            "told": pa.array(self.chance.random(size) < 0.95),
        }

    def _hiv_index(self, first: int, last: int) -> Columns:
        told, when = self._some(12_000, first, last, 1_000_000_000, 2 * WITH_HIV)
        return {**told, "day": day(when), "accepted": pa.array(self.chance.random(len(when)) < 0.7)}

    def _hiv_contact(self, first: int, last: int) -> Columns:
        told, when = self._some(24_000, first, last, 3_000_000_000, 12_000_000)
        size = len(when)
        never = self.chance.random(size) < 0.3
        results = pa.array(["negative", "positive", "known"])
        return {
            **told,
            **self._like(size),
            "day": day(when),
            "tie": text(["partner", "needle", "child"], self.chance.integers(0, 3, size)),
            "tested": day(when + self.chance.integers(0, 60, size), never),
            "result": results.take(pa.array(self.chance.integers(0, 3, size), mask=never)),
        }

    def _hiv_antenatal(self, first: int, last: int) -> Columns:
        told, when = self._some(300_000, first, last, 4_000_000_000, 20_000_000)
        size = len(when)
        sick = self.chance.random(size) < 0.01
        status = pa.array(["negative", "positive", "known"])
        return {
            **told,
            "day": day(when),
            "age": text([name for _, name in BANDS], self.chance.integers(1, 3, size)),
            "status": status.take(pa.array(np.where(sick, self.chance.integers(1, 3, size), 0))),
            "learned": day(when),
            "art": pa.array(["before", "started"]).take(
                pa.array(self.chance.integers(0, 2, size), mask=~sick)
            ),
            "treated": day(when + 7, ~sick),
        }

    def _hiv_infant(self, first: int, last: int) -> Columns:
        told, when = self._some(3_000, first, last, 5_000_000_000, 10**9)
        size = len(when)
        outcomes = ["infected", "uninfected", "died", "lost"]
        return {
            **told,
            "born": day(when),
            "sex": text(["female", "male"], self.chance.integers(0, 2, size)),
            "outcome": text(outcomes, self.chance.choice(4, size, p=[0.02, 0.9, 0.02, 0.06])),
            "known": day(when + self.chance.integers(400, 600, size)),
        }

    def _hiv_infant_test(self, first: int, last: int) -> Columns:
        infants = self._hiv_infant(first, last)
        size = len(infants["born"])
        return {
            "person": infants["person"],
            "facility": infants["facility"],
            "sampled": infants["born"],
            "method": text(["virology", "antibody"], self.chance.integers(0, 2, size)),
            "result": text(["negative", "positive"], (self.chance.random(size) < 0.03).astype(np.int8)),
        }

    def _hiv_prep(self, first: int, last: int) -> Columns:
        told, when = self._some(240_000, first, last, 6_000_000_000, 60_000)
        size = len(when)
        visits = ["first", "follow", "again", "stop"]
        return {
            **told,
            **self._like(size),
            "day": day(when),
            "visit": text(visits, self.chance.choice(4, size, p=[0.2, 0.6, 0.1, 0.1])),
            "regimen": text(["daily", "event", "injected"], self.chance.integers(0, 3, size)),
        }


_GROUPS = list(hiv.WORDS["hiv.person", "group"])
