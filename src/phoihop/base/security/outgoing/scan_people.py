"""Names of people: where they may stand in a text, and which tables and lines are lists of people."""

import re
from collections.abc import Iterator, Sequence

from phoihop.base.security.outgoing import scan_patterns
from phoihop.base.security.outgoing.scan_patterns import this_year, word_list
from phoihop.kernel.periods import DATE_RE
from phoihop.kernel.text import nfc, plain

# Plain forms of family names: the hundred or so of the lowlands, and those of the peoples of the mountains.
SURNAMES = word_list("surnames")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_YEAR = re.compile(r"(?<![\d/.])(?:19[2-9]\d|20[0-2]\d)(?![\d/.]\d|\d)")
_NUMBERED = re.compile(r"\s*(?:\d{1,4}[.)\s]|[-+*•])?\s*(?:(?:ông|bà|anh|chị|em)\s+)?", re.I)
_BIRTH_TITLE = re.compile(r"\bsinh\b|\btuoi\b|\bdob\b|\bbirth")
_NAME_TITLE = re.compile(r"\bho (?:va )?(?:ten|chu dem)|\bho ten\b|\bfull name\b|^ten$")
_FEWEST = 3  # rows that make a list


def runs(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Runs of two or more capitalised words, and where they stand: (start, end, words)."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        joined = run and re.fullmatch(r"\s{1,3}", text[run[-1].end() : word.start()])
        if not word[0][0].isupper():
            yield from _closed(run)
            run = []
        elif joined:
            run.append(word)
        else:
            yield from _closed(run)
            run = [word]
    yield from _closed(run)


def _closed(run: list[re.Match[str]]) -> Iterator[tuple[int, int, list[str]]]:
    if len(run) >= 2:
        yield run[0].start(), run[-1].end(), [word[0] for word in run]


def candidates(text: str, cell: bool = False) -> Iterator[str]:
    """Plain forms ("lo van vi du") of everything in a text that may be a name of two to five words.

    In a ``cell`` of a table also what is written in small letters, if nothing else stands there.
    """
    text = nfc(text)
    for _, _, words in runs(text):
        parts = [plain(word) for word in words]
        for size in range(2, 6):
            for start in range(len(parts) - size + 1):
                yield " ".join(parts[start : start + size])
    words = _WORD.findall(text)
    if cell and 2 <= len(words) <= 5 and " ".join(words) == " ".join(text.split()):
        yield plain(" ".join(words))


def initials(name: str) -> str:
    """All that may be shown of a name: "L. V. V. D." """
    return " ".join(f"{word[0].upper()}." for word in name.split())


def is_name(text: str, fewest: int = 2) -> bool:
    """Whether a text is nothing but what looks like a person's name: capitals, a family name first."""
    words = text.split()
    return (
        fewest <= len(words) <= 6
        and all(_WORD.fullmatch(word) and word[0].isupper() for word in words)
        and plain(words[0]) in SURNAMES
    )


def births(text: str) -> Iterator[scan_patterns.Hit]:
    """Names with a birth right behind them."""
    for start, end, words in runs(text):
        found = scan_patterns.born_behind(text, end)
        if found is None:
            # "LÒ VĂN VÍ DỤ SINH NĂM 1985": the run of capitals has swallowed the word that tells.
            for n, word in enumerate(words):
                if n >= 2 and plain(word) in ("sinh", "sn"):
                    cut = start + len(" ".join(words[:n]))
                    found = scan_patterns.born_behind(text, cut)
                    break
        if found is not None:
            yield scan_patterns.Hit("birth", "certain", start, found.end(), "**/**/****")


def is_list(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table lists people: three rows or more with a name and, beside it, a birth, an id or a phone.

    A year or date alone counts as a birth under a title that says so, or beside a name under "Họ và tên",
    or when most names have three words, as those of provinces do not.
    """
    if len(rows) < _FEWEST:
        return False
    titles = [plain(cell) for row in rows[:2] for cell in row]
    told = any(_BIRTH_TITLE.search(title) for title in titles) or any(_NAME_TITLE.search(t) for t in titles)
    sure, dated, long = 0, 0, 0
    for row in rows:
        names = [cell for cell in row if is_name(_bare(cell))]
        if not names:
            continue
        others = [cell for cell in row if cell not in names]
        if any(hit.kind != "email" for cell in others for hit in scan_patterns.numbers(cell)):
            sure += 1
        elif any(_is_date(cell) for cell in others):
            dated += 1
            long += any(is_name(_bare(name), 3) for name in names)
    return sure + dated >= _FEWEST if told or 3 * long >= 2 * dated else sure >= _FEWEST


def lists_in_lines(lines: Sequence[str]) -> Iterator[int]:
    """Where three or more lines begin that each open with a name and hold a birth, an id or a phone."""
    begin = 0
    for n, line in enumerate([*lines, ""]):
        if n < len(lines) and _is_entry(line):
            continue
        if n - begin >= _FEWEST:
            yield begin
        begin = n + 1


def _is_entry(line: str) -> bool:
    start = _NUMBERED.match(line)
    rest = line[start.end() :] if start else line
    first = next(runs(rest[:80]), None)
    if first is None or first[0] != 0 or plain(first[2][0]) not in SURNAMES or len(first[2]) > 6:
        return False
    behind = rest[first[1] :]
    if any(scan_patterns.numbers(behind)):
        return True
    return len(first[2]) >= 3 and len(line) < 120 and _is_date(behind, inside=True)


def _is_date(text: str, inside: bool = False) -> bool:
    """Whether a text is (or has inside) a day or a year in which somebody alive may have been born."""
    text = text.strip()
    for pattern in (DATE_RE, _YEAR):
        for found in pattern.finditer(text):
            year = int(re.findall(r"\d{4}", found[0])[-1])
            if 1920 <= year <= this_year() and (inside or found[0] == text):
                return True
    return False


def _bare(cell: str) -> str:
    """A cell without a number or a form of address before the name."""
    start = _NUMBERED.match(cell)
    return (cell[start.end() :] if start else cell).strip()
