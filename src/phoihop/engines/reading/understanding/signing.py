"""The foot of a document: who signed, for whom, and who receives it."""

import re

from phoihop.engines.reading.model import Signer, Span
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.labels import label_of
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.kernel.text import is_upper

_PREFIX = vi(r"(?P<prefix>TM\.?|T/M\.?|KT\.|KT\b|K/T\.?|TL\.|T/L|TUQ\.?|Q\.|TUN\.)\s*(?=[A-ZĐ])")
_OFFICE = vi(
    r"(?i)(?:phó\s+)?(?:quyền\s+)?(?:chủ tịch|bí thư|bộ trưởng|thứ trưởng|thủ tướng|giám đốc|trưởng ban|chủ nhiệm|cục trưởng|chánh văn phòng|chánh thanh tra|viện trưởng|tổng cục trưởng|chi cục trưởng|tổng giám đốc|trưởng phòng|hiệu trưởng|trưởng đoàn|thống đốc|chủ tịch)"
)
_SYLLABLE = r"[A-ZĐ][a-zà-ỹđ']{0,6}"
_NAME = vi(
    rf"(?:(?:Thượng|Trung|Đại|Thiếu)\s+(?:tướng|tá)\s+|(?:TS|ThS|BS|PGS|GS|BSCKII|BSCKI)\.?\s*)*(?P<name>{_SYLLABLE}(?:\s+{_SYLLABLE}){{1,5}})\s*\W*$"
)
_NOT_NAME = vi(
    r"(?i)^(?:nơi nhận|kế hoạch|quyết định|việt nam|ủy ban|ban |sở |bộ |tỉnh |thành phố|phụ lục|độc lập|hạnh phúc|công an|văn phòng|như trên|lưu|mặt trận|hội |phòng |điều |số |chính phủ)"
)


def signers_of(lines: list[Piece], metadata: tuple[str, Span] | None) -> tuple[Signer, ...]:
    """Everyone who signed, in order; the portal's "Người ký" only when no signature is found."""
    found: list[Signer] = []
    seen: set[str] = set()
    for i, line in enumerate(lines):
        if not _begins_signature(line.text):
            continue
        signer = _signer_below(lines, i)
        if signer and signer.name not in seen:
            seen.add(signer.name)
            found.append(signer)
    if not found:
        # A name above "(Đã ký)" with its office lost.
        for i in range(1, len(lines)):
            named = _NAME.match(lines[i - 1].text)
            if (
                re.match(r"(?i)\(?\s*đã ký", lines[i].text)
                and named
                and not _NOT_NAME.match(lines[i - 1].text)
            ):
                found.append(Signer(named["name"], None, None, lines[i - 1].span()))
    if metadata:
        names = [n.strip() for n in re.split(r"[,;]| - ", metadata[0]) if n.strip()]
        real = [n for n in names if _NAME.match(n)]
        if real and not any(s.name in real for s in found):
            found = [Signer(n, None, None, metadata[1]) for n in real]
    return tuple(found)


def _begins_signature(text: str) -> bool:
    if len(text) > 110:
        return False
    head = text.strip(" *")
    return bool(_PREFIX.match(head)) or (
        is_upper(head) and bool(_OFFICE.match(head)) and not re.search(r"\d{2,}", head)
    )


def _signer_below(lines: list[Piece], i: int) -> Signer | None:
    prefix: str | None = None
    offices: list[str] = []
    for j in range(i, min(len(lines), i + 9)):
        text = lines[j].text.strip(" *_.")
        match = _PREFIX.match(lines[j].text.strip(" *"))
        if match:
            # "TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH": the last prefix is the one the person signs under.
            prefix = match["prefix"]
        inline = re.match(
            rf"(?P<office>[^a-zà-ỹ]*?(?:CHỦ TỊCH|BÍ THƯ|GIÁM ĐỐC|TRƯỞNG|THƯ KÝ)[^a-zà-ỹ]*?)\s+(?P<name>{_SYLLABLE}(?:\s+{_SYLLABLE}){{1,4}})$",
            text,
        )
        if inline and is_upper(inline["office"]):
            start = lines[j].text.find(inline["name"])
            return Signer(
                inline["name"],
                inline["office"].strip(),
                prefix,
                lines[j].span(start, start + len(inline["name"])),
            )
        if is_upper(text) and (_OFFICE.search(text) or match):
            offices.append(text)
            continue
        named = _NAME.match(text)
        if (
            named
            and not is_upper(named["name"])
            and not _NOT_NAME.match(text)
            and not label_of(lines[j].text)
        ):
            start = lines[j].text.find(named["name"])
            office = next((o for o in reversed(offices) if _OFFICE.search(o)), None)
            return Signer(named["name"], office, prefix, lines[j].span(start, start + len(named["name"])))
        if (
            re.match(r"(?i)nơi nhận|\(?đã ký|ký bởi|\[daky\]|\(?ký tên", text)
            or (is_upper(text) and len(text) < 60)
            or len(text) < 6
        ):
            continue
        if re.match(r"\s*[-–+]", lines[j].text):
            continue
        if j > i:
            break
    return None


_RECIPIENTS = vi(r"(?i)\bnơi\s+nhận\s*:?\s*")


def recipients_of(lines: list[Piece]) -> tuple[tuple[str, ...], Span | None]:
    """The bodies under "Nơi nhận", as worded, and the span of the list."""
    start = next(
        (i for i in range(len(lines) - 1, -1, -1) if _RECIPIENTS.match(lines[i].text.strip(" *"))), None
    )
    if start is None:
        return (), None
    first = _RECIPIENTS.search(lines[start].text)
    texts: list[tuple[str, Span]] = []
    inline = lines[start].text[first.end() :] if first else ""
    if len(inline.strip(" *")) > 3:
        texts += [(part, lines[start].span()) for part in re.split(r";\s*-|(?<=;)\s+", inline)]
    for line in lines[start + 1 : start + 40]:
        text = line.text
        if _begins_signature(text):
            break
        if not re.match(r"\s*[-–+•*]", text) and not texts:
            break
        if re.match(r"\s*[-–+•]", text):
            texts.append((text, line.span()))
        elif (
            texts
            and not re.search(r"[.]$", texts[-1][0])
            and len(text) < 120
            and not re.fullmatch(r"[\d-]+", text)
        ):
            texts[-1] = (f"{texts[-1][0]} {text}", (texts[-1][1][0], line.span()[1]))
        else:
            break
    names = [re.sub(r"\s+", " ", t.strip(" -–+•*;.,}{")).strip() for t, _ in texts]
    names = [re.sub(r"\s*[}\]]?\s*\((?:để|thay|b/c).*$", "", n).rstrip(" }") for n in names]
    kept = tuple(n for n in names if n and not re.match(r"(?i)lưu\b", n))
    return kept, ((texts[0][1][0], texts[-1][1][1]) if texts else None)
