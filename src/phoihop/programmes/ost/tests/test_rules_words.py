"""What rules say when they refuse or warn: both languages, and no word of medicine or illness."""

import ast
import re
from pathlib import Path

from phoihop.kernel.text import plain
from phoihop.programmes.ost.rules import parameters

_NEVER = re.compile(r"hiv|aids|methadon|buprenor|heroin|mai dam|sex work")
_SAYING = {"refuse", "warn", "Refusal", "Bilingual"}
_VIETNAMESE = re.compile(r"[^\x00-\x7f“”…–−’]")


def said(node):
    """The text of a literal, with what is filled in left out; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return None


def messages():
    """Each message of the rules: file, line, Vietnamese, English."""
    for path in sorted(Path(parameters.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                texts = [text for each in node.args if (text := said(each)) is not None]
                if name in _SAYING and len(texts) >= 2:
                    yield path.name, node.lineno, texts[-2], texts[-1]


def test_every_message_is_in_both_languages_and_names_nothing():
    found = list(messages())
    assert len(found) > 100
    for name, line, vi, en in found:
        where = f"{name}:{line}"
        assert _VIETNAMESE.search(vi), where
        assert not _VIETNAMESE.search(en), where
        assert not _NEVER.search(plain(vi)), where
        assert not _NEVER.search(plain(en)), where


def test_no_sentence_anywhere_names_anything():
    """Messages that wait in tables are seen here too; labels.py lists the very words that it keeps out."""
    for path in sorted(Path(parameters.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant | ast.JoinedStr) or id(node) in documented:
                continue
            text = said(node)
            if text is not None and " " in text and path.name != "labels.py":
                assert not _NEVER.search(plain(text)), f"{path.name}:{node.lineno}"
