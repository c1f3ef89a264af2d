"""What a task is about, as the duties of the register of agencies.

A wrong duty would hand work to a wrong agency, so a duty is named by words that mean it and nothing else:
"cai nghiện" is rehabilitation, but "phòng, chống ma túy" is everybody's, and "tệ nạn xã hội" two agencies'.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from phoihop.base.org.agencies import history, kind
from phoihop.kernel.text import fold

# In the order of asking: what a narrower phrase has named is taken out before the wider ones are looked for.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("aftercare", ("quản lý sau cai nghiện", "quản lý sau cai", "sau cai nghiện", "người sau cai")),
    (
        "home-recovery",
        (
            "cai nghiện tự nguyện tại gia đình",
            "cai nghiện ma túy tự nguyện tại gia đình",
            "cai nghiện tại gia đình",
            "cai nghiện ma túy tại gia đình",
            "cai nghiện tại cộng đồng",
            "cai nghiện ma túy tại cộng đồng",
        ),
    ),
    (
        "substitution",
        (
            "methadone",
            "buprenorphine",
            "điều trị nghiện các chất dạng thuốc phiện",
            "điều trị các chất dạng thuốc phiện",
            "điều trị thay thế nghiện",
            "điều trị thay thế các chất dạng thuốc phiện",
        ),
    ),
    ("inspection", ("đội kiểm tra liên ngành 178", "đội kiểm tra liên ngành", "đội 178")),
    (
        "rescue",
        (
            "tội phạm mua bán người",
            "giải cứu nạn nhân",
            "xác minh giải cứu",
            "điều tra truy tố xét xử các vụ mua bán người",
        ),
    ),
    (
        "return",
        (
            "nạn nhân bị mua bán",
            "nạn nhân mua bán người",
            "nạn nhân của tội phạm mua bán",
            "người bị mua bán trở về",
        ),
    ),
    (
        "crime",
        (
            "tội phạm ma túy",
            "tội phạm về ma túy",
            "tội phạm và tệ nạn ma túy",
            "đường dây ma túy",
            "mua bán vận chuyển trái phép chất ma túy",
            "vận chuyển mua bán trái phép chất ma túy",
            "tổ chức sử dụng trái phép chất ma túy",
            "tổ chức sử dụng trái phép các chất ma túy",
            "sản xuất ma túy",
            "các loại tiền chất",
            "trồng cây có chứa chất ma túy",
            "tái trồng cây",
        ),
    ),
    ("recovery", ("cai nghiện", "người nghiện vào cơ sở")),
    ("venues", ("mại dâm", "bán dâm", "mtmd")),
    ("prevention", ("hiv", "aids", "arv", "prep")),
    ("protection", ("bảo trợ xã hội", "trợ giúp xã hội", "trợ cấp xã hội")),
    ("insurance", ("bảo hiểm y tế", "bhyt")),
    (
        "labour",
        ("giải quyết việc làm", "tạo việc làm", "giới thiệu việc làm", "người lao động tại nơi làm việc"),
    ),
    (
        "communication",
        (
            "phương tiện thông tin đại chúng",
            "báo chí",
            "thông tin cơ sở",
            "hệ thống truyền thanh",
            "cơ quan truyền thông",
            "truyền thông",
            "tuyên truyền",
        ),
    ),
    ("planning", ("bố trí vốn", "vốn đầu tư công", "kế hoạch đầu tư công")),
)
# Names of documents, bodies and days say what they are called after, not what the task asks for.
_NAMES = re.compile(
    r"\b(?:luật|nghị định|chỉ thị|quyết định|công văn|thông báo|thông tư|ủy ban quốc gia"
    r"|ban chỉ đạo)\b[^;.:]*?"
    r"(?=[;.:]|$|\b(?:tham mưu|xây dựng|tổ chức|triển khai|lập hồ sơ|chỉ đạo|phát triển)\b)"
)
# Duties that belong together, by the widest of them; the others serve many fields and give way to these.
_FAMILY = {
    "recovery": "recovery",
    "aftercare": "recovery",
    "home-recovery": "recovery",
    "substitution": "prevention",
    "prevention": "prevention",
    "venues": "venues",
    "inspection": "venues",
    "return": "return",
    "rescue": "rescue",
    "crime": "crime",
}
# A text that speaks of these is not about its title's one field, and no duty follows from them either.
_WIDE = ("ma túy", "tệ nạn xã hội")
_HEADING = 120  # characters before a colon that say what a whole task is about


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        # A folded word may end in a mark, after which there is no border of a word.
        (code, re.compile(r"(?<!\S)(?:" + "|".join(re.escape(fold(word)) for word in words) + r")(?!\S)"))
        for code, words in _WORDS
    )


def mentioned(text: str, *around: str) -> tuple[str, ...]:
    """Every duty that a text speaks of; where it speaks of none, those of its heading or title.

    ``around``: what the text stands under, the nearest first. Names of papers and bodies do not count in the
    text itself.
    """
    found = _found(_NAMES.sub(" ", text.casefold()))
    if found or any(fold(word) in fold(text) for word in _WIDE):
        return found
    return next((there for each in around if (there := _found(each))), ())


def duty(text: str, *around: str) -> str:
    """The one duty that a task is about; "" where it is about none that is known, or about several.

    What stands before the first colon says what the rest is about. Of duties that belong together
    (rehabilitation, at home and after it) the widest stands for all.
    """
    head, colon, _ = text.partition(":")
    if colon and len(head) <= _HEADING and (headed := _one(_found(head))):
        return headed
    return _one(mentioned(text, *around))


def concerns(text: str, *around: str) -> tuple[str, ...]:
    """What a task may be about for those whom it names, the wide words included.

    "Phòng, chống ma túy" said to who answered for rehabilitation means that; "tệ nạn xã hội", where nothing
    narrower is said, means that and prostitution.
    """
    found, own = mentioned(text, *around), bool(mentioned(text))
    said = fold(text) if own or any(fold(word) in fold(text) for word in _WIDE) else fold(" ".join(around))
    families = {_FAMILY[code] for code in found if code in _FAMILY}
    if fold("tệ nạn xã hội") in said and not families:
        return (*found, "recovery", "venues")
    if fold("ma túy") in said and not families & {"recovery", "crime"}:
        return (*found, "recovery")
    return found


def _found(text: str) -> tuple[str, ...]:
    left, found = fold(text), []
    for code, pattern in _patterns():
        left, count = pattern.subn(" ", left)
        if count:
            found.append(code)
    return tuple(found)


def _one(found: tuple[str, ...]) -> str:
    if len(found) == 1:
        return found[0]
    families = {_FAMILY[code] for code in found if code in _FAMILY}
    within = [code for code in found if code in _FAMILY]
    if len(families) != 1:
        return ""
    return within[0] if len(within) == 1 else families.pop()


def held(duties: Iterable[str], kind_code: str, on: date) -> tuple[str, ...]:
    """The duties of a task that a kind of agency answered for on a day: what it is named for there.

    Duties that serve many fields (employment, the press) count where it answered for no other.
    """
    tier = kind(kind_code).tier
    found = [
        code
        for code in duties
        if any(each.kind == kind_code and each.held(on) for each in history(code, tier))
    ]
    return tuple([code for code in found if code in _FAMILY] or found)
