"""What is too large is turned away by the length it declares."""

from django.conf import settings
from django.test import RequestFactory

from phoihop.coordination.documents.middleware import upload_limit


def test_an_oversized_body_is_refused_before_it_is_read():
    def view(request):
        raise AssertionError("an oversized body came through")

    declared = {
        "CONTENT_LENGTH": str(settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1),
        "HTTP_ACCEPT": "application/json",
    }
    request = RequestFactory().post("/van-ban/gui/tep/", b"x", content_type="text/plain", **declared)
    answer = upload_limit(view)(request)
    assert answer.status_code == 413
    assert not request._read_started


def test_a_body_of_a_size_that_is_taken_comes_through():
    request = RequestFactory().post("/van-ban/gui/tep/", b"x", content_type="text/plain")
    assert upload_limit(lambda request: "through")(request) == "through"
