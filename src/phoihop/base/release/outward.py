"""The last look at a file before it leaves: cleaned, then searched for whatever leads to a person."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from phoihop.base.security.outgoing import scanner
from phoihop.base.security.outgoing.scanner import Finding
from phoihop.base.security.outgoing.scrub import scrub
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import plain

Known = Callable[[str], bool]
_KNOWN: list[Known] = []


def add_known(known: Known) -> None:
    """Let a room say whether a name, in its plain form ("lo van vi du"), is that of somebody on its files."""
    if known not in _KNOWN:
        _KNOWN.append(known)


def is_known(name: str) -> bool:
    """Whether any room has a file of somebody so called."""
    return any(known(name) for known in _KNOWN)


def findings(data: bytes, title: str) -> list[dict[str, Any]]:
    """What in a file or its title leads to a person, masked, as plain data to be kept and shown."""
    found = [*scanner.scan(data, is_known), *scanner.scan(title.encode(), is_known)]
    return [asdict(one) | {"where": list(one.where)} for one in found]


def as_findings(stored: Iterable[dict[str, Any]]) -> list[Finding]:
    """What ``findings`` gave, with words for what and where."""
    return [Finding(**(row | {"where": tuple(row["where"])})) for row in stored]


def blocks(stored: Iterable[dict[str, Any]]) -> bool:
    """Whether a file with these findings stays in: what is only possible is for the two people to judge."""
    return any(row["certainty"] == "certain" for row in stored)


def outgoing_document(data: bytes, *, names: Iterable[str]) -> bytes:
    """A paper of our own, ready to leave: cleaned, and refused ("identifier") if it leads to a person.

    ``names``: of people who must not stand in it, beside all those on file.
    """
    forbidden = {plain(name) for name in names if name}
    clean = scrub(data)
    found = scanner.scan(clean, lambda name: name in forbidden or is_known(name))
    if found:
        raise Refusal(
            "identifier",
            "Văn bản sắp gửi đi có thông tin dẫn tới một người. Hãy sửa tên cơ sở, số công văn hoặc mẫu.",
            "The document to be sent out identifies a person. Correct the names or the template.",
        )
    return clean
