"""Which files can be opened in an emergency, and how an outsider's question about one is answered.

A room declares each kind of file it keeps. Reading happens under a scope that holds that one facility and
programme and nothing else, and only through what is declared here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from phoihop.base.org.rules.permissions import Place
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a file: pairs of a title and a text, chosen by the room for the emergency."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CareKind:
    """One kind of file ("standin.Client") of some programmes.

    ``closed``: never opened in an emergency, and then nothing else matters. ``locate(id)`` says where a
    file belongs, None where there is none; it runs as the program's own job. ``read(id)`` gives what is
    needed for care. ``answers``: by code of a question (rules/disclosures.py), what answers it for a file
    and a day, truly or not.
    """

    code: str
    title: Bilingual
    locate: Callable[[int], Place | None]
    read: Callable[[int], Shown]
    programmes: tuple[str, ...]
    closed: bool = True
    answers: Mapping[str, Callable[[int, date], bool]] = field(default_factory=dict)


KINDS: dict[str, CareKind] = {}


def answering() -> set[str]:
    """The programmes of whose files an outsider may ask at all."""
    return {
        programme
        for kind in KINDS.values()
        if kind.answers and not kind.closed
        for programme in kind.programmes
    }


def add(kind: CareKind) -> None:
    """Make a kind of file known; ValueError if its code is taken."""
    if kind.code in KINDS:
        raise ValueError(f"two kinds of file are called {kind.code}")
    KINDS[kind.code] = kind
