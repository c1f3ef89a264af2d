"""What the reader's addresses lead to, where it is not the demo's and open to everybody."""

import functools

from phoihop.coordination.documents.memory import STORE
from phoihop.coordination.documents.store import State
from tests.support.world import Example, World

TEXT = b"K\xe1\xba\xbf ho\xe1\xba\xa1ch s\xe1\xbb\x91 1/KH-UBND"


@functools.cache
def _read() -> str:
    """A file that was read; the walk asks for it again and again."""
    token = STORE.submit(TEXT, "ke-hoach.txt")
    while (job := STORE.get(token)) is not None and job.state in (State.WAITING, State.READING):
        STORE.tend()
    return token


def examples(world: World) -> dict[str, Example]:
    """By name of address. A reading belongs to whoever knows its random name."""
    file = {"token": _read()}
    found = {name: Example(file) for name in ("result", "status", "cancel")}
    return found | {"download": Example({**file, "fmt": "json"}, missing={"token": "nothing", "fmt": "json"})}
