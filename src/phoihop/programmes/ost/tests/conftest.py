import pytest

from phoihop.base.org.models import Account
from phoihop.base.security import scope
from phoihop.programmes.ost.tests import making
from tests.support import database
from tests.support.world import signed_in


@pytest.fixture
def house(db):
    """Two facilities and a point with their people."""
    return making.house()


@pytest.fixture
def kept(django_db_setup, django_db_blocker):
    """The same, where everything is committed: facts are read by a connection of their own."""
    with django_db_blocker.unblock(), database.committed():
        yield making.house()


@pytest.fixture
def browse():
    """A browser for somebody of the house."""

    def signed(viewer):
        with scope.acting(scope.DOOR):
            return signed_in(Account.objects.get(pk=viewer.account))

    return signed
