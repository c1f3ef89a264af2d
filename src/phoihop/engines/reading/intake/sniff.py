"""Which kind of file the bytes are: magic bytes first, the name's extension second."""

import re
from pathlib import PurePath
from typing import Literal

from phoihop.engines.reading.intake.refusing import refuse

Kind = Literal["docx", "pdf", "html", "txt", "md", "image", "doc", "rtf"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_BINARY_NAMES = {".docx", ".docm", ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".doc"}
_TEXT_NAMES: dict[str, Kind] = {"": "txt", ".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md"}
_HTML_NAMES = {".html", ".htm", ".xhtml"}
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_MHT_START = re.compile(rb"\s*(?:From:[^\n]*\n|Subject:[^\n]*\n|Date:[^\n]*\n)*MIME-Version:", re.I)


def kind(data: bytes, name: str) -> Kind:
    """The kind of a file. Raises Refusal for kinds that are not read, and for macros and passwords."""
    suffix = PurePath(name).suffix.lower()
    head = data[:4096].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
    if data.startswith(b"PK"):
        return "docx"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_IMAGES):
        return "image"
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if suffix in {".mht", ".mhtml"} or _MHT_START.match(head):
        raise refuse("unknown-format/mht")
    if suffix in _HTML_NAMES or _HTML_START.match(head):
        return "html"
    if suffix in _TEXT_NAMES:
        return _TEXT_NAMES[suffix]
    raise refuse("corrupt" if suffix in _BINARY_NAMES else "unknown-format")


def _ole(data: bytes) -> Kind:
    """Old Office files share one container; the names of its streams tell them apart."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise refuse("encrypted")
    if not holds("WordDocument"):
        raise refuse(
            "unknown-format/office" if holds("Workbook") or holds("PowerPoint") else "unknown-format"
        )
    if holds("_VBA_PROJECT"):
        raise refuse("macro")
    # The file information block opens a 512-byte sector; bit 8 of its flags says "encrypted".
    for sector in range(512, len(data) - 12, 512):
        if data[sector : sector + 2] == b"\xec\xa5" and data[sector + 11] & 0x01:
            raise refuse("encrypted")
    return "doc"
