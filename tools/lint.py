"""Rules of our own that no linter knows: where SQL may be written by hand, where rows may be written, and
what templates may hold. Each exception is a line here, with its reason, and is read when the list is read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.tree import ROOT, shown, with_ending

# Files that speak SQL themselves, and why the ORM would not do. Everything else goes through it.
SQL_BY_HAND = {
    "src/phoihop/coordination/documents/alone.py": "locks that belong to no row",
    "src/phoihop/coordination/plans/alone.py": "locks that belong to no row",
    "src/phoihop/registry/alone.py": "locks that belong to no row",
    "src/phoihop/programmes/ost/dosing/alone.py": "locks that belong to no row",
    "src/phoihop/programmes/ost/dosing/centres.py": "asks the server which database this is",
    "src/phoihop/programmes/ost/dosing/statements.py": "a dose at a desk in few statements, under a lock",
    "src/phoihop/programmes/ost/queries/facts.py": "the last dose in each of many spans, by the index",
    "src/phoihop/programmes/ost/facts.py": "facts by the month, and a word of each worked out from its rows",
    "src/phoihop/programmes/ost/dosing/books.py": "adds the doses of a paper book, a million of them, by day",
    "src/phoihop/base/database/": "makes and watches the server itself, before there is a Django",
    "src/phoihop/base/security/carrying.py": "reads as Arrow, by a connection that Django does not know",
    "src/phoihop/base/security/law.py": "grants and policies are no rows",
    "src/phoihop/base/security/install.py": "runs the files of sql/",
    "src/phoihop/base/security/rotating.py": "keys of scopes lie in schema sec, which has no models",
    "src/phoihop/base/security/scope.py": "sets the scope past Django's cursor",
    "src/phoihop/base/security/throttle.py": "takes from a bucket in one statement",
    "src/phoihop/base/security/audit/": "adds entries unread, streams a million of them, runs as the sealer",
    "src/phoihop/base/org/loading.py": "has the server plan anew after a table is filled",
    "src/phoihop/base/org/notices.py": "adds rows whose reader is another",
    "src/phoihop/base/security/sealed.py": "keys of a list in one statement, asked by every page of a file",
    "src/phoihop/config/": "asks the server about itself",
}
# Where markup is built by code, each piece escaped, because a template would take seconds for it.
MARKUP_BY_HAND = ("src/phoihop/coordination/documents/",)
_SQL_CALLS = {"execute", "executemany", "raw", "extra", "RawSQL", "copy"}
_WRITES = {
    "save",
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "get_or_create",
    "update_or_create",
}
_UNSAFE_TEMPLATE = re.compile(
    r"\|\s*safe\b|autoescape off|\{%\s*debug|<script(?![^>]*\bsrc=)(?![^>]*json)|<style|\son\w+=|style="
)
_ELSEWHERE = re.compile(r"""(?:src|href|action|url\()\s*=?\s*["'(]?(?:https?:)?//""")


def faults() -> list[str]:
    """Everything found, as "file:line: what"."""
    found: list[str] = []
    for path in with_ending(".py"):
        name = shown(path)
        if name.startswith("src/") and "/tests/" not in name and "/bench/" not in name:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [f"{name}:{line}: {what}" for line, what in (*in_code(name, tree),)]
    for path in with_ending(".html"):
        if "vendor" not in path.parts and shown(path).startswith("src/") and "templates" in path.parts:
            found += [f"{shown(path)}:{line}: {what}" for line, what in in_template(path)]
    return found


def in_code(name: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Hand-written SQL outside the list, requests poured into calls, rows written by pages and queries."""
    by_hand = any(name.startswith(prefix) for prefix in SQL_BY_HAND)
    drawer = Path(name).stem if "/pages/" not in name else "pages"
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in _SQL_CALLS and not by_hand and _is_sql(node, called):
            yield node.lineno, "SQL written by hand; use the ORM, or say in tools/lint.py why not"
        if any(keyword.arg is None and _is_request(keyword.value) for keyword in node.keywords):
            yield node.lineno, "a request poured into a call; name each parameter (CVE-2025-64459)"
        if called in _WRITES and drawer in ("pages", "queries") and _is_of_rows(node):
            yield node.lineno, "rows are written by actions alone"
        if called in ("mark_safe", "SafeString") and not name.startswith(MARKUP_BY_HAND):
            yield node.lineno, "text declared safe; let the template escape it"


def _is_sql(node: ast.Call, called: str) -> bool:
    if called in ("raw", "extra", "RawSQL"):
        return True
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    return isinstance(receiver, ast.Name) and receiver.id in ("cursor", "connection", "cur", "setup")


def _is_request(value: ast.expr) -> bool:
    while isinstance(value, ast.Attribute | ast.Call | ast.Subscript):
        value = value.func if isinstance(value, ast.Call) else value.value
    return isinstance(value, ast.Name) and value.id == "request"


def _is_of_rows(node: ast.Call) -> bool:
    """Whether the call ends a chain from ``objects``; a dict's update and a set's are none."""
    value: ast.expr = node.func
    while isinstance(value, ast.Attribute | ast.Call):
        if isinstance(value, ast.Attribute):
            if value.attr == "objects":
                return True
            value = value.value
        else:
            value = value.func
    return False


def in_template(path: Path) -> Iterator[tuple[int, str]]:
    """Inline code or style, escaping turned off, and addresses of other sites."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if _UNSAFE_TEMPLATE.search(line):
            yield number, "inline code or style, or escaping turned off"
        if _ELSEWHERE.search(line):
            yield number, "an address of another site"


def unused() -> list[str]:
    """Exceptions that no file needs any more."""
    return [
        f"tools/lint.py: {prefix} does not exist" for prefix in SQL_BY_HAND if not (ROOT / prefix).exists()
    ]
