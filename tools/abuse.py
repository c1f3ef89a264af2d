"""The table of abuse tests: what is tried, by which tests, and where it stands.

python -m tools.abuse      writes docs/reference/abuse-tests.md

A test belongs to an abuse when its name carries the number (``test_a09_…``), or when tests/abuse/catalog.toml
names it (``also``: a file, or "file::test"; a room that tests the same already need not do so twice).
"""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.tree import ROOT, shown, with_ending

CATALOG = ROOT / "tests" / "abuse" / "catalog.toml"
PAGE = ROOT / "docs" / "reference" / "abuse-tests.md"
_NUMBERED = re.compile(r"(?<=_)a(\d\d)(?=_)")


@dataclass(frozen=True, slots=True)
class Abuse:
    """One line of the catalogue. ``missing``: what no test tries yet, in both languages; empty if nothing."""

    id: str
    vi: str
    en: str
    also: tuple[str, ...] = ()
    missing: tuple[str, str] = ("", "")


def catalog() -> list[Abuse]:
    """The catalogue, in order of its numbers."""
    said = tomllib.loads(CATALOG.read_text(encoding="utf-8"))
    return [
        Abuse(
            number,
            line["vi"],
            line["en"],
            tuple(line.get("also", ())),
            (line.get("missing_vi", ""), line.get("missing_en", "")),
        )
        for number, line in sorted(said.items())
    ]


@cache
def tests() -> dict[str, tuple[str, ...]]:
    """The test functions of each test file."""
    return {
        shown(path): tuple(
            node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        )
        for path in with_ending(".py")
        if path.name.startswith("test_")
    }


def numbered() -> dict[str, list[str]]:
    """Tests whose name carries a number, as "file::test"."""
    found: dict[str, list[str]] = defaultdict(list)
    for file, names in tests().items():
        for name in names:
            for number in _NUMBERED.findall(name) if name.startswith("test_a") else ():
                found[f"A-{number}"].append(f"{file}::{name}")
    return found


def exists(named: str) -> bool:
    """Whether "file" holds tests, or "file::test" is one."""
    file, _, name = named.partition("::")
    return bool(tests().get(file)) and (not name or name in tests()[file])


def state(abuse: Abuse, carried: list[str]) -> tuple[str, str]:
    """Where it stands, in both languages."""
    if not carried and not abuse.also:
        return (f"chưa: {abuse.missing[0]}", f"not yet: {abuse.missing[1]}")
    if abuse.missing[1]:
        return (f"một phần; còn thiếu: {abuse.missing[0]}", f"partly; missing: {abuse.missing[1]}")
    return ("đã có", "covered")


def page() -> str:
    """The whole table."""
    carried, counted = numbered(), {"covered": 0, "partly": 0, "not yet": 0}
    rows = []
    for abuse in catalog():
        found = carried.get(abuse.id, [])
        vi, en = state(abuse, found)
        counted[en.partition(";")[0].partition(":")[0]] += 1
        names = "<br>".join(f"`{name}`" for name in [*found, *abuse.also])
        cells = (abuse.id, f"{abuse.vi} · {abuse.en}", names or "–", f"{vi} · {en}")
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    total = ", ".join(f"{name} {count}" for name, count in counted.items())
    return "\n".join(
        [
            "# Thử lạm dụng · Abuse tests",
            "",
            "Mỗi dòng là một cách lạm dụng và những kiểm thử thử đúng cách đó trên chương trình đang chạy.",
            "Trang này do `./run docs` viết từ tên kiểm thử và `tests/abuse/catalog.toml`. · Each line is",
            "one way of abuse and the tests that try it on the running program. Written by `./run docs` from",
            "the names of the tests and `tests/abuse/catalog.toml`.",
            "",
            f"Đã có / một phần / chưa · {total}.",
            "",
            "| số · id | thử gì · what is tried | kiểm thử · tests | tình trạng · state |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def stale() -> list[str]:
    """Faults for ``./run check``: a name that is no test, a number nobody explains, a page that is old."""
    if not CATALOG.exists():
        return []
    known = {abuse.id for abuse in catalog()}
    faults = [
        f"{shown(CATALOG)}: {abuse.id} names {named}, which is no test"
        for abuse in catalog()
        for named in abuse.also
        if not exists(named)
    ]
    faults += [
        f"{names[0]}: {number} is not in {shown(CATALOG)}"
        for number, names in numbered().items()
        if number not in known
    ]
    for abuse in catalog():
        if not numbered().get(abuse.id) and not abuse.also and not abuse.missing[1]:
            faults.append(f"{shown(CATALOG)}: {abuse.id} has no test and does not say what is missing")
    if not _same(PAGE, page()):
        faults.append(f"{shown(PAGE)}: stale; run ./run docs")
    return faults


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
