"""What a build makes of facts: on a real PostgreSQL and real files, with a programme of the tests alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from phoihop.base.security import scope
from phoihop.engines.indicators.rows import Persons
from phoihop.engines.publishing import building, jobs, registering, telling, versions
from phoihop.engines.publishing.fences import JOB, GivenUp
from phoihop.engines.publishing.models import Build, Number, Release, ReleaseKey, Standing, Told
from phoihop.engines.publishing.tests import making
from phoihop.engines.publishing.tests.making import CIVIL, SEEN, STATE
from phoihop.kernel.calendars import Calendar, Period, Span


def rows(model, **where) -> list[tuple]:
    """All of a table but its ids and which release."""
    with scope.acting(JOB):
        found = list(model.objects.filter(**where).values())
    aside = ("id", "release_id", "computed_at", "told_at")
    return sorted(
        tuple((name, str(value)) for name, value in row.items() if name not in aside) for row in found
    )


def true(code="SEEN", period=CIVIL, facility=None, unit=None, split="{}"):
    """One true figure, and when it was worked out; None where there is none."""
    with scope.acting(JOB):
        return Number.objects.filter(
            code=code, facility=facility, unit=unit, split=split, calendar=str(period.calendar),
            span=str(period.span), year=period.year, number=period.number,
        ).first()  # fmt: skip


def test_figures_are_those_of_every_place_and_split(made, source, built):
    build = built()
    assert (build.state, build.faults, build.done) == ("done", [], 2)
    a, b, c = made.facilities
    assert true().numerator == 88
    assert [true(facility=each).numerator for each in (a, b, c)] == [63, 21, 4]
    assert [true(unit=each).numerator for each in (*made.communes, made.province)] == [84, 4, 88]
    assert true(unit=made.communes[0], split='{"sex":"m"}').numerator == 25
    assert true(facility=c, split='{"sex":"m"}') is None
    quarter = Period(Calendar.CIVIL, Span.QUARTER, 2026, 1)
    assert true(period=quarter).numerator == 88, "who came each month is one person"
    assert true(period=STATE).numerator == 88
    assert (true(period=STATE).first, true(period=STATE).last) == (date(2026, 3, 15), date(2026, 4, 14))
    assert true(period=CIVIL.next()) is None, "April is not over"


def test_completeness_is_the_part_of_facilities_that_kept_books(made, source, built):
    february = Period(Calendar.CIVIL, Span.MONTH, 2026, 2)
    c = made.facilities[2].pk
    source.visits["2026-02"] = [row for row in source.visits["2026-02"] if row["facility"] != str(c)]
    built()
    assert true(period=february).completeness == Decimal("0.6667")
    assert true(period=february, unit=made.communes[0]).completeness == 1
    assert true(period=february, facility=made.facilities[2]).completeness == 0
    assert true(period=CIVIL).completeness == 1


def test_built_again_nothing_moves(made, source, built):
    built()
    before = rows(Number), rows(Told)
    moments = true().computed_at
    source.read.clear()
    assert built().state == "done"
    assert (rows(Number), rows(Told)) == before
    assert true().computed_at == moments
    assert source.read == [], "no month was read again"


def test_a_late_correction_changes_what_it_must_and_nothing_else(made, source, built):
    built()
    moments = {}
    with scope.acting(JOB):
        moments = dict(Number.objects.values_list("pk", "computed_at"))
    source.read.clear()
    source.add(made.facilities[0].pk, 1, date(2026, 2, 3), who="late")
    built()
    assert source.read == ["2026-02"]
    with scope.acting(JOB):
        touched = Number.objects.exclude(computed_at__in=moments.values())
        windows = set(touched.values_list("first", "last", "code"))
        places = set(touched.values_list("facility", "unit"))
    assert all(first <= date(2026, 2, 3) <= last for first, last, code in windows if code == "SEEN")
    assert all(last >= date(2026, 2, 3) for _, last, _ in windows)
    a, (one, _) = made.facilities[0].pk, made.communes
    assert places == {(None, None), (a, None), (None, one.pk), (None, made.province.pk)}
    assert true(period=Period(Calendar.CIVIL, Span.MONTH, 2026, 2)).numerator == 89


def test_a_source_that_fails_leaves_the_last_good_figures_and_says_so(made, source, built):
    built()
    before = rows(Number), rows(Told)
    source.broken = True
    build = built()
    assert (build.state, build.faults) == ("partly", [{"programme": "alpha", "code": "", "fault": "OSError"}])
    assert (rows(Number), rows(Told)) == before
    with scope.acting(JOB):
        standing = Standing.objects.get(code="SEEN")
    assert standing.fault == "OSError"
    assert standing.failing_since > standing.computed_at
    source.broken = False
    built()
    with scope.acting(JOB):
        standing = Standing.objects.get(code="SEEN")
    assert (standing.fault, standing.failing_since) == ("", None)


def test_a_figure_that_fails_costs_no_other(made, source, built, monkeypatch):
    built()
    before = rows(Number, code="KNOWN"), rows(Told, code="KNOWN")
    real = versions._spread

    def failing(worked, cells, lines):
        if worked.code == "KNOWN":
            raise ZeroDivisionError
        return real(worked, cells, lines)

    monkeypatch.setattr(versions, "_spread", failing)
    source.add(made.facilities[0].pk, 30, date(2026, 3, 3), who="late")
    build = built()
    assert build.state == "partly"
    assert build.faults == [{"programme": "alpha", "code": "KNOWN", "fault": "ZeroDivisionError"}]
    assert (rows(Number, code="KNOWN"), rows(Told, code="KNOWN")) == before, "all of it, or nothing"
    assert true().numerator == 118


def test_one_build_at_a_time(made, source):
    with scope.acting(JOB):
        first = building.ask(None, making.UNTIL)
        assert building.ask(None, making.UNTIL) is None
        with pytest.raises(IntegrityError, match="build_one_at_a_time"), transaction.atomic():
            Build.objects.create(release=first.release, until=making.UNTIL, heard_at=timezone.now())


def test_a_worker_that_fell_silent_is_followed_and_writes_no_more(made, source, built, monkeypatch):
    with scope.acting(JOB):
        build = building.ask(None, making.UNTIL)
    late = building._claim(build.pk)
    building.run(build.pk)
    with scope.acting(JOB):
        assert Build.objects.get(pk=build.pk).state == "running", "the first worker is at it"
        assert building.tend() == []
        Build.objects.update(heard_at=timezone.now() - building.SILENT - timedelta(seconds=1))
    assert building.tend() == [build.pk]
    building.run(build.pk)
    with scope.acting(JOB):
        done = Build.objects.get(pk=build.pk)
    assert (done.state, done.attempts) == ("done", 2)
    assert late is not None
    with pytest.raises(GivenUp):
        building._Work(late).all()


def test_what_takes_its_worker_with_it_three_times_is_ended(made):
    with scope.acting(JOB):
        build = building.ask(None, making.UNTIL)
        Build.objects.update(state="running", attempts=3, heard_at=timezone.now() - timedelta(hours=1))
        assert building.tend() == []
        assert Build.objects.get(pk=build.pk).state == "failed"
        assert building.ask(None, making.UNTIL) is not None


def test_a_new_release_has_other_secrets_and_the_old_facts_go(made, source, built, tmp_path):
    built()
    with scope.acting(JOB):
        building.begin(None)
    built()
    one, other = (asked.secret for asked in source.asked)
    assert len(one) == len(other) == 32
    assert one != other
    with scope.acting(JOB):
        newest = Release.objects.latest("pk")
        assert [key.release for key in ReleaseKey.objects.all()] == [newest]
    folders = [path.name for path in (tmp_path / "figures").iterdir() if path.name != "spill"]
    assert folders == [f"r{newest.pk}.alpha"]


def test_another_version_is_another_figure(made, built):
    source = making.filled(made)
    old = replace(SEEN, until=date(2026, 2, 28))
    new = replace(SEEN, version=2, since=date(2026, 3, 1), numerator=Persons(making._EVER))
    registering.register(making.programme(source, old, new))
    built()
    with scope.acting(JOB):
        known = set(Number.objects.filter(calendar="civil", span="month").values_list("version", "number"))
    assert known == {(1, 1), (1, 2), (2, 3)}


def test_it_happens_every_night_and_once(made, source):
    for _ in range(2):
        jobs.build_daily(timestamp=0)
    with scope.acting(JOB):
        (build,) = Build.objects.all()
    assert (build.state, build.until) == ("waiting", timezone.localdate() - timedelta(days=1))
    queued = ProcrastinateJob.objects.filter(task_name="publishing.build")
    assert [job.args for job in queued] == [{"number": build.pk}]
    with scope.acting(JOB):
        Build.objects.update(heard_at=timezone.now() - building.SILENT - timedelta(seconds=1))
    jobs.tend_builds(timestamp=0)
    assert queued.all().count() == 2, "what no worker came to is queued again"
    jobs.build(number=build.pk)
    jobs.build(number=build.pk)
    with scope.acting(JOB):
        assert Build.objects.get().attempts == 1


def test_what_goes_out_meanwhile_is_held_to(made, source, built, monkeypatch):
    """Two people clear the release while a figure is worked out: what they let out is what stays."""
    built()
    source.add(made.facilities[0].pk, 30, date(2026, 2, 3), who="late")
    real = telling.told
    cleared: list[Release] = []

    def told(cells):
        if not cleared:
            with scope.acting(JOB):
                release = Release.objects.get()
                release.released_to, release.cleared_at = "cleared", timezone.now()
                release.cleared_by_id = made.officer.account
                release.cleared_second_id = made.protector.account
                release.save()
                cleared.append(release)
                Told.objects.update(released_to="cleared")
        return real(cells)

    before = rows(Told)
    monkeypatch.setattr(telling, "told", told)
    assert built().state == "done"
    assert len(cleared) == 1
    assert true(period=Period(Calendar.CIVIL, Span.MONTH, 2026, 2)).numerator == 118
    assert rows(Told) == [
        tuple((name, "cleared" if name == "released_to" else value) for name, value in line)
        for line in before
    ]


def test_what_stays_inside_is_worked_out_and_told_to_nobody(made, built):
    """Who is left over beside other figures: a facility's own people read it, nobody else does."""
    registering.register(making.programme(making.filled(made), inside=frozenset({"KNOWN"})))
    built()
    assert true(code="KNOWN", facility=made.facilities[0]).numerator == 63
    with scope.acting(JOB):
        assert set(Told.objects.values_list("code", flat=True)) == {"SEEN"}
        assert set(Number.objects.values_list("code", flat=True)) == {"SEEN", "KNOWN"}
