"""How files wait, are read, leave memory, and are stopped."""

import pytest

from phoihop.coordination.documents import store as module
from phoihop.coordination.documents.store import State, Store
from phoihop.coordination.documents.tests.example import contract
from phoihop.engines.reading.contract import of_refusal
from phoihop.kernel.refusals import Refusal


class Reading:
    """A reading that ends when the test says so."""

    made: list["Reading"]

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.started = self.ended = self.cancelled = False
        self.outcome: object = contract()
        self.made.append(self)

    @property
    def progress(self) -> tuple[str, float]:
        return "read", 0.5

    def start(self) -> None:
        self.started = True

    def done(self) -> bool:
        return self.ended

    def cancel(self) -> None:
        self.cancelled = True

    def result(self):
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> Store:
    Reading.made = []
    return Store(Reading, keep_seconds=60, keep_results=3, readers=2, clock=clock)


def read_all(store: Store) -> None:
    while any(not r.ended for r in Reading.made):
        for reading in Reading.made:
            reading.ended = True
        store.tend()


def test_only_so_many_are_read_at_a_time_in_the_order_they_came(store: Store) -> None:
    ids = [store.submit(b"x", f"{n}") for n in range(3)]
    assert [store.get(i).state for i in ids] == [State.READING, State.READING, State.WAITING]
    assert store.get(ids[0]).progress == ("read", 0.5)
    assert store.get(ids[2]).progress == ("waiting", 0.0)
    Reading.made[1].ended = True
    store.tend()
    assert [store.get(i).state for i in ids] == [State.READING, State.DONE, State.READING]
    assert Reading.made[2].started


def test_a_result_leaves_after_its_time(store: Store, clock: Clock) -> None:
    token = store.submit(b"x", "a")
    read_all(store)
    clock.now = 59
    assert store.get(token) is not None
    clock.now = 61
    assert store.get(token) is None


def test_the_oldest_result_makes_room_and_samples_stay(store: Store, clock: Clock) -> None:
    sample = store.submit(b"x", "mau", pinned_id="mau-1")
    ids = []
    for n in range(5):
        clock.now = n
        ids.append(store.submit(b"x", f"{n}"))
        read_all(store)
    assert [store.get(i) is None for i in ids] == [True, True, False, False, False]
    clock.now = 10_000
    assert store.get(ids[4]) is None
    assert store.get(sample) is not None
    assert [job.id for job in store.pinned()] == ["mau-1"]


def test_more_than_memory_holds_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING_BYTES", 10)
    store.submit(b"12345678", "a")
    with pytest.raises(Refusal, match="busy"):
        store.submit(b"12345678", "b")
    store.submit(b"1", "c")
    store.submit(b"1", "d")
    with pytest.raises(Refusal, match="busy"):
        store.submit(b"", "one job too many")


def test_a_stopped_file_frees_its_place(store: Store) -> None:
    ids = [store.submit(b"x", f"{n}") for n in range(3)]
    assert store.cancel(ids[0])
    assert Reading.made[0].cancelled
    assert store.get(ids[0]).state is State.CANCELLED
    assert store.get(ids[2]).state is State.READING
    assert not store.cancel(ids[0])
    assert not store.cancel("unknown")


def test_a_waiting_file_is_stopped_before_it_is_begun(store: Store) -> None:
    ids = [store.submit(b"x", f"{n}") for n in range(3)]
    assert store.cancel(ids[2])
    read_all(store)
    assert len(Reading.made) == 2
    assert store.get(ids[2]).state is State.CANCELLED


def test_a_sample_cannot_be_stopped(store: Store) -> None:
    store.submit(b"x", "mau", pinned_id="mau-1")
    assert not store.cancel("mau-1")


def test_a_refusal_is_final(store: Store) -> None:
    token = store.submit(b"x", "a")
    Reading.made[0].outcome = of_refusal("a", Refusal("empty", "Tệp trống.", "Empty file."))
    read_all(store)
    assert store.get(token).state is State.REFUSED


def test_a_reader_that_breaks_refuses_its_own_file_only(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = store.submit(b"x", "secret name.docx"), store.submit(b"x", "b")
    Reading.made[0].outcome = RuntimeError("boom")
    read_all(store)
    assert store.get(broken).result["refused"]["reason"] == "reader-failed"
    assert store.get(fine).state is State.DONE
    assert "secret name" not in caplog.text


def test_an_id_says_nothing_of_another(store: Store) -> None:
    ids = {store.submit(b"x", "same name") for _ in range(3)}
    assert len(ids) == 3
    assert all(len(token) >= 32 and "same" not in token for token in ids)


def test_bytes_are_not_kept_once_reading_begins(store: Store) -> None:
    token = store.submit(b"x", "a")
    assert store.get(token).begin is None
