"""Labels: everything needed to take a bottle rightly, nothing that tells what it is for. Ours: D."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_8
from phoihop.programmes.ost.rules.labels import Label, lines, neutral

LABEL = Label(
    code="LC-0412",
    serial="S-000123",
    presentation=SOLUTION,
    mg=Decimal("60.00"),
    quantity=Decimal("6.00"),
    take_on=date(2026, 5, 6),
    number=2,
    of=5,
    by="NV-07",
)


def test_a_label():
    assert lines(LABEL) == (
        "Mã: LC-0412",
        "Uống ngày: 06/05/2026",
        "60 mg = 6,0 ml",
        "Chai 2/5 · Số S-000123",
        "Người cấp: NV-07",
        "Chỉ dùng cho người có mã này.",
        "Cất nơi có khóa, xa tầm tay trẻ em. Trả lại vỏ chai.",
    )
    assert lines(LABEL, "en")[2:4] == ("60 mg = 6.0 ml", "Bottle 2 of 5 · No. S-000123")


@pytest.mark.parametrize(
    ("mg", "quantity", "line"),
    [
        ("62.50", "6.25", "62,5 mg = 6,25 ml"),
        ("100.00", "10.00", "100 mg = 10,0 ml"),
        ("1500", "150", "1500 mg = 150,0 ml"),
        ("0.5", "0.05", "0,5 mg = 0,05 ml"),
    ],
)
def test_amounts(mg, quantity, line):
    assert lines(replace(LABEL, mg=Decimal(mg), quantity=Decimal(quantity)))[2] == line


def test_tablets():
    tablets = replace(LABEL, presentation=TABLET_8, mg=Decimal(16), quantity=Decimal(2))
    assert lines(tablets)[2] == "16 mg = 2 viên"
    assert lines(tablets, "en")[2] == "16 mg = 2 tablets"


@pytest.mark.parametrize(
    "by",
    [
        "Cơ sở Methadone số 2",
        "METHADON",
        "Phòng khám HIV",
        "Khoa hỗ trợ điều trị nghiện",
        "Cai  nghiện ma túy",
        "ma tuý",
        "Buprenorphin",
        "Drug clinic",
        "ARV",
    ],
)
def test_telling_words_never_reach_a_label(by):
    for lang in ("vi", "en"):
        with pytest.raises(Refusal) as refused:
            lines(replace(LABEL, by=by), lang)
        assert refused.value.reason == "label-telling"
        assert by not in refused.value.message.vi


@pytest.mark.parametrize("text", ["Trạm y tế xã Mường", "NV-07", "Khoa Nội", "chivas"])
def test_other_words_do(text):
    assert neutral(text) == text
