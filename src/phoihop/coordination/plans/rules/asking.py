"""Which sentences ask for a plan of one's own: "xây dựng kế hoạch thực hiện", and of whom."""

import re
from dataclasses import dataclass
from datetime import date

from phoihop.coordination.plans.rules.due import when
from phoihop.kernel.text import nfc

_SENTENCE = re.compile(r"[^.;\n]+")
_ASKS = re.compile(
    r"\b(?:xây dựng|ban hành)(?:\s+(?:và|,)?\s*(?:xây dựng|ban hành))?(?:\s+(?:chương trình|đề án),?)?"
    r"\s+kế hoạch\b(?!\s+(?:phát triển|đầu tư|vốn|phối hợp))"
)
# Who has to do it, where the sentence begins with them; else it is who leads the task.
_SUBJECT = re.compile(
    r"^\W*(?:\d+\W+)?(?P<who>(?:các|sở|bộ|ban|ủy ban nhân dân|ubnd|công an|hội|liên đoàn|tỉnh đoàn)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_BY = re.compile(r"\b(?:trước|chậm nhất|xong|hoàn thành)\b[^.;]*?\d{1,2}/\d{1,2}(?:/\d{4})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A plan that is asked for: of whom, in the sentence's words ("" where it does not say), and by when."""

    who: str
    due: date | None


def asked(text: str, *, first: date | None = None, last: date | None = None) -> tuple[Asked, ...]:
    """Every plan of their own that a task asks others for; ``first`` and ``last`` are the plan's days."""
    found = []
    for sentence in _SENTENCE.finditer(nfc(text)):
        match = _ASKS.search(sentence[0].casefold())
        if match is None:
            continue
        subject = _SUBJECT.match(sentence[0][: match.start()])
        named = " ".join(subject["who"].split()) if subject else ""
        by = _BY.search(sentence[0])
        found.append(Asked(named, when(by[0], first=first, last=last).last if by else None))
    return tuple(dict.fromkeys(found))
