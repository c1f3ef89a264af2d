"""The operator's commands about keys, on an installation of their own."""

import stat

import pytest
from django.db import DatabaseError

from phoihop.base.security import keyring, scope, sealed, vaults
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.models import AuditEntry, DataKeyRow
from phoihop.base.security.scope import Scope
from tests.house.conftest import KEYS, Y, sealed_now, wrapped
from tests.standin.models import Client

pytestmark = pytest.mark.long


def test_a_programmes_key_is_renewed_and_the_old_one_destroyed_only_when_told(house, phoihop):
    assert phoihop("rotate-keys", "--programme", "alpha", "--dry-run", "--json")["moved"] == 0
    before = house.keys.versions("alpha")
    with scope.acting(KEYS):
        alive = DataKeyRow.objects.filter(programme="alpha", wrapped__isnull=False).count()
    assert phoihop("rotate-keys", "--programme", "all", "--json")["moved"] == alive
    assert len(house.keys.versions("alpha")) == len(before) + 1
    assert "Not confirmed" in phoihop("rotate-keys", "--programme", "alpha", "--drop", status=1, typed="no\n")
    assert phoihop("rotate-keys", "--programme", "alpha", "--drop", "--dry-run", "--json")["dropped"] >= 1
    assert len(house.keys.versions("alpha")) == len(before) + 1
    phoihop("rotate-keys", "--programme", "alpha", "--drop", "--yes")
    assert len(house.keys.versions("alpha")) == 1
    with scope.acting(KEYS):
        sealed.fetch_keys([person := Client(programme="alpha", facility_id=1, pseudonym=Y)])
        person.put(name="Lò Thị Ếch")
        assert person.text("name") == "Lò Thị Ếch"
    phoihop("rotate-keys", "--programme", "gamma", status=1)


def test_files_are_moved_with_all_programmes_and_their_old_key_goes_when_told(house, phoihop):
    vault = vaults.vault()
    stored = vault.store([b"a letter"])
    before = house.keys.versions(vaults.KEYS)
    lying = len(list(vault.ids()))
    assert phoihop("rotate-keys", "--programme", "all", "--dry-run", "--json")["files"] == 0
    assert phoihop("rotate-keys", "--programme", "all", "--json")["files"] == lying
    assert len(house.keys.versions(vaults.KEYS)) == len(before) + 1
    phoihop("rotate-keys", "--programme", "all", "--drop", "--yes")
    assert len(house.keys.versions(vaults.KEYS)) == 1
    assert b"".join(vault.open(stored.id)) == b"a letter"


def test_a_file_that_does_not_open_keeps_the_old_key_from_being_destroyed(house, phoihop):
    vault = vaults.vault()
    stored, other = vault.store([b"a letter"]), vault.store([b"another"])
    (path,) = house.folder.glob(f"files/??/{stored.id}")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "1 files in the vault do not open" in phoihop("rotate-keys", "--programme", "all", status=1)
    assert "1 files are still under an older key" in phoihop(
        "rotate-keys", "--programme", "all", "--drop", "--yes", status=1
    )
    assert not vault.is_old(other.id)
    path.write_bytes(whole)
    assert phoihop("rotate-keys", "--programme", "all", "--json")["files"] == 1, (
        "no newer key than the one begun"
    )


def test_a_new_scope_key_serves_beside_the_old_which_goes_after_an_hour(house, phoihop, monkeypatch):
    old = keyring.scope_key()
    version = phoihop("rotate-keys", "--scope", "--json")["version"]
    assert version == old[0] + 1 == keyring.scope_key()[0]
    assert "younger than an hour" in phoihop("rotate-keys", "--scope", "--retire", "--yes", status=1)
    with house.here.connect("setup") as setup:
        setup.execute("update sec.secret set since = since - interval '61 minutes'")
    assert phoihop("rotate-keys", "--scope", "--retire", "--yes", "--json")["retired"] >= 1
    assert wrapped(Y), "the new key is believed"
    monkeypatch.setattr(keyring, "scope_key", lambda: old)
    with pytest.raises(DatabaseError, match="scope not signed"):
        wrapped(Y)


def test_seals_of_an_older_audit_key_still_hold(house, phoihop):
    sealed_now(house)
    phoihop("rotate-keys", "--audit")
    with scope.acting(Scope("job")):
        told = AuditEntry.objects.filter(action="security.rotate_audit")
        assert told.exists()
    sealed_now(house)
    assert phoihop("verify-audit", "--json")["ok"]


@pytest.mark.parametrize(
    "arguments",
    [(), ("--scope", "--audit"), ("--audit", "--drop"), ("--programme", "alpha", "--retire")],
)
def test_one_kind_of_key_at_a_time(phoihop, arguments):
    phoihop("rotate-keys", *arguments, status=2)


@pytest.fixture
def key_file(tmp_path, monkeypatch):
    path = tmp_path / "keys" / "keys.sealed"
    monkeypatch.setattr("phoihop.config.settings.PHOIHOP_KEY_FILE", path)
    for name in ("PHOIHOP_KEY_PASSPHRASE", "PHOIHOP_KEY_PASSPHRASE_FILE", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    return path


def test_new_keys_are_made_once_and_open_with_what_was_printed(key_file, phoihop):
    printed = phoihop("new-keys", "--generate")
    passphrase = next(line.strip() for line in printed.splitlines() if line.startswith("  "))
    opened = KeyFile.unlock(key_file, passphrase)
    assert opened.kind == "file"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    before = key_file.read_bytes()
    assert "already" in phoihop("new-keys", "--generate", status=1)
    assert key_file.read_bytes() == before


def test_a_given_passphrase_is_taken_and_a_short_one_is_not(key_file, phoihop, monkeypatch):
    assert "passphrase was not given" in phoihop("new-keys", status=1)
    monkeypatch.setenv("PHOIHOP_KEY_PASSPHRASE", "ngắn")
    assert "15 characters" in phoihop("new-keys", status=1)
    monkeypatch.setenv("PHOIHOP_KEY_PASSPHRASE", "một câu dài hơn mười lăm chữ")
    phoihop("new-keys")
    KeyFile.unlock(key_file, "một câu dài hơn mười lăm chữ")


@pytest.mark.parametrize(
    ("chosen", "status", "said"),
    [([0, 2], 0, "opens"), ([2, 1], 0, "opens"), ([1], 1, "More shares"), ([1, 1], 1, "More shares")],
)
def test_custodians_open_the_key_file_together(key_file, phoihop, tmp_path, chosen, status, said):
    printed = phoihop("new-keys", "--custodians", "2/3")
    shares = [line.split()[1] for line in printed.splitlines() if line[1:3] == "/3"]
    assert len(shares) == 3
    target = tmp_path / "passphrase"
    typed = "".join(f"{shares[n]}\n" for n in chosen)
    assert said in phoihop("unlock", "--to", target, status=status, typed=typed)
    assert target.exists() == (status == 0)
    if status == 0:
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert KeyFile.unlock(key_file, target.read_text().strip()).custodians == (2, 3)


@pytest.mark.parametrize("wrong", ["1/3", "3/2", "2/17", "two", "2/", "/3"])
def test_custodians_are_two_of_some(key_file, phoihop, wrong):
    phoihop("new-keys", "--custodians", wrong, status=2)
    assert not key_file.exists()
