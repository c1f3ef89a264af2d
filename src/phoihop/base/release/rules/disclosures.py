"""Telling an outsider: one question, one yes or no, by an article that holds on the day."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from phoihop.kernel.refusals import Bilingual, Refusal

LASTS = timedelta(days=7)  # that an answer may be fetched
FETCHES = 3
_ARTICLES = Path(__file__).resolve().parent.parent / "data" / "articles.toml"

# What may be asked. An answer is yes or no; there is no question whose answer is a list, a date or a dose.
QUESTIONS = {
    "treated-on": Bilingual(
        "Người này có đang được điều trị tại cơ sở vào ngày đã nêu không?",
        "Was this person in treatment at the facility on the day named?",
    ),
    "ended-by": Bilingual(
        "Đến ngày đã nêu, việc điều trị của người này tại cơ sở đã kết thúc chưa?",
        "Had this person's treatment at the facility ended by the day named?",
    ),
}


class Answer(StrEnum):
    """All that is ever told."""

    YES = "yes"
    NO = "no"


ANSWERS = {Answer.YES: Bilingual("Có", "Yes"), Answer.NO: Bilingual("Không", "No")}


class State(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    PROPOSED = "proposed"  # answered by one, waits for the second person
    ANSWERED = "answered"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Article:
    """A legal ground between two days (``until`` the last), and the questions it allows.

    ``certainty``: "V" read in a source, "M" from memory.
    """

    code: str
    law: str
    article: str
    since: date
    until: date | None
    questions: frozenset[str]
    certainty: str

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@cache
def articles() -> dict[str, Article]:
    """Every ground there is, by code."""
    rows = tomllib.loads(_ARTICLES.read_text(encoding="utf-8"))["article"]
    return {
        row["code"]: Article(
            row["code"],
            row["law"],
            row["article"],
            row["from"],
            row.get("to"),
            frozenset(row["questions"]),
            row["certainty"],
        )
        for row in rows
    }


def ground(code: str, question: str, on: date) -> Article:
    """The article by which this may be asked on a day.

    Refusal "no-ground" (no such article, or it does not hold on that day, or it does not allow the question),
    "no-such-question".
    """
    if question not in QUESTIONS:
        raise Refusal(
            "no-such-question",
            "Chỉ trả lời được câu hỏi có sẵn, bằng có hoặc không.",
            "Only the questions listed can be answered, by yes or no.",
        )
    found = articles().get(code)
    if found is None or not found.holds_on(on) or question not in found.questions:
        raise Refusal(
            "no-ground",
            "Căn cứ pháp lý này không có hiệu lực vào ngày gửi yêu cầu, hoặc không cho phép hỏi điều đó.",
            "This legal basis was not in force on the day of the request, or does not permit that question.",
        )
    return found


def numbered(number: int, year: int) -> str:
    """How a request is called: "012/2026"."""
    return f"{number:03d}/{year}"


def check_days(*, asked_on: date, about: date, today: date) -> None:
    """Nothing, or Refusal("day-wrong"): nobody is told of a day that has not come."""
    if asked_on > today or about > asked_on:
        raise Refusal(
            "day-wrong",
            "Ngày của công văn và ngày được hỏi không được sau hôm nay; ngày được hỏi không sau công văn.",
            "The letter's day may not lie ahead, nor the day asked about after the letter.",
        )
