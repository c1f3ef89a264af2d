"""The house's own rules see what they are made to see."""

import ast

import pytest

from tools import lint

CASES = [
    ("cursor.execute('select 1')", "SQL written by hand"),
    ("Person.objects.raw('select 1')", "SQL written by hand"),
    ("Person.objects.filter(**request.POST.dict())", "request poured"),
    ("make(**request.GET)", "request poured"),
    ("mark_safe(text)", "declared safe"),
]
CLEAN = [
    "Person.objects.filter(name=request.POST['name'])",
    "executor.execute(task)",
    "make(**given)",
]
TEMPLATES = [
    ("{{ name|safe }}", "escaping"),
    ("{% autoescape off %}", "escaping"),
    ("<script>alert(1)</script>", "inline"),
    ('<p onclick="x()">', "inline"),
    ('<p style="color:red">', "inline"),
    ('<img src="https://example.org/a.png">', "another site"),
    ("<style>p{}</style>", "inline"),
]


def said(source: str, name: str = "src/phoihop/some/actions.py") -> str:
    return " ".join(what for _, what in lint.in_code(name, ast.parse(source)))


@pytest.mark.parametrize(("source", "what"), CASES)
def test_it_sees(source, what):
    assert what in said(source)


@pytest.mark.parametrize("source", CLEAN)
def test_it_leaves_alone(source):
    assert said(source) == ""


@pytest.mark.parametrize("drawer", ["pages.py", "queries.py", "pages/list.py"])
def test_pages_and_queries_write_no_rows(drawer):
    assert "actions alone" in said("Person.objects.filter(pk=1).delete()", f"src/phoihop/some/{drawer}")
    assert said("given.update(name=1)", f"src/phoihop/some/{drawer}") == ""


@pytest.mark.parametrize(("source", "what"), TEMPLATES)
def test_templates(tmp_path, source, what):
    path = tmp_path / "page.html"
    path.write_text(source, encoding="utf-8")
    assert what in " ".join(w for _, w in lint.in_template(path))


@pytest.mark.parametrize(
    "source", ['<script src="a.js" type="module"></script>', "{{ name }}", '<a href="/a">']
)
def test_clean_templates(tmp_path, source):
    path = tmp_path / "page.html"
    path.write_text(source, encoding="utf-8")
    assert list(lint.in_template(path)) == []
