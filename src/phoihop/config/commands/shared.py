"""What the operator's commands share: coming in by one role, speaking, asking before destroying."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from phoihop.base.database.access import Access
from phoihop.base.database.cluster import Running
from phoihop.base.database.programs import Programs, find_programs
from phoihop.config import database
from phoihop.interfaces.cli.words import Lang, say
from phoihop.kernel.refusals import Bilingual, Refusal


@dataclass(frozen=True, slots=True)
class Inside:
    """A command at work: where the database is, and the server's programs."""

    access: Access
    programs: Programs
    running: Running | None

    def connect(self, role: str, name: str | None = None, **more: Any) -> "psycopg.Connection[Any]":
        """A connection of its own, past Django; Refusal where this role's password is not known."""
        return psycopg.connect(**self.access.params(role, name), **more)

    def point(self, role: str, name: str | None = None) -> None:
        """Let Django's connection lead to a database as this role; without a pool, which serving needs."""
        from django.db import connection

        leave()
        given = self.access.params(role, name)
        connection.settings_dict |= {mine: given.pop(theirs) for theirs, mine in database.NAMES.items()}
        connection.settings_dict["OPTIONS"] = given


@contextmanager
def inside(role: str) -> Iterator[Inside]:
    """Join the database and make Django ready, as one role; leave both at the end."""
    os.environ["PHOIHOP_DB_ROLE"] = role
    running = database.join()
    try:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
        import django

        django.setup()
        here = Inside(database.access(), running.programs if running else find_programs(), running)
        here.point(role)
        yield here
    finally:
        leave()
        if running is not None:
            running.stop()


def leave() -> None:
    """Close Django's connection: a database that somebody is in cannot change its name."""
    from django.db import connection

    connection.close()


def tell(lines: Iterable[Bilingual], lang: Lang) -> None:
    """Print sentences, each on a line, in one language."""
    for line in lines:
        sys.stdout.write(say(line, lang) + "\n")
    sys.stdout.flush()


def tell_json(found: Mapping[str, Any]) -> None:
    """Print one object for a program to read."""
    sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")


def confirm(question: Bilingual, lang: Lang, *, yes: bool) -> None:
    """Go on only if the person types "yes", or said so in the command. Refusal("not-confirmed") otherwise."""
    if yes:
        return
    if sys.stdin.isatty():
        sys.stderr.write(say(question, lang) + " [yes] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() == "yes":
            return
    raise Refusal(
        "not-confirmed",
        "Chưa xác nhận nên không làm gì. Hãy gõ yes khi được hỏi, hoặc thêm --yes.",
        "Not confirmed, so nothing was done. Type yes when asked, or add --yes.",
    )
