"""The one way in for files: looked at, name cleaned, content inspected, then taken."""

import hashlib
import re
from dataclasses import dataclass

from phoihop.base.security.uploads import images, kinds, limits, names, office, pdfs, worker, zipguard
from phoihop.base.security.uploads.refusing import refuse

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Kind → the endings a name may have, and the media type under which the file is given out again.
KINDS: dict[kinds.Kind, tuple[tuple[str, ...], str]] = {
    "docx": ((".docx",), _WORD),
    "xlsx": ((".xlsx",), _EXCEL),
    "pdf": ((".pdf",), "application/pdf"),
    "doc": ((".doc",), "application/msword"),
    "rtf": ((".rtf", ".doc"), "application/rtf"),  # Word itself has saved .rtf under .doc
    "text": ((".txt", ".md", ".csv"), "text/plain; charset=utf-8"),
    "png": ((".png",), "image/png"),
    "jpeg": ((".jpg", ".jpeg"), "image/jpeg"),
    "webp": ((".webp",), "image/webp"),
    "tiff": ((".tif", ".tiff"), "image/tiff"),
    # Kept and given out as the text that it is: no browser makes a page of it again.
    "html": ((".html", ".htm", ".xhtml"), "text/plain; charset=utf-8"),
}
_RTF_OBJECT = re.compile(rb"\\obj(?:data|ocx|autlink|link|emb|ect|update)|\\\*\\template", re.I)
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Purpose:
    """What may be uploaded at one place: kinds of file and the largest size in bytes."""

    kinds: frozenset[kinds.Kind]
    largest: int


DOCUMENT = Purpose(frozenset({"docx", "pdf", "doc", "rtf", "text"}), 20 * _MEGABYTE)
SPREADSHEET = Purpose(frozenset({"xlsx", "text"}), 20 * _MEGABYTE)
IMAGE = Purpose(frozenset({"png", "jpeg", "webp"}), 10 * _MEGABYTE)
SIGNED = Purpose(frozenset({"pdf"}), 20 * _MEGABYTE)  # a signature holds for these very bytes
# What the reader of documents reads. Only a child looks into a web page; a scan is kept as it was made.
READABLE = Purpose(DOCUMENT.kinds | {"png", "jpeg", "tiff", "html"}, 20 * _MEGABYTE)
ATTACHMENT = Purpose(DOCUMENT.kinds | SPREADSHEET.kinds | IMAGE.kinds, 20 * _MEGABYTE)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was let in. ``name`` is for people only; ``data`` of a picture is drawn anew. A web page
    has become a text by name and media type, so that nothing which saves it later shows it as a page."""

    name: str
    kind: kinds.Kind
    media_type: str
    data: bytes
    sha256: str  # hex, of ``data``
    pages: int | None = None


def take(data: bytes, name: str, purpose: Purpose) -> Taken:
    """Let a file in for a purpose, or raise Refusal.

    Reasons: "empty", "too-large", "virus", "program", "web-page", "macro", "encrypted", "two-in-one",
    "unknown-format", "wrong-kind", "wrong-extension", "zip-bomb", "corrupt", "entities",
    "active-content", "timeout", "too-heavy", "busy". What costs a parser runs in a child process.
    """
    if len(data) > min(purpose.largest, limits.FILE):
        raise refuse("too-large/purpose")
    shown = names.clean(name)
    kind = _kind(data, purpose)
    endings, media_type = KINDS[kind]
    if names.ending(shown) not in endings:
        raise refuse("wrong-extension")
    pages = None
    match kind:
        case "docx" | "xlsx":
            # Weighing costs hundredths of a second and so needs no child; a bomb never gets further.
            with zipguard.check(data) as archive:
                zipguard.weigh(data, archive)
            worker.run(worker.name_of(inspect_office), data)
        case "pdf":
            pages = pdfs.inspect(data)
        case "rtf" if _RTF_OBJECT.search(data):
            raise refuse("active-content")
        case "png" | "jpeg" | "webp":
            data = images.redraw(data)
        case "tiff":
            images.check_frames(data)
        case "html":
            shown = names.clean(f"{shown}.txt")
        case _:
            pass
    return Taken(shown, kind, media_type, data, hashlib.sha256(data).hexdigest(), pages)


def inspect_office(data: bytes, _given: dict[str, object]) -> None:
    """What a child runs for a .docx or .xlsx."""
    office.inspect(data)


def _kind(data: bytes, purpose: Purpose) -> kinds.Kind:
    found = kinds.look(data)
    # The gravest first: one file may deserve several.
    if "virus" in found.marks:
        raise refuse("virus")
    match found.kind:
        case "empty" | "program":
            raise refuse(found.kind)
        case "html" if "html" in purpose.kinds:
            pass
        case "html" | "svg" | "mht" | "xml":
            raise refuse("web-page")
        case _:
            pass
    for mark in ("macro", "encrypted", "two-in-one"):
        if mark in found.marks:
            raise refuse(mark)
    if found.kind not in KINDS:
        raise refuse("unknown-format")
    if found.kind not in purpose.kinds:
        raise refuse("wrong-kind")
    return found.kind
