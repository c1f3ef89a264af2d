"""The name somebody gave a file: cleaned for people to read, never used as a path."""

import re
import unicodedata

from phoihop.base.security.uploads import limits
from phoihop.kernel.text import nfc

# Cc control, Cf format (among them what turns the direction of writing), Co, Cs, Cn: nothing to see.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
# Not allowed in names on Windows, or with a meaning to a shell or a web page.
_SPECIAL = re.compile(r'[<>:"|?*`$&;%{}\x00-\x1f]')
_BLANKS = re.compile(r"[\s\u115f\u1160\u2800\u3164\uffa0]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.I)
# Endings that make a program of a file where the system hides the last ending.
_RUNNING = frozenset({
    "apk", "app", "bat", "cmd", "com", "cpl", "dll", "docm", "dotm", "exe", "hta", "htm", "html", "iso",
    "jar", "jnlp", "js", "jse", "lnk", "mht", "msc", "msi", "pif", "ps1", "py", "reg", "scr", "sh",
    "svg", "svgz", "url", "vbe", "vbs", "wsf", "xhtml", "xlsm", "xltm",
})  # fmt: skip
_NAMELESS = "tệp"


def clean(name: str) -> str:
    """The last part of a name without what cannot be seen, deceives or offends a file system.

    At most limits.NAME characters, the ending kept; never empty, never "." or "..". Runnable inner
    endings lose their point: "a.exe.pdf" becomes "a_exe.pdf".
    """
    name = nfc(name.replace("\\", "/").rpartition("/")[2])
    name = "".join(" " if c in "\t\n\r" else c for c in name if not _unseen(c))
    name = _BLANKS.sub(" ", _SPECIAL.sub("_", name)).strip(" .")
    stem, point, ending = name.rpartition(".")
    if not point:
        stem, ending = name, ""
    first, *inner = stem.split(".")
    for part in inner:
        first += ("_" if part.strip().lower() in _RUNNING else ".") + part
    stem = first.strip(" ") or _NAMELESS
    if _RESERVED.match(stem):
        stem = "_" + stem
    ending = ending[:12].strip()
    stem = stem[: limits.NAME - len(ending) - 1].rstrip(" .")
    return f"{stem}.{ending}" if ending else stem


def ending(name: str) -> str:
    """The ending of a cleaned name, in small letters with its point, or ""."""
    stem, point, last = name.rpartition(".")
    return f".{last.lower()}" if point and stem else ""


def _unseen(c: str) -> bool:
    return c not in "\t\n\r" and unicodedata.category(c) in _UNSEEN
