import pytest

from phoihop.programmes.ost.tests import making


@pytest.fixture
def house(db):
    """Two facilities and a point with their people."""
    return making.house()
