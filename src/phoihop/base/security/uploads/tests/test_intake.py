"""Files that are let in, files that are refused, and why."""

import io
import threading
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.actions import JavaScript

from phoihop.base.security.uploads import intake, kinds, limits, office, zipguard
from phoihop.base.security.uploads.intake import ATTACHMENT, DOCUMENT, IMAGE, SIGNED, SPREADSHEET, take
from phoihop.base.security.uploads.refusing import refuse
from phoihop.base.security.uploads.tests import builders
from phoihop.kernel.refusals import Refusal

WORD = builders.word()
EXCEL = builders.excel()
PDF = builders.pdf()
MACRO = b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
EXTERNAL = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%b"'
    b' Target="%b" TargetMode="External"/></Relationships>'
)
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
ENTITY16 = ENTITY.decode().encode("utf-16")
EMBEDDED = "word/embeddings/"
CHART = EMBEDDED + "Microsoft_Excel_Sheet1.xlsx"
FIELD = b'<w:instrText xml:space="preserve"> DDEAUTO c:\\x </w:instrText>'


def types(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("[Content_Types].xml")


TYPES = types(WORD) + types(EXCEL)


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def in_word(name: str, part: bytes):
    """How to build a .docx with one more part."""
    return lambda: builders.zip_of({name: part}, WORD)


def in_excel(name: str, part: bytes):
    return lambda: builders.zip_of({name: part}, EXCEL)


def outside(kind: bytes, target: bytes):
    return lambda: external(kind, target)


def pdf_with(change):
    return lambda: builders.pdf_with(change)


def external(kind: bytes, target: bytes) -> bytes:
    return builders.zip_of({"word/_rels/settings.xml.rels": EXTERNAL % (kind, target)}, WORD)


def reason(data: bytes, name: str, purpose=ATTACHMENT) -> str:
    with pytest.raises(Refusal) as refusal:
        take(data, name, purpose)
    return refusal.value.reason


def outcome(call) -> str:
    """Either "taken" or the reason of the refusal; any other exception is a fault."""
    try:
        call()
    except Refusal as refusal:
        return refusal.reason
    return "taken"


GOOD = {
    "docx": (WORD, "Kế hoạch số 12.2026 (bản ký).docx", DOCUMENT, "docx"),
    "xlsx": (EXCEL, "Biểu 1.xlsx", SPREADSHEET, "xlsx"),
    "pdf": (PDF, "a.PDF", SIGNED, "pdf"),
    "text": ("Kế hoạch".encode(), "a.txt", DOCUMENT, "text"),
    "utf-16": ("Kế hoạch".encode("utf-16"), "a.txt", DOCUMENT, "text"),
    "csv": ("\ufeffSTT,Xã\r\n1,Phìn Sơn".encode(), "a.csv", SPREADSHEET, "text"),
    "csv that tries": (b'"<img src=x onerror=alert(1)>","=1+1"', "a.csv", SPREADSHEET, "text"),
    "rtf": (rb"{\rtf1 a}", "a.doc", DOCUMENT, "rtf"),
    "png": (builders.picture(), "a.png", IMAGE, "png"),
    "jpeg": (builders.picture("JPEG"), "a.jpeg", IMAGE, "jpeg"),
    "webp": (builders.picture("WEBP"), "a.webp", IMAGE, "webp"),
    "chart": (builders.zip_of({CHART: EXCEL}, WORD), "a.docx", DOCUMENT, "docx"),
    "own template": (external(b"attachedTemplate", b"file:///C:\\Mau\\N.dotm"), "a.docx", DOCUMENT, "docx"),
    "link": (external(b"hyperlink", b"https://cong.example/"), "a.docx", DOCUMENT, "docx"),
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD)
def test_honest_files_are_let_in(case):
    data, name, purpose, kind = GOOD[case]
    taken = take(data, name, purpose)
    assert (taken.kind, taken.name) == (kind, name)
    assert taken.data == data or purpose is IMAGE
    assert taken.pages == (1 if kind == "pdf" else None)


REFUSED = {
    "empty": (lambda: b"", "a.docx", "empty"),
    "too large": (lambda: bytes(20 * 2**20 + 1), "a.docx", "too-large"),
    # names that do not fit
    "pdf named docx": (lambda: PDF, "a.docx", "wrong-extension"),
    "no ending": (lambda: PDF, "a", "wrong-extension"),
    "two endings": (lambda: PDF, "a.pdf.exe", "wrong-extension"),
    "right to left": (lambda: PDF, "a\u202efdp.exe", "wrong-extension"),
    # programs, pages, archives, other things
    "exe": (lambda: b"MZ\x90\0\x03\0\0\0" + bytes(200), "a.pdf", "program"),
    "elf": (lambda: b"\x7fELF\x02\x01\x01" + bytes(64), "a.docx", "program"),
    "script": (lambda: b"#!/bin/sh\nrm -rf /\n", "a.txt", "program"),
    "shortcut": (lambda: b"L\0\0\0\x01\x14\x02\0" + bytes(64), "a.docx", "program"),
    "html": (lambda: b"<!doctype html><p>x", "a.txt", "web-page"),
    "html inside": (lambda: b"x\n<script>alert(1)</script>", "a.txt", "web-page"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.png", "web-page"),
    "svg with entity": (lambda: ENTITY.replace(b"<x>", b"<svg>"), "a.svg", "web-page"),
    "mht": (lambda: b"MIME-Version: 1.0\r\n", "a.doc", "web-page"),
    "gif": (lambda: builders.picture("GIF", mode="L"), "a.gif", "unknown-format"),
    "gzip": (lambda: b"\x1f\x8b\x08" + bytes(30), "a.docx", "unknown-format"),
    "plain zip": (lambda: builders.zip_of({"a.txt": b"a"}), "a.docx", "unknown-format"),
    "noise": (lambda: bytes(range(256)) * 9, "a.txt", "unknown-format"),
    "virus": (lambda: kinds.EICAR, "a.txt", "virus"),
    "virus in a docx": (in_word("word/a.txt", b"x" * 262_100 + kinds.EICAR), "a.docx", "virus"),
    # office
    "docm": (in_word("[Content_Types].xml", MACRO), "a.docm", "macro"),
    "docm named docx": (in_word("word/vbaProject.bin", b"x"), "a.docx", "macro"),
    "xlsm": (in_excel("xl/vbaProject.bin", b"x"), "a.xlsx", "macro"),
    "old macro": (lambda: kinds.OLE + bytes(504) + utf16("WordDocument_VBA_PROJECT"), "a.doc", "macro"),
    "locked": (lambda: kinds.OLE + bytes(504) + utf16("EncryptedPackage"), "a.docx", "encrypted"),
    "docx and xlsx": (in_word("[Content_Types].xml", TYPES), "a.docx", "two-in-one"),
    "entity in docx": (in_word("word/document.xml", ENTITY), "a.docx", "entities"),
    "entity in utf-16": (in_word("word/document.xml", ENTITY16), "a.docx", "entities"),
    "entity in xlsx": (in_excel("xl/workbook.xml", ENTITY), "a.xlsx", "entities"),
    "object": (in_word(EMBEDDED + "oleObject1.bin", b"x"), "a.docx", "active-content"),
    "control": (in_word("word/activeX/activeX1.xml", b"<x/>"), "a.docx", "active-content"),
    "old macro sheet": (in_excel("xl/macrosheets/sheet1.xml", b"<x/>"), "a.xlsx", "active-content"),
    "web template": (outside(b"attachedTemplate", b"https://e.example/t.dotm"), "a.docx", "active-content"),
    "far template": (outside(b"attachedTemplate", rb"\\e.example\t.dotm"), "a.docx", "active-content"),
    "remote object": (outside(b"oleObject", b"mhtml:https://e.example/x"), "a.docx", "active-content"),
    "remote picture": (outside(b"image", b"https://e.example/x.png"), "a.docx", "active-content"),
    "dde": (in_word("word/document.xml", FIELD), "a.docx", "active-content"),
    "rtf object": (lambda: rb"{\rtf1{\object\objemb{\*\objdata 0105}}}", "a.rtf", "active-content"),
    # zips
    "100,000 entries": (lambda: builders.many_entries(100_000), "a.docx", "zip-bomb"),
    "2,001 entries": (lambda: builders.many_entries(2_001), "a.docx", "zip-bomb"),
    "symlink": (builders.with_symlink, "a.docx", "zip-bomb"),
    "parent": (in_word("word/../../x", b"x"), "a.docx", "zip-bomb"),
    "absolute": (in_word("/etc/x", b"x"), "a.docx", "zip-bomb"),
    "backslashes": (in_word("..\\..\\x", b"x"), "a.docx", "zip-bomb"),
    "drive": (in_word("C:/x", b"x"), "a.docx", "zip-bomb"),
    "nested": (in_word("word/a.zip", WORD), "a.docx", "zip-bomb"),
    "two of one name": (builders.twice_the_same_name, "a.docx", "zip-bomb"),
    "overlapping": (builders.overlapping, "a.docx", "zip-bomb"),
    "larger than declared": (lambda: builders.lying(10, b"<a>" + b"x" * 5_000_000), "a.docx", "zip-bomb"),
    "smaller than declared": (lambda: builders.lying(1_000, b"<a/>"), "a.docx", "zip-bomb"),
    "ratio": (in_word("word/document.xml", b" " * 30_000_000), "a.docx", "zip-bomb"),
    "excel bomb": (lambda: builders.excel_bomb(100_000_000), "a.xlsx", "zip-bomb"),
    "word bomb": (lambda: builders.word_bomb(60_000_000), "a.docx", "zip-bomb"),
    "sly excel bomb": (builders.excel_bomb, "a.xlsx", "too-large"),
    "sly word bomb": (builders.word_bomb, "a.docx", "too-large"),
    "dense": (lambda: builders.dense(4_500_000), "a.docx", "too-large"),
    "cut short": (lambda: WORD[: len(WORD) // 2], "a.docx", "corrupt"),
    "something before": (lambda: b"PK\x03\x04GIF89a" + WORD, "a.docx", "zip-bomb"),
    "something behind": (lambda: WORD + b"<script>", "a.docx", "two-in-one"),
    # pdf
    "page in a pdf": (lambda: b"%PDF-1.7\n<html><script>x</script>" + PDF, "a.pdf", "two-in-one"),
    "pdf in a page": (lambda: b"<html><!--" + PDF, "a.pdf", "two-in-one"),
    "page behind a pdf": (lambda: PDF + b"<html><script>x</script>", "a.pdf", "two-in-one"),
    "zip behind a pdf": (lambda: PDF + WORD, "a.pdf", "two-in-one"),
    "pdf script": (pdf_with(lambda w: w.add_open_action(JavaScript("x"))), "a.pdf", "active-content"),
    "pdf attachment": (pdf_with(lambda w: w.add_attachment("a.exe", b"MZ")), "a.pdf", "active-content"),
    "pdf launch": (lambda: _launching(b"/Launch"), "a.pdf", "active-content"),
    "pdf script disguised": (lambda: _launching(b"/J#61va#53cript"), "a.pdf", "active-content"),
    "pdf entity": (lambda: ENTITY, "a.pdf", "web-page"),
    "locked pdf": (pdf_with(lambda w: w.encrypt("x", algorithm="AES-256")), "a.pdf", "encrypted"),
    "damaged pdf": (lambda: PDF[:400], "a.pdf", "corrupt"),
    # pictures
    "huge picture": (lambda: builders.huge_png(30_000, 30_000), "a.png", "too-large"),
    "zip behind a picture": (lambda: builders.picture() + WORD, "a.png", "two-in-one"),
    "damaged picture": (lambda: builders.picture()[:60], "a.png", "corrupt"),
}  # fmt: skip


def _launching(action: bytes) -> bytes:
    """A .pdf that acts when it is opened; the action's name as it would be spelt to get past a search."""
    at = PDF.index(b"/Catalog")
    return PDF[:at] + b"/Catalog /OpenAction << /S " + action + b" >> " + PDF[at + len(b"/Catalog") :]


@pytest.mark.parametrize("case", REFUSED)
def test_others_are_refused(case):
    build, name, expected = REFUSED[case]
    assert reason(build(), name) == expected


def test_a_kind_is_taken_only_where_it_belongs():
    assert reason(PDF, "a.pdf", IMAGE) == "wrong-kind"
    assert reason(WORD, "a.docx", SIGNED) == "wrong-kind"
    assert reason(builders.picture(), "a.png", DOCUMENT) == "wrong-kind"


def test_twenty_bombs_at_once_are_all_refused():
    bombs = [(builders.excel_bomb(), "a.xlsx"), (builders.word_bomb(), "a.docx")]
    assert all(len(data) < 700_000 for data, _ in bombs)
    reasons: list[str] = []
    threads = [threading.Thread(target=lambda n=n: reasons.append(reason(*bombs[n % 2]))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reasons == ["too-large"] * 20


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", kinds.OLE]),
)
def test_any_bytes_have_a_kind_or_a_refusal(data, magic):
    assert outcome(lambda: kinds.look(magic + data)) in ("taken", "zip-bomb", "corrupt")


@given(st.floats(0, 1), st.binary(min_size=1, max_size=6))
def test_a_damaged_office_file_is_let_in_or_refused(share, new):
    at = int(share * (len(WORD) - len(new)))
    assert outcome(lambda: office.inspect(WORD[:at] + new + WORD[at + len(new) :])) in {
        "taken",
        *refuse.cases,
    }


def test_weighing_shows_every_byte_of_every_part():
    seen: dict[str, bytes] = {}
    with zipguard.check(WORD) as archive:
        names = archive.namelist()
        zipguard.weigh(WORD, archive, lambda name, piece: seen.update({name: seen.get(name, b"") + piece}))
        assert list(seen) == names
        assert seen["word/document.xml"].startswith(archive.read("word/document.xml"))


@pytest.mark.parametrize("case", refuse.cases)
def test_every_refusal_speaks_both_languages(case):
    refusal = refuse(case)
    assert refusal.reason == case.partition("/")[0]
    assert refusal.message.vi != refusal.message.en
    assert refusal.message.vi.endswith(".")
    assert refusal.message.en.endswith(".")


def test_no_purpose_takes_more_than_any_upload_may_weigh():
    for purpose in (DOCUMENT, SPREADSHEET, IMAGE, SIGNED, ATTACHMENT):
        assert purpose.largest <= limits.FILE
        assert purpose.kinds <= intake.KINDS.keys()
