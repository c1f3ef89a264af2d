"""The house keeps its rules, and each rule notices when it is broken."""

import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import catalog, docs, house
from tools.tree import ROOT, files


@pytest.mark.parametrize("rule", house.CHECKS)
def test_the_house_keeps_the_rule(rule: str):
    assert house.CHECKS[rule]() == []


def test_the_whole_tree_is_walked():
    names = {str(path.relative_to(ROOT)) for path in files()}
    assert {"run", ".ci/run", "pyproject.toml", "src/phoihop/kernel/refusals.py", "docs/index.md"} <= names
    assert not [name for name in names if name.startswith((".venv/", ".git/"))]


@pytest.mark.parametrize(("lines", "faults"), [(house.LONGEST, 0), (house.LONGEST + 1, 1)])
def test_a_long_file_is_seen(tmp_path: Path, lines: int, faults: int):
    long = tmp_path / "long.py"
    long.write_text("x = 1\n" * lines)
    assert len(house.too_long([long])) == faults


PACKAGES = "packages." + "org"


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("see https://example.org/simple-words and /etc/hosts, ~/work, a/root/b, x/home/y", 0),
        ("the folder {home}/root/x and <root>/home/x are no machine's", 0),
        ("index-url=https://a.example/i https://a.example/x" + ".whl", 0),
        (f"https://{PACKAGES}/a-1.0-py3-none-any" + ".whl", 1),
        (f"https://{PACKAGES}/a-1.0" + ".tar.gz#sha256=0", 1),
        (f"https://{PACKAGES}/root/simp" + "le/", 1),
        ("pip install --index" + f"-url https://{PACKAGES} x", 1),
        ("UV_DEFAULT_" + f"INDEX=https://{PACKAGES}", 1),
        ('index-url = "' + f'https://{PACKAGES}"', 1),
        ("ask py" + "pi.org", 1),
        ("open('/" + "work/x')", 1),
        ("cd /" + "tmp/x", 1),
        ("/" + "root/.venv", 1),
    ],
)
def test_a_foreign_address_or_folder_is_seen(tmp_path: Path, line: str, faults: int):
    text = tmp_path / "text.md"
    text.write_text(f"{line}\n")
    assert len(house.foreign([text])) == faults


PYPROJECT = """
[project]
dependencies = [
    "lxml~=6.1", # reads web pages
]
[dependency-groups]
dev = []
"""
LOCK = "lxml==6.1.3 \\\n    --hash=sha256:00\n"


@pytest.mark.parametrize(
    ("pyproject", "lock", "said"),
    [
        (PYPROJECT, LOCK, ""),
        (PYPROJECT.replace("# reads web pages", ""), LOCK, "no comment"),
        (PYPROJECT.replace("~=6.1", ">=6.1"), LOCK, "needs a version"),
        (PYPROJECT.replace("~=6.1", ""), LOCK, "needs a version"),
        (PYPROJECT, LOCK.replace("6.1.3", "7.0"), "not locked"),
        (PYPROJECT, "", "not locked"),
        (PYPROJECT, "lxml==6.1.3\n", "no hash"),
    ],
)
def test_a_careless_dependency_is_seen(pyproject: str, lock: str, said: str):
    faults = house.dependencies(pyproject, {"runtime": lock, "dev": ""})
    assert (said in faults[0] and len(faults) == 1) if said else faults == []


@pytest.mark.parametrize(
    ("name", "text", "faults"),
    [
        ("src/phoihop/a.py", "import os, lxml.etree\nfrom . import b\nfrom phoihop import kernel", 0),
        ("src/phoihop/a.py", "def f():\n    from pytest import raises", 1),
        ("src/phoihop/tests/a.py", "import lxml", 0),
        ("src/phoihop/tests/a.py", "import pytest", 1),
        ("tools/a.py", "import nobody_made_this", 1),
    ],
)
def test_an_import_that_nobody_declared_is_seen(name: str, text: str, faults: int):
    assert len(house.undeclared(PYPROJECT, [(name, text)])) == faults


def test_a_measurement_may_import_its_own_folder_and_nobody_else_that():
    sources = [(name, "import counting") for name in ("bench/count.py", "src/phoihop/a.py", "tools/a.py")]
    found = house.undeclared(PYPROJECT, [("bench/counting/__init__.py", ""), *sources])
    assert [fault.split(":")[0] for fault in found] == ["src/phoihop/a.py", "tools/a.py"]


@pytest.mark.parametrize(
    ("link", "broken"),
    [
        ("[a](b.md)", False),
        ("[a](b.md#a-heading-with-code)", False),
        ("[a](#here)", False),
        ("[a](https://example.org/none)", False),
        ("`[a](none.md)`", False),
        ("[a](none.md)", True),
        ("![a](none.png)", True),
        ("[a](b.md#none)", True),
        ("[a](#none)", True),
        ("| x |\n|---|\n| [a](none.md) |", True),
    ],
)
def test_a_broken_link_is_seen(tmp_path: Path, link: str, broken: bool):
    (tmp_path / "b.md").write_text("# A heading, with `code`\n")
    page = tmp_path / "a.md"
    page.write_text(f"# Here\n\n{link}\n")
    docs.anchors.cache_clear()
    assert bool(docs.broken(page)) is broken


@pytest.mark.parametrize(
    ("named", "faults"),
    [("`docs/index.md`", 0), ("`./run x`, `src` or src/none.py", 0), ("`src/none.py`", 1)],
)
def test_a_lost_file_is_seen(tmp_path: Path, named: str, faults: int):
    page = tmp_path / "a.md"
    page.write_text(f"See {named}.\n")
    assert len(docs.lost(page)) == faults


def _catalog(*messages: tuple[str, str]) -> Catalog:
    made = Catalog(locale="en")
    for message, translation in messages:
        made.add(message, translation)
    return made


@pytest.mark.parametrize(
    ("source", "compiled", "said"),
    [
        (_catalog(("Mở", "Open")), _catalog(("Mở", "Open")), ""),
        (_catalog(("Mở", "")), _catalog(), "no finished English"),
        (_catalog(), _catalog(), "no finished English"),
        (_catalog(("Mở", "Open"), ("Cũ", "Old")), _catalog(("Mở", "Open"), ("Cũ", "Old")), "used nowhere"),
        (_catalog(("Mở", "Open")), _catalog(("Mở", "Close")), "older"),
    ],
)
def test_an_unfinished_translation_is_seen(source: Catalog, compiled: Catalog, said: str):
    faults = catalog.compare({(None, "Mở"): "page.html:1"}, source, compiled)
    assert (said in faults[0] and len(faults) == 1) if said else faults == []


def test_what_templates_and_code_say_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "page.html").write_text(
        '<div>\n  {% translate "Chào" %}\n      <c-x title="{% translate \'Mở\' %}"/>\n'
        "  {% blocktranslate count n=n %}{{ n }} tệp{% plural %}{{ n }} tệp{% endblocktranslate %}\n</div>\n"
    )
    (tmp_path / "words.py").write_text('from x import _\nA = _("Đóng"\n      " lại")\n')
    monkeypatch.setattr(catalog, "SOURCES", tmp_path)
    found = {(path.name, message) for path, _, message, _ in catalog.wanted()}
    assert found == {
        ("page.html", "Chào"),
        ("page.html", "Mở"),
        ("page.html", ("%(n)s tệp", "%(n)s tệp")),
        ("words.py", "Đóng lại"),
    }


PLANTED = {
    "kernel/planted.py": ("import django", "Kernel, reading, figures and rules are plain Python"),
    "engines/indicators/planted.py": ("from phoihop.engines import ui", "Engines: "),
    "engines/indicators/planted_too.py": ("import ibis", "Figures: what is defined knows no engine"),
    "engines/indicators/values.py": (
        "from phoihop.engines.indicators import rows",
        "Figures: an engine rests on what is compiled",
    ),
    "engines/reading/planted.py": ("from phoihop.engines import ui", "Engines: "),
    "engines/ui/planted.py": ("from phoihop import config", "Nobody imports the configuration"),
    "coordination/documents/planted.py": ("from phoihop import interfaces", "Floors: "),
    "interfaces/cli/planted.py": ("import django", "The command line reads without a web framework"),
    "coordination/documents/rules.py": (
        "from phoihop.coordination.documents import pages",
        "Inside a room: ",
    ),
    "engines/ui/planted_too.py": ("from phoihop.engines.reading import tests", "Only tests import tests"),
}


def test_an_import_against_the_grain_breaks_its_contract(tmp_path: Path):
    ignored = shutil.ignore_patterns("__pycache__", "static", "*.docx", "*.pdf")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, (line, _) in PLANTED.items():
        (tmp_path / "src" / "phoihop" / name).write_text(f"{line}\n")
    said = subprocess.run(
        [ROOT / ".venv" / "bin" / "lint-imports", "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "src"), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    broken = [line for line in said.splitlines() if line.endswith(" BROKEN")]
    for _, contract in PLANTED.values():
        assert any(line.startswith(contract) for line in broken), contract
