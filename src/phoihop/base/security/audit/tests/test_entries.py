"""What an entry may say, and the bytes that stand for it."""

import json
import struct
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.audit import stream
from phoihop.base.security.audit.entries import (
    DETAIL_KEYS,
    BadEntry,
    Entry,
    Kind,
    Outcome,
    Stored,
    canonical,
    packed,
    parsed,
)
from phoihop.base.security.audit.tests.house import House, entry, write

GOOD: dict[str, dict[str, Any]] = {
    "plain": {},
    "no account": {"account": None},
    "a thing": {"thing_kind": "org.Agency", "thing_id": "42"},
    "a random id": {"thing_kind": "p1.Person", "thing_id": "5Nw3kX_-9a"},
    "a fixed address": {"source": "2001:db8::1"},
    "every key": {"detail": {key: 1 for key in DETAIL_KEYS if key != "needle"}},
    "a needle": {"detail": {"needle": "x0123456789abcdef"}},
    "a reason": {"detail": {"reason": "moved-away", "article": "luat-91-2025:d12", "fields": ["name"]}},
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a sentence for an action": ({"action": "looked at a file"}, "action"),
    "no action": ({"action": ""}, "action"),
    "a name for a purpose": ({"purpose": "Nguyễn Văn A"}, "purpose"),
    "a long code": ({"purpose": "a" * 65}, "purpose"),
    "a phone number in a code": ({"purpose": "tel-0912345678"}, "purpose"),
    "an illness as a programme": ({"programme": "hiv1"}, "programme"),
    "a treatment in an action": ({"action": "mmt.dose"}, "action"),
    "a treatment in a kind of thing": ({"thing_kind": "methadone.Dose", "thing_id": "1"}, "thing_kind"),
    "an identity card as a thing": ({"thing_kind": "p1.Person", "thing_id": "001099012345"}, "thing_id"),
    "an old identity card as a thing": ({"thing_kind": "p1.Person", "thing_id": "012345678"}, "thing_id"),
    "a name as a thing": ({"thing_kind": "p1.Person", "thing_id": "Nguyễn Văn A"}, "thing_id"),
    "a thing of no kind": ({"thing_id": "1"}, "thing_id"),
    "no address": ({"source": "localhost"}, "source"),
    "a text for an account": ({"account": "7"}, "account"),
    "yes for an agency": ({"agency": True}, "agency"),
    "an account beyond numbers": ({"account": 2**63}, "account"),
    "less than nothing": ({"count": -1}, "count"),
    "a kind that is none": ({"kind": "read"}, "kind"),
    "an outcome that is none": ({"outcome": "ok"}, "outcome"),
    "a text for a request": ({"request": "1"}, "request"),
    "a key that nobody declared": ({"detail": {"Nguyễn Văn A": 1}}, "a key of detail"),
    "a sentence in detail": ({"detail": {"reason": "he moved away"}}, "detail.reason"),
    "a value in detail": ({"detail": {"fields": ["0912345678"]}}, "detail.fields"),
    "a name in detail": ({"detail": {"fields": ["Nguyen Van A"]}}, "detail.fields"),
    "numbers in a list": ({"detail": {"fields": [1]}}, "detail.fields"),
    "a needle that can be read": ({"detail": {"needle": "nguyen-van-a"}}, "detail.needle"),
    "something nested": ({"detail": {"to": {"name": "a"}}}, "detail.to"),
    "a fraction": ({"detail": {"seconds": 1.5}}, "detail.seconds"),
    "yes and no": ({"detail": {"kin": True}}, "detail.kin"),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_an_entry_may_say(case: str) -> None:
    assert entry(**GOOD[case]).action == "org.look"


@pytest.mark.parametrize("case", BAD)
def test_what_an_entry_may_not_say_is_named_and_not_repeated(case: str) -> None:
    parts, named = BAD[case]
    with pytest.raises(BadEntry) as refused:
        entry(**parts)
    assert refused.value.part == named
    assert str(refused.value) == f"audit entry: {named} is not allowed"


def test_an_address_is_written_in_one_way() -> None:
    assert entry(source="2001:0DB8:0:0::1").source == "2001:db8::1"
    assert entry(source="fe80::1%eth0").source == "fe80::1"


STORED = Stored(
    9,
    1,
    770,
    datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC),
    Entry(
        kind=Kind.WRITE,
        action="org.appoint",
        request=UUID(int=5),
        account=7,
        thing_kind="org.Position",
        thing_id="31",
        count=2,
        detail={"fields": ["role"], "reason": "new"},
    ),
)


def test_the_canonical_bytes_are_these_and_stay_these() -> None:
    """A change here makes every seal made before it unverifiable."""
    seconds = ((26 * 365 + 7) + 31 + 2) * 86_400 + 4 * 3_600 + 5 * 60 + 6
    expected = f"""
        00000008 0000000000000009 00000008 0000000000000001 00000008 0000000000000302
        00000008 {seconds * 1_000_000 + 789:016x} 00000005 7772697465 0000000b 6f72672e6170706f696e74
        00000004 646f6e65 00000008 0000000000000007 ffffffff ffffffff 00000000
        0000000c 6f72672e506f736974696f6e 00000002 3331 ffffffff 00000000
        00000010 00000000000000000000000000000005 00000000 00000008 0000000000000002
        0000002b 6d 00000006 6669656c6473 0000000a 6c 00000005 73726f6c65
        00000006 726561736f6e 00000004 736e6577
    """
    assert canonical(STORED) == bytes.fromhex(expected)


def test_a_time_is_the_same_in_every_zone() -> None:
    there = timezone(timedelta(hours=7))
    elsewhere = Stored(9, 1, 770, STORED.at.astimezone(there), STORED.entry)
    assert canonical(elsewhere) == canonical(STORED)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, JSON)
def test_no_two_details_are_packed_alike(one: object, other: object) -> None:
    # JSON itself as the judge of sameness: Python takes 1 for True.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (packed(one) == packed(other)) == same
    assert packed(parsed(json.dumps(one, indent=3))) == packed(one)


CODES = st.from_regex(r"[a-z][a-z]{0,12}(\.[a-z]{1,9})?", fullmatch=True).filter(
    lambda code: (
        not any(word in code for word in ("hiv", "aids", "arv", "mmt", "prep", "methadon", "sex", "tr", "ma"))
    )
)
NUMBERS = st.none() | st.integers(-(2**63), 2**63 - 1)
ENTRIES = st.builds(
    Entry,
    kind=st.sampled_from(Kind),
    action=CODES,
    request=st.uuids(),
    outcome=st.sampled_from(Outcome),
    account=NUMBERS,
    position=NUMBERS,
    agency=NUMBERS,
    purpose=st.just("") | CODES,
    thing_kind=st.just("org.Agency"),
    thing_id=st.from_regex(r"[A-Za-z_-]{0,20}", fullmatch=True),
    owner_agency=NUMBERS,
    programme=st.just("") | CODES,
    source=st.just("") | st.ip_addresses().map(str),
    count=st.integers(0, 2**31 - 1),
    detail=st.dictionaries(
        st.sampled_from(sorted(set(DETAIL_KEYS) - {"needle"})),
        st.integers(-(2**63), 2**63 - 1)
        | CODES
        | st.lists(st.sampled_from(["name", "role", "unit_id"]), max_size=4),
        max_size=5,
    ),
)


def test_the_database_sends_the_very_bytes_that_python_makes(house: House) -> None:
    """Whatever its time zone and the way it writes dates: sealing reads these, and nothing else."""

    @given(
        st.lists(ENTRIES, min_size=1, max_size=4),
        st.sampled_from(["UTC", "Asia/Ho_Chi_Minh", "America/Lima"]),
    )
    def run(entries: list[Entry], zone: str) -> None:
        with house.connect(autocommit=True) as connection:
            connection.execute("select set_config('timezone', %s, false)", [zone])
            (last,) = house.ask("select coalesce(max(id), 0) from security_auditentry")
            write(connection, *entries)
            query = "select id, epoch, txid, at from security_auditentry where id > %s order by id"
            stored = connection.execute(query, [last]).fetchall()
            with connection.transaction():
                connection.execute("set local datestyle = 'SQL, DMY'")
                sent = list(stream.rows(connection, stored[0][1:3], (2, 0)))
        assert [row.id for row in sent] == [row[0] for row in stored]
        made = [
            canonical(Stored(row[0], row[1], row[2], row[3], e))
            for row, e in zip(stored, entries, strict=True)
        ]
        assert [row.canonical for row in sent] == made

    run()


def test_time_transaction_and_epoch_are_the_databases_own(house: House) -> None:
    """Whatever the program writes there: nobody dates an entry back or puts it before the last seal."""
    before = datetime.now(UTC)
    with house.connect() as connection:
        connection.execute(
            "insert into security_auditentry (at, epoch, txid, kind, action, outcome, purpose, thing_kind, "
            "thing_id, programme, request, source, count, detail) values ('2020-01-01', 99, 3, 'read', "
            "'org.look', 'done', '', '', '', '', %s, '', 1, '{}')",
            [uuid4()],
        )
        own = connection.execute("select pg_current_xact_id()::text::bigint").fetchall()[0][0]
    ((at, epoch, txid),) = house.ask("select at, epoch, txid from security_auditentry")
    assert (epoch, txid) == (1, own)
    assert before - timedelta(seconds=5) < at < datetime.now(UTC) + timedelta(seconds=5)


@pytest.mark.parametrize("table", ["security_auditentry", "security_auditseal"])
@pytest.mark.parametrize("what", ["update {} set count = 0", "delete from {}", "truncate {}"])
def test_nobody_changes_or_removes_what_is_recorded(house: House, table: str, what: str) -> None:
    house.fill(1)
    for role in ("owner", "setup"):
        with (
            house.connect(role) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="audit:"),
        ):
            connection.execute(what.format(table))


def test_a_row_that_is_not_as_asked_for_is_no_row() -> None:
    with pytest.raises(ValueError, match="another row"):
        stream._row(struct.pack(">hi", 3, 0) + bytes(60))
