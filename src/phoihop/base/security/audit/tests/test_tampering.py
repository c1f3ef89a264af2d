"""Whatever is done to a sealed audit, the check names the first bad seal and the first bad row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from phoihop.base.security.audit.findings import What
from phoihop.base.security.audit.tests.house import House
from phoihop.base.security.audit.verifying import verify

ENTRY, SEAL = "security_auditentry", "security_auditseal"


@pytest.fixture
def sealed(house: House) -> House:
    """Four seals, of 3, 4, 2 and 3 entries: ids 1 to 12."""
    house.fill(3, 4, 2, 3)
    assert house.ids() == list(range(1, 13))
    return house


def test_an_untouched_audit_is_intact(sealed: House) -> None:
    sealed.write()
    report = sealed.verify()
    assert (report.ok, report.rows, report.seals, report.waiting, report.findings) == (True, 12, 4, 1, ())


CHANGES = {
    "at": "at + interval '1 microsecond'",
    "epoch": "0",
    "txid": "txid + 1000000",
    "kind": "'write'",
    "action": "'org.see'",
    "outcome": "'refused'",
    "account": "null",
    "position": "0",
    "agency": "1",
    "purpose": "'care'",
    "thing_kind": "'org.Unit'",
    "thing_id": "'a2'",
    "owner_agency": "1",
    "programme": "'p1'",
    "request": "gen_random_uuid()",
    "source": "'10.0.0.1'",
    "count": "2",
    "detail": """'{"fields": ["name", "code"]}'""",
}


def test_every_column_is_in_the_table_of_changes(sealed: House) -> None:
    query = "select column_name from information_schema.columns where table_name = 'security_auditentry'"
    assert set(sealed.ask(query)) == {"id", *CHANGES}


def test_a_change_of_any_column_is_named(sealed: House) -> None:
    sealed.tamper(f"create table kept as select * from {ENTRY} where id = 6")
    for column, change in CHANGES.items():
        sealed.tamper(f"update {ENTRY} set {column} = {change} where id = 6")
        report = sealed.verify()
        # A row whose place was changed is missing from its own seal, and found where it does not belong.
        what = What.ROW_REMOVED if column in ("epoch", "txid") else What.ROW_CHANGED
        found = [(f.what, f.seal, f.row) for f in report.findings if f.seal is not None]
        assert (column, found) == (column, [(what, 2, 6)])
        assert (report.ok, report.first_seal, report.first_row) == (False, 2, 6)
        sealed.tamper(f"delete from {ENTRY} where id = 6", f"insert into {ENTRY} select * from kept")
        assert sealed.verify().ok


TAMPERED: dict[str, tuple[tuple[str, ...], What, int | None, int | None]] = {
    # what was done; what is found first, in which seal, at which row
    "a row taken from the middle": ((f"delete from {ENTRY} where id = 5",), What.ROW_REMOVED, 2, 5),
    "the first row taken": ((f"delete from {ENTRY} where id = 1",), What.ROW_REMOVED, 1, 1),
    "the last rows taken": ((f"delete from {ENTRY} where id > 10",), What.ROW_REMOVED, 4, 11),
    "every row of a seal": ((f"delete from {ENTRY} where id between 4 and 7",), What.ROW_REMOVED, 2, 4),
    "all rows": ((f"truncate {ENTRY}",), What.ROW_REMOVED, 1, 1),
    "all rows and all seals": ((f"truncate {ENTRY}, {SEAL}",), What.SEAL_LOST, 1, None),
    "the tail with its seals": (
        (f"delete from {ENTRY} where id > 7", f"delete from {SEAL} where number > 2"),
        What.SEAL_LOST, 3, None,
    ),
    "the last seal": ((f"delete from {SEAL} where number = 4",), What.SEAL_LOST, 4, None),
    "a middle seal": ((f"delete from {SEAL} where number = 2",), What.SEAL_MISSING, 2, None),
    "a middle seal with its rows": (
        (f"delete from {SEAL} where number = 2", f"delete from {ENTRY} where id between 4 and 7"),
        What.SEAL_MISSING, 2, None,
    ),
    "the first seal": ((f"delete from {SEAL} where number = 1",), What.SEAL_MISSING, 1, None),
    "a row under another id": ((f"update {ENTRY} set id = 99 where id = 9",), What.ROW_REMOVED, 3, 9),
    "two rows exchanged": (
        (
            f"update {ENTRY} set id = -id where id in (9, 11)",
            f"update {ENTRY} set id = 20 + id where id < 0",
        ),
        What.ROW_REMOVED, 3, 9,
    ),
    "a row taken and put again later": (
        (
            f"create temporary table kept as select * from {ENTRY} where id = 6",
            f"delete from {ENTRY} where id = 6",
            "update kept set id = 50, txid = pg_current_xact_id()::text::bigint, at = clock_timestamp()",
            f"insert into {ENTRY} select * from kept",
        ),
        What.ROW_REMOVED, 2, 6,
    ),
    "a row added among sealed ones": (
        (
            f"create temporary table kept as select * from {ENTRY} where id = 6",
            "update kept set id = 50",
            f"insert into {ENTRY} select * from kept",
        ),
        What.ROW_ADDED, 2, 50,
    ),
    "a row added before the first": (
        (
            f"create temporary table kept as select * from {ENTRY} where id = 1",
            "update kept set id = 50, epoch = -3",
            f"insert into {ENTRY} select * from kept",
        ),
        What.ROW_OUTSIDE, None, 50,
    ),
    "a row without a place": (
        (
            f"alter table {ENTRY} alter txid drop not null",
            f"create temporary table kept as select * from {ENTRY} where id = 1",
            "update kept set id = 50, txid = null",
            f"insert into {ENTRY} select * from kept",
        ),
        What.ROW_OUTSIDE, None, 50,
    ),
    "a time that no clock shows": (
        (f"update {ENTRY} set at = 'infinity' where id = 2",), What.ROW_CHANGED, 1, 2,
    ),
    "a detail that no program reads": (
        (f"update {ENTRY} set detail = to_jsonb(repeat('9', 6000)::numeric) where id = 2",),
        What.ROW_CHANGED, 1, 2,
    ),
    "a detail nested too deep": (
        (f"update {ENTRY} set detail = (repeat('[', 3000) || repeat(']', 3000))::jsonb where id = 2",),
        What.ROW_CHANGED, 1, 2,
    ),
    "a seal's count": ((f"update {SEAL} set count = 5 where number = 2",), What.SEAL_CHANGED, 2, None),
    "a seal's time": ((f"update {SEAL} set at = 'infinity' where number = 2",), What.SEAL_CHANGED, 2, None),
    "a seal's root": (
        (f"update {SEAL} set root = sha256('x') where number = 3",), What.SEAL_CHANGED, 3, None,
    ),
    "a seal's manifest": (
        (f"update {SEAL} set manifest = set_byte(manifest, 9, get_byte(manifest, 9) # 1) where number = 3",),
        What.SEAL_CHANGED, 3, None,
    ),
    "a seal's signature": (
        (f"update {SEAL} set signature = decode(repeat('00', 64), 'hex') where number = 1",),
        What.SEAL_CHANGED, 1, None,
    ),
    "a seal that covers everything": (
        (f"update {SEAL} set to_txid = 9223372036854775807 where number = 2",), What.SEAL_CHANGED, 2, None,
    ),
    "a seal without a range": (
        (
            f"alter table {SEAL} alter to_txid drop not null",
            f"update {SEAL} set to_txid = null where number = 2",
        ),
        What.SEAL_CHANGED, 2, None,
    ),
    "seals renumbered over a gap": (
        (f"delete from {SEAL} where number = 2", f"update {SEAL} set number = number - 1 where number > 2"),
        What.SEAL_CHANGED, 2, None,
    ),
    "a seal twice": (
        (
            f"alter table {SEAL} drop constraint {SEAL}_pkey",
            f"insert into {SEAL} select * from {SEAL} where number = 2",
        ),
        What.SEAL_ORDER, 2, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TAMPERED)
def test_tampering_is_named(sealed: House, case: str) -> None:
    statements, what, seal, row = TAMPERED[case]
    sealed.tamper(*statements)
    report = sealed.verify()
    assert not report.ok
    assert report.findings[0].what is what
    assert (report.first_seal, report.first_row) == (seal, row)
    assert report.findings[0].words.vi in [line.vi for line in report.lines()]


def test_what_stands_around_a_bad_seal_is_not_blamed(sealed: House) -> None:
    sealed.tamper(f"update {SEAL} set root = sha256('x') where number = 2")
    report = sealed.verify()
    assert [(f.what, f.seal) for f in report.findings] == [(What.SEAL_CHANGED, 2)]
    sealed.tamper(f"delete from {SEAL} where number = 2")
    report = sealed.verify()
    assert [(f.what, f.seal) for f in report.findings] == [(What.SEAL_MISSING, 2)]


def test_of_very_many_faults_all_are_counted_and_some_told(house: House) -> None:
    house.write(1_000)
    house.write(1)
    house.seal()
    house.tamper(f"update {ENTRY} set count = 3 where id <= 1000")
    report = house.verify()
    assert (report.faults, len(report.findings), report.first_row) == (1_000, 200, 1)
    assert any("800" in line.en for line in report.lines())


def signed_again(house: House, key: Ed25519PrivateKey) -> None:
    """What a thief of the sealer's key would do: change a row and seal everything anew."""
    house.tamper(f"update {ENTRY} set account = 8 where id = 6", f"truncate {SEAL}")
    theirs = replace(house, witness=house.witness.with_name("theirs"), key=key)
    theirs.seal()


def test_a_chain_signed_again_with_the_stolen_key_is_betrayed_by_the_witness(sealed: House) -> None:
    signed_again(sealed, sealed.key)
    assert sealed.verify(witness=False).ok
    report = sealed.verify()
    assert [(f.what, f.seal) for f in report.findings] == [
        (What.WITNESS_DIFFERS, 1),
        (What.SEAL_LOST, 2),
    ]


def test_a_chain_signed_with_another_key_needs_no_witness(sealed: House) -> None:
    signed_again(sealed, Ed25519PrivateKey.generate())
    report = sealed.verify(witness=False)
    assert (report.findings[0].what, report.first_seal) == (What.SEAL_CHANGED, 1)


def test_keys_may_follow_one_another(sealed: House) -> None:
    newer = replace(sealed, key=Ed25519PrivateKey.generate())
    newer.fill(2)
    assert not newer.verify().ok
    with sealed.connect("sealer") as connection:
        keys = [sealed.key.public_key(), newer.key.public_key()]
        assert verify(connection, keys, sealed.witness).ok


WITNESSES: dict[str, tuple[Callable[[list[str]], list[str]], What, int | None]] = {
    # what was done to its lines; what is found, in which line
    "a line changed": (
        lambda w: [w[0], w[1].replace('"count":4', '"count":5'), *w[2:]],
        What.WITNESS_LINE,
        2,
    ),
    "a line removed": (lambda w: [w[0], *w[2:]], What.WITNESS_LINE, 2),
    "a line written differently": (lambda w: [w[0].replace(":", ": ", 1), *w[1:]], What.WITNESS_LINE, 1),
    "a line that is none": (lambda w: [*w[:2], "{}", *w[2:]], What.WITNESS_LINE, 3),
    "a line twice": (lambda w: [*w[:2], w[1], *w[2:]], What.WITNESS_LINE, 3),
    "lines exchanged": (lambda w: [w[1], w[0], *w[2:]], What.WITNESS_LINE, 1),
}


@pytest.mark.parametrize("case", WITNESSES)
def test_a_damaged_witness_is_named(sealed: House, case: str) -> None:
    change, what, line = WITNESSES[case]
    lines = sealed.witness.read_text(encoding="ascii").splitlines()
    sealed.witness.write_text("".join(f"{text}\n" for text in change(lines)), encoding="ascii")
    report = sealed.verify()
    assert (what, line) in [(f.what, f.line) for f in report.findings if f.line is not None][:1]
    assert not report.ok


def test_a_witness_that_is_gone_is_told(sealed: House) -> None:
    sealed.witness.unlink()
    assert [f.what for f in sealed.verify().findings] == [What.WITNESS_GONE]
    report = sealed.verify(witness=False)
    assert report.ok
    assert [f.what for f in report.findings] == [What.WITNESS_NONE]


def test_rows_that_wait_too_long_are_told(sealed: House) -> None:
    sealed.write(3)
    assert sealed.verify().waiting == 3
    report = sealed.verify(patience=timedelta(0))
    assert [(f.what, f.row, f.count) for f in report.findings] == [(What.ROW_UNSEALED, 13, 3)]
