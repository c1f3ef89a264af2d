"""Bytes of a text or web page as letters, whatever encoding they came in."""

import codecs
import re

from phoihop.engines.reading.intake import legacy
from phoihop.engines.reading.intake.refusing import refuse

_BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_META = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([a-z0-9_:-]{2,30})", re.I
)
# windows-1258 leaves the tone mark as a character of its own after the vowel.
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOJIBAKE = "\ufffd"


def decode(data: bytes, *, markup: bool = False) -> str:
    """The text in ``data``; with ``markup``, a charset declared in its first lines is believed.

    Raises Refusal "unknown-format" for bytes that are no text, "legacy-font" for VNI.
    """
    text = _decode(data, markup)
    sample = text[:100_000]
    if len(_CONTROL.findall(sample)) + sample.count(_MOJIBAKE) > max(2, len(sample) // 200):
        raise refuse("unknown-format")
    return text


def _decode(data: bytes, markup: bool) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    if wide := _wide(data):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A cut-off last letter, or one bad byte in a long text, does not make it another encoding.
        if error.start > 0 and error.start >= len(data) - 3:
            return data.decode("utf-8", "ignore")
    declared = _declared(data) if markup else None
    if declared and declared not in ("utf-8", "iso8859-1", "cp1252", "ascii"):
        return data.decode(declared, "replace")
    return _eight_bit(data)


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of ASCII letters and blanks is zero."""
    sample = data[:2_000]
    half = len(sample) // 2
    if half < 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return None


def _declared(data: bytes) -> str | None:
    found = _META.search(data[:4_096])
    if found is None:
        return None
    try:
        codec = codecs.lookup(found[1].decode("ascii"))
    except LookupError:
        return None
    # Python also knows codecs that are no character sets ("zip", "idna").
    return codec.name if codec.name.startswith(("cp", "utf", "iso8859", "ascii")) else None


def _eight_bit(data: bytes) -> str:
    latin = data.decode("latin-1")
    if legacy.looks_tcvn3(latin):
        return legacy.from_tcvn3(latin)
    patched = data.decode("utf-8", "replace")
    if legacy.fluency(patched) > 0.1 and patched.count(_MOJIBAKE) < len(patched) / 200:
        return patched
    viet = data.decode("cp1258", "replace")
    if not _TONE.search(viet) and legacy.looks_legacy(data.decode("cp1252", "replace")):
        raise refuse("legacy-font")
    return viet
