"""Admission, missed days, tests, vomited doses, incidents, ends: by the doors, over PostgreSQL."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.doors import NotAllowed
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import admitting, answering, dispensing, ending, noting, ordering, signing
from phoihop.programmes.ost.dosing import keeping, reaching
from phoihop.programmes.ost.dosing.clients import waiting_for_a_doctor
from phoihop.programmes.ost.models import (
    Admission,
    BottleRow,
    Dose,
    Ended,
    Incident,
    Lease,
    LogEntry,
    OrderRow,
    PhaseStep,
    Posting,
    Signed,
    UrineTestRow,
)
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import facts, missed, records, values
from phoihop.programmes.ost.queries.admissions import Said
from phoihop.programmes.ost.queries.ordering import ground
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.events import Repeats
from phoihop.programmes.ost.rules.parameters import rulebook, shipped
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.programmes.ost.tests.care_people import DAY, asked, dosed, person_of, signs
from phoihop.programmes.ost.tests.making import (
    TODAY,
    acting,
    admitted,
    opened,
    ordered,
    roster,
    stocked,
)
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED
from phoihop.registry.actions import consenting, files
from phoihop.registry.doors import Desk
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told

WHOLE = Said(application=True, id_paper=True, diagnosed=True, commitment=True, voluntary=True)


def reason(call, **more) -> str:
    with pytest.raises(Refusal) as refused:
        call(**more)
    return refused.value.reason


def applicant(house, born=Born(1988, 4, 2), name="Sùng A Páo", given=True, representative=""):  # noqa: B008
    told = Told(name=name, born=born, sex=Sex.MALE)
    client = files.open_file(by=house.nurse, desk=Desk("ost", house.a), told=told)
    if given:
        more = {"representative": representative, "relation": "mẹ"} if representative else {}
        consenting.consent(
            by=house.nurse, client=client, wording="mẫu 02", form="written", given_on=TODAY, **more
        )
    return client


# Admission


def test_a_nurse_records_a_doctor_admits_and_induction_begins(house):
    client = applicant(house)
    row = admitting.apply(by=house.nurse, client=client, said=Said(voluntary=True), complete_on=None)
    again = admitting.apply(by=house.nurse, client=client, said=WHOLE, complete_on=TODAY)
    assert again.pk == row.pk
    with pytest.raises(NotAllowed):
        admitting.admit(by=house.nurse, admission=row, since=TODAY)
    admitting.admit(by=house.doctor, admission=row, since=TODAY)
    with acting(house.doctor):
        kept = Admission.objects.get()
        assert (kept.state, kept.decided_on, kept.decided_by_id) == ("admitted", TODAY, house.doctor.account)
        assert [step.phase for step in PhaseStep.objects.all()] == ["induction"]
    with reaching.centre(None):
        assert Lease.objects.get().facility_id == house.a.pk
    assert reason(admitting.admit, by=house.doctor, admission=row, since=TODAY) == "admission-decided"
    assert (
        reason(admitting.apply, by=house.nurse, client=client, said=WHOLE, complete_on=TODAY)
        == "admission-treated"
    )


BORN = {age: Born(TODAY.year - age, 1, 1) for age in (11, 12, 15, 17, 18)}


@pytest.mark.parametrize(
    ("age", "representative", "refusal"),
    [
        (12, "", "consent"),
        (12, "Sùng Thị Mai", None),
        (15, "", "consent"),
        (17, "", "consent"),
        (17, "Sùng Thị Mai", None),
        (18, "", None),
    ],
)
def test_who_consents_by_age(house, age, representative, refusal):
    told = Told(name="Giàng A Tủa", born=BORN[age], sex=Sex.MALE)
    client = files.open_file(by=house.nurse, desk=Desk("ost", house.a), told=told)
    more = {"representative": representative, "relation": "mẹ"} if representative else {}
    give = {"by": house.nurse, "client": client, "wording": "mẫu 02", "form": "written", "given_on": TODAY}
    if refusal:
        # The register itself takes no consent that lacks a representative; without one nobody is admitted.
        with pytest.raises(Refusal):
            consenting.consent(**give)
    else:
        consenting.consent(**give, **more)
    row = admitting.apply(by=house.nurse, client=client, said=WHOLE, complete_on=TODAY)
    seen, why = {"consent-representative"}, "đã có văn bản của mẹ"
    if refusal:
        call = {"by": house.doctor, "admission": row, "since": TODAY, "seen": seen, "why": why}
        assert reason(admitting.admit, **call) == "admission-consent"
    else:
        admitting.admit(by=house.doctor, admission=row, since=TODAY, seen=seen, why=why)


def test_a_refusal_is_written_with_reasons(house):
    row = admitting.apply(by=house.nurse, client=applicant(house), said=WHOLE, complete_on=TODAY)
    assert (
        reason(admitting.refuse_client, by=house.doctor, admission=row, reasons=[" ", ""])
        == "admission-without-reason"
    )
    admitting.refuse_client(by=house.doctor, admission=row, reasons=["chưa đủ giấy tờ", "  "])
    with acting(house.doctor):
        kept = Admission.objects.get()
        assert (kept.state, kept.text("reasons")) == ("refused", "chưa đủ giấy tờ")


def test_the_time_to_decide_runs_only_once_somebody_signed_for_it(house):
    client = applicant(house)
    row = admitting.apply(by=house.nurse, client=client, said=WHOLE, complete_on=TODAY)
    assert row.decide_by is None
    sign(house, "admission.decide_within")
    row = admitting.apply(by=house.nurse, client=client, said=WHOLE, complete_on=date(2026, 11, 20))
    assert row.decide_by == date(2026, 12, 4)


# Values


def sign(house, *rules):
    for row in shipped():
        if row.rule_id in rules and not row.certainty.in_force and row.covers(TODAY):
            signing.sign_value(
                by=house.authority, mark=values.mark_of(row), compared=True, paper="số 4066/QĐ-BYT"
            )


def test_exactly_one_row_is_signed_and_counts_from_then_on(house):
    row = next(r for r in shipped() if r.rule_id == "missed.half_until" and r.covers(TODAY))
    sign_it = {"by": house.authority, "mark": values.mark_of(row), "paper": "4066/QĐ-BYT"}
    assert reason(signing.sign_value, **sign_it, compared=False) == "value-not-compared"
    assert reason(signing.sign_value, **(sign_it | {"paper": " "}), compared=True) == "value-not-compared"
    assert reason(signing.sign_value, **(sign_it | {"mark": "0" * 20}), compared=True) == "value-changed"
    with acting(house.doctor):
        found = values.book().find(row.rule_id, TODAY)
        assert found is not None
        assert not found.counts
    signing.sign_value(**sign_it, compared=True)
    with acting(house.doctor):
        found = values.book().find(row.rule_id, TODAY)
        assert found is not None
        assert (found.counts, found.row) == (True, row)
    shown = values.values(house.officer)
    assert [line.waits for rule in shown.rules for line in rule.lines if line.row == row] == [False]


def test_a_signature_for_a_value_that_reads_otherwise_now_lapses(house):
    row = next(r for r in shipped() if r.rule_id == "missed.half_until" and r.covers(TODAY))
    with acting(house.authority):
        Signed.objects.create(
            rule=row.rule_id,
            value=row.value + 1,
            unit=row.unit,
            valid_from=row.valid_from,
            source=row.source,
            paper="4066",
            account_id=house.authority.account,
        )
        found = values.book().find(row.rule_id, TODAY)
        assert found is not None
        assert not found.counts
    assert [each.rule for each in values.values(house.authority).lapsed] == [row.rule_id]


@pytest.mark.parametrize("who", ["doctor", "nurse", "head", "officer"])
def test_nobody_else_signs_values(house, who):
    row = next(r for r in shipped() if not r.certainty.in_force)
    with pytest.raises(NotAllowed):
        signing.sign_value(by=getattr(house, who), mark=values.mark_of(row), compared=True, paper="1")


# Missed days


@pytest.fixture
def away(house):
    """Somebody with an order of thirty days whose last dose was six days ago: five days were missed."""
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, days=30, start=TODAY - DAY * 20)
    dosed(client, TODAY - DAY * 6)
    return client


def locked(house, client) -> bool:
    with acting(house.doctor):
        return person_of(client) in missed.locked([person_of(client)], TODAY)


def bottle(house, client, day):
    with acting(house.doctor):
        BottleRow.objects.create(
            **about(client),
            serial=f"B{day:%m%d}",
            issue="i",
            number=1 + (day - TODAY).days % 90,
            of=9,
            handed_on=TODAY - DAY * 40,
            take_on=day,
            drug="methadone",
            mg=60,
            quantity=6,
            batch="L01",
            by_id=house.doctor.account,
        )


@pytest.mark.parametrize(("last", "is_locked"), [(1, False), (2, False), (4, False), (5, True), (6, True)])
def test_locked_from_the_fourth_missed_day(house, last, is_locked):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, days=30, start=TODAY - DAY * 20)
    dosed(client, TODAY - DAY * last)
    assert locked(house, client) is is_locked


def test_bottles_cover_days_and_so_do_doses_elsewhere(house, away):
    assert locked(house, away)
    for back in (5, 4):
        bottle(house, away, TODAY - DAY * back)
    assert not locked(house, away)


def test_a_dose_at_another_site_is_seen(house, away):
    dosed(away, TODAY - DAY * 2, facility_id=house.b.pk)
    assert not locked(house, away)


def test_the_desk_refuses_who_is_locked_until_a_doctor_signs_anew(house, away):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    give = {"by": house.dispenser, "roster": roster(house.dispenser, away), "presentation": SOLUTION}
    assert reason(dispensing.give_dose, **give) == "locked"
    with acting(house.doctor):
        ordering.step(house.doctor, away, Phase.MAINTENANCE, TODAY - DAY * 20)
    signs(house.doctor, away, 30, 5, phase=Phase.MAINTENANCE)
    assert dispensing.give_dose(**give).dose.mg == Decimal(30)


def test_after_missed_days_half_a_dose_once_that_is_signed(house, away):
    with acting(house.doctor):
        ordering.step(house.doctor, away, Phase.MAINTENANCE, TODAY - DAY * 20)
    more = {
        "by": house.doctor,
        "client": away,
        "seen": {"missed-half-dose", "dose-unusually-low"},
        "why": "đã khám",
    }
    half, over = asked(30, 5, phase=Phase.MAINTENANCE), asked(31, 5, phase=Phase.MAINTENANCE)
    sign(house, "missed.same_until", "missed.half_until", "missed.reinduce_from", "missed.dropped_after")
    assert reason(ordering.order, **more, asked=over) == "missed-above-half"
    ordering.order(**more, asked=half)


def test_days_without_any_order_count_for_the_next_order_and_not_as_missed(house):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, days=10, start=TODAY - DAY * 22)
    dosed(client, TODAY - DAY * 14)  # one day before the order ended; nobody renewed it
    with acting(house.doctor):
        ordering.step(house.doctor, client, Phase.MAINTENANCE, TODAY - DAY * 20)
        assert len(missed.standings([person_of(client)], TODAY)[person_of(client)].standing.run) == 1
        assert ground(client, TODAY).absent == 13
    assert not locked(house, client)
    sign(house, "missed.same_until", "missed.half_until", "missed.reinduce_from", "missed.dropped_after")
    seen = {"missed-induction", "first-dose-watch"}
    more = {"by": house.doctor, "client": client, "seen": seen, "why": "đã khám"}
    full = asked(60, 5, phase=Phase.MAINTENANCE)
    assert reason(ordering.order, **more, asked=full) == "missed-needs-induction"
    ordering.order(**more, asked=asked(20))


def test_a_day_that_is_no_dose_day_is_no_day_of_absence(house):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, days=20, start=TODAY - DAY * 10, every=2)
    dosed(client, TODAY - DAY * 2)
    with acting(house.doctor):
        assert ground(client, TODAY).absent == 0


def test_missed_days_of_many_cost_as_much_as_of_one(house):
    persons = []
    for number in range(10):
        client = admitted(house.doctor, house.a, f"Người Thứ {number}")
        ordered(house.doctor, client, days=30, start=TODAY - DAY * 20)
        dosed(client, TODAY - DAY * 6)
        persons.append(person_of(client))
    counts = []
    for some in (persons[:1], persons):
        with acting(house.doctor), CaptureQueriesContext(connection) as asked_of:
            assert len(missed.locked(some, TODAY)) == len(some)
        counts.append(len([each for each in asked_of if each["sql"].startswith("SELECT")]))
    assert counts[0] == counts[1]
    assert counts[0] <= 10


# Tests


def test_days_of_tests_can_be_told_by_nobody_and_are_the_same_each_time(house):
    one, other = (admitted(house.doctor, house.a, name) for name in ("Sùng A Páo", "Lý A Dìa"))
    with acting(house.doctor):
        since = TODAY - DAY * 400
        days = [records.plan_of("ost", each.pseudonym, since, ALL_SIGNED).days for each in (one, one, other)]
        assert days[0] == days[1] != days[2]
        assert len(days[0]) == 13
        assert not records.plan_of("ost", one.pseudonym, since, rulebook()).days
        assert not any(day in records.closed(day.year) for day in days[0][1:])


def test_a_test_is_due_until_it_is_taken_and_nothing_of_days_to_come_is_told(house):
    client = admitted(house.doctor, house.a)
    with acting(house.doctor):
        plan = records.plan_of("ost", client.pseudonym, TODAY - timedelta(days=100), ALL_SIGNED)
    past = [day for day in plan.days if day <= TODAY]
    assert records.due(plan, past[:-1], TODAY) == past[-1]
    assert records.due(plan, past, TODAY) is None
    assert records.due(plan, (), past[0]) == past[0]


def test_a_test_made_in_error_stays_and_no_longer_counts(house):
    client = admitted(house.doctor, house.a)
    results = {Substance.OPIOIDS: Result.POSITIVE}
    row = noting.urine_test(by=house.nurse, client=client, day=TODAY, results=results)
    noting.void_test(by=house.nurse, test=row, why="nhầm người")
    assert reason(noting.void_test, by=house.nurse, test=row, why="nữa") == "note-voided"
    with acting(house.doctor):
        assert UrineTestRow.objects.count() == 2
        found = records.tests_of(client)
        assert [(each.voided, dict(each.results)) for each in found] == [("nhầm người", results)]
        assert records.counted(found) == ()
    assert reason(noting.urine_test, by=house.nurse, client=client, day=TODAY, results={}) == "test-empty"
    later = {"by": house.nurse, "client": client, "day": TODAY + DAY, "results": results}
    assert reason(noting.urine_test, **later) == "day-to-come"


# Vomited doses


@pytest.fixture
def given(house):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, client), presentation=SOLUTION)
    return client


def test_a_vomited_dose_is_given_again_once_by_a_doctor_and_leaves_the_stock(house, given):
    row = noting.vomit(by=house.nurse, client=given, minutes=12, seen=True)
    with pytest.raises(NotAllowed):
        noting.give_again(by=house.dispenser, vomit=row, mg=Decimal(30))
    sign(house, "vomited.full_before", "vomited.half_before", "vomited.quarter_until")
    assert reason(noting.give_again, by=house.doctor, vomit=row, mg=Decimal(31)) == "again-too-much"
    made = noting.give_again(by=house.doctor, vomit=row, mg=Decimal(30))
    assert reason(noting.give_again, by=house.doctor, vomit=row, mg=Decimal(1)) == "again-given"
    with reaching.centre(None, house.a.pk):
        again = Dose.objects.get(again=True)
        assert (again.name, again.mg, again.on) == (made.again, Decimal(30), TODAY)
        posting = Posting.objects.get(key=made.again)
        assert (posting.quantity, posting.target) == (Decimal(3), "client")
        told = keeping.event_of(LogEntry.objects.get(digest=made.again)).fact
        whole = LogEntry.objects.get(digest=made.dose)
        assert told.repeats == Repeats(whole.key, str(house.doctor.account))


def test_a_dose_given_again_is_known_as_that_and_hinders_nothing(house, given):
    """Nobody is called back for it, and the next day is given as any other."""
    row = noting.vomit(by=house.nurse, client=given, minutes=12, seen=True)
    noting.give_again(by=house.doctor, vomit=row, mg=Decimal(30))
    with reaching.centre(None, house.a.pk):
        (incident,) = Incident.objects.all()
        assert (incident.kind, incident.answered_by_id) == ("given-again", house.doctor.account)
        whole = Dose.objects.get(again=False)
        assert facts.last_dose(whole.person, TODAY).mg == whole.mg  # not the part
        assert not waiting_for_a_doctor(Dose.objects.values_list("person", flat=True))


def test_a_second_dose_outside_is_a_double_of_both(house, given):
    row = noting.vomit(by=house.nurse, client=given, minutes=12, seen=True)
    noting.give_again(by=house.doctor, vomit=row, mg=Decimal(30))
    dispensing.give_dose(
        by=house.dispenser, roster=roster(house.dispenser, given), presentation=SOLUTION, outside=True
    )
    with reaching.centre(None, house.a.pk):
        found = Incident.objects.order_by("kind").values_list("kind", flat=True)
        assert list(found) == ["double-dose", "double-dose", "given-again", "outside-permit"]


def test_what_nobody_saw_is_not_given_again(house, given):
    row = noting.vomit(by=house.nurse, client=given, minutes=5, seen=False)
    assert reason(noting.give_again, by=house.doctor, vomit=row, mg=Decimal(10)) == "again-unseen"


def test_only_a_dose_of_today_was_vomited(house):
    client = admitted(house.doctor, house.a)
    dosed(client, TODAY - DAY)
    assert reason(noting.vomit, by=house.nurse, client=client, minutes=5, seen=True) == "again-not-today"


# Incidents


def raised(house, client, *facilities):
    with reaching.centre(None, *[each.pk for each in facilities]):
        return [
            Incident.objects.create(
                identity="x" * 64,
                facility=each,
                pseudonym=client.pseudonym,
                kind="double-dose",
                severity=1,
                keys=["a", "b"],
                persons=[person_of(client)],
            )
            for each in facilities
        ]


def test_an_answer_opens_the_way_everywhere_and_its_words_stay_here(house, given):
    here, there = raised(house, given, house.a, house.b)
    with pytest.raises(NotAllowed):
        answering.answer(by=house.nurse, incident=here, finding="đã gọi")
    assert reason(answering.answer, by=house.doctor, incident=here, finding=" ") == "why-missing"
    assert (
        reason(answering.answer, by=house.doctor_b, incident=there, finding="đã hỏi") == "incident-elsewhere"
    )
    answering.answer(by=house.doctor, incident=here, finding="đã gọi, người bệnh khỏe")
    assert reason(answering.answer, by=house.doctor, incident=here, finding="nữa") == "incident-answered"
    with acting(house.doctor):
        assert Incident.objects.get(pk=here.pk).text("finding") == "đã gọi, người bệnh khỏe"
    with acting(house.doctor_b):
        other = Incident.objects.get(pk=there.pk)
        assert other.answered_at is not None
        assert (other.finding, other.remark) == (None, "")


# The end


def test_an_end_by_wish_stops_orders_and_rights_and_is_told_to_nobody(house, given):
    say = {"by": house.doctor, "client": given, "ending": Ending.WISH, "day": TODAY, "why": "tự xin nghỉ"}
    assert reason(ending.end, **say) == "ending-wish-unsigned"
    ending.end(**say, wish_signed=True)
    assert reason(ending.end, **say, wish_signed=True) == "not-enrolled"
    with acting(house.doctor):
        assert Ended.objects.get().text("why") == "tự xin nghỉ"
        assert [step.phase for step in PhaseStep.objects.all()] == ["ended"]
        assert OrderRow.objects.get().stopped is not None
    with reaching.centre(None):
        assert Lease.objects.get().last == TODAY


def test_no_ground_for_breach_stands_today(house, given):
    say = {"by": house.doctor, "client": given, "ending": Ending.BREACH, "day": TODAY, "why": "vi phạm"}
    assert reason(ending.end, **say, chosen=()) == "ending-without-ground"
    move = {"by": house.doctor, "client": given, "ending": Ending.TRANSFER, "day": TODAY, "why": "chuyển"}
    assert reason(ending.end, **move) == "end-by-transfer"
