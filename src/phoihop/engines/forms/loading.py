"""A form's file becomes its definition, or says in both languages where it is wrong.

Every form lies in a folder ``forms`` of its programme as ``<code>.v<version>.toml``. Beside them
``published.toml`` keeps the checksum of each version in use; from then on its file never changes
(``frozen_faults``), because entries say which version they were made with. docs/reference/forms.md describes
the file.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from phoihop.engines.forms.definition import Check, Field, Form, Kind, Section, Table
from phoihop.engines.forms.expressions import Type, parse
from phoihop.engines.forms.loading_fields import TYPES, field_of
from phoihop.engines.forms.loading_parts import Part, wrong
from phoihop.engines.forms.words import default_reasons

PUBLISHED = "published.toml"
_NAME = re.compile(r"([a-z][a-z0-9_]*)\.v([1-9][0-9]*)\.toml")


def load(path: Path) -> Form:
    """The form of a file. Raises Refusal "bad-definition", which names the place; OSError."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise wrong(
            path.name, "tên tệp phải là <mã>.v<số>.toml", "the file's name must be <code>.v<number>.toml"
        )
    found = loads(path.read_bytes(), path.name)
    if (found.code, str(found.version)) != match.groups():
        raise wrong(
            path.name, "mã hoặc phiên bản khác với tên tệp", "code or version is not that of the name"
        )
    return found


def loads(data: bytes, name: str = "") -> Form:
    """The form of a file's content; ``name`` is what its faults call it."""
    try:
        given = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise wrong(name, f"không phải TOML ({error})", f"not TOML ({error})") from None
    return _form(Part(given, name), hashlib.sha256(data).hexdigest())


def _form(part: Part, sha256: str) -> Form:
    known: dict[str, Field] = {}
    code, version = part.code("code"), part.whole("version", least=1)
    title, basis, published = part.words("title"), part.words_or_none("basis"), part.day_or_none("published")
    sections = tuple(_section(each, known) for each in part.parts("sections"))
    table = _table(found, known) if (found := part.part_or_none("table")) is not None else None
    if not known:
        raise part.wrong("không có ô nào", "there is no field")
    above = {field.code for section in sections for field in section.fields}
    checks = tuple(_check(each, known, above) for each in part.parts("checks"))
    part.unique([check.code for check in checks], "checks")
    reasons = tuple(each.option() for each in part.parts("reasons")) or default_reasons()
    part.done()
    return Form(
        code=code,
        version=version,
        title=title,
        basis=basis,
        published=published,
        sections=sections,
        table=table,
        checks=checks,
        reasons=reasons,
        sha256=sha256,
    )


def _section(part: Part, known: dict[str, Field]) -> Section:
    code, title, about = part.code("code"), part.words("title"), part.words_or_none("help")
    fields = tuple(_field(each, known) for each in part.parts("fields"))
    if not fields:
        raise part.wrong("mục không có ô nào", "the section has no field")
    part.done()
    return Section(code, title, fields, about)


def _table(part: Part, known: dict[str, Field]) -> Table:
    title, most = part.words("title"), part.whole("most", least=1, otherwise=5_000)
    columns = tuple(_field(each, known) for each in part.parts("columns"))
    unique = part.texts("unique")
    names = {column.code for column in columns}
    if not columns or not set(unique) <= names:
        raise part.wrong("unique phải là các cột của bảng", "unique must name columns of the table")
    for column in columns:
        if column.when is not None or column.kind in (Kind.LONG, Kind.CHOICES):
            raise part.wrong(
                f"cột {column.code}: bảng không nhận when, long-text, choices",
                f"column {column.code}: a table takes no when, long-text or choices",
            )
    part.done()
    return Table(title, columns, unique, most)


def _field(part: Part, known: dict[str, Field]) -> Field:
    field = field_of(part, known)
    if field.code in known:
        raise part.wrong("mã đã dùng cho ô khác", "the code is another field's already")
    if field.formula is not None and field.code in field.formula.names:
        raise part.wrong("ô tính từ chính nó", "the field is calculated from itself")
    known[field.code] = field
    return field


def _check(part: Part, known: Mapping[str, Field], above: set[str]) -> Check:
    code, says, message = part.mark("code"), part.one_of("says", ("refuse", "warn")), part.words("message")
    types: dict[str, Type] = {name: TYPES[field.kind] for name, field in known.items()}
    text = part.text("holds")
    try:
        rule = parse(text, types)
    except ValueError as error:
        raise part.wrong(f"holds: {error}", f"holds: {error}") from None
    if rule.type != "truth":
        raise part.wrong("holds không phải là một điều đúng sai", "holds is nothing that is true or false")
    at = part.text("field")
    of_rows = not rule.names <= above
    if at not in known or (at in above) is of_rows:
        raise part.wrong(
            "field phải là ô nằm cùng chỗ với điều kiện", "field must be one of those the check is about"
        )
    part.done()
    return Check(code, "warn" if says == "warn" else "refuse", at, rule, message, of_rows)


def folder_of(package_file: str) -> Path:
    """The folder ``forms`` beside a module, given its ``__file__``."""
    return Path(package_file).parent / "forms"


def load_all(folder: Path) -> dict[tuple[str, int], Form]:
    """Every form of a folder by code and version. Raises as ``load`` does."""
    forms = (load(path) for path in sorted(folder.glob("*.toml")) if path.name != PUBLISHED)
    return {(form.code, form.version): form for form in forms}


def in_force(forms: Mapping[tuple[str, int], Form], code: str, day: date) -> Form:
    """The version of a form by which an event of that day is entered: the last one published by then.

    Raises LookupError where none was.
    """
    published = [
        f for (name, _), f in forms.items() if name == code and f.published is not None and f.published <= day
    ]
    if not published:
        raise LookupError(f"no version of {code} was published by {day}")
    return max(published, key=lambda form: form.version)


def frozen_faults(folder: Path) -> Iterator[str]:
    """What is wrong with the files of a folder, beside what ``load`` refuses: a published version that was
    changed, taken away, or whose checksum nobody noted; a draft that was noted as published."""
    noted: dict[str, str] = {}
    if (folder / PUBLISHED).exists():
        noted = tomllib.loads((folder / PUBLISHED).read_text("utf-8"))
    found = {f"{code}.v{version}.toml": form for (code, version), form in load_all(folder).items()}
    for name, form in found.items():
        if form.published is None and name in noted:
            yield f"{name} is noted in {PUBLISHED} but has no day of publication"
        elif form.published is not None and name not in noted:
            yield f'{name} is published but not noted; add "{name}" = "{form.sha256}" to {PUBLISHED}'
        elif form.published is not None and noted[name] != form.sha256:
            yield f"{name} was published and has changed; make version {form.version + 1} instead"
    for name in noted.keys() - found.keys():
        yield f"{name} was published and is gone"
