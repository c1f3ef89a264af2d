"""The reference pages that the program itself can write: ``python -m tools.reference``.

Each page is a function from nothing to text. ``./run check`` writes them again in memory and compares.
"""

import argparse
import ast
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from phoihop.config.settings import BESIDE, TABLE, Setting
from phoihop.engines.reading import contract, model
from phoihop.engines.reading.findings.kinds import KINDS
from phoihop.interfaces.cli.main import _parser
from phoihop.kernel.refusals import Bilingual, Refusal
from tools.manual import chapters
from tools.reference_data import retention_page
from tools.reference_limits import limits_page
from tools.tree import ROOT, shown


class UnexplainedError(Exception):
    """A key of the JSON that nobody has explained, or an explanation of a key that is gone."""


PAGES = ROOT / "docs" / "reference"
SOURCES = ROOT / "src" / "phoihop"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines)


def _example() -> dict[str, Any]:
    """A reading in which everything is there, to see every key of the contract."""
    span = (0, 1)
    both = Bilingual("", "")
    citation = model.Citation("", "", date.min, "", "", (span,), (date.min,), ("",))
    target = model.Target(
        text="",
        span=span,
        value_span=span,
        comparator=model.Comparator.EXACTLY,
        value=Decimal("0.5"),
        value_max=Decimal("0.5"),
        unit="",
        numerator="",
        denominator="",
        scope="",
        baseline="",
        direction=model.Direction.KEEP,
        deadline="",
        kind=model.TargetKind.GOAL,
        confidence=0.5,
    )
    task = model.Task("", span, ("",), ("",), "", "", (0,), model.Basis.EXPLICIT, False, 0.5)
    document = model.Document(
        span,
        issued=date.min,
        signers=(model.Signer("", "", "", span),),
        where={"": model.Where(span, 0.5)},
        sections=(model.Section("", "", span, span, 1),),
        citations=(citation,),
        targets=(target,),
        tasks=(task,),
        findings=(model.Finding("", model.Severity.NOTE, both, (span,)),),
    )
    extract = model.Extract("", "", (model.Anchor(span, "", (1,)),), 1)
    return contract.of_reading(model.Reading("", extract, (document,)))


def json_parts() -> dict[str, dict[str, Any]]:
    """Each kind of object in the JSON, by its name in contract.toml, with an example of it."""
    whole = _example()
    document = whole["documents"][0]
    refused = contract.of_refusal("", Refusal("", "", ""))["refused"]
    singles = {"sections": "section", "citations": "citation", "targets": "target"}
    singles |= {"tasks": "task", "findings": "finding", "signers": "signer"}
    return {
        "file": {**whole, "refused": refused},
        "refused": refused,
        "message": refused["message"],
        "anchor": whole["anchors"][0],
        "document": document,
        "where": document["where"][""],
        **{name: document[key][0] for key, name in singles.items()},
    }


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true, false"
        case int() | float():
            return "number"
        case dict():
            return "object"
        case list():
            return "list"
        case _:
            return "text"


def json_page() -> str:
    """The JSON contract, one table for each kind of object."""
    meanings: dict[str, dict[str, str]] = tomllib.loads(
        (ROOT / "tools" / "contract.toml").read_text(encoding="utf-8")
    )
    parts = []
    for name, example in json_parts().items():
        explained = meanings[name]
        if set(explained) != set(example):
            keys = ", ".join(sorted(set(explained) ^ set(example)))
            raise UnexplainedError(f"tools/contract.toml: [{name}] and the program differ in {keys}")
        rows = [(f"`{key}`", _kind(value), explained[key]) for key, value in example.items()]
        parts.append(f"## {name}\n\n{table(('key', 'type', 'meaning'), rows)}")
    return (
        "# The JSON of a reading\n\n"
        "`./run phoihop read --format json` prints one object a line and file. Keys may be added; none will\n"
        "change or go. Any value but a list or an object may be null: what was not found is never guessed.\n"
        "Dates are year-month-day. A span is `[start, end]` in characters of `text`, the end not included."
        "\n\n" + "\n\n".join(parts)
    )


def findings_page() -> str:
    """Every kind of finding."""
    rows = [
        (
            f"`{code}`",
            kind.severity.value,
            f"{kind.vi} · {kind.en}",
            f"{kind.meaning.vi}<br>{kind.meaning.en}",
        )
        for code, kind in KINDS.items()
    ]
    head = ("code", "usual severity", "name", "meaning")
    return f"# Findings\n\nWhat the reader points out in a document.\n\n{table(head, rows)}"


def refusals() -> Iterator[tuple[str, str, str]]:
    """Every refusal of the program: its reason and its message in both languages."""
    for path in sorted(SOURCES.rglob("refusals.toml")):
        for case, message in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield case.partition("/")[0], message["vi"], message["en"]
    for path in sorted(SOURCES.rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                said = [_literal(argument) for argument in node.args]
                if len(said) == 3 and said[0]:
                    yield said[0], said[1], said[2]


def _literal(node: ast.expr) -> str:
    """A text in the source, with an ellipsis for what is put in at run time; empty if it is computed."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_literal(part) or "…" for part in parts)
        case _:
            return ""


def refusals_page() -> str:
    """Every reason for which a file or a command is not taken."""
    rows = sorted((f"`{reason}`", f"{vi}<br>{en}") for reason, vi, en in refusals())
    return (
        "# Refusals\n\n"
        "Why a file or a command was not taken: the reason, which programs may rely on, and what people are\n"
        f"told.\n\n{table(('reason', 'message'), rows)}"
    )


def settings_page() -> str:
    """What an operator may set."""
    return (
        f"# Settings\n\nEnvironment variables.\n\n{_settings(TABLE)}\n\n"
        "## Where things lie, and secrets\n\n"
        "These count before anything else is read, or for single commands.\n\n"
        f"{_settings(BESIDE)}"
    )


def _settings(chosen: Iterable[Setting]) -> str:
    rows = []
    for setting in chosen:
        default = setting.default.replace(str(SOURCES), "src/phoihop") or "(empty)"
        rows.append((f"`{setting.name}`", f"`{default}`", setting.help))
    return table(("name", "default", "what it does"), rows)


def command_line_page() -> str:
    """Every command with what may follow it. Not the printed help: its layout differs between Pythons."""
    parser = _parser("en")
    parts = ["# The command line", f"`./run phoihop COMMAND`. {parser.description}", parser.epilog or ""]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                rows = [
                    (f"`{' '.join([*a.option_strings, _value(a)]).strip()}`", a.help or "")
                    for a in command._actions
                ]
                parts += [f"## {name}", command.description or "", table(("argument", "what it does"), rows)]
    return "\n\n".join(parts)


def _value(argument: argparse.Action) -> str:
    """What stands after an option, or for a file: FILE…, json|text, N."""
    if argument.nargs == 0:
        return ""
    name = argument.metavar or "|".join(argument.choices or ()) or argument.dest.upper()
    return f"{name}…" if argument.nargs == "+" else str(name)


WRITTEN: dict[str, Callable[[], str]] = {
    "command-line.md": command_line_page,
    "limits.md": limits_page,
    "json.md": json_page,
    "findings.md": findings_page,
    "refusals.md": refusals_page,
    "retention.md": retention_page,
    "settings.md": settings_page,
    **chapters(),
}


def _page(make: Callable[[], str]) -> str:
    return f"{make()}\n\nWritten by `./run docs` from the program.\n"


def stale() -> list[str]:
    """The pages that no longer say what the program does."""
    faults = []
    for name, make in WRITTEN.items():
        path = PAGES / name
        try:
            if not path.exists() or path.read_text(encoding="utf-8") != _page(make):
                faults.append(f"{shown(path)}: no longer what the program says; run ./run docs")
        except UnexplainedError as error:
            faults.append(str(error))
    return faults


def write() -> None:
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, make in WRITTEN.items():
        (PAGES / name).write_text(_page(make), encoding="utf-8")


if __name__ == "__main__":
    write()
