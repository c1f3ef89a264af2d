"""The mark of one copy: seen on every page, and hidden in the file, it leads back to who took it and when.

The mark itself names nobody. Whoever makes copies keeps code → account, export and time in a table.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from phoihop.base.security.uploads import zipguard

Lang = Literal["vi", "en"]
# Letters and digits that nobody mistakes for one another on paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PROPERTY = "copy"
_LENGTH = 12  # of 30 letters: 59 bits
_CODE = re.compile(rf"\bPH(?:-[{ALPHABET}]{{4}}){{3}}\b")
_CLASSES = {
    "public": ("Công khai", "Public"),
    "internal": ("Nội bộ, không phổ biến", "Internal, not for publication"),
    "personal": ("Có thông tin cá nhân, không phổ biến", "Personal data, not for publication"),
    "sensitive": ("Có thông tin cá nhân, không phổ biến", "Personal data, not for publication"),
}


def new_code() -> str:
    """A code for one copy, PH-XXXX-XXXX-XXXX, by chance alone."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
    return "-".join(["PH", *(letters[n : n + 4] for n in range(0, _LENGTH, 4))])


@dataclass(frozen=True, slots=True)
class Mark:
    """One copy: when it was taken (in the time zone of the reader), how it is classed, and its code.

    "sensitive" is worded as "personal": the line is read by people who should not learn more from it.
    """

    taken: datetime
    classed: Literal["public", "internal", "personal", "sensitive"] = "internal"
    code: str = field(default_factory=new_code)

    def line(self, lang: Lang = "vi") -> str:
        """The line that is printed on every page."""
        vi, en = _CLASSES[self.classed]
        when = f"{self.taken:%d/%m/%Y %H:%M}"
        return f"{vi} · Bản số {self.code} · {when}" if lang == "vi" else f"{en} · Copy {self.code} · {when}"


def codes_in(data: bytes) -> set[str]:
    """The codes in a copy that was found: .xlsx or .docx, or any text (.csv, a print read back by OCR).

    Raises Refusal "zip-bomb" or "corrupt" as zipguard does.
    """
    if not data.startswith(b"PK"):
        return set(_CODE.findall(data.decode("utf-8", "replace")))
    found: set[str] = set()
    with zipguard.check(data) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                found |= set(_CODE.findall(archive.read(name).decode("utf-8", "replace")))
    return found
