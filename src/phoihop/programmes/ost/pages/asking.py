"""What every form of this room does with a refusal: the form says it, at the field that it is about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from phoihop.base.org.pages.shared import Form
from phoihop.kernel.refusals import Refusal


@contextmanager
def saying(
    form: Form, at: Mapping[str, str] | None = None, otherwise: str | None = None
) -> Iterator[list[str]]:
    """Whatever is refused inside becomes a fault of the form; what comes after the block then shows it.

    ``at``: the field of each reason; ``otherwise``: of all others, None: of the form as a whole. The list
    holds the reason. That somebody may not, or that there is no such thing, is no fault of a form.
    """
    refused: list[str] = []
    try:
        yield refused
    except Refusal as refusal:
        if refusal.reason == "not-found":
            raise
        form.refuse(refusal, (at or {}).get(refusal.reason, otherwise))
        refused.append(refusal.reason)
