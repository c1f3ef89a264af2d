"""Real files for the tests of intake: the same paragraphs and table in every format, and hostile ones."""

import functools
import io
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx
import pypdf
import pypdfium2
import pytest
import typst
from PIL import Image


def _tesseract_reads_vietnamese() -> bool:
    if shutil.which("tesseract") is None:
        return False
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True)
    return "vie" in listed.stdout.split()


needs_tesseract = pytest.mark.skipif(
    not _tesseract_reads_vietnamese(),
    reason="NOT TESTED: scans and pictures (tesseract with its vie data is not installed)",
)
needs_soffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="NOT TESTED: .doc and .rtf (LibreOffice is not installed)"
)


@dataclass(frozen=True)
class Content:
    """What a test document says: paragraphs, then one table of plain cells."""

    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()

    def words(self) -> list[str]:
        """All words in reading order, bars of table rows left out."""
        return " ".join([*self.paragraphs, *(cell for row in self.rows for cell in row)]).split()


PLAN = Content(
    (
        "KẾ HOẠCH",
        "Chăm sóc sức khỏe cộng đồng năm 2026 trên địa bàn tỉnh Phìn Sơn",
        "I. MỤC TIÊU",
        "1. Trên 92,5 % hộ gia đình ở vùng cao được tuyên truyền; ít nhất 1.209 lượt người được tư vấn.",
        "a) Giữ vững 15 xã không có dịch; mở 05 lớp tập huấn cho đội ngũ cộng tác viên thôn, bản.",
        "Sở Y tế chủ trì, phối hợp với Ủy ban nhân dân các xã, phường tổ chức thực hiện.",
    ),
    (
        ("Số", "Việc", "Cơ quan chủ trì"),
        ("1", "Mở lớp tập huấn", "Sở Y tế"),
        ("2", "In tờ rơi", "Sở Văn hóa"),
    ),
)


def words(text: str) -> list[str]:
    """The words of an extract, to compare formats up to blanks, lines and table bars."""
    return text.replace("|", " ").split()


def text_file(content: Content) -> str:
    lines = [*content.paragraphs, *(" | ".join(row) for row in content.rows)]
    return "\n".join(lines) + "\n"


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def docx_file(content: Content) -> bytes:
    document = docx.Document()
    for paragraph in content.paragraphs:
        document.add_paragraph(paragraph)
    if content.rows:
        table = document.add_table(len(content.rows), len(content.rows[0]), style="Table Grid")
        for cells, row in zip(table.rows, content.rows, strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = text
    document.add_paragraph("")
    return saved(document)


def html_file(content: Content) -> str:
    paragraphs = "".join(f"<p>{escape(p)}</p>\n" for p in content.paragraphs)
    rows = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in content.rows)
    table = f'<table border="1"><tbody>{rows}</tbody></table>' if rows else ""
    return f"<!DOCTYPE html><html><head><title>x</title></head><body>{paragraphs}{table}</body></html>"


def typst_source(content: Content) -> str:
    def literal(text: str) -> str:
        return '#"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    # No hyphenation, and a page number of its own that intake has to leave out.
    head = '#set page(numbering: "1")\n#set text(font: "Libertinus Serif", lang: "vi", hyphenate: false)\n'
    body = "\n\n".join(literal(p) for p in content.paragraphs)
    cells = ", ".join(f"[{literal(c)}]" for row in content.rows for c in row)
    table = f"\n\n#table(columns: {len(content.rows[0])}, {cells})" if content.rows else ""
    return head + body + table


@functools.cache
def _compiler(folder: str) -> typst.Compiler:
    return typst.Compiler(root=folder, ignore_system_fonts=True)


def pdf_file(source: str) -> bytes:
    """A .pdf with a text layer from Typst source; Libertinus Serif comes with the compiler."""
    made = _compiler(tempfile.gettempdir()).compile(source.encode())
    assert isinstance(made, bytes)  # one document, not a list of pages
    return made


def picture(pdf: bytes, page: int = 0, dpi: int = 200) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=dpi / 72).to_pil().convert("L")
    finally:
        document.close()


def image_file(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def scanned_pdf(pdf: bytes) -> bytes:
    """The same pages as pictures only."""
    pages = [picture(pdf, n) for n in range(len(pypdfium2.PdfDocument(pdf)))]
    return image_file(pages[0], "PDF", save_all=True, append_images=pages[1:], resolution=200)


def encrypted_pdf(pdf: bytes, password: str, owner: str | None = None) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt(user_password=password, owner_password=owner, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def blank_pdf(pages: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    return saved(document)


def converted(data: bytes, source: str, target: str) -> bytes:
    """A file in another format, by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"source.{source}"
        path.write_bytes(data)
        profile = (Path(folder) / "profile").as_uri()
        command = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", target]
        subprocess.run([*command, "--outdir", folder, str(path)], capture_output=True, check=True)
        return path.with_suffix("." + target).read_bytes()


def zip_file(entries: dict[str, bytes], base: bytes | None = None) -> bytes:
    """A zip of these entries; laid over those of ``base`` when one is given."""
    merged: dict[str, bytes] = {}
    if base is not None:
        with zipfile.ZipFile(io.BytesIO(base)) as archive:
            merged = {name: archive.read(name) for name in archive.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (merged | entries).items():
            archive.writestr(name, data)
    return buffer.getvalue()


def body_docx(body: str, extra: dict[str, bytes] | None = None, prolog: str = "") -> bytes:
    """A .docx whose document.xml has this body, for what python-docx cannot write."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document '
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{body}</w:body></w:document>"
    )
    entries = {"word/document.xml": document.encode()}
    return zip_file(entries | (extra or {}), docx_file(Content(("x",))))


def huge_png(width: int, height: int) -> bytes:
    """A .png that claims this size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
