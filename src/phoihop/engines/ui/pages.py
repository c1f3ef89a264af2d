"""Pages that belong to no room: choices of language and theme, and errors."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from phoihop.engines.ui.context import THEMES

YEAR = 365 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember a language or a theme in a cookie and go back to where the person was; 204 for a script."""
    choices = {
        "language": (settings.LANGUAGE_COOKIE_NAME, [code for code, _name in settings.LANGUAGES]),
        "theme": (settings.PHOIHOP_THEME_COOKIE, THEMES),
    }
    next_url = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(next_url, allowed_hosts={request.get_host()}):
        next_url = "/"
    asks_script = "application/json" in request.headers.get("Accept", "")
    response = HttpResponse(status=204) if asks_script else HttpResponseRedirect(next_url)
    for name, (cookie, allowed) in choices.items():
        wanted = request.POST.get(name)
        if wanted is None:
            continue
        if wanted not in allowed:
            return HttpResponseBadRequest()
        response.set_cookie(
            cookie,
            wanted,
            max_age=YEAR,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
    return response


def error(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    """An error page in the look of the product; it never quotes what was asked for."""
    return render(
        request, "ui/error.html", {"status": status, "title": title, "advice": advice}, status=status
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error(
        request,
        400,
        _("Yêu cầu không đọc được"),
        _("Trình duyệt gửi một yêu cầu mà chương trình không hiểu. Hãy về trang đầu và làm lại."),
    )


def forbidden(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error(
        request,
        403,
        _("Yêu cầu bị từ chối"),
        _("Yêu cầu này không đến từ trang đang mở của chương trình. Hãy tải lại trang rồi làm lại."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error(
        request,
        404,
        _("Không có trang này"),
        _("Kết quả đọc chỉ nằm trong bộ nhớ một thời gian ngắn. Hãy thả lại tệp để đọc lần nữa."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    return error(
        request,
        500,
        _("Chương trình gặp lỗi"),
        _("Không có gì bị mất hay gửi đi. Hãy thử lại; nếu vẫn lỗi, hãy khởi động lại chương trình."),
    )
