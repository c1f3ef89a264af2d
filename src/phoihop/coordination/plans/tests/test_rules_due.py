"""Deadline and period words as days. The words of the first table are all that the reader yields on the five
real plans and the gold documents; the second has what other plans of the same kind write."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.coordination.plans.rules.due import NEVER, Due, of_plan, of_target, when
from phoihop.engines.reading import read

SHARED = Path(__file__).resolve().parents[6] / "shared"

Y22 = (date(2022, 1, 1), date(2022, 12, 31))


def days(first: str, last: str) -> Due:
    return Due(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


# words, the plan's days, what they come to, where they stand
READ = [
    ("Quý II năm 2022", Y22, days("2022-04-01", "2022-06-30"), "Lào Cai 30/KH-UBND, nhiệm vụ 1 và 2"),
    ("Trong năm 2023", (None, None), days("2023-01-01", "2023-12-31"), "Bắc Kạn 2023, mọi nhiệm vụ"),
    ("trước năm 2030", (None, None), days("", "2029-12-31"), "Quảng Bình, Chỉ thị 07-CT/TW"),
    ("thường xuyên", (None, None), Due(standing=True), "Quảng Bình, Ban Tuyên giáo; Hà Nội 1790/CV-BCĐ"),
    ("Định kỳ", (None, None), Due(standing=True), "Bắc Kạn 2023, tổ chức thực hiện"),
    ("2030", (None, None), days("", "2030-12-31"), "Quảng Bình, Chỉ thị 07-CT/TW; Ninh Bình 95/KH-UBND"),
    ("2021", Y22, days("", "2021-12-31"), "155/QĐ 2017-2021"),
    ("2018", (None, None), days("", "2018-12-31"), "Phú Thọ 722/KH-UBND"),
    ("2010", (None, None), days("", "2010-12-31"), "34/2007/QĐ-BYT"),
    ("2016", (None, None), days("", "2016-12-31"), "Ninh Bình 95/KH-UBND"),
    ("2020", (None, None), days("", "2020-12-31"), "Ninh Bình 95/KH-UBND"),
    ("", Y22, NEVER, "không nêu"),
]
OTHERS = [
    ("6 tháng đầu năm", Y22, days("2022-01-01", "2022-06-30")),
    ("6 tháng cuối năm 2023", Y22, days("2023-07-01", "2023-12-31")),
    ("9 tháng đầu năm", Y22, days("2022-01-01", "2022-09-30")),
    ("trước 15/12", Y22, days("", "2022-12-14")),
    ("Trước ngày 15/12/2022", (None, None), days("", "2022-12-14")),
    ("trước 15/12", (None, None), NEVER),
    ("trước 15/12", (date(2021, 1, 1), date(2025, 12, 31)), NEVER),
    ("Đến ngày 30/11/2022", Y22, days("", "2022-11-30")),
    ("ngày 26 tháng 6 năm 2022", Y22, days("", "2022-06-26")),
    ("Từ 01/6 đến 30/6/2022", Y22, days("2022-06-01", "2022-06-30")),
    ("từ ngày 01/6/2022 đến ngày 30/6/2022", Y22, days("2022-06-01", "2022-06-30")),
    ("31/02/2022", (None, None), NEVER),
    ("tháng 7/2023", Y22, days("2023-07-01", "2023-07-31")),
    ("Tháng 6", Y22, days("2022-06-01", "2022-06-30")),
    ("tháng 2 năm 2024", Y22, days("2024-02-01", "2024-02-29")),
    ("từ 15/12 đến 15/01", Y22, days("2022-12-15", "2023-01-15")),
    ("từ 15/12 đến 15/01/2023", (None, None), days("2022-12-15", "2023-01-15")),
    ("15/12 và 15/6", Y22, days("2022-06-15", "2022-12-15")),
    ("từ 29/02 đến 05/3/2024", (None, None), days("2024-02-29", "2024-03-05")),
    ("29/02", Y22, NEVER),
    ("từ tháng 11 đến tháng 2", Y22, days("2022-11-01", "2023-02-28")),
    ("từ tháng 11 đến tháng 02/2024", Y22, days("2023-11-01", "2024-02-29")),
    ("tháng 11/2022 đến tháng 02/2023", Y22, days("2022-11-01", "2023-02-28")),
    ("Quý IV/2022 - Quý I/2023", Y22, days("2022-10-01", "2023-03-31")),
    ("từ quý IV năm 2022 đến quý I năm 2023", Y22, days("2022-10-01", "2023-03-31")),
    ("từ quý IV đến quý I", Y22, days("2022-10-01", "2023-03-31")),
    ("2025 - 2021", (None, None), days("2021-01-01", "2025-12-31")),
    ("từ tháng 3 đến tháng 6/2022", Y22, days("2022-03-01", "2022-06-30")),
    ("Tháng 4 - tháng 10", Y22, days("2022-04-01", "2022-10-31")),
    ("trước tháng 7/2023", Y22, days("", "2023-06-30")),
    ("đến hết tháng 6/2023", Y22, days("", "2023-06-30")),
    ("Quý II, III năm 2022", Y22, days("2022-04-01", "2022-09-30")),
    ("Quý IV/2023", Y22, days("2023-10-01", "2023-12-31")),
    ("Quý I", Y22, days("2022-01-01", "2022-03-31")),
    ("quý 3-2022", Y22, days("2022-07-01", "2022-09-30")),
    ("Quý I", (date(2021, 1, 1), date(2025, 12, 31)), NEVER),
    ("Trong năm", Y22, days("2022-01-01", "2022-12-31")),
    ("Cả năm", Y22, days("2022-01-01", "2022-12-31")),
    ("Năm 2022", (None, None), days("2022-01-01", "2022-12-31")),
    ("đến năm 2025", Y22, days("", "2025-12-31")),
    ("đến hết năm 2025", Y22, days("", "2025-12-31")),
    ("cuối năm 2023", Y22, days("", "2023-12-31")),
    ("Cuối năm", Y22, days("", "2022-12-31")),
    ("giai đoạn 2021 - 2025", Y22, days("2021-01-01", "2025-12-31")),
    ("2021-2025", Y22, days("2021-01-01", "2025-12-31")),
    ("từ năm 2021 đến năm 2025", Y22, days("2021-01-01", "2025-12-31")),
    ("hằng năm", Y22, Due(standing=True, every=12)),
    ("Hàng năm", Y22, Due(standing=True, every=12)),
    ("hằng quý", Y22, Due(standing=True, every=3)),
    ("hằng tháng", Y22, Due(standing=True, every=1)),
    ("định kỳ 6 tháng", Y22, Due(standing=True, every=6)),
    ("Thường xuyên, liên tục", Y22, Due(standing=True)),
    ("Sau khi có hướng dẫn của Trung ương", Y22, NEVER),
    ("theo quy định", Y22, NEVER),
]


@pytest.mark.parametrize(("words", "plan", "found", "source"), READ)
def test_words_that_the_reader_yields(words, plan, found, source):
    assert when(words, first=plan[0], last=plan[1]) == found, source


GOLD = SHARED / "gold" / "documents"


@pytest.mark.skipif(
    not GOLD.exists(), reason="NOT TESTED: words of the real documents (../shared is not on this machine)"
)
def test_the_table_has_every_word_that_the_reader_yields():
    paths = sorted((SHARED / "seeds").glob("*.txt")) + sorted(GOLD.glob("*.txt"))
    found = {
        words
        for path in paths
        for document in read(path.read_bytes(), path.name).documents
        for words in (*(t.deadline for t in document.targets), *(t.period for t in document.tasks))
    }
    assert len(paths) == 23
    assert {words or "" for words in found} == {words for words, *_ in READ}


@pytest.mark.parametrize(("words", "plan", "found"), OTHERS)
def test_words_of_other_plans(words, plan, found):
    assert when(words, first=plan[0], last=plan[1]) == found


# The titles are those of the documents named.
PLANS = [
    ("2022", "Công tác phòng, chống ma túy, mại dâm năm 2022", "2022-03-31", "2022-01-01", "2022-12-31"),
    ("2023", "Triển khai công tác phòng, chống HIV/AIDS năm 2023", "", "2023-01-01", "2023-12-31"),
    ("2030", "chấm dứt dịch bệnh AIDS trước năm 2030", "2021-10-08", "2021-10-08", "2029-12-31"),
    ("2030", "chấm dứt dịch bệnh AIDS vào năm 2030", "2020-11-27", "2020-11-27", "2030-12-31"),
    ("2030", "Chương trình mục tiêu quốc gia", "2025-12-18", "2025-12-18", "2030-12-31"),
    ("2030", "trước năm 2030", "", "", "2029-12-31"),
    ("2016-2020", "Cai nghiện ma túy giai đoạn 2016 - 2020", "2016-02-03", "2016-01-01", "2020-12-31"),
    ("2024", "Phòng, chống mua bán người năm 2024", "2023-12-20", "2024-01-01", "2024-12-31"),
    ("", "Quy định chế độ", "2015-10-19", "2015-10-19", ""),
]


@pytest.mark.parametrize(("period", "title", "issued", "first", "last"), PLANS)
def test_days_of_a_plan(period, title, issued, first, last):
    assert of_plan(period, title, date.fromisoformat(issued) if issued else None) == days(first, last)


TARGETS = [
    ("2030", "tỷ lệ lây truyền HIV từ mẹ sang con xuống dưới 2% trước năm 2030", Y22, "2029-12-31"),
    ("2030", "đến năm 2030 đạt 95%", Y22, "2030-12-31"),
    ("Quý II năm 2022", "tổ chức 15 buổi truyền thông", Y22, "2022-06-30"),
    ("", "Phấn đấu trên 90% xã được tuyên truyền", Y22, "2022-12-31"),
    ("", "không để phát sinh tụ điểm", (None, None), ""),
]


@pytest.mark.parametrize(("deadline", "text", "plan", "due"), TARGETS)
def test_day_of_a_target(deadline, text, plan, due):
    found = of_target(deadline, text, first=plan[0], last=plan[1])
    assert found == (date.fromisoformat(due) if due else None)


DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(st.text(max_size=60), st.none() | DAYS, st.none() | DAYS)
def test_any_words_give_ordered_days_or_none(words, first, last):
    found = when(words, first=first, last=last)
    assert found.first is None or found.last is None or found.first <= found.last
    assert not (found.standing and (found.first or found.last))


@given(
    DAYS, st.sampled_from(["{:%d/%m/%Y}", "ngày {:%d/%m/%Y}", "ngày {0.day} tháng {0.month} năm {0.year}"])
)
def test_a_day_written_out_is_that_day_and_before_it_is_the_day_before(day, form):
    said = form.format(day)
    assert when(said).last == day
    assert when(f"trước {said}").last == day - timedelta(days=1)


@given(st.integers(1, 4), st.integers(2000, 2098))
def test_quarters_follow_one_another(quarter, year):
    this = when(f"Quý {quarter} năm {year}")
    after = when(f"Quý {quarter % 4 + 1} năm {year + quarter // 4}")
    assert after.first - this.last == timedelta(days=1)


@pytest.mark.parametrize(
    ("deadline", "text"), [("15", "hoàn thành trước 15/12"), ("1", "trước 1 tháng"), ("²", "trước ² ngày")]
)
def test_a_number_that_is_no_year_is_no_deadline(deadline, text):
    assert of_target(deadline, text, first=Y22[0], last=Y22[1]) == Y22[1]
