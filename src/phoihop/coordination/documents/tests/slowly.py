"""A reading that takes its time in a real child, so that it can be met, stopped and killed in the middle."""

import time
from typing import Any

from phoihop.base.security.uploads import worker, worker_child
from phoihop.engines.reading import isolate

SECONDS = 60.0
_STEP = 0.1


class SlowReading(isolate.IsolatedReading):
    """As the real one, after a minute of saying that it is at work."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data, name)
        self._job = worker.Job(worker.name_of(read_here), data, {"name": name}, isolate.LIMITS)
        self.start, self.cancel, self.done = self._job.start, self._job.cancel, self._job.done


def read_here(data: bytes, given: dict[str, Any]) -> dict[str, Any]:
    """What the child runs."""
    for step in range(int(SECONDS / _STEP)):
        worker_child.report("open", step * _STEP / SECONDS)
        time.sleep(_STEP)
    return isolate.read_here(data, given)
