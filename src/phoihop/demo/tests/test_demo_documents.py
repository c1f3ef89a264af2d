"""The demo documents: built files match their sources, and say what their annotations claim."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from phoihop.demo import build
from phoihop.engines.reading import extract, read
from phoihop.engines.reading.contract import of_reading

EXPECTED = sorted((build.FOLDER / "expected").glob("*.json"))
COUNTED = re.compile(r"(\d[\d.]*) người, bằng (\d+,\d+) %")
NO_BREAK_SPACE = "\u00a0"


def _annotation(path: Path) -> dict[str, Any]:
    annotation: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return annotation


def _source(annotation: dict[str, Any]) -> Path:
    file: str = annotation["file"]
    return (build.FOLDER / "expected" / file).resolve()


def _plain(text: str) -> str:
    """Words alone: composed, lower case, without blanks, cell bars, soft hyphens or emphasis marks."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[\s|*_\u00ad\u0002\ufffe-]+", "", composed)


def _text(annotation: dict[str, Any]) -> str:
    path = _source(annotation)
    return extract(path.read_bytes(), path.name).text


@pytest.mark.parametrize("name", build.BUILT)
def test_built_files_are_what_their_sources_give(name: str) -> None:
    first = build.build(name)
    assert first == build.build(name)
    assert first == (build.FOLDER / name).read_bytes(), f"run python -m phoihop.demo.build: {name} is stale"


def test_each_document_has_its_annotation() -> None:
    documents = {path.name for path in build.FOLDER.iterdir() if path.is_file() and path.suffix != ".py"}
    assert {_source(_annotation(path)).name for path in EXPECTED} == documents


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_everything_annotated_stands_in_the_extracted_text(path: Path) -> None:
    annotation = _annotation(path)
    plain = _plain(_text(annotation))
    wanted = [target["text"] for target in annotation["targets"]]
    wanted += [task["text"] for task in annotation["tasks"]]
    wanted += [cited["number"] for cited in annotation["cited"]]
    wanted += [annotation[key] for key in ("number", "signer", "title") if annotation[key]]
    missing = [text for text in wanted if _plain(text) not in plain]
    assert not missing


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_documents_are_as_long_as_real_ones(path: Path) -> None:
    annotation = _annotation(path)
    assert 6_000 <= len(_text(annotation)) <= 19_000
    assert 10 <= sum(not target.get("optional") for target in annotation["targets"]) <= 30


def test_exactly_one_base_gives_the_planted_percentage() -> None:
    text = unicodedata.normalize("NFC", _text(_annotation(EXPECTED[0]))).replace(NO_BREAK_SPACE, " ")
    found = COUNTED.search(text)
    assert found
    count, share = int(found[1].replace(".", "")), found[2].replace(",", ".")
    bases = [base for base in range(count, 20 * count) if f"{100 * count / base:.2f}" == share]
    assert bases == [3338]


@pytest.mark.parametrize(
    ("source", "damage"),
    [
        ("sources/01.txt", f"38,47{NO_BREAK_SPACE}%"),
        ("02-tin-cong-thong-tin.html", unicodedata.normalize("NFD", "Mở 04 lớp tập huấn")),
        ("03-ke-hoach-cap-uy.txt", unicodedata.normalize("NFD", "triệt phá đường dây")),
        ("03-ke-hoach-cap-uy.txt", f"93%{NO_BREAK_SPACE}số"),
        ("03-ke-hoach-cap-uy.txt", "l00% đảng bộ"),
        ("04-ke-hoach-ban-chi-dao.md", "Không chế tỷ lệ"),
    ],
)
def test_planted_damage_survives_editing(source: str, damage: str) -> None:
    assert damage in (build.FOLDER / source).read_text(encoding="utf-8")


def test_the_letter_keeps_combining_marks_in_its_text_layer() -> None:
    document = pypdfium2.PdfDocument(build.build("05-cong-van-231.pdf"))
    raw = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert raw.count("\u0301") > 10


LATER = {
    "06-ke-hoach-46.docx": ("46/KH-UBND", "2025-01-22", 22, 8),
    "07-ke-hoach-58.docx": ("58/KH-UBND", "2026-01-19", 25, 15),
    "08-ke-hoach-cap-uy-2026.txt": ("24-KH/TU", "2026-01-06", 6, 4),
    "09-thong-bao-64.pdf": ("64/TB-BCĐ", "2026-08-14", 0, 2),
    "10-ke-hoach-phuong.txt": ("05/KH-UBND", "2026-02-06", 4, 3),
}


def test_every_later_document_is_known_here() -> None:
    assert {path.name for path in (build.FOLDER / "later").iterdir()} == set(LATER)


@pytest.mark.parametrize("name", LATER)
def test_the_later_documents_are_read_as_the_story_needs_them(name: str) -> None:
    path = build.FOLDER / "later" / name
    (found,) = of_reading(read(path.read_bytes(), name))["documents"]
    told = (found["number"], found["issued"], len(found["targets"]), len(found["tasks"]))
    assert told == LATER[name]


def test_the_scanned_notice_is_a_picture_under_unseen_words() -> None:
    page = pypdfium2.PdfDocument(build.build("later/09-thong-bao-64.pdf"))[0]
    kinds = [thing.type for thing in page.get_objects()]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE in kinds
    recognised = page.get_textpage().get_text_bounded()
    assert "l00%" in recognised, "what was misread stays misread"
    # Nothing is drawn but the picture: without it the page is white.
    for thing in list(page.get_objects()):
        if thing.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE:
            page.remove_obj(thing)
    page.gen_content()
    low, high = page.render(scale=1, grayscale=True).to_pil().getextrema()
    assert (low, high) == (255, 255)
