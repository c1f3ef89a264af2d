"""Files at rest: sealed, complete or not there, found by opaque names alone."""

import errno
import os
import secrets

import pytest
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.base.security.uploads import vault as vaults
from phoihop.base.security.uploads.vault import Vault
from phoihop.kernel.refusals import Refusal

TEXT = "Danh sách bí mật".encode()


class Owner:
    """Wraps keys as a programme's key store would."""

    def __init__(self) -> None:
        self.keys = [secrets.token_bytes(32)]

    def rotate(self) -> None:
        self.keys.append(secrets.token_bytes(32))

    def wrap(self, key: bytes) -> bytes:
        return bytes([len(self.keys) - 1]) + aes_key_wrap(self.keys[-1], key)

    def unwrap(self, wrapped: bytes) -> bytes:
        return aes_key_unwrap(self.keys[wrapped[0]], wrapped[1:])

    def is_newest(self, wrapped: bytes) -> bool:
        return wrapped[0] == len(self.keys) - 1


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "vault"


@pytest.fixture
def vault(folder):
    return Vault(folder, Owner())


def files(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


def read(vault, file_id: str) -> bytes:
    return b"".join(vault.open(file_id))


def reason(call) -> str:
    with pytest.raises(Refusal) as refusal:
        call()
    return refusal.value.reason


def test_a_file_comes_back_and_its_bytes_are_nowhere_on_the_disk(vault, folder):
    stored = vault.store([TEXT[:5], TEXT[5:]])
    assert stored.size == len(TEXT)
    assert read(vault, stored.id) == TEXT
    [path] = files(folder)
    assert (path.name, path.stat().st_size) == (stored.id, stored.sealed_size)
    assert TEXT not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


@settings(max_examples=15)
@given(st.lists(st.binary(max_size=3_000_000), max_size=3))
def test_any_pieces_come_back_in_order(tmp_path_factory, parts):
    vault = Vault(tmp_path_factory.mktemp("vault"), Owner())
    assert read(vault, vault.store(parts).id) == b"".join(parts)


def test_the_same_bytes_stored_twice_have_nothing_in_common(vault, folder):
    for _ in range(2):
        vault.store([TEXT])
    first, second = (path.read_bytes()[-40:] for path in files(folder))
    assert first != second


@pytest.mark.parametrize(
    "file_id",
    ["", "..", "../../etc/passwd", "0" * 40, "0" * 39, "A" * 40, "0" * 40 + "\n", "é" * 40],
)
def test_an_unknown_name_is_not_found(vault, file_id):
    assert reason(lambda: vault.open(file_id)) == "not-found"
    assert reason(lambda: vault.delete(file_id)) == "not-found"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d[:-1],
        lambda d: d + b"x",
        lambda d: d[:-9] + b"x" + d[-8:],
        lambda d: b"",
        lambda d: d.replace(b'"file"', b'"fill"'),
    ],
)
def test_a_changed_file_is_refused(vault, folder, change):
    stored = vault.store([TEXT])
    [path] = files(folder)
    path.write_bytes(change(path.read_bytes()))
    assert reason(lambda: vault.open(stored.id)) == "damaged"


def test_a_file_in_anothers_place_is_refused(vault, folder):
    first, second = vault.store([TEXT]), vault.store([b"another"])
    one, two = (next(p for p in files(folder) if p.name == s.id) for s in (first, second))
    two.write_bytes(one.read_bytes())
    assert reason(lambda: vault.open(second.id)) == "damaged"


def test_another_owners_key_opens_nothing(vault, folder):
    stored = vault.store([TEXT])
    with pytest.raises(InvalidUnwrap):
        Vault(folder, Owner()).open(stored.id)


def test_a_deleted_file_is_gone(vault, folder):
    stored = vault.store([TEXT])
    assert list(vault.ids()) == [stored.id]
    vault.delete(stored.id)
    assert reason(lambda: vault.open(stored.id)) == "not-found"
    assert files(folder) == []


def test_a_source_that_breaks_leaves_nothing_behind(vault, folder):
    def parts():
        yield TEXT
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        vault.store(parts())
    assert files(folder) == []


@pytest.mark.parametrize("size", [100, 3_000_000])
def test_a_full_disk_is_a_refusal_and_leaves_nothing_behind(vault, folder, size, monkeypatch):
    real = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *given: _Full(real(*given), size // 2))
    assert reason(lambda: vault.store([bytes(size)])) == "disk-full"
    assert files(folder) == []


class _Full:
    """A file on a disk with so many bytes left."""

    def __init__(self, file, left: int) -> None:
        self._file, self._left = file, left

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(data)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def __getattr__(self, name):
        return getattr(self._file, name)


def test_the_last_of_the_disk_is_left_to_others(vault, monkeypatch):
    monkeypatch.setattr(vaults, "_SPARE", 2**62)
    assert reason(lambda: vault.store([TEXT])) == "disk-full"


@pytest.mark.parametrize(("size", "fits"), [(500, True), (5_000, False), (2_000_000, False)])
def test_a_quota_holds(folder, size, fits):
    vault = Vault(folder, Owner(), quota=2_000)
    if fits:
        vault.store([bytes(size)])
        assert reason(lambda: vault.store([bytes(1_500)])) == "quota"
    else:
        assert reason(lambda: vault.store([bytes(size)])) == "quota"
    assert len(files(folder)) == fits


def test_a_quota_may_be_counted_elsewhere(folder):
    vault = Vault(folder, Owner(), quota=2_000, used=lambda: 1_999)
    assert reason(lambda: vault.store([TEXT])) == "quota"


def test_what_a_killed_process_left_is_cleared(vault, folder):
    stored = vault.store([TEXT])
    (folder / stored.id[:2] / ".partial-x").write_bytes(b"half")
    assert list(vault.ids()) == [stored.id]
    assert vault.clear_partial() == 1
    assert read(vault, stored.id) == TEXT


def test_a_file_is_sealed_again_under_the_newest_key_and_the_old_one_opens_it_no_more(folder):
    owner = Owner()
    vault = Vault(folder, owner)
    kept, begun = vault.store([TEXT]), vault.store([TEXT * 200_000])
    reading = vault.open(begun.id)
    owner.rotate()
    assert {vault.reseal(each) for each in vault.ids()} == {True}
    assert {vault.reseal(each) for each in vault.ids()} == {False}, "what is done is not done again"
    assert b"".join(reading) == TEXT * 200_000, "whoever reads it reads on"
    owner.keys[0] = secrets.token_bytes(32)
    assert read(vault, kept.id) == TEXT
    assert read(vault, begun.id) == TEXT * 200_000
    assert sorted(path.name for path in files(folder)) == sorted([kept.id, begun.id])


def test_a_damaged_file_stays_as_it_was_when_it_is_to_be_sealed_again(folder):
    owner = Owner()
    vault = Vault(folder, owner)
    stored = vault.store([TEXT])
    (path,) = files(folder)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    before = path.read_bytes()
    owner.rotate()
    assert reason(lambda: vault.reseal(stored.id)) == "damaged"
    assert [each.read_bytes() for each in files(folder)] == [before]


def test_what_is_deleted_while_it_is_sealed_again_does_not_come_back(folder, monkeypatch):
    owner = Owner()
    vault = Vault(folder, owner)
    stored = vault.store([TEXT])
    owner.rotate()
    finish = vaults._finish

    def meanwhile(file):
        vault.delete(stored.id)
        return finish(file)

    monkeypatch.setattr(vaults, "_finish", meanwhile)
    assert vault.reseal(stored.id) is False
    assert files(folder) == []


def test_only_what_has_lain_long_enough_is_told_and_cleared(vault, folder):
    old, new = vault.store([TEXT]), vault.store([TEXT])
    (path,) = [path for path in files(folder) if path.name == old.id]
    partial = path.with_name(".partial-x")
    partial.touch()
    os.utime(path, (0, 0))
    assert set(vault.ids(3600)) == {old.id}
    assert set(vault.ids()) == {old.id, new.id}
    assert vault.clear_partial(3600) == 0
    os.utime(partial, (0, 0))
    assert vault.clear_partial(3600) == 1
