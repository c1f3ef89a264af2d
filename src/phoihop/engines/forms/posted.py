"""What a form's page sends, taken apart. Names are the same for every line of the table, so a page can say in
advance which fields it takes (``names``); with scripts a long table comes as one field of JSON."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, QueryDict

from phoihop.engines.forms.definition import Form, Kind
from phoihop.engines.forms.desk import Work, typed_from
from phoihop.engines.forms.reading import Reason, Typed, is_empty

DOES = frozenset({"save", "draft", "paste", "drop"})
_OWN = frozenset({"do", "seen", "base", "rows", "row-key", "warned", "reason", "words", "paste", "at"})
_MOST_ROWS = 20_000


def names(form: Form) -> frozenset[str]:
    """Every name that the page of a form may send; for ``page(fields=…)``."""
    head = {f"v-{each.code}" for each in form.fields}
    return _OWN | head | {f"r-{column.code}" for column in form.columns}


def does(request: HttpRequest) -> str:
    """What the person wants: save, draft, paste, drop. A form sent by Enter alone is saved."""
    wanted = request.POST.get("do", "save")
    if wanted not in DOES:
        raise BadRequest("an act this form does not have")
    return wanted


def work(form: Form, post: QueryDict) -> Work:
    """What was typed, why, and on top of what. BadRequest for what no page of ours sends."""
    keys, codes, words = (post.getlist(name) for name in ("warned", "reason", "words"))
    if not len(keys) == len(codes) == len(words):
        raise BadRequest("reasons that fit no warnings")
    reasons = {
        key: Reason(code, word.strip()[:200])
        for key, code, word in zip(keys, codes, words, strict=True)
        if code
    }
    head = {each.code: _text(post.getlist(f"v-{each.code}"), each.kind) for each in form.fields}
    rows, row_keys = _rows(form, post)
    while rows and not row_keys[-1] and is_empty(form, rows[-1]):
        rows.pop()
        row_keys.pop()
    base = _json(post.get("base") or '{"head": {}, "rows": [], "keys": []}')
    try:
        return Work(Typed(head, rows, row_keys), reasons, post.get("seen", ""), typed_from(form, base))
    except ValueError:
        raise BadRequest("no base of this form") from None


def _text(texts: Sequence[str], kind: Kind) -> str:
    return "; ".join(texts) if kind is Kind.CHOICES else (texts[0] if texts else "")


def _rows(form: Form, post: QueryDict) -> tuple[list[dict[str, str]], list[str]]:
    if "rows" in post:
        given = _json(str(post["rows"]))
        if not isinstance(given, list) or len(given) > _MOST_ROWS:
            raise BadRequest("no lines of this form")
        keys: list[str] = []
        rows: list[dict[str, str]] = []
        for line in given:
            if not isinstance(line, list) or len(line) != len(form.columns) + 1:
                raise BadRequest("a line of another form")
            key, *texts = (str(each) for each in line)
            keys.append(key)
            rows.append({column.code: text for column, text in zip(form.columns, texts, strict=True)})
        return rows, keys
    row_keys = list(post.getlist("row-key"))
    typed = [column for column in form.columns if column.kind is not Kind.CALCULATED]
    columns = {column.code: post.getlist(f"r-{column.code}") for column in typed}
    if any(len(texts) != len(row_keys) for texts in columns.values()):
        raise BadRequest("columns of different lengths")
    return [{code: texts[n] for code, texts in columns.items()} for n in range(len(row_keys))], row_keys


def place(form: Form, post: QueryDict) -> tuple[int, int]:
    """Where something is pasted: line and column, from 0."""
    line, _, column = post.get("at", "").partition(":")
    if not (line.isascii() and line.isdigit() and column.isascii() and column.isdigit() and len(line) < 7):
        raise BadRequest("no place in the table")
    found = int(line), int(column[:4])
    if found[1] >= len(form.columns) or found[0] > _MOST_ROWS:
        raise BadRequest("no place in the table")
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise BadRequest("not JSON") from None
