"""Calls in a child process: answers, limits, no network, no secrets, nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from phoihop.base.security.uploads import worker, worker_child
from phoihop.base.security.uploads.refusing import refuse
from phoihop.base.security.uploads.worker import Answer, Job, Limits
from phoihop.kernel.refusals import Refusal

HERE = "phoihop.base.security.uploads.tests.test_worker:"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces this")


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch, tmp_path):
    """Temporary folders are made where this test can see them, and none may remain."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []


def wait_for(condition, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def ask(call: str, data: bytes = b"", given=None, **limits) -> Answer:
    return worker.run(HERE + call, data, given, Limits(**limits))


def reason(call: str, data: bytes = b"", given=None, **limits) -> str:
    with pytest.raises(Refusal) as refusal:
        ask(call, data, given, **limits)
    return refusal.value.reason


# What the children run.


def turned(data, given):
    os.write(1, b"noise that must not reach the answer")
    return {"given": given}, data[::-1]


def says_no(data, given):
    raise refuse("macro")


def surroundings(data, given):
    return [*os.environ, *os.environ.values()]


def sleeps(data, given):
    time.sleep(60)


def sleeps_over_a_file(data, given):
    (Path(tempfile.mkdtemp()) / "x").write_text("x")
    worker_child.report("half", 0.5)
    time.sleep(60)


def computes(data, given):
    while True:
        pass


def takes_memory(data, given):
    return len(bytearray(600 * 2**20))


def writes_much(data, given):
    with Path("large").open("wb") as file:
        for _ in range(64):
            file.write(bytes(2**20))


def opens_many(data, given):
    try:
        return len([os.dup(0) for _ in range(10_000)])
    except OSError as error:
        return error.strerror


def answers_much(data, given):
    return None, bytes(given["size"])


def dies(data, given):
    os.kill(os.getpid(), given["signal"])


def tries(data, given):
    """Which of the ways out are open: of Python's own, and past Python through the C library."""
    import ctypes

    found = {}
    try:
        socket.create_connection(("127.0.0.1", given["port"]), timeout=2).close()
        found["python"] = "open"
    except OSError as error:
        found["python"] = type(error).__name__
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.socket(2, 1, 0)
    address = (2).to_bytes(2, "little") + given["port"].to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
    found["c"] = "open" if libc.connect(handle, address, len(address)) == 0 else "closed"
    try:
        subprocess.run(["true"], check=True)
        found["program"] = "open"
    except OSError:
        found["program"] = "closed"
    return found


def leaves_a_child(data, given):
    subprocess.Popen(["sleep", "60"])
    return os.getpid()


def test_the_answer_is_a_value_and_bytes():
    data = os.urandom(3_000_000)
    found = ask("turned", data, {"tên": "Lò Văn Ví Dụ"})
    assert found == Answer({"given": {"tên": "Lò Văn Ví Dụ"}}, data[::-1])


def test_a_refusal_comes_back_as_it_was_raised():
    with pytest.raises(Refusal) as refusal:
        ask("says_no")
    assert refusal.value.reason == "macro"
    assert refusal.value.message == refuse("macro").message


def test_the_child_sees_nothing_of_the_parents_secrets(monkeypatch):
    monkeypatch.setenv("PHOIHOP_SECRET", "bí mật")
    seen = ask("surroundings").value
    assert "PATH" in seen
    assert not {"PHOIHOP_SECRET", "bí mật"} & set(seen)


@pytest.mark.parametrize("path", [None, "elsewhere"])
def test_the_child_finds_the_package_wherever_it_is_started(monkeypatch, tmp_path_factory, path):
    if path:
        monkeypatch.chdir(tmp_path_factory.mktemp(path))
        monkeypatch.setenv("PYTHONPATH", "/nowhere")
    assert ask("turned", b"ab").data == b"ba"


@pytest.mark.parametrize(
    ("call", "given", "limits", "expected"),
    [
        ("sleeps", None, {"silence": 0.5}, "timeout"),
        ("sleeps", None, {"seconds": 0.5}, "timeout"),
        ("computes", None, {"cpu": 1, "cpu_most": 2}, "timeout"),
        ("answers_much", {"size": 3_000_001}, {"answer": 3_000_000}, "too-heavy"),
        ("turned", None, {"input": 2}, "too-large"),
        ("dies", {"signal": signal.SIGSEGV}, {}, "corrupt"),
        ("dies", {"signal": signal.SIGKILL}, {}, "too-heavy"),
        ("dies", {"signal": signal.SIGXCPU}, {}, "timeout"),
        ("no_such_function", None, {}, "corrupt"),
        pytest.param("takes_memory", None, {}, "too-heavy", marks=LINUX),
        pytest.param("writes_much", None, {"file": 2**20}, "corrupt", marks=LINUX),
    ],
)
def test_a_call_is_held_to_its_limits(call, given, limits, expected):
    assert reason(call, b"abc", given, **limits) == expected


@LINUX
def test_only_so_many_files_may_be_open():
    assert ask("opens_many").value == "Too many open files"


@pytest.mark.parametrize(
    "boot",
    [
        "print('no json')",
        "print('[1, 2]')",
        "print('{\"value\": 1}')",
        'print(\'{"value": 1, "size": 5}\')',
        "print('{\"refused\": 1}')",
        'print(\'{"progress": ["ocr", "x"]}\')',
    ],
)
def test_nonsense_from_a_child_is_a_refusal(monkeypatch, boot):
    monkeypatch.setattr(worker, "_BOOT", boot)
    assert reason("turned") == "corrupt"


def test_python_in_a_child_reaches_no_network_and_starts_no_program():
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = ask("tries", given={"port": server.getsockname()[1]}).value
    assert (found["python"], found["program"]) == ("PermissionError", "closed")
    # Where the kernel gives the child a network of its own, no library can get past it either.
    assert found["c"] == "closed" or worker.enforced()["network"] == "python"


@LINUX
def test_the_kernel_enforces_the_limits():
    found = worker.enforced()
    assert {found[what] for what in ("memory", "time", "output", "files")} == {"system"}


def test_what_a_child_started_ends_with_it():
    pid = ask("leaves_a_child", programs=True).value
    listed = subprocess.run(["ps", "-eo", "sid=,stat="], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    assert [row for row in rows if row[0] == str(pid) and not row[1].startswith("Z")] == []


def test_twenty_at_once():
    found = []
    threads = [
        threading.Thread(target=lambda n=n: found.append((n, ask("turned", b"%d" % n).data)))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(n, (b"%d" % n)[::-1]) for n in range(20)]


def test_cancelling():
    job = Job(HERE + "sleeps")
    job.start()
    wait_for(lambda: job._process is not None)
    job.cancel()
    with pytest.raises(Refusal, match="cancelled"):
        job.result()
    early = Job(HERE + "turned")
    early.cancel()
    early.start()
    with pytest.raises(Refusal, match="cancelled"):
        early.result()


def test_a_killed_call_leaves_no_file_behind():
    job = Job(HERE + "sleeps_over_a_file")
    job.start()
    wait_for(lambda: job.progress == ("half", 0.5))
    assert list(Path(tempfile.gettempdir()).rglob("x"))
    os.kill(job._process.pid, signal.SIGKILL)
    with pytest.raises(Refusal, match="too-heavy"):
        job.result()


def test_a_child_whose_parent_was_killed_clears_up_after_itself(tmp_path):
    code = (
        "import os, sys, time; sys.path[:] = sys.argv[1:];"
        "from phoihop.base.security.uploads.worker import Job\n"
        f"j = Job('{HERE}turned', b'x' * 200_000); j.start()\n"
        "while not j._process: time.sleep(0.001)\n"
        "os._exit(0)"
    )
    command = [sys.executable, "-I", "-c", code, *filter(None, sys.path)]
    subprocess.run(command, check=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    wait_for(lambda: list(tmp_path.iterdir()) == [])
