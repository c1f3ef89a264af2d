"""The tables against the official figures and against the resolutions that were read."""

import unicodedata
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from phoihop.base.org.units import (
    REFORM,
    Level,
    System,
    gaps,
    key,
    pieces,
    predecessors,
    register,
    resolutions,
    successions,
    successors,
    units,
)
from phoihop.base.org.units.tables import checked
from phoihop.base.org.units.tests.papers import COMMUNES
from tools import units as maker

BEFORE = date(2025, 6, 30)

# Communes of today by province, as public reports of the resolutions give them.
COMMUNES_OF = {
    "01": 126, "08": 124, "12": 38, "14": 75, "15": 99, "19": 92, "22": 54, "25": 148, "38": 166, "79": 168,
    "82": 102,
}  # fmt: skip

PROVINCES = [
    ("15", {"Lào Cai", "Yên Bái"}),
    ("19", {"Thái Nguyên", "Bắc Kạn"}),
    ("44", {"Quảng Trị", "Quảng Bình"}),
    ("25", {"Phú Thọ", "Vĩnh Phúc", "Hòa Bình"}),
    ("68", {"Lâm Đồng", "Đắk Nông", "Bình Thuận"}),
    ("91", {"An Giang", "Kiên Giang"}),
    ("82", {"Đồng Tháp", "Tiền Giang"}),
    ("79", {"Hồ Chí Minh", "Bình Dương", "Bà Rịa - Vũng Tàu"}),
    ("12", {"Lai Châu"}),
    ("01", {"Hà Nội"}),
]


@pytest.mark.parametrize(
    ("system", "level", "count"),
    [
        (System.OLD, Level.PROVINCE, 63),
        (System.OLD, Level.DISTRICT, 696),
        (System.OLD, Level.COMMUNE, 10_035),
        (System.NEW, Level.PROVINCE, 34),
        (System.NEW, Level.DISTRICT, 0),
        (System.NEW, Level.COMMUNE, 3_321),
    ],
)
def test_the_official_counts(system: System, level: Level, count: int):
    assert sum(u.system is system and u.level is level for u in units()) == count


def test_the_kinds_of_todays_communes():
    kinds = Counter(u.kind for u in units() if u.system is System.NEW and u.level is Level.COMMUNE)
    assert kinds == {"xã": 2_621, "phường": 687, "đặc khu": 13}


@pytest.mark.parametrize(("code", "count"), COMMUNES_OF.items())
def test_the_communes_of_a_province(code: str, count: int):
    assert len(register().tree(REFORM).children(f"2025:{code}")) == count


@pytest.mark.parametrize(("code", "names"), PROVINCES)
def test_what_a_province_was_made_of(code: str, names: set[str]):
    made_of = predecessors(f"2025:{code}", BEFORE)
    assert {register().unit(s.old).name for s in made_of} == names
    assert all(s.whole and not s.estimated for s in made_of)
    assert all("202/2025/QH15" in s.basis for s in made_of)


@pytest.mark.parametrize(("code", "paper", "clause", "whole", "parts"), COMMUNES)
def test_a_commune_is_what_its_resolution_says(code: str, paper: str, clause: str, whole: str, parts: str):
    made_of = predecessors(f"2025:{code}", BEFORE)
    names = {
        kind: sorted(register().unit(s.old).name for s in made_of if s.whole is kind)
        for kind in (True, False)
    }
    assert names[True] == sorted(filter(None, whole.split(", ")))
    assert names[False] == sorted(filter(None, parts.split(", ")))
    assert {(s.basis, s.certainty) for s in made_of} == {(f"{paper}, {clause}", "V")}


def test_only_what_was_read_counts_as_checked():
    read = {f"2025:{code}" for code, *_ in COMMUNES}
    assert {new for new in checked() if register().unit(new).level is Level.COMMUNE} == read


def test_cao_lanh_was_made_of_nine_communes_of_its_own_town():
    # The namesakes Phường 3, 4 and 6 of Sa Đéc, Cai Lậy and Mỹ Tho are none of it.
    parents = [register().unit(s.old).parent for s in predecessors("2025:29869", BEFORE)]
    assert parents == ["2004:866"] * 9


def test_every_old_commune_is_mapped_whole_or_divided():
    parts = Counter(piece.old for piece in pieces())
    old = [u for u in units() if u.system is System.OLD and u.level is Level.COMMUNE]
    divided = sum(parts[u.key] > 1 for u in old)
    assert (sum(parts[u.key] == 1 for u in old), divided, sum(parts[u.key] == 0 for u in old)) == (
        9_594,
        441,
        0,
    )


def test_every_unit_of_today_comes_from_somewhere():
    sourced = {piece.new for piece in pieces()}
    assert not [
        u for u in units() if u.system is System.NEW and u.level is Level.COMMUNE and u.key not in sourced
    ]


def test_no_commune_leaves_its_province_on_the_way():
    known = register()
    for piece in known.pieces:
        old, new = known.at_level(piece.old, Level.PROVINCE), known.at_level(piece.new, Level.PROVINCE)
        assert new.key in {s.new for s in successors(old.key, REFORM)}


def test_a_code_used_again_is_another_key():
    known = register()
    old, new = known.unit("2004:00004"), known.unit("2025:00004")
    assert (old.full_name, new.full_name) == ("Phường Trúc Bạch", "Phường Ba Đình")
    names = {u.code: u.full_name for u in units() if u.system is System.OLD and u.level is Level.COMMUNE}
    again = [u for u in units() if u.system is System.NEW and u.code in names]
    assert (len(again), sum(names[u.code] != u.full_name for u in again)) == (3_316, 2_146)
    assert len({u.key for u in units()}) == 63 + 696 + 10_035 + 34 + 3_321


@pytest.mark.parametrize("name", ["Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo"])
def test_an_island_district_became_a_special_zone(name: str):
    island = next(u for u in units() if u.name == name and u.level is Level.DISTRICT)
    (became,) = successors(island.key, REFORM)
    zone = register().unit(became.new)
    assert (zone.full_name, became.whole) == (f"Đặc khu {name}", True)
    assert "NQ-UBTVQH15" in became.basis
    assert [g.new for g in gaps() if g.kind == "island" and g.old == island.key] == [zone.key]


def test_each_new_province_has_its_resolution():
    papers = [r for r in resolutions() if r.province]
    assert sorted(r.number for r in papers) == [f"{n}/NQ-UBTVQH15" for n in range(1654, 1688)]
    assert {r.province for r in papers} == {p.key for p in register().tree(REFORM).provinces}
    assert {r.certainty for r in resolutions()} <= {"V", "P"}


def test_names_are_composed_and_begin_with_a_capital():
    for unit in units():
        assert unit.name == unicodedata.normalize("NFC", unit.name).strip()
        assert not unit.name[0].islower()
        assert unit.kind not in unit.name.lower().split(" ", 1)[0]


def test_successions_add_up_to_one_each_way():
    shares: dict[str, Fraction] = defaultdict(Fraction)
    origins: dict[str, Fraction] = defaultdict(Fraction)
    for link in successions():
        shares[link.old] += link.share
        origins[link.new] += link.origin
        assert link.estimated is not link.whole
        assert 0 < link.decimal_share <= 1
    assert set(shares.values()) == {1}
    assert set(origins.values()) == {1}


def test_every_gap_names_units_that_exist():
    known = register()
    for gap in gaps():
        assert all(known.unit(end) for end in (gap.old, gap.new) if end)
    assert Counter(g.kind for g in gaps()) == {
        "area": 309,
        "namesake": 31,
        "island": 5,
        "paper": 1,
        "point": 302,
    }


def test_the_tables_are_what_the_tool_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(maker, "TABLES", tmp_path)
    kept = Path(maker.__file__).resolve().parent.parent / "src/phoihop/base/org/units/data"
    maker.write()
    for made in tmp_path.iterdir():
        assert made.read_text(encoding="utf-8") == (kept / made.name).read_text(encoding="utf-8"), made.name
    assert {p.name for p in tmp_path.iterdir()} == {
        "units_2004.csv", "units_2025.csv", "pieces_2025.csv", "gaps.csv",
    }  # fmt: skip


@pytest.mark.parametrize(("key", "east_of"), [("2004:498", 111), ("2025:20333", 111), ("2004:576", 111)])
def test_the_far_islands_lie_in_the_sea(key: str, east_of: float):
    assert register().unit(key).lon > east_of


def test_every_point_lies_in_the_country_and_its_sea():
    for unit in units():
        assert (unit.lat is None) is (unit.lon is None)
        assert unit.lat is None or (7 < unit.lat < 24 and 102 < unit.lon < 118), unit


def test_the_report_counts():
    lines = "\n".join(maker.report())
    assert "9594 whole, 441 divided, 0 unmapped" in lines


def test_keys_are_made_of_system_and_code():
    assert key(System.NEW, "00004") == "2025:00004"
    assert key(System.OLD, "") == ""
