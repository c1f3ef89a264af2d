"""Which kind of file the bytes are. The name is never asked."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

from phoihop.base.security.uploads import zipguard

Kind = Literal[
    "empty", "docx", "xlsx", "pptx", "opendocument", "zip", "pdf", "png", "jpeg", "webp", "gif", "tiff",
    "doc", "xls", "ppt", "ole", "rtf", "html", "svg", "xml", "mht", "text", "program", "archive", "unknown",
]  # fmt: skip
Mark = Literal["macro", "encrypted", "two-in-one", "virus"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The harmless file by which scanners for malicious code are tried; in two pieces, so that a scanner
# does not find it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (OLE, "ole"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"{\\rtf", "rtf"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),  # Java, and Mach-O for several processors
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xce\xfa\xed\xfe", "program"),
    (b"\xfe\xed\xfa", "program"),
    (b"dex\n", "program"),
    (b"\0asm", "program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "program"),  # a Windows shortcut
    (b"ITSF", "program"),  # Windows help
    (b"#!", "program"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"MSCF\0", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
)
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|script)\b",
    re.I | re.S,
)
_SVG_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*(?:<!doctype\s+svg\b|<(?:\w+:)?svg\b)",
    re.I | re.S,
)
_MHT_START = re.compile(rb"\s*(?:From:[^\n]*\n|Subject:[^\n]*\n|Date:[^\n]*\n)*MIME-Version:", re.I)
# What makes a browser that guesses take a file for a page.
_HTML_INSIDE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg)\b", re.I)
_NOT_TEXT = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")
_MAIN: dict[bytes, Kind] = {b"wordprocessingml": "docx", b"spreadsheetml": "xlsx", b"presentationml": "pptx"}
_MACRO = {b"word": b"wordprocessingml", b"excel": b"spreadsheetml", b"powerpoint": b"presentationml"}
_MAIN_PART = re.compile(
    rb"application/vnd\.openxmlformats-officedocument\."
    rb"(wordprocessingml|spreadsheetml|presentationml)\.(?:document|sheet|presentation)\.main\+xml"
    rb"|application/vnd\.ms-(word|excel|powerpoint)\.(?:document|sheet|presentation)\.macroEnabled"
    rb"(?:\.main|Main)?\+xml",
    re.I,
)
_HEAD = 4096
_TYPES = 2**20  # bytes of a list of content types that are looked at


@dataclass(frozen=True, slots=True)
class Look:
    """The kind of a file, and what about it should make a receiver say no."""

    kind: Kind
    marks: frozenset[Mark] = frozenset()


def signature(data: bytes) -> Kind:
    """The kind by the first bytes alone: any archive of documents is a "zip", any old Office file "ole"."""
    if not data:
        return "empty"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    head = data[:_HEAD].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf")
    head = head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if _MHT_START.match(head):
        return "mht"
    if _SVG_START.match(head):
        return "svg"
    if _HTML_START.match(head):
        return "html"
    if not utf16 and _NOT_TEXT.search(data[: 16 * _HEAD]):
        return "program" if data.startswith(b"MZ") else "unknown"
    return "xml" if head.lstrip().startswith(b"<?xml") else "text"


def look(data: bytes) -> Look:
    """The kind and marks of a file. Raises Refusal "zip-bomb" or "corrupt" for a zip nobody should open."""
    kind = signature(data)
    marks: set[Mark] = {"virus"} if EICAR in data else set()
    if kind == "zip":
        with zipguard.check(data) as archive:
            kind, found = _zip(archive)
        marks |= found
        # Bytes before the first entry, or behind the end, belong to some other kind of file.
        if _end_of_zip(data) != len(data) or not data.startswith(b"PK"):
            marks.add("two-in-one")
    elif kind == "ole":
        kind, found = ole(data)
        marks |= found
    elif _end_of_zip(data) == len(data) or (kind == "pdf" and not _only_pdf(data)):
        marks.add("two-in-one")
    elif kind in ("text", "xml") and _HTML_INSIDE.search(data[:1024]):
        kind = "html"
    return Look(kind, frozenset(marks))


def _end_of_zip(data: bytes) -> int | None:
    """Where a zip in these bytes would end; None when there is none."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22:
        return None
    return end + 22 + int.from_bytes(data[end + 20 : end + 22], "little")


def _only_pdf(data: bytes) -> bool:
    """Whether nothing but a PDF is in there, as far as the two ends show."""
    before, after = data[: data.index(b"%PDF-")], data.rpartition(b"%%EOF")[2]
    return not before.strip() and not _HTML_INSIDE.search(data[:1024]) and not _HTML_INSIDE.search(after)


def _zip(archive: zipfile.ZipFile) -> tuple[Kind, set[Mark]]:
    entries = {entry.filename.lower(): entry for entry in archive.infolist()}
    marks: set[Mark] = set()
    if any(entry.flag_bits & 0x1 for entry in entries.values()):
        return "zip", {"encrypted"}
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in entries):
        marks.add("macro")
    types = _beginning(archive, entries.get("[content_types].xml"))
    if b"macroenabled" in types.lower():
        marks.add("macro")
    parts = {part[1] or _MACRO[part[2].lower()] for part in _MAIN_PART.finditer(types)}
    if len(parts) == 1:
        return _MAIN[parts.pop()], marks
    if parts:
        # Which of the two it is depends on who opens it.
        return "zip", marks | {"two-in-one"}
    if _beginning(archive, entries.get("mimetype")).startswith(b"application/vnd.oasis.opendocument."):
        return "opendocument", marks
    return "zip", marks


def _beginning(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None) -> bytes:
    if entry is None:
        return b""
    try:
        with archive.open(entry) as part:
            return part.read(_TYPES)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError):
        return b""


def ole(data: bytes) -> tuple[Kind, set[Mark]]:
    """Old Office files share one container; the names of its streams tell them apart."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return "ole", {"encrypted"}
    marks: set[Mark] = {"macro"} if holds("_VBA_PROJECT") else set()
    if not holds("WordDocument"):
        return ("xls" if holds("Workbook") else "ppt" if holds("PowerPoint") else "ole"), marks
    # The file information block opens a 512-byte sector; bit 8 of its flags says "encrypted".
    for sector in range(512, len(data) - 12, 512):
        if data[sector : sector + 2] == b"\xec\xa5" and data[sector + 11] & 0x01:
            marks.add("encrypted")
    return "doc", marks
