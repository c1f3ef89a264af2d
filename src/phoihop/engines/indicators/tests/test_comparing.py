"""What two states of a table's files differ in is what counting their rows one by one says."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import count

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.indicators import comparing
from phoihop.engines.indicators.comparing import SIGN, apart
from phoihop.engines.indicators.expressions import schema
from phoihop.engines.indicators.partitions import batches, write
from phoihop.engines.indicators.tests.drawing import GIVEN, facts

NAMES = [name for name, _ in GIVEN.columns]
_NUMBER = count()


def written(folder, months, laid):
    """A state of files: rows by month, each state's under names of their own. ``laid``: None for rows as they
    come, else whether they lie some days after some others."""
    paths = []
    for month, rows in months.items():
        paths.append(folder / f"{month}.{next(_NUMBER)}.parquet")
        if laid is None:
            pq.write_table(pa.Table.from_pylist(rows, schema=schema(GIVEN).to_pyarrow()), paths[-1])
        else:
            write(paths[-1], GIVEN, batches(GIVEN, rows), laid)
    return paths


def counted(months):
    return Counter((*(row[name] for name in NAMES),) for rows in months.values() for row in rows)


@st.composite
def states(draw):
    """Months before and now: alike but for a few rows put in, taken out or moved, anywhere."""
    before, after = {}, {}
    for month in draw(st.lists(st.sampled_from(["2026-01", "2026-02", "undated"]), unique=True)):
        lying = draw(facts(GIVEN)) * draw(st.integers(1, 3))
        # A month may be new, or gone.
        if draw(st.integers(0, 3)):
            before[month] = lying
        rows = [*lying]
        for row in draw(facts(GIVEN))[:2]:
            rows.insert(draw(st.integers(0, len(rows))), row)
        for _ in range(draw(st.integers(0, 2))):
            if rows:
                rows.pop(draw(st.integers(0, len(rows) - 1)))
        if draw(st.integers(0, 3)):
            after[month] = draw(st.permutations(rows)) if draw(st.booleans()) else rows
    return before, after


LAID = st.sampled_from([None, False, True])


@given(states(), LAID, LAID)
def test_any_two_states(tmp_path_factory, found, was, now):
    before, after = found
    folder = tmp_path_factory.mktemp("facts")
    rows, crowd = apart(GIVEN, written(folder, before, was), written(folder, after, now))
    there, were = counted(after), counted(before)
    expected = {row: there[row] - were[row] for row in {*there, *were} if there[row] != were[row]}
    told = {(*(row[name] for name in NAMES),): row[SIGN] for row in rows.to_pylist()}
    assert told == expected
    assert len(rows) == len(expected)
    assert crowd == len({row[0] for row in (*there, *were)} - {None})


def test_what_was_written_of_other_days_is_not_read(tmp_path, monkeypatch):
    """A month in which five people come every day; on the last somebody comes once more, and one row of the
    tenth is corrected."""
    days = [date(2026, 3, day) for day in range(1, 32)]
    empty = dict.fromkeys(NAMES)
    rows = [empty | {"person": f"p{who}", "day": day, "days": Decimal(1)} for who in range(5) for day in days]
    later = [*rows, empty | {"person": "p3", "day": days[30]}]
    later[9] = {**later[9], "days": Decimal(2)}
    was, now = (written(tmp_path, {"2026-03": each}, True) for each in (rows, later))
    read = []
    groups = comparing._rows

    def counting(table, files):
        found = groups(table, files)
        read.append({day.as_py() for day in found["day"]})
        return found

    monkeypatch.setattr(comparing, "_rows", counting)
    told, crowd = apart(GIVEN, was, now)
    assert sorted((row["day"], row[SIGN]) for row in told.to_pylist()) == [
        (days[9], -1), (days[9], 1), (days[30], 1)
    ]  # fmt: skip
    assert crowd == 5
    # Days since 1970 in fours: the tenth is the third of its four, the last the fourth.
    assert read == [{*days[7:11], *days[27:31]}] * 2
