"""A person's key: bound to the person and the programme, moved to new versions, gone for good once erased."""

from dataclasses import replace

import pytest

from phoihop.base.security.crypto.cache import CachedKeys
from phoihop.base.security.crypto.fields import Bound, seal, unseal
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.crypto.people import PersonKeys
from phoihop.base.security.crypto.refusing import Tampered
from phoihop.base.security.crypto.sealedfile import Cost
from phoihop.kernel.refusals import Refusal

HERE = Bound("person", "name", "p1", "care")


@pytest.fixture
def file(tmp_path):
    made = KeyFile.create(tmp_path / "keys", "một câu đủ dài để thử", cost=Cost(64, 1, 1))
    for programme in ("care", "shelter"):
        made.add_programme(programme)
    return made


@pytest.fixture
def people(file):
    return PersonKeys(CachedKeys(file))


def test_what_a_person_s_key_sealed_opens_after_a_restart(file, people):
    row, key = people.make("care", "p1")
    sealed = seal(key, "Lù Thị Sính", HERE)
    assert unseal(PersonKeys(file).open(row), sealed, HERE) == "Lù Thị Sính"


def test_keys_of_two_people_and_of_two_programmes_differ(people):
    keys = [people.make(programme, person)[1] for programme in ("care", "shelter") for person in ("p1", "p2")]
    assert len({key.secret for key in keys}) == 4


@pytest.mark.parametrize("change", [{"person": "p2"}, {"number": 2}, {"programme": "shelter"}])
def test_a_key_copied_to_another_row_does_not_open_there(file, change):
    row, _ = PersonKeys(file).make("care", "p1")
    with pytest.raises(Tampered):
        PersonKeys(file).open(replace(row, **change))


def test_something_else_wrapped_by_the_store_is_no_persons_key(file):
    row, _ = PersonKeys(file).make("care", "p1")
    with pytest.raises(Tampered):
        PersonKeys(file).open(replace(row, wrapped=file.wrap("care", bytes(32))))


def test_rotation_moves_everybody_and_the_old_version_can_go(file, people):
    rows = [people.make("care", f"p{n}") for n in range(5)]
    file.rotate("care")
    moved = [(people.rewrap(row), key) for row, key in rows]
    assert {row.wrapped.version for row, _ in moved} == {2}
    assert people.rewrap(moved[0][0]) is moved[0][0]
    file.drop("care", 2)
    fresh = PersonKeys(file)
    assert [fresh.open(row) for row, _ in moved] == [key for _, key in moved]
    with pytest.raises(Refusal, match="key-unknown"):
        fresh.open(rows[0][0])


def test_an_erased_person_cannot_be_opened_again(people):
    row, key = people.make("care", "p1")
    seal(key, "Lù Thị Sính", HERE)
    gone = people.erase(row)
    assert gone.erased
    assert (gone.programme, gone.person) == ("care", "p1")
    with pytest.raises(Refusal, match="erased"):
        people.open(gone)
    assert people.rewrap(gone) is gone
    assert people.erase(gone) == gone


def test_an_erasure_wipes_the_remembered_key(file):
    cached = CachedKeys(file)
    people = PersonKeys(cached)
    row, key = people.make("care", "p1")
    held = [h.secret for h in cached._held.values()]
    assert key.secret in bytes(held[0])
    people.erase(row)
    assert not any(held[0])
    assert not cached._held


def test_rotation_and_dropping_make_the_key_in_an_old_backup_useless(file, people):
    backup, _ = people.make("care", "p1")
    people.erase(backup)
    file.rotate("care")
    file.drop("care", 2)
    with pytest.raises(Refusal, match="key-unknown"):
        PersonKeys(file).open(backup)


def test_a_second_key_of_a_person_lives_beside_the_first(people):
    first, one = people.make("care", "p1")
    second, two = people.make("care", "p1", 2)
    assert one.secret != two.secret
    assert (people.open(first).number, people.open(second).number) == (1, 2)
