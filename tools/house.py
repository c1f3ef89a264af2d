"""The rules of the house that no other tool knows. Prints every fault; ends with 1 if there is one.

Each check is a function from nothing to a list of faults, each "file:line: what is wrong".
"""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import abuse, catalog, docs, lint, matrix, reference
from tools.tree import ROOT, files, shown, with_ending

LONGEST = 500

# What would send somebody else's machine to an address of ours, or names a folder of ours. Hosts under
# .example exist nowhere. The patterns are broken up so that this file does not hold what it looks for.
_WEB = r"https?:(?!//[\w.-]+\.example\b)"
FOREIGN = {
    "the address of a package or an index": re.compile(
        _WEB + r"//[^\s\"'<>)]+(?:\.whl|\.tar\.gz|\.tgz|/simple)(?![\w.-])"
        r"|--(?:extra-|default-)?index(?:-url)?[ =]+[\"']?"
        + _WEB
        + r"|(?:index-url|index_url|registry|UV_DEFAULT_INDEX|UV_INDEX|PIP_INDEX_URL)[\"']?\s*[=:]\s*[\"']?"
        + _WEB
        + r"|\b(?:files\.python"
        + r"hosted|py"
        + r"pi|registry\.npm"
        + r"js)\.org\b"
    ),
    "a folder of one machine": re.compile(r"(?<![\w.~*<>)}-])/(?:" + "work|farm|tmp|root|home" + r")/[\w.-]"),
}


def too_long(paths: Iterable[Path]) -> list[str]:
    """Files above LONGEST lines: each is probably two things in one."""
    faults = []
    for path in paths:
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST:
            faults.append(f"{shown(path)}: {lines} lines; {LONGEST} at most, find the second thing in it")
    return faults


def foreign(paths: Iterable[Path]) -> list[str]:
    """Addresses of package indexes and folders of one machine."""
    faults = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            faults += [
                f"{shown(path)}:{number}: holds {what}" for what, p in FOREIGN.items() if p.search(line)
            ]
    return faults


def declared(pyproject: str) -> Iterator[tuple[str, Requirement, str]]:
    """Each dependency of a pyproject: its level ("runtime" or a group), the requirement, its comment."""
    data = tomllib.loads(pyproject)
    levels = {"runtime": data["project"]["dependencies"], **data["dependency-groups"]}
    for level, requirements in levels.items():
        for text in requirements:
            line = next(line for line in pyproject.splitlines() if line.lstrip().startswith(f'"{text}"'))
            yield level, Requirement(text), line.partition(f'"{text}",')[2].strip()


def locked(lock: str) -> dict[str, tuple[str, int]]:
    """Each package of a lock: its version and how many hashes it carries. Of one that is locked at several
    versions, for several Pythons, that of this one."""
    found: dict[str, tuple[str, int]] = {}
    counted = ""
    for line in lock.splitlines():
        if pinned := re.match(r"([\w.-]+)(?:\[[^]]*\])?==([^ ;]+)(?: ; ([^\\]+))?", line):
            name = canonicalize_name(pinned[1])
            here = name not in found or not pinned[3] or Marker(pinned[3].strip()).evaluate()
            counted = name if here else ""
            if here:
                found[name] = (pinned[2], 0)
        elif "--hash=sha256:" in line and counted:
            version, hashes = found[counted]
            found[counted] = (version, hashes + 1)
    return found


def dependencies(pyproject: str, locks: dict[str, str]) -> list[str]:
    """Every dependency says what it is for, is pinned, and is locked with hashes; so is what it brings."""
    faults = []
    contents = {level: locked(lock) for level, lock in locks.items()}
    for level, packages in contents.items():
        faults += [f"locks/{level}.lock: {name} has no hash" for name, (_, n) in packages.items() if n == 0]
    for level, requirement, comment in declared(pyproject):
        name = canonicalize_name(requirement.name)
        if not comment.startswith("# ") or len(comment) < 8:
            faults.append(f"pyproject.toml: {requirement.name} has no comment saying what it is for")
        if not all(s.operator in ("==", "~=") for s in requirement.specifier) or not requirement.specifier:
            faults.append(f"pyproject.toml: {requirement.name} needs a version, == or ~=")
        version, _ = contents[level].get(name, ("", 0))
        if not version or not requirement.specifier.contains(version):
            faults.append(f"locks/{level}.lock: {requirement} is not locked; run ./run lock")
    return faults


def _dependencies_here() -> list[str]:
    locks = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "locks").glob("*.lock")}
    return dependencies((ROOT / "pyproject.toml").read_text(encoding="utf-8"), locks)


def imported(text: str) -> set[str]:
    """The outermost modules that a source file imports, the standard library's and relative ones left out."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names


def undeclared(pyproject: str, sources: Iterable[tuple[str, str]]) -> list[str]:
    """Imports, given as (file, text), of packages that pyproject does not name; what runs needs "runtime".

    A package that another one happened to bring may go with that one's next version.
    """
    levels: dict[str, set[str]] = {}
    for level, requirement, _ in declared(pyproject):
        levels.setdefault(canonicalize_name(requirement.name), set()).add(level)
    distributions = packages_distributions()
    faults, some = [], list(sources)
    # A measurement's own package lies beside it, where Python looks first.
    beside = {name.split("/")[1] for name, _ in some if re.fullmatch(r"bench/\w+/__init__\.py", name)}
    for name, text in some:
        # build.py makes files that are kept in the project, so only a developer runs it.
        developing = bool({"tests", "tools", "bench", "build.py", "conftest.py"} & set(name.split("/")))
        own = {"phoihop", "tests", "tools"} | (beside if name.startswith("bench/") else set())
        for module in sorted(imported(text) - own):
            offered = {canonicalize_name(d) for d in distributions.get(module, ())}
            found = set().union(*(levels.get(d, set()) for d in offered))
            if not (found if developing else found & {"runtime"}):
                faults.append(f"{name}: imports {module}, which no dependency in pyproject.toml declares")
    return faults


def _undeclared_here() -> list[str]:
    sources = ((shown(path), path.read_text(encoding="utf-8")) for path in with_ending(".py"))
    return undeclared((ROOT / "pyproject.toml").read_text(encoding="utf-8"), sources)


CHECKS: dict[str, Callable[[], list[str]]] = {
    "length of files": lambda: too_long(
        p for p in with_ending(".py", ".js", ".mjs", ".css", ".html", ".md") if not _excused(p)
    ),
    "addresses and folders": lambda: foreign(files()),
    "dependencies": _dependencies_here,
    "imports": _undeclared_here,
    "links in the docs": docs.broken_links,
    "generated reference": reference.stale,
    "permission matrix": matrix.stale,
    "table of abuse tests": abuse.stale,
    "code and templates": lambda: [*lint.faults(), *lint.unused()],
    "translations": catalog.faults,
}


def _excused(path: Path) -> bool:
    """Files that nobody reads from top to bottom: taken from others, or written by a tool."""
    return (
        "vendor" in path.parts
        or "migrations" in path.parts
        or path.is_relative_to(ROOT / "docs" / "reference")
    )


def main() -> int:
    faults: list[str] = []
    for name, check in CHECKS.items():
        try:
            faults += check()
        except SyntaxError as error:  # a file half written; ruff says where it breaks
            faults.append(f"{name}: could not be checked, a source file is no Python ({error.msg})")
    for fault in faults:
        print(fault)
    print(f"house: {len(CHECKS)} checks, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
