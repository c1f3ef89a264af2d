"""Plain text, Markdown and web pages: encodings, legacy fonts, lines, tables, lists."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.reading import extract
from phoihop.engines.reading.intake import legacy
from phoihop.engines.reading.tests.intake import builders
from phoihop.kernel.refusals import Refusal

TEXT = builders.text_file(builders.PLAN)
# Python writes windows-1258 only from letters with their tone mark apart.
_APART = {
    c: unicodedata.normalize("NFC", unicodedata.normalize("NFD", c)[:-1])
    + unicodedata.normalize("NFD", c)[-1]
    for c in map(chr, range(0xC0, 0x1F00))
    if unicodedata.normalize("NFD", c)[-1] in "\u0300\u0301\u0303\u0309\u0323"
}
_DOTTED = {
    c: base + "\u0323" for base in "âêôăơưÂÊÔĂƠƯ" for c in [unicodedata.normalize("NFC", base + "\u0323")]
}


def windows_1258(text: str) -> bytes:
    return text.translate({ord(c): apart for c, apart in (_APART | _DOTTED).items()}).encode("cp1258")


def tcvn3(text: str) -> bytes:
    codes = {chr(new): chr(old) for old, new in legacy._TCVN3.items()}
    return "".join(codes.get(c) or codes.get(c.lower(), c) for c in text).encode("latin-1")


VNI = (
    "UÛy ban nhaân daân tænh ñeà nghò caùc sôû, ngaønh, ñoaøn theå phoái hôïp thöïc hieän keá hoaïch naøy; "
    "toå chöùc tuyeân truyeàn, vaän ñoäng nhaân daân tham gia phoøng choáng dòch beänh treân ñòa baøn."
)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        windows_1258(TEXT),
        unicodedata.normalize("NFD", TEXT).encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "bom", "utf-16-le", "utf-16-be", "utf-16 without bom", "1258", "nfd", "crlf", "cr"],
)
def test_every_encoding_gives_the_same_text(data):
    found = extract(data, "plan.txt")
    assert found.text == TEXT
    assert found.format == "txt"


def test_tcvn3_becomes_unicode_and_small_letters_stay_small():
    text = TEXT.replace("KẾ HOẠCH", "Kế hoạch").replace("MỤC TIÊU", "Mục tiêu")
    # These codes have no marked capitals but Ă Â Ê Ô Ơ Ư Đ: another font draws them.
    assert extract(tcvn3(text), "a.txt").text == text.replace("Ủy", "ủy")


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_vni_is_refused(name, encoding):
    with pytest.raises(Refusal) as refusal:
        extract((VNI if name == "a.txt" else f"<html><p>{VNI}").encode(encoding), name)
    assert refusal.value.reason == "legacy-font"


def test_tcvn3_inside_a_document_of_unicode_bytes_is_refused():
    with pytest.raises(Refusal) as refusal:
        extract(
            builders.docx_file(builders.Content((tcvn3(TEXT).decode("latin-1").replace("\n", " "),))),
            "a.docx",
        )
    assert refusal.value.reason == "legacy-font"


def test_what_is_invisible_goes_and_what_means_something_stays():
    source = "\ufeff**Kế\u00ad hoạch**\u200b\u00a0số\0 1\r\n\uf0b7 mục\u2060 một\u2028## hai"
    found = extract(source.encode(), "a.md")
    assert found.text == "**Kế hoạch**\u00a0số 1\n- mục một\n## hai"
    assert found.format == "md"
    assert [(a.kind, a.place) for a in found.anchors] == [("line", (1,)), ("line", (2,)), ("line", (3,))]


@given(st.text())
def test_any_text_is_read_or_refused_and_anchors_fit(text):
    try:
        found = extract(text.encode("utf-8", "replace"), "x.txt")
    except Refusal:
        return
    assert unicodedata.is_normalized("NFC", found.text)
    assert "\r" not in found.text
    assert "\0" not in found.text
    lines = found.text.split("\n")
    for anchor in found.anchors:
        assert found.text[slice(*anchor.span)] == lines[anchor.place[0] - 1]


def page(body: str) -> str:
    return extract(
        f"<!DOCTYPE html><html><head><title>t</title></head><body>{body}</body></html>".encode(), "x"
    ).text


LETTERHEAD = (
    "<table><tr><td>ỦY BAN<br>TỈNH PHÌN SƠN<td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    "<tr><td>Số: 1/KH<td>Phìn Sơn, 2026</table>"
)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>a\n  <b>b</b>&nbsp;c</p>", "a b\xa0c"),
        ("<p>a<br>b</p>c<div>d</div>", "a\nb\nc\nd"),
        ("<script>x()</script><style>y{}</style><noscript>n</noscript>a", "a"),
        ("<p style='display:none'>x</p><p hidden>y</p>a", "a"),
        ("&lt;1.209 &amp; &#7879; &ge; 90&percnt;", "<1.209 & ệ ≥ 90%"),
        ("<ol><li>a<li>b<ol type=a><li>c</ol><li value=7>d<li>e</ol>", "1. a\n2. b\na. c\n7. d\n8. e"),
        ("<ol type=I start=3><li>a</ol>", "III. a"),
        ("<ul><li>a<li><a href=x>trang chủ</a></ul>", "- a\ntrang chủ"),
        ("<table border=1><tr><th>a<th>b<tr><td>c<br>d<td></table>", "a | b\nc d | "),
        ("<table><tr><td>a<td>b<td>c</table>", "a | b | c"),
        ("<table><tr><td>Số hiệu<td>12/KH-UBND</table>", "Số hiệu | 12/KH-UBND"),
        (
            LETTERHEAD,
            "ỦY BAN\nTỈNH PHÌN SƠN\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 1/KH\n\nPhìn Sơn, 2026",
        ),
        (
            "<table><tr><td><p>menu</p><td>x<table><tr><td>a<td>b<td>c</table>y</table>",
            "menu\nx\na | b | c\ny",
        ),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("a<!-- không -->b", "ab"),
    ],
)
def test_a_page_reads_as_it_shows(body, shown):
    assert page(body) == shown


@pytest.mark.parametrize(
    ("head", "encode"),
    [
        ('<meta charset="utf-8">', lambda s: s.encode()),
        ('<meta charset="windows-1258">', windows_1258),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1258">', windows_1258),
        ("", windows_1258),
        ('<meta charset="iso-8859-1">', lambda s: s.encode()),
        ('<meta charset="no-such-thing">', lambda s: s.encode()),
        ('<meta charset="utf-8">', lambda s: b"\xff\xfe" + s.encode("utf-16-le")),
    ],
)
def test_the_charset_of_a_page(head, encode):
    source = (
        f"<html><head>{head}</head><body><p>Ủy ban nhân dân tỉnh được phối hợp với các sở</p></body></html>"
    )
    assert extract(encode(source), "a.htm").text == "Ủy ban nhân dân tỉnh được phối hợp với các sở"


def test_a_web_page_that_calls_itself_a_word_document_is_read_as_a_page():
    assert extract(builders.html_file(builders.PLAN).encode(), "a.doc").format == "html"


def test_a_page_defines_no_entities_of_its_own(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("bí mật")
    source = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><html><p>trước &x; sau</p></html>'
    assert "bí mật" not in extract(source.encode(), "a.html").text
