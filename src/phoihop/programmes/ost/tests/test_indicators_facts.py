"""Facts that leave the room: whose they are nobody can tell, and which months changed everybody can."""

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from adbc_driver_manager import Error as DatabaseError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.security import carrying, scope
from phoihop.engines.indicators.facts import Kind
from phoihop.engines.indicators.partitions import UNDATED
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost import facts
from phoihop.programmes.ost.actions import admitting, dispensing, ending, noting
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.facts import Release
from phoihop.programmes.ost.indicators import tables
from phoihop.programmes.ost.indicators.tables import ALL, WORDS
from phoihop.programmes.ost.models import Balance, BottleRow, Dose, OrderRow, UrineTestRow
from phoihop.programmes.ost.queries.admissions import Said
from phoihop.programmes.ost.queries.facts import alone, standing_orders
from phoihop.programmes.ost.queries.facts import rows_of as orders_of
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.takehome import Fate
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.programmes.ost.tests.care_people import dosed
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, opened, ordered, roster, stocked
from phoihop.programmes.ost.tests.telling import (
    DAY,
    HALF_A_YEAR,
    SECRET,
    everything,
    release,
    rows_in,
    tell,
    words,
)
from phoihop.programmes.ost.tests.test_takehome_bottles import back
from phoihop.registry.actions import deciding, enrolling, files
from phoihop.registry.doors import Desk
from phoihop.registry.models import Likeness
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told

YESTERDAY = TODAY - DAY


@pytest.fixture
def house(kept):
    return kept


@pytest.fixture
def told(house):
    return tell(house)


def test_rows_have_the_declared_columns_and_nothing_else(house, told):
    found = everything(release(house))
    assert {name for name, rows in found.items() if not rows} == {"ost.application"}
    for table in ALL:
        for row in found[table.name]:
            table.fits(row)
            for name, cell in row.items():
                assert cell is None or cell in WORDS.get((table.name, name), {cell: None}), (table.name, name)


def test_nobody_is_named_and_no_number_of_anything_leaves(house, told):
    said = repr(everything(release(house)))
    with release(house).reaching():
        secrets = {
            str(each) for row in OrderRow.objects.all() for each in (row.person, row.pseudonym, row.uid)
        }
        for row in Dose.objects.all():
            secrets |= {row.name, str(row.person), str(row.client), str(row.order), row.batch, *row.sources}
    for client in vars(told).values():
        secrets |= {client.code, str(client.pseudonym), str(client.uid)}
    assert len(secrets) > 50
    assert not [secret for secret in secrets if len(secret) > 5 and secret in said]
    assert "1988, 4, 2" not in said, "of a birth the month leaves, and no day"
    assert "1988, 4, 1" in said


def test_two_releases_cannot_be_joined(house, told):
    one, other = (everything(release(house, secret)) for secret in (SECRET, bytes(32)))

    def people(found):
        return {row["person"] for rows in found.values() for row in rows if "person" in row}

    assert len(people(one)) == len(people(other)) == 8
    assert not people(one) & people(other)
    for name, rows in one.items():
        # The rest is the same in both.
        assert Counter(map(bare, rows)) == Counter(map(bare, other[name]))
    first, second = (words(release(house, secret)) for secret in (SECRET, bytes(32)))
    assert set(first) == set(second)
    assert not set(first.values()) & set(second.values())


def bare(row):
    return tuple(cell for name, cell in row.items() if name != "person")


def test_within_a_release_a_person_is_one_in_every_table(house, told):
    found = everything(release(house))
    spells = {row["person"] for row in found["ost.spell"]}
    for name in ("ost.dose", "ost.cover", "ost.order", "ost.due", "ost.commitment", "ost.urine"):
        assert {row["person"] for row in found[name]} <= spells
    assert all(len(person) == 12 for person in spells)


def test_a_short_secret_is_none(house):
    with pytest.raises(ValueError, match="32 bytes"):
        Release(b"x" * 31, (house.a.pk,), TODAY)


def test_a_scope_that_does_not_reach_gets_nothing(house, told):
    of = release(house)
    with scope.acting(scope.DOOR):
        assert {table.name: facts.months(table, of) for table in ALL} == {table.name: {} for table in ALL}
    with scope.acting(scope.Scope("facts", places=((house.b.pk, "ost"),))):
        spells = [row for month in facts.months(tables.SPELL, of) for row in rows_in(tables.SPELL, month, of)]
    assert {row["facility"] for row in spells} == {str(house.b.pk)}


def test_what_is_carried_is_guarded_as_everything_else(house, told):
    """The connection that carries rows has the program's own role, believes no scope but a signed one, of
    its own, and keeps none from one reading to the next."""
    of, doses = release(house), "select count(*) as number from ost_dose"

    def number(sql=doses):
        with carrying.reading(sql, {}) as found:
            return next(row for batch in found for row in batch.to_pylist())["number"]

    with of.reaching():
        everywhere = number()
        assert everywhere > 100
        with scope.acting(scope.DOOR):
            assert number() == 0
        with scope.acting(scope.Scope("facts", places=((house.b.pk, "ost"),))):
            assert 0 < number() < everywhere
        assert number() == everywhere
        role = "select (current_user = %s and not rolsuper and not rolbypassrls)::int as number from pg_roles"
        assert number(role.replace("%s", "'phoihop_app'") + " where rolname = current_user") == 1
        for wrong, said in (
            ("delete from ost_dose returning 1 as number", "read-only"),
            ("select 1 as number from sec.secret", "permission denied"),
        ):
            with pytest.raises(DatabaseError, match=said):
                number(wrong)
        assert number() == everywhere
    with pytest.raises(RuntimeError, match="nothing acts"), carrying.reading(doses, {}):
        pass


def test_a_scope_signed_by_nobody_carries_nothing(house, told, monkeypatch):
    monkeypatch.setattr(scope, "key", lambda: bytes(32))
    # What fails while rows come is told by Arrow.
    with (
        pytest.raises(OSError, match="not signed"),
        release(house).reaching(),
        carrying.reading("select count(*) from ost_dose", {}) as found,
    ):
        list(found)


def rows_of(house, name, **cells):
    return [
        row
        for row in everything(release(house))[name]
        if all(row[column] == cell for column, cell in cells.items())
    ]


def test_how_treatments_begin_and_go_on(house, told):
    of = release(house)
    moved = of.pseudonym(told.moved.pseudonym)
    here, there = sorted(rows_of(house, "ost.spell", person=moved), key=lambda row: row["began"])
    assert (here["came"], here["ended"], here["how"]) == ("new", YESTERDAY, "moved")
    assert (there["came"], there["began"], there["since"]) == ("transfer", TODAY, HALF_A_YEAR)
    assert (here["facility"], there["facility"]) == (str(house.a.pk), str(house.b.pk))
    again = rows_of(house, "ost.spell", person=of.pseudonym(told.returned.pseudonym))
    assert {(row["came"], row["since"] == row["began"]) for row in again} == {("new", True), ("again", True)}
    (died,) = rows_of(house, "ost.spell", person=of.pseudonym(told.died.pseudonym))
    assert (died["how"], died["ended"]) == ("died", YESTERDAY)
    assert (died["sex"], died["born"].day, died["known"]) == ("male", 1, TODAY)


def test_which_treatment_a_dose_is_of(house, told):
    of = release(house)
    (guest,) = rows_of(house, "ost.dose", facility=str(house.b.pk))
    assert (guest["person"], guest["began"]) == (of.pseudonym(told.guest.pseudonym), HALF_A_YEAR)
    whole, part = sorted(
        rows_of(house, "ost.dose", person=of.pseudonym(told.steady.pseudonym), day=TODAY),
        key=lambda r: r["again"],
    )
    assert (whole["mg"], part["mg"], part["again"]) == (80, 30, True)


def test_what_became_of_bottles(house, told):
    of = release(house)
    bottles = rows_of(house, "ost.cover", person=of.pseudonym(told.at_home.pseudonym))
    assert Counter(row["gone"] for row in bottles) == {False: 6, True: 1}
    assert {row["handed"] for row in bottles} == {TODAY}
    supplied = rows_of(house, "ost.cover", kind="inpatient")
    assert [row["day"] for row in sorted(supplied, key=lambda r: r["day"])] == [
        TODAY + DAY * n for n in range(3)
    ]


def test_days_of_orders_are_those_of_the_rules(house):
    """Orders of every rhythm, stopped, dropped and laid over each other, as the pages read them."""
    client = admitted(house.doctor, house.a, since=TODAY - DAY * 60)
    ordered(house.doctor, client, start=TODAY - DAY * 50, days=20)
    ordered(house.doctor, client, start=TODAY - DAY * 40, days=5, every=3)
    ordered(house.doctor, client, start=TODAY - DAY * 28, days=14, weekdays=[1, 3, 5])
    stopped = ordered(house.doctor, client, start=TODAY - DAY * 12, days=30)
    dropped = ordered(house.doctor, client, start=TODAY - DAY * 2, days=9)
    with reaching.centre(None, house.a.pk):
        for row, ago in ((stopped, 4), (dropped, 6)):
            moment = int((row.signed_at - timedelta(days=ago)).timestamp())
            OrderRow.objects.filter(pk=row.pk).update(stopped=moment)
        orders = alone(standing_orders(orders_of([client.pseudonym], TODAY - DAY * 100)[client.pseudonym]))
    expected = sorted(day for order in orders for day in order.dose_days(last=YESTERDAY))
    of = release(house, until=YESTERDAY)
    assert sorted(row["day"] for row in everything(of)["ost.due"]) == expected
    assert len(expected) > 20
    assert {row["daily"] for row in everything(of)["ost.order"]} == {60, 20, Decimal("25.714286")}


def test_no_dose_is_due_after_a_treatment_ended_however_late_it_was_written_down(house):
    """Who died is no drop-out: the order went on until somebody said so."""
    client = admitted(house.doctor, house.a, since=TODAY - DAY * 60)
    ordered(house.doctor, client, start=TODAY - DAY * 30, days=40)
    ending.end(by=house.doctor, client=client, ending=Ending.DEATH, day=TODAY - DAY * 20, why="bệnh nặng")
    due = [row["day"] for row in everything(release(house, until=YESTERDAY))["ost.due"]]
    assert sorted(due) == [TODAY - DAY * ago for ago in range(30, 19, -1)]


def test_an_application_waits_in_no_month(house):
    told = Told(name="Sùng A Páo", born=Born(1988, 4, 2), sex=Sex.MALE)
    client = files.open_file(by=house.nurse, desk=Desk("ost", house.a), told=told)
    row = admitting.apply(by=house.nurse, client=client, said=Said(), complete_on=None)
    of = release(house)
    assert [month for name, month in words(of) if name == "ost.application"] == [UNDATED]
    admitting.refuse_client(by=house.doctor, admission=row, reasons=["thiếu giấy tờ"])
    assert [month for name, month in words(of) if name == "ost.application"] == [f"{TODAY:%Y-%m}"]
    (found,) = everything(of)["ost.application"]
    assert (found["state"], found["decided"]) == ("refused", TODAY)


def test_tests_of_urine_count_as_the_rules_read_them(house, told):
    (row,) = everything(release(house))["ost.urine"]
    assert (row["opioids"], row["others"]) == (True, None)
    with release(house).reaching():
        test = UrineTestRow.objects.get()
    noting.void_test(by=house.nurse, test=test, why="nhầm người")
    assert everything(release(house))["ost.urine"] == []


def test_who_was_erased_is_counted_and_not_described(house, told, monkeypatch):
    def erased(client):
        raise Refusal("erased", "Đã xóa.", "Erased.")

    monkeypatch.setattr(facts, "born_of", erased)
    spells = everything(release(house))["ost.spell"]
    assert {(row["sex"], row["born"]) for row in spells} == {("unknown", None)}


def test_a_month_costs_one_statement_however_many_rows_it_has(house):
    client = admitted(house.doctor, house.a, since=HALF_A_YEAR)
    of, counts = release(house), []
    for more in (1, 30):
        for ago in range(more):
            dosed(client, YESTERDAY, name=uuid4().hex, again=ago > 0)
        with of.reaching(), CaptureQueriesContext(connection) as asked:
            months = facts.months(tables.DOSE, of)
            assert sum(len(rows_in(tables.DOSE, month, of)) for month in months) >= more
        counts.append(len(asked))
    assert counts[0] == counts[1]


def expected_change(house, act, of=None):
    """The months whose rows a deed changed, and those whose word it changed."""

    def months():
        found = {}
        given = of or release(house)
        with given.reaching():
            for table in ALL:
                for month in facts.months(table, given):
                    rows = [tuple(row.values()) for row in rows_in(table, month, given)]
                    found[table.name, month] = Counter(rows)
        return found

    rows, before = months(), words(of or release(house))
    act()
    after_rows, after = months(), words(of or release(house))
    keys = {*rows, *after_rows}
    assert set(before) == set(rows)
    assert set(after) == set(after_rows)
    return (
        {key for key in keys if rows.get(key) != after_rows.get(key)},
        {key for key in keys if before.get(key) != after.get(key)},
    )


def test_a_word_changes_exactly_when_a_row_of_its_month_does(house, told):
    """A walk over what people do, late and in error too, and over what leaves no trace in the facts."""
    with release(house).reaching():
        old = Dose.objects.filter(on=TODAY - DAY * 30, person=told.steady.pseudonym).get()
        order = OrderRow.objects.filter(person=told.steady.pseudonym).get()
        bottle = BottleRow.objects.filter(client=told.at_home).order_by("take_on").first()

    def late():
        dosed(told.away, TODAY - DAY * 33, 70)

    def corrected():
        with reaching.centre(None, house.a.pk):
            Dose.objects.filter(pk=old.pk).update(mg=75)

    def removed():
        with reaching.centre(None, house.a.pk):
            Dose.objects.filter(pk=old.pk).delete()

    def moved_a_day():
        with reaching.centre(None, house.a.pk):
            Dose.objects.filter(on=TODAY - DAY * 20, person=told.steady.pseudonym).update(on=TODAY - DAY * 70)

    def stopped():
        with reaching.centre(None, house.a.pk):
            moment = int((order.signed_at - timedelta(days=10)).timestamp())
            OrderRow.objects.filter(pk=order.pk).update(stopped=moment)

    def full():
        back(house, told.at_home, bottle, Fate.FULL)

    def noted():
        noting.urine_test(
            by=house.nurse, client=told.away, day=YESTERDAY, results={Substance.OPIOIDS: Result.NEGATIVE}
        )

    def written():
        told_now = Told(name="Lý A Đều Đặn", born=Born(1988, 4, 2), sex=Sex.MALE, phone="0912345678")
        files.correct(by=house.doctor, client=told.steady, told=told_now)

    def born_later():
        told_now = Told(name="Lý A Đều", born=Born(1990, 7, 9), sex=Sex.MALE)
        files.correct(by=house.doctor, client=told.steady, told=told_now)

    def ended():
        ending.end(
            by=house.doctor, client=told.away, ending=Ending.CUSTODY, day=YESTERDAY, why="x", seen=WARNED
        )

    def invisible():
        with reaching.centre(None, house.a.pk):
            Dose.objects.filter(pk=old.pk).update(certainty="guessed", batch="L99")

    def nothing():
        pass

    for act, changes in (
        (nothing, set()),
        (invisible, set()),
        (written, set()),
        (late, {"ost.dose"}),
        (corrected, {"ost.dose"}),
        (moved_a_day, {"ost.dose"}),
        (removed, {"ost.dose"}),
        (stopped, {"ost.order", "ost.due"}),
        (full, {"ost.cover", "ost.dose", "ost.move", "ost.shelf"}),
        (noted, {"ost.urine"}),
        (born_later, {"ost.spell"}),
        (ended, {"ost.spell", "ost.order", "ost.due"}),
    ):
        rows, said = expected_change(house, act)
        assert said == rows, act.__name__
        assert {name for name, _ in rows} == changes, act.__name__


WARNED = frozenset({"ending-custody-go-on", "ending-bottles-out"})


def test_a_day_that_passes_is_another_month_of_due_days(house, told):
    """What was not over yesterday is over today, though nobody did anything."""
    before, after = (words(release(house, until=day)) for day in (YESTERDAY - DAY, YESTERDAY))
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert changed == {("ost.due", f"{YESTERDAY:%Y-%m}")}


def test_a_file_found_to_be_another_persons_moves_all_its_rows(house):
    client = admitted(house.doctor, house.a, since=HALF_A_YEAR)
    ordered(house.doctor, client, start=TODAY - DAY * 3)
    dosed(client, YESTERDAY)
    told = Told(name="Sùng A Páo", born=Born(1988, 4, 2), sex=Sex.MALE)
    other = files.open_file(by=house.doctor, desk=Desk("ost", house.a), told=told)
    with acting(house.doctor):
        pair = Likeness.objects.get(client__in=[client, other], other__in=[client, other])

    def decided():
        deciding.decide(by=house.doctor, likeness=pair, same=True, why="cùng một người", kept=other)

    rows, said = expected_change(house, decided)
    assert rows == said
    assert {name for name, _ in rows} >= {"ost.spell", "ost.dose", "ost.order", "ost.due"}
    assert {row["person"] for row in everything(release(house))["ost.dose"]} == {
        release(house).pseudonym(other.pseudonym)
    }


def test_a_treatment_entered_in_error_is_none(house):
    client = admitted(house.doctor, house.a, since=HALF_A_YEAR)
    assert len(everything(release(house))["ost.spell"]) == 1
    enrolling.end(by=house.doctor, client=client, last_day=YESTERDAY, ending="error")
    assert everything(release(house))["ost.spell"] == []


def test_stock_is_what_the_ledger_says(house, told):
    found = everything(release(house))["ost.shelf"]
    total: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in found:
        total[row["facility"], row["place"]] += row["change"]
    with reaching.centre(None):
        held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for lies in Balance.objects.exclude(kind="trader").exclude(quantity=0):
            held[str(lies.facility_id), lies.kind] += lies.quantity
    places = set(WORDS["ost.shelf", "place"])
    assert {key: each for key, each in total.items() if each} == {
        key: each for key, each in held.items() if key[1] in places
    }


def test_a_dose_of_today_is_a_fact_at_once(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)

    def given():
        dispensing.give_dose(
            by=house.dispenser, roster=roster(house.dispenser, client), presentation=SOLUTION
        )

    rows, said = expected_change(house, given)
    assert rows == said
    assert {name for name, _ in rows} == {"ost.dose", "ost.move", "ost.shelf"}


def test_what_is_text_is_said_in_words_alone():
    """A column of free text would carry anything out."""
    free = {"person", "facility", "target_facility"}
    for table in ALL:
        for name, kind in table.columns:
            assert kind is not Kind.TEXT or name in free or (table.name, name) in WORDS
