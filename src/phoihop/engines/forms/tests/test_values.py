"""One value: what people type, what is refused, and back again."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.forms.definition import Field, Year
from phoihop.engines.forms.tests.samples import TODAY, field_of
from phoihop.engines.forms.values import EARLIEST, LATEST, read, show, write
from phoihop.kernel.refusals import Refusal

TEXT = field_of('kind = "text"\nlongest = 10')
LONG = field_of('kind = "long-text"')
WHOLE = field_of('kind = "whole"\npossible = { least = -5, most = 2000 }\nunit = "người"')
DOSE = field_of('kind = "decimal"\nunit = "mg"\nstep = "0.01"')
FREE = field_of('kind = "decimal"')
PERCENT = field_of('kind = "decimal"\nunit = "%"')
DAY = field_of('kind = "date"\npossible = { least = 2020-01-01, most = "today" }')
BORN = field_of('kind = "date"\nprecision = "either"')
YEAR = field_of('kind = "date"\nprecision = "year"\npossible = { least = 1950-06-01, most = "today" }')
ASKED = field_of('kind = "yes-no"')
OPTIONS = """options = [
    { code = "here", vi = "Tại chỗ", en = "Here" },
    { code = "home", vi = "Mang về", en = "Taken home" },
    { code = "7", vi = "Bảy ngày", en = "Seven days" },
]"""
CHOICE = field_of(f'kind = "choice"\n{OPTIONS}')
CHOICES = field_of(f'kind = "choices"\n{OPTIONS}')
PERSON = field_of('kind = "person"')

TAKEN = [
    (TEXT, "  Hoa\u0300   \tNa\n", "Hoà Na"),
    (TEXT, "Nguyễn", "Nguyễn"),
    (TEXT, "a\u202eb\x00c\u200b", "ab c"),
    (TEXT, "   ", None),
    (LONG, "một\r\n  hai  \n\n", "một\nhai"),
    (WHOLE, "1.209", Decimal(1209)),
    (WHOLE, "1 209 người", Decimal(1209)),
    (WHOLE, "08", Decimal(8)),
    (WHOLE, "−5", Decimal(-5)),
    (WHOLE, "-0", Decimal(0)),
    (DOSE, "92,5", Decimal("92.50")),
    (DOSE, "92.5 mg", Decimal("92.50")),
    (DOSE, "60MG", Decimal("60.00")),
    (DOSE, "1.209,5", Decimal("1209.50")),
    (DOSE, "1,209.5", Decimal("1209.50")),
    (DOSE, "1.209", Decimal("1209.00")),
    (FREE, "0,125", Decimal("0.125")),
    (PERCENT, "92,5 %", Decimal("92.5")),
    (DAY, "1/4/22", date(2022, 4, 1)),
    (DAY, "01042022", date(2022, 4, 1)),
    (DAY, "1-4-2022", date(2022, 4, 1)),
    (DAY, "2022-04-01", date(2022, 4, 1)),
    (DAY, "hôm nay", TODAY),
    (BORN, "1985", Year(1985)),
    (BORN, "1/4/1985", date(1985, 4, 1)),
    (YEAR, "1950", Year(1950)),
    (ASKED, "Có", "yes"),
    (ASKED, "co", "yes"),
    (ASKED, "x", "yes"),
    (ASKED, "KHÔNG", "no"),
    (ASKED, "không rõ", "unknown"),
    (ASKED, "No", "no"),
    (CHOICE, "mang ve", "home"),
    (CHOICE, "Taken  home", "home"),
    (CHOICE, "home", "home"),
    (CHOICE, "7", "7"),
    (CHOICES, "Mang về; tại chỗ;", ("here", "home")),
    (PERSON, " ab-12 3 ", "AB-123"),
]
REFUSED = [
    (TEXT, "mười một chữ", "too-long"),
    (WHOLE, "92,5", "not-whole"),
    (WHOLE, "1,209", "not-whole"),  # a comma starts decimals; a doubtful number is not guessed
    (WHOLE, "2001", "too-large"),
    (WHOLE, "-6", "too-small"),
    (WHOLE, "sáu mươi", "no-number"),
    (WHOLE, "=1+1", "no-number"),
    (WHOLE, "1e3", "no-number"),
    (WHOLE, "--5", "no-number"),
    (WHOLE, "9" * 16, "too-many-digits"),
    (WHOLE, "9" * 5000, "too-many-digits"),
    (DOSE, "0,005", "off-step"),
    (DOSE, "60 ml", "no-number"),
    (DAY, "31/2/2026", "no-day"),
    (DAY, "13/13/2026", "no-day"),
    (DAY, "2022", "no-day"),
    (DAY, "23/11/2026", "too-late"),
    (DAY, "31/12/2019", "too-early"),
    (BORN, "1/1/0001", "no-day"),
    (BORN, "1234", "no-year"),
    (YEAR, "1/4/1985", "no-year"),
    (YEAR, "1949", "too-early"),
    (ASKED, "có lẽ", "no-choice"),
    (CHOICE, "ở đâu đó", "no-choice"),
    (CHOICE, "here; home", "no-choice"),
    (CHOICES, "Mang về, tại chỗ", "no-choice"),
    (PERSON, "A", "no-code"),
    (PERSON, "Nguyễn Văn A", "no-code"),
    (PERSON, "A" * 21, "no-code"),
    (TEXT, "a" * 30_000, "too-long"),
]


@pytest.mark.parametrize(("field", "typed", "value"), TAKEN, ids=[t for _, t, _ in TAKEN])
def test_what_is_taken(field: Field, typed: str, value):
    assert read(field, typed, TODAY) == value


@pytest.mark.parametrize(("field", "typed", "reason"), REFUSED, ids=[t[:20] for _, t, _ in REFUSED])
def test_what_is_refused(field: Field, typed: str, reason: str):
    with pytest.raises(Refusal) as refused:
        read(field, typed, TODAY)
    assert refused.value.reason == reason
    assert "{" not in refused.value.message.vi + refused.value.message.en


def test_a_refusal_names_the_limit_with_its_unit():
    with pytest.raises(Refusal) as refused:
        read(WHOLE, "2001", TODAY)
    assert refused.value.message.vi == "Không thể lớn hơn 2000 người."


def test_one_amount_is_always_written_one_way():
    assert str(read(DOSE, "60", TODAY)) == str(read(DOSE, "60,00", TODAY)) == "60.00"
    assert write(DOSE, Decimal("60.00")) == "60"


@pytest.mark.parametrize(
    ("field", "value", "lang", "shown"),
    [
        (DOSE, Decimal("1209.50"), "vi", "1.209,5"),
        (DOSE, Decimal("1209.50"), "en", "1.209,5"),
        (WHOLE, Decimal(-5), "vi", "−5"),
        (CHOICE, "home", "vi", "Mang về"),
        (CHOICE, "home", "en", "Taken home"),
        (CHOICES, ("here", "7"), "en", "Here; Seven days"),
        (ASKED, "unknown", "vi", "Không rõ"),
        (DAY, date(2026, 1, 2), "en", "02/01/2026"),
        (BORN, Year(1985), "vi", "1985"),
        (TEXT, None, "vi", ""),
    ],
)
def test_what_people_are_shown(field: Field, value, lang: str, shown: str):
    assert show(field, value, lang) == shown


VALUES = {
    WHOLE: st.integers(-5, 2000).map(Decimal),
    DOSE: st.decimals(-(10**9), 10**9, places=2, allow_nan=False),
    FREE: st.decimals(-(10**6), 10**6, places=6, allow_nan=False).map(lambda d: d.normalize() + 0),
    DAY: st.dates(date(2020, 1, 1), TODAY),
    BORN: st.dates(EARLIEST, LATEST) | st.integers(1900, 2100).map(Year),
    YEAR: st.integers(1950, 2026).map(Year),
    ASKED: st.sampled_from(["yes", "no", "unknown"]),
    CHOICE: st.sampled_from(["here", "home", "7"]),
    CHOICES: st.sets(st.sampled_from(["here", "home", "7"]), min_size=1).map(
        lambda some: tuple(code for code in ("here", "home", "7") if code in some)
    ),
    PERSON: st.from_regex(r"[A-Z0-9][A-Z0-9-]{0,18}[A-Z0-9]", fullmatch=True),
}


@given(st.sampled_from(sorted(VALUES, key=lambda f: (f.kind, f.unit))).flatmap(
    lambda field: st.tuples(st.just(field), VALUES[field])
))  # fmt: skip
def test_what_is_written_is_read_back(case):
    field, value = case
    assert read(field, write(field, value), TODAY) == value
    for lang in ("vi", "en"):
        assert read(field, show(field, value, lang), TODAY) == value


@given(st.sampled_from([TEXT, LONG]), st.text(max_size=60))
def test_a_text_that_was_taken_stays_as_it_is(field: Field, typed: str):
    try:
        value = read(field, typed, TODAY)
    except Refusal:
        return
    assert read(field, write(field, value), TODAY) == value


@given(st.sampled_from(sorted(VALUES, key=lambda f: (f.kind, f.unit))), st.text(max_size=80))
def test_no_text_does_more_than_being_refused(field: Field, typed: str):
    with suppress(Refusal):
        read(field, typed, TODAY)


@given(st.integers(1, 400))
def test_a_day_is_judged_by_the_day_of_entry(days: int):
    later = TODAY + timedelta(days=days)
    with pytest.raises(Refusal):
        read(DAY, write(DAY, later), TODAY)
    assert read(DAY, write(DAY, later), later) == later
