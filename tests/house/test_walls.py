"""Walls between programmes and facilities, tried on the stand-in room with the program's help and without."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.tests import making
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import keyring, scope
from phoihop.base.security.crypto.refusing import Tampered
from phoihop.base.security.models import DataKeyRow
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal
from tests.standin import actions, queries
from tests.standin.models import Client, Visit

NUMBER = "035199000123"
DAY = date(2026, 11, 20)


@pytest.fixture
def house(db):
    """Programme alpha at clinics A and B, beta at A; each with its carer; X is a client of alpha at A."""
    with scope.acting(making.INSTALL):
        agency = making.agency("Trung tâm Y tế Nậm Pồ")
        a = making.facility(agency, "Phòng khám A", programmes=["alpha", "beta"])
        b = making.facility(agency, "Phòng khám B", programmes=["alpha"])
        made = {
            "a": a,
            "b": b,
            "alpha": making.somebody("Lù Thị Sên", "carer-alpha", a),
            "alpha_b": making.somebody("Phàn Văn Dất", "carer-alpha", b),
            "beta": making.somebody("Chang A Thào", "carer-beta", a),
            "admin": making.somebody("Hù Cố Xuân", "administrator", agency),
            "officer": making.somebody("Má A Sở", "officer", making.agency("Công an xã Nậm Pồ", "police")),
        }
    made["x"] = actions.enrol(
        "alpha", by=made["alpha"], facility=a, name="Vàng Thị Mỷ", number=NUMBER, state="dương", since=DAY
    )
    return made


def ids(viewer) -> list[int]:
    with scope.acting(scope_of(viewer)):
        return list(Client.objects.values_list("pk", flat=True))


def test_the_own_facility_and_programme_see_the_file(house):
    assert ids(house["alpha"]) == [house["x"].pk]
    assert queries.see(house["alpha"], house["x"])["name"] == "Vàng Thị Mỷ"


@pytest.mark.parametrize("who", ["alpha_b", "beta", "admin", "officer"])
def test_everybody_else_sees_nothing_even_past_the_program(house, who):
    assert ids(house[who]) == []
    with scope.acting(scope_of(house[who])):
        assert not DataKeyRow.objects.exists()
    with pytest.raises(NotAllowed):
        queries.see(house[who], house["x"])


def test_two_positions_are_two_places_and_not_their_product(house):
    """Alpha at A and beta at B: neither beta at A nor alpha at B, for rows, keys and searches."""
    there = actions.enrol("alpha", by=house["alpha_b"], facility=house["b"], name="Lò Văn Pánh", since=DAY)
    beside = actions.enrol("beta", by=house["beta"], facility=house["a"], name="Lò Thị Pánh", since=DAY)
    with scope.acting(making.INSTALL):
        who = making.account("Giàng Thị Dợ")
        making.position(who, "carer-alpha", house["a"])
        making.position(who, "carer-beta", house["b"])
    both = making.viewer(who)
    assert ids(both) == [house["x"].pk]
    with scope.acting(scope_of(both)):
        assert [row.person for row in DataKeyRow.objects.all()] == [house["x"].pseudonym]
    assert queries.search(both, "alpha", "lo van panh") == []
    assert queries.search(both, "beta", "lo thi panh") == []
    for client in (there, beside):
        with pytest.raises(NotAllowed):
            queries.see(both, client)


def test_without_the_second_factor_the_rows_are_hidden_too(house):
    weak = replace(house["alpha"], strong=False)
    assert ids(weak) == []
    with scope.acting(scope_of(weak)):
        assert not DataKeyRow.objects.exists()


def test_the_same_number_elsewhere_is_a_new_person(house):
    for programme, who, facility in (("beta", "beta", "a"), ("alpha", "alpha_b", "b")):
        client = actions.enrol(
            programme, by=house[who], facility=house[facility], name="Vàng Thị Mỷ", number=NUMBER, since=DAY
        )
        assert client.pk != house["x"].pk
        with scope.acting(scope_of(house["alpha"])):
            known = Client.objects.get(pk=house["x"].pk)
        if programme == "beta":
            assert bytes(known.number_index) != bytes(client.number_index)
        assert not set(known.name_tokens) & set(client.name_tokens)


def visit(house, facility) -> None:
    """A visit of client X at a facility, checked at once."""
    Visit.objects.create(client_id=house["x"].pk, facility=house[facility], programme="alpha", day=DAY)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def test_a_row_cannot_be_attached_to_a_client_of_another(house):
    with scope.acting(scope_of(house["alpha_b"])):
        with pytest.raises(IntegrityError, match="standin_visit_of_own_client"), transaction.atomic():
            visit(house, "b")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            visit(house, "a")
        assert not Visit.objects.exists()


def test_an_update_does_not_carry_a_row_over_the_wall(house):
    with scope.acting(scope_of(house["alpha"])), pytest.raises(DatabaseError), transaction.atomic():
        Client.objects.filter(pk=house["x"].pk).update(facility=house["b"])


def test_a_swapped_ciphertext_does_not_open(house):
    y = actions.enrol("alpha", by=house["alpha"], facility=house["a"], name="Sùng A Chứ", since=DAY)
    with scope.acting(scope_of(house["alpha"])):
        x = Client.objects.get(pk=house["x"].pk)
        Client.objects.filter(pk=y.pk).update(name=x.name)
        with pytest.raises(Tampered):
            Client.objects.get(pk=y.pk).text("name")
        Client.objects.filter(pk=x.pk).update(state=x.name)
        with pytest.raises(Tampered):
            Client.objects.get(pk=x.pk).text("state")


def test_nothing_of_a_file_stands_in_the_tables_in_clear(house):
    plain = ["Vàng", "Vang", "Mỷ", NUMBER, "dương"]
    with scope.acting(scope_of(house["alpha"])), connection.cursor() as cursor:
        for table in ("standin_client", "standin_visit", "security_datakeyrow"):
            cursor.execute(f"select t::text from {table} t")
            dumped = "".join(row[0] for row in cursor.fetchall())
            assert dumped or table == "standin_visit"
            assert not [word for word in plain if word in dumped or word.encode().hex() in dumped]


def test_a_name_is_found_without_its_marks_and_only_in_its_facility(house):
    found = queries.search(house["alpha"], "alpha", "vang thi my")
    assert [name for _, name in found] == ["Vàng Thị Mỷ"]
    assert queries.search(house["alpha_b"], "alpha", "vang thi my") == []


def test_a_list_opens_every_key_with_one_statement(house):
    def statements(expected):
        with CaptureQueriesContext(connection) as asked:
            assert len(queries.search(house["alpha"], "alpha", "lo van")) == expected
        return len(asked)

    counts = []
    for total in (2, 9):
        while len(queries.search(house["alpha"], "alpha", "lo van")) < total:
            actions.enrol("alpha", by=house["alpha"], facility=house["a"], name="Lò Văn Ín", since=DAY)
        counts.append(statements(total))
    assert counts[0] == counts[1]


def test_a_destroyed_key_leaves_a_countable_row_that_says_nothing(house):
    x = house["x"]
    with scope.acting(Scope("keys", account=1)):
        rows = DataKeyRow.objects.filter(person=x.pseudonym)
        assert rows.update(wrapped=None, erased_at="2026-11-22T00:00:00Z") == 1
    keyring.store().clear()
    with scope.acting(scope_of(house["alpha"])):
        known = Client.objects.get(pk=x.pk)
        with pytest.raises(Refusal, match="erased"):
            known.text("name")


def test_the_same_event_is_written_once(house):
    event = uuid.uuid4()
    for _ in range(2):
        actions.visit("alpha", by=house["alpha"], client=house["x"], day=DAY, event=event)
    with scope.acting(scope_of(house["alpha"])):
        assert Visit.objects.filter(event=event).count() == 1


OTHERS = ["alpha_b", "beta", "officer", "admin"]


def asked(viewer, statement, *given):
    """What plain SQL gets under somebody's scope, as if a hole in the program let them write it."""
    with scope.acting(scope_of(viewer)), connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize(
    "statement",
    [
        "select id from standin_client",
        "select id from standin_clientevent",
        "select * from standin_client union select * from standin_client",
        "select c.id from org_facility f join standin_client c on c.facility_id = f.id",
        "select id from standin_client tablesample system (100)",
        "with x as materialized (select * from standin_client) select id from x",
        "select most_common_vals::text from pg_stats where tablename = 'standin_client'",
        "select 1 from standin_client for share",
    ],
)
def test_no_way_of_asking_shows_a_row_of_others(house, who, statement):
    assert asked(house[who], statement) == []


@pytest.mark.parametrize("who", OTHERS)
def test_a_condition_that_breaks_on_a_hidden_row_is_not_tried_on_it(house, who):
    """A fault would tell that the row is there: what may leak runs after the policy."""
    wanted = "select id from standin_client where 1 / (case when programme = 'alpha' then 0 else 1 end) = 1"
    assert asked(house[who], wanted) == []


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize(
    "statement", ["update standin_client set since = since", "delete from standin_client"]
)
def test_no_write_reaches_a_row_of_others(house, who, statement):
    with scope.acting(scope_of(house[who])), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 0
    assert ids(house["alpha"]) == [house["x"].pk]


@pytest.mark.parametrize(
    "statement",
    [
        "set role phoihop_owner",
        "set session authorization phoihop_setup",
        "set row_security = off; select id from standin_client",
        "alter table standin_client disable row level security",
        "create policy wide on standin_client using (true)",
        "create view seen as select * from standin_client",
        "create function seen() returns int language sql as 'select 1'",
        "select inner_pad from sec.secret",
        "copy standin_client to program 'cat'",
        "copy standin_client to '/x'",
        "select pg_read_file('pg_hba.conf')",
        "select lo_import('/etc/passwd')",
        "create extension dblink",
        "select usename, passwd from pg_shadow",
    ],
)
def test_the_runtime_role_climbs_over_nothing(house, statement):
    officer = scope.acting(scope_of(house["officer"]))
    with officer, pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_history_of_a_file_is_behind_the_same_wall(house):
    actions.rename("alpha", by=house["alpha"], client=house["x"], name="Vàng Thị Mị")
    assert len(asked(house["alpha"], "select pgh_id from standin_clientevent")) == 2
    with pytest.raises(DatabaseError, match="permission denied"):
        asked(house["alpha"], "delete from standin_clientevent returning pgh_id")
