"""What every key store does alike: the file, transit, and either behind the cache."""

import pytest

from phoihop.base.security.crypto.cache import CachedKeys
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.crypto.keys import KeyStore, Purpose, Wrapped, audit_signer
from phoihop.base.security.crypto.refusing import Tampered
from phoihop.base.security.crypto.sealedfile import Cost
from phoihop.base.security.crypto.tests.bao import TOKEN, Bao
from phoihop.base.security.crypto.transit import Transit
from phoihop.kernel.refusals import Refusal

CHEAP = Cost(64, 1, 1)
DATA = bytes(range(48))


@pytest.fixture(params=["file", "transit", "file cached", "transit cached"])
def store(request, tmp_path):
    made: KeyStore
    if request.param.startswith("file"):
        made = KeyFile.create(tmp_path / "keys", "một câu đủ dài để thử", cost=CHEAP)
        yield CachedKeys(made) if "cached" in request.param else made
        return
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    with Bao() as bao:
        made = Transit(bao.address, token)
        yield CachedKeys(made) if "cached" in request.param else made


@pytest.fixture
def care(store):
    store.add_programme("care")
    return store


def test_what_is_wrapped_comes_back(care):
    wrapped = care.wrap("care", DATA)
    assert wrapped.version == 1
    assert DATA not in wrapped.sealed
    assert care.unwrap("care", wrapped) == DATA


def test_old_versions_open_until_they_are_dropped(care):
    first = care.wrap("care", DATA)
    blind = care.blind_key("care")
    assert care.rotate("care") == 2
    assert care.versions("care") == (1, 2)
    assert care.unwrap("care", first) == DATA
    moved = care.rewrap("care", first)
    assert moved.version == 2
    assert care.rewrap("care", moved) is moved
    care.drop("care", 2)
    assert care.versions("care") == (2,)
    assert care.unwrap("care", moved) == DATA
    with pytest.raises(Refusal, match="key-unknown"):
        care.unwrap("care", first)
    with pytest.raises(Refusal, match="key-unknown"):
        care.rewrap("care", first)
    assert care.rotate("care") == 3
    assert care.wrap("care", DATA).version == 3
    assert care.blind_key("care") == blind


def test_the_version_in_use_is_not_dropped(care):
    wrapped = care.wrap("care", DATA)
    with pytest.raises(Refusal, match="key-version"):
        care.drop("care", 2)
    care.drop("care", 1)
    care.drop("care", 0)
    assert care.unwrap("care", wrapped) == DATA


def test_programmes_have_nothing_in_common(care):
    care.add_programme("shelter")
    wrapped = care.wrap("care", DATA)
    with pytest.raises(Tampered):
        care.unwrap("shelter", wrapped)
    assert care.blind_key("care") != care.blind_key("shelter")


def test_adding_a_programme_twice_keeps_its_keys(care):
    wrapped, blind = care.wrap("care", DATA), care.blind_key("care")
    care.add_programme("care")
    assert care.versions("care") == (1,)
    assert care.unwrap("care", wrapped) == DATA
    assert care.blind_key("care") == blind


@pytest.mark.parametrize("at", [-1, -20, 5])
def test_a_changed_wrapping_is_an_alarm(care, at):
    care.rotate("care")
    wrapped = care.wrap("care", DATA)
    sealed = bytearray(wrapped.sealed)
    sealed[at] ^= 1
    for false in (
        Wrapped(2, bytes(sealed)),
        Wrapped(2, wrapped.sealed[:10]),
        Wrapped(2, b""),
        Wrapped(1, wrapped.sealed),
    ):
        with pytest.raises(Tampered):
            care.unwrap("care", false)


def test_a_programme_without_keys_gets_none_by_accident(store):
    assert store.versions("care") == ()
    for attempt in (
        lambda: store.wrap("care", DATA),
        lambda: store.blind_key("care"),
        lambda: store.rotate("care"),
        lambda: store.drop("care", 1),
        lambda: store.unwrap("care", Wrapped(1, b"vault:v1:" + bytes(40))),
    ):
        with pytest.raises(Refusal, match="key-unknown"):
            attempt()
    assert store.versions("care") == ()


@pytest.mark.parametrize("code", ["", "Care", "a b", "../x", "-a", "a-", "a" * 41, "nghiện"])
def test_a_code_is_plain(store, code):
    with pytest.raises(ValueError, match="not a programme's code"):
        store.add_programme(code)


@pytest.mark.parametrize("purpose", Purpose)
def test_the_programs_own_keys_stay_and_turn_over(store, purpose):
    first = store.secret(purpose)
    assert (first.version, len(first.secret)) == (1, 32)
    assert store.secret(purpose) == first
    assert store.rotate_secret(purpose) == 2
    second = store.secret(purpose)
    assert second.version == 2
    assert second.secret != first.secret
    assert store.secret(purpose, 1) == first
    with pytest.raises(Refusal, match="key-unknown"):
        store.secret(purpose, 3)
    assert str(first.secret) not in repr(first)


def test_the_programs_own_keys_differ(store):
    assert len({store.secret(purpose).secret for purpose in Purpose}) == len(Purpose)


def test_a_seal_is_verified_by_the_signer_of_its_version(store):
    version, old = audit_signer(store)
    signature = old.sign(b"root")
    store.rotate_secret(Purpose.AUDIT)
    assert audit_signer(store)[0] == version + 1
    audit_signer(store, version)[1].public_key().verify(signature, b"root")
