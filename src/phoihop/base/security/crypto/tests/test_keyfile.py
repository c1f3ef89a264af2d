"""The file itself: refused when wrong, never overwritten when damaged, whole after any crash."""

import hashlib
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import threading
import unicodedata

import pytest

from phoihop.base.security.crypto import sealedfile
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.crypto.keys import Purpose
from phoihop.base.security.crypto.refusing import KeyStoreUnavailable, refuse
from phoihop.base.security.crypto.sealedfile import Cost
from phoihop.base.security.crypto.shares import deal, passphrase_of
from phoihop.kernel.refusals import Refusal

CHEAP = Cost(64, 1, 1)
PHRASE = "Trăm năm trong cõi người ta"
DATA = bytes(range(48))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def store(path):
    made = KeyFile.create(path, PHRASE, cost=CHEAP)
    made.add_programme("care")
    return made


def test_another_start_opens_what_this_one_wrapped(store, path):
    wrapped, blind = store.wrap("care", DATA), store.blind_key("care")
    other = KeyFile.unlock(path, PHRASE)
    assert other.unwrap("care", wrapped) == DATA
    assert other.blind_key("care") == blind
    assert other.programmes() == {"care"}
    assert other.kind == "file"


@pytest.mark.parametrize(
    "typed", [unicodedata.normalize("NFD", PHRASE), unicodedata.normalize("NFC", PHRASE)]
)
def test_a_passphrase_is_the_same_from_every_keyboard(store, path, typed):
    assert KeyFile.unlock(path, typed).programmes() == {"care"}


@pytest.mark.parametrize("wrong", ["", PHRASE + " ", PHRASE.lower(), "x" * 40])
def test_a_wrong_passphrase_is_refused_and_nothing_written(store, path, wrong):
    before = path.read_bytes()
    with pytest.raises(Refusal, match="passphrase-wrong") as raised:
        KeyFile.unlock(path, wrong)
    assert path.read_bytes() == before
    assert raised.value.message == refuse("passphrase-wrong").message


def test_nothing_readable_is_on_disk(store, path):
    text = path.read_bytes()
    assert b"care" not in text
    assert text.startswith(b"phoihop-keys 1\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_short_passphrase_is_refused(path):
    with pytest.raises(Refusal, match="passphrase-weak"):
        KeyFile.create(path, "x" * 14, cost=CHEAP)
    assert not path.exists()


def test_a_missing_file_is_not_made_by_opening(path):
    with pytest.raises(Refusal, match="key-file-missing"):
        KeyFile.unlock(path, PHRASE)
    assert not path.exists()


def test_a_file_is_never_made_over_another(store, path):
    before = path.read_bytes()
    with pytest.raises(Refusal, match="key-file-exists"):
        KeyFile.create(path, PHRASE, cost=CHEAP)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(Refusal, match="key-file-unwritable"):
        KeyFile.create(tmp_path / "none" / "keys", PHRASE, cost=CHEAP)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_others_can_reach_is_refused(store, path, mode):
    path.chmod(mode)
    with pytest.raises(Refusal, match="key-file-open"):
        KeyFile.unlock(path, PHRASE)


def test_something_else_in_its_place_is_refused(tmp_path, path):
    os.mkfifo(path, 0o600)
    with pytest.raises(Refusal, match="key-file-damaged"):
        KeyFile.unlock(path, PHRASE)


def test_damage_anywhere_is_seen_and_left_alone(store, path):
    good = path.read_bytes()
    for at in range(0, len(good), 7):
        bad = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        path.write_bytes(bad)
        with pytest.raises(Refusal, match="key-file-damaged"):
            KeyFile.unlock(path, PHRASE)
        with pytest.raises(KeyStoreUnavailable):
            store.add_programme("shelter")
        assert path.read_bytes() == bad


@pytest.mark.parametrize("cut", [0, 1, 20, -1, -70])
def test_a_cut_file_is_damaged(store, path, cut):
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(Refusal, match="key-file-damaged"):
        KeyFile.unlock(path, PHRASE)


def resum(path, change):
    """Change the file as somebody would who knows its format: the sum fits again."""
    lines = path.read_bytes().split(b"\n")[:3]
    change(lines)
    text = b"\n".join(lines)
    path.write_bytes(text + b"\n" + hashlib.sha256(text).hexdigest().encode() + b"\n")


def test_a_header_changed_with_its_sum_does_not_open(store, path):
    def pretend(lines):
        lines[1] = lines[1].replace(b'"kind":"file"', b'"kind":"demo"')

    resum(path, pretend)
    assert sealedfile.read(path).header.kind == "demo"
    with pytest.raises(Refusal, match="passphrase-wrong"):
        KeyFile.unlock(path, PHRASE)


@pytest.mark.parametrize(
    "cost", [b'"memory":99999999', b'"memory":0', b'"memory":"x"', b'"memory":64,"more":1']
)
def test_a_header_cannot_exhaust_the_machine(store, path, cost):
    def dear(lines):
        lines[1] = lines[1].replace(b'"memory":64', cost)

    resum(path, dear)
    with pytest.raises(Refusal, match="key-file-damaged"):
        KeyFile.unlock(path, PHRASE)


def test_a_new_programme_is_seen_by_a_process_that_runs_already(store, path):
    other = KeyFile.unlock(path, PHRASE)
    store.add_programme("shelter")
    wrapped = store.wrap("shelter", DATA)
    assert other.unwrap("shelter", wrapped) == DATA
    other.rotate("shelter")
    assert store.versions("shelter") == (1, 2)


def test_a_new_passphrase_opens_and_the_old_one_does_not(store, path):
    wrapped = store.wrap("care", DATA)
    running = KeyFile.unlock(path, PHRASE)
    store.change_passphrase("một câu khác cũng đủ dài", cost=CHEAP)
    assert KeyFile.unlock(path, "một câu khác cũng đủ dài").unwrap("care", wrapped) == DATA
    assert store.unwrap("care", wrapped) == DATA
    store.add_programme("shelter")
    with pytest.raises(Refusal, match="passphrase-wrong"):
        KeyFile.unlock(path, PHRASE)
    with pytest.raises(KeyStoreUnavailable) as raised:
        running.unwrap("care", wrapped)
    assert raised.value.message == KeyStoreUnavailable("key-store/changed").message
    assert raised.value.reason == "key-store"


def test_a_weak_new_passphrase_changes_nothing(store, path):
    with pytest.raises(Refusal, match="passphrase-weak"):
        store.change_passphrase("ngắn", cost=CHEAP)
    assert KeyFile.unlock(path, PHRASE).programmes() == {"care"}


def test_custodians_open_it(path):
    phrase, shares = deal(2, 3)
    KeyFile.create(path, phrase, cost=CHEAP, custodians=(2, 3)).add_programme("care")
    opened = KeyFile.unlock(path, passphrase_of(shares[1:]))
    assert opened.custodians == (2, 3)
    assert opened.programmes() == {"care"}


def test_an_older_copy_put_back_under_a_running_program_is_noticed(store, path):
    old = path.read_bytes()
    store.add_programme("shelter")
    path.write_bytes(old)
    with pytest.raises(KeyStoreUnavailable) as raised:
        store.versions("shelter")
    assert raised.value.message == KeyStoreUnavailable("key-store/older").message
    assert KeyFile.unlock(path, PHRASE).programmes() == {"care"}


def test_a_file_taken_away_makes_the_store_unavailable(store, path):
    wrapped = store.wrap("care", DATA)
    path.rename(path.with_name("elsewhere"))
    with pytest.raises(KeyStoreUnavailable):
        store.unwrap("care", wrapped)
    with pytest.raises(KeyStoreUnavailable):
        store.add_programme("shelter")
    path.with_name("elsewhere").rename(path)
    assert store.unwrap("care", wrapped) == DATA


def test_a_full_disk_keeps_the_old_file(store, path, monkeypatch):
    before = path.read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(Refusal, match="key-file-unwritable"):
            store.rotate("care")
    assert path.read_bytes() == before
    assert store.versions("care") == (1,)
    assert sorted(p.name for p in path.parent.iterdir()) == [".keys.lock", "keys"]
    assert store.rotate("care") == 2


CRASH = """
import os, signal, sys
from pathlib import Path
from phoihop.base.security.crypto.keyfile import KeyFile
store = KeyFile.unlock(Path(sys.argv[1]), sys.argv[2])
def die(*args): os.kill(os.getpid(), signal.SIGKILL)
setattr(*{"before": (Path, "replace", die), "during": (os, "fsync", die)}[sys.argv[3]])
store.add_programme("shelter")
"""


def python(script, *arguments, **options):
    return subprocess.Popen([sys.executable, "-c", script, *map(str, arguments)], **options)


@pytest.mark.parametrize("moment", ["before", "during"])
def test_a_process_killed_while_writing_leaves_the_old_file(store, path, moment):
    before = path.read_bytes()
    assert python(CRASH, path, PHRASE, moment).wait(30) == -signal.SIGKILL
    assert path.read_bytes() == before
    assert [p for p in path.parent.iterdir() if ".new-" in p.name]
    store.add_programme("shelter")
    assert KeyFile.unlock(path, PHRASE).programmes() == {"care", "shelter"}
    assert not [p for p in path.parent.iterdir() if ".new-" in p.name]


ADDING = """
import sys
from pathlib import Path
from phoihop.base.security.crypto.keyfile import KeyFile
store = KeyFile.unlock(Path(sys.argv[1]), sys.argv[2])
for n in range(int(sys.argv[4])):
    store.add_programme(f"{sys.argv[3]}-{n}")
    store.rotate("care")
    print(n, store.blind_key(f"{sys.argv[3]}-{n}").hex(), flush=True)
"""


def test_processes_adding_at_once_lose_nothing(store, path):
    running = [python(ADDING, path, PHRASE, name, 15, stdout=subprocess.PIPE, text=True) for name in "ab"]
    said = [process.communicate(timeout=60)[0].split() for process in running]
    found = KeyFile.unlock(path, PHRASE)
    for name, words in zip("ab", said, strict=True):
        assert [found.blind_key(f"{name}-{n}").hex() for n in range(15)] == words[1::2]
    assert len(found.programmes()) == 31
    assert found.versions("care") == tuple(range(1, 32))


def test_what_was_acknowledged_survives_kill_9(store, path):
    for round_ in range(3):
        process = python(ADDING, path, PHRASE, f"r{round_}", 10_000, stdout=subprocess.PIPE, text=True)
        told = [process.stdout.readline().split() for _ in range(5 + 7 * round_)]
        process.kill()
        told += [line.split() for line in process.stdout if line.endswith("\n")]
        process.stdout.close()
        process.wait(30)
        found = KeyFile.unlock(path, PHRASE)
        assert [found.blind_key(f"r{round_}-{n}").hex() for n, _ in told] == [key for _, key in told]


def test_a_purpose_younger_than_the_file_gets_its_key(store, path):
    del store._keys.secrets[Purpose.EXPORT]
    store.rotate("care")  # written without it, as an earlier release did
    other = KeyFile.unlock(path, PHRASE)
    assert Purpose.EXPORT not in other._keys.secrets
    made = other.secret(Purpose.EXPORT)
    assert made == store.secret(Purpose.EXPORT) == KeyFile.unlock(path, PHRASE).secret(Purpose.EXPORT)


def test_threads_adding_at_once_lose_nothing(store):
    threads = [threading.Thread(target=store.add_programme, args=(f"p{n}",)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.programmes()) == 13


def test_a_demo_keeps_its_passphrase_beside_it(path):
    made = KeyFile.demo(path)
    made.add_programme("care")
    wrapped = made.wrap("care", DATA)
    beside = path.with_name("keys.passphrase")
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    again = KeyFile.demo(path)
    assert (made.kind, again.kind) == ("demo", "demo")
    assert again.unwrap("care", wrapped) == DATA
    assert KeyFile.unlock(path, beside.read_text().strip()).kind == "demo"


def test_a_demo_becomes_real_with_a_passphrase_of_its_own(path):
    made = KeyFile.demo(path)
    made.change_passphrase(PHRASE, cost=CHEAP)
    assert made.kind == "file"
    assert KeyFile.unlock(path, PHRASE).kind == "file"


def test_a_demo_that_lost_its_passphrase_is_not_made_anew(path):
    KeyFile.demo(path)
    before = path.read_bytes()
    path.with_name("keys.passphrase").unlink()
    with pytest.raises(Refusal, match="passphrase-missing"):
        KeyFile.demo(path)
    assert path.read_bytes() == before


def _demo(path, answers):
    answers.put(KeyFile.demo(path).secret(Purpose.SCOPE).secret)


def test_two_first_starts_of_a_demo_make_one_file(path):
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    starting = [context.Process(target=_demo, args=(path, answers)) for _ in range(2)]
    for process in starting:
        process.start()
    found = {answers.get(timeout=30) for _ in starting}
    for process in starting:
        process.join(30)
    assert len(found) == 1
