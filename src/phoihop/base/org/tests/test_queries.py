"""What the room's queries find: places through time from the real tables, reach, and loading again."""

from datetime import date

import pytest
from django.db.models import Q

from phoihop.base.org import loading, units
from phoihop.base.org.models import Succession, Unit
from phoihop.base.org.queries import agencies as offices
from phoihop.base.org.queries import units as places
from phoihop.base.org.queries.reaching import NOTHING, within
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.kernel.refusals import Refusal

OLD, NEW = date(2024, 1, 1), date(2026, 1, 1)


@pytest.fixture
def viewer(db) -> Viewer:
    with scope.acting(making.INSTALL):
        return making.somebody("Tòng Văn Ít", "member", making.agency("Sở Y tế Mường Lay"))


@pytest.fixture
def nation(viewer) -> Viewer:
    loading.load_units()
    return viewer


def test_loading_again_adds_nothing_and_ends_nothing(nation):
    first = loading.load_units()
    assert Unit.objects.count() == first.units == sum(1 for _ in units.units())
    assert Succession.objects.count() == first.successions
    merged = Unit.objects.get(key="2025:15")
    Unit.objects.filter(pk=merged.pk).update(valid_to=date(2030, 1, 1), name="Lao Cai")
    assert loading.load_units() == first
    merged.refresh_from_db()
    # A later merger stays; a name is corrected from the tables.
    assert (merged.valid_to, merged.name) == (date(2030, 1, 1), "Lào Cai")


def test_the_tree_of_a_day(nation):
    assert len(places.tree(nation, on=OLD)) == 63
    assert len(places.tree(nation, on=NEW)) == 34
    new = places.tree(nation, on=NEW)
    assert sum(branch.below for branch in new) == 3321
    assert new[0].name == "Tỉnh An Giang"
    with pytest.raises(Refusal, match="too-early"):
        places.tree(nation, on=date(1990, 1, 1))


def unit(nation: Viewer, key: str, on: date):
    return places.unit_on(nation, unit=Unit.objects.get(key=key), on=on)


def test_a_province_knows_what_it_was_and_what_lies_in_it(nation):
    new = unit(nation, "2025:15", NEW)
    assert new.name == "Tỉnh Lào Cai"
    assert {line.name for line in new.came_from} == {"Tỉnh Lào Cai", "Tỉnh Yên Bái"}
    assert len(new.below) == 99
    assert {branch.unit.level for branch in new.below} == {"commune"}


def test_a_district_became_the_communes_of_its_communes_and_a_part_is_said_to_be_one(nation):
    district = Unit.objects.get(system="2004", level="district", name="Bát Xát")
    whole = unit(nation, district.key, date(2025, 6, 30))
    assert [above.name for above in whole.above] == ["Lào Cai"]
    assert {"Xã Bát Xát", "Xã Y Tý"} <= {line.name for line in whole.became}
    assert all(line.unit.system == "2025" for line in whole.became)
    parted = Succession.objects.filter(whole=False).select_related("old")[0]
    line = unit(nation, parted.old.key, NEW).became[0]
    assert not line.whole
    assert 0 < line.percent < 100


FINDS = [
    ("lao cai", NEW, "Tỉnh Lào Cai", None),
    ("yen bai", NEW, "Tỉnh Lào Cai", "trước 7/2025: Tỉnh Yên Bái"),
    ("yen bai", OLD, "Tỉnh Yên Bái", None),
    ("quang kim, lao cai", OLD, "Xã Quang Kim", None),
]


def test_a_name_of_any_time_finds_what_stands_on_the_day(nation):
    # One test: the nation is loaded once.
    for typed, on, name, via in FINDS:
        first = places.search(nation, text=typed, on=on)[0]
        assert (first.name, first.via.vi if first.via else None) == (name, via)
    assert places.search(nation, text="  ", on=NEW) == ()


def test_a_unit_merged_here_leads_to_what_it_became(nation):
    old = Unit.objects.get(key="2025:15")
    with scope.acting(making.INSTALL):
        new = making.unit("hong-ha", name="Hồng Hà", kind="tỉnh", level="province", system="test")
        Unit.objects.filter(pk=old.pk).update(valid_to=date(2026, 6, 30))
        Succession.objects.create(old=old, new=new, whole=True, day=date(2026, 7, 1))
    found = places.search(nation, text="lao cai", on=date(2027, 1, 1))
    assert ("Tỉnh Hồng Hà", "trước đây: Tỉnh Lào Cai") in [(f.name, f.via.vi if f.via else "") for f in found]
    assert "Tỉnh Hồng Hà" in [f.name for f in places.search(nation, text="hong ha", on=date(2027, 1, 1))]


def test_agencies_are_found_by_words_in_any_order(viewer):
    with scope.acting(making.INSTALL):
        for name in ("Công an xã Ấm", "Công an xã Án", "Trạm Y tế xã Ấm"):
            making.agency(name)
    found = offices.agencies(viewer, text="an xa", on=NEW)
    assert [agency.name for agency in found.agencies] == ["Công an xã Án", "Công an xã Ấm"]


def test_reach_as_a_condition(db):
    with scope.acting(making.INSTALL):
        here, there = making.agency("Sở Y tế"), making.agency("Công an")
        head = making.somebody("Lường Văn Tấp", "head", here)
        admin = making.somebody("Giàng Thị Mo", "administrator", there)
        member = making.somebody("Tòng Văn Ít", "member", here)
    assert within(head, "org.see_people", agency="agency") == NOTHING | Q(agency__in=frozenset({here.pk}))
    assert within(head, "org.see_people", facility="facility") == NOTHING
    assert within(admin, "org.see_people", agency="agency") == Q()
    assert within(member, "org.see_people", agency="agency") == NOTHING
