"""A database of its own with a clinic in it, for what several processes or threads do at once and keep.

Run as a program with the name of a function of ``racing`` or ``working`` (or of any module, its whole path
given), it plays one of those processes.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[5]


class Scratch:
    """Processes of the product on one scratch database."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def start(self, what: str, **given: Any) -> "subprocess.Popen[str]":
        """A process that does ``what`` (module.function of this folder) and prints its answer as JSON."""
        return subprocess.Popen(
            [sys.executable, "-m", __name__, what, json.dumps(given)],
            env=self.environment,
            cwd=SOURCE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def do(self, what: str, **given: Any) -> Any:
        """Do it in a process of its own and wait for the answer."""
        process = self.start(what, **given)
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        return json.loads(out.splitlines()[-1])


@contextlib.contextmanager
def opened(files: Path) -> Iterator[Scratch]:
    """A fresh database of the product, dropped afterwards."""
    house = import_module("tests.support.house")
    with house.fresh() as access:
        yield Scratch(house.environment(access, 0, PHOIHOP_FILES=str(files)))


def main() -> None:
    import django

    django.setup()
    what, given = sys.argv[1:]
    module, name = what.rsplit(".", 1)
    here = module if "." in module else f"phoihop.base.release.tests.{module}"
    function = getattr(import_module(here), name)
    sys.stdout.write(json.dumps(function(**json.loads(given))) + "\n")


if __name__ == "__main__":
    main()
