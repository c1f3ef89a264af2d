"""Made-up years of a few small centres: whoever came, took, missed, took home, moved and left, as facts that
fit each other. Everything that figures can say of people happens to some of them."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from phoihop.engines.indicators.facts import Cell, Row, Table
from phoihop.programmes.ost.indicators import tables

DAY = timedelta(days=1)
_ENDS = ("died", "wish", "finished", "breach", "dropped-out", "custody")


@dataclass
class Lives:
    """Facts of people at ``facilities`` who came from ``first`` on, up to ``until``."""

    chance: random.Random
    facilities: tuple[str, ...]
    first: date
    until: date
    store: dict[str, list[Row]] = field(default_factory=lambda: {table.name: [] for table in tables.ALL})

    def add(self, table: Table, **cells: Cell | int) -> None:
        row: Row = {name: None for name, _ in table.columns}
        for name, cell in cells.items():
            row[name] = Decimal(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
        self.store[table.name].append(row)

    def some_day(self, first: date, last: date) -> date:
        """Often the last day of a period: the 14th."""
        ends = [
            first + DAY * after for after in range((last - first).days + 1) if (first + DAY * after).day == 14
        ]
        if ends and self.chance.random() < 0.2:
            return self.chance.choice(ends)
        return first + DAY * self.chance.randrange(max(1, (last - first).days + 1))

    def life(self, person: str) -> None:
        """One person: one treatment or two, at one facility after another."""
        chance = self.chance
        who: dict[str, Cell] = {
            "sex": chance.choice(["female", "male", "male"]),
            "born": date(chance.randint(1965, 2006), 1, 1),
        }
        began = since = self.some_day(self.first, self.until)
        came, facility = "new", chance.choice(self.facilities)
        while began <= self.until:
            ended = began + DAY * chance.choice([chance.randint(3, 90), chance.randint(90, 600), 5000])
            # Whoever moves often comes elsewhere on the last day of a period.
            if chance.random() < 0.4:
                ended = ended.replace(day=13)
            how = chance.choice([*_ENDS, "moved", "moved"]) if ended <= self.until else None
            self.add(
                tables.SPELL, person=person, facility=facility, **who, began=began, came=came, since=since,
                ended=ended if how else None, how=how,
                known=chance.choice([None, self.first, self.some_day(self.first, self.until)]),
            )  # fmt: skip
            self.treatment(person, facility, began, min(ended, self.until), came == "transfer")
            if how is None or how == "died" or chance.random() < 0.5:
                return
            if how == "moved":
                came, began = "transfer", ended + DAY
                facility = chance.choice([each for each in self.facilities if each != facility])
            else:
                came, began = "again", ended + DAY * chance.randint(5, 60)
                since = began

    def treatment(self, person: str, facility: str, began: date, last: date, goes_on: bool) -> None:
        """Orders, doses, bottles and tests of one treatment; ``goes_on``: it began elsewhere."""
        chance = self.chance
        drug = chance.choice(["methadone", "methadone", "buprenorphine"])
        mg = chance.choice([4, 8, 16]) if drug == "buprenorphine" else chance.choice([20, 40, 60, 61, 90])
        steady = began if goes_on else began + DAY * chance.randint(10, 60)
        # Some have nothing ordered for a while, some orders run out, and some ask for a dose every other day.
        ordered_from = began if chance.random() < 0.8 else began + DAY * chance.randint(1, 40)
        ordered_to = last if chance.random() < 0.8 else self.some_day(began, last)
        every, asked_from = chance.choice([1, 1, 1, 2]), chance.choice([0, 1])
        for phase, start, end in (
            ("induction", ordered_from, steady - DAY),
            ("maintenance", max(steady, ordered_from), ordered_to),
        ):
            if start <= min(end, last):
                self.add(
                    tables.ORDER, person=person, facility=facility, drug=drug, phase=phase, mg=mg, daily=mg,
                    every=every, start=start, end=min(end, last), signed=start,
                )  # fmt: skip
        home = self.some_day(steady, last) if chance.random() < 0.5 and steady < last else None
        home_to = self.some_day(home, last) if home else None
        # Some leave within days of six months of it.
        if home and chance.random() < 0.3:
            home, home_to = max(steady, last - DAY * chance.randint(184, 200)), last
        if home:
            # Most who take medicine home signed for it; some sign and get none.
            if chance.random() < 0.85:
                ended = home_to if (home_to and home_to < last) or chance.random() < 0.5 else None
                self.add(tables.COMMITMENT, person=person, facility=facility, signed=home, ended=ended)
            if chance.random() < 0.15:
                home = None
        steadiness, away = chance.choice([0.5, 0.9, 1.0, 1.0]), chance.random() < 0.3
        gone = self.some_day(began, last) if away else None
        back = gone + DAY * chance.randint(20, 60) if gone else None
        day = began
        while day <= last:
            phase = "induction" if day < steady else "maintenance"
            of: dict[str, Cell | int] = {
                "person": person, "facility": facility, "began": began, "day": day, "drug": drug, "mg": mg,
            }  # fmt: skip
            if day >= ordered_from and (day - ordered_from).days % every == 0 and day < self.until:
                outside = day > ordered_to
                if not outside and (day - ordered_from).days >= asked_from:
                    self.add(tables.DUE, person=person, facility=facility, day=day, drug=drug, phase=phase)
                if (gone and back and gone <= day < back) or (outside and chance.random() < 0.7):
                    pass
                elif home and home_to and home <= day <= home_to and day.weekday() in (5, 6):
                    self.add(tables.COVER, **of, kind="bottle", handed=day - DAY * (day.weekday() - 4),
                             gone=chance.random() < 0.05)  # fmt: skip
                elif chance.random() < steadiness:
                    where = facility if chance.random() < 0.98 else chance.choice(self.facilities)
                    self.add(
                        tables.DOSE, **of | {"facility": where}, bottle=False, outside=outside, again=False
                    )
                elif chance.random() < 0.2:
                    self.add(tables.COVER, **of, kind="inpatient", gone=False)
            if chance.random() < 1 / 60:
                self.add(tables.URINE, person=person, facility=facility, day=day,
                         opioids=chance.choice([None, False, False, True]), others=False)  # fmt: skip
            day += DAY

    def application(self, person: str) -> None:
        complete = self.some_day(self.first, self.until)
        decided = complete + DAY * self.chance.randint(0, 8)
        state = self.chance.choice(["admitted", "refused", "withdrawn"]) if decided <= self.until else "open"
        facility = self.chance.choice(self.facilities)
        self.add(
            tables.APPLICATION, person=person, facility=facility, complete=complete,
            decided=decided if decided <= self.until else None, state=state,
        )  # fmt: skip


def drawn(seed: int, facilities: tuple[str, ...], people: int, first: date, until: date) -> Lives:
    """The lives of so many people, and as many applications as half of them."""
    lives = Lives(random.Random(seed), facilities, first, until)
    for number in range(people):
        lives.life(f"p{number}")
    for number in range(people // 2):
        lives.application(f"a{number}")
    return lives
