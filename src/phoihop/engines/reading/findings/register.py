"""The register of known central documents: what each number is, and how long it held.

Facts only, from ``data/known_documents.toml``. Each entry says how certain it is; what is not
certain is never stated as a fact in a message.
"""

import re
import tomllib
import unicodedata
from bisect import bisect
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

_CERTAIN = frozenset("VS")

# Party numbers run through one congress term, so a number names one document within a term.
_CONGRESSES = (
    date(1996, 7, 1),
    date(2001, 4, 22),
    date(2006, 4, 25),
    date(2011, 1, 19),
    date(2016, 1, 28),
    date(2021, 2, 1),
    date(2026, 1, 25),
)

_WITH_YEAR = re.compile(r"^\d+[A-Z]?/(?P<year>(?:19|20)\d{2})/")
_PARTY = re.compile(r"^\d+-[^/]+/(?:TW|[A-ZĐ]+TW)$")


@dataclass(frozen=True, slots=True)
class Known:
    """One known document. ``valid_to`` is the last day in force; ``ended`` says why it ended:
    "replaced", "repealed" or "period" (a programme whose years are over)."""

    number: str
    type: str
    issuer: str
    issued: date
    title: str
    certainty: str
    source: str
    valid_from: date | None = None
    valid_to: date | None = None
    replaced_by: str | None = None
    ended: str | None = None
    end_certainty: str | None = None

    @property
    def certain(self) -> bool:
        """Whether number, date and issuer may be stated as facts."""
        return self.certainty in _CERTAIN

    @property
    def end_certain(self) -> bool:
        """Whether the last day in force and the successor may be stated as facts."""
        return (self.end_certainty or self.certainty) in _CERTAIN


def key(number: str) -> str:
    """One form for comparing numbers: NFC, upper case, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", number)).upper()


def year_inside(number: str) -> int | None:
    """The year that a normative document carries in its number: 105/2021/NĐ-CP → 2021."""
    match = _WITH_YEAR.match(key(number))
    return int(match["year"]) if match else None


def same_run(number: str, one: date, other: date) -> bool:
    """Whether two dates lie in one run of numbering, so that one number means one document."""
    if year_inside(number) is not None:
        return True
    if _PARTY.match(key(number)):
        return bisect(_CONGRESSES, one) == bisect(_CONGRESSES, other)
    return one.year == other.year


@cache
def register() -> dict[str, tuple[Known, ...]]:
    """All known documents by ``key(number)``; several where one number was used in several years."""
    raw = files("phoihop.engines.reading").joinpath("data", "known_documents.toml").read_bytes()
    by_number: dict[str, tuple[Known, ...]] = {}
    for entry in tomllib.loads(raw.decode("utf-8"))["document"]:
        known = Known(**entry)
        by_number[key(known.number)] = (*by_number.get(key(known.number), ()), known)
    return by_number


def find(number: str, dated: date | None) -> Known | None:
    """The known document meant by a number and date.

    Without a date the number must be held by one document only. With a date that differs from
    the known one, the document is still meant if both dates lie in one run of numbering.
    """
    candidates = register().get(key(number), ())
    if dated is None:
        return candidates[0] if len(candidates) == 1 else None
    exact = next((k for k in candidates if k.issued == dated), None)
    return exact or next((k for k in candidates if same_run(number, k.issued, dated)), None)
