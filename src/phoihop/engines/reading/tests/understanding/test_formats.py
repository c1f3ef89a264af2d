"""The same content gives the same targets and citations, whatever file carries it."""

import functools

import pytest
from hypothesis import HealthCheck, given, settings

from phoihop.engines.reading import read
from phoihop.engines.reading.model import Document
from phoihop.engines.reading.tests.intake import builders
from phoihop.engines.reading.tests.intake.builders import Content
from phoihop.engines.reading.tests.understanding.strategies import PARAGRAPHS

_HEAD = (
    "ỦY BAN NHÂN DÂN TỈNH PHÌN SƠN",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 18/KH-UBND",
    "Phìn Sơn, ngày 12 tháng 02 năm 2024",
    "KẾ HOẠCH",
    "Phòng, chống ma túy năm 2024 trên địa bàn tỉnh Phìn Sơn",
)
_BODY = (
    (
        "Thực hiện Chỉ thị số 36-CT/TW ngày 16/8/2019 của Bộ Chính trị "
        "và các Kế hoạch: số 30/KH-UBND ngày 14/02/2024; "
        "số 16/KH-UBND ngày 20/01/2024, Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:"
    ),
    "I. MỤC TIÊU",
    (
        "1. Trên 92,5 % hộ gia đình ở vùng cao được tuyên truyền; "
        "ít nhất 35 xã, phường, thị trấn không có ma túy."
    ),
    "2. Giảm từ 5% đến 7% số người nghiện mới so với năm 2023; số tử vong dưới 3,2/100.000 dân.",
    "3. Duy trì 08 cơ sở điều trị và 30 cơ sở cấp phát thuốc; điều trị cho 1.209 người.",
    "II. NHIỆM VỤ, GIẢI PHÁP",
    "1. Tập huấn cho cán bộ ở cơ sở",
    "- Tổ chức 05 lớp tập huấn, in 20.000 tờ rơi tuyên truyền.",
    "- Sở Y tế chủ trì, phối hợp với Công an tỉnh, Sở Nội vụ rà soát người nghiện trước ngày 15/11/2024.",
)
_ROWS = (
    ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp"),
    ("1", "Mở lớp tập huấn", "Sở Y tế", "Công an tỉnh"),
    ("2", "In tờ rơi", "Sở Tài chính", "Sở Y tế"),
)
PLAN = Content((*_HEAD, *_BODY), _ROWS)
_FORMATS = {
    "txt": lambda content: builders.text_file(content).encode(),
    "md": lambda content: builders.text_file(content).encode(),
    "html": lambda content: builders.html_file(content).encode(),
    "docx": builders.docx_file,
    "pdf": lambda content: builders.pdf_file(builders.typst_source(content)),
}


def said(content: Content, kind: str) -> Document:
    (document,) = read(_FORMATS[kind](content), f"x.{kind}").documents
    return document


def figures(document: Document) -> list:
    return [(t.comparator.value, t.value, t.value_max, t.unit) for t in document.targets]


def cited(document: Document) -> list:
    return [(c.number, c.date, c.issuer) for c in document.citations]


@functools.cache
def whole() -> Document:
    return said(PLAN, "txt")


def test_the_plan_says_what_it_should():
    assert [f"{c} {v}{f'..{m}' if m else ''} {u}" for c, v, m, u in figures(whole())] == [
        "> 92.5 %",
        ">= 35 xã, phường, thị trấn",
        "= 5..7 %",
        "< 3.2 /100.000 dân",
        "= 8 cơ sở",
        "= 30 cơ sở",
        "= 1209 người",
        "= 5 lớp",
        "= 20000 tờ rơi",
    ]
    assert [number for number, _, _ in cited(whole())] == ["36-CT/TW", "30/KH-UBND", "16/KH-UBND"]
    assert [t.leads for t in whole().tasks] == [("Sở Y tế",), ("Sở Y tế",), ("Sở Tài chính",)]


@pytest.mark.parametrize("kind", _FORMATS)
def test_every_format_says_the_same(kind):
    found = said(PLAN, kind)
    assert figures(found) == figures(whole())
    assert cited(found) == cited(whole())
    for name in ("number", "issued", "issuer", "place", "type", "title"):
        assert getattr(found, name) == getattr(whole(), name), name


@pytest.mark.parametrize("kind", _FORMATS)
def test_every_format_gives_the_same_work(kind):
    tasks = [(t.leads, t.coordinating, t.period) for t in said(PLAN, kind).tasks]
    assert tasks == [(t.leads, t.coordinating, t.period) for t in whole().tasks]
    assert len(tasks) == 3


@pytest.mark.parametrize("kind", ["md", "html", "docx", "pdf"])
def test_every_table_gives_the_same_work(kind):
    assert [(t.leads, t.text) for t in said(PLAN, kind).tasks] == [(t.leads, t.text) for t in whole().tasks]


@builders.needs_soffice
def test_an_old_word_file_says_the_same():
    data = builders.converted(builders.docx_file(PLAN), "docx", "doc")
    (found,) = read(data, "x.doc").documents
    assert figures(found) == figures(whole())
    assert cited(found) == cited(whole())


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(paragraphs=PARAGRAPHS)
def test_any_plan_says_the_same_in_every_format(kind, paragraphs):
    content = Content((*_HEAD, *paragraphs))
    text, found = said(content, "txt"), said(content, kind)
    assert figures(found) == figures(text)
    assert cited(found) == cited(text)
