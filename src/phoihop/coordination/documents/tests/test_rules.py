"""Shapes of values, numbers and issuers, and what a citation means: plain rules, case by case."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.coordination.documents import reselecting
from phoihop.coordination.documents.rules import naming, shapes
from phoihop.coordination.documents.rules.reading import document_of, kept, refusal_of
from phoihop.coordination.documents.rules.review import Kind
from phoihop.coordination.documents.rules.shapes import WrongValue, corrected, empty
from phoihop.coordination.documents.rules.uploads import ENDED, MOVES, State, may_move

SPAN = (3, 40)
TARGET, TASK, CITE = (empty(kind, "Phấn đấu 100% xã", SPAN) for kind in (Kind.TARGET, Kind.TASK, Kind.CITE))


def head(name: str) -> dict:
    return {"name": name, "value": None}


TAKEN = [
    (Kind.TARGET, TARGET, {"value": "1.209"}, {"value": 1209, "value_exact": "1209"}),
    (Kind.TARGET, TARGET, {"value": "92,5 %"}, {"value": 92.5, "value_exact": "92.5"}),
    (Kind.TARGET, TARGET, {"value": "92.5"}, {"value": 92.5, "value_exact": "92.5"}),
    (Kind.TARGET, TARGET, {"value": Decimal("0.10")}, {"value": 0.1, "value_exact": "0.10"}),
    (Kind.TARGET, TARGET, {"value": 0.1, "value_exact": "0.100"}, {"value": 0.1, "value_exact": "0.100"}),
    (Kind.TARGET, TARGET, {"value": 7, "value_exact": "0.1"}, {"value": 7, "value_exact": "7"}),
    (Kind.TARGET, TARGET, {"value": 7, "value_exact": "x"}, {"value": 7, "value_exact": "7"}),
    (Kind.TARGET, TARGET, {"value": ""}, {"value": None, "value_exact": None}),
    (Kind.TARGET, TARGET, {"value": 5, "value_max": "7,5"}, {"value_max": 7.5, "value_max_exact": "7.5"}),
    (Kind.TARGET, TARGET, {"comparator": ">="}, {"comparator": ">="}),
    (Kind.TARGET, TARGET, {"direction": "giảm", "kind": "output"}, {"direction": "giảm", "kind": "output"}),
    (Kind.TARGET, TARGET, {"direction": ""}, {"direction": None}),
    (Kind.TARGET, TARGET, {"unit": "  xã \n biên giới "}, {"unit": "xã biên giới"}),
    (Kind.TARGET, TARGET, {"span": [0, 1], "confidence": 0.1}, {"span": [3, 40], "confidence": 1.0}),
    (Kind.TASK, TASK, {"leads": "Sở Y tế\nCông an tỉnh; Sở Y tế"}, {"leads": ["Sở Y tế", "Công an tỉnh"]}),
    (Kind.TASK, TASK, {"leads": [" Sở  Y tế ", ""]}, {"leads": ["Sở Y tế"]}),
    (Kind.TASK, TASK, {"standing": True, "period": None}, {"standing": True, "period": None}),
    (Kind.TASK, TASK, {"outputs": [2, 0, 2]}, {"outputs": [0, 2]}),
    (Kind.CITE, CITE, {"date": "5/1/2026"}, {"date": "2026-01-05", "dates": ["2026-01-05"]}),
    (Kind.CITE, CITE, {"number": "30/KH-UBND", "title": ""}, {"number": "30/KH-UBND", "title": None}),
    (Kind.CITE, CITE, {"implemented": True}, {"implemented": True}),
    (Kind.HEAD, head("number"), {"name": "number", "value": " 30/KH-UBND "}, {"value": "30/KH-UBND"}),
    (Kind.HEAD, head("issued"), {"value": "12.01.2026"}, {"value": "2026-01-12"}),
    (Kind.HEAD, head("issued"), {"value": date(2026, 1, 12)}, {"value": "2026-01-12"}),
    (Kind.HEAD, head("title"), {"value": None}, {"value": None}),
    (Kind.HEAD, head("recipients"), {"value": "Bộ Y tế\nLưu: VT"}, {"value": ["Bộ Y tế", "Lưu: VT"]}),
    (
        Kind.HEAD,
        head("signers"),
        {"value": ["Giàng Thị Dung"]},
        {"value": [{"name": "Giàng Thị Dung", "office": None, "prefix": None}]},
    ),
]


@pytest.mark.parametrize(("kind", "value", "told", "stands"), TAKEN)
def test_what_fits_is_kept_as_the_contract_has_it(kind, value, told, stands):
    found = corrected(kind, value, told)
    assert {key: found[key] for key in stands} == stands
    touched = {*told, *stands, "value_exact"}
    assert {k: v for k, v in found.items() if k not in touched} == {
        k: v for k, v in value.items() if k not in touched
    }


LONG = "a" * 10_000
WRONG = [
    (Kind.TARGET, TARGET, {"value": "nhiều"}, "value"),
    (Kind.TARGET, TARGET, {"value": "-5"}, "value"),
    (Kind.TARGET, TARGET, {"value": True}, "value"),
    (Kind.TARGET, TARGET, {"value": float("nan")}, "value"),
    (Kind.TARGET, TARGET, {"value": float("inf")}, "value"),
    (Kind.TARGET, TARGET, {"value": "1" * 15}, "value"),
    (Kind.TARGET, TARGET, {"value": "0,1234567"}, "value"),
    (Kind.TARGET, TARGET, {"value": [5]}, "value"),
    (Kind.TARGET, TARGET, {"value": 9, "value_max": 5}, "value_max"),
    (Kind.TARGET, TARGET, {"value_max": 5}, "value_max"),
    (Kind.TARGET, TARGET, {"comparator": "=>"}, "comparator"),
    (Kind.TARGET, TARGET, {"comparator": None}, "comparator"),
    (Kind.TARGET, TARGET, {"direction": "lên"}, "direction"),
    (Kind.TARGET, TARGET, {"kind": ["goal"]}, "kind"),
    (Kind.TARGET, TARGET, {"text": " "}, "text"),
    (Kind.TARGET, TARGET, {"text": LONG}, "text"),
    (Kind.TARGET, TARGET, {"unit": 7}, "unit"),
    (Kind.TARGET, TARGET, {"unit": "a\0b"}, "unit"),
    (Kind.TARGET, TARGET, {"unit": "a\ud800b"}, "unit"),
    (Kind.TARGET, TARGET, {"owner": "x"}, "owner"),
    (Kind.TARGET, TARGET, {"<b>": "x"}, "?"),
    (Kind.TASK, TASK, {"leads": {"a": 1}}, "leads"),
    (Kind.TASK, TASK, {"leads": [1]}, "leads"),
    (Kind.TASK, TASK, {"leads": ["a"] * 61}, "leads"),
    (Kind.TASK, TASK, {"standing": "yes"}, "standing"),
    (Kind.TASK, TASK, {"basis": "word of mouth"}, "basis"),
    (Kind.TASK, TASK, {"outputs": [-1]}, "outputs"),
    (Kind.TASK, TASK, {"outputs": [True]}, "outputs"),
    (Kind.TASK, TASK, {"outputs": 3}, "outputs"),
    (Kind.CITE, CITE, {"date": "31/02/2026"}, "date"),
    (Kind.CITE, CITE, {"date": "2026"}, "date"),
    (Kind.CITE, CITE, {"title": ""}, "number"),
    (Kind.CITE, CITE, {"number": "1" * 81}, "number"),
    (Kind.HEAD, head("issued"), {"value": "hôm kia"}, "issued"),
    (Kind.HEAD, head("issued"), {"value": "01/01/0001"}, "issued"),
    (Kind.HEAD, head("type"), {"value": "a" * 61}, "type"),
    (Kind.HEAD, head("signers"), {"value": [{"name": ""}]}, "signers"),
    (Kind.HEAD, head("signers"), {"value": [{"name": "A", "age": 5}]}, "signers"),
    (Kind.HEAD, head("signers"), {"value": 5}, "signers"),
    (Kind.HEAD, head("title"), {}, "value"),
    (Kind.HEAD, head("title"), {"value": "a", "number": "1"}, "number"),
]


@pytest.mark.parametrize(("kind", "value", "told", "field"), WRONG)
def test_what_does_not_fit_is_refused_with_the_field_named(kind, value, told, field):
    with pytest.raises(WrongValue) as refused:
        corrected(kind, value, told)
    assert refused.value.field == field
    assert refused.value.reason == "value-wrong"
    assert refused.value.message.vi.startswith("“")
    assert refused.value.message.en.startswith("“")


def test_every_field_is_named_in_both_languages_and_the_shapes_are_the_contracts():
    named = [*shapes.HEAD.values(), *(s for table in shapes.SHAPES.values() for s in table.values())]
    assert all(s.name.vi and s.name.en and s.wanted.vi and s.wanted.en for s in named)
    for kind, value in ((Kind.TARGET, TARGET), (Kind.TASK, TASK), (Kind.CITE, CITE)):
        assert set(value) == set(shapes.SHAPES[kind]) | (set(value) & shapes.KEPT)
    with pytest.raises(ValueError, match="header"):
        empty(Kind.HEAD, "", SPAN)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([(Kind.TARGET, TARGET), (Kind.TASK, TASK), (Kind.CITE, CITE)]), st.data())
def test_whatever_is_sent_is_taken_whole_or_refused(of, data):
    """Nothing but a refusal comes of any JSON; what is taken can be taken again and is then the same."""
    kind, value = of
    told = data.draw(st.dictionaries(st.sampled_from(sorted(shapes.SHAPES[kind])), anything, max_size=4))
    try:
        found = corrected(kind, value, told)
    except WrongValue:
        return
    again = {key: found[key] for key in told}
    exact = {key: v for key, v in found.items() if key.endswith("_exact")}
    assert corrected(kind, found, again | exact) == found


@given(
    st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=9)
)
def test_what_no_table_keeps_is_replaced_letter_by_letter(value):
    text = str(kept({"a": value}))
    assert "\0" not in text
    assert "\\ud8" not in text
    if isinstance(value, str):
        assert len(kept(value)) == len(value)


NUMBERS = [
    ("30/KH-UBND", "30 /KH-UBND", True),
    ("30/KH-UBND", "030/kh-ubnd", True),
    ("30/KH-UBND", "30/KH–UBND", True),
    ("36-CT/TW", "36/CT-TW", True),
    ("116/2021/NĐ-CP", "116/2021/NĐ -CP", True),
    ("30/KH-UBND", "31/KH-UBND", False),
    ("30/KH-UBND", "30/QĐ-UBND", False),
    ("116/2021/NĐ-CP", "116/2020/NĐ-CP", False),
]


@pytest.mark.parametrize(("one", "other", "same"), NUMBERS)
def test_spellings_of_a_number(one, other, same):
    assert (naming.number_key(one) == naming.number_key(other)) is same
    assert naming.number_key(one)


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_no_number_has_no_key(nothing):
    assert naming.number_key(nothing) == ""


ISSUERS = [
    ("UBND tỉnh", "Ủy ban nhân dân tỉnh Phìn Sơn", True),
    ("UBND tỉnh Phìn Sơn", "Uỷ ban nhân dân tỉnh Phìn Sơn", True),
    ("Bộ Y tế", "Bộ Y tế", True),
    ("Bộ Y tế", "Sở Y tế", False),
    ("UBND tỉnh Phìn Sơn", "UBND tỉnh Lũng Cải", False),
    ("", "Bộ Y tế", False),
    (None, None, False),
]


@pytest.mark.parametrize(("one", "other", "same"), ISSUERS)
def test_wordings_of_an_issuer(one, other, same):
    assert naming.same_issuer(one, other) is same
    assert naming.same_issuer(other, one) is same


A, B, C = date(2026, 1, 5), date(2025, 1, 5), date(2026, 3, 9)
HERE, THERE = "Ủy ban nhân dân tỉnh Phìn Sơn", "Ủy ban nhân dân tỉnh Lũng Cải"
MEANT = {
    "number and day": (("30/KH/UBND", A, ""), [(1, A, HERE), (2, B, HERE)], (1, True)),
    "the nearer of two of a day": (("30/KH/UBND", A, HERE), [(1, A, HERE), (2, A, THERE)], (1, True)),
    "two of a day and no issuer": (("30/KH/UBND", A, ""), [(1, A, HERE), (2, A, THERE)], (None, False)),
    "issuer within the year": (("30/KH/UBND", A, HERE), [(1, C, HERE), (2, B, HERE)], (1, False)),
    "another year": (("30/KH/UBND", A, HERE), [(2, B, HERE)], (None, False)),
    "no day, one of the issuer": (("30/KH/UBND", None, HERE), [(1, A, HERE), (2, A, THERE)], (1, False)),
    "no day, two years": (("30/KH/UBND", None, HERE), [(1, A, HERE), (2, B, HERE)], (None, False)),
    "no day, no issuer": (("30/KH/UBND", None, ""), [(1, A, HERE)], (None, False)),
    "the year in the number": (
        ("116/2026/NĐ/CP", None, "Chính phủ"),
        [(1, A, "Chính phủ"), (2, B, "Chính phủ")],
        (1, False),
    ),
    "nothing there": (("30/KH/UBND", A, HERE), [], (None, False)),
    "number and day, another issuer": (("30/KH/UBND", A, THERE), [(1, A, HERE)], (1, False)),
    "number and day, another province": (
        ("30/KH/UBND", A, "UBND tỉnh Lai Châu"),
        [(1, A, "Ủy ban nhân dân tỉnh Lào Cai")],
        (None, False),
    ),
    "the province of two of a day": (
        ("30/KH/UBND", A, "Tỉnh ủy Lào Cai"),
        [(1, A, "Ủy ban nhân dân tỉnh Lai Châu"), (2, A, "Ban Chấp hành Đảng bộ tỉnh Lào Cai")],
        (2, False),
    ),
}


@pytest.mark.parametrize("case", MEANT)
def test_which_document_a_citation_means(case):
    cite, candidates, meant = MEANT[case]
    assert naming.resolve(cite, candidates) == meant
    assert naming.resolve(cite, candidates[::-1]) == meant


PROVINCES = [
    ("Lào Cai", "Lào Cai"),
    ("UBND TỈNH LÀO CAI", "Lào Cai"),
    ("Đoàn công tác Lai Châu tại tỉnh Lào Cai", "Lào Cai"),
    ("UBND tỉnh Phìn Sơn", None),
    ("Sở Y tế", None),
    (None, None),
]


@pytest.mark.parametrize(("text", "province"), PROVINCES)
def test_the_province_that_a_text_names(text, province):
    assert naming.province_in(text) == province


def test_outputs_of_a_task_are_told_by_the_place_of_their_targets():
    """Of three targets the first was rejected: what was the third in order is the second in the list."""
    targets = [(Kind.TARGET, order, {"text": f"chỉ tiêu {order}"}) for order in (1, 2)]
    told = document_of([*targets, (Kind.TASK, 0, {"text": "việc", "outputs": [0, 2]})])
    (task,) = told["tasks"]
    assert task["outputs"] == [1]
    assert [told["targets"][place]["text"] for place in task["outputs"]] == ["chỉ tiêu 2"]


FIGURES = [
    ({"value": 92.5, "value_exact": "92.5"}, True),
    ({"value": None, "value_exact": None}, True),
    ({"value": 10**13, "value_exact": "9" * 14}, True),
    ({"value": 10**15, "value_exact": "9" * 15}, False),
    ({"value": 0.1234567, "value_exact": "0.1234567"}, False),
    ({"value": 5, "value_exact": "5", "value_max": 10**15}, False),
]


@pytest.mark.parametrize(("value", "kept_so"), FIGURES)
def test_which_figures_plans_keep(value, kept_so):
    assert shapes.keeps(value) is kept_so


REFUSALS = [
    ({}, None),
    ({"refused": None}, None),
    ({"refused": {"reason": "corrupt", "message": {"vi": "Hỏng.", "en": "Damaged."}}}, "corrupt"),
    ({"refused": {"reason": "", "message": {"vi": "Hỏng.", "en": "Damaged."}}}, "reader-failed"),
    ({"refused": {"reason": "corrupt", "message": {"vi": ["Hỏng."], "en": "Damaged."}}}, "reader-failed"),
    ({"refused": "corrupt"}, "reader-failed"),
    ({"refused": 7}, "reader-failed"),
]


@pytest.mark.parametrize(("reading", "reason"), REFUSALS)
def test_what_a_child_says_it_refuses_is_looked_at_too(reading, reason):
    refused = refusal_of(reading)
    assert (refused.reason if refused else None) == reason


def test_words_are_searched_without_marks_and_in_any_order():
    text = naming.search_text("Kế hoạch", "30/KH-UBND", date(2026, 1, 5), None, "Đồng bào")
    assert text == "ke hoach 30/kh-ubnd 05/01/2026 2026 dong bao"
    assert naming.needles("  đồng BÀO hoạch đồng ") == ["dong", "bao", "hoach"]
    assert len(naming.needles("a b c d e f g h i j k l m n o")) == 12


def test_a_file_goes_only_where_it_may():
    assert State.READ in ENDED
    assert State.READING not in ENDED
    assert {(a, b) for a in State for b in State if may_move(a, b)} == {
        (a, b) for a in State for b in MOVES[a]
    }


SENTENCES: dict[Kind, tuple[str, dict[str, Any]]] = {
    Kind.TARGET: (
        "Phấn đấu trên 95% xã đạt chuẩn vào năm 2027.",
        {"value": 95, "comparator": ">", "deadline": "2027"},
    ),
    Kind.TASK: (
        "Sở Nội vụ chủ trì, phối hợp với Công an tỉnh kiểm tra hằng quý.",
        {"leads": ["Sở Nội vụ"], "coordinating": ["Công an tỉnh"], "standing": True},
    ),
    Kind.CITE: (
        "theo Quyết định số 12/QĐ-BYT ngày 05/01/2026 của Bộ Y tế",
        {"number": "12/QĐ-BYT", "date": "2026-01-05", "issuer": "Bộ Y tế"},
    ),
}


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_selected_sentence_begins_as_the_reader_understands_it(kind):
    sentence, stands = SENTENCES[kind]
    text = f"xin chào\n{sentence}\nhết"
    start = text.index(sentence)
    begun = reselecting.begun(kind, text, start, start + len(sentence))
    assert {key: begun[key] for key in stands} == stands
    assert set(begun) == set(empty(kind, "", SPAN))
    if kind is Kind.TARGET:
        a, b = begun["value_span"]
        assert "95" in text[a:b]
    assert corrected(kind, begun, {}) == begun


@given(st.text(min_size=1, max_size=200), st.sampled_from(sorted(SENTENCES)))
def test_any_selection_begins_somehow(text, kind):
    begun = reselecting.begun(Kind(kind), text, 0, len(text))
    assert set(begun) == set(empty(Kind(kind), "", SPAN))
