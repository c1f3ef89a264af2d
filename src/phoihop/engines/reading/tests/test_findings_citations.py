"""Citations, numbers and the document's own header: slips that are found, and near misses that are not."""

from dataclasses import replace
from datetime import date

import pytest

from phoihop.engines.reading.findings import examine
from phoihop.engines.reading.findings.register import find, register, year_inside
from phoihop.engines.reading.model import Citation, Document, Finding, Section, Severity, Where

FULL_HEADER = {"number": "77/KH-UBND", "issued": date(2022, 3, 1), "issuer": "Ủy ban nhân dân tỉnh Phìn Sơn"}


def cited(text: str, phrase: str, number: str, *dates: date, **more: object) -> Citation:
    """A citation at every place where the phrase stands."""
    spans, at = [], text.find(phrase)
    while at >= 0:
        spans.append((at, at + len(phrase)))
        at = text.find(phrase, at + 1)
    assert spans
    return Citation(
        type=str(more.get("type", "văn bản")),
        number=number,
        date=dates[0] if dates else None,
        issuer=more.get("issuer"),  # type: ignore[arg-type]
        title=None,
        spans=tuple(spans),
        dates=dates,
        implemented=bool(more.get("implemented", False)),
    )


def of_kind(findings: tuple[Finding, ...], kind: str) -> list[Finding]:
    return [f for f in findings if f.kind == kind]


def examine_citing(
    text: str, *citations: Citation, today: date | None = None, **header: object
) -> tuple[Finding, ...]:
    document = Document(span=(0, len(text)), citations=citations, **{**FULL_HEADER, **header})  # type: ignore[arg-type]
    return examine(document, text, today)


def test_one_number_with_two_dates_of_one_year_is_serious_and_shows_both_places():
    text = "Theo Kế hoạch số 30/KH-UBND ngày 14/02/2021; tiếp tục Kế hoạch số 30/KH-UBND ngày 12/02/2021."
    citation = cited(text, "30/KH-UBND", "30/KH-UBND", date(2021, 2, 14), date(2021, 2, 12), type="kế hoạch")
    (finding,) = of_kind(examine_citing(text, citation), "two-dates")
    assert finding.severity is Severity.SERIOUS
    assert "12/02/2021 và 14/02/2021" in finding.message.vi
    assert [text[s:e] for s, e in finding.spans] == [
        "30/KH-UBND ngày 14/02/2021",
        "30/KH-UBND ngày 12/02/2021",
    ]


@pytest.mark.parametrize(
    ("number", "first", "second", "severity"),
    [
        ("30/KH-UBND", date(2020, 2, 14), date(2021, 2, 14), Severity.NOTE),
        ("116/2021/NĐ-CP", date(2020, 12, 21), date(2021, 12, 21), Severity.SERIOUS),
        ("36-CT/TW", date(2018, 8, 16), date(2019, 8, 16), Severity.SERIOUS),
        ("36-CT/TW", date(2014, 5, 30), date(2019, 8, 16), Severity.NOTE),
    ],
)
def test_two_dates_weigh_less_where_numbering_restarted_between_them(number, first, second, severity):
    text = f"Văn bản {number} và một lần nữa {number}."
    (finding,) = of_kind(examine_citing(text, cited(text, number, number, first, second)), "two-dates")
    assert finding.severity is severity


def test_the_same_number_of_two_bodies_is_two_documents():
    text = "Kế hoạch 15/KH-UBND của huyện Nậm Xoong; Kế hoạch 15/KH-UBND của tỉnh Phìn Sơn."
    one = cited(text, "15/KH-UBND", "15/KH-UBND", date(2021, 1, 5), issuer="Ủy ban nhân dân huyện Nậm Xoong")
    other = replace(
        one, issuer="Ủy ban nhân dân tỉnh Phìn Sơn", date=date(2021, 1, 9), dates=(date(2021, 1, 9),)
    )
    assert not of_kind(examine_citing(text, one, other), "two-dates")


@pytest.mark.parametrize(
    ("number", "dated", "suggestion"),
    [
        ("105/NĐ-CP", date(2021, 12, 4), "105/2021/NĐ-CP"),
        ("105/NĐ-CP", None, "105/2021/NĐ-CP"),
        ("26/TT-BYT", date(2023, 12, 29), "26/2023/TT-BYT"),
        ("73/QH14", date(2021, 3, 30), "73/2021/QH14"),
        ("28/QĐ-TTg", date(2025, 8, 24), "28/2025/QĐ-TTg"),
    ],
)
def test_a_normative_number_needs_its_year(number, dated, suggestion):
    text = f"Thực hiện văn bản số {number} của trung ương."
    citation = cited(text, number, number, *([dated] if dated else []))
    found = of_kind(examine_citing(text, citation, issued=date(2025, 9, 1)), "number-without-year")
    assert len(found) == 1
    assert suggestion in found[0].message.vi
    assert suggestion in found[0].message.en


@pytest.mark.parametrize(
    ("number", "dated"),
    [
        ("1246/QĐ-TTg", date(2020, 8, 14)),
        ("06/CP", date(1993, 1, 29)),
        ("20/NĐ-CP", date(1996, 4, 13)),
        ("50/NQ-CP", date(2025, 3, 13)),
        ("25/CT-TTg", date(2017, 6, 5)),
        ("14/NQ-HĐND", date(2021, 7, 9)),
        ("07-TT/TW", date(2021, 7, 9)),
        ("105/2021/NĐ-CP", date(2021, 12, 4)),
    ],
)
def test_numbers_that_never_had_a_year_are_left_alone(number, dated):
    text = f"Thực hiện văn bản số {number}."
    assert not of_kind(examine_citing(text, cited(text, number, number, dated)), "number-without-year")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3237/KHUBND", "3237/KH-UBND"),
        ("36/CT-TW", "36-CT/TW"),
        ("30-KH/UBND", "30/KH-UBND"),
        ("12/KH/UBND", "12/KH-UBND"),
        ("1436//BLĐTBXH-PCTNXH", "1436/BLĐTBXH-PCTNXH"),
        ("291/QĐ-TTG", "291/QĐ-TTg"),
        ("55/KH-UNBD", "55/KH-UBND"),
        ("94/2010/ND-CP", "94/2010/NĐ-CP"),
    ],
)
def test_a_malformed_number_is_shown_with_the_form_that_was_meant(written, meant):
    text = f"Theo Kế hoạch số {written} ngày 11/10/2021 của tỉnh."
    # The reader may have mended the number; the text still shows the slip.
    for number in (written, meant):
        found = of_kind(examine_citing(text, cited(text, written, number)), "malformed-number")
        assert [text[s:e] for f in found for s, e in f.spans] == [written]
        assert meant in found[0].message.vi


@pytest.mark.parametrize(
    "number",
    [
        *("30/KH-UBND", "36-CT/TW", "2420/VPCP-KGVX", "116/2021/NĐ-CP", "19/KH-BCĐ138/CP", "35-CTr/TU"),
        *("20-HD/BTGTW", "148/2014/TTLT-BTC-BLĐTBXH", "123/TTCP-KHTH", "15a/KH-UBND", "406-TTg", "06/CP"),
        *("341/TTr-CAT-PV11", "50/CV-STC"),
    ],
)
def test_well_formed_numbers_pass(number):
    text = f"Theo văn bản số {number} của cơ quan."
    assert not of_kind(examine_citing(text, cited(text, number, number)), "malformed-number")


def test_capitals_in_a_title_are_no_malformed_number():
    text = "TRIỂN KHAI QUYẾT ĐỊNH SỐ 291/QĐ-TTG CỦA THỦ TƯỚNG CHÍNH PHỦ\nNội dung."
    assert not of_kind(examine_citing(text, cited(text, "291/QĐ-TTG", "291/QĐ-TTG")), "malformed-number")


@pytest.mark.parametrize(
    ("number", "issued", "expected"),
    [
        ("231/CV-BCĐ", date(2020, 5, 13), 1),
        ("231/CV-BCĐ", date(2020, 3, 4), 0),
        ("231-CV/TU", date(2024, 5, 13), 0),
        ("231/UBND-VX", date(2024, 5, 13), 0),
    ],
)
def test_an_official_letter_has_no_type_code_since_the_decree(number, issued, expected):
    text = f"Số: {number}\nKính gửi: các sở."
    where = {"number": Where((4, 4 + len(number)), 0.9)}
    found = of_kind(examine_citing(text, number=number, issued=issued, where=where), "malformed-number")
    assert len(found) == expected
    assert all(f.severity is Severity.NOTE for f in found)


def test_a_document_cannot_cite_a_later_one():
    text = "Số: 77/KH-UBND\nTheo Kế hoạch số 90/KH-UBND ngày 02/03/2022."
    later = cited(text, "90/KH-UBND", "90/KH-UBND", date(2022, 3, 2))
    assert of_kind(examine_citing(text, later), "cited-from-future")[0].severity is Severity.SERIOUS
    same_day = replace(later, date=date(2022, 3, 1), dates=(date(2022, 3, 1),))
    assert not of_kind(examine_citing(text, same_day), "cited-from-future")


def test_a_portal_list_before_the_letterhead_may_name_later_documents():
    text = "Văn bản thay thế: 90/KH-UBND ngày 02/03/2023\nSố: 77/KH-UBND\nNội dung."
    later = cited(text, "90/KH-UBND", "90/KH-UBND", date(2023, 3, 2))
    where = {"number": Where((text.index("77"), text.index("77") + 10), 0.9)}
    assert not of_kind(examine_citing(text, later, where=where), "cited-from-future")


@pytest.mark.parametrize(
    ("number", "dated", "kind", "severity"),
    [
        ("1246/QĐ-TTg", date(2020, 8, 12), "date-mismatch", Severity.SERIOUS),
        ("116/2021/NĐ-CP", date(2021, 12, 22), "date-mismatch", Severity.SERIOUS),
        ("2596/QĐ-TTg", date(2013, 12, 26), "date-mismatch", Severity.NOTE),
        ("1246/QĐ-TTg", date(2020, 8, 14), "date-mismatch", None),
        ("1246/QĐ-TTg", date(2018, 9, 25), "date-mismatch", None),
        ("36-CT/TW", date(2014, 5, 30), "date-mismatch", None),
        ("9999/QĐ-TTg", date(2021, 8, 14), "unknown-document", Severity.NOTE),
        ("9999/KH-UBND", date(2021, 8, 14), "unknown-document", None),
        ("1246/QĐ-TTg", None, "unknown-document", None),
    ],
)
def test_central_documents_are_held_against_the_register(number, dated, kind, severity):
    text = f"Thực hiện Quyết định số {number}."
    found = of_kind(examine_citing(text, cited(text, number, number, *([dated] if dated else []))), kind)
    assert [f.severity for f in found] == ([severity] if severity else [])


def test_only_the_two_party_organs_are_told_apart_not_loose_wording():
    text = "Chỉ thị số 36-CT/TW."
    for issuer, expected in (("Ban Bí thư", 1), ("Bộ Chính trị", 0), ("Trung ương Đảng", 0), (None, 0)):
        citation = cited(text, "36-CT/TW", "36-CT/TW", date(2019, 8, 16), issuer=issuer)
        assert len(of_kind(examine_citing(text, citation), "issuer-mismatch")) == expected


@pytest.mark.parametrize(
    ("sentence", "issued", "severity"),
    [
        ("Theo Thông tư số {}.", date(2023, 6, 1), Severity.WARNING),
        ("Theo Thông tư số {}.", date(2023, 4, 30), None),
        ("Tổng kết việc thực hiện Thông tư số {}.", date(2023, 6, 1), None),
        ("Thông tư mới thay thế Thông tư số {}.", date(2023, 6, 1), None),
    ],
)
def test_a_repealed_circular_is_named_unless_the_sentence_looks_back(sentence, issued, severity):
    text = sentence.format("03/2015/TT-BYT")
    found = of_kind(
        examine_citing(text, cited(text, "03/2015/TT-BYT", "03/2015/TT-BYT"), issued=issued),
        "repealed-document",
    )
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all("05/2023/TT-BYT" in f.message.vi for f in found)


def test_an_unchecked_repeal_is_only_a_note_that_says_so():
    text = "Căn cứ Nghị định số 94/2010/NĐ-CP."
    citation = cited(text, "94/2010/NĐ-CP", "94/2010/NĐ-CP", date(2010, 9, 9), implemented=True)
    (finding,) = of_kind(examine_citing(text, citation), "repealed-document")
    assert finding.severity is Severity.NOTE
    assert "chưa đối chiếu" in finding.message.vi


def test_what_ended_since_depends_on_the_day_that_is_passed_in():
    text = "Theo Luật số 73/2021/QH14."
    citation = cited(text, "73/2021/QH14", "73/2021/QH14", date(2021, 3, 30))
    for today, expected in ((None, 0), (date(2026, 6, 30), 0), (date(2026, 7, 1), 1)):
        assert len(of_kind(examine_citing(text, citation, today=today), "superseded-later")) == expected


def test_a_number_and_its_date_must_agree_on_the_year():
    text = "Nghị định số 61/2018/NĐ-CP ngày 23/4/2019."
    citation = cited(text, "61/2018/NĐ-CP", "61/2018/NĐ-CP", date(2019, 4, 23))
    assert of_kind(examine_citing(text, citation), "year-mismatch")
    agreeing = replace(citation, date=date(2018, 4, 23), dates=(date(2018, 4, 23),))
    assert not of_kind(examine_citing(text, agreeing), "year-mismatch")


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("(Kèm theo Kế hoạch số 77/KH-UBND ngày 02/3/2022)", 1),
        ("(Kèm theo Kế hoạch số 77 /KH-UBND ngày 01/3/2022)", 0),
        ("Kế hoạch số 77/KH-UBND ngày 05/4/2020 của năm trước", 0),
        ("Kế hoạch số 77/KH-UBND có hiệu lực từ ngày 05/4/2022", 0),
    ],
)
def test_the_documents_own_date_beside_its_own_number(tail, expected):
    text = f"Số: 77/KH-UBND\nPhìn Sơn, ngày 01 tháng 3 năm 2022\nNội dung.\n{tail}"
    assert len(of_kind(examine_citing(text), "two-dates")) == expected


def test_a_properties_block_that_disagrees_with_the_letterhead():
    text = (
        "Số hiệu: 76/KH-UBND\nNgày ban hành: 03/03/2022\nSố: 77/KH-UBND\nPhìn Sơn, ngày 01 tháng 3 năm 2022"
    )
    where = {"number": Where((text.index("77"), text.index("77") + 10), 0.9)}
    body = (Section("I.", "MỤC TIÊU", (len(text), len(text) + 1), (len(text), len(text) + 1), 1),)
    found = examine_citing(text + " ", where=where, sections=body)
    assert of_kind(found, "two-numbers")
    assert of_kind(found, "two-dates")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hoàn thành trước ngày 31/02/2022.", 1),
        ("Hoàn thành trước ngày 31 tháng 6 năm 2022.", 1),
        ("Hoàn thành trước ngày 29/02/2024.", 0),
        ("Đạt tỷ lệ 31/02/2022.", 0),
        ("Theo Quyết định số 34/2007/QĐ-BYT.", 0),
    ],
)
def test_dates_that_are_not_in_the_calendar(text, expected):
    assert len(of_kind(examine_citing(text), "impossible-date")) == expected


def test_missing_header_fields_make_one_note():
    (finding,) = examine(Document(span=(0, 8)), "KẾ HOẠCH")
    assert finding.kind == "missing-header"
    assert "số hiệu, ngày ban hành, cơ quan ban hành và người ký" in finding.message.vi


@pytest.mark.parametrize(("tail", "expected"), [("[...]", 1), ("[…]\n", 1), ("các nội dung khác...", 0)])
def test_an_omission_mark_at_the_end(tail, expected):
    assert len(of_kind(examine_citing(f"Nội dung thực hiện.\n{tail}"), "cut-off")) == expected


def test_every_entry_of_the_register_is_whole_and_consistent():
    entries = [known for group in register().values() for known in group]
    assert len(entries) >= 80
    for known in entries:
        assert known.certainty in "VPMS"
        assert known.end_certainty in (None, *"VPMS")
        assert known.ended in (None, "replaced", "repealed", "period")
        assert (known.valid_to is None) == (known.ended is None), known.number
        assert known.valid_to is None or known.valid_to > known.issued, known.number
        inside = year_inside(known.number)
        assert inside is None or inside == known.issued.year, known.number
        assert find(known.number, known.issued) is known
