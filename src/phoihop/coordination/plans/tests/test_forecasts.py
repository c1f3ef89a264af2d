"""Forecasts of targets: kept from what everybody may read, made anew where something changed, only there."""

import re
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from phoihop.base.org.tests import making as org
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.scope import DOOR
from phoihop.coordination.plans import jobs
from phoihop.coordination.plans.actions import binding, forecasting
from phoihop.coordination.plans.models import Forecast, Target
from phoihop.coordination.plans.tests import filled
from phoihop.coordination.plans.tests.province import Province
from phoihop.coordination.plans.tests.test_live import LEVEL, known, only, release, stands, target, told
from phoihop.engines.indicators import forecasting as engine
from phoihop.engines.indicators.definitions import Unit
from phoihop.engines.indicators.forecasting import LEAST, Outlook
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Release, Standing, Told
from phoihop.kernel.calendars import Calendar, Period, Span

TODAY = timezone.localdate()
WALK = (80, 82, 83, 86, 87, 89, 90, 92)


@pytest.fixture
def house(db, monkeypatch):
    for name in ("PROGRAMMES", "REPORTED", "RATIOS"):
        monkeypatch.setattr(registering, name, {})
    with scope.acting(org.INSTALL):
        return Province()


def walked(house, values=WALK, **more) -> Release:
    """Figures of the last months, let out."""
    known("OST_CURR")
    out = release()
    stands("OST_CURR")
    first = Period(Calendar.STATE, Span.MONTH, TODAY.year, 1).next(-len(values))
    for at, value in enumerate(values):
        told(out, "OST_CURR", first.next(at), str(value), unit=house.unit, **more)
    return out


def bound(house, **more) -> Target:
    with scope.acting(org.INSTALL):
        return target(house, "OST_CURR", **LEVEL | more)


def kept() -> int:
    with scope.acting(JOB):
        return forecasting.keep_all(TODAY)


def one(house):
    with scope.acting(org.INSTALL):
        return only(house).forecast


def test_a_forecast_is_kept_and_said_in_words(house):
    walked(house)
    bound(house)
    assert kept() == 1
    found = one(house)
    assert found.made.target == 100
    assert found.made.expected > 92
    assert found.made.likely.low <= found.made.expected <= found.made.likely.high
    assert found.made.outlook in (Outlook.ON_TRACK, Outlook.HARD)
    assert "người mỗi tháng" in found.words.vi
    assert found.explained.vi.startswith(f"Dự kiến đến ngày 31/12/{TODAY.year}: ")


def test_what_did_not_change_is_not_made_anew(house, monkeypatch):
    out = walked(house)
    made = bound(house)
    kept()
    at = one(house).made_at
    with monkeypatch.context() as patch:
        patch.setattr(engine, "forecast", None)  # whoever works one out fails
        assert kept() == 0
    assert one(house).made_at == at
    told(out, "OST_CURR", Period(Calendar.STATE, Span.MONTH, TODAY.year, 1), "95", unit=house.unit)
    assert kept() == 1
    assert one(house).made.last.value == 95
    with scope.acting(org.INSTALL):
        Target.objects.filter(pk=made.pk).update(value=Decimal(110))
    assert one(house) is None, "of another number than is asked for now"
    assert kept() == 1
    assert one(house).made.target == 110


def test_few_figures_say_so(house):
    walked(house, WALK[: LEAST - 1])
    bound(house)
    kept()
    found = one(house)
    assert (found.made.outlook, found.made.expected, found.made.chance) == (Outlook.TOO_FEW, None, None)
    assert found.words.vi.startswith("chưa đủ số liệu để dự báo: cần thêm")
    assert found.explained.vi == f"Chưa đủ số liệu để dự báo đến ngày 31/12/{TODAY.year}."


def test_what_is_held_back_or_hidden_is_in_no_forecast(house):
    out = walked(house, WALK[:3])
    with scope.acting(JOB):
        inside = Release.objects.create()
    for at in range(4, 9):
        period = Period(Calendar.STATE, Span.MONTH, TODAY.year - 1, at)
        told(inside, "OST_CURR", period, "5000", unit=house.unit)
    told(out, "OST_CURR", Period(Calendar.STATE, Span.MONTH, TODAY.year, 1), None, unit=house.unit)
    bound(house)
    kept()
    found = one(house)
    assert found.made.last.value == WALK[2]
    assert found.made.outlook is Outlook.TOO_FEW


def test_numbers_by_hand_are_foreseen_too(house):
    with scope.acting(org.INSTALL):
        made = target(house, "SESSIONS", text="100 buổi", comparator="=", value=Decimal(100), measure="buổi")
        for quarter in range(8):
            day = Period(Calendar.STATE, Span.QUARTER, TODAY.year - 2, 1).next(quarter).window.last
            filled.number(made, house.police, house.by, str(10 + 10 * (quarter % 4)), day=day)
    assert kept() == 1
    assert "buổi mỗi tháng" in one(house).words.vi
    assert one(house).made.expected == 40, "ten a quarter, anew each year"


def test_a_share_is_said_to_a_tenth(house):
    known("OST_RET_12", Unit.PERCENT)
    out = release()
    for at, part in enumerate((41, 43, 42, 44, 45, 46, 46)):
        period = Period(Calendar.STATE, Span.QUARTER, TODAY.year, 1).next(at - 6)
        told(out, "OST_RET_12", period, str(part), denominator="57", unit=house.unit)
    with scope.acting(org.INSTALL):
        target(house, "OST_RET_12", text="80 % còn điều trị", comparator=">=", value=Decimal(80), measure="%")
    assert kept() == 1
    found = one(house)
    assert found.made.last.value == Decimal("80.7")
    assert all(each == round(each, 1) for each in (found.made.expected, found.made.likely.low))
    assert re.search(r": [0-9]{2}(,[0-9])? % ", found.explained.vi)


def test_a_forecast_goes_with_its_binding(house):
    walked(house)
    made = bound(house)
    kept()
    with scope.acting(org.INSTALL):
        binding.unbind_target(by=house.planner, plan=house.plan, target=made, why="không phải chỉ số này")
        assert only(house).forecast is None
    kept()
    with scope.acting(JOB):
        assert not Forecast.objects.exists()


@pytest.mark.parametrize(
    "more",
    [{"direction": "giữ", "comparator": "="}, {"value": None}, {"due": None}],
)
def test_what_asks_for_nothing_to_come_has_no_forecast(house, more):
    walked(house)
    bound(house, **more)
    assert kept() == 0


def test_it_is_made_each_night_and_soon_after_figures_were_worked_out(house):
    walked(house)
    bound(house)
    jobs.forecast_new(timestamp=0)
    first = one(house)
    assert first is not None
    with scope.acting(JOB):
        assert not forecasting.is_due(), "nothing was worked out since"
        Told.objects.filter(numerator=92).update(numerator=99)
    jobs.forecast_new(timestamp=0)
    assert one(house).made.last.value == 92
    with scope.acting(JOB):
        Standing.objects.update(computed_at=timezone.now())
        assert forecasting.is_due()
    jobs.forecast_new(timestamp=0)
    assert one(house).made.last.value == 99
    with scope.acting(JOB):
        Told.objects.filter(numerator=99).update(numerator=97)
    jobs.forecast(timestamp=0)
    assert one(house).made.last.value == 97


def test_whoever_works_here_reads_it_and_only_the_job_writes(house):
    walked(house)
    bound(house)
    kept()
    with scope.acting(DOOR):
        assert not Forecast.objects.exists()
    with scope.acting(scope_of(house.planner)):
        row = Forecast.objects.get()
        assert Forecast.objects.update(chance=1) == 0
        row.pk = None
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            row.save(force_insert=True)
