"""PDF files: readable without a password, and nothing in them acts by itself."""

import re
import zlib
from typing import Any

from phoihop.base.security.uploads import worker
from phoihop.base.security.uploads.refusing import refuse

# Written in a name, "#4a" is another way to say "J".
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
_NAME = re.compile(rb"/[A-Za-z#][A-Za-z0-9#]*")
_ACTING = frozenset(
    {b"/JavaScript", b"/JS", b"/Launch", b"/RichMedia", b"/EmbeddedFile", b"/EmbeddedFiles", b"/XFA"}
)
_ENCRYPT = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")
_STREAM = re.compile(rb"stream\r?\n")
_OBJECTS = 64 * 2**20  # bytes of packed objects that are looked through


def inspect(data: bytes) -> int:
    """How many pages a .pdf has. Raises Refusal "encrypted", "active-content", "corrupt"."""
    return int(worker.run(worker.name_of(inspect_here), data).value)


def inspect_here(data: bytes, _given: dict[str, Any]) -> int:
    """What the child of ``inspect`` runs."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    if _ENCRYPT.search(data):
        raise refuse("encrypted")
    if any(_acting(part) for part in (_bare(data), *_packed_objects(data))):
        raise refuse("active-content")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise refuse("encrypted" if error.err_code == pdfium.FPDF_ERR_PASSWORD else "corrupt") from None
    try:
        # PDFium knows the format better than a search for names does; both must find nothing.
        if (
            pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0
            or pdfium.FPDFDoc_GetAttachmentCount(document) > 0
        ):
            raise refuse("active-content")
        if not len(document):
            raise refuse("corrupt")
        return len(document)
    finally:
        document.close()


def _acting(part: bytes) -> bool:
    return any(_ESCAPED.sub(_letter, name[0]) in _ACTING for name in _NAME.finditer(part))


def _letter(escaped: re.Match[bytes]) -> bytes:
    return bytes([int(escaped[1], 16)])


def _bare(data: bytes) -> bytes:
    """What stands outside of streams, where pictures and fonts would spell anything by chance."""
    parts, place = [], 0
    while begin := _STREAM.search(data, place):
        parts.append(data[place : begin.start()])
        end = data.find(b"endstream", begin.end())
        if end < 0:
            break
        place = end + len(b"endstream")
    return b"".join([*parts, data[place:]])


def _packed_objects(data: bytes) -> list[bytes]:
    """The contents of object streams, where newer files keep everything but pictures, fonts and pages."""
    found: list[bytes] = []
    left = _OBJECTS
    for kept in re.finditer(rb"/ObjStm", data):
        begin = _STREAM.search(data, kept.end(), kept.end() + 500)
        if begin is None:
            continue
        try:
            text = zlib.decompressobj().decompress(data[begin.end() :], left)
        except zlib.error:
            text = data[begin.end() : data.find(b"endstream", begin.end())]
        left -= len(text)
        if left <= 0:
            raise refuse("too-large/tags")
        found.append(text)
    return found
