"""Readings in a child process: results, progress, cancelling, nothing left behind."""

import subprocess
import sys
import tempfile
import time

import pytest

from phoihop.base.security.uploads import worker
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
    return [row[2] for row in rows if row[0] == str(reading._job._process.pid) and not row[1].startswith("Z")]


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


@pytest.mark.parametrize(
    ("boot", "reason"),
    [
        ("raise SystemExit(3)", "corrupt"),
        ('print(\'{"value": 3, "size": 0}\')', "corrupt"),
        ('print(\'{"value": {"documents": 1}, "size": 0}\')', "corrupt"),
        ("import os; os.close(1); import time; time.sleep(60)", "too-heavy"),
    ],
)
def test_whatever_a_child_dies_of_the_answer_is_a_refused_reading(monkeypatch, boot, reason):
    monkeypatch.setattr(worker, "_BOOT", boot)
    result = run(b"x", "a.txt")
    assert result["refused"]["reason"] == reason
    assert (result["file"], result["documents"]) == ("a.txt", [])


def test_twenty_bombs_at_once_are_all_refused():
    bomb = builders.zip_file({"word/document.xml": b" " * 30_000_000}, builders.docx_file(builders.PLAN))
    readings = [IsolatedReading(bomb, "a.docx") for _ in range(20)]
    for reading in readings:
        reading.start()
    assert {reading.result()["refused"]["reason"] for reading in readings} == {"zip-bomb"}
