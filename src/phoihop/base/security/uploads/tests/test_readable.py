"""What the reader of documents reads is let in for it: web pages and scans too."""

import struct

import pytest

from phoihop.base.security.uploads import kinds, links, names
from phoihop.base.security.uploads.intake import (
    ATTACHMENT,
    DOCUMENT,
    IMAGE,
    READABLE,
    SIGNED,
    SPREADSHEET,
    take,
)
from phoihop.base.security.uploads.tests import builders
from phoihop.kernel.refusals import Refusal

WORD = builders.word()
EXCEL = builders.excel()
PDF = builders.pdf()


def reason(data: bytes, name: str, purpose) -> str:
    with pytest.raises(Refusal) as refusal:
        take(data, name, purpose)
    return refusal.value.reason


PAGE = b"<!doctype html><p>x</p><script>alert(1)</script>"
READ = {
    "docx": (WORD, "a.docx", "a.docx"),
    "pdf": (PDF, "a.pdf", "a.pdf"),
    "text": (b"Ke hoach", "a.md", "a.md"),
    "png": (builders.picture(), "a.png", "a.png"),
    "tiff": (builders.picture("TIFF"), "a.tif", "a.tif"),
    "html": (PAGE, "tin.html", "tin_html.txt"),
}


@pytest.mark.parametrize("kind", READ)
def test_what_the_reader_reads_is_let_in(kind):
    data, name, kept = READ[kind]
    taken = take(data, name, READABLE)
    assert (taken.kind, taken.name, taken.data) == (kind, kept, data if kind != "png" else taken.data)


def test_a_web_page_is_given_out_as_text_under_a_name_that_no_browser_opens_as_a_page():
    taken = take(PAGE, "trang.html", READABLE)
    assert taken.media_type.startswith("text/plain")
    assert names.ending(taken.name) == ".txt"
    told = links.headers(taken.name, taken.media_type)
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Content-Disposition"].startswith("attachment")


def _huge_tiff() -> bytes:
    """A .tif whose header says 30,000 × 30,000, with nothing to unpack behind it."""
    entries = ((256, 30_000), (257, 30_000), (258, 8), (259, 1), (262, 1), (273, 8), (278, 1), (279, 1))
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + rows + bytes(4)


NOT_READ = {
    "page under another ending": (lambda: PAGE, "a.txt", "wrong-extension"),
    "text under a page's ending": (lambda: b"x", "a.html", "wrong-extension"),
    "drawing": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.html", "web-page"),
    "mail of a page": (lambda: b"MIME-Version: 1.0\r\n", "a.html", "web-page"),
    "zip behind a page": (lambda: PAGE + WORD, "a.html", "two-in-one"),
    "virus in a page": (lambda: PAGE + kinds.EICAR, "a.html", "virus"),
    "table": (lambda: EXCEL, "a.xlsx", "wrong-kind"),
    "webp": (lambda: builders.picture("WEBP"), "a.webp", "wrong-kind"),
    "huge scan": (_huge_tiff, "a.tif", "too-large"),
    "damaged scan": (lambda: builders.picture("TIFF")[:40], "a.tif", "corrupt"),
}


@pytest.mark.parametrize("case", NOT_READ)
def test_what_it_does_not_is_refused(case):
    make, name, why = NOT_READ[case]
    assert reason(make(), name, READABLE) == why


def test_a_web_page_is_let_in_nowhere_else():
    for purpose in (ATTACHMENT, DOCUMENT, IMAGE, SIGNED, SPREADSHEET):
        assert reason(PAGE, "a.html", purpose) == "web-page"
