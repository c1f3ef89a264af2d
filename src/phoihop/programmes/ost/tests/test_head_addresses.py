"""Every address of paper books and devices leads somewhere for a head, and nowhere for another house."""

import pytest
from django.urls import reverse

from phoihop.programmes.ost.tests import examples_sync, examples_taking
from tests.support import world as worlds


@pytest.fixture
def world(db):
    return worlds.build()


@pytest.mark.parametrize("part", [examples_taking, examples_sync])
def test_every_example_leads_to_a_page_for_the_head_and_to_nothing_for_others(world, part):
    known = part.examples(world)
    head = world.people["ost-head@here"].browser()
    others = [world.people[name].browser() for name in ("ost-head@there", "ost-nurse@there", "nobody")]
    for name, example in known.items():
        address = reverse(name, kwargs=dict(example.path))
        nowhere = reverse(name, kwargs=example.nowhere)
        found = head.get(address).status_code
        assert found in {200, 405}, name
        for other in others:
            assert other.get(address).status_code in ({404} if found == 200 else {404, 405}), name
        assert head.get(nowhere).status_code in {404, 405}, name
        if example.form or found == 405:
            for other in others:
                assert other.post(address, example.form).status_code in {404, 403}, name
    for name, example in known.items():
        if example.form:
            answer = head.post(reverse(name, kwargs=dict(example.path)), example.form)
            assert answer.status_code in {302, 200, 409, 422}, (name, answer.status_code)
