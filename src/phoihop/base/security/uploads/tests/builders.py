"""Real files for the tests of uploads, honest and hostile."""

import io
import random
import stat
import struct
import zipfile
import zlib

import docx
import openpyxl
import pypdf
import typst
from PIL import Image


def zip_of(parts: dict[str, bytes], base: bytes | None = None, **options) -> bytes:
    """A zip of ``parts``, laid over those of ``base``."""
    found: dict[str, bytes] = {}
    if base is not None:
        with zipfile.ZipFile(io.BytesIO(base)) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, part in (found | parts).items():
            archive.writestr(name, part)
    return buffer.getvalue()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs or ("Kế hoạch năm 2026",):
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def excel(rows=(("STT", "Xã"), (1, "Phìn Sơn"))) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def pdf(text: str = "Kế hoạch năm 2026") -> bytes:
    return typst.compile(text.encode())


def pdf_with(change) -> bytes:
    """A .pdf after ``change`` (a function of pypdf's writer) has been at it."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def picture(kind: str = "PNG", size=(60, 40), mode="RGB", **options) -> bytes:
    image = Image.new(mode, size, 255)
    image.putpixel((0, 0), 0)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that unpack to a picture of any size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(9)))
        + chunk(b"IEND", b"")
    )


def many_entries(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for n in range(count):
            archive.writestr(zipfile.ZipInfo(f"word/{n}"), b"")
    return buffer.getvalue()


def with_symlink() -> bytes:
    buffer = io.BytesIO(word())
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def twice_the_same_name() -> bytes:
    buffer = io.BytesIO(word())
    # zipfile warns of a second entry of one name, and Word would take either.
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/Document.xml", b"<x/>")
    return buffer.getvalue()


def overlapping() -> bytes:
    """Two entries of the directory that share one entry's bytes."""
    data = bytearray(zip_of({"word/aa": b"a" * 1000, "word/bb": b"a" * 1000}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        start = archive.start_dir
        entry = data.index(b"PK\x01\x02", start + 1)
        struct.pack_into("<I", data, entry + 42, 0)
    name = data.index(b"word/bb", entry)
    data[name : name + 7] = b"word/aa"
    return bytes(data)


def lying(declared: int, actual: bytes, name: str = "word/document.xml") -> bytes:
    """A .docx one of whose parts is larger or smaller than both of its headers say."""
    data = bytearray(zip_of({name: actual}, word()))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        at = archive.getinfo(name).header_offset
        struct.pack_into("<I", data, at + 22, declared)
        entry = archive.start_dir
        while data[entry + 46 : entry + 46 + len(name)] != name.encode():
            entry = data.index(b"PK\x01\x02", entry + 1)
        struct.pack_into("<I", data, entry + 24, declared)
    return bytes(data)


def _padded(begin: bytes, unit: bytes, end: bytes, unpacked: int, noise: int) -> bytes:
    """So many bytes of one unit, with enough noise strewn in that the ratio looks honest."""
    chance = random.Random(1)
    block = unit * 120
    blocks = (block + b"<!--%x-->" % chance.getrandbits(noise) for _ in range(unpacked // len(block)))
    return begin + b"".join(blocks) + end


def excel_bomb(unpacked: int = 49_000_000, noise: int = 92) -> bytes:
    """About 600 KB that become 49 MB of small cells, just below every bound of size and ratio."""
    begin = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
    sheet = _padded(begin, b"<c><v>1</v></c>", b"</row></sheetData></worksheet>", unpacked, noise)
    return zip_of({"xl/worksheets/sheet1.xml": sheet}, excel())


def word_bomb(unpacked: int = 29_000_000, noise: int = 160) -> bytes:
    """About 330 KB that become 29 MB of paragraphs, just below every bound of size and ratio."""
    begin = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    text = _padded(begin, b"<w:p><w:r><w:t>a</w:t></w:r></w:p>", b"</w:body></w:document>", unpacked, noise)
    return zip_of({"word/document.xml": text}, word())


def dense(tags: int) -> bytes:
    """Within every bound of size and ratio, and still more elements than a parser has memory for."""
    filler = b"".join(b"<w:p/>" * 50 + b"%d" % n for n in range(tags // 50))
    return zip_of({"word/document.xml": b"<a>" + filler + b"</a>"}, word())
