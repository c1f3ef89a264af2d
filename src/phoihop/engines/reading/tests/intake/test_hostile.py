"""Files that want to do harm, and files that are merely broken: each gets its refusal, quickly."""

import io
import re
import stat
import time
import zipfile

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.engines.reading import extract
from phoihop.engines.reading.intake import limits, refusing
from phoihop.engines.reading.tests.intake import builders
from phoihop.engines.reading.tests.intake.builders import Content
from phoihop.kernel.refusals import Refusal

PLAN = builders.docx_file(builders.PLAN)
PDF = builders.pdf_file(builders.typst_source(builders.PLAN))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def reason(data: bytes, name: str) -> str:
    with pytest.raises(Refusal) as refusal:
        extract(data, name)
    return refusal.value.reason


def outcome(data: bytes, name: str) -> str:
    """The last line of the text, or the reason of the refusal."""
    try:
        return extract(data, name).text.rstrip().rpartition("\n")[2].removeprefix("- ")
    except Refusal as refusal:
        return refusal.reason


def many_entries(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for n in range(count):
            archive.writestr(zipfile.ZipInfo(f"word/{n}"), b"")
    return buffer.getvalue()


def symlink() -> bytes:
    buffer = io.BytesIO(PLAN)
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def spreadsheet() -> bytes:
    return builders.zip_file({"[Content_Types].xml": b"", "xl/workbook.xml": b""})


def stream(name: str) -> bytes:
    return name.encode("utf-16-le")


def many_tags() -> bytes:
    # Below every limit of size and ratio, and still millions of objects once parsed.
    filler = b"".join(b"<w:p/>" * 50 + b"%d" % n for n in range(90_000))
    return builders.zip_file({"word/document.xml": b"<a>" + filler + b"</a>"}, PLAN)


HOSTILE = {
    "ratio": (lambda: builders.zip_file({"word/document.xml": b" " * 30_000_000}), "a.docx", "zip-bomb"),
    "total": (
        lambda: builders.zip_file({f"word/media/{n}": b"ab" * 4_000_000 for n in range(8)}, PLAN),
        "a.docx",
        "zip-bomb",
    ),
    "100k entries": (lambda: many_entries(100_000), "a.docx", "zip-bomb"),
    "2,001 entries": (lambda: many_entries(2_001), "a.docx", "zip-bomb"),
    "..": (lambda: builders.zip_file({"word/../../x": b"x"}, PLAN), "a.docx", "zip-bomb"),
    "backslashes": (lambda: builders.zip_file({"..\\..\\x": b"x"}, PLAN), "a.docx", "zip-bomb"),
    "absolute": (lambda: builders.zip_file({"/etc/x": b"x"}, PLAN), "a.docx", "zip-bomb"),
    "drive": (lambda: builders.zip_file({"C:/x": b"x"}, PLAN), "a.docx", "zip-bomb"),
    "symlink": (symlink, "a.docx", "zip-bomb"),
    "nested zip": (lambda: builders.zip_file({"word/embeddings/a.zip": PLAN}, PLAN), "a.docx", "zip-bomb"),
    "nested document": (lambda: builders.zip_file({"word/a.docx": PLAN}, PLAN), "a.docx", "zip-bomb"),
    "tags": (many_tags, "a.docx", "too-large"),
    "macro": (lambda: builders.zip_file({"word/vbaProject.bin": b"x"}, PLAN), "a.docx", "macro"),
    "macro by type": (
        lambda: builders.zip_file({"[Content_Types].xml": b"<x>application/macroEnabled</x>"}, PLAN),
        "a.docx",
        "macro",
    ),
    "old macro": (lambda: OLE + stream("WordDocument") + stream("_VBA_PROJECT"), "a.doc", "macro"),
    "locked docx": (lambda: OLE + stream("EncryptedPackage"), "a.docx", "encrypted"),
    "locked doc": (
        lambda: OLE + b"\xec\xa5" + bytes(9) + b"\x01" + bytes(500) + stream("WordDocument"),
        "a.doc",
        "encrypted",
    ),
    "old sheet": (lambda: OLE + stream("Workbook"), "a.xls", "unknown-format"),
    "sheet": (spreadsheet, "a.xlsx", "unknown-format"),
    "locked pdf": (lambda: builders.encrypted_pdf(PDF, "mật khẩu"), "a.pdf", "encrypted"),
    "2,000 pages": (lambda: builders.blank_pdf(2_000), "a.pdf", "too-many-pages"),
    "blank pdf": (lambda: builders.blank_pdf(3), "a.pdf", "no-text"),
    "blank docx": (lambda: builders.docx_file(Content(("",))), "a.docx", "no-text"),
    "huge picture": (lambda: builders.huge_png(30_000, 30_000), "a.png", "too-large"),
    "large picture": (lambda: builders.huge_png(6_000, 5_000), "a.png", "too-large"),
    "21 MB": (lambda: b"a" * (limits.FILE + 1), "a.txt", "too-large"),
    "long text": (lambda: b"ab " * 1_200_000, "a.txt", "too-large"),
    "empty": (lambda: b"", "a.docx", "empty"),
    "blank": (lambda: b" \n\t\n", "a.txt", "empty"),
    "no letters": (lambda: b"--- !", "a.txt", "no-text"),
    "zeros": (lambda: b"\0" * 4_000, "a.txt", "unknown-format"),
    "program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 40, "a.txt", "unknown-format"),
    "unknown name": ("kế hoạch".encode, "a.xyz", "unknown-format"),
    "text named docx": ("kế hoạch".encode, "a.docx", "corrupt"),
    "gif": (lambda: b"GIF89a", "a.gif", "unknown-format"),
    "mht by name": (lambda: b"x", "a.mht", "unknown-format"),
    "mht by content": (lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart", "a.doc", "unknown-format"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_within_a_second(case):
    build, name, expected = HOSTILE[case]
    data = build()
    began = time.process_time()
    assert reason(data, name) == expected
    assert time.process_time() - began < 1.0


def test_entities_of_a_docx_stay_inert(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("bí mật")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    prolog = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret.as_uri()}"><!ENTITY e0 "ha">{bomb}]>'
    body = "<w:p><w:r><w:t>trước &f;&e11; sau</w:t></w:r><w:r><w:t> hết</w:t></w:r></w:p>"
    try:
        text = extract(builders.body_docx(body, prolog=prolog), "a.docx").text
    except Refusal as refusal:
        text = refusal.reason
    assert "bí mật" not in text
    assert "haha" not in text


def test_a_docx_with_the_spreadsheet_behind_its_chart_is_read():
    data = builders.zip_file({"word/embeddings/Microsoft_Excel_Sheet1.xlsx": spreadsheet()}, PLAN)
    assert builders.words(extract(data, "a.docx").text) == builders.PLAN.words()


@pytest.mark.parametrize("depth", [100, 1_000, 5_000, 100_000])
@pytest.mark.parametrize("tag", ["div", "table><tr><td", "ul><li", "b"])
def test_deep_nesting_of_a_page_is_read_or_refused(tag, depth):
    data = f"<html><body>{f'<{tag}>' * depth}đáy".encode()
    assert outcome(data, "a.html") in ("corrupt", "đáy")


@pytest.mark.parametrize(
    "unit",
    [
        "<ol><li>a",
        "<li>a",
        "<table><tr><td>a",
        "<td>a",
        "<br>",
        "a ",
        "<p>",
        "&nbsp;",
        "<!-- ",
        "<tr>",
        "<meta ",
    ],
)
def test_four_times_as_much_of_one_thing_takes_about_four_times_as_long(unit):
    """A busy machine stretches both alike; what looks at each thing for each other takes sixteen times."""

    def took(size):
        data = ("<html><body><ol>" + unit * (size // len(unit)) + "x").encode()
        began = time.process_time()
        assert outcome(data, "a.html")
        return time.process_time() - began

    assert took(1_000_000) < 10 * max(took(250_000), took(250_000), 0.05)


def _tiff() -> bytes:
    return builders.image_file(builders.picture(PDF, dpi=20), "TIFF")


FILES = {
    "a.docx": PLAN,
    "a.pdf": PDF,
    "a.html": builders.html_file(builders.PLAN).encode(),
    "a.txt": builders.text_file(builders.PLAN).encode(),
    # So small that Tesseract is quick with those that survive.
    "a.png": builders.image_file(builders.picture(PDF, dpi=20)),
    "a.jpg": builders.image_file(builders.picture(PDF, dpi=20), "JPEG"),
    "a.tif": _tiff(),
}


def read_or_refuse(data: bytes, name: str) -> None:
    """Fails on any exception but a Refusal."""
    assert outcome(data, name).strip()


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(share=st.floats(0, 1))
def test_a_file_cut_short_is_read_or_refused(name, share):
    read_or_refuse(FILES[name][: int(share * len(FILES[name]))], name)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=8)), min_size=1, max_size=8
    )
)
def test_a_file_with_changed_bytes_is_read_or_refused(name, changes):
    data = bytearray(FILES[name])
    for place, new in changes:
        start = int(place * len(data))
        data[start : start + len(new)] = new
    read_or_refuse(bytes(data), name)


@given(
    data=st.binary(max_size=2_000),
    magic=st.sampled_from(
        [b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"MM\x00*", b"<html>"]
    ),
    name=st.sampled_from([*FILES, "a", "a.md", ".txt", "x" * 300, "../../a.txt"]),
)
def test_random_bytes_are_read_or_refused(data, magic, name):
    read_or_refuse(magic + data, name)


TAGS = """<table> </table> <tr> <td> </td> <ol> <li> </ol> <p> </p> <br> </div> <pre> </pre> <script> <!-- -->
    <div\vhidden> <td\vcolspan="9"> <a\vhref="x"> <ol\vstart="-1"> <li\vvalue="99999"> &nbsp;
    &#xD800; &#0; &x; ệ 1"""


@given(st.lists(st.sampled_from([tag.replace("\v", " ") for tag in re.split("[ \n]+", TAGS)]), max_size=40))
def test_any_soup_of_tags_is_read_or_refused(tags):
    read_or_refuse("".join(tags).encode(), "a.html")


def test_a_changed_part_of_a_docx_is_read_or_refused():
    with zipfile.ZipFile(io.BytesIO(PLAN)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist() if n.endswith((".xml", ".rels"))}
    for name, part in parts.items():
        for broken in (
            b"",
            part[: len(part) // 2],
            part.replace(b"w:val", b"w:vol"),
            part.replace(b"Id", b"Jd"),
        ):
            read_or_refuse(builders.zip_file({name: broken}, PLAN), "a.docx")


@pytest.mark.parametrize("values", ["", "-1", "999999999999", "abc", "1e9"])
def test_absurd_numbers_in_a_list_definition_do_no_harm(values):
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    numbering = (
        f'<w:numbering xmlns:w="{w}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="{values}">'
        f'<w:start w:val="{values}"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1%9"/></w:lvl>'
        "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    body = (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{values}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        "<w:r><w:t>việc</w:t></w:r></w:p>"
    )
    assert (
        "việc" in extract(builders.body_docx(body, {"word/numbering.xml": numbering.encode()}), "a.docx").text
    )


def test_a_style_based_on_itself_does_no_harm():
    document = docx.Document()
    style = document.styles["Normal"]
    style.base_style = style
    document.add_paragraph("việc")
    assert extract(builders.saved(document), "a.docx").text == "việc"


@pytest.mark.parametrize("case", refusing.refuse.cases)
def test_every_refusal_speaks_both_languages(case):
    refusal = refusing.refuse(case)
    assert refusal.reason == case.partition("/")[0]
    assert refusal.message.vi != refusal.message.en
    assert refusal.message.vi.endswith(".")
    assert refusal.message.en.endswith(".")
