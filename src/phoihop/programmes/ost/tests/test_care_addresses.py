"""Every address of treatment leads somewhere for who works there, and nowhere for others."""

import pytest
from django.urls import reverse

from phoihop.programmes.ost.tests import examples_care
from tests.support import world as worlds


@pytest.fixture
def world(db):
    return worlds.build()


def test_every_example_leads_to_a_page_for_the_doctor_and_to_nothing_for_another_house(world):
    known = examples_care.examples(world)
    doctor = world.people["ost-doctor@here"].browser()
    others = [world.people[name].browser() for name in ("ost-doctor@there", "ost-storekeeper@here")]
    for name, example in known.items():
        if name == "ost-values-sign":
            continue
        address = reverse(name, kwargs=dict(example.path))
        assert doctor.get(address).status_code == 200, name
        for other in others:
            assert other.get(address).status_code == 404, name
        if example.missing:
            assert doctor.get(reverse(name, kwargs=dict(example.missing))).status_code == 404, name


def test_every_form_of_an_example_is_one_that_its_page_takes(world):
    known = examples_care.examples(world)
    doctor = world.people["ost-doctor@here"].browser()
    for name, example in known.items():
        if example.form and name != "ost-values-sign":
            answer = doctor.post(reverse(name, kwargs=dict(example.path)), example.form)
            assert answer.status_code in {302, 409, 422}, (name, answer.status_code)
