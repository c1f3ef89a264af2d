"""Amounts in a sentence: the number, how it binds, what it counts. No judgement yet whether it is a target."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice

from phoihop.engines.reading.model import Comparator
from phoihop.engines.reading.understanding.gazetteers import alternation, load
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.kernel.quantities import NUMBER, WORDS, parse_number

_NUM = rf"(?<![\w/.,-])(?:{NUMBER})(?!\d)"
_RANGE_DASH = r"\s*(?:%|‰)?\s*(?:-|–|đến|tới)\s*(?:dưới\s+|trên\s+)?"
_PEOPLE = r"(?:người\s+)?(?:dân|bé gái|bé trai|phụ\s+nữ|hộ|trẻ(?:\s+đẻ\s+sống|\s+em)?|ca\s+đẻ\s+sống|người|phụ\s+nữ)"

PERCENT = vi(
    rf"(?P<low>{_NUM})(?:{_RANGE_DASH}(?P<high>{NUMBER}))?\s*(?P<unit>%0(?!\d)|%|‰|phần\s+trăm)(?!\w)(?P<yearly>\s*/\s*năm)?"
)
RATE = vi(
    rf"(?P<low>{_NUM})(?:\s*(?:[-–]|đến)\s*(?P<high>{NUMBER}))?(?P<noun>(?:\s+(?!trên|đến|năm|và|cho)[a-zđà-ỹ]+){{0,4}}?)\s*(?:/|\btrên|\bcho)\s*(?P<per>1\.000|100(?=\s+(?:bé|trẻ em|phụ nữ|hộ))|10\.000|100\.000|1000|100000|100\s000)(?:\s*(?P<who>{_PEOPLE}))?(?!\d)"
)
CASCADE = vi(r"(?<![\d/-])(?P<a>\d{2})\s?[-–]\s?(?P<b>\d{2})\s?[-–]\s?(?P<c>\d{2})(?![\d/-])(?!\s*%)")
FRACTION = vi(r"(?<![\d/.,-])(?P<low>\d{1,3})\s?/\s?(?P<whole>\d{1,3})(?![\d/])\s+(?=[a-zđà-ỹ])")
_RANGED = vi(r"(?i)từ\s*$")
_DIGITS = vi(r"\d+")
MOST_FIGURES = 60
MULTIPLIER = {"nghìn": 1000, "ngàn": 1000, "triệu": 1_000_000}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a text with its bounds; ``start``/``end`` enclose number and unit, ``lead`` the comparator too."""

    value: Decimal
    value_max: Decimal | None
    unit: str | None
    kind: str
    start: int
    end: int
    lead: int
    tail: int
    comparator: Comparator
    bound: bool
    word: str = ""
    whole: Decimal | None = None


@cache
def _units() -> re.Pattern[str]:
    data = load("units")
    places = alternation(data["places"])
    return vi(
        rf"(?i:(?:{places})(?:\s*,\s*(?:{places})(?!\w))+|{alternation([*data['activity'], *data['result']])})(?!\w)"
    )


@cache
def activity_units() -> frozenset[str]:
    return frozenset(u.casefold() for u in load("units")["activity"])


@cache
def _count() -> re.Pattern[str]:
    return vi(
        rf"(?P<low>{_NUM})(?:(?:\s*[-–]\s*|\s+đến\s+|\s+tới\s+)(?P<high>{NUMBER}))?(?P<times>\s+(?:nghìn|ngàn|triệu))?(?:\s*\([^\W\d_]+\))?\s+(?P<noun>(?!trở\b|vào\b|lên\b|đến\b|tới\b|và\b|hoặc\b|của\b|trong\b|trên\b|dưới\b|là\b|được\b|có\b|so\b|năm 20)[^\W\d_](?:[\w/&]|-(?=\w))*(?:,?\s+[^\W\d_][\w/&]*){{0,5}})"
    )


# A word of measure may stand between the comparator and the number: "tối thiểu đạt 90%".
_BRIDGE = r"(?:\s*(?:đạt|là|được|có|từ|khoảng|bằng|còn|mức|ở|cho|phải|gồm|trong|tới|đến|hoặc bằng))*\s*"
_BEFORE = [
    (Comparator.AT_LEAST, vi(rf"(?i)(?<!\w)(?:ít nhất|tối thiểu|không dưới|không thấp hơn|không ít hơn|chí ít|≥|>=|từ\s+trên){_BRIDGE}$")),
    (Comparator.AT_MOST, vi(rf"(?i)(?<!\w)(?:tối đa|không\s+(?:được\s+)?(?:vượt\s+)?quá|không vượt|không cao hơn|không lớn hơn|nhiều nhất|≤|<=|không để[^,;]{{0,60}}(?:vượt quá|vượt|quá|trên)){_BRIDGE}$")),
    # before "hơn" alone: "thấp hơn 5%" is below
    (Comparator.BELOW, vi(r"(?i)(?<!\w)(?:dưới|thấp hơn|nhỏ hơn|ít hơn|chưa đến|chưa tới|<)\s*(?:mức\s+)?$")),
    (Comparator.ABOVE, vi(r"(?i)(?<!\w)(?:trên|hơn|vượt(?:\s+mức)?|vượt trên|lớn hơn|cao hơn|quá|>)\s*(?:mức\s+)?$")),
]  # fmt: skip
_AFTER = [
    (Comparator.AT_LEAST, vi(r"(?i)\s*(?:[^\W\d_]+,?\s+){0,6}?trở\s+lên")),
    (Comparator.AT_MOST, vi(r"(?i)\s*(?:[^\W\d_]+,?\s+){0,6}?trở\s+xuống")),
]


def _bound(text: str, start: int, end: int, limit: int) -> tuple[Comparator, int, int, bool]:
    """The comparator of a number, where it begins, where it ends, and whether one was worded."""
    before = text[max(0, start - 90) : start]
    for comparator, pattern in _AFTER if "rở" in text or "RỞ" in text else ():
        match = pattern.match(text, end, limit)
        if match:
            lead = re.search(r"(?i)(?:đạt\s+)?từ\s*$", before)
            return (
                comparator,
                start - (len(before) - lead.start()) if lead else start,
                match.end(),
                True,
            )
    for comparator, pattern in _BEFORE:
        match = pattern.search(before)
        if match:
            if comparator is Comparator.ABOVE and re.search(r"(?i)tính\s+$|dựa\s+$", before[: match.start()]):
                continue
            return comparator, start - (len(before) - match.start()), end, True
    return Comparator.EXACTLY, start, end, False


def amounts_in(text: str, blocked: list[tuple[int, int]]) -> list[Amount]:
    """All amounts of a text in order. ``blocked`` are stretches (citations, dates) to pass over."""
    found: list[Amount] = []
    # No sentence of a real document has a tenth of these; beyond it stands a table that lost its lines.
    last = next(islice(_DIGITS.finditer(text), MOST_FIGURES, None), None)
    if last:
        text = text[: last.start()]
    taken = bytearray(len(text))

    def take(a: int, b: int) -> None:
        taken[a:b] = b"\1" * (min(b, len(taken)) - a)

    def free(a: int, b: int) -> bool:
        return taken.find(1, a, b) < 0

    for a, b in blocked:
        if a < len(taken):
            take(a, b)

    for match in CASCADE.finditer(text):
        if free(*match.span()) and all(50 <= int(match[g]) <= 99 for g in "abc"):
            for g in "abc":
                a, b = match.span(g)
                found.append(
                    Amount(
                        Decimal(match[g]),
                        None,
                        "%",
                        "cascade",
                        a,
                        b,
                        match.start(),
                        match.end(),
                        Comparator.EXACTLY,
                        False,
                    )
                )
            take(*match.span())
    for pattern, kind in ((RATE, "rate"), (PERCENT, "percent")):
        for match in pattern.finditer(text):
            if free(*match.span()):
                found.append(_amount(text, match, kind))
                take(*match.span())
    for match in FRACTION.finditer(text):
        unit = _units().match(text, match.end())
        if free(*match.span()) and unit and Decimal(match["low"]) <= Decimal(match["whole"]):
            found.append(
                Amount(
                    Decimal(match["low"]),
                    None,
                    unit.group().lower(),
                    "fraction",
                    match.start(),
                    unit.end(),
                    match.start(),
                    unit.end(),
                    Comparator.EXACTLY,
                    False,
                    whole=Decimal(match["whole"]),
                )
            )
            take(match.start(), unit.end())
    for match in _count().finditer(text):
        if free(match.start("low"), match.end("high") if match["high"] else match.end("low")):
            amount = _counted(text, match)
            if amount:
                found.append(amount)
                take(match.start(), amount.end)
    found += _worded(text)
    found += _elliptic(text, found, free)
    return sorted(found, key=lambda a: a.start)


_ELLIPTIC = vi(rf"(?:,|\bvà)\s+(?P<low>{_NUM})(?=\s+(?:vào\s+|đến\s+|trong\s+)?năm\s+20)")


def _elliptic(text: str, found: list[Amount], free: Callable[[int, int], bool]) -> list[Amount]:
    """'70.000 ngôi nhà … năm 2025 và 80.000 vào năm 2030': the second number counts the same thing."""
    result = []
    for match in _ELLIPTIC.finditer(text):
        counted = [a for a in found if a.kind == "count" and a.end <= match.start()]
        a, b = match.span("low")
        if counted and free(a, b):
            last = max(counted, key=lambda x: x.start)
            result.append(
                Amount(_value(match["low"]), None, last.unit, "count", a, b, a, b, Comparator.EXACTLY, False)
            )
    return result


def _value(text: str) -> Decimal:
    return parse_number(text)


def _amount(text: str, match: re.Match[str], kind: str) -> Amount:
    low, high = _value(match["low"]), _value(match["high"]) if match["high"] else None
    if kind == "rate":
        per = re.sub(r"\s", ".", match["per"])
        per = {"1000": "1.000", "100000": "100.000"}.get(per, per)
        who = re.sub(r"^người\s+dân$", "dân", (match["who"] or "dân").strip())
        noun = match["noun"].strip()
        if noun in ("người", "trường hợp", "ca", "người mắc", "người bệnh", "người chết"):
            noun = ""
        unit = f"{re.sub(r'^số ', '', noun)}/{per} {who}"
    else:
        unit = ("‰" if match["unit"] in ("‰", "%0") else "%") + ("/năm" if match["yearly"] else "")
    comparator, lead, tail, bound = _bound(text, match.start(), match.end(), len(text))
    ranged = _RANGED.search(text, max(0, match.start() - 10), match.start()) if high is not None else None
    if ranged:
        lead = min(lead, ranged.start())
    if high is not None and high < low:
        low, high = high, low
    return Amount(
        low,
        high,
        unit,
        kind,
        match.start(),
        match.end(),
        lead,
        tail,
        comparator if high is None or comparator is Comparator.AT_MOST else Comparator.EXACTLY,
        bound,
    )


def _counted(text: str, match: re.Match[str]) -> Amount | None:
    noun = match["noun"]
    unit = _units().match(text, match.start("noun"))
    word = noun.split()[0].strip(",")
    name = re.sub(r"\s+", " ", unit.group()).lower() if unit else word.lower()
    if (
        unit
        and unit.group()[0].isupper()
        and not unit.group().isupper()
        and unit.group()[1:].islower()
        and len(unit.group()) > 3
    ):
        name = unit.group()
    end = unit.end() if unit else match.start("noun") + len(word)
    number_end = (
        match.end("times") if match["times"] else (match.end("high") if match["high"] else match.end("low"))
    )
    try:
        low, high = _value(match["low"]), _value(match["high"]) if match["high"] else None
    except ValueError:
        return None
    if match["times"]:
        times = MULTIPLIER[match["times"].strip().lower()]
        low, high = low * times, high * times if high is not None else None
    yearly = re.match(r"(?:\s+[^\W\d_]+){0,3}\s*/\s*(?:1\s+)?(năm|quý|tháng)(?!\w)", text[end : end + 40])
    if yearly:
        name = f"{name}/{yearly[1]}"
    comparator, lead, tail, bound = _bound(text, match.start(), number_end, len(text))
    return Amount(
        low,
        high,
        name,
        "count" if unit else "bare",
        match.start(),
        end,
        lead,
        max(tail, end),
        comparator if high is None else Comparator.EXACTLY,
        bound,
        word=word,
    )


_WORDED = vi(
    rf"(?i)(?P<bound>ít nhất|tối thiểu)\s+(?:có\s+|là\s+)?(?P<number>{'|'.join(w for w in WORDS if w not in ('không', 'năm'))})\s+(?=[a-zđà-ỹ])"
)


def _worded(text: str) -> list[Amount]:
    result = []
    for match in islice(_WORDED.finditer(text), MOST_FIGURES):
        unit = _units().match(text, match.end())
        rest = text[match.end() : match.end() + 200].split(" ")
        word = unit.group() if unit else rest[0].strip(",.;")
        if unit is None and " ".join(rest[:2]).strip(",.;") == "hình thức":
            word = "hình thức"
        end = match.end() + len(word)
        result.append(
            Amount(
                Decimal(WORDS[match["number"].lower()]),
                None,
                word.lower(),
                "worded",
                match.start("number"),
                end,
                match.start(),
                end,
                Comparator.AT_LEAST,
                True,
                word=word,
            )
        )
    return result
