"""Names of files that go out: what kind of thing, when, which copy; never whom or what it is about."""

from datetime import date
from typing import Literal

Thing = Literal["export", "report", "decision", "plan", "print", "answer", "document"]
_THINGS: dict[Thing, str] = {
    "export": "xuat-du-lieu",
    "report": "bao-cao",
    "decision": "quyet-dinh",
    "plan": "ke-hoach",
    "print": "ban-in",
    "answer": "tra-loi",
    "document": "van-ban",
}


def neutral_name(thing: Thing, day: date, code: str, ending: str) -> str:
    """The name of a download, such as "bao-cao-2026-11-22-PH-7K3M.xlsx".

    ``code`` is that of the copy's mark, of which the beginning is used. A name may end in a history, a
    log or a stranger's sight: it is made of a closed list of words and nothing that anybody typed.
    Raises ValueError for an ending or a code that is not made of letters and digits.
    """
    short = "-".join(code.split("-")[:2])
    if (
        not ending.isalnum()
        or not ending.isascii()
        or not all(c.isascii() and (c.isalnum() or c == "-") for c in short)
    ):
        raise ValueError("an ending and a code are letters and digits")
    return f"{_THINGS[thing]}-{day.isoformat()}-{short}.{ending.lower()}"
