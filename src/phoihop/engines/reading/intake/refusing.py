"""Every way intake says no; the messages are in refusals.toml."""

import tomllib
from functools import cache
from importlib.resources import files

from phoihop.kernel.refusals import Refusal


@cache
def _messages() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("refusals.toml").read_text("utf-8"))


def refuse(case: str) -> Refusal:
    """The refusal for ``reason`` or ``reason/variant``, ready to raise."""
    message = _messages()[case]
    return Refusal(case.partition("/")[0], message["vi"], message["en"])
