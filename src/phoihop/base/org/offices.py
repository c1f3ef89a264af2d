"""Every write to agencies and facilities; two becoming one is in ``mergers``.

Nothing is overwritten: an agency that changes its name ends, and one of the new name follows it whole, so
that each day knows the name of its time and the old name leads to the new one.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from phoihop.base.org import reach
from phoihop.base.org.agencies import Tier, kind
from phoihop.base.org.agencies.facilities import POINT, facility_kind
from phoihop.base.org.doors import action
from phoihop.base.org.models import Agency, AgencySuccession, Facility, Position, Unit
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import fold, nfc

_DAY = timedelta(days=1)


@action("org.change_agencies", "Lập cơ quan", "Set up an agency")
def create_agency(
    *,
    by: Viewer,
    kind: str,
    name: str,
    unit: Unit | None,
    parent: Agency | None = None,
    since: date | None = None,
    basis: str = "",
) -> Agency:
    """An office of a unit from a day on; None where the day is not known.

    Refusal: no name, no such kind or none on that day, a unit or parent that is missing or was not there on
    that day, or the same office twice ("office-there").
    """
    name = _named(name)
    _check_kind(kind, unit, since)
    if unit is not None:
        _in_force(unit, since)
    if parent is not None and since is not None and not _going(parent, since):
        raise Refusal(
            "parent-not-then",
            "Cơ quan cấp trên không hoạt động vào ngày này.",
            "The parent agency was not in existence on this day.",
        )
    _alone(_same_unit(unit).filter(kind=kind), name, since)
    return Agency.objects.create(
        kind=kind, name=name, unit=unit, parent=parent, valid_from=since, basis=basis.strip()
    )


@action("org.rename_agency", "Đổi tên cơ quan", "Rename an agency", of="agency")
def rename_agency(*, by: Viewer, agency: Agency, name: str, day: date, basis: str = "") -> Agency:
    """The agency under its new name from a day on: who works there goes on, nobody's sight changes.

    Refusal: no name or the same one, the agency has an end already, the day is not after its first one, or
    another office of the unit is called so.
    """
    name = _named(name)
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    _not_ended(agency.valid_to)
    if agency.valid_from is not None and day <= agency.valid_from:
        raise Refusal(
            "rename-too-early",
            "Ngày đổi tên phải sau ngày cơ quan bắt đầu hoạt động.",
            "An agency can be renamed only after its first day.",
        )
    if name == agency.name:
        raise Refusal("name-the-same", "Tên mới trùng tên cũ.", "The new name is the present one.")
    _alone(_same_unit(agency.unit).filter(kind=agency.kind).exclude(pk=agency.pk), name, day)
    new = Agency.objects.create(
        kind=agency.kind,
        name=name,
        unit=agency.unit,
        parent=agency.parent,
        valid_from=day,
        basis=basis.strip(),
    )
    AgencySuccession.objects.create(old=agency, new=new, day=day, basis=basis.strip())
    Agency.objects.filter(pk=agency.pk).update(valid_to=day - _DAY, end_basis=basis.strip())
    Agency.objects.filter(parent=agency).exclude(valid_to__lt=day).update(parent=new)
    for position in Position.objects.filter(agency=agency).exclude(until__lt=day):
        _go_on(position, new, day)
    reach.forget()
    return new


def _go_on(position: Position, new: Agency, day: date) -> None:
    """The same position at the agency of the new name; the part before keeps the old one."""
    if position.since >= day:
        Position.objects.filter(pk=position.pk).update(agency=new)
        return
    units = list(position.units.all())
    Position.objects.filter(pk=position.pk).update(until=day - _DAY)
    more = Position.objects.create(
        person_id=position.person_id,
        role=position.role,
        agency=new,
        facility_id=position.facility_id,
        since=day,
        until=position.until,
        basis=position.basis,
        given_by_id=position.given_by_id,
        approved_by_id=position.approved_by_id,
    )
    more.units.set(units)


@action("org.end_agency", "Kết thúc cơ quan", "End an agency", of="agency")
def end_agency(*, by: Viewer, agency: Agency, last_day: date, basis: str = "") -> Agency:
    """The agency's last day. Refusal: it has one already or began later, or somebody still works there, or an
    office or facility of it would go on."""
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    _not_ended(agency.valid_to)
    _order(agency.valid_from, last_day)
    here = [agency.pk, *reach.lineage().agencies_before(agency.pk)]
    _empty(Q(agency__in=here) | Q(facility__agency__in=here), last_day)
    going = Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
    if (
        Agency.objects.filter(going, parent=agency).exists()
        or Facility.objects.filter(going, agency__in=here).exists()
    ):
        raise Refusal(
            "offices-go-on",
            "Còn cơ sở hoặc đơn vị trực thuộc hoạt động sau ngày này. Hãy kết thúc các nơi ấy trước.",
            "Facilities or offices of this agency go on after this day. End those first.",
        )
    agency.valid_to, agency.end_basis = last_day, basis.strip()
    agency.save(update_fields=["valid_to", "end_basis"])
    return agency


@action("org.change_facilities", "Lập cơ sở", "Set up a facility", of="agency")
def create_facility(
    *,
    by: Viewer,
    agency: Agency,
    kind: str,
    name: str,
    unit: Unit | None = None,
    parent: Facility | None = None,
    programmes: Iterable[str] = (),
    since: date | None = None,
) -> Facility:
    """A place where the agency serves people; a dispensing point names the facility it belongs to.

    Refusal: no name, no such kind or programme, the agency, unit or parent not there on that day, a parent
    of another agency, a point without one, or the same facility twice in this agency ("office-there").
    """
    name, programmes = _named(name), sorted(set(programmes))
    facility_kind(kind)
    if since is not None and not _going(agency, since):
        raise Refusal(
            "agency-not-then",
            "Cơ quan này không hoạt động vào ngày đó.",
            "This agency was not in existence on that day.",
        )
    if unit is not None:
        _in_force(unit, since)
    _check_parent(agency, kind, parent, since)
    if not set(programmes) <= set(known_programmes()):
        raise Refusal("unknown-programme", "Không có chương trình này.", "There is no such programme.")
    # Within the agency alone: what others run is theirs to know.
    _alone(Facility.objects.filter(agency=agency, kind=kind, unit=unit), name, since)
    return Facility.objects.create(
        agency=agency,
        kind=kind,
        name=name,
        unit=unit,
        parent=parent,
        programmes=programmes,
        valid_from=since,
    )


@action("org.end_facility", "Kết thúc cơ sở", "End a facility", of="facility")
def end_facility(*, by: Viewer, facility: Facility, last_day: date) -> Facility:
    """The facility's last day. Refusal: it has one already or began later, somebody still works there, or a
    point that belongs to it would go on."""
    facility = Facility.objects.select_for_update().get(pk=facility.pk)
    _not_ended(facility.valid_to)
    _order(facility.valid_from, last_day)
    _empty(Q(facility=facility), last_day)
    if Facility.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last_day), parent=facility).exists():
        raise Refusal(
            "points-go-on",
            "Còn điểm trực thuộc hoạt động sau ngày này. Hãy kết thúc các điểm ấy trước.",
            "Points of this facility go on after this day. End those first.",
        )
    facility.valid_to = last_day
    facility.save(update_fields=["valid_to"])
    return facility


def known_programmes() -> dict[str, list[str]]:
    """The programmes that roles work in, each with the roles by code."""
    found: dict[str, list[str]] = {}
    for code, role in ROLES.items():
        for programme in role.programmes:
            found.setdefault(programme, []).append(code)
    return dict(sorted(found.items()))


def _named(name: str) -> str:
    name = " ".join(nfc(name).split())
    if not name:
        raise Refusal("office-name-missing", "Hãy ghi tên.", "Give a name.")
    return name


def _check_kind(code: str, unit: Unit | None, since: date | None) -> None:
    found = kind(code)
    if since is not None and not found.stood(since):
        raise Refusal(
            "kind-not-then",
            "Vào ngày này không có loại cơ quan đó.",
            "There were no agencies of this kind on this day.",
        )
    if unit is None and found.tier is not Tier.CENTRE:
        raise Refusal(
            "unit-missing",
            "Hãy chọn địa bàn của cơ quan: chỉ cơ quan trung ương không thuộc địa bàn nào.",
            "Choose the area the agency belongs to: only national agencies belong to none.",
        )


def _going(thing: Agency | Facility | Unit, on: date) -> bool:
    return (thing.valid_from is None or thing.valid_from <= on) and (
        thing.valid_to is None or on <= thing.valid_to
    )


def _in_force(unit: Unit, since: date | None) -> None:
    if since is not None and not _going(unit, since):
        raise Refusal(
            "unit-not-then",
            "Đơn vị hành chính này không có vào ngày đó. Hãy chọn đơn vị của ngày ấy.",
            "This administrative unit did not exist on that day. Choose one of that day.",
        )


def _check_parent(agency: Agency, kind: str, parent: Facility | None, since: date | None) -> None:
    if parent is None:
        if kind == POINT:
            raise Refusal(
                "point-alone",
                "Điểm cấp phát thuốc phải thuộc một cơ sở.",
                "A dispensing point has to belong to a facility.",
            )
        return
    if parent.agency_id not in {agency.pk, *reach.lineage().agencies_before(agency.pk)}:
        raise Refusal(
            "parent-elsewhere",
            "Cơ sở quản lý phải thuộc cùng cơ quan.",
            "The facility it belongs to has to be of the same agency.",
        )
    if parent.kind == POINT:
        raise Refusal(
            "parent-is-point",
            "Một điểm cấp phát thuốc không quản lý cơ sở khác.",
            "Nothing belongs to a dispensing point.",
        )
    if since is not None and not _going(parent, since):
        raise Refusal(
            "facility-not-then",
            "Cơ sở quản lý không hoạt động vào ngày này.",
            "The facility it belongs to was not in existence on this day.",
        )


def _same_unit(unit: Unit | None) -> QuerySet[Agency]:
    """The offices of a unit; it is locked, so that two of one name made at once are not both let in."""
    if unit is not None:
        Unit.objects.select_for_update().get(pk=unit.pk)
    return Agency.objects.filter(unit=unit)


def _alone(rows: QuerySet[Any], name: str, since: date | None) -> None:
    """Refusal("office-there") if one of these has the name in part of the time from ``since`` on."""
    later = rows if since is None else rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=since))
    if any(fold(each) == fold(name) for each in later.values_list("name", flat=True)):
        raise Refusal(
            "office-there",
            "Đã có nơi cùng loại, cùng tên ở địa bàn này.",
            "There is one of this kind and name in this area already.",
        )


def _not_ended(valid_to: date | None) -> None:
    if valid_to is not None:
        raise Refusal(
            "ended-already",
            "Nơi này đã có ngày kết thúc hoặc đã đổi tên.",
            "This one has a last day already, or goes on under another name.",
        )


def _order(first: date | None, last: date) -> None:
    if first is not None and last < first:
        raise Refusal("days-wrong", "Ngày kết thúc trước ngày bắt đầu.", "It would end before it begins.")


def _empty(where: Q, last_day: date) -> None:
    if Position.objects.filter(where).exclude(until__lte=last_day).exists():
        raise Refusal(
            "people-there",
            "Còn người giữ nhiệm vụ ở đây sau ngày này. Hãy kết thúc các nhiệm vụ ấy trước.",
            "People hold positions here after this day. End those first.",
        )
