"""Words that every form says beside its own, in both languages: words.toml."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from phoihop.engines.forms.definition import Option
from phoihop.engines.forms.refusing import filled_in
from phoihop.kernel.refusals import Bilingual


@cache
def words() -> dict[str, Bilingual]:
    """Every wording by its name."""
    return {name: Bilingual(each["vi"], each["en"]) for name, each in _file()["words"].items()}


@cache
def default_reasons() -> tuple[Option, ...]:
    """The reasons offered for what is unlikely, where a form names none of its own."""
    return tuple(Option(each["code"], Bilingual(each["vi"], each["en"])) for each in _file()["reasons"])


def said(message: Bilingual, lang: str) -> str:
    """A message in a language."""
    return message.en if lang == "en" else message.vi


def filled(name: str, **places: str) -> Bilingual:
    """A wording with its {places} filled in."""
    return filled_in(words()[name], **places)


def in_language(lang: str) -> dict[str, str]:
    """Every wording in one language, for a page and its scripts."""
    return {name: said(message, lang) for name, message in words().items()}


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(files("phoihop.engines.forms").joinpath("words.toml").read_text("utf-8"))
