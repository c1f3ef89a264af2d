"""Sentences that ask for a plan of one's own."""

from datetime import date

import pytest

from phoihop.coordination.plans.rules.asking import Asked, asked

Y22 = {"first": date(2022, 1, 1), "last": date(2022, 12, 31)}
SENTENCES = [
    # Bắc Kạn 2023, III.1
    (
        "Các sở, ngành được giao nhiệm vụ xây dựng kế hoạch. UBND các huyện, thành phố xây dựng kế hoạch",
        [("Các sở, ngành được giao nhiệm vụ", None), ("UBND các huyện, thành phố", None)],
    ),
    # Quảng Bình 2021, III.6 to III.8
    ("Chỉ đạo xây dựng kế hoạch, lồng ghép các hoạt động phòng, chống HIV/AIDS", [("", None)]),
    ("Chủ trì, phối hợp với Tỉnh đoàn tiếp tục xây dựng kế hoạch, vận động", [("", None)]),
    ("Xây dựng chương trình, kế hoạch chỉ đạo triển khai thực hiện Chỉ thị đến chi bộ", [("", None)]),
    ("Xây dựng và ban hành kế hoạch trước ngày 15/3/2022", [("", date(2022, 3, 14))]),
    ("UBND các xã ban hành kế hoạch, hoàn thành trước 20/2", [("UBND các xã", date(2022, 2, 19))]),
    ("đưa vào kế hoạch phát triển kinh tế - xã hội", []),
    ("xây dựng kế hoạch phát triển kinh tế - xã hội", []),
    ("xây dựng cơ chế, chính sách; thực hiện kế hoạch", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "found"), SENTENCES)
def test_plans_that_are_asked_for(text, found):
    assert asked(text, **Y22) == tuple(Asked(who, due) for who, due in found)
