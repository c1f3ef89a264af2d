"""Names of files: what people see, and never a path."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.uploads import limits, names


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Kế hoạch số 12/KH-UBND.docx", "KH-UBND.docx"),
        ("Kế hoạch 12.2026 (bản ký).docx", "Kế hoạch 12.2026 (bản ký).docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\b.pdf", "b.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\u200b\u2066b\ufeff.pdf", "ab.pdf"),
        ("a\0b\x1b[31m.pdf", "ab[31m.pdf"),
        ("a\r\nX-Evil: 1.pdf", "a X-Evil_ 1.pdf"),
        ("hoa don.exe.pdf", "hoa don_exe.pdf"),
        ("hoa don.PDF.ExE .pdf", "hoa don.PDF_ExE.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ("com1.txt", "_com1.txt"),
        ("com10.txt", "com10.txt"),
        (".htaccess", "htaccess"),
        ("", "tệp"),
        ("...", "tệp"),
        (" . ", "tệp"),
        ("a.pdf. . ", "a.pdf"),
        ("a\u3164\u2800b.pdf", "a b.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "_img src=x onerror=alert(1)_.pdf"),
        ("{{7*7}}.pdf", "__7_7__.pdf"),
        ("e\u0302\u0301.pdf", "ế.pdf"),
    ],
)
def test_a_name_is_cleaned(given, shown):
    assert names.clean(given) == shown


@given(st.text(max_size=400))
def test_a_cleaned_name_is_safe_and_stays_as_it_is(name):
    shown = names.clean(name)
    assert 0 < len(shown) <= limits.NAME
    assert shown not in (".", "..")
    assert not set(shown) & set('/\\<>:"|?*\0')
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in shown)
    assert shown == shown.strip(" .")
    assert names.clean(shown) == shown


def test_a_long_name_keeps_its_ending():
    shown = names.clean("ế" * 500 + ".docx")
    assert len(shown) == limits.NAME
    assert names.ending(shown) == ".docx"


@pytest.mark.parametrize(
    ("name", "ending"), [("a.PDF", ".pdf"), ("a", ""), ("a.b.docx", ".docx"), (".pdf", "")]
)
def test_endings(name, ending):
    assert names.ending(name) == ending
