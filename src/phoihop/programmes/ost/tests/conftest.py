import pytest

from phoihop.base.org.models import Account
from phoihop.base.security import scope
from phoihop.programmes.ost.tests import making
from tests.support.world import signed_in


@pytest.fixture
def house(db):
    """Two facilities and a point with their people."""
    return making.house()


@pytest.fixture
def browse():
    """A browser for somebody of the house."""

    def signed(viewer):
        with scope.acting(scope.DOOR):
            return signed_in(Account.objects.get(pk=viewer.account))

    return signed
