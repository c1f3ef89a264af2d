"""The command ``phoihop``: read files, serve the reader page.

Exit status: 0 every file was read, 1 a file was refused, 2 wrong usage, 3 the program failed,
130 interrupted. Heavy libraries are imported only by the command that needs them.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from phoihop import __version__
from phoihop.interfaces.cli import operating, words
from phoihop.interfaces.cli.words import Lang, say
from phoihop.kernel.refusals import Bilingual, Refusal

OK, REFUSED, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130
FORMATS = ("summary", "json", "text", "akn", "xlsx")


class UsageError(Exception):
    """Arguments that do not go together; the message is for the person who typed them."""

    def __init__(self, message: Bilingual) -> None:
        super().__init__(message.en)
        self.message = message


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; never raises, never prints a document by mistake."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    lang = words.language(arguments)
    _speak_utf8()
    try:
        given = _parser(lang).parse_args(arguments)
        return _run(given, lang)
    except SystemExit as leaving:  # argparse has printed its help or its complaint
        return leaving.code if isinstance(leaving.code, int) else USAGE
    except UsageError as error:
        _complain(f"{say(words.WRONG_USAGE, lang)}: {say(error.message, lang)}.")
        return USAGE
    except Refusal as refusal:
        _complain(say(refusal.message, lang))
        return REFUSED
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough. What is still buffered has
        # nowhere to go, and the interpreter would complain about it on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line before the person at the terminal
        if debugging():
            traceback.print_exc()
        # Only the error's class: its message may quote a document.
        _complain(f"{say(words.INTERNAL, lang)} ({type(error).__name__})")
        return FAILED


def debugging() -> bool:
    """Whether tracebacks are wanted."""
    return os.environ.get("PHOIHOP_DEBUG") == "1"


def _run(given: argparse.Namespace, lang: Lang) -> int:
    match given.command:
        case "read":
            from phoihop.interfaces.cli.reading import run

            return run(given, lang)
        case "version":
            print(f"phoihop {__version__}")
            return OK
        case command:
            return operating.run(command, given)


def _speak_utf8() -> None:
    """Vietnamese comes out whole even where the locale knows only ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _complain(message: str) -> None:
    print(message, file=sys.stderr)


class _Parser(argparse.ArgumentParser):
    """argparse with headings and complaints in the reader's language."""

    lang: Lang = "vi"

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", say(words.USAGE, self.lang), 1)

    def error(self, message: str) -> NoReturn:
        usage = self.format_usage().replace("usage: ", say(words.USAGE, self.lang), 1)
        _complain(f"{usage}{say(words.WRONG_USAGE, self.lang)}: {message}")
        raise SystemExit(USAGE)


def _parser(lang: Lang) -> _Parser:
    class Parser(_Parser):
        pass

    Parser.lang = lang
    parser = Parser(
        prog="phoihop",
        description=say(words.ABOUT, lang),
        epilog=say(words.EXIT_CODES, lang),
        add_help=False,
        allow_abbrev=False,
    )
    _options(parser, lang)
    commands = parser.add_subparsers(
        dest="command",
        required=True,
        title=say(words.COMMANDS, lang),
        metavar="|".join(["read", *(c.name for c in operating.COMMANDS), "version"]),
    )

    def command(name: str, about: Bilingual) -> argparse._ArgumentGroup:
        sub = commands.add_parser(
            name,
            help=say(about, lang),
            description=say(about, lang),
            epilog=say(words.EXIT_CODES, lang),
            add_help=False,
            allow_abbrev=False,
        )
        return _options(sub, lang)

    read = command("read", words.READ)
    read.add_argument("files", nargs="+", metavar="FILE", help=say(words.FILES, lang))
    read.add_argument("--format", choices=FORMATS, default="summary", help=say(words.FORMAT, lang))
    read.add_argument("--output", metavar="PATH", help=say(words.OUTPUT, lang))
    read.add_argument("--name", default="stdin", help=say(words.NAME, lang))
    read.add_argument("--jobs", type=_count, default=1, metavar="N", help=say(words.JOBS, lang))
    read.add_argument("--quiet", action="store_true", help=say(words.QUIET, lang))
    for operated in operating.COMMANDS:
        operated.declare(command(operated.name, operated.about), lang)
    command("version", words.VERSION)
    return parser


def _options(parser: argparse.ArgumentParser, lang: Lang) -> argparse._ArgumentGroup:
    group = parser.add_argument_group(say(words.OPTIONS, lang))
    group.add_argument("-h", "--help", action="help", help=say(words.HELP, lang))
    group.add_argument("--lang", choices=("vi", "en"), default=argparse.SUPPRESS, help=say(words.LANG, lang))
    return group


def _count(text: str) -> int:
    return words.between(text, 1, 64)
