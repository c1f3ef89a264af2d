"""What stands in whose menu, and what is reached from the worklist instead."""

import pytest
from django.urls import reverse

from phoihop.programmes.ost import menu

ASIDE = ("ost-lending-sites", "ost-recall-sites", "ost-supply-sites", "ost-taking-sites")


def test_a_doctors_menu_begins_with_the_worklist_and_is_short(house):
    addresses = [address for address, _ in menu.entries(house.doctor)]
    assert addresses == [reverse("ost-worklist"), reverse("ost-window-sites")]
    assert [address for address, _ in menu.by_worklist(house.doctor)] == [reverse(name) for name in ASIDE]


@pytest.mark.parametrize("who", ["doctor", "nurse", "head", "dispenser", "storekeeper", "officer"])
def test_every_page_is_reached_one_way_and_no_more(house, who):
    viewer = getattr(house, who)
    in_menu = {address for address, _ in menu.entries(viewer)}
    beside = {address for address, _ in menu.by_worklist(viewer)}
    if reverse("ost-worklist") in in_menu:
        assert not in_menu & beside
    else:
        assert beside <= in_menu
