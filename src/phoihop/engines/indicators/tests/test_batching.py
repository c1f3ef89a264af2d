"""Windows are asked about some after others where tables are large, each once, and else all at once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators.batching import MOST, SHARE, Size, batches
from phoihop.engines.indicators.facts import PERSON
from phoihop.engines.indicators.rows import Among, Count, Facts, Latest, Where
from phoihop.engines.indicators.tests.drawing import TABLES, WINDOWS, definitions
from phoihop.engines.indicators.tests.making import ENDED, PICKUP, until
from phoihop.engines.indicators.values import Column, within
from phoihop.kernel.calendars import Calendar, Period, Span

YEAR = [Period(Calendar.CIVIL, Span.MONTH, 2026).next(steps).window for steps in range(12)]
FEW = settings(max_examples=settings().max_examples // 4)
IN_WINDOW = Where(Facts(PICKUP), within(Column("day")))
UP_TO_NOW = Latest(Where(Facts(PICKUP), until("day")), (PERSON,), ("day",))
OF_THE_LEFT = Among(IN_WINDOW, Where(Facts(ENDED), until("day")), (PERSON,), present=True)
# Of the largest table, rows of three months at once: as many days as the months have here, at 30 a month.
THREE = MOST * 30 // 92


def size(month):
    return Size(12 * month, month)


CASES: dict[str, Any] = {
    "nothing known of sizes": (IN_WINDOW, {}, [12]),
    "small": (IN_WINDOW, {PICKUP.name: size(MOST // 13)}, [12]),
    "a quarter at once": (IN_WINDOW, {PICKUP.name: size(THREE)}, [3, 3, 3, 3]),
    "a month is too much: one at once all the same": (IN_WINDOW, {PICKUP.name: size(2 * MOST)}, [1] * 12),
    "what no window bounds is read once": (UP_TO_NOW, {PICKUP.name: size(2 * MOST)}, [12]),
    "beside it somewhat, for each quarter": (
        OF_THE_LEFT, {PICKUP.name: size(THREE), ENDED.name: Size(MOST // SHARE, 1)}, [3, 3, 3, 3],
    ),
    "beside it more, for each half": (
        OF_THE_LEFT, {PICKUP.name: size(THREE), ENDED.name: Size(2 * MOST // SHARE, 1)}, [6, 6],
    ),
    "beside it much, once": (
        OF_THE_LEFT, {PICKUP.name: size(THREE), ENDED.name: Size(4 * MOST // SHARE, 1)}, [12],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_no_more_is_read_at_once_than_there_is_room_for(case):
    rows, sizes, lengths = CASES[case]
    assert [len(some) for _, some in batches([Count(rows)], YEAR, sizes)] == lengths


@FEW
@given(definitions(), WINDOWS, st.data())
def test_every_window_is_asked_about_once(definition, windows, data):
    sizes = data.draw(
        st.dictionaries(
            st.sampled_from([each.name for each in TABLES]),
            st.builds(Size, st.integers(0, 10**12), st.integers(0, 10**10)),
        )
    )
    found = list(batches(definition.measures, windows, sizes))
    assert [window for _, some in found for window in some] == list(windows)
    assert all(windows[first] == some[0] for first, some in found)
