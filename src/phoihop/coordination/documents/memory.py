"""The one store of this process."""

from django.conf import settings

from phoihop.coordination.documents.store import Reading, Store


def _isolated(data: bytes, name: str) -> Reading:
    from phoihop.engines.reading.isolate import IsolatedReading  # lazy: child-process machinery

    return IsolatedReading(data, name)


STORE = Store(
    _isolated,
    keep_seconds=settings.PHOIHOP_KEEP_SECONDS,
    keep_results=settings.PHOIHOP_KEEP_RESULTS,
    readers=settings.PHOIHOP_READERS,
)
