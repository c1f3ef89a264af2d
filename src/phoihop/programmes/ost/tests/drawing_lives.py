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
        return first + DAY * self.chance.randrange(max(1, (last - first).days + 1))

    def life(self, person: str) -> None:
        """One person: one treatment or two, at one facility after another."""
        chance = self.chance
        who = {"sex": chance.choice(["female", "male", "male"]), "born": date(chance.randint(1965, 2006), 1, 1)}
        began = since = self.some_day(self.first, self.until)
        came, facility = "new", chance.choice(self.facilities)
        while began <= self.until:
            ended = began + DAY * chance.choice([chance.randint(3, 90), chance.randint(90, 600), 5000])
            how = chance.choice([*_ENDS, "moved", "moved"]) if ended <= self.until else None
            self.add(
                tables.SPELL, person=person, facility=facility, **who, began=began, came=came, since=since,
                ended=ended if how else None, how=how,
                known=chance.choice([None, self.first, self.some_day(self.first, self.until)]),
            )  # fmt: skip
            self.treatment(person, facility, began, min(ended, self.until))
            if how is None or how == "died" or chance.random() < 0.5:
                return
            if how == "moved":
                came, began = "transfer", ended + DAY * chance.randint(1, 3)
                facility = chance.choice([each for each in self.facilities if each != facility])
            else:
                came, began = "again", ended + DAY * chance.randint(5, 60)
                since = began

    def treatment(self, person: str, facility: str, began: date, last: date) -> None:
        chance = self.chance
        drug = chance.choice(["methadone", "methadone", "buprenorphine"])
        mg = chance.choice([4, 8, 16]) if drug == "buprenorphine" else chance.choice([20, 40, 60, 61, 90])
        steady = began + DAY * chance.randint(10, 60)
        # Some have nothing ordered for a while, and some orders run out.
        ordered_to = last if chance.random() < 0.8 else self.some_day(began, last)
        for phase, start, end in (("induction", began, steady - DAY), ("maintenance", steady, ordered_to)):
            if start <= min(end, last):
                self.add(
                    tables.ORDER, person=person, facility=facility, drug=drug, phase=phase, mg=mg, daily=mg,
                    every=1, start=start, end=min(end, last), signed=start,
                )  # fmt: skip
        home = self.some_day(steady, last) if chance.random() < 0.5 and steady < last else None
        home_to = self.some_day(home, last) if home else None
        if home:
            # Most who take medicine home signed for it; some sign and get none.
            if chance.random() < 0.85:
                ended = home_to if home_to and home_to < last or chance.random() < 0.5 else None
                self.add(tables.COMMITMENT, person=person, facility=facility, signed=home, ended=ended)
            if chance.random() < 0.15:
                home = None
        steadiness, away = chance.choice([0.5, 0.9, 1.0, 1.0]), chance.random() < 0.3
        gone = self.some_day(began, last) if away else None
        back = gone + DAY * chance.randint(20, 60) if gone else None
        day = began
        while day <= last:
            phase = "induction" if day < steady else "maintenance"
            of = {"person": person, "facility": facility, "began": began, "day": day, "drug": drug, "mg": mg}
            if day <= ordered_to and day < self.until:
                self.add(tables.DUE, person=person, facility=facility, day=day, drug=drug, phase=phase)
                if gone and back and gone <= day < back:
                    pass
                elif home and home_to and home <= day <= home_to and day.weekday() in (5, 6):
                    self.add(tables.COVER, **of, kind="bottle", handed=day - DAY * (day.weekday() - 4),
                             gone=chance.random() < 0.05)  # fmt: skip
                elif chance.random() < steadiness:
                    where = facility if chance.random() < 0.98 else chance.choice(self.facilities)
                    self.add(tables.DOSE, **of | {"facility": where}, bottle=False, outside=False, again=False)
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
        self.add(tables.APPLICATION, person=person, facility=self.chance.choice(self.facilities),
                 complete=complete, decided=decided if decided <= self.until else None, state=state)  # fmt: skip


def drawn(seed: int, facilities: tuple[str, ...], people: int, first: date, until: date) -> Lives:
    """The lives of so many people, and as many applications as half of them."""
    lives = Lives(random.Random(seed), facilities, first, until)
    for number in range(people):
        lives.life(f"p{number}")
    for number in range(people // 2):
        lives.application(f"a{number}")
    return lives
