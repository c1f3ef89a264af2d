"""Text that a spreadsheet program would take for a formula, made harmless in .csv and restored exactly."""

import unicodedata

_ACTS = "=+-@"
_LINE = "\t\r\n"
# Not folded by NFKC, and still a minus sign to LibreOffice.
_MINUS = "\u2212"
_QUOTE = "'"
# Format and control characters and blanks: what programs skip before they look at the first letter.
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"


def acts(text: str) -> bool:
    """Whether a program may take the text for more than text: after blanks and invisible characters comes
    one of = + - @, in any width, or among them a tab or the end of a line.
    """
    for c in text:
        if c in _LINE:
            return True
        if unicodedata.category(c) not in _UNSEEN and c not in _BLANK_LETTERS:
            return c == _MINUS or unicodedata.normalize("NFKC", c)[:1] in _ACTS
    return False


def guarded(text: str) -> str:
    """The text with an apostrophe before it where it acts, and where it begins with an apostrophe itself.

    So whatever begins with an apostrophe was given one, and ``restored`` need not guess.
    """
    return _QUOTE + text if text.startswith(_QUOTE) or acts(text) else text


def restored(text: str) -> str:
    """What ``guarded`` was given, exactly."""
    return text.removeprefix(_QUOTE)
