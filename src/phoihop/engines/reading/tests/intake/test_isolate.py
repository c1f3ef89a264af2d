"""Readings in a child process: results, progress, cancelling, limits, nothing left behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from phoihop.engines.reading import isolate
from phoihop.engines.reading.isolate import IsolatedReading
from phoihop.engines.reading.tests.intake import builders

PDF = builders.pdf_file(builders.typst_source(builders.PLAN))


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch, tmp_path):
    """Temporary folders are made where this test can see them, and none may remain."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []


def run(data: bytes, name: str) -> dict:
    reading = IsolatedReading(data, name)
    reading.start()
    return reading.result()


def wait_for(condition, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def children(reading: IsolatedReading) -> list[str]:
    """The processes in the child's session that still live."""
    listed = subprocess.run(["ps", "-eo", "sid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = (line.split(None, 2) for line in listed.stdout.splitlines())
    return [row[2] for row in rows if row[0] == str(reading._process.pid) and not row[1].startswith("Z")]


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.txt", "empty"),
        (b"x" * (21 * 2**20), "a.txt", "too-large"),
        (builders.encrypted_pdf(PDF, "x"), "a.pdf", "encrypted"),
        (builders.huge_png(30_000, 30_000), "ảnh \u202e.png", "too-large"),
        (PDF[: len(PDF) // 2], "a.pdf", "corrupt"),
    ],
)
def test_refusals_come_back(data, name, reason):
    result = run(data, name)
    assert result["refused"]["reason"] == reason
    assert result["file"] == name
    assert result["documents"] == []


def test_a_reading_comes_back_as_the_contract_says():
    result = run(PDF, "kế hoạch.pdf")
    assert result["refused"] is None
    assert (result["file"], result["format"], result["pages"]) == ("kế hoạch.pdf", "pdf", 1)
    assert builders.words(result["text"]) == builders.PLAN.words()
    assert len(result["documents"]) == 1


def test_importing_the_engine_imports_no_heavy_library():
    code = (
        "import sys; sys.path[:] = sys.argv[1:];"
        "import phoihop.engines.reading, phoihop.engines.reading.isolate;"
        "print(*{'docx', 'lxml', 'PIL', 'pypdfium2', 'django'} & set(sys.modules))"
    )
    command = [sys.executable, "-I", "-c", code, *filter(None, sys.path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == ""


@pytest.mark.parametrize("path", [None, "elsewhere"])
def test_the_child_finds_the_package_wherever_it_is_started(monkeypatch, tmp_path_factory, path):
    if path:
        monkeypatch.chdir(tmp_path_factory.mktemp(path))
        monkeypatch.setenv("PYTHONPATH", "/nowhere")
    assert run(b"", "a.txt")["refused"]["reason"] == "empty"


def test_the_child_sees_nothing_of_the_parents_secrets(monkeypatch):
    monkeypatch.setenv("PHOIHOP_SECRET", "bí mật")
    monkeypatch.setattr(
        isolate, "_BOOT", "import os, json; d = ' '.join(os.environ.values()) + ' '.join(os.environ);"
        "print(json.dumps({'result': {'documents': [], 'seen': d}}))"
    )  # fmt: skip
    seen = run(b"x", "a.txt")["seen"]
    assert "PATH" in seen
    assert "SECRET" not in seen
    assert "bí mật" not in seen


@builders.needs_tesseract
def test_cancelling_ends_the_child_and_its_tesseract():
    reading = IsolatedReading(builders.scanned_pdf(builders.pdf_file(
        "\n#pagebreak()\n".join([builders.typst_source(builders.PLAN)] * 6)
    )), "a.pdf")  # fmt: skip
    reading.start()
    wait_for(lambda: reading.progress[0] == "ocr" and 0 < reading.progress[1] < 1)
    assert not reading.done()
    began = time.monotonic()
    reading.cancel()
    assert reading.result()["refused"]["reason"] == "cancelled"
    assert time.monotonic() - began < 2
    assert reading.done()
    wait_for(lambda: children(reading) == [])


def test_cancelling_before_the_start_and_after_the_end():
    early = IsolatedReading(b"x", "a.txt")
    early.cancel()
    early.start()
    assert early.result()["refused"]["reason"] == "cancelled"
    late = IsolatedReading(b"", "a.txt")
    late.start()
    assert late.result()["refused"]["reason"] == "empty"
    late.cancel()
    assert late.result()["refused"]["reason"] == "empty"


LIMITED = (
    "import sys; sys.path[:] = sys.argv[1:];"
    "from phoihop.engines.reading import isolate_worker as w; w._guard();"
)


@pytest.mark.parametrize(
    ("boot", "reason"),
    [
        (LIMITED + "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "corrupt"),
        (LIMITED + "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too-heavy"),
        (LIMITED + "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "timeout"),
        (
            LIMITED + "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 9))\nwhile True: pass",
            "timeout",
        ),
        (LIMITED + "raise SystemExit(3)", "corrupt"),
        ("print('no json')", "corrupt"),
        ("print('{\"result\": 3}')", "corrupt"),
        ("print('[1, 2]')", "corrupt"),
        ('print(\'{"progress": ["ocr", "x"]}\')', "corrupt"),
        ("import os; os.close(1); import time; time.sleep(60)", "too-heavy"),
    ],
)
def test_whatever_a_child_dies_of_there_is_an_answer(monkeypatch, boot, reason):
    monkeypatch.setattr(isolate, "_BOOT", boot)
    assert run(b"x", "a.txt")["refused"]["reason"] == reason


def test_a_child_that_falls_silent_is_ended(monkeypatch):
    monkeypatch.setattr(isolate, "STALL", 0.5)
    monkeypatch.setattr(isolate, "_BOOT", "import time; time.sleep(60)")
    began = time.monotonic()
    assert run(b"x" * 1_000_000, "a.txt")["refused"]["reason"] == "timeout"
    assert time.monotonic() - began < 3


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its address space")
def test_memory_is_limited():
    code = LIMITED + "\ntry: bytearray(600 * 2**20)\nexcept MemoryError: sys.exit(7)"
    done = subprocess.run([sys.executable, "-I", "-c", code, *filter(None, sys.path)], check=False)
    assert done.returncode == 7


def test_stray_printing_does_not_reach_the_answer():
    code = (
        "import sys; sys.path[:] = sys.argv[1:]\n"
        "from phoihop.engines.reading import intake\n"
        "whole = intake.open_file\n"
        "def loud(data, name):\n"
        "    print('noise'); return whole(data, name)\n"
        "intake.open_file = loud\n"
        "from phoihop.engines.reading import isolate_worker; isolate_worker.main()"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, *filter(None, sys.path)],
        input=b'{"name": "a.txt", "size": 3}\n   ', capture_output=True, check=True,
    )  # fmt: skip
    assert b"noise" not in done.stdout
    assert b'"reason": "empty"' in done.stdout


def test_twenty_bombs_at_once_are_all_refused():
    bomb = builders.zip_file({"word/document.xml": b" " * 30_000_000}, builders.docx_file(builders.PLAN))
    readings = [IsolatedReading(bomb, "a.docx") for _ in range(20)]
    for reading in readings:
        reading.start()
    assert {reading.result()["refused"]["reason"] for reading in readings} == {"zip-bomb"}


def test_a_killed_reading_leaves_no_file_behind(monkeypatch):
    monkeypatch.setattr(
        isolate, "_BOOT", "import tempfile, pathlib, time;"
        "(pathlib.Path(tempfile.mkdtemp()) / 'x').write_text('x');"
        "print('{\"progress\": [\"ocr\", 0.5]}', flush=True); time.sleep(60)"
    )  # fmt: skip
    reading = IsolatedReading(b"x", "a.doc")
    reading.start()
    wait_for(lambda: reading.progress == ("ocr", 0.5))
    assert list(Path(tempfile.gettempdir()).rglob("x"))
    os.kill(reading._process.pid, signal.SIGKILL)
    assert reading.result()["refused"]["reason"] == "too-heavy"


def test_a_child_whose_parent_was_killed_clears_up_after_itself(tmp_path):
    code = (
        "import os, sys, time; sys.path[:] = sys.argv[1:];"
        "from phoihop.engines.reading.isolate import IsolatedReading as R\n"
        "r = R(b'x' * 200_000, 'a.txt'); r.start()\n"
        "while r.progress == ('open', 0.0) and not r._process: time.sleep(0.001)\n"
        "os._exit(0)"
    )
    command = [sys.executable, "-I", "-c", code, *filter(None, sys.path)]
    subprocess.run(command, check=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    wait_for(lambda: list(tmp_path.iterdir()) == [])
