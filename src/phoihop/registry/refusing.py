"""What this room refuses, in words that name no programme, no facility and nobody (refusals.toml)."""

from phoihop.kernel.messages import Messages

refuse = Messages("phoihop.registry")


def reason_of(text: str) -> str:
    """A reason as it is kept. Refusal("reason-missing") for less than a few words."""
    said = " ".join(text.split())
    if len(said) < 5:
        raise refuse("reason-missing")
    return said
