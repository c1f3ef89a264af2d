"""Documents of an invented province, and short ways to have them read."""

from phoihop.engines.reading import understand
from phoihop.engines.reading.model import Document, Extract, Reading, Target
from phoihop.kernel.text import nfc

HEAD = """ỦY BAN NHÂN DÂN
TỈNH PHÌN SƠN
-------

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------

Số: 18/KH-UBND

Phìn Sơn, ngày 12 tháng 02 năm 2024

KẾ HOẠCH

Phòng, chống ma túy năm 2024 trên địa bàn tỉnh Phìn Sơn
"""


def reading(text: str) -> Reading:
    return understand(Extract(nfc(text), "txt"), "x.txt")


def document(text: str) -> Document:
    """The only document of a text."""
    (found,) = reading(text).documents
    return found


def plan(*paragraphs: str) -> str:
    """A plan of the invented province with these paragraphs."""
    return "\n\n".join([HEAD.strip(), *paragraphs]) + "\n"


def goals(*paragraphs: str) -> tuple[Target, ...]:
    """The targets of paragraphs under a heading of goals."""
    return document(plan("I. MỤC TIÊU", *paragraphs)).targets


def work(*paragraphs: str) -> tuple[Target, ...]:
    """The targets of paragraphs under a heading of work to do."""
    return document(plan("II. NHIỆM VỤ VÀ GIẢI PHÁP", *paragraphs)).targets


def bound(target: Target) -> str:
    """A target in short: comparator, value (range), unit: '>= 90 %', '= 5..7 %'."""
    value = f"{target.value}" if target.value_max is None else f"{target.value}..{target.value_max}"
    return f"{target.comparator} {value} {target.unit}"


def bounds(targets: tuple[Target, ...]) -> list[str]:
    return [bound(target) for target in targets]
