"""Whose consent a day's law asks for: at 12, 15, 17 and 18, before and after 15/12/2024; letters' days."""

from datetime import date

import pytest

from phoihop.kernel.refusals import Bilingual
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.consents import WHO, Who
from phoihop.registry.rules.letters import PaperField, State, expires, missing, stands
from tests.standin.programmes import CONSENT

OLD, NEW = date(2024, 12, 14), date(2024, 12, 15)


def aged(years: int, day: date) -> Born:
    """Somebody who had a birthday on that very day."""
    return Born(day.year - years, day.month, day.day)


@pytest.mark.parametrize(
    ("years", "before", "after"),
    [
        (11, Who.REPRESENTATIVE, Who.NOBODY),
        (12, Who.REPRESENTATIVE, Who.REPRESENTATIVE),
        (15, Who.REPRESENTATIVE, Who.REPRESENTATIVE),
        (16, Who.SELF, Who.REPRESENTATIVE),
        (17, Who.SELF, Who.REPRESENTATIVE),
        (18, Who.SELF, Who.SELF),
    ],
)
def test_the_law_of_the_day_decides(years, before, after):
    assert CONSENT(aged(years, OLD), OLD).who is before
    assert CONSENT(aged(years, NEW), NEW).who is after
    assert CONSENT(aged(years, NEW), NEW).source == "NĐ 141/2024/NĐ-CP Art 29"


@pytest.mark.parametrize(
    ("born", "who"),
    [
        (None, Who.UNCLEAR),
        (Born(2008), Who.UNCLEAR),  # 17 or 18 on a day of 2026
        (Born(2009), Who.REPRESENTATIVE),
        (Born(2007), Who.SELF),
        (Born(2008, 11), Who.UNCLEAR),
        (Born(2008, 10), Who.SELF),
    ],
)
def test_where_the_age_is_not_clear_a_person_decides(born, who):
    assert CONSENT(born, date(2026, 11, 22)).who is who


def test_every_answer_has_words():
    assert set(WHO) == set(Who)


@pytest.mark.parametrize(
    ("state", "day", "stand"),
    [
        ("asked", date(2026, 12, 6), State.ASKED),
        ("asked", date(2026, 12, 7), State.EXPIRED),
        ("accepted", date(2026, 12, 7), State.ACCEPTED),
        ("withdrawn", date(2027, 1, 1), State.WITHDRAWN),
    ],
)
def test_a_letter_waits_until_its_last_day(state, day, stand):
    assert stands(state, expires(date(2026, 11, 22), 14), day) is stand


def test_a_paper_lacks_what_is_required_and_blank():
    fields = tuple(
        PaperField(code, Bilingual(code, code), code != "note") for code in ("dose", "day", "note")
    )
    assert [each.code for each in missing(fields, {"dose": "60", "day": "  "})] == ["day"]
    assert missing(fields, {"dose": "60", "day": "1/1/2026"}) == []
