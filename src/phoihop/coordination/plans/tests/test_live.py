"""Targets as they stand: figures that were let out, numbers by hand, honest blanks; on a real PostgreSQL."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phoihop.base.org.tests import making as org
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.coordination.plans.models import Target
from phoihop.coordination.plans.queries.live import live, place_of
from phoihop.coordination.plans.queries.rows import target_rows
from phoihop.coordination.plans.queries.standing import Known, target_figures
from phoihop.coordination.plans.rules.binding import Way
from phoihop.coordination.plans.rules.live import Light
from phoihop.coordination.plans.tests import filled
from phoihop.coordination.plans.tests.province import Province
from phoihop.engines.indicators.definitions import Better, Hiding, Unit
from phoihop.engines.publishing import building, registering
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Release, Standing, Told
from phoihop.engines.publishing.registering import Reported
from phoihop.engines.publishing.tests import making as figures
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

THIS = timezone.localdate().year
NAME = Bilingual("Số thử", "A trial figure")


@pytest.fixture(autouse=True)
def _as_installed(request):
    with scope.acting(org.INSTALL):
        yield


@pytest.fixture
def house(db, monkeypatch) -> Province:
    for known in ("PROGRAMMES", "REPORTED", "RATIOS"):
        monkeypatch.setattr(registering, known, {})
    return Province()


def release() -> Release:
    """One that two people cleared."""
    two = [org.account(name) for name in ("Hồ Thị Một", "Hồ Thị Hai")]
    with scope.acting(JOB):
        return Release.objects.create(
            released_to="cleared", cleared_by=two[0], cleared_second=two[1], cleared_at=timezone.now()
        )


def told(of: Release, code: str, period: Period, numerator: str | None, **more) -> Told:
    """A line of a release; without a number one that is hidden. ``denominator``: of a share."""
    whole = more.pop("denominator", None)
    state = more.pop("state", "shown" if numerator else "small")
    given = {
        "programme": "alpha", "code": code, "version": 1, "calendar": str(period.calendar),
        "span": str(period.span), "year": period.year, "number": period.number,
        "first": period.window.first, "last": period.window.last, "numerator_state": state,
        "numerator": numerator and Decimal(numerator), "denominator_state": "shown" if whole else "",
        "denominator": whole and Decimal(whole), "told_at": timezone.now(), "released_to": of.released_to,
    }  # fmt: skip
    with scope.acting(JOB):
        return Told.objects.create(release=of, **(given | more))


def stands(code: str, at: datetime | None = None, **more) -> Standing:
    with scope.acting(JOB):
        given = {"programme": "alpha", "code": code, "version": 1, "computed_at": at or timezone.now()}
        return Standing.objects.create(**(given | more))


def known(code: str, unit: Unit = Unit.PERSONS) -> None:
    """Let a code be a figure here, of no people so that any number can be told."""
    registering.register_reported(Reported(code, NAME, unit, Better.MORE, NAME, Hiding.NOTHING))


def target(house, code: str = "", **more) -> Target:
    made = filled.target(house.plan, **more)
    if code:
        filled.bound(made, code, house.by)
    return made


def seen(viewer, plan):
    """As the viewer sees them, past the scope in which tests write rows."""
    with scope.acting(scope_of(viewer)):
        return live(viewer, plan=plan)


def only(house, plan=None):
    (found,) = seen(house.planner, plan or house.plan)
    return found


def months(many: int, span: Span = Span.MONTH) -> list[Period]:
    """The periods of the state's year so far, or its first ones, within the plan's days."""
    return [Period(Calendar.STATE, span, THIS, 1).next(at) for at in range(many)]


LEVEL = {"text": "điều trị cho 100 người", "comparator": ">=", "value": Decimal(100), "measure": "người"}


def test_a_figure_that_was_let_out_is_the_number_of_its_target(house):
    known("OST_CURR")
    out = release()
    stands("OST_CURR", until=date(THIS, 3, 1))
    for at, period in enumerate(months(3)):
        told(out, "OST_CURR", period, str(80 + 5 * at), unit=house.unit, completeness=Decimal("0.75"))
        told(out, "OST_CURR", period, "999", unit=house.communes[0])
        told(out, "OST_CURR", period, "998")
    made = target(house, "OST_CURR", **LEVEL)
    filled.number(made, house.health, house.by, "77")
    found = only(house)
    assert (found.value, found.light, found.way, found.target_value) == (90, Light.NEAR, Way.COMPUTED, 100)
    assert [each.value for each in found.series] == [80, 85, 90]
    assert found.completeness == Decimal("0.75")
    assert found.reason.vi == "Bằng 90 % mức phải đạt. Mới có 75 % cơ sở có sổ trong kỳ."
    assert found.mark is None
    assert found.source == NAME
    assert found.forecast is None


def test_what_a_release_holds_back_is_no_number_yet(house):
    known("OST_CURR")
    with scope.acting(JOB):
        inside = Release.objects.create()
    told(inside, "OST_CURR", months(1)[0], "90", unit=house.unit)
    target(house, "OST_CURR", **LEVEL)
    found = only(house)
    assert (found.light, found.current, found.value, found.series) == (Light.EMPTY, None, None, ())


def test_a_hidden_number_says_so_and_is_not_guessed(house):
    known("OST_CURR")
    out = release()
    told(out, "OST_CURR", months(1)[0], None, unit=house.unit)
    target(house, "OST_CURR", **LEVEL)
    found = only(house)
    assert (found.light, found.value) == (Light.HIDDEN, None)
    assert "từ 7 trở xuống" in found.reason.vi
    told(out, "OST_CURR", months(2)[1], None, unit=house.unit, state="band", numerator_least=50,
         numerator_most=95)  # fmt: skip
    found = only(house)
    assert (found.light, found.reason.vi) == (Light.HIDDEN, "Từ 50 đến 95. Chỉ cho biết khoảng.")


@pytest.mark.parametrize(("age", "fault", "stale"), [(1, "", False), (3, "", True), (1, "OSError", True)])
def test_an_old_number_is_marked_beside_its_light(house, age, fault, stale):
    known("OST_CURR")
    stands("OST_CURR", timezone.now() - timedelta(days=age), fault=fault)
    told(release(), "OST_CURR", months(1)[0], "120", unit=house.unit)
    target(house, "OST_CURR", **LEVEL)
    found = only(house)
    assert (found.light, found.mark is not None) == (Light.MET, stale)
    assert ("bị lỗi" in found.freshness.words.vi) == bool(fault)


def test_a_count_through_the_year_is_summed_and_held_against_the_year(house):
    known("SESSIONS", Unit.EVENTS)
    out = release()
    for period in months(2, Span.QUARTER):
        told(out, "SESSIONS", period, "30", unit=house.unit)
    target(house, "SESSIONS", text="100 buổi", comparator="=", value=Decimal(100), measure="buổi")
    found = only(house)
    assert (found.value, found.light) == (60, Light.RUNNING)
    assert [each.value for each in found.series] == [30, 60]
    assert Decimal("0.48") < found.gone < Decimal("0.5")
    assert found.reason.vi.startswith("Bằng 60 % mức phải đạt. Đã qua ")


def test_a_count_of_the_year_before_is_none_of_this_year(house):
    known("SESSIONS", Unit.EVENTS)
    told(release(), "SESSIONS", Period(Calendar.STATE, Span.QUARTER, THIS - 1, 1), "30", unit=house.unit)
    target(house, "SESSIONS", text="100 buổi", comparator="=", value=Decimal(100), measure="buổi")
    assert (only(house).value, only(house).light) == (None, Light.EMPTY)


def test_what_came_after_the_deadline_does_not_count(house):
    known("OST_CURR")
    out = release()
    for period, value in zip(months(3), ("80", "90", "120"), strict=True):
        told(out, "OST_CURR", period, value, unit=house.unit)
    target(house, "OST_CURR", **LEVEL | {"due": date(THIS, 3, 1)})
    assert only(house).value == 90


def test_numbers_by_hand_fill_what_nobody_works_out(house):
    by_hand = target(house, "DRUG_FILES", comparator=">=", value=Decimal(80))
    loose = target(house)
    survey, asked = target(house, "OFFICIALS_INFORMED"), target(house, "DRUG_FILES")
    nobody, nothing = target(house, "HIV_95_2"), target(house)
    filled.number(by_hand, house.police, house.by, "85", day=date(2020, 3, 31), source="Báo cáo 12")
    filled.number(loose, house.police, house.by, "95", source="Báo cáo 13")
    found = {each.pk: each for each in seen(house.planner, house.plan)}
    assert list(found) == [each.pk for each in (by_hand, loose, survey, asked, nobody, nothing)]
    assert [found[each.pk].light for each in (by_hand, loose, survey, asked, nobody, nothing)] == [
        Light.MET, Light.MET, Light.SURVEY, Light.EMPTY, Light.EMPTY, Light.UNBOUND,
    ]  # fmt: skip
    first = found[by_hand.pk]
    assert isinstance(first.current, Known)
    assert (first.source.vi, first.mark is not None) == ("Báo cáo 12", True)
    assert [(each.period.year, each.value) for each in first.series] == [(2020, 85)]
    assert found[loose.pk].way is None
    assert "Chưa gắn với chỉ số nào." in found[loose.pk].reason.vi
    assert found[asked.pk].reason.vi.startswith("Chờ ")
    assert "Chưa chương trình nào" in found[nobody.pk].reason.vi
    assert "khảo sát" in found[survey.pk].reason.vi
    assert "Chưa ai xác nhận" in found[nothing.pk].reason.vi


def test_what_tasks_counted_is_summed_by_day(house):
    made = target(house, "SESSIONS", text="15 buổi", comparator="=", value=Decimal(15), measure="buổi")
    task = filled.task(house.plan, house.police)
    for day, count in ((date(THIS, 1, 5), 3), (date(THIS, 4, 20), 4)):
        filled.said(task, house.police, house.by, day, output=made, count=Decimal(count))
    found = only(house)
    assert (found.value, found.current.counted) == (7, True)
    assert [each.value for each in found.series] == [3, 7]
    assert found.source.vi == "Cộng từ báo cáo nhiệm vụ"


def test_lists_of_plans_judge_as_the_live_page_does(house):
    """Less of the code is better, and the target does not say which way it goes."""
    made = target(house, "HIV_MTCT", text="lây truyền mẹ con 2 %", comparator="=", value=Decimal(2))
    filled.number(made, house.health, house.by, "1.5")
    assert only(house).light is Light.MET
    (row,) = target_rows(Target.objects.filter(pk=made.pk), house.planner.day)
    assert row.judged == "met"
    assert target_figures([house.plan.pk])[house.plan.pk].met == 1


def test_of_whom_figures_are(house):
    assert place_of(house.plan) == (house.unit, True)
    house.plan.unit = None
    assert place_of(house.plan) == (house.unit, True), "where the agency stands that looks after it"
    house.plan.agency = house.elsewhere
    assert place_of(house.plan) == (None, False), "an office of a province nobody wrote down"
    house.plan.agency = org.agency("Bộ Y tế", "health.centre")
    assert place_of(house.plan) == (None, True), "of everybody"


def test_a_plan_of_the_nation_has_figures_of_everybody(house):
    known("OST_CURR")
    out = release()
    told(out, "OST_CURR", months(1)[0], "90", unit=house.unit)
    told(out, "OST_CURR", months(1)[0], "500")
    plan = filled.plan(house.by, org.agency("Bộ Y tế", "health.centre"))
    made = filled.target(plan, **LEVEL)
    filled.bound(made, "OST_CURR", house.by)
    assert only(house, plan).value == 500


def test_many_targets_cost_as_many_statements_as_one(house):
    known("OST_CURR")
    out = release()
    told(out, "OST_CURR", months(1)[0], "90", unit=house.unit)
    codes = ("OST_CURR", "DRUG_FILES", "SESSIONS", "OFFICIALS_INFORMED", "HIV_95_2", "HIV_DETECTED", "")

    def counted() -> int:
        with CaptureQueriesContext(connection) as made:
            seen(house.planner, house.plan)
        return len([each for each in made.captured_queries if each["sql"].startswith("SELECT")])

    for code in codes[:3]:
        filled.number(target(house, code), house.police, house.by, "5")
    few = counted()
    for code in codes * 4:
        made = target(house, code)
        filled.number(made, house.police, house.by, "5")
        task = filled.task(house.plan, house.police)
        filled.said(task, house.police, house.by, output=made, count=Decimal(3))
    assert len(seen(house.planner, house.plan)) == 31
    assert counted() == few <= 18


def test_from_the_books_of_clinics_to_the_light_of_a_target(db, tmp_path, monkeypatch):
    """A build of a programme of the tests, let out, and a plan of its province."""
    for name in ("PROGRAMMES", "REPORTED", "RATIOS"):
        monkeypatch.setattr(registering, name, {})
    monkeypatch.setattr(building, "default_folder", lambda: tmp_path)
    made = figures.house()
    people = replace(figures.SEEN, code="OST_CURR")
    calendars = (Calendar.STATE, Calendar.CIVIL)  # as targets are asked for
    registering.register(figures.programme(figures.filled(made), people, calendars=calendars))
    with scope.acting(JOB):
        build = building.ask(None, figures.UNTIL)
    building.run(build.pk)
    two = [org.account(name) for name in ("Hồ Thị Một", "Hồ Thị Hai")]
    with scope.acting(JOB):
        Release.objects.update(
            released_to="cleared", cleared_by=two[0], cleared_second=two[1], cleared_at=timezone.now()
        )
        Told.objects.update(released_to="cleared")
    with scope.acting(org.INSTALL):
        plan = filled.plan(two[0], made.agency, made.province)
        bound = filled.target(plan, **LEVEL)
        filled.bound(bound, "OST_CURR", two[0])
    (found,) = seen(made.police, plan)
    assert (found.value, found.light) == (90, Light.NEAR), "88 people, as everybody may read it"
    assert found.series[-1].period == figures.STATE
    assert found.freshness.stale is False
