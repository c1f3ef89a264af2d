"""The tree of the nation on a day, and what became of its units."""

from datetime import date

import pytest

from phoihop.base.org.units import REFORM, Level, predecessors, register, successors, tree
from phoihop.kernel.refusals import Refusal


@pytest.mark.parametrize(
    ("on", "provinces", "everything", "exact"),
    [
        (date(2008, 8, 1), 63, 10_794, False),
        (date(2022, 3, 1), 63, 10_794, False),
        (date(2025, 2, 28), 63, 10_794, False),
        (date(2025, 3, 1), 63, 10_794, True),
        (date(2025, 6, 30), 63, 10_794, True),
        (date(2025, 7, 1), 34, 3_355, True),
        (date(2030, 1, 1), 34, 3_355, True),
    ],
)
def test_the_tree_of_a_day(on: date, provinces: int, everything: int, exact: bool):
    nation = tree(on)
    listed = list(nation)
    assert (len(nation.provinces), len(listed), nation.exact) == (provinces, everything, exact)
    assert len({u.key for u in listed}) == everything
    seen: set[str | None] = {None}
    for unit in listed:
        assert unit.parent in seen
        seen.add(unit.key)


def test_no_tree_of_a_time_that_is_not_recorded():
    with pytest.raises(Refusal) as refused:
        tree(date(2008, 7, 31))
    assert refused.value.reason == "too-early"


def test_tiers():
    old, new = tree(date(2025, 6, 30)), tree(REFORM)
    assert {u.level for u in old.children("2004:10")} == {Level.DISTRICT}
    assert {u.level for u in new.children("2025:15")} == {Level.COMMUNE}
    assert new.children("2004:10") == ()
    assert old.children("2004:498") == ()


def test_an_unknown_key_is_refused():
    with pytest.raises(Refusal) as refused:
        successors("00004", REFORM)
    assert refused.value.reason == "unknown-unit"


@pytest.mark.parametrize(
    ("key", "on", "names"),
    [
        ("2004:10", date(2026, 1, 1), ["Tỉnh Lào Cai"]),
        ("2004:15", REFORM, ["Tỉnh Lào Cai"]),
        ("2004:10", date(2025, 6, 30), []),
        ("2025:15", date(2026, 1, 1), []),
        ("2004:498", REFORM, ["Đặc khu Hoàng Sa"]),
    ],
)
def test_successors(key: str, on: date, names: list[str]):
    assert [register().unit(s.new).full_name for s in successors(key, on)] == names


def test_a_district_is_followed_by_communes():
    parts = successors("2004:082", REFORM)
    assert register().unit("2004:082").full_name == "Huyện Bát Xát"
    assert {register().unit(s.new).level for s in parts} == {Level.COMMUNE}
    assert sum(s.share for s in parts) == 1
    assert not any(s.whole for s in parts)


def test_the_way_back():
    (whole, part) = predecessors("2025:15", date(2025, 6, 30))
    assert {whole.old, part.old} == {"2004:10", "2004:15"}
    assert whole.origin + part.origin == 1
    assert predecessors("2025:15", REFORM) == ()


def test_the_path_of_a_unit():
    assert register().path("2004:02686") == "Xã A Mú Sung, Huyện Bát Xát, Tỉnh Lào Cai"
