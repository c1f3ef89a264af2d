"""Saying in which unit a facility stands from a day on, and taking that back. Nothing is overwritten.

What is said here moves a facility's figures from one unit to another. It lets nobody see more or less: that
hangs on the unit in which the facility was set up.
"""

from datetime import date

from phoihop.base.org import reach
from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility, Placement, Unit
from phoihop.base.org.queries import placing
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.rules.placing import Said, grounds, in_order
from phoihop.kernel.refusals import Refusal


@action("org.place_facility", "Ghi địa bàn của cơ sở", "Say where a facility stands", of="facility")
def place_facility(
    *,
    by: Viewer,
    facility: Facility,
    unit: Unit,
    since: date | None = None,
    moved: bool = False,
    basis: str = "",
) -> Placement:
    """The facility stands in a unit from a day on, None: from its first. ``moved``: it went there itself;
    else the map changed around it, or what was said before was wrong.

    Refusal: a day before the facility began, after it ended or still to come, a unit that was not there on
    that day, a move with no day, what stands already, or another unit than the ground of before can lie in.
    """
    facility = Facility.objects.select_for_update().get(pk=facility.pk)
    first = facility.valid_from
    if since is not None and since == first:
        since = None
    _check_day(facility, since, by.day, moved=moved)
    on = since or first
    if on is not None:
        _check_stood(unit, on)
    said = _said(facility)
    if Said(unit.pk, since, moved) in said:
        raise Refusal(
            "placed-so-already",
            "Địa bàn này đã được ghi như vậy.",
            "This is what is said already.",
        )
    kept = [each for each in said if each.since != since]
    _check_ground(facility, in_order([*kept, Said(unit.pk, since, moved)]), by.day)
    return _say(by, facility, unit, since, moved, basis)


@action("org.take_back_placement", "Bỏ địa bàn đã ghi", "Take back where a facility stands", of="facility")
def take_back(*, by: Viewer, facility: Facility, since: date | None) -> Placement:
    """What was said of a facility for a day counts no more; what it was set up with does again.

    Refusal: nobody said anything for that day, or what is left cannot be true.
    """
    facility = Facility.objects.select_for_update().get(pk=facility.pk)
    last = Placement.objects.filter(facility=facility, since=since).order_by("-pk").first()
    if last is None or last.unit_id is None:
        raise Refusal(
            "nothing-said", "Không có gì đã ghi cho ngày này.", "Nothing was recorded for this day."
        )
    kept = [each for each in _said(facility) if each.since != since]
    if since is None and facility.unit_id is not None:
        kept.append(Said(facility.unit_id))
    _check_ground(facility, in_order(kept), by.day)
    return _say(by, facility, None, since, False, "")


def _say(
    by: Viewer, facility: Facility, unit: Unit | None, since: date | None, moved: bool, basis: str
) -> Placement:
    assert by.account is not None
    return Placement.objects.create(
        facility=facility, unit=unit, since=since, moved=moved, basis=basis.strip(), said_by_id=by.account
    )


def _said(facility: Facility) -> tuple[Said, ...]:
    return placing.said_of(Facility.objects.filter(pk=facility.pk))[facility.pk]


def _check_ground(facility: Facility, said: tuple[Said, ...], today: date) -> None:
    """Whether what would then be said of each ground can be true."""
    atlas = reach.atlas(each.unit for each in said)
    otherwise = facility.valid_from or today
    if not all(atlas.is_one(ground, otherwise) for ground in grounds(said)):
        raise Refusal(
            "not-the-same-ground",
            "Các địa bàn đã ghi không thể là cùng một nơi theo việc sắp xếp đơn vị hành chính. Nếu cơ sở "
            "đã chuyển đi, hãy chọn Cơ sở chuyển đến; nếu một địa bàn ghi sai, hãy sửa hoặc bỏ địa bàn ấy "
            "trước.",
            "By what became of the units, those recorded cannot be one place. If the facility went "
            "elsewhere, choose that it moved; if one of them is wrong, correct it or take it back first.",
        )


def _check_day(facility: Facility, since: date | None, today: date, *, moved: bool) -> None:
    if since is None:
        if moved:
            raise Refusal(
                "move-without-day",
                "Hãy ghi ngày cơ sở chuyển đến; ngày ấy phải sau ngày bắt đầu hoạt động.",
                "Say on which day the facility moved; it is after its first one.",
            )
        return
    if facility.valid_from is not None and since < facility.valid_from:
        raise Refusal(
            "before-it-began",
            "Ngày này trước ngày cơ sở bắt đầu hoạt động.",
            "This day is before the first one of the facility.",
        )
    if facility.valid_to is not None and since > facility.valid_to:
        raise Refusal(
            "after-it-ended",
            "Ngày này sau ngày cơ sở kết thúc hoạt động.",
            "This day is after the last one of the facility.",
        )
    if since > today:
        raise Refusal("day-to-come", "Ngày này chưa tới.", "This day is still to come.")


def _check_stood(unit: Unit, on: date) -> None:
    begun = unit.valid_from is None or unit.valid_from <= on
    if not begun or (unit.valid_to is not None and on > unit.valid_to):
        raise Refusal(
            "unit-not-then",
            "Đơn vị hành chính này không có vào ngày đó. Hãy chọn đơn vị của ngày ấy.",
            "This administrative unit did not exist on that day. Choose one of that day.",
        )
