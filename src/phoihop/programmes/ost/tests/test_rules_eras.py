"""Which papers were in force on which day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.certainty import Certainty
from phoihop.programmes.ost.rules.eras import INSTRUMENTS, Strand, era, instrument

DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("strand", "on", "code"),
    [
        # QĐ 4066/QĐ-BYT, 31/12/2024, in force on signature, replaces 3140/2010 and 3509/2015: V
        (Strand.GUIDELINE, date(2022, 5, 1), "3140/QĐ-BYT"),
        (Strand.GUIDELINE, date(2024, 12, 30), "3140/QĐ-BYT"),
        (Strand.GUIDELINE, date(2024, 12, 31), "4066/QĐ-BYT"),
        (Strand.POINTS, date(2024, 12, 30), "3509/QĐ-BYT"),
        (Strand.POINTS, date(2024, 12, 31), "4066/QĐ-BYT"),
        (Strand.GUIDELINE, date(2009, 1, 1), None),
        # NĐ 90/2016 from 1/7/2016, NĐ 141/2024 from 15/12/2024: V
        (Strand.DECREE, date(2016, 6, 30), "96/2012/NĐ-CP"),
        (Strand.DECREE, date(2016, 7, 1), "90/2016/NĐ-CP"),
        (Strand.DECREE, date(2024, 12, 14), "90/2016/NĐ-CP"),
        (Strand.DECREE, date(2024, 12, 15), "141/2024/NĐ-CP"),
        # TT 14/2015 from 1/9/2015, TT 26/2023 from 15/3/2024: V
        (Strand.CIRCULAR, date(2015, 9, 1), "14/2015/TT-BYT"),
        (Strand.CIRCULAR, date(2024, 3, 14), "14/2015/TT-BYT"),
        (Strand.CIRCULAR, date(2024, 3, 15), "26/2023/TT-BYT"),
        # NĐ 96/2012, QĐ 3140/2010 and QĐ 3509/2015 from these days: M
        (Strand.DECREE, date(2012, 12, 31), None),
        (Strand.DECREE, date(2013, 1, 1), "96/2012/NĐ-CP"),
        (Strand.GUIDELINE, date(2010, 8, 29), None),
        (Strand.GUIDELINE, date(2010, 8, 30), "3140/QĐ-BYT"),
        (Strand.POINTS, date(2015, 8, 20), None),
        (Strand.POINTS, date(2015, 8, 21), "3509/QĐ-BYT"),
        (Strand.CIRCULAR, date(2015, 8, 31), None),
        # Law 73/2021 from 1/1/2022; law 120/2025 takes over on 1/7/2026: V
        (Strand.LAW, date(2021, 12, 31), None),
        (Strand.LAW, date(2022, 1, 1), "73/2021/QH14"),
        (Strand.LAW, date(2026, 6, 30), "73/2021/QH14"),
        (Strand.LAW, date(2026, 7, 1), "120/2025/QH15"),
    ],
)
def test_the_paper_of_a_day(strand, on, code):
    found = instrument(strand, on)
    assert (found.code if found else None) == code


def test_two_eras_side_by_side():
    before, after = era(date(2022, 6, 1)), era(date(2026, 8, 1))
    assert before.codes == ("73/2021/QH14", "90/2016/NĐ-CP", "14/2015/TT-BYT", "3140/QĐ-BYT", "3509/QĐ-BYT")
    assert (before.first, before.last) == (date(2022, 1, 1), date(2024, 3, 14))
    assert after.codes == ("120/2025/QH15", "141/2024/NĐ-CP", "26/2023/TT-BYT", "4066/QĐ-BYT")
    assert after.last is None


def test_what_is_in_force_without_a_signature():
    assert [each.value for each in Certainty if each.in_force] == ["V", "D"]


@given(DAYS)
def test_at_most_one_paper_of_a_strand_a_day(day):
    for strand in Strand:
        assert sum(each.strand is strand and each.covers(day) for each in INSTRUMENTS) <= 1


@given(DAYS)
def test_within_an_era_nothing_changes(day):
    found = era(day)
    assert found.first <= day
    assert era(found.first).papers == found.papers
    if found.last is not None:
        assert day <= found.last
        assert era(found.last) == found
        assert era(found.last + timedelta(days=1)).papers != found.papers
