"""What two states of a table's files differ in is what counting their rows one by one says."""

from collections import Counter
from itertools import count

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.indicators.comparing import SIGN, apart
from phoihop.engines.indicators.expressions import schema
from phoihop.engines.indicators.tests.drawing import GIVEN, facts

NAMES = [name for name, _ in GIVEN.columns]
_NUMBER = count()


def written(folder, months):
    """A state of files: rows by month, each state's under names of their own."""
    paths = []
    for month, rows in months.items():
        paths.append(folder / f"{month}.{next(_NUMBER)}.parquet")
        pq.write_table(pa.Table.from_pylist(rows, schema=schema(GIVEN).to_pyarrow()), paths[-1])
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


@given(states())
def test_any_two_states(tmp_path_factory, found):
    before, after = found
    folder = tmp_path_factory.mktemp("facts")
    rows, crowd = apart(GIVEN, written(folder, before), written(folder, after))
    there, were = counted(after), counted(before)
    expected = {row: there[row] - were[row] for row in {*there, *were} if there[row] != were[row]}
    told = {(*(row[name] for name in NAMES),): row[SIGN] for row in rows.to_pylist()}
    assert told == expected
    assert len(rows) == len(expected)
    assert crowd == len({row[0] for row in (*there, *were)} - {None})
