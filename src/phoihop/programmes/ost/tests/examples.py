"""What the addresses of this room lead to, for the tests that walk every address as everybody.

Each part says its own in ``tests/examples_<part>.py``, by a function ``examples(world)``.
"""

import importlib
import pkgutil

from phoihop.programmes.ost import tests
from tests.support.world import Example, World


def examples(world: World) -> dict[str, Example]:
    """Those of all parts."""
    found: dict[str, Example] = {}
    for part in sorted(each.name for each in pkgutil.iter_modules(tests.__path__)):
        if part.startswith("examples_"):
            found |= importlib.import_module(f"{tests.__name__}.{part}").examples(world)
    return found
