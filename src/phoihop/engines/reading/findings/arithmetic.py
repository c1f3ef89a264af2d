"""Counts, percentages and totals of one sentence that have to agree with each other.

A printed percentage stands for every share that rounds to it, so "1.650 người, bằng 41,13 %"
fits only certain totals: the whole numbers n with 1650/n between 41.125 % and 41.135 %.
"""

import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import ceil

from phoihop.engines.reading.findings.wording import fold, found, number, place, quote
from phoihop.engines.reading.model import Document, Finding, Severity, Span

# The engine jumps from digit to digit only when a pattern begins with one: what may not stand before the
# first digit is therefore said behind it.
_FIRST = r"\d(?<![\d.,/]\d)(?:\d{0,2}(?:\.\d{3})+(?![\d,])|\d{0,6}(?![\d.,]*\d))"
_COUNT = r"\d{1,3}(?:\.\d{3})+(?![\d,])|\d{1,7}(?![\d.,]*\d)"
_PERCENT = r"(?P<percent>\d{1,3}(?:[.,]\d{1,3})?)\s{0,2}(?P<sign>%)"
_UNITS = (
    r"người|bệnh nhân|trường hợp|đối tượng|học viên|học sinh|nạn nhân|cán bộ|hộ|vụ|xã|huyện|cơ sở|lớp|buổi"
    r"|cuộc|hội nghị|tờ rơi|điểm|mô hình|đơn vị|phường|thôn|bản|trạm|đợt|diễn đàn|ca"
)
_ACTIVITIES = frozenset({"lớp", "buổi", "cuộc", "hội nghị", "đợt", "diễn đàn", "mô hình"})

_IS = r"(?:bằng|chiếm|tương ứng|tương đương|đạt)(?:\s+tỷ lệ)?"
# Between the figure and its percentage no comma may stand: behind it something else is counted.
_SHARE = re.compile(
    rf"(?P<count>{_FIRST})\s{{1,3}}(?P<unit>{_UNITS})\b[^\d.,;:()\n%|]{{0,60}}?"
    rf"[,(;]?\s{{0,3}}{_IS}\s{{1,3}}{_PERCENT}(?P<of>[^.,;:()\n|]{{0,90}})"
)
_FRACTION = re.compile(
    rf"(?P<part>{_FIRST})\s{{0,2}}/\s{{0,2}}(?P<whole>{_COUNT})\s{{1,3}}(?P<unit>{_UNITS})\b"
    rf"[^\d.,;:()\n%|]{{0,40}}?(?:[,(]?\s{{0,3}}(?:{_IS}|=)\s{{0,3}}|\s{{0,3}}\()\s{{0,3}}{_PERCENT}"
)
_PER = frozenset({1_000, 10_000, 100_000, 1_000_000})  # "15/100.000 người" is a rate, not a part of a whole
_MONEY = re.compile(r"(?P<amount>\d(?<![\d.,]\d)\d{0,2}(?:\.\d{3})+)\s{1,3}(?P<unit>tỷ|triệu) đồng\b")
_IMPLAUSIBLE = {"tỷ": 1_000_000, "triệu": 1_000_000_000}
_COMPARISON = re.compile(r"so với|cùng kỳ|kế hoạch|chỉ tiêu|dự toán")
_TOTAL = re.compile(
    rf"(?P<total>{_FIRST})\s+(?P<unit>{_UNITS})\b[^\d.;:\n|]{{0,60}}?[,:(;]\s*"
    r"(?P<how>trong đó|bao gồm|gồm)\b(?P<parts>[^.;\n|]{3,300})"
)
_PART = re.compile(rf"(?<![\d.,/%])(?P<part>{_COUNT})\s+(?P<unit>{_UNITS})\b")
_ANY_PERCENT = re.compile(r"(\d(?<![\d.,/]\d)\d{0,2}(?:[.,]\d{1,3})?)\s{0,2}%")
_LAST_SHARE = re.compile(
    r"(?:(?P<rest>còn lại)|\bnữ (?:chiếm|là))[^.;\n|%]{0,40}?\d{1,3}(?:[.,]\d{1,3})?\s?%"
)
_BY_SEX = re.compile(r"\b(?:nam|nữ) (?:chiếm|là) (\d{1,3}(?:[.,]\d{1,3})?)\s?%")
_SENTENCE_BREAK = re.compile(r"[;\n|:]|\.\s")
_LIMIT = 3
_MOST_LOOKED = 30
_NEAR = 3000


def whole(text: str) -> int:
    """ "1.650" → 1650."""
    return int(text.replace(".", ""))


def share(text: str) -> Decimal:
    """ "41,13" → Decimal("41.13"), keeping the decimals as printed."""
    return Decimal(text.replace(",", "."))


def bases(count: int, percent: Decimal, slack: Decimal = Decimal("0.5")) -> range:
    """All whole totals of which ``count`` is ``percent`` after rounding to the printed decimals.

    ``slack`` is the rounding error allowed, in units of the last printed digit.
    """
    if count <= 0 or percent <= 0:
        return range(0)
    exponent = percent.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    low, high = percent - unit * slack, percent + unit * slack
    first = (100 * count / high).to_integral_value(ROUND_CEILING)
    if low <= 0:
        return range(0)
    last = (100 * count / low).to_integral_value(ROUND_FLOOR)
    return range(int(first), int(last) + 1)


def shares(document: Document, text: str) -> Iterator[Finding]:
    """Count and percentage side by side: the only total they fit, or that they fit none."""
    shown = looked = 0
    for match in _SHARE.finditer(text, *document.span):
        count, percent = whole(match["count"]), share(match["percent"])
        if not 0 < percent <= 100 or count < 2 or _COMPARISON.search(match["of"]):
            continue
        span = (match.start("count"), match.end("sign"))
        fits = bases(count, percent)
        if not bases(count, percent, Decimal(1)):
            yield _no_base(document, match, span, count, percent)
        elif len(fits) == 1 and count >= 20 and shown < _LIMIT and looked < _MOST_LOOKED:
            # Each look goes through the whole text.
            looked += 1
            if _hidden(fits[0], match["of"], text):
                shown += 1
                yield _hidden_base(document, text, match, span, count, percent, fits[0])


def _hidden(base: int, of: str, text: str) -> bool:
    return _population(of) is not None and not _stated(base, text)


def _population(of: str) -> str | None:
    """What the percentage is taken of: "số người nghiện có hồ sơ quản lý"."""
    match = re.match(r"\s*(?:trên |của |trong )?(?:tổng )?(số .{4,})", of)
    return match[1].strip() if match else None


def _stated(base: int, text: str) -> bool:
    """Whether the document states this total anywhere."""
    return any(
        written in text and re.search(rf"(?<![\d.,]){re.escape(written)}(?![\d]|[.,]\d)", text)
        for written in (number(base), str(base))
    )


def _no_base(document: Document, match: re.Match[str], span: Span, count: int, percent: Decimal) -> Finding:
    at = place(document, span[0])
    return found(
        "arithmetic",
        f"{number(count)} {match['unit']}{at.vi} không thể bằng {number(percent)} % của bất kỳ tổng số"
        " nguyên nào. Số lượng hoặc tỷ lệ ghi sai; hãy tính lại từ số liệu gốc.",
        f"{number(count)}{at.en} cannot be {number(percent)} % of any whole total. Either the count"
        " or the"
        " percentage is wrong; recompute it from the source figures.",
        [span],
    )


def _hidden_base(
    document: Document, text: str, match: re.Match[str], span: Span, count: int, percent: Decimal, base: int
) -> Finding:
    at = place(document, span[0])
    population = _population(match["of"]) or ""
    unit = match["unit"]
    vi = (
        f"{number(count)} {unit} bằng {number(percent)} %{at.vi} chỉ khớp khi tổng ({population}) là"
        f" {number(base)}; văn bản không nêu tổng này. Nên ghi rõ để theo dõi được kết quả."
    )
    en = (
        f"{number(count)} being {number(percent)} %{at.en} fits only a total of {number(base)}"
        f" ({population}), which the document does not state. State it, so that progress can be followed."
    )
    spans = [span]
    for other, where, comparator in _same_population(text, population, span, document.span):
        needed = _needed(base, other, comparator)
        spans.append(where)
        vi += f" Mức {number(other)} % của cùng tổng số tức là {number(needed)} {unit}"
        en += f" {number(other)} % of the same total means {number(needed)}"
        if needed > count:
            vi += f", còn {number(needed - count)} {unit} ngoài số {number(count)} đã giao"
            en += f", {number(needed - count)} beyond the {number(count)} assigned here"
        vi, en = vi + ".", en + "."
    return found("hidden-base", vi, en, spans)


def _needed(base: int, percent: Decimal, comparator: str) -> int:
    exact = base * percent / 100
    return int(exact) + 1 if comparator == "above" else ceil(exact)


def _gist(words: str) -> str:
    """A population's wording without what may be left out of it: "ma túy", "trở lên", "tổng"."""
    return re.sub(r"\b(?:ma tuy|tro len|tong)\b ?", "", fold(words)).strip()


def _same_population(
    text: str, population: str, span: Span, within: Span
) -> Iterator[tuple[Decimal, Span, str]]:
    """Other percentages near by that are taken of the same population."""
    wanted = _gist(population)
    start, end = max(within[0], span[0] - _NEAR), min(within[1], span[1] + _NEAR)
    for other in _ANY_PERCENT.finditer(text, start, end):
        if span[0] <= other.start() < span[1]:
            continue
        of = _gist(text[other.end() : other.end() + 40 + 2 * len(population)].split("\n", maxsplit=1)[0])
        before = fold(text[max(0, other.start() - 12) : other.start()])
        if not of.startswith(wanted) or before.endswith(("duoi", "giam", "them")):
            continue
        yield share(other[1]), other.span(), "above" if before.endswith(("tren", "hon", "vuot")) else "least"


def fractions(document: Document, text: str) -> Iterator[Finding]:
    """ "45/60 xã, đạt 80 %": the percentage against the fraction before it."""
    for match in _FRACTION.finditer(text, *document.span):
        part, total, percent = whole(match["part"]), whole(match["whole"]), share(match["percent"])
        before = text[max(0, match.start() - 8) : match.start()]
        if total == 0 or total in _PER or re.search(r"(?:ngày|tháng|số)\s*$", before):
            continue
        exponent = percent.as_tuple().exponent
        unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
        actual = Decimal(100 * part) / total
        # Cutting decimals off instead of rounding them is no error worth a warning.
        if abs(actual - percent) < unit:
            continue
        at = place(document, match.start())
        right = actual.quantize(unit)
        yield found(
            "arithmetic",
            f"{number(part)}/{number(total)} {match['unit']}{at.vi} là {number(right)} %, văn"
            " bản ghi"
            f" {number(percent)} %. Hãy tính lại và sửa số sai.",
            f"{number(part)}/{number(total)}{at.en} is {number(right)} %, the document says"
            f" {number(percent)} %. Recompute and correct the wrong figure.",
            [(match.start(), match.end("sign"))],
        )


def parts(document: Document, text: str) -> Iterator[Finding]:
    """A total and its parts. Groups of people may overlap, so only countable activities are added up."""
    for match in _TOTAL.finditer(text, *document.span):
        total, unit = whole(match["total"]), match["unit"]
        listed = [p for p in _PART.finditer(match["parts"]) if p["unit"] == unit]
        counts = [whole(p["part"]) for p in listed]
        at = place(document, match.start())
        span = (match.start("total"), match.end("parts"))
        if counts and max(counts) > total:
            yield found(
                "arithmetic",
                f"Trong {number(total)} {unit}{at.vi} không thể có {number(max(counts))} {unit}:"
                " phần lớn"
                " hơn tổng. Hãy kiểm tra hai số.",
                f"A total of {number(total)}{at.en} cannot contain {number(max(counts))}: the part"
                " exceeds"
                " the whole. Check both figures.",
                [span],
            )
        elif len(counts) >= 2 and unit in _ACTIVITIES:
            over = sum(counts) > total
            if over or (match["how"] != "trong đó" and sum(counts) != total and "…" not in match["parts"]):
                yield found(
                    "arithmetic",
                    f"Các phần cộng lại là {number(sum(counts))} {unit}{at.vi}, tổng ghi"
                    f" {number(total)}."
                    " Hãy kiểm tra lại.",
                    f"The parts add up to {number(sum(counts))}{at.en}, the stated total is"
                    f" {number(total)}. Check.",
                    [span],
                    Severity.WARNING,
                )


def partitions(document: Document, text: str) -> Iterator[Finding]:
    """Percentages that share out one whole ("còn lại", nam and nữ) and exceed it."""
    for match in _LAST_SHARE.finditer(text, *document.span):
        before = text[max(document.span[0], match.start() - 300) : match.start()]
        start = match.start() - len(_SENTENCE_BREAK.split(before)[-1].lstrip())
        sentence = text[start : match.end()]
        if match["rest"]:
            values = [share(p[1]) for p in _ANY_PERCENT.finditer(sentence)]
        else:
            values = [share(p[1]) for p in _BY_SEX.finditer(sentence)]
            if len(values) != 2:
                continue
        total = sum(values, Decimal(0))
        if len(values) < 2 or total <= 100 + Decimal("0.1") * len(values):
            continue
        if re.search(r"so với|tăng|giảm|đạt", sentence):
            continue
        at = place(document, start)
        yield found(
            "arithmetic",
            f"Các tỷ lệ của một tổng số{at.vi} cộng lại là {number(total)} %, quá 100 %:"
            f" {quote(sentence, 90)}. Hãy kiểm tra từng tỷ lệ.",
            f"The shares of one whole{at.en} add up to {number(total)} %, above 100 %:"
            f" {quote(sentence, 90)}. Check each share.",
            [(start, match.end())],
            Severity.WARNING,
        )


def money(document: Document, text: str) -> Iterator[Finding]:
    """Sums beyond any public budget, where the unit was most likely added to plain đồng."""
    for match in _MONEY.finditer(text, *document.span):
        amount, unit = whole(match["amount"]), match["unit"]
        if amount < _IMPLAUSIBLE[unit]:
            continue
        at = place(document, match.start())
        yield found(
            "magnitude",
            f"{match['amount']} {unit} đồng{at.vi} lớn hơn ngân sách cả nước; có lẽ đơn vị là “đồng”."
            " Hãy kiểm tra đơn vị tiền.",
            f"{number(amount)} {'billion' if unit == 'tỷ' else 'million'} đồng{at.en} exceeds the"
            " budget of"
            " the whole country; plain đồng is probably meant. Check the unit.",
            [match.span()],
        )
