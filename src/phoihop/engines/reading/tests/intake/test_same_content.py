"""The same content gives the same words, whatever the format."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.engines.reading import extract
from phoihop.engines.reading.tests.intake import builders
from phoihop.engines.reading.tests.intake.builders import Content
from phoihop.engines.reading.tests.intake.test_text import windows_1258

_WORDS = st.sampled_from(
    """Sở Y tế chủ trì phối hợp với Ủy ban nhân dân xã phường tổ chức 1.209 lượt 92,5 % trên dưới ít nhất
    kế hoạch số 12/KH-UBND ngày 05/01/2026 được người ở vùng cao; (gọi tắt) "sức khỏe" Nghị quyết: tuyên
    truyền, hòa giải, khuỷu, thuở, ngoằn ngoèo, ĐẶNG Ỷ ỗ ữ ợ ẵ ậ ệ""".split()  # noqa: SIM905
)
_SENTENCES = st.lists(_WORDS, min_size=3, max_size=25).map(" ".join)
_CELLS = st.lists(_WORDS, min_size=1, max_size=3).map(" ".join)
_CONTENTS = st.builds(
    Content,
    st.lists(_SENTENCES, min_size=1, max_size=6).map(tuple),
    st.integers(3, 4).flatmap(lambda width: st.lists(st.tuples(*[_CELLS] * width), max_size=3).map(tuple)),
)
_FORMATS = {
    "docx": builders.docx_file,
    "html": lambda content: builders.html_file(content).encode(),
    "txt": lambda content: builders.text_file(content).encode(),
    "md": lambda content: windows_1258(builders.text_file(content)),
    "pdf": lambda content: builders.pdf_file(builders.typst_source(content)),
}


@pytest.mark.parametrize("kind", _FORMATS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(content=_CONTENTS)
def test_every_format_gives_the_same_words(kind, content):
    found = extract(_FORMATS[kind](content), f"x.{kind}")
    # Up to blanks: a line of a .pdf may break inside "12/KH-UBND", after the slash.
    assert "".join(builders.words(found.text)) == "".join(content.words())
    assert found.format == kind
    for anchor in found.anchors:
        assert found.text[slice(*anchor.span)].strip()


@builders.needs_soffice
@pytest.mark.parametrize("kind", ["doc", "rtf"])
def test_old_word_files_and_rich_text_give_the_same_words(kind):
    data = builders.converted(builders.docx_file(builders.PLAN), "docx", kind)
    found = extract(data, "x.doc")
    assert builders.words(found.text) == builders.PLAN.words()
    assert found.format == "doc"
    assert "2 | In tờ rơi | Sở Văn hóa" in found.text.split("\n")
