"""Reading the documentation as a program: its links and the commands it shows."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.tree import ROOT, shown, with_ending

_OURS = re.compile(r"(?:src|docs|tests|tools|locks|bench)/[\w./-]+$")
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)


def _tokens(text: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield token
        yield from token.children or ()


@cache
def anchors(path: Path) -> frozenset[str]:
    """The names that links may point at inside a page: its headings, as web forges spell them."""
    names: set[str] = set()
    heading = False
    for token in _tokens(path.read_text(encoding="utf-8")):
        if token.type == "heading_open":
            heading = True
        elif token.type == "inline" and heading:
            plain = "".join(c.content for c in token.children or () if c.type in ("text", "code_inline"))
            slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
            again = 1
            name = slug
            while name in names:
                name, again = f"{slug}-{again}", again + 1
            names.add(name)
            heading = False
    return frozenset(names)


def links(path: Path) -> Iterator[str]:
    """Where the links and pictures of a page point."""
    for token in _tokens(path.read_text(encoding="utf-8")):
        target = token.attrGet("href") if token.type == "link_open" else token.attrGet("src")
        if isinstance(target, str):
            yield target


def broken(path: Path) -> list[str]:
    """Links of a page to files or headings that are not there. Addresses on the web are not asked."""
    faults = []
    for target in links(path):
        if _OUTSIDE.match(target):
            continue
        name, _, anchor = target.partition("#")
        aim = (path.parent / name).resolve() if name else path
        if not aim.exists():
            faults.append(f"{shown(path)}: the link to {target} leads nowhere")
        elif anchor and anchor not in anchors(aim):
            faults.append(f"{shown(path)}: there is no heading #{anchor} in {shown(aim)}")
    return faults


def lost(path: Path) -> list[str]:
    """Files of the project that a page names in code letters and that are not there."""
    named = {
        token.content for token in _tokens(path.read_text(encoding="utf-8")) if token.type == "code_inline"
    }
    return [
        f"{shown(path)}: there is no {name}"
        for name in sorted(named)
        if _OURS.match(name) and not (ROOT / name).exists()
    ]


def broken_links() -> list[str]:
    """Every broken link and every lost file of every page."""
    return [fault for path in with_ending(".md") for fault in (*broken(path), *lost(path))]


def commands(path: Path) -> Iterator[list[str]]:
    """The ``./run phoihop`` commands that a page shows in blocks marked ``sh``, split into words.

    A block marked ``text`` or not at all is only shown, never run.
    """
    for token in _tokens(path.read_text(encoding="utf-8")):
        if token.type == "fence" and token.info.strip() == "sh":
            for line in token.content.replace("\\\n", " ").splitlines():
                if line.startswith("./run phoihop"):
                    yield shlex.split(line.partition(" > ")[0], comments=True)
