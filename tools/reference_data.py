"""The reference page on what data there is, how long it stays and how it goes, from the models themselves."""

import os
from collections.abc import Iterator

import django
from django.apps import apps

from phoihop.kernel.refusals import Bilingual

_CLASSES = {
    "personal": Bilingual("cá nhân", "personal"),
    "sensitive": Bilingual("nhạy cảm", "sensitive"),
}
_WAYS = {
    "shred": Bilingual("hủy khóa của người đó", "the person's key is destroyed"),
    "blank": Bilingual("làm trống tại chỗ", "emptied in place"),
    "delete": Bilingual("xóa dòng", "the row is deleted"),
    "keep": Bilingual("giữ theo luật nêu bên", "kept, by the law named"),
}
_HEAD = """\
# What is kept, how long, and how it goes

Every column of every table says what it holds, beside its declaration in the program; a test refuses one
that does not. Here stand the personal and the sensitive columns. What is not named is internal (the offices'
own business) or public. Dưới đây là mọi cột chứa dữ liệu cá nhân hoặc nhạy cảm: giữ bao lâu, theo căn cứ nào,
xóa thế nào.

A person of a programme is erased by destroying their data key: what stands under it can never be read again,
in any table, replica or, once the programme's old keys are dropped, backup. Blind indexes, name tokens and
files go with it. Rows, dates and quantities that a law keeps stay and are still counted."""


def retention_page() -> str:
    """Every protected column with class, period, ground and way of erasing; then when rows leave."""
    from tools.reference import table

    _ready()
    columns = table(
        (
            "table",
            "column",
            "class · loại",
            "how long · thời hạn",
            "ground · căn cứ",
            "how erased · cách xóa",
        ),
        _columns(),
    )
    leaving = table(("table", "leaves · thời hạn", "counted from · tính từ"), _leaving())
    return (
        f"{_HEAD}\n\n## Columns\n\n{columns}\n\n## Rows that leave by themselves\n\n"
        f"A job removes or empties them every night.\n\n{leaving}"
    )


def _ready() -> None:
    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
        django.setup()


def _both(said: Bilingual) -> str:
    return f"{said.vi}<br>{said.en}"


def _columns() -> Iterator[tuple[str, ...]]:
    from phoihop.base.security.retention import PERIODS, walk

    for model, field, handling in walk():
        # The stand-in room of the tests is no table of the product.
        if handling is None or handling.cls.value not in _CLASSES or model.__module__.startswith("tests."):
            continue
        yield (
            f"`{model._meta.db_table}`",
            f"`{field.column}`",
            _both(_CLASSES[handling.cls.value]),
            _both(PERIODS[handling.keep].about),
            handling.ground,
            _both(_WAYS[handling.erase.value]),
        )


def _leaving() -> Iterator[tuple[str, ...]]:
    from phoihop.base.security import rows
    from phoihop.base.security.retention import PERIODS, leaves_of

    for model in rows.tables():
        leaves = leaves_of(model)
        if leaves is not None and not model.__module__.startswith("tests."):
            yield f"`{model._meta.db_table}`", _both(PERIODS[leaves.keep].about), f"`{leaves.since}`"
