"""Ways of saying no, worded in one place: the reasons and messages of a package's refusals.toml."""

import tomllib
from functools import cached_property
from importlib.resources import files

from phoihop.kernel.refusals import Refusal


class Messages:
    """The refusals of one package, and those of the package ``under`` it for cases it does not word itself.

    A case is a reason ("macro") or a reason with a variant ("macro/old"); the refusal carries the reason.
    """

    def __init__(self, package: str, under: "Messages | None" = None) -> None:
        self._package = package
        self._under = under

    @cached_property
    def cases(self) -> dict[str, dict[str, str]]:
        """All cases with their two messages."""
        own = tomllib.loads(files(self._package).joinpath("refusals.toml").read_text("utf-8"))
        return (self._under.cases if self._under else {}) | own

    def __call__(self, case: str) -> Refusal:
        """The refusal of a case, ready to raise. Raises KeyError for a case that nobody worded."""
        message = self.cases[case]
        return Refusal(case.partition("/")[0], message["vi"], message["en"])
