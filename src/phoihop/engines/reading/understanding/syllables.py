"""Taking glued Vietnamese words apart: 'hướngdẫn' → 'hướng dẫn', 'KẾ HOẠCHTHỰC' → '… HOẠCH THỰC'.

Every Vietnamese syllable is an onset and a rime out of a closed list, with at most one tone. A
word that is no syllable, but falls into syllables completely, was glued by a converter.
"""

import unicodedata
from functools import lru_cache

from phoihop.kernel.text import TONES

_ONSETS = (
    "ngh ng nh kh gh gi ch ph th tr qu b c d đ g h k l m n p r s t v x".split()
)  # longest first, so that the first match is the whole onset
_STOPPED = frozenset("\u0301\u0323")
_RIMES = frozenset(
    """a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in
    inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen
    oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât
    uây uc ue uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt
    uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ươc ươi ươm ươn ương ươp ươt ươu ưu y yêm yên yêng yêt
    yêu""".split()
)


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a word is one possible Vietnamese syllable."""
    parts = unicodedata.normalize("NFD", word.casefold())
    if sum(c in TONES for c in parts) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
    # A syllable closed by a stop carries the acute or the dot tone: "giap" is none, "giáp" is.
    if bare.endswith(("p", "t", "c", "ch")) and not any(c in _STOPPED for c in parts):
        return False
    if bare in _RIMES:
        return True
    for onset in _ONSETS:
        if bare.startswith(onset):
            rest = bare[len(onset) :]
            # "gì", "giếng" and "quý" share a letter between onset and rime.
            return (
                rest in _RIMES
                or (onset == "gi" and "i" + rest in _RIMES)
                or (onset == "qu" and "u" + rest in _RIMES)
            )
    return False


@lru_cache(maxsize=20_000)
def split_glued(word: str) -> tuple[str, ...]:
    """The syllables of a glued word; the word alone when it is whole or not Vietnamese."""
    # Converters glue a few words, never a paragraph: longer runs are noise, and ways to part them multiply.
    if not 5 <= len(word) <= 40 or word.isascii() or is_syllable(word):
        return (word,)
    ways = _splits(word)
    return max(ways, key=_likely) if ways else (word,)


# Frequent syllables of official prose: between "các huyện", "cá chuyện" and "cách uyện" they decide.
_COMMON = frozenset(
    """các của và huyện tỉnh xã phường thành phố thị nhân dân ban chỉ đạo phòng chống công tác kế hoạch thực hiện tổ chức
    triển khai phối hợp chủ trì liên quan hướng dẫn đơn vị địa phương trong trên theo về việc cho với được có không
    người năm ngày tháng quyết định nghị số điều khoản hội đồng đoàn thể quản lý nghiện ma túy tuý mại dâm xây dựng
    chương trình mục tiêu quốc gia giai đoạn tăng cường nâng cao tuyên truyền giáo dục hoạt động đảm bảo kinh phí
    y tế sở bộ ngành cơ quan trách nhiệm báo cáo ủy uỷ giao để tại từ đến khi cai điều trị hỗ trợ xã hội hóa hoá
    lĩnh vực bàn địa phát hiện xử lý vi phạm pháp luật đối tượng cán hành nước ngoài lao thương binh tài chính""".split()
)


def _likely(parts: tuple[str, ...]) -> tuple[float, int]:
    return (sum(p.casefold() in _COMMON for p in parts) / len(parts), len(parts[0]))


def _splits(word: str) -> list[tuple[str, ...]]:
    ways: list[tuple[str, ...]] = []
    for cut in range(min(7, len(word)), 1, -1):
        left, right = word[:cut], word[cut:]
        if not is_syllable(left):
            continue
        if not right:
            ways.append((left,))
        elif len(right) > 1:
            ways += [(left, *rest) for rest in _splits(right)[:4]]
    return ways[:8]
