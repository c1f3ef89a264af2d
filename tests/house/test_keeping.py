"""The operator's commands on a real installation of their own: back up, lose everything, restore, check."""

import shutil
import stat
import tempfile
import uuid
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from phoihop.base.database import dumps
from phoihop.base.org.models import Session
from phoihop.base.security import erasing, install, keyring, places, scope, sealed, vaults
from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.crypto.cache import CachedKeys
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.crypto.keys import Purpose
from phoihop.base.security.models import AuditEntry, DataKeyRow
from phoihop.base.security.scope import Scope
from phoihop.config import database
from phoihop.config.commands import examining, files, keeping
from phoihop.config.commands.shared import inside
from phoihop.kernel.refusals import Refusal
from tests.house.conftest import KEYS, X, Y, sealed_now, wrapped

pytestmark = pytest.mark.long


def backed_up(phoihop, tmp_path) -> Path:
    made = phoihop("backup", "--to", tmp_path, "--json")
    return Path(made["folder"]) / f"{made['label']}.database"


def note() -> None:
    """One more row of the audit."""
    with scope.acting(Scope("job")):
        record(Entry(kind=Kind.JOB, action="security.try", request=uuid.uuid4(), purpose="job"))


def test_everything_comes_back_and_who_was_erased_stays_erased(house, phoihop, tmp_path):
    stored = vaults.vault().store([b"a photograph"])
    sealed_now(house)
    file = backed_up(phoihop, tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".database", ".files"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    erasing.erase_person("alpha", 1, X, ground="luat-91.art-14", by=None)
    with scope.acting(KEYS):
        sealed.make_key("alpha", 1, uuid.UUID(int=9))
    sealed_now(house)
    shutil.rmtree(house.folder / "files")

    told = phoihop("restore", file, "--replace", "--json")
    assert told["counted"] is True
    assert (told["erased_again"], told["files"], told["witness"], told["witnessed"]) == (1, 1, True, True)
    assert told["epoch"] == 2
    assert (wrapped(X), wrapped(Y)) == (False, True)
    with scope.acting(KEYS):
        assert DataKeyRow.objects.count() == 2, "what came after the backup is gone"
    assert b"".join(vaults.vault().open(stored.id)) == b"a photograph"
    checked = phoihop("verify-audit", "--json")
    assert (checked["ok"], [f["what"] for f in checked["findings"]]) == (True, ["restored"])
    with scope.acting(Scope("job")):
        assert AuditEntry.objects.filter(action="security.erase_person").count() == 1

    assert "server epoch 3" in phoihop("restore", "--take-back")
    with scope.acting(KEYS):
        assert DataKeyRow.objects.count() == 3
    assert phoihop("verify-audit", "--json")["ok"]
    phoihop("restore", "--discard", status=1)


def test_an_older_backup_is_not_sealed_over_the_newer_witness_by_hand(house, phoihop, tmp_path):
    """Without phoihop restore the epoch is not raised, and the sealer refuses to go on."""
    sealed_now(house)
    file = backed_up(phoihop, tmp_path)
    note()
    sealed_now(house)
    key = house.keys.secret(Purpose.BACKUP).secret
    connection.close()
    done = dumps.restore(house.here.access, house.here.programs, file, key, replace=True)
    with pytest.raises(Refusal, match="audit-set-back"):
        sealed_now(house)
    dumps.take_back(house.here.access, done.before)
    sealed_now(house)


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        ("counts", "(1 tables)"),
        ("law", "(its rights)"),
        ("list", "(the list of erasures)"),
        ("audit", "(the audit)"),
        ("mode", "a demo's"),
    ],
)
def test_what_does_not_pass_leaves_the_old_database(house, phoihop, tmp_path, monkeypatch, harm, named):
    note()
    sealed_now(house)
    with house.here.connect("setup") as setup:
        setup.execute("set session_replication_role = replica")
        if harm == "audit":
            setup.execute("create table before_harm as select * from security_auditentry")
            setup.execute("update security_auditentry set count = count + 1")
    file = backed_up(phoihop, tmp_path)
    if harm == "audit":
        with house.here.connect("setup") as setup:
            setup.execute("set session_replication_role = replica")
            setup.execute(
                "update security_auditentry a set count = b.count from before_harm b where b.id = a.id"
            )
            setup.execute("drop table before_harm")
    elif harm == "counts":
        real = keeping.count
        monkeypatch.setattr(keeping, "count", lambda c: real(c) | {"public.org_unit": 1})
    elif harm == "law":
        monkeypatch.setattr("phoihop.base.security.law.differences", lambda: ["org_person: a laxness"])
    elif harm == "list":
        places.erasures().write_bytes(b"{}\n")
    else:
        monkeypatch.setattr("django.conf.settings.PHOIHOP_MODE", "production")
    witness = places.witness().read_bytes()
    try:
        said = phoihop("restore", file, "--replace", status=1)
    finally:
        places.erasures().unlink(missing_ok=True)
    assert named in said
    assert keeping.replaced(house.here) == []
    assert places.witness().read_bytes() == witness, "the witness heard of nothing"
    assert wrapped(Y)


def test_a_try_changes_nothing(house, phoihop, tmp_path):
    file = backed_up(phoihop, tmp_path)
    assert "Nothing was changed" in phoihop("restore", file, "--dry-run")
    assert phoihop("restore", file, "--dry-run", "--json")["rows"] > 0
    assert keeping.replaced(house.here) == []
    damaged = bytearray(file.read_bytes())
    damaged[-100] ^= 1
    file.write_bytes(damaged)
    assert "damaged" in phoihop("restore", file, "--dry-run", status=1)


def test_data_is_not_restored_over_unasked(house, phoihop, tmp_path):
    assert "--replace" in phoihop("restore", backed_up(phoihop, tmp_path), status=1)


def test_a_backup_tells_nothing_without_its_key(house, phoihop, tmp_path):
    file = backed_up(phoihop, tmp_path)
    data = file.read_bytes()
    for telling in (b"alpha", b"standin", b"datakey", X.bytes, str(X).encode()):
        assert telling not in data
    house.keys.rotate_secret(Purpose.BACKUP)
    assert phoihop("restore", file, "--dry-run", "--json")["rows"] > 0, "an older key of backups still opens"


def test_the_key_file_is_left_out_unless_it_gets_another_passphrase(house, phoihop, tmp_path, monkeypatch):
    assert "NOT in this backup" in phoihop("backup", "--to", tmp_path)
    assert "passphrase of its own" in phoihop("backup", "--to", tmp_path, "--with-keys", status=1)
    beside = house.folder / "keys.sealed.passphrase"
    monkeypatch.setenv(files.PASSPHRASE, beside.read_text().strip())
    assert "must differ" in phoihop("backup", "--to", tmp_path / "same", "--with-keys", status=1)
    other = "một câu dài chỉ để ở nơi khác"
    monkeypatch.setenv(files.PASSPHRASE, other)
    phoihop("backup", "--to", tmp_path / "other", "--with-keys")
    (copy,) = (tmp_path / "other").glob("*.keys")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    opened = KeyFile.unlock(copy, other)
    assert opened.secret(Purpose.SCOPE) == house.keys.secret(Purpose.SCOPE)
    with pytest.raises(Refusal, match="passphrase-wrong"):
        KeyFile.unlock(copy, beside.read_text().strip())


def test_people_sign_in_again_after_a_restore(house, phoihop, tmp_path):
    now = timezone.now()
    with scope.acting(Scope("job")):
        Session.objects.create(key="k" * 64, since=now, seen_at=now, ends_at=now, data=b"x")
    told = phoihop("restore", backed_up(phoihop, tmp_path), "--replace", "--json")
    assert told["sessions_ended"] == 1
    with scope.acting(Scope("job")):
        assert not Session.objects.filter(ended_at=None).exists()
    phoihop("restore", "--discard")


# The audit


def test_a_changed_row_is_named(house, phoihop):
    note()
    sealed_now(house)
    with house.here.connect("setup") as setup:
        setup.execute("set session_replication_role = replica")
        (row,) = setup.execute(
            "update security_auditentry set count = count + 1 "
            "where id = (select max(id) from security_auditentry) returning id"
        ).fetchone()
    found = phoihop("verify-audit", "--json", status=1)
    assert (found["ok"], found["first_row"]) == (False, row)
    assert f"row {row} was changed" in phoihop("verify-audit", status=1)
    with house.here.connect("setup") as setup:
        setup.execute("set session_replication_role = replica")
        setup.execute("update security_auditentry set count = count - 1 where id = %s", [row])
    assert "The audit is intact" in phoihop("verify-audit")
    assert phoihop("verify-audit", "--witness", "/nowhere", status=1)


# The doctor


def test_the_doctor_names_what_is_wrong(house, phoihop, monkeypatch):
    sealed_now(house)
    states = {check["code"]: check["state"] for check in phoihop("doctor", "--json")["checks"]}
    wanted = {"startup", "disk", "seal", "unsealed", "backup", "jobs", "clock", "postgresql", "keys"}
    assert wanted | {"retention", "migrations", "archive", "erasures"} <= set(states)
    assert {states[code] for code in ("startup", "seal", "unsealed", "clock", "keys", "migrations")} == {"ok"}
    (house.folder / "keys.sealed").chmod(0o644)
    try:
        said = phoihop("doctor", status=1)
    finally:
        (house.folder / "keys.sealed").chmod(0o600)
    assert "✗ Others can read the key file (0644)." in said
    assert "chmod 600" in said


def test_the_doctor_says_it_in_both_languages(house, phoihop):
    for check in phoihop("doctor", "--json")["checks"]:
        assert check["says"]["vi"] != check["says"]["en"]
        assert check["state"] == "ok" or (check["do"]["vi"] and check["do"]["en"])


@pytest.mark.parametrize(
    ("percent", "state"), [(79.9, "ok"), (80, "warn"), (89.9, "warn"), (90, "bad"), (100, "bad")]
)
def test_a_filling_disk_is_told_early(percent, state):
    assert examining.graded(percent, 80, 90) == state


def test_a_database_that_is_away_is_told_and_the_rest_goes_on(house, monkeypatch):
    def away(*_, **__):
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(examining.Inside, "connect", away)
    found = {check.code: check.state for check in examining.everything(house.here)}
    assert found["seals"] == "bad"
    assert found["disk"] in ("ok", "warn", "bad")
    assert found["keys"] == "ok"


# The log


@pytest.mark.long
def test_back_to_a_moment_and_the_devices_are_told(django_db_blocker, phoihop, tmp_path):
    """In an installation of its own, since its server is stopped and lost."""
    before = dict(connection.settings_dict)
    with (
        tempfile.TemporaryDirectory(prefix="k-", dir="/tmp", ignore_cleanup_errors=True) as name,
        pytest.MonkeyPatch.context() as patched,
        django_db_blocker.unblock(),
    ):
        folder = Path(name)
        folder.chmod(0o711)
        pieces, data = folder / "log", folder / "data"
        pieces.mkdir()
        pieces.chmod(0o777)
        keys = CachedKeys(KeyFile.demo(folder / "keys.sealed"))
        patched.setattr(keyring, "store", lambda: keys)
        patched.setenv("PHOIHOP_DATA", str(data))
        patched.setenv("PHOIHOP_DB_ROLE", "app")

        def forget_addresses() -> None:
            connection.close()
            for variable in database.VARIABLES.values():
                patched.delenv(variable, raising=False)

        forget_addresses()
        with inside("owner"):
            install.migrate()
        forget_addresses()
        phoihop("archive", "--to", pieces)
        phoihop("archive", status=2)
        phoihop("archive", "--base", "--to", folder / "base")
        forget_addresses()
        with inside("app") as here:
            with scope.acting(KEYS):
                sealed.make_key("alpha", 1, X)
            with here.connect("setup", autocommit=True) as setup:
                (moment,) = setup.execute("select clock_timestamp()").fetchone()
            with scope.acting(KEYS):
                sealed.make_key("alpha", 1, Y)
            sealed_now(SimpleNamespace(here=here))
            with here.connect("setup", autocommit=True) as setup:
                setup.execute("select pg_switch_wal()")
        forget_addresses()
        witness = (data / "witness" / "audit.witness").read_bytes()
        shutil.rmtree(data)
        (data / "witness").mkdir(parents=True)
        (data / "witness" / "audit.witness").write_bytes(witness)
        data.chmod(0o711)
        (base,) = (folder / "base").glob("*.base")
        phoihop("recover", base, "--archive", pieces, "--until", "yesterday", status=2)
        told = phoihop("recover", base, "--archive", pieces, "--until", moment.isoformat(), "--json")
        assert told["epoch"] == 2
        forget_addresses()
        with inside("app"), scope.acting(KEYS):
            assert list(DataKeyRow.objects.values_list("person", flat=True)) == [X]
        forget_addresses()
        assert phoihop("verify-audit", "--json")["ok"]
        forget_addresses()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)
