"""Runs Python in the product for tests: a process that has loaded it once and forks for every piece asked of
it, so that each begins as fresh as in a process of its own and none waits for the loading again.

Started as ``python -m tests.support.doing``. Lines of JSON come in, each a piece of code; for each a line
goes out: ``{"answer": ...}``, what the code assigned to ``answer``, or ``{"fault": "traceback"}``.
"""

import json
import os
import sys
import traceback

BEGINNING = (
    "from phoihop.base.security import scope\nfrom phoihop.base.security.scope import Scope\nanswer = None\n"
)


def main() -> None:
    import django

    django.setup()
    # What pages and jobs use is loaded by their addresses.
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    from django.db import connections

    connections.close_all()  # nobody shares one
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the product prints is no answer
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            with os.fdopen(writing, "w") as answer:
                json.dump(_done(json.loads(line)), answer)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            said = answer.read()
        _, status = os.waitpid(child, 0)
        print(said or json.dumps({"fault": f"the process ended with {status}"}), file=out, flush=True)


def _done(code: str) -> dict[str, object]:
    known: dict[str, object] = {"__name__": "__main__"}
    try:
        exec(BEGINNING + code, known)
        return {"answer": json.loads(json.dumps(known["answer"]))}
    except BaseException:  # noqa: BLE001 - whatever it is, the test that asked is told
        return {"fault": traceback.format_exc()}


if __name__ == "__main__":
    main()
