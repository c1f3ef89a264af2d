"""Administrative units: writes the tables of base/org/units/data from the package vietnamadminunits.

``python -m tools.units`` writes them again, with ``--report`` it counts what they hold. What was changed on
the way, and why, stands in the README beside the tables.
"""

import csv
import json
import math
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from statistics import median
from typing import Any

from phoihop.base.org.units import Level, System, gaps, register, successions
from phoihop.kernel.text import nfc
from tools.tree import ROOT

TABLES = ROOT / "src" / "phoihop" / "base" / "org" / "units" / "data"

# Names that the package writes with a small first letter, as lists made by a program often do for É, Ủ, Á, Ý.
CAPITALS = {
    "Mường é": "Mường É", "é Tòng": "É Tòng", "Pa ủ": "Pa Ủ", "Đại áng": "Đại Áng",
    "Đồng ý": "Đồng Ý", "Ya ly": "Ya Ly",
}  # fmt: skip
# Districts that had no commune: the package lists each as a row without a commune.
ISLANDS = {
    "318": "Bạch Long Vĩ",
    "471": "Cồn Cỏ",
    "498": "Hoàng Sa",
    "536": "Lý Sơn",
    "755": "Côn Đảo",
}
# Parts that the resolutions do not know: (old, new), and where they say otherwise.
NO_PARTS = {("28036", "28087"): "NQ 1682/NQ-UBTVQH15, khoản 20 và 52 Điều 1"}
GRID = 24  # points a side, laid over a divided commune to see which new unit each lies nearest
FAR = 50.0  # kilometres between a commune and what it became: one of the two points is another place's
SMALLEST = 0.05  # of a divided commune: the least that a part is taken to hold

Row = dict[str, Any]
Place = tuple[float, float]


@dataclass
class Old:
    """A unit of the old tiers that has successors: a commune, or an island district without communes."""

    code: str
    key: str  # the package's own, made of the names of province, district and commune
    name: str
    district: str
    province: str
    at: Place | None
    box: tuple[float, float, float, float] | None  # south, west, north, east
    targets: list[str] = field(default_factory=list)  # codes of new communes


@dataclass
class New:
    """A commune of today: its area in square kilometres, if the package's figure can be believed."""

    code: str
    key: str
    name: str
    province: str
    at: Place
    area: float | None
    sources: list[Old] = field(default_factory=list)


def distance(a: Place, b: Place) -> float:
    """Kilometres between two places, close enough within one country."""
    east = math.radians(b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 6371 * math.hypot(east, math.radians(b[0] - a[0]))


class Package:
    """What vietnamadminunits holds, and the doubts about it."""

    def __init__(self) -> None:
        with as_file(files("vietnamadminunits") / "data") as folder:
            base = sqlite3.connect(folder / "dataset.db")
            base.row_factory = sqlite3.Row
            self.old_rows: list[Row] = [dict(r) for r in base.execute("select * from admin_units_legacy")]
            self.new_rows: list[Row] = [dict(r) for r in base.execute("select * from admin_units")]
            self.mapping = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
        self.dropped: list[tuple[Old, New, Old]] = []
        self.vague: list[New] = []
        self.new = self._new()
        self.old = self._old()
        self.usual = median(unit.area for unit in self.new.values() if unit.area)
        self._connect()
        self._drop_namesakes()
        self.misplaced = self._misplaced()

    def _new(self) -> dict[str, New]:
        same = Counter((r["wardShortKey"], r["wardAreaKm2"]) for r in self.new_rows)
        found = {}
        for r in self.new_rows:
            # One area, and now and then one point, was given to every unit of a name: then it is nobody's.
            known = r["wardAreaKm2"] and same[r["wardShortKey"], r["wardAreaKm2"]] == 1
            unit = New(
                r["wardCode"], f"{r['provinceKey']}_{r['wardKey']}", name_of(r["ward"], r["wardType"]),
                r["provinceCode"], (r["wardLat"], r["wardLon"]), r["wardAreaKm2"] if known else None,
            )  # fmt: skip
            found[unit.code] = unit
            if not known:
                self.vague.append(unit)
        return found

    def _old(self) -> dict[str, Old]:
        found = {}
        for r in self.old_rows:
            code = r["wardCode"] or r["districtCode"]
            found[code] = Old(
                code,
                f"{r['provinceKey']}_{r['districtKey']}_{r['wardKey'] or ''}",
                name_of(r["ward"], r["wardType"]) if r["ward"] else ISLANDS[code],
                r["districtCode"],
                r["provinceCode"],
                (r["wardLat"], r["wardLon"]) if r["wardLat"] else None,
                _box(r["wardBounds"]),
            )
        return found

    def _connect(self) -> None:
        by_key = {unit.key: unit for unit in self.old.values()}
        news = {unit.key: unit for unit in self.new.values()}
        pairs = [
            (by_key[old], news[f"{province}_{new}"])
            for province, wards in self.mapping["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
            for new, olds in wards.items()
            for old in olds
        ] + [
            (by_key[old], news[f"{province}_{part['newWardKey']}"])
            for province, olds in self.mapping["DICT_PROVINCE_WARD_DIVIDED"].items()
            for old, parts in olds.items()
            for part in parts
        ]
        for old, new in sorted(pairs, key=lambda p: (p[0].code, p[1].code)):
            old.targets.append(new.code)
            new.sources.append(old)

    def _drop_namesakes(self) -> None:
        """Take back parts that a commune owes to its name alone.

        The package found communes by name within the new province, so that of two called Tân Thạnh,
        80 km apart, each became a part of both successors. A part is a namesake's when the successor
        takes nothing else of the commune's district, and takes undivided communes of the namesake's or
        lies much nearer to the namesake.
        """
        for new in self.new.values():
            for old in [o for o in new.sources if len(o.targets) > 1]:
                rivals = [o for o in new.sources if o is not old and o.name == old.name]
                if not rivals or self._undivided(new, old):
                    continue
                rival = min(rivals, key=lambda o: distance(o.at or new.at, new.at))
                near, far = distance(rival.at or new.at, new.at), distance(old.at or new.at, new.at)
                if self._undivided(new, rival) or (far > 15 and far > 3 * near):
                    self.dropped.append((old, new, rival))
        for old, new, _ in self.dropped:
            self._part(old, new)
        for code, target in NO_PARTS:
            self._part(self.old[code], self.new[target])

    @staticmethod
    def _part(old: Old, new: New) -> None:
        old.targets.remove(new.code)
        new.sources.remove(old)

    @staticmethod
    def _undivided(new: New, like: Old) -> int:
        """How many other communes of a commune's district go to a new unit and nowhere else."""
        return sum(o.district == like.district and len(o.targets) == 1 for o in new.sources if o is not like)

    def _misplaced(self) -> tuple[set[str], set[str]]:
        """Codes of old and of new communes whose point cannot be believed.

        A point that several old communes share is that of something else. Where a commune of today lies far
        from all it was made of, either side may be wrong; where only one source lies far, that one is.
        """
        shared = Counter(old.at for old in self.old.values())
        olds = {old.code for old in self.old.values() if old.at and shared[old.at] > 1}
        news = set()
        for new in self.new.values():
            sources = [o for o in new.sources if o.at and o.code not in olds]
            far = {o.code for o in sources if distance(o.at or new.at, new.at) > FAR}
            olds |= far
            if far and len(far) == len(sources):
                news.add(new.code)
        return olds, news

    def zone(self, district: str) -> New | None:
        """The one unit that everything in a district became: most of these are islands."""
        targets = {code for old in self.old.values() if old.district == district for code in old.targets}
        return self.new[targets.pop()] if len(targets) == 1 else None

    def land(self, old: Old) -> list[int]:
        """About how many hectares of a commune went to each of its targets; at least 1.

        A grid of points is laid over the commune's bounding box; each goes to the target whose centre is
        nearest, measured in that target's own radius. Without a believable box the parts are equal.
        """
        targets = [self.new[code] for code in old.targets]
        areas = [t.area for t in targets if t.area] or [self.usual]
        box = old.box if old.box and _area(old.box) <= 4 * max(areas) else None
        size = min(_area(box) if box else max(areas), max(areas)) * 100
        if len(targets) == 1 or not box:
            return [max(1, round(size / len(targets)))] * len(targets)
        radii = [math.sqrt((t.area or median(areas)) / math.pi) for t in targets]
        south, west, north, east = box
        hits = [0] * len(targets)
        for i in range(GRID):
            for j in range(GRID):
                point = (
                    south + (north - south) * (i + 0.5) / GRID,
                    west + (east - west) * (j + 0.5) / GRID,
                )
                away = [distance(point, t.at) / radius for t, radius in zip(targets, radii, strict=True)]
                hits[away.index(min(away))] += 1
        return [max(1, round(size * max(hit / GRID**2, SMALLEST))) for hit in hits]


def name_of(full: str, kind: str) -> str:
    """'Phường Ba Đình' → 'Ba Đình', 'Phường 3' → '3'; in NFC."""
    name = nfc(full)
    # Some districts bear the word twice ("Thành phố Thành Phố Bắc Kạn").
    while name.lower().startswith(f"{kind.lower()} "):
        name = name[len(kind) :].strip()
    return CAPITALS.get(name, name)


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    low, high = (part.split(",") for part in text.split(" – "))
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _area(box: tuple[float, float, float, float]) -> float:
    south, west, north, east = box
    return distance((south, west), (north, west)) * distance((south, west), (south, east))


def _write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (TABLES / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _point(lat: float | None, lon: float | None) -> tuple[str, str]:
    return ("", "") if lat is None or lon is None else (f"{lat:.4f}", f"{lon:.4f}")


UNIT = ("code", "parent", "kind", "name", "lat", "lon")


def _province(r: Row) -> tuple[str, ...]:
    kind = "thành phố" if r["province"].startswith("Thành phố") else "tỉnh"
    return r["provinceCode"], "", kind, nfc(r["provinceShort"]), *_point(r["provinceLat"], r["provinceLon"])


def _district(r: Row, zone: New | None) -> tuple[str, ...]:
    kind = r["districtType"].lower().replace("thành phố", "thành phố thuộc tỉnh")
    name = name_of(r["district"], r["districtType"])
    # A search for an island by name may find an office on the mainland; its zone's point is surveyed.
    at = zone.at if zone else (r["districtLat"], r["districtLon"])
    return r["districtCode"], r["provinceCode"], kind, name, *_point(*at)


def _commune(r: Row, parent: str, misplaced: set[str]) -> tuple[str, ...]:
    name = name_of(r["ward"], r["wardType"])
    point = ("", "") if r["wardCode"] in misplaced else _point(r["wardLat"], r["wardLon"])
    return r["wardCode"], r[parent], r["wardType"].lower(), name, *point


def write() -> None:
    """Write every table that is made, not kept by hand."""
    package = Package()
    lost_old, lost_new = package.misplaced
    districts = {r["districtCode"]: r for r in package.old_rows}
    old = {
        **{r["provinceCode"]: _province(r) for r in package.old_rows},
        **{code: _district(r, package.zone(code)) for code, r in districts.items()},
        **{r["wardCode"]: _commune(r, "districtCode", lost_old) for r in package.old_rows if r["ward"]},
    }
    new = {
        **{r["provinceCode"]: _province(r) for r in package.new_rows},
        **{r["wardCode"]: _commune(r, "provinceCode", lost_new) for r in package.new_rows},
    }
    _write("units_2004.csv", UNIT, _ordered(old))
    _write("units_2025.csv", UNIT, _ordered(new))
    pieces = (
        (old.code, code, land)
        for old in package.old.values()
        for code, land in zip(old.targets, package.land(old), strict=True)
    )
    _write("pieces_2025.csv", ("old", "new", "land"), sorted(pieces))
    _write("gaps.csv", ("kind", "old", "new", "note", "certainty"), _gaps(package))


def _ordered(units: dict[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Provinces, districts, communes, each by code."""
    return [units[code] for code in sorted(units, key=lambda code: (len(code), code))]


def _gaps(package: Package) -> list[tuple[str, str, str, str, str]]:
    rows = [
        ("island", old.code, old.targets[0], "huyện đảo không có đơn vị cấp xã, nay là đặc khu", "P")
        for old in package.old.values()
        if old.code in ISLANDS
    ]
    for old, new, rival in package.dropped:
        note = f"nguồn ghi là một phần; bỏ vì trùng tên với {rival.code}"
        rows.append(("namesake", old.code, new.code, note, "P"))
    lost_old, lost_new = package.misplaced
    rows += [("point", code, "", "tọa độ trong nguồn là của nơi khác", "P") for code in lost_old]
    rows += [("point", "", code, "tọa độ trong nguồn có thể là của nơi khác", "P") for code in lost_new]
    rows += [
        ("paper", old, new, f"nguồn ghi là một phần; bỏ theo {paper}", "V")
        for (old, new), paper in NO_PARTS.items()
    ]
    rows += [
        ("area", "", new.code, "nguồn ghi diện tích bằng 0, trống hoặc trùng với đơn vị cùng tên", "P")
        for new in package.vague
    ]
    return sorted(rows)


def report() -> list[str]:
    """What the tables hold, counted; one line for each fact."""
    count = register()
    lines = []
    for system in System:
        tiers = Counter(u.level for u in count.units.values() if u.system is system)
        lines.append(f"{system}: " + ", ".join(f"{tiers[level]} {level}" for level in Level if tiers[level]))
    out = Counter(piece.old for piece in count.pieces)
    old = [u for u in count.units.values() if u.system is System.OLD and u.level is Level.COMMUNE]
    whole, divided = sum(out[u.key] == 1 for u in old), sum(out[u.key] > 1 for u in old)
    lines.append(f"old communes: {whole} whole, {divided} divided, {len(old) - whole - divided} unmapped")
    sourced = {piece.new for piece in count.pieces}
    new = [u for u in count.units.values() if u.system is System.NEW and u.level is Level.COMMUNE]
    lines.append(f"communes of today without a source: {sum(u.key not in sourced for u in new)}")
    names = {u.code: u.full_name for u in old}
    again = [u for u in new if u.code in names]
    renamed = sum(names[u.code] != u.full_name for u in again)
    lines.append(f"old codes used again: {len(again)}, {renamed} of them for another name")
    lines += [f"gaps: {n} {kind}" for kind, n in sorted(Counter(g.kind for g in gaps()).items())]
    lines.append(f"checked against their resolutions: {sum(link.certainty == 'V' for link in successions())}")
    return lines


def main(arguments: Sequence[str]) -> int:
    if "--report" in arguments:
        print("\n".join(report()))
    else:
        write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
