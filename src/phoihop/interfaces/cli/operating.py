"""The operator's commands, declared: name, what it is for, its options, and the function that does it.

The functions sit on top of the house, above this floor, which may not rest on them: they are found by name
when they are wanted, so that ``phoihop read`` pays for none of them.
"""

import argparse
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from phoihop.interfaces.cli import words
from phoihop.interfaces.cli.words import Lang, say
from phoihop.kernel.refusals import Bilingual

COMMANDS_ROOM = "phoihop.config.commands"


@dataclass(frozen=True, slots=True)
class Option:
    """One option or, without dashes, one argument; ``how`` goes to argparse as it is."""

    name: str
    about: Bilingual
    how: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``does`` is "module:function" of the room of commands, called with the options by name."""

    name: str
    about: Bilingual
    does: str
    options: tuple[Option, ...] = ()

    def declare(self, parser: argparse._ActionsContainer, lang: Lang) -> None:
        for option in self.options:
            parser.add_argument(option.name, help=say(option.about, lang), **option.how)

    @property
    def given(self) -> list[str]:
        return [option.name.lstrip("-").replace("-", "_") for option in self.options]


def _port(text: str) -> int:
    return words.between(text, 1, 65535)


def _workers(text: str) -> int:
    return words.between(text, 1, 64)


PORT = Option("--port", words.PORT, {"type": _port})

COMMANDS = (
    Command(
        "serve",
        Bilingual(
            "Chạy phần mềm: cơ sở dữ liệu, trang web, việc chạy nền, niêm phong nhật ký.",
            "Run the program: database, pages, background jobs, sealing of the audit.",
        ),
        "serving:serve",
        (
            Option("--host", words.HOST, {"default": "127.0.0.1"}),
            PORT,
            Option(
                "--workers",
                Bilingual(
                    "số tiến trình phục vụ trang (mặc định 1)", "processes that serve pages (default 1)"
                ),
                {"type": _workers, "default": 1},
            ),
        ),
    ),
    Command(
        "demo",
        words.DEMO,
        "serving:demo",
        (
            PORT,
            Option(
                "--fresh",
                Bilingual("xóa dữ liệu dùng thử và bắt đầu lại", "remove the demo's data and begin anew"),
                {"action": "store_true"},
            ),
        ),
    ),
    Command(
        "migrate",
        Bilingual(
            "Cập nhật bảng và quyền trong cơ sở dữ liệu.",
            "Bring tables and rights in the database up to date.",
        ),
        "tables:run",
    ),
    Command("worker", Bilingual("Chạy các việc nền.", "Run background jobs."), "background:worker"),
    Command(
        "seal",
        Bilingual("Niêm phong nhật ký mỗi phút.", "Seal the audit every minute."),
        "background:seal",
    ),
)


def run(name: str, given: argparse.Namespace) -> int:
    """Do one of the commands; its exit status."""
    command = next(c for c in COMMANDS if c.name == name)
    module, _, function = command.does.partition(":")
    does: Callable[..., int] = getattr(importlib.import_module(f"{COMMANDS_ROOM}.{module}"), function)
    return does(**{option: getattr(given, option) for option in command.given})
