"""What is told, and to whom: tried through the doors and, past them, in SQL under somebody's scope."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from phoihop.base.org import proposals
from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.scope import DOOR
from phoihop.engines.indicators.definitions import Better, Hiding, Unit
from phoihop.engines.publishing import actions, queries, registering, telling
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Number, Release, Told
from phoihop.engines.publishing.registering import Ratio, Reported
from phoihop.engines.publishing.tests import making
from phoihop.engines.publishing.tests.making import CIVIL
from phoihop.kernel.calendars import Calendar, Span
from phoihop.kernel.refusals import Bilingual, Refusal

MONTHS = {"span": Span.MONTH, "calendar": Calendar.CIVIL}
NAME = Bilingual("Số thử", "A trial figure")


def let_out(made, wanted) -> Release:
    """Two people let the newest release out."""
    with scope.acting(JOB):
        release = Release.objects.latest("pk")
    asked = actions.propose_release(
        by=made.officer, release=release, wanted=wanted, reason="cho cuộc họp tỉnh"
    )
    with scope.acting(scope_of(made.protector)):
        proposals.decide(made.protector, asked, allow=True)
    with scope.acting(JOB):
        return Release.objects.get(pk=release.pk)


def told(made, viewer, **more):
    return queries.figures(viewer, **({"codes": ["SEEN"], **MONTHS} | more))


def test_nothing_is_told_before_two_people_let_it_out(made, source, built):
    built()
    assert told(made, made.police) == ()
    cleared = let_out(made, "cleared")
    assert (cleared.cleared_by_id, cleared.cleared_second_id) == (
        made.officer.account,
        made.protector.account,
    )
    lines = told(made, made.police)
    assert [(each.period.number, each.value) for each in lines] == [(1, 90), (2, 90), (3, 90)]
    assert lines[0].words.vi == "Làm tròn đến 5."
    assert (lines[0].about.fresh, lines[0].about.fault) == (True, "")
    with scope.acting(DOOR):
        assert not Told.objects.exists()
    let_out(made, "public")
    with scope.acting(DOOR):
        assert Told.objects.exists()


def test_groups_are_told_of_more_than_a_commune(made, source, built):
    built()
    let_out(made, "cleared")
    with scope.acting(JOB):
        places = set(Told.objects.filter(code="SEEN").exclude(split="{}").values_list("facility", "unit"))
        wholes = set(Told.objects.filter(code="SEEN", split="{}").values_list("facility", "unit"))
    larger: set[Any] = {(None, None), (None, made.province.pk)}
    assert places == larger
    assert {(None, each.pk) for each in made.communes} <= wholes


def test_a_group_of_a_commune_that_once_was_told_stays_and_is_held_to(made, source, built, monkeypatch):
    """By an earlier program, that told them."""
    with monkeypatch.context() as earlier:
        earlier.setattr(telling, "_small", lambda sets, places: {each for each in sets if each.facility})
        built()
        let_out(made, "cleared")
    group = {"code": "SEEN", "unit": made.communes[0].pk, "split": '{"sex":"f"}'}
    with scope.acting(JOB):
        before = list(
            Told.objects.filter(**group).order_by("pk").values("first", "numerator_state", "numerator")
        )
    assert before
    source.add(made.facilities[0].pk, 30, date(2026, 3, 3), who="late")
    built()
    with scope.acting(JOB):
        after = list(
            Told.objects.filter(**group).order_by("pk").values("first", "numerator_state", "numerator")
        )
    assert after == before


def test_one_person_lets_nothing_out(made, source, built):
    built()
    with scope.acting(JOB):
        release = Release.objects.latest("pk")
    given = {"release": release, "wanted": "cleared", "reason": "cho cuộc họp tỉnh"}
    asked = actions.propose_release(by=made.officer, **given)
    with scope.acting(scope_of(made.officer)), pytest.raises(Refusal, match="second-person"):
        proposals.decide(made.officer, asked, allow=True)
    with pytest.raises(Refusal, match="release-step"):
        actions.propose_release(by=made.officer, **given | {"wanted": "public"})
    with pytest.raises(NotAllowed):
        actions.propose_release(by=made.police, **given)
    one = made.officer.account
    alone = {"released_to": "cleared", "cleared_by": one, "cleared_second": one, "cleared_at": timezone.now()}
    with (
        scope.acting(JOB),
        pytest.raises(IntegrityError, match="release_cleared_by_two"),
        transaction.atomic(),
    ):
        Release.objects.filter(pk=release.pk).update(**alone)


def test_few_people_never_appear(made, source, built):
    built()
    let_out(made, "cleared")
    with scope.acting(scope_of(made.police)):
        lines = list(Told.objects.all())
    assert lines
    for line in lines:
        for value in (line.numerator, line.denominator):
            assert value is None or (value >= 10 and value % 5 == 0)
    (hidden,) = [each for each in told(made, made.police, place=made.facilities[2]) if each.period == CIVIL]
    assert (hidden.value, str(hidden.line.numerator.state)) == (None, "small")
    assert "từ 7 trở xuống" in hidden.words.vi
    few = told(made, made.police, place=made.communes[0], by="sex")
    assert {each.value for each in few if each.group == (("sex", "m"),)} <= {None, Decimal(25)}


def test_the_table_itself_takes_no_few_people(made, source, built):
    built()
    with scope.acting(JOB):
        some = Told.objects.filter(numerator__isnull=False).first()
        for wrong in (7, 8, 0):
            with pytest.raises(IntegrityError, match="told_numerator_of_many"), transaction.atomic():
                Told.objects.filter(pk=some.pk).update(numerator=wrong)


@pytest.mark.parametrize("who", ["police", "admin", "officer", "protector", "reporter"])
@pytest.mark.parametrize(
    "statement",
    [
        "select numerator from publishing_number",
        "select n.numerator from publishing_told t join publishing_number n using (code, first, last)",
        "with x as materialized (select * from publishing_number) select numerator from x",
        "select numerator from publishing_number where 1 / (case when numerator < 8 then 0 else 1 end) = 1",
        "select most_common_vals::text from pg_stats where tablename = 'publishing_number'",
        "select sealed from publishing_releasekey",
    ],
)
def test_nobody_else_reads_a_true_number_in_any_way(made, source, built, who, statement):
    built()
    with scope.acting(scope_of(getattr(made, who))), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchall() == []


def test_a_facility_reads_its_own_true_numbers_and_no_others(made, source, built):
    built()
    with scope.acting(scope_of(made.carer)):
        assert set(Number.objects.values_list("facility", flat=True)) == {made.facilities[0].pk}
        assert Number.objects.update(numerator=1) == 0, "and changes none"
        row = Number.objects.first()
        row.pk, row.split = None, '{"sex":"x"}'
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            row.save(force_insert=True)
    with pytest.raises(NotAllowed):
        queries.own(made.police, facility=made.facilities[0], codes=["SEEN"], span=Span.MONTH)


def test_what_is_out_stays_and_new_periods_are_added(made, source, built):
    built(date(2026, 3, 10))
    let_out(made, "cleared")
    before = [(each.period, each.line) for each in told(made, made.police)]
    assert [period.number for period, _ in before] == [1, 2]
    source.add(made.facilities[0].pk, 30, date(2026, 2, 3), who="late")
    built()
    after = [(each.period, each.line) for each in told(made, made.police)]
    assert after[:2] == before
    assert [(period.number, line.numerator.value) for period, line in after[2:]] == [(3, 90)]
    with scope.acting(JOB):
        given = Number.objects.get(
            code="SEEN", facility=None, unit=None, calendar="civil", span="month", number=2, split="{}"
        )
    assert given.numerator == 118, "the true figure is corrected"


def test_a_period_is_told_when_it_has_settled(made, source, built):
    built(date(2026, 4, 2))
    let_out(made, "cleared")
    assert [each.period.number for each in told(made, made.police)] == [1, 2]
    built(date(2026, 4, 3))
    assert [each.period.number for each in told(made, made.police)] == [1, 2, 3]


def test_a_ratio_is_made_of_what_is_told(made, source, built):
    registering.register_ratio(Ratio("PART", NAME, Better.MORE, NAME, numerator="SEEN", denominator="FILES"))
    registering.register_reported(Reported("FILES", NAME, Unit.PERSONS, Better.MORE, NAME))
    registering.register_reported(Reported("BEDS", NAME, Unit.EVENTS, Better.MORE, NAME, Hiding.NOTHING))
    for code, value in (("FILES", 402), ("BEDS", 3)):
        actions.report_value(
            by=made.reporter, agency=made.agency, code=code, unit=made.province, period=CIVIL,
            numerator=Decimal(value), on=CIVIL.window.last, source="Báo cáo 12/BC",
        )  # fmt: skip
    assert built().state == "done"
    let_out(made, "cleared")
    found = told(made, made.police, codes=["PART", "FILES", "BEDS"], place=made.province)
    assert {each.about.code: each.value for each in found} == {"PART": 22.5, "FILES": 400, "BEDS": 3}
    assert [each.source for each in queries.reported(made.reporter, agency=made.agency, code="FILES")] == [
        "Báo cáo 12/BC"
    ]


def test_a_reported_value_needs_its_source_and_agency(made):
    registering.register_reported(Reported("FILES", NAME, Unit.PERSONS, Better.MORE, NAME))
    given = {
        "agency": made.agency, "code": "FILES", "unit": made.province, "period": CIVIL,
        "numerator": Decimal(402), "on": CIVIL.window.last, "source": "Báo cáo 12/BC",
    }  # fmt: skip
    for wrong, reason in (
        ({"source": " "}, "source-missing"),
        ({"numerator": Decimal(-1)}, "value-wrong"),
        ({"denominator": Decimal(2)}, "value-wrong"),
        ({"code": "SEEN"}, "no-such-figure"),
    ):
        with pytest.raises(Refusal, match=reason):
            actions.report_value(by=made.reporter, **given | wrong)
    with pytest.raises(NotAllowed):
        actions.report_value(by=made.police, **given)


def test_steps_of_a_cascade_are_bands_where_people_know_each_other(made, built):
    registering.register(making.programme(making.filled(made), making.SEEN, bands=frozenset({"SEEN"})))
    built()
    let_out(made, "cleared")
    commune = told(made, made.police, place=made.communes[0])
    assert {each.line.numerator.band for each in commune} == {(50, 95)}
    assert {each.value for each in told(made, made.police, place=made.province)} == {90}


def test_a_build_is_started_by_whoever_runs_the_platform(made, source):
    build = actions.start_build(by=made.admin)
    assert build.asked_by_id == made.admin.account
    with pytest.raises(Refusal, match="build-going"):
        actions.start_build(by=made.admin)
    with pytest.raises(NotAllowed):
        actions.start_build(by=made.police)
    assert [each.pk for each in queries.builds(made.admin)] == [build.pk]


def test_what_is_out_of_a_facility_stays_when_the_programme_leaves_it(made, source, built):
    built()
    let_out(made, "cleared")
    before = told(made, made.police, place=made.facilities[0])
    assert len(before) == 3
    with scope.acting(JOB):
        made.facilities[0].programmes = []
        made.facilities[0].save()
    assert built().state == "done"
    assert [each.line for each in told(made, made.police, place=made.facilities[0])] == [
        each.line for each in before
    ]
