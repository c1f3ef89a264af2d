"""The English translation of the interface: nothing missing, nothing left over, compiled.

The source language is Vietnamese. ``python -m tools.catalog`` writes the catalogue again, keeping what is
translated; empty entries are for a person to fill. The compiled file is kept beside it, so that running
the program needs no translation tools.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from tools.tree import ROOT, shown

SOURCES = ROOT / "src" / "phoihop"
CATALOG = SOURCES / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

Key = tuple[str | None, str]


def _python(path: Path) -> bytes:
    """A source file as the extractor takes it: a template becomes the calls that its tags stand for."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        from django.conf import settings
        from django.utils.translation.template import templatize

        if not settings.configured:
            settings.configure()
        # What is left of the markup is no Python, so its indentation must not be taken for Python's.
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    return text.encode()


def wanted() -> Iterator[tuple[Path, int, str | tuple[str, ...], str | None]]:
    """Every translatable message of the sources: file, line, message (with its plural), context."""
    for path in sorted([*SOURCES.rglob("*.py"), *SOURCES.rglob("*.html")]):
        if "tests" not in path.parts:
            for line, message, _comments, context in extract(
                "python", io.BytesIO(_python(path)), KEYWORDS, options={"encoding": "utf-8"}
            ):
                yield path, line, message, context


def _key(message: str | tuple[str, ...] | list[str], context: str | bytes | None) -> Key:
    if isinstance(context, bytes):  # as Babel reads it from a compiled catalogue
        context = context.decode()
    return context, message if isinstance(message, str) else message[0]


def _translations(catalog: Catalog) -> dict[Key, str]:
    """Finished translations only: filled in every plural form, and not marked as doubtful."""
    found = {}
    for message in catalog:
        forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        if message.id and all(forms) and not message.fuzzy:
            found[_key(message.id, message.context)] = "\0".join(forms)
    return found


def compare(keys: dict[Key, str], source: Catalog, compiled: Catalog) -> list[str]:
    """What a catalogue lacks or has too much, given each wanted message and where it stands."""
    done = _translations(source)
    listed = {_key(m.id, m.context) for m in source if m.id}
    faults = [
        f"{place}: no finished English for “{key[1]}”" for key, place in keys.items() if key not in done
    ]
    faults += [f"{CATALOG.name}: “{key[1]}” is used nowhere" for key in sorted(listed - set(keys), key=str)]
    if _translations(compiled) != done:
        faults.append(f"{CATALOG.with_suffix('.mo').name} is older than {CATALOG.name}")
    return faults


def faults() -> list[str]:
    """The faults of the catalogue as it stands; none if nothing is translatable yet."""
    keys = {_key(m, context): f"{shown(path)}:{line}" for path, line, m, context in wanted()}
    if not keys:
        return []
    if not (CATALOG.exists() and CATALOG.with_suffix(".mo").exists()):
        return [f"{shown(CATALOG)} or its compiled .mo is missing; run ./run docs"]
    with CATALOG.open("rb") as source, CATALOG.with_suffix(".mo").open("rb") as compiled:
        return compare(keys, read_po(source, locale="en"), read_mo(compiled))


def write() -> None:
    """Bring the catalogue up to the sources and compile it."""
    catalog = Catalog(locale="en", header_comment="# The interface in English.", fuzzy=False)
    for path, line, message, context in wanted():
        identity = message if isinstance(message, str) else tuple(message[:2])
        catalog.add(identity, locations=[(str(path.relative_to(SOURCES)), line)], context=context)
    if CATALOG.exists():
        with CATALOG.open("rb") as old:
            kept = read_po(old, locale="en")
        written = kept.creation_date, kept.revision_date
        kept.update(catalog, no_fuzzy_matching=True)
        kept.obsolete.clear()
        kept.creation_date, kept.revision_date = written  # the same sources give the same file
        catalog = kept
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False, sort_output=True, omit_header=False)
    with CATALOG.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


if __name__ == "__main__":
    write()
