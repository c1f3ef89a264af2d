"""Files that go out say nothing of their making; what a person must decide on is refused."""

import io
import re
import zipfile
from datetime import UTC, datetime

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment
from PIL import Image

from phoihop.base.security.outgoing.scrub import scrub
from phoihop.base.security.outgoing.scrub_office import jpeg, png
from phoihop.base.security.uploads.tests import builders
from phoihop.kernel.refusals import Refusal

# Whatever of these is left in any part of a file gave its maker away.
TRACES = re.compile(
    rb"Lo Van Vi Du|So Y te Phin Son|Normal\.dotm|C:\\\\Users|rsid|paraId|docId|HP LaserJet|GPSInfo", re.I
)
WHO, UNIT = "Lo Van Vi Du", "So Y te Phin Son"
APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Template>Normal.dotm</Template><Company>{UNIT}</Company><Manager>{WHO}</Manager></Properties>"
).encode()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def photo(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x013B] = WHO
    exif.get_ifd(0x8825)[29] = "GPSInfo"
    return (
        builders.picture(kind, exif=exif, comment=WHO.encode())
        if kind == "JPEG"
        else builders.picture(kind, exif=exif)
    )


def laden_docx() -> bytes:
    document = docx.Document()
    core = document.core_properties
    core.author = core.last_modified_by = WHO
    core.title, core.comments, core.keywords = UNIT, UNIT, UNIT
    core.created = datetime(2026, 1, 2, tzinfo=UTC)
    paragraph = document.add_paragraph("Giữ vững 15 xã không có dịch. ")
    document.add_comment(paragraph.add_run("Cần xem lại."), text="ý kiến riêng", author=WHO, initials="LVVD")
    document.add_picture(io.BytesIO(photo("JPEG")))
    document.add_picture(io.BytesIO(photo("PNG")))
    base = saved(document)
    xml = parts(base)["word/document.xml"].replace(
        b"<w:p>", b'<w:p w:rsidR="00A12345" w:rsidRDefault="00A12345" w14:paraId="1A2B3C4D"'
        b' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml">', 1
    )  # fmt: skip
    settings = parts(base)["word/settings.xml"].replace(
        b"</w:settings>",
        b'<w:rsids><w:rsidRoot w:val="00A12345"/></w:rsids>'
        b'<w:attachedTemplate r:id="rId9"'
        b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
        b"</w:settings>",
    )
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"'
        b' Target="file:///C:\\Users\\lo\\Normal.dotm" TargetMode="External"/></Relationships>'
    )
    more = {
        "word/document.xml": xml,
        "word/settings.xml": settings,
        "word/_rels/settings.xml.rels": rels,
        "docProps/app.xml": APP,
        "docProps/custom.xml": f"<x>{WHO}</x>".encode(),
        "docProps/thumbnail.jpeg": photo("JPEG"),
        "customXml/item1.xml": f"<x>{UNIT}</x>".encode(),
    }
    return builders.zip_of(more, base)


def laden_xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = WHO
    book.properties.title = UNIT
    book.active.append(["Xã", 1])
    book.active["A1"].comment = Comment("ý kiến riêng", WHO)
    return builders.zip_of({"docProps/app.xml": APP, "docProps/custom.xml": WHO.encode()}, saved(book))


@pytest.mark.parametrize("build", [laden_docx, laden_xlsx])
def test_nothing_is_left_of_who_made_it(build):
    before = build()
    assert any(TRACES.search(part) for part in parts(before).values())
    after = scrub(before)
    for name, part in parts(after).items():
        assert not TRACES.search(part), name
        assert "ý kiến riêng".encode() not in part
        assert not re.search(r"comments|people|thumbnail|custom|vmlDrawing|printerSettings", name)
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_document_still_says_what_it_said():
    document = docx.Document(io.BytesIO(scrub(laden_docx())))
    assert document.paragraphs[0].text == "Giữ vững 15 xã không có dịch. Cần xem lại."
    assert len(document.inline_shapes) == 2
    core = document.core_properties
    assert (core.author, core.last_modified_by, core.title, core.comments) == ("", "", "", "")
    book = openpyxl.load_workbook(io.BytesIO(scrub(laden_xlsx())))
    assert [[cell.value for cell in row] for row in book.active] == [["Xã", 1]]
    assert book.active["A1"].comment is None


def test_a_clean_file_stays_as_it_is_when_cleaned_again():
    for build in (laden_docx, laden_xlsx):
        once = scrub(build())
        assert parts(scrub(once)) == parts(once)


def in_body(markup: str) -> bytes:
    base = builders.word("Kế hoạch")
    xml = parts(base)["word/document.xml"].replace(b"<w:body>", f"<w:body><w:p>{markup}</w:p>".encode())
    return builders.zip_of({"word/document.xml": xml}, base)


def sheet(change) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Xã", 1])
    book.create_sheet("2")
    change(book)
    return saved(book)


def hide(book, what: str) -> None:
    match what:
        case "sheet":
            book["2"].sheet_state = "hidden"
        case "very hidden sheet":
            book["2"].sheet_state = "veryHidden"
        case "row":
            book.active.row_dimensions[1].hidden = True
        case "column":
            book.active.column_dimensions["B"].hidden = True


AUTHOR = f'w:id="1" w:author="{WHO}" w:date="2026-01-01T00:00:00Z"'


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f"<w:ins {AUTHOR}><w:r><w:t>thêm</w:t></w:r></w:ins>", "tracked-changes"),
        (f"<w:del {AUTHOR}><w:r><w:delText>bớt</w:delText></w:r></w:del>", "tracked-changes"),
        (f"<w:moveFrom {AUTHOR}><w:r><w:t>dời</w:t></w:r></w:moveFrom>", "tracked-changes"),
        (f"<w:pPr><w:rPr><w:ins {AUTHOR}/></w:rPr></w:pPr>", "tracked-changes"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>", "hidden-content"),
        ('<w:r><w:rPr><w:vanish w:val="1"/></w:rPr><w:t>ẩn</w:t></w:r>', "hidden-content"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>hiện</w:t></w:r>', None),
        ("<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>hiện</w:t></w:r>", None),
        ('<w:r><w:rPr><w:vanish/></w:rPr><w:instrText> XE "x" </w:instrText></w:r>', None),
        (f"<w:r><w:rPr><w:rPrChange {AUTHOR}><w:rPr/></w:rPrChange></w:rPr><w:t>đổi kiểu</w:t></w:r>", None),
    ],
)
def test_what_a_person_must_decide_on_in_a_document(markup, expected):
    if expected is None:
        assert WHO.encode() not in parts(scrub(in_body(markup)))["word/document.xml"]
        return
    with pytest.raises(Refusal, match=expected):
        scrub(in_body(markup))


@pytest.mark.parametrize("what", ["sheet", "very hidden sheet", "row", "column"])
def test_what_is_hidden_in_a_workbook_is_refused(what):
    with pytest.raises(Refusal, match="hidden-content"):
        scrub(sheet(lambda book: hide(book, what)))


def test_a_workbook_with_nothing_hidden_goes_out():
    def filtered(book) -> None:
        book.active.auto_filter.ref = "A1:B1"
        book.defined_names["_xlnm._FilterDatabase"] = openpyxl.workbook.defined_name.DefinedName(
            "_xlnm._FilterDatabase", attr_text="Sheet!$A$1:$B$1", hidden=True
        )

    assert openpyxl.load_workbook(io.BytesIO(scrub(sheet(filtered)))).sheetnames == ["Sheet", "2"]


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("word/embeddings/Microsoft_Excel_Sheet1.xlsx", builders.word()),
        ("xl/externalLinks/externalLink1.xml", builders.excel()),
        ("xl/pivotCache/pivotCacheRecords1.xml", builders.excel()),
        ("xl/connections.xml", builders.excel()),
    ],
)
def test_data_behind_what_is_seen_is_refused(name, base):
    with pytest.raises(Refusal, match="hidden-content"):
        scrub(builders.zip_of({name: b"<x/>"}, base))


def described(**told) -> bytes:
    return builders.pdf_with(lambda w: w.add_metadata({f"/{key}": value for key, value in told.items()}))


def noted(writer) -> None:
    from pypdf.annotations import FreeText

    writer.add_annotation(0, FreeText(text="ý kiến riêng", rect=(10, 10, 90, 90)))


@pytest.mark.parametrize(
    ("data", "neutral"),
    [
        (builders.pdf(), True),
        (described(Title="Kế hoạch", Producer="Microsoft® Word for Microsoft 365"), True),
        (builders.pdf('#link("https://cong.example")[Cổng]'), True),
        (described(Author=WHO), False),
        (described(Subject=UNIT), False),
        (described(Keywords=UNIT), False),
        (described(Company=UNIT), False),
        (described(Producer=f"Scanner {UNIT}"), False),
        (builders.pdf_with(noted), False),
        (builders.pdf(f'#set document(author: "{WHO}")\nx'), False),
    ],
)
def test_a_pdf_is_neutral_or_refused(data, neutral):
    if neutral:
        assert scrub(data) == data
        return
    with pytest.raises(Refusal, match="metadata"):
        scrub(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_keeps_its_points_and_loses_the_rest(kind):
    data = photo(kind)
    strip = jpeg if kind == "JPEG" else png
    after = strip(data)
    assert WHO.encode() in data
    assert WHO.encode() not in after
    assert not Image.open(io.BytesIO(after)).getexif()
    assert Image.open(io.BytesIO(after)).tobytes() == Image.open(io.BytesIO(data)).tobytes()
    assert WHO.encode() not in scrub(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00", b"\x89PNG\r\n\x1a\n", b"\xff\xd8" + b"\xff\xe1\x00\x02" * 9],
)
def test_a_broken_picture_is_refused(data):
    for strip in (jpeg, png):
        with pytest.raises(Refusal, match="corrupt"):
            strip(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("văn bản".encode(), "cannot-scrub"),
        (builders.zip_of({"word/vbaProject.bin": b"x"}, builders.word()), "macro"),
        (builders.zip_of({"word/document.xml": b"<x"}, builders.word()), "corrupt"),
    ],
)
def test_others_are_refused(data, expected):
    with pytest.raises(Refusal, match=expected):
        scrub(data)
