"""The facilities of Phìn Sơn that treat, and their points: six with nineteen points at the end of 2023, as
its documents say, eight with thirty today. All invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from phoihop.base.org.models import Agency, Facility, Unit
from phoihop.base.org.offices import create_facility
from phoihop.base.org.placing import place_facility
from phoihop.base.org.queries.placing import said_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.demo.places import REFORM

OST = "ost"
OFFICE = "cdc"
_ARRANGED = "Sắp xếp đơn vị hành chính từ ngày 01/7/2025"


@dataclass(frozen=True, slots=True)
class Place:
    """A facility, or with ``of`` (the number of the facility) a point of one. ``share``: how many come there,
    beside the others."""

    name: str
    begun: date
    share: int
    of: int | None = None


def _points(of: int, *named: tuple[str, date, int]) -> tuple[Place, ...]:
    return tuple(Place(f"Điểm cấp phát {name}", begun, share, of) for name, begun, share in named)


FACILITIES = (
    Place("Cơ sở điều trị Phìn Sơn", date(2012, 4, 2), 11),
    Place("Cơ sở điều trị Mường Khoang", date(2013, 9, 16), 9),
    Place("Cơ sở điều trị Nậm Xoong", date(2014, 3, 10), 7),
    Place("Cơ sở điều trị Pu Lao", date(2014, 11, 3), 6),
    Place("Cơ sở điều trị Khau Đeng", date(2015, 8, 17), 6),
    Place("Cơ sở điều trị Tả Sín", date(2016, 5, 9), 5),
    Place("Cơ sở điều trị Bản Hiêng", date(2024, 6, 3), 9),
    Place("Cơ sở điều trị Mường Lâu", date(2025, 3, 17), 8),
)
POINTS = (
    *_points(
        0,
        ("Nậm Lanh", date(2015, 6, 1), 5),
        ("Huổi Xạ", date(2016, 3, 7), 4),
        ("Pá Khum", date(2017, 9, 4), 4),
        ("Sín Phầy", date(2018, 5, 14), 3),
        ("Nà Vặm", date(2024, 9, 9), 3),
        ("Khâu Chua", date(2025, 10, 6), 2),
    ),
    *_points(
        1,
        ("Bản Tong", date(2015, 10, 5), 5),
        ("Mường Hạt", date(2017, 4, 10), 4),
        ("Tả Ngoi", date(2018, 8, 6), 3),
        ("Nậm Phoóng", date(2019, 6, 3), 3),
        ("Huổi Đươi", date(2024, 4, 15), 3),
    ),
    *_points(
        2,
        ("Nậm Ngóa", date(2016, 10, 3), 4),
        ("Pá Vẹn", date(2018, 3, 12), 4),
        ("Sín Chua", date(2019, 9, 9), 3),
        ("Nà Lảo", date(2025, 5, 12), 2),
    ),
    *_points(
        3,
        ("Huổi Lốt", date(2016, 12, 5), 4),
        ("Phìn Tở", date(2018, 10, 1), 3),
        ("Tả Khum", date(2020, 6, 1), 3),
        ("Nậm Xài", date(2026, 2, 2), 2),
    ),
    *_points(
        4,
        ("Khau Mặt", date(2017, 5, 8), 4),
        ("Bản Xuổi", date(2019, 4, 1), 3),
        ("Pá Đóng", date(2021, 3, 1), 3),
        ("Nà Phát", date(2025, 8, 4), 2),
    ),
    *_points(
        5,
        ("Sín Lủng", date(2018, 6, 4), 4),
        ("Huổi Phặc", date(2022, 9, 5), 3),
        ("Tả Lào", date(2024, 11, 4), 2),
    ),
    *_points(6, ("Nậm Hiêng", date(2024, 12, 2), 4), ("Bản Phoong", date(2025, 11, 3), 3)),
    *_points(7, ("Mường Tỉa", date(2025, 9, 8), 3), ("Pá Lâu", date(2026, 3, 2), 3)),
)
PLACES = (*FACILITIES, *POINTS)


def places(by: Viewer, office: Agency) -> dict[int, Facility]:
    """Every facility and point by its number, each where it stands; what is there stays."""
    found: dict[int, Facility] = {}
    there = {row.name: row for row in Facility.objects.filter(agency=office).select_related("parent")}
    districts, communes = (_units(level) for level in ("district", "commune"))
    for number, place in enumerate(PLACES):
        town = number if place.of is None else place.of
        since: dict[date | None, Unit] = {None: communes[town]}
        if place.begun < REFORM:
            since = {None: districts[town], REFORM: communes[town]}
        found[number] = facility = there.get(place.name) or create_facility(
            by=by,
            agency=office,
            kind="treatment" if place.of is None else "point",
            name=place.name,
            unit=since[None],
            parent=found[place.of] if place.of is not None else None,
            programmes=[OST],
            since=place.begun,
        )
        _stand(by, facility, since)
    return found


def _units(level: str) -> list[Unit]:
    """In the order of places.COMMUNES, which is that of the facilities: each stands in the town whose name it
    bears, with its points."""
    return list(Unit.objects.filter(system="demo", level=level).order_by("code"))


def _stand(by: Viewer, facility: Facility, since: Mapping[date | None, Unit]) -> None:
    """As an administrator says it: which part of a district became a commune, no succession tells."""
    said = {each.since: each.unit for each in said_of(Facility.objects.filter(pk=facility.pk))[facility.pk]}
    for day, unit in since.items():
        if said.get(day) != unit.pk:
            place_facility(by=by, facility=facility, unit=unit, since=day, basis=_ARRANGED if day else "")
