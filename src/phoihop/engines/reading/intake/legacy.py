"""Vietnamese from before Unicode: recognising it, and turning TCVN3 (ABC) into Unicode."""

import re
import unicodedata

# TCVN 5712:1993, third character set: the codes of .VnTime and its kin, read as Latin-1.
_TCVN3 = str.maketrans(
    "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
)
_BEYOND_LATIN = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")
# VNI writes the mark as a letter of its own after the vowel: "Vieät", "ñöôïc", "coäng".
_VNI = re.compile("[aAeEoOuUyYöÖôÔ][äïùøûõåáàãâêëéèúüÄÏÙØÛÕÅÁÀÃÂÊËÉÈÚÜ]|[ñÑöÖ][a-zA-ZöÖôÔ]")
_TCVN3_SIGN = re.compile("[a-zA-Z][\xad®µ¶·¸¹»¼½¾¨©ª«¬]|[®§©ª«¬¨][a-zA-Z\xad-\xff]")
_WORD = re.compile(r"[^\W\d_]+")

# Words that hardly a page of administrative Vietnamese does without, all with marks.
COMMON_WORDS = frozenset(
    """và của các là được trong số theo đến để với về công tác nhân dân tỉnh ủy ban thực hiện kế hoạch năm
    tháng ngày sở cơ quan đơn vị phối hợp chủ trì tổ chức triển khai đảm bảo phòng chống xã hội nhiệm vụ
    mục tiêu tỷ lệ người quản lý cộng hòa việt độc lập tự hạnh phúc quyết định nghị chỉ đạo giải
    pháp""".split()  # noqa: SIM905
)


def fluency(text: str) -> float:
    """The share of words that are common in Vietnamese, of the words with a letter beyond ASCII."""
    words = [w for w in _WORD.findall(unicodedata.normalize("NFC", text).lower()) if not w.isascii()]
    return sum(w in COMMON_WORDS for w in words) / len(words) if words else 0.0


def from_tcvn3(text: str, *, capitals: bool = False) -> str:
    """TCVN3 codes as Unicode. The capital fonts (.VnTimeH) draw small letters' codes as capitals."""
    plain = text.translate(_TCVN3)
    return plain.upper() if capitals else plain


def looks_tcvn3(text: str) -> bool:
    """Whether the text reads as Vietnamese once taken for TCVN3, and does not as it is."""
    sample = text[:200_000]
    if len(_TCVN3_SIGN.findall(sample)) < 3 or _BEYOND_LATIN.search(sample):
        return False
    as_it_is, converted = fluency(sample), fluency(from_tcvn3(sample))
    return converted > 0.2 and converted > 2 * as_it_is


# Fewer words in old codes are a slip of the keyboard in a text that is sound.
_FEWEST = 5


def looks_legacy(text: str) -> bool:
    """Whether a good part of the marked words are written in VNI or TCVN3 codes."""
    sample = text[:200_000]
    if looks_tcvn3(sample):
        return True
    words = [w for w in sample.split() if not w.isascii()]
    fewest = max(_FEWEST, 0.3 * len(words))
    # A word in old codes has a sign of them; a look at all signs at once settles nearly every text.
    if len(_VNI.findall(sample)) + len(_TCVN3_SIGN.findall(sample)) < fewest:
        return False
    legacy = sum(bool(_VNI.search(w) or _TCVN3_SIGN.search(w)) and not _BEYOND_LATIN.search(w) for w in words)
    return legacy >= fewest
