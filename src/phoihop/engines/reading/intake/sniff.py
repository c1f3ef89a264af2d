"""Which reader a file needs: its content first, the name's extension where the content leaves doubt."""

from pathlib import PurePath
from typing import Literal

from phoihop.base.security.uploads import kinds
from phoihop.engines.reading.intake.refusing import refuse

Kind = Literal["docx", "pdf", "html", "txt", "md", "image", "doc", "rtf"]

_READERS: dict[kinds.Kind, Kind] = {
    "zip": "docx",
    "pdf": "pdf",
    "png": "image",
    "jpeg": "image",
    "tiff": "image",
    "rtf": "rtf",
    "html": "html",
}
_BINARY_NAMES = {".docx", ".docm", ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".doc"}
_TEXT_NAMES: dict[str, Kind] = {"": "txt", ".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md"}
_HTML_NAMES = {".html", ".htm", ".xhtml"}


def kind(data: bytes, name: str) -> Kind:
    """The kind of a file. Raises Refusal for kinds that are not read, and for macros and passwords."""
    suffix = PurePath(name).suffix.lower()
    found = kinds.signature(data)
    if found == "ole":
        return _ole(data)
    if found in _READERS:
        return _READERS[found]
    if found == "mht" or suffix in {".mht", ".mhtml"}:
        raise refuse("unknown-format/mht")
    if suffix in _HTML_NAMES:
        return "html"
    if suffix in _TEXT_NAMES:
        return _TEXT_NAMES[suffix]
    raise refuse("corrupt" if suffix in _BINARY_NAMES else "unknown-format")


def _ole(data: bytes) -> Kind:
    found, marks = kinds.ole(data)
    if "encrypted" in marks:
        raise refuse("encrypted")
    if found != "doc":
        raise refuse("unknown-format" if found == "ole" else "unknown-format/office")
    if "macro" in marks:
        raise refuse("macro")
    return "doc"
