"""PDF files with a text layer, and scans."""

import io
import shutil

import pytest
from PIL import Image

from phoihop.engines.reading import extract
from phoihop.engines.reading.intake import ocr, pdf, progress
from phoihop.engines.reading.tests.intake import builders
from phoihop.kernel.refusals import Refusal

PLAN = builders.typst_source(builders.PLAN)


def likeness(found: str, expected: list[str]) -> float:
    """The share of the expected words that were recognised."""
    seen = builders.words(found)
    return sum(word in seen for word in expected) / len(expected)


def test_pages_are_anchored_and_their_numbers_dropped():
    source = PLAN + "\n#pagebreak()\nTrang hai, năm\n\n2026\n#pagebreak()\nTrang ba"
    found = extract(builders.pdf_file(source), "a.pdf")
    assert (found.format, found.pages, found.ocr) == ("pdf", 3, False)
    assert [(a.kind, a.place) for a in found.anchors] == [("page", (1,)), ("page", (2,)), ("page", (3,))]
    assert found.text[slice(*found.anchors[1].span)] == "Trang hai, năm\n2026"
    assert found.text[slice(*found.anchors[2].span)] == "Trang ba"


@pytest.mark.parametrize(
    ("pages", "kept"),
    [
        (["1\na", "2\nb", "3\nc"], ["a", "b", "c"]),
        (["a", "b\n- 5 -", "c\nTrang 6/9"], ["a", "b", "c"]),
        (["a\n2026", "b"], ["a\n2026", "b"]),
        (["1\na", "b\n2026", "3\nc"], ["a", "b\n2026", "c"]),
        (["a\n1"], ["a"]),
        (["30\na"], ["30\na"]),
        (["", "x"], ["", "x"]),
    ],
)
def test_only_numbers_that_run_with_the_pages_are_page_numbers(pages, kept):
    assert pdf._without_page_numbers(pages) == kept


def test_an_owner_password_alone_does_not_stop_reading():
    data = builders.encrypted_pdf(builders.pdf_file(PLAN), "", "chủ")
    assert builders.words(extract(data, "a.pdf").text) == builders.PLAN.words()


@builders.needs_tesseract
def test_a_scanned_page_among_others_is_recognised_and_progress_told():
    import pypdf

    typed = builders.pdf_file(PLAN)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(typed))
    writer.append(io.BytesIO(builders.scanned_pdf(typed)))
    buffer = io.BytesIO()
    writer.write(buffer)
    heard: list[tuple[str, float]] = []
    with progress.listening(lambda stage, fraction: heard.append((stage, fraction))):
        found = extract(buffer.getvalue(), "a.pdf")
    assert (found.pages, found.ocr) == (2, True)
    first, second = (found.text[slice(*a.span)] for a in found.anchors)
    assert builders.words(first) == builders.PLAN.words()
    assert likeness(second, builders.PLAN.words()) > 0.9
    assert heard == [("open", 0.0), ("ocr", 0.0), ("ocr", 1.0)]


@builders.needs_tesseract
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_pictures_are_recognised(kind):
    found = extract(builders.image_file(builders.picture(builders.pdf_file(PLAN)), kind), "ảnh")
    assert (found.format, found.ocr, found.pages) == ("image", True, 1)
    assert likeness(found.text, builders.PLAN.words()) > 0.9
    assert "|" not in found.text


SIGNED = """#set text(font: "Libertinus Serif", lang: "vi", size: 13pt)
#grid(columns: (5fr, 7fr), align: center, row-gutter: 4mm,
  [ỦY BAN NHÂN DÂN \\ *TỈNH PHÌN SƠN*], [CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM \\ *Độc lập - Tự do - Hạnh phúc*],
  [Số: 12/KH-UBND], [_Phìn Sơn, ngày 05 tháng 01 năm 2026_])
#v(5mm)
#align(center)[*KẾ HOẠCH*]
Thực hiện chăm sóc sức khỏe cộng đồng năm 2026, Ủy ban nhân dân tỉnh giao các đơn vị như sau.
#v(5mm)
#grid(columns: (1fr, 1fr), [*_Nơi nhận:_* \\ - Bộ Y tế; \\ - Các sở, ban, ngành; \\ - Lưu: VT.],
  align(center)[*TM. ỦY BAN NHÂN DÂN* \\ *CHỦ TỊCH* \\ \\ \\ *Lò Văn Pản*])
"""


@builders.needs_tesseract
def test_letterhead_and_signature_of_a_scan_are_read_column_by_column():
    picture = builders.picture(builders.pdf_file(SIGNED))
    found = [line for line in extract(builders.image_file(picture), "a.png").text.split("\n") if line]
    assert found[:6] == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH PHÌN SƠN",
        "Số: 12/KH-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Phìn Sơn, ngày 05 tháng 01 năm 2026",
    ]
    assert found[6] == "KẾ HOẠCH"
    assert found.index("Nơi nhận:") < found.index("- Bộ Y tế;") < found.index("- Lưu: VT.")
    assert found.index("- Lưu: VT.") < found.index("TM. ỦY BAN NHÂN DÂN") < found.index("Lò Văn Pản")


@builders.needs_tesseract
def test_a_blank_picture_has_no_text():
    with pytest.raises(Refusal) as refusal:
        extract(builders.image_file(Image.new("L", (1200, 800), 255)), "a.png")
    assert refusal.value.reason == "no-text"


@pytest.mark.parametrize("data", [b"vie is not among them", None])
def test_without_tesseract_the_refusal_says_what_to_install(monkeypatch, tmp_path, data):
    if data is not None:
        program = tmp_path / "tesseract"
        program.write_text(f"#!/bin/sh\necho {data.decode()}x | tr ' ' '\\n' | grep -v '^vie$'\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
        assert shutil.which("tesseract") == str(program)
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refusal) as refusal:
        extract(builders.image_file(Image.new("L", (800, 800), 255)), "a.png")
    assert refusal.value.reason == "ocr-missing"
    assert "tesseract-ocr-vie" in refusal.value.message.vi
    assert "tesseract-ocr-vie" in refusal.value.message.en


def test_long_rules_go_and_letters_stay():
    page = builders.picture(builders.pdf_file(builders.typst_source(builders.Content(("Chữ và số 1.209",)))))
    ruled = page.copy()
    for y in (600, 601, 602):
        ruled.paste(0, (100, y, 1500, y + 1))
    ruled.paste(0, (700, 300, 703, 2000))
    cleaned = ocr.without_rules(ruled)
    assert min(cleaned.crop((0, 590, cleaned.width, 2100)).getextrema()) > 200
    letters = (0, 0, page.width, 290)
    assert cleaned.crop(letters).tobytes() == page.crop(letters).tobytes()
