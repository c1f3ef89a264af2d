"""What a log says of a fault: where and of which kind, never the words of it, which may quote a person."""

import logging
import traceback
from types import TracebackType

import psycopg

from phoihop.kernel.refusals import Refusal

# Of what it cannot write (a full disk, a closed stream) logging would tell on stderr, words and all.
logging.raiseExceptions = False


class Wordless(logging.Formatter):
    """Writes an exception as its kinds and places. A code is told where there is one: a refusal's reason,
    the database's SQLSTATE. Both are ours or the standard's, so neither can hold what somebody typed."""

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "\n".join(_told(ei[1]))


def _told(fault: BaseException | None) -> list[str]:
    lines: list[str] = []
    while fault is not None and len(lines) < 200:
        lines.append(f"{type(fault).__module__}.{type(fault).__qualname__}{_code(fault)}")
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(fault.__traceback__)
        ]
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return lines


def _code(fault: BaseException) -> str:
    code = fault.reason if isinstance(fault, Refusal) else ""
    if isinstance(fault, psycopg.Error):
        code = fault.sqlstate or ""
    return f" ({code})" if code else ""
