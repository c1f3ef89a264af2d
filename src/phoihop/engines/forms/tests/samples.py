"""Forms for tests: a small one written here, and fields made of a few words."""

from datetime import date
from typing import Any

from phoihop.engines.forms.definition import Field, Form, Section, Table
from phoihop.engines.forms.loading import loads
from phoihop.kernel.refusals import Bilingual

TODAY = date(2026, 11, 22)
WORD = 'title = { vi = "Ô", en = "Field" }\nholds = "internal"\n'


def form_of(fields: str, more: str = "") -> Form:
    """A form of one section; ``fields`` are the bodies of fields, parted by blank lines, in TOML."""
    bodies = "".join(f"[[sections.fields]]\n{WORD}{body}\n" for body in fields.strip().split("\n\n"))
    return loads(
        f'code = "tried"\nversion = 1\ntitle = {{ vi = "Thử", en = "Tried" }}\n'
        f'[[sections]]\ncode = "one"\ntitle = {{ vi = "Một", en = "One" }}\n{bodies}\n{more}'.encode()
    )


def field_of(body: str) -> Field:
    """The one field of such a body, called "a"."""
    return form_of(f'code = "a"\n{body}').fields[0]


def register_of(columns: tuple[Field, ...], **more: Any) -> Form:
    """A register with these columns and nothing above them."""
    title = Bilingual("Sổ", "Register")
    return Form(code="register", version=1, title=title, table=Table(title, columns, **more))


def sections_of(*fields: Field) -> tuple[Section, ...]:
    return (Section("one", Bilingual("Một", "One"), fields),)
