"""Whose address counts: the one seen by the operator's own proxies, never one that somebody wrote."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from phoihop.base.org.middleware import real_address

CASES = [
    (0, "203.0.113.9", "10.0.0.1"),
    (1, "203.0.113.9", "203.0.113.9"),
    (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
    (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
    (2, "203.0.113.9", "10.0.0.1"),
    (1, "", "10.0.0.1"),
    (1, "not an address", "10.0.0.1"),
    (1, "198.51.100.7, 2001:db8::1", "2001:db8::1"),
]


@pytest.mark.parametrize(("proxies", "told", "counts"), CASES)
def test_the_address_that_counts(settings, proxies, told, counts):
    settings.PHOIHOP_PROXIES = proxies
    seen = []

    def answer(request):
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    real_address(answer)(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": told}))
    assert seen == [counts]
