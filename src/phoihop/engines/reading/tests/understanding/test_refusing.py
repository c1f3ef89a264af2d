"""What is no official document is refused by name, and what is one never is."""

import pytest

from phoihop.engines.reading import read
from phoihop.engines.reading.tests.understanding.saying import HEAD, document
from phoihop.kernel.refusals import Refusal


@pytest.mark.parametrize(
    "text",
    [
        "Hôm nay trời đẹp, chúng tôi đi chợ phiên.",
        "Lorem ipsum dolor sit amet.",
        "1 2 3",
        "Công thức: bột 500 g, đường 200 g, nướng 30 phút.",
    ],
)
def test_no_official_document(text):
    with pytest.raises(Refusal) as refused:
        read(text.encode(), "x.txt")
    assert refused.value.reason == "not-official"
    message = refused.value.message
    assert message.vi
    assert message.en
    assert not [word for word in ("phiên", "ipsum", "nướng") if word in message.vi + message.en]


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        "Kính gửi: Sở Y tế\n\nĐề nghị quý Sở báo cáo.",
        "Thực hiện Chỉ thị số 36-CT/TW ngày 16/8/2019 của Bộ Chính trị.",
        "Sở Y tế chủ trì, phối hợp với Công an tỉnh rà soát người nghiện.",
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nLò Thị Hoa Ban",
    ],
)
def test_a_scrap_of_an_official_document_is_read(text):
    found = document(text)
    assert found.span[1] <= len(text)
