"""Who stands outside finds nothing: no row, no count and no name; and the client can see who looked."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.base.security.rows import access_of
from phoihop.programmes.ost.actions import dispensing, lending
from phoihop.programmes.ost.models import Roster
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, opened, ordered, roster, stocked
from phoihop.registry.queries import looking

TABLES = sorted(model._meta.db_table for model in apps.get_app_config("ost").get_models())
# What says nothing of anybody: names of lots, values that were signed, the centre's own name.
OF_NOBODY = {"ost_lotrow", "ost_signed", "ost_centre"}


def seen(viewer, table):
    """How many rows plain SQL gets under somebody's scope, as if a hole in the program let them write it."""
    with acting(viewer), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return cursor.fetchone()[0]


@pytest.fixture
def served(house):
    """A client of A who had today's dose; police, and the care of another programme in the same house."""
    client = admitted(house.doctor, house.a, "Vàng A Sính")
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, client), presentation=SOLUTION)
    with scope.acting(org.INSTALL):
        police = org.somebody("Mào Văn Diện", "officer", org.agency("Công an tỉnh", "police"))
        care = org.somebody("Tao Thị Eng", "carer-alpha", house.a)
    return client, police, care


@pytest.mark.parametrize("table", sorted(set(TABLES) - OF_NOBODY))
def test_no_row_is_there_for_others(house, served, table):
    _, police, care = served
    for viewer in (police, care, house.officer, house.doctor_b, house.dispenser_b, house.dispenser_p):
        own = (
            {house.b.pk, house.p.pk}
            if viewer in (house.doctor_b, house.dispenser_b, house.dispenser_p)
            else set()
        )
        if table == "ost_device" and own:
            continue  # each site's own desk
        assert seen(viewer, table) == 0, viewer.name


def test_the_tables_that_everybody_reads_hold_nobody():
    for table in OF_NOBODY:
        model = next(m for m in apps.get_app_config("ost").get_models() if m._meta.db_table == table)
        assert {"person", "client", "pseudonym", "facility"} & {f.name for f in model._meta.fields} == set()
        assert access_of(model) is not None


def test_the_point_knows_a_lent_client_by_name_birth_and_code_alone(house, served):
    client, _, _ = served
    lending.lend(by=house.doctor, client=client, to=house.p, first=TODAY + timedelta(days=1))
    kept = {
        table: seen(house.dispenser_p, table) for table in ("ost_roster", "ost_orderrow", "registry_client")
    }
    assert kept == {"ost_roster": 1, "ost_orderrow": 0, "registry_client": 0}
    with acting(house.dispenser_p):
        row = Roster.objects.get()
        assert (row.text("name"), row.client_id) == ("Vàng A Sính", None)


def test_a_client_sees_who_looked_wherever_they_are_served(house, served):
    client, _, _ = served
    lending.lend(by=house.doctor, client=client, to=house.p, first=TODAY + timedelta(days=1))
    offices = [look.office for look in looking.looks(house.doctor, client=client).looks]
    did = {look.did.en for look in looking.looks(house.doctor, client=client).looks}
    assert "Give a dose" in did
    assert set(offices) == {"Trung tâm Y tế Nậm Pồ"}
