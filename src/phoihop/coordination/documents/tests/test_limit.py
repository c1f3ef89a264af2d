"""What is too large is turned away by the length it declares."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from phoihop.coordination.documents.middleware import upload_limit


def _sent(size: int) -> Any:
    given = {"Accept": "application/json"}
    request = RequestFactory().post("/van-ban/gui/tep/", b"x", content_type="text/plain", headers=given)
    request.META["CONTENT_LENGTH"] = str(size)
    return request


def test_an_oversized_body_is_refused_before_it_is_read():
    def view(request: object) -> HttpResponse:
        raise AssertionError("an oversized body came through")

    request = _sent(settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert upload_limit(view)(request).status_code == 413
    assert not request._read_started


def test_a_body_of_a_size_that_is_taken_comes_through():
    request = _sent(settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
    assert upload_limit(lambda given: HttpResponse("in"))(request).status_code == 200
