"""How long a key is remembered, and that it is then gone."""

import pytest

from phoihop.base.security.crypto.cache import CachedKeys
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.crypto.keys import Purpose
from phoihop.base.security.crypto.refusing import KeyStoreUnavailable
from phoihop.base.security.crypto.sealedfile import Cost

DATA = bytes(range(48))


class Counting:
    """The keys of a file, with a count of what was asked and a switch that makes it unreachable."""

    def __init__(self, file):
        self.file = file
        self.asked = 0
        self.away = False

    def __getattr__(self, name):
        def ask(*arguments):
            self.asked += 1
            if self.away:
                raise KeyStoreUnavailable
            return getattr(self.file, name)(*arguments)

        return ask


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path):
    file = KeyFile.create(tmp_path / "keys", "một câu đủ dài để thử", cost=Cost(64, 1, 1))
    file.add_programme("care")
    return Counting(file)


@pytest.fixture
def cached(store, clock):
    return CachedKeys(store, most=3, clock=clock)


def test_a_key_is_asked_for_once(cached, store):
    wrapped = store.file.wrap("care", DATA)
    assert [cached.unwrap("care", wrapped) for _ in range(5)] == [DATA] * 5
    assert store.asked == 1


def test_what_was_just_wrapped_needs_no_asking(cached, store):
    wrapped = cached.wrap("care", DATA)
    assert cached.unwrap("care", wrapped) == DATA
    assert store.asked == 1


def test_half_an_hour_later_it_is_asked_for_again(cached, store, clock):
    wrapped = cached.wrap("care", DATA)
    for now, asked in [(1799.0, 1), (1800.0, 2), (3500.0, 2), (3601.0, 3)]:
        clock.now = now
        assert cached.unwrap("care", wrapped) == DATA
        assert store.asked == asked


def test_an_hour_is_the_end(cached, store, clock):
    wrapped = cached.wrap("care", DATA)
    store.away = True
    clock.now = 3599.0
    assert cached.unwrap("care", wrapped) == DATA
    clock.now = 3600.0
    with pytest.raises(KeyStoreUnavailable):
        cached.unwrap("care", wrapped)


def test_the_longest_unused_makes_room(cached, store):
    kept, gone, *rest = [cached.wrap("care", bytes([n]) * 48) for n in range(3)]
    cached.unwrap("care", kept)
    cached.wrap("care", bytes(48))
    asked = store.asked
    for wrapped in (kept, *rest):
        cached.unwrap("care", wrapped)
    assert store.asked == asked
    cached.unwrap("care", gone)
    assert store.asked == asked + 1


def test_what_leaves_is_wiped(cached, clock):
    wrapped = cached.wrap("care", DATA)
    held = next(iter(cached._held.values())).secret
    assert bytes(held) == DATA
    cached.forget("care", wrapped)
    assert not any(held)
    cached.wrap("care", DATA)
    held = next(iter(cached._held.values())).secret
    clock.now = 4000.0
    cached.blind_key("care")  # something else: what nobody asks for is swept out as well
    assert not any(held)


def test_a_forgotten_key_is_asked_for_again(cached, store):
    wrapped = cached.wrap("care", DATA)
    cached.forget("care", wrapped)
    store.away = True
    with pytest.raises(KeyStoreUnavailable):
        cached.unwrap("care", wrapped)


def test_the_key_of_exports_is_never_kept(cached, store):
    cached.secret(Purpose.EXPORT)
    store.away = True
    with pytest.raises(KeyStoreUnavailable):
        cached.secret(Purpose.EXPORT)


def test_a_turned_over_key_is_used_at_once(cached):
    assert cached.secret(Purpose.SCOPE).version == 1
    cached.rotate_secret(Purpose.SCOPE)
    assert cached.secret(Purpose.SCOPE).version == 2
