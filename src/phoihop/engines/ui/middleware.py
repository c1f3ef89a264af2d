"""What every request passes through: language, privacy of pages, origin of writes."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from phoihop.engines.ui import pages

Handler = Callable[[HttpRequest], HttpResponseBase]


def language(get_response: Handler) -> Handler:
    """The language of the cookie, else Vietnamese.

    Not the browser's language: office machines run English Windows, their users work in Vietnamese.
    """
    codes = {code for code, _ in settings.LANGUAGES}

    def handle(request: HttpRequest) -> HttpResponseBase:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        with translation.override(wanted if wanted in codes else settings.LANGUAGE_CODE):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "vi")
            return response

    return handle


def private_pages(get_response: Handler) -> Handler:
    """Pages hold what a document says: no cache keeps them, no search engine lists them."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        return response

    return handle


def same_origin(get_response: Handler) -> Handler:
    """A write that another site began is refused before anything reads its body.

    Two witnesses: Origin, and Sec-Fetch-Site, which a page's script cannot set. Programs send neither.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        origin = request.headers.get("Origin")
        own = f"{request.scheme}://{request.get_host()}"
        foreign = origin is not None and origin != own
        foreign |= request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
        if request.method not in ("GET", "HEAD") and foreign:
            return pages.forbidden(request)
        return get_response(request)

    return handle
