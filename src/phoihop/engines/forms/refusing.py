"""Every way in which a form says no: reasons and their messages, kept in refusals.toml beside the code."""

from phoihop.kernel.messages import Messages
from phoihop.kernel.refusals import Bilingual, Refusal

_cases = Messages("phoihop.engines.forms")


def refuse(case: str, **filled: str) -> Refusal:
    """The refusal of a case, its {places} filled in: with limits and units, never with what was typed."""
    bare = _cases(case)
    told = filled_in(bare.message, **filled)
    return Refusal(bare.reason, told.vi, told.en)


def filled_in(message: Bilingual, **filled: str) -> Bilingual:
    """A message with its {places} filled in."""
    vi, en = message.vi, message.en
    for name, text in filled.items():
        vi, en = vi.replace(f"{{{name}}}", text), en.replace(f"{{{name}}}", text)
    return Bilingual(vi, en)
