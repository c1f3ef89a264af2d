"""Dates as documents word them, and refusals that speak both languages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.periods import DATE_RE, date_of, find_date
from phoihop.kernel.refusals import Bilingual, Refusal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ngày 26 tháng 4 năm 2023", date(2023, 4, 26)),
        ("ngày31/8/2012", date(2012, 8, 31)),
        ("ngày 12 /11/ 2021", date(2021, 11, 12)),
        ("22/1/2020", date(2020, 1, 22)),
        ("22-01-2020", date(2020, 1, 22)),
        ("22.01.2020", date(2020, 1, 22)),
        ("NGÀY 05 THÁNG 02 NĂM 2019", date(2019, 2, 5)),
        ("ngày 05 tháng 02, năm 2019", date(2019, 2, 5)),
        ("ngày 5\ntháng 2\nnăm 2019", date(2019, 2, 5)),
        ("ngày\u00a05\u00a0tháng\u00a02\u00a0năm\u00a02019", date(2019, 2, 5)),
        ("29/02/2024", date(2024, 2, 29)),
        ("31/02/2022", None),
        ("29/02/2023", None),
        ("31/02/2022 rồi 01/3/2022", date(2022, 3, 1)),
        ("26/6", None),
        ("24/7", None),
        ("05/03/12", None),
        ("tháng 7/2023", None),
        ("quý II/2023", None),
        ("120/100.000 dân", None),
        ("12/11/20215", None),
        ("ngày 12 tháng 13 năm 2021", None),
        ("00/00/2021", None),
        ("năm 2021", None),
        ("31/12/1899", None),
        ("", None),
        ("từ 1/2/2023 đến 3/4/2023", date(2023, 2, 1)),
    ],
)
def test_dates(text, expected):
    assert find_date(text) == expected


_FORMS = [
    "{0.day}/{0.month}/{0.year}",
    "{0.day:02d}/{0.month:02d}/{0.year}",
    "{0.day} - {0.month} - {0.year}",
    "ngày {0.day} tháng {0.month} năm {0.year}",
    "ngày {0.day:02d} tháng {0.month:02d} năm {0.year}",
]


@given(st.dates(date(1945, 1, 1), date(2099, 12, 31)), st.sampled_from(_FORMS))
def test_every_form_gives_the_same_day(day, form):
    written = form.format(day)
    assert find_date(f"Kế hoạch ban hành {written}, có hiệu lực.") == day
    found = DATE_RE.search(written)
    assert found is not None
    assert date_of(found) == day
    assert found.end() == len(written)


@given(st.text(alphabet="0123456789/.- thángnămày\n\u00a0", max_size=60))
def test_no_text_breaks_the_calendar(text):
    found = find_date(text)
    assert found is None or str(found.year) in text


def test_a_refusal_says_its_reason_and_not_the_file():
    refusal = Refusal("encrypted", "Tệp có mật khẩu.", "The file has a password.")
    assert refusal.reason == str(refusal) == "encrypted"
    assert refusal.message == Bilingual("Tệp có mật khẩu.", "The file has a password.")
    assert refusal.message.as_dict() == {"vi": "Tệp có mật khẩu.", "en": "The file has a password."}
