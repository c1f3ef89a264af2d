"""Administrative units on a day: the tree level by level, one unit with its past and future, the search."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Count, Q

from phoihop.base.org import units as tables
from phoihop.base.org.doors import query
from phoihop.base.org.models import Agency, Succession, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.units.register import EARLIEST, EXACT_FROM
from phoihop.kernel.refusals import Bilingual
from phoihop.kernel.sorting import sort_key
from phoihop.kernel.text import plain

FOUND = 20  # units that a search shows
# Units are known to everybody: looking at them is nothing to record.
see = partial(query, "org.see_units", "Xem đơn vị hành chính", "See administrative units", recorded=False)


def stood(on: date, prefix: str = "") -> Q:
    """What stood on a day, as a condition on rows with a first and a last day."""
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": on})
    going = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on})
    return begun & going


def full_name(unit: Unit) -> str:
    """As signs write it: "Phường Ba Đình"."""
    kind = unit.kind.removesuffix(" thuộc tỉnh")
    return f"{kind[:1].upper()}{kind[1:]} {unit.name}"


def is_exact(on: date) -> bool:
    """Whether the tables tell districts and communes as they were on that very day."""
    return on >= EXACT_FROM


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in the tree, and how many lie directly in it."""

    unit: Unit
    name: str
    below: int


@dataclass(frozen=True, slots=True)
class Line:
    """What a unit became, or came from: wholly, or by an estimated part of the old one's land."""

    unit: Unit
    name: str
    above: str
    whole: bool
    percent: float | None
    day: date
    basis: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """One unit: those above it, the nearest first; those in it; what it became and came from; agencies."""

    unit: Unit
    name: str
    above: tuple[Unit, ...]
    below: tuple[Branch, ...]
    became: tuple[Line, ...]
    came_from: tuple[Line, ...]
    agencies: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A unit that a search found; ``via`` says which name of another time led to it."""

    unit: Unit
    name: str
    above: str
    via: Bilingual | None


@see()
def tree(viewer: Viewer, *, on: date, above: Unit | None = None) -> tuple[Branch, ...]:
    """The units directly in one, or the provinces, of a day; in Vietnamese order. Refusal("too-early")."""
    if on < EARLIEST:
        tables.tree(on)  # says how far back the tables go
    return _below(on, above)


def _below(on: date, above: Unit | None) -> tuple[Branch, ...]:
    found = (
        Unit.objects.filter(stood(on), parent=above)
        .annotate(below=Count("children", filter=stood(on, "children__")))
        .order_by("code")
    )
    branches = [Branch(unit, full_name(unit), unit.below) for unit in found]
    return tuple(sorted(branches, key=lambda branch: sort_key(branch.unit.name)))


@see()
def unit_on(viewer: Viewer, *, unit: Unit, on: date) -> Whole:
    """A unit with everything that hangs on it; what lies in it is that of ``on``."""
    above = []
    parent = unit.parent
    while parent is not None:
        above.append(parent)
        parent = parent.parent
    return Whole(
        unit,
        full_name(unit),
        tuple(above),
        _below(on, unit),
        _lines(Q(old__in=_with_communes(unit)), "new"),
        _lines(Q(new=unit), "old"),
        tuple(Agency.objects.filter(stood(on), unit=unit).order_by("name")),
    )


def _with_communes(unit: Unit) -> list[int]:
    """The unit; of a district its communes too, which were divided one by one. Asked for by themselves: what
    a planner makes of "this or below this" hangs on statistics, which a table just filled does not have."""
    if unit.level != "district":
        return [unit.pk]
    return [unit.pk, *Unit.objects.filter(parent=unit, level="commune").values_list("pk", flat=True)]


def _lines(which: Q, end: str) -> tuple[Line, ...]:
    """Successions, one line for each unit at the other end."""
    # Apart, not joined: the plan of a join hangs on statistics, which a table just filled does not have.
    rows = (
        Succession.objects.filter(which).order_by("-share", "pk").prefetch_related(f"{end}__parent__parent")
    )
    found: dict[int, Line] = {}
    for row in rows:
        unit: Unit = getattr(row, end)
        if unit.pk not in found:
            found[unit.pk] = Line(
                unit,
                full_name(unit),
                full_name(unit.parent) if unit.parent else "",
                row.whole,
                float(row.share) * 100 if row.share is not None and not row.whole else None,
                row.day,
                row.basis,
                row.certainty == "V",
            )
    return tuple(found.values())


@see()
def search(viewer: Viewer, *, text: str, on: date) -> tuple[Found, ...]:
    """Units of a day by a name as typed, marks or none; a name of another time finds what stands there."""
    hits = tables.search(text, on, limit=FOUND)
    found = {unit.pk: _found(unit, None) for unit in _not_in_tables(text, on)}
    rows = {
        unit.key: unit
        for unit in Unit.objects.filter(key__in=[hit.unit.key for hit in hits]).select_related(
            "parent__parent"
        )
    }
    later = _since_merged([row for row in rows.values() if row.valid_to and row.valid_to < on], on)
    for hit in hits:
        row = rows.get(hit.unit.key)
        if row is None:
            continue
        via = tables.explained(hit)
        for unit in later.get(row.pk, [row]):
            if unit.pk != row.pk:
                via = Bilingual(f"trước đây: {full_name(row)}", f"formerly: {full_name(row)}")
            found.setdefault(unit.pk, _found(unit, via))
    return tuple(found.values())


def _found(unit: Unit, via: Bilingual | None) -> Found:
    return Found(unit, full_name(unit), ", ".join(full_name(each) for each in _above(unit)), via)


def _not_in_tables(text: str, on: date) -> list[Unit]:
    """Units that were made here, by a merger or for a demo, whose names the tables do not have."""
    words = plain(text.partition(",")[0]).split()
    made = Unit.objects.filter(stood(on)).exclude(system__in=list(tables.System))
    rows = made.select_related("parent__parent").order_by("code")
    return [unit for unit in rows if words and all(word in plain(full_name(unit)) for word in words)]


def _since_merged(ended: list[Unit], on: date) -> dict[int, list[Unit]]:
    """What units became by a merger made in this program, which the tables do not know."""
    became: dict[int, list[Unit]] = {}
    if ended:
        # Apart, as above: by the index of the old ones, whatever the planner thinks of the other table.
        rows = Succession.objects.filter(old__in=[each.pk for each in ended], day__lte=on)
        for row in rows.prefetch_related("new__parent__parent"):
            new = row.new
            began = new.valid_from is None or new.valid_from <= on
            if began and (new.valid_to is None or new.valid_to >= on):
                became.setdefault(row.old_id, []).append(new)
    return became


def _above(unit: Unit) -> list[Unit]:
    nearest = unit.parent
    return [each for each in (nearest, nearest.parent if nearest else None) if each is not None]
