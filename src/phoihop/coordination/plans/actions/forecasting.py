"""Forecasts made and kept: of every target whose figures, or what it asks for, changed since the last one."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Max, Q
from django.utils import timezone

from phoihop.coordination.plans.models import Binding, Forecast, Plan
from phoihop.coordination.plans.queries.live import Live, live_of
from phoihop.engines.indicators import forecasting
from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.forecasting_series import Interval, Kind, Point
from phoihop.engines.publishing.models import Standing

LAST = 48  # figures that a forecast looks back on, at most


def is_due() -> bool:
    """Whether figures were worked out since forecasts were last looked at: two statements."""
    newest = _newest()
    seen = Forecast.objects.aggregate(at=Max("seen"))["at"]
    return newest is not None and (seen is None or newest > seen)


def keep_all(today: date) -> int:
    """Look at the targets of every plan that runs; how many forecasts were made anew.

    Made of what was let out for everybody who works here, or was reported by hand; never of true numbers.
    Where nothing changed nothing is worked out.
    """
    newest, made = _newest(), 0
    bound = Binding.objects.filter(until=None, by__isnull=False).values("target__plan")
    running = Plan.objects.filter(Q(pk__in=bound) | Q(pk__in=Forecast.objects.values("target__plan")))
    for plan in running.filter(ended_on=None).select_related("unit", "agency__unit").order_by("pk"):
        made += keep(plan, today, newest)
    Forecast.objects.update(seen=newest)
    return made


def keep(plan: Plan, today: date, newest: datetime | None = None) -> int:
    """The forecasts of one plan; what there is nothing to say of any more is taken away."""
    there = {row.target_id: row for row in Forecast.objects.filter(target__plan=plan)}
    made = 0
    for each, series in _foreseeable(plan, today):
        row = there.pop(each.pk, None)
        digest = _digest(each, series)
        if row is None or row.digest != digest:
            _write(each, series, digest, newest)
            made += 1
    Forecast.objects.filter(pk__in=[row.pk for row in there.values()]).delete()
    return made


def _newest() -> datetime | None:
    at: datetime | None = Standing.objects.aggregate(at=Max("computed_at"))["at"]
    return at


def _foreseeable(plan: Plan, today: date) -> Iterator[tuple[Live, list[Point]]]:
    """The targets that a forecast can be asked for, each with its figures up to its day."""
    for each in live_of(plan, today, LAST):
        due, asked = each.row.due, each.target_value
        if each.kind is None or due is None or asked is None or each.row.promise.direction == "giữ":
            continue
        series = [
            Point(point.period, _shown(point.value))
            for point in each.series
            if point.value is not None and not point.part and point.period.window.last <= due
        ]
        shares = [asked, *(point.value for point in series)]
        if series and (each.kind is not Kind.SHARE or all(0 <= share <= 100 for share in shares)):
            yield each, series


def _shown(value: Decimal) -> Decimal:
    """As figures are shown: whole, or to a tenth."""
    return value if value == value.to_integral_value() else value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _digest(each: Live, series: list[Point]) -> str:
    """Of all that a forecast is made from, the method among it."""
    said = (
        forecasting.METHOD, each.code, each.kind, each.better,
        each.target_value and each.target_value.normalize(), each.row.due, each.row.promise.measure,
        *((point.period, point.value.normalize()) for point in series),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _write(each: Live, series: list[Point], digest: str, newest: datetime | None) -> None:
    assert each.kind is not None
    assert each.target_value is not None
    assert each.row.due is not None
    made = forecasting.forecast(series, each.target_value, each.row.due, Better(each.better.value), each.kind)
    period = made.last.period
    Forecast.objects.update_or_create(
        target_id=each.pk,
        defaults={
            "code": each.code, "made_at": timezone.now(), "seen": newest, "digest": digest,
            "measure": each.row.promise.measure, "kind": made.kind, "better": made.better,
            "asked": made.target, "deadline": made.deadline, "calendar": str(period.calendar),
            "span": str(period.span), "year": period.year, "number": period.number,
            "value": made.last.value, "months": made.months, "outlook": made.outlook,
            "expected": made.expected, "chance": made.chance, "needed": made.needed, "pace": made.pace,
            **_ends("likely", made.likely), **_ends("sure", made.nearly_sure),
        },
    )  # fmt: skip


def _ends(name: str, interval: Interval | None) -> dict[str, object]:
    ends = (None, None) if interval is None else (interval.low, interval.high)
    return {f"{name}_low": ends[0], f"{name}_high": ends[1]}
