"""Lists of names kept as data files, and patterns made of them that tolerate spelling variants."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from phoihop.engines.reading.understanding.patterns import vi
from phoihop.kernel.text import fold

# Both tone placements, and the dashes and blanks that separate the halves of a name.
_PAIRS = [("óa", "oá"), ("òa", "oà"), ("ỏa", "oả"), ("õa", "oã"), ("ọa", "oạ"), ("úy", "uý"), ("ùy", "uỳ"),
          ("ủy", "uỷ"), ("ũy", "uỹ"), ("ụy", "uỵ"), ("óe", "oé"), ("òe", "oè"), ("ỏe", "oẻ")]  # fmt: skip
_EITHER = {form: f"(?:{a}|{b})" for a, b in _PAIRS for form in (a, b)}
_TONED = vi("|".join(_EITHER))
_DASH = vi(r"\s*[-–]\s*")


@cache
def load(name: str) -> dict[str, Any]:
    """A data file of the reading engine, by its name without ending."""
    return tomllib.loads(
        (files("phoihop.engines.reading") / "data" / f"{name}.toml").read_text(encoding="utf-8")
    )


def pattern_of(name: str) -> str:
    """A pattern that matches a name in either tone placement, with any dash and any blanks."""
    parts = []
    for half in _DASH.split(name):
        words = []
        for word in half.split():
            out, done = "", 0
            low = word.lower()
            for match in _TONED.finditer(low):
                out += re.escape(word[done : match.start()]) + _EITHER[match.group()]
                done = match.end()
            words.append(out + re.escape(word[done:]))
        parts.append(r"\s+".join(words))
    return r"\s*[-–]\s*".join(parts)


def alternation(names: Iterable[str]) -> str:
    """A pattern that matches any of the names, the longest first."""
    return "|".join(pattern_of(n) for n in sorted(set(names), key=len, reverse=True))


@cache
def province_names() -> tuple[str, ...]:
    data = load("provinces")
    return (*data["provinces"], *data["cities"])


@cache
def province_pattern() -> str:
    return alternation([*province_names(), *load("provinces")["alias"]])


@cache
def _province_index() -> dict[str, str]:

    data = load("provinces")
    index = {fold(n): n for n in province_names()}
    index.update({fold(k): v for k, v in data["alias"].items()})
    return index


def province_of(text: str) -> str | None:
    """The official spelling of a province's name, or None when it names none."""

    return _province_index().get(fold(text))


def is_city(province: str) -> bool:
    """Whether a province-level unit is called a city ("thành phố Hà Nội") rather than "tỉnh"."""
    return province in load("provinces")["cities"]
