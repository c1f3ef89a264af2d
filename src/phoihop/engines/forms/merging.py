"""Two people changed the same form: what one of them did alone stands, what both did is shown. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from phoihop.engines.forms.definition import Form
from phoihop.engines.forms.reading import HEAD, Typed


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed; ``theirs`` is what is saved. None: they took the whole line out."""

    row: int
    code: str
    theirs: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """My form with their changes in it; ``taken``: places that I had left alone and now hold theirs."""

    typed: Typed
    taken: tuple[tuple[int, str], ...]
    clashes: tuple[Clash, ...]


def merge(form: Form, base: Typed, mine: Typed, theirs: Typed) -> Merged:
    """Three ways together: ``base`` is what I saw when I began. Where we both changed a text, mine stands."""
    taken: list[tuple[int, str]] = []
    clashes: list[Clash] = []

    def together(
        row: int,
        codes: tuple[str, ...],
        old: Mapping[str, str],
        own: Mapping[str, str],
        other: Mapping[str, str],
    ) -> dict[str, str]:
        found = dict(own)
        for code in codes:
            was, now, saved = old.get(code, ""), own.get(code, ""), other.get(code, "")
            if saved in (was, now):
                continue
            if now == was:
                found[code] = saved
                taken.append((row, code))
            else:
                clashes.append(Clash(row, code, saved))
        return found

    head = together(HEAD, tuple(f.code for f in form.fields), base.head, mine.head, theirs.head)
    codes = tuple(column.code for column in form.columns)
    old = {key: row for key, row in zip(base.keys, base.rows, strict=False) if key}
    saved = {key: row for key, row in zip(theirs.keys, theirs.rows, strict=False) if key}
    rows: list[dict[str, str]] = []
    keys: list[str] = []
    for n, row in enumerate(mine.rows):
        key = mine.key(n)
        if key and key not in saved:
            was = old.get(key, {})
            if all(row.get(code, "") == was.get(code, "") for code in codes):
                continue  # they took out what I had not touched
            clashes.append(Clash(len(rows), codes[0], None))
            rows.append(dict(row))
            keys.append("")
            continue
        rows.append(together(len(rows), codes, old.get(key, {}), row, saved[key]) if key else dict(row))
        keys.append(key)
    held = set(mine.keys)
    for key, row in saved.items():
        if key not in held and key not in old:
            taken += [(len(rows), code) for code in codes if row.get(code)]
            rows.append(dict(row))
            keys.append(key)
    return Merged(Typed(head, rows, keys), tuple(taken), tuple(clashes))
