"""Saying no, clearly, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One message in Vietnamese (the source language) and in English."""

    vi: str
    en: str

    def as_dict(self) -> dict[str, str]:
        return {"vi": self.vi, "en": self.en}


class Refusal(Exception):
    """Input that is not taken, with a stable reason and a message for the person who sent it.

    ``reason`` is a short code ("encrypted", "empty") that programs may rely on; ``message``
    says what is wrong and what to do next. Neither ever quotes the input.
    """

    def __init__(self, reason: str, vi: str, en: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = Bilingual(vi, en)
