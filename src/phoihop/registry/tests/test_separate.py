"""No other programme and no other office can tell that somebody is a client: not by content, error, count
or the work that an answer takes. As the runtime role, with row security, in SQL and through the doors."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.doors import NotAllowed
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal
from phoihop.registry.actions import enrolling, files
from phoihop.registry.doors import Desk
from phoihop.registry.models import Client, Enrolment, Likeness, Mark, Tie
from phoihop.registry.queries import desk
from phoihop.registry.queries import files as reading
from phoihop.registry.registering import PROGRAMMES
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Told
from phoihop.registry.tests.people import DAY, MY, PANH, acting, admitted, consented, opened

OTHERS = ["beta", "alpha_b", "officer", "admin"]
TABLES = [
    "registry_client",
    "registry_clientevent",
    "registry_mark",
    "registry_tie",
    "registry_enrolment",
    "registry_enrolmentevent",
    "registry_consent",
    "registry_referral",
    "registry_transfer",
    "registry_likeness",
    "registry_merge",
    "registry_mergestep",
]


@pytest.fixture
def x(house):
    """A client of alpha at A."""
    return admitted(house.alpha, house.a)


def asked(viewer, statement, *given):
    """What plain SQL gets under somebody's scope, as if a hole in the program let them write it."""
    with acting(viewer), connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_empty_to_everybody_else(house, x, who, table):
    assert asked(getattr(house, who), f"select * from {table}") == []


@pytest.mark.parametrize("table", ["registry_client", "registry_mark", "registry_tie", "registry_enrolment"])
def test_the_own_carer_sees_it(house, x, table):
    assert asked(house.alpha, f"select * from {table}") != []


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("table", TABLES)
def test_no_write_reaches_it(house, x, who, table):
    viewer = getattr(house, who)
    with acting(viewer), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(f"delete from {table}")
                assert cursor.rowcount == 0
        except DatabaseError as refused:
            assert "permission denied" in str(refused)  # noqa: PT017 - history is never removed, by anybody


def test_a_scope_for_comparing_reaches_its_own_programme_and_no_word(house, x):
    """Signed for beta it shows nothing of alpha; signed for alpha at B, marks but no file and no key."""
    with scope.acting(Scope("match", account=house.beta.account, places=((house.a.pk, "beta"),))):
        assert not Mark.objects.exists()
        assert not Tie.objects.exists()
        assert not Enrolment.objects.exists()
    with scope.acting(Scope("match", account=house.alpha_b.account, places=((house.b.pk, "alpha"),))):
        assert Mark.objects.filter(client=x.pk).count() == 3
        assert not Client.objects.exists()
    with scope.acting(Scope("match", account=house.alpha_b.account)):
        assert not Mark.objects.exists()


def test_a_place_whose_name_ends_like_a_programme_is_not_that_programme(house, x):
    """ "alpha" is matched whole: neither "xalpha" nor "alph" reaches it."""
    for near in ("xalpha", "alphax", "alph", "lpha"):
        with scope.acting(Scope("match", account=1, places=((house.b.pk, near),))):
            assert not Mark.objects.exists()


def marks(viewer) -> dict[str, bytes]:
    return {kind: bytes(index) for kind, index in asked(viewer, "select kind, index from registry_mark")}


def test_marks_of_two_programmes_have_nothing_in_common(house, x):
    admitted(house.beta, house.a, MY, programme="beta")
    one, other = marks(house.alpha), marks(house.beta)
    assert set(one) == set(other) == {"identity", "insurance", "person"}
    assert not set(one.values()) & set(other.values())
    for column in ("pseudonym", "code", "name_tokens", "born_token", "uid"):
        mine = asked(house.alpha, f"select {column} from registry_client")
        theirs = asked(house.beta, f"select {column} from registry_client")
        assert mine[0][0]
        assert mine != theirs


def test_nothing_of_a_person_stands_in_clear(house, x):
    dumped = "".join(row[0] for t in TABLES for row in asked(house.alpha, f"select t::text from {t} t"))
    said = [MY.name, "Vang", MY.identity, MY.insurance, MY.phone, "1999-05-07", "female"]
    assert dumped
    assert not [word for word in said if word in dumped or word.encode().hex() in dumped]


def shape(queries) -> list[str]:
    """Statements without their values: digits, quoted texts, the names of savepoints. Canaries are read once
    a minute, whoever comes."""
    queries = [query for query in queries if "auditcanary" not in query["sql"]]
    said = (
        re.sub(r"'(?:[^']|'')*'(?:::\w+(?:\[\])?)?| *-?\b\d+\b|\"s\d+_x\d+\"", "?", q["sql"]) for q in queries
    )
    return [re.sub(r"(?:\?, ?)+\?", "?", line) for line in said]


def work(do) -> list[str]:
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as caught:
        do()
    return shape(caught.captured_queries)


def test_opening_and_admitting_somebody_known_elsewhere_is_the_same_work(house, x):
    """A-09, A-11: X is in alpha; in beta they are as new as anybody, statement by statement."""

    def into_beta(told) -> None:
        with acting(house.beta):
            client = files.open_file(by=house.beta, desk=Desk("beta", house.a), told=told)
            consented(house.beta, client)
            enrolling.admit(by=house.beta, client=client, since=DAY)

    stranger = replace(PANH, identity="001203000123", insurance="GD4010999999999", phone="0987654321")
    into_beta(replace(stranger, name="Chang A Dế", identity="001203000999", insurance="", phone="0911111111"))
    unknown = work(lambda: into_beta(stranger))
    known = work(lambda: into_beta(MY))
    assert known == unknown
    with acting(house.beta):
        assert not Likeness.objects.exists()
    with pytest.raises(Refusal, match="known-here"):
        into_beta(MY)
    own = work(lambda: opened(house.beta, house.a, MY, programme="beta"))
    new = work(lambda: opened(house.beta, house.a, Told(name="Ma Seo Tú", born=Born(1970)), programme="beta"))
    assert own != new, "what is known in the own programme is noticed, so the measure would notice"


def test_searching_for_somebody_known_elsewhere_is_the_same_work(house, x):
    opened(house.beta, house.a, PANH, programme="beta")
    for known, unknown in (("vang thi my", "lu thi say"), (MY.identity, "001203000123")):

        def look(text) -> None:
            with acting(house.beta):
                assert reading.search(house.beta, programme="beta", text=text) == []

        look(unknown)
        assert work(lambda text=known: look(text)) == work(lambda text=unknown: look(text))


@pytest.mark.parametrize("who", OTHERS)
def test_the_doors_are_shut(house, x, who):
    viewer = getattr(house, who)
    with pytest.raises(NotAllowed):
        reading.see(viewer, client=x)
    with pytest.raises(NotAllowed):
        enrolling.end(by=viewer, client=x, last_day=DAY, ending="finished")
    with pytest.raises(NotAllowed):
        files.open_file(by=viewer, desk=Desk("alpha", house.a), told=MY)
    with acting(viewer):
        assert reading.find(viewer, "alpha", x.uid) is None
        assert reading.find(viewer, "beta", x.uid) is None


def test_who_works_in_another_programme_has_no_door_of_this_one(house, x):
    for call in (
        lambda: reading.search(house.beta, programme="alpha", text="vang thi my"),
        lambda: desk.pairs(house.beta, programme="alpha"),
        lambda: desk.letters(house.beta, programme="alpha"),
        lambda: desk.waiting(house.beta, programme="alpha"),
    ):
        with pytest.raises(NotAllowed):
            call()


def attached(client: int, facility) -> None:
    """An enrolment of some file at a facility, checked at once."""
    Enrolment.objects.create(
        client_id=client, programme="alpha", facility=facility, person=uuid4(), since=DAY
    )
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def test_a_row_cannot_be_attached_to_a_file_of_another(house, x):
    """A-10: the id alone leads nowhere; neither error tells whether the file is there."""
    faults = set()
    for client in (x.pk, 900_000_001):
        with acting(house.alpha_b):
            with pytest.raises(IntegrityError) as raised, transaction.atomic():
                attached(client, house.b)
            faults.add(re.sub(r"\d+", "?", str(raised.value)))
    assert len(faults) == 1
    with acting(house.beta), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Enrolment.objects.create(
            client_id=x.pk, programme="alpha", facility=house.a, person=uuid4(), since=DAY
        )


def test_the_same_person_may_be_served_in_two_programmes_at_once(house, x):
    """The exclusion holds within a programme only; even the very same person's id says nothing elsewhere."""
    other = opened(house.beta, house.a, MY, programme="beta")
    with acting(house.alpha):
        person = Tie.objects.get(client=x).person
    with acting(house.beta):
        Enrolment.objects.create(client=other, programme="beta", facility=house.a, person=person, since=DAY)


def test_refusals_say_nothing_of_where_and_when(house, x):
    same = opened(house.alpha_b, house.b, MY)
    consented(house.alpha_b, same)
    with pytest.raises(Refusal, match="transfer-needed") as refused:
        enrolling.admit(by=house.alpha_b, client=same, since=DAY)
    for said in (refused.value.message.vi, refused.value.message.en):
        assert not [word for word in ("Phòng khám", "Nậm Pồ", "Vàng", "2026", MY.identity) if word in said]


def test_what_is_recorded_names_nobody(house, x):
    with acting(house.alpha):
        reading.search(house.alpha, programme="alpha", text="vang thi my")
        reading.see(house.alpha, client=x)
        said = str(list(AuditEntry.objects.filter(account=house.alpha.account).values()))
    assert "registry.case_alpha_see" in said
    assert not [word for word in ("vang", "Vàng", MY.identity, str(x.pseudonym), x.code) if word in said]


def test_a_programme_that_keeps_no_numbers_takes_none(house, monkeypatch):
    monkeypatch.setitem(PROGRAMMES, "beta", replace(PROGRAMMES["beta"], keeps_identity=False))
    with pytest.raises(Refusal, match="identity-not-kept"):
        opened(house.beta, house.a, MY, programme="beta")
    assert opened(house.beta, house.a, PANH, programme="beta").pk
