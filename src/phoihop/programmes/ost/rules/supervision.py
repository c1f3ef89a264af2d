"""The checklist of a quality visit, as data, and what its answers come to: data/supervision.csv."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Bilingual, Refusal


class Place(StrEnum):
    """Where a question is asked."""

    FACILITY = "facility"
    POINT = "point"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to look at. ``code`` stays; a question whose words change gets a new one."""

    code: str
    area: str
    asks: Bilingual
    place: Place
    source: str
    certainty: Certainty
    valid_from: date
    valid_to: date | None


@cache
def questions() -> tuple[Question, ...]:
    """Every question there ever was."""
    text = files(__package__).joinpath("data", "supervision.csv").read_text(encoding="utf-8")
    return tuple(
        Question(
            each["code"],
            each["area"],
            Bilingual(each["vi"], each["en"]),
            Place(each["place"]),
            each["source"],
            Certainty(each["certainty"]),
            date.fromisoformat(each["valid_from"]),
            date.fromisoformat(each["valid_to"]) if each["valid_to"] else None,
        )
        for each in csv.DictReader(text.splitlines())
    )


def checklist(place: Place, on: date) -> tuple[Question, ...]:
    """What to look at during a visit on a day, in order."""
    return tuple(
        each
        for each in questions()
        if each.place in {place, Place.BOTH}
        and each.valid_from <= on
        and (each.valid_to is None or on <= each.valid_to)
    )


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_HERE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer. Of a "no": what is to be done, and by when."""

    answer: Answer
    action: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A visit. ``share``: of the questions that apply, from 0 to 1; None where none applies. By ``law``:
    the same for questions whose source was read alone. ``to_do``: what was answered with no."""

    share: Decimal | None
    law: Decimal | None
    to_do: tuple[Question, ...]


def outcome(asked: Iterable[Question], given: Mapping[str, Given]) -> Outcome:
    """What a visit comes to. Refusal("supervision-open"): a question without an answer; ("supervision-no-
    action"): a "no" that does not say what is to be done by when."""
    asked = tuple(asked)
    if any(each.code not in given for each in asked):
        raise Refusal("supervision-open", "Còn câu chưa trả lời.", "A question has not been answered.")
    no = tuple(each for each in asked if given[each.code].answer is Answer.NO)
    if any(not given[each.code].action.strip() or given[each.code].due is None for each in no):
        raise Refusal(
            "supervision-no-action",
            "Mục chưa đạt phải ghi việc cần làm và thời hạn.",
            "What is not met needs something to do and a day.",
        )
    law = [each for each in asked if each.certainty is Certainty.READ]
    return Outcome(_share(asked, given), _share(law, given), no)


def _share(asked: Iterable[Question], given: Mapping[str, Given]) -> Decimal | None:
    answers = [given[each.code].answer for each in asked]
    yes, no = answers.count(Answer.YES), answers.count(Answer.NO)
    return Decimal(yes) / (yes + no) if yes + no else None
