import pytest

from phoihop.registry.tests import people


@pytest.fixture
def house(db):
    """Two clinics with their carers, and people who open no file."""
    return people.house()
