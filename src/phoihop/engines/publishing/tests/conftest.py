import pytest

from phoihop.base.security import scope
from phoihop.engines.publishing import building, registering
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Build
from phoihop.engines.publishing.tests import making


@pytest.fixture
def made(db, tmp_path, monkeypatch):
    """The house, a folder of its own, and none of the product's programmes."""
    monkeypatch.setattr(building, "default_folder", lambda: tmp_path)
    for known in ("PROGRAMMES", "REPORTED", "RATIOS"):
        monkeypatch.setattr(registering, known, {})
    return making.house()


@pytest.fixture
def built(made):
    """Builds what is registered, up to a day, as a worker does."""

    def run(until=making.UNTIL) -> Build:
        with scope.acting(JOB):
            asked = building.ask(None, until)
        assert asked is not None
        building.run(asked.pk)
        with scope.acting(JOB):
            return Build.objects.get(pk=asked.pk)

    return run


@pytest.fixture
def source(made):
    """The programme, registered, with its rows."""
    found = making.filled(made)
    registering.register(making.programme(found))
    return found
