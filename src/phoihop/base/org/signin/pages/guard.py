"""Pages about one's own ways to sign in ask for a fresh proof; those who are not signed in go to the door."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from phoihop.base.org import doors
from phoihop.base.org.page import viewer_of
from phoihop.base.org.signin.pages.shared import owner, session_of, wants_json

View = Callable[..., HttpResponse]


def stepped_up(*, asks: bool = True) -> Callable[[View], View]:
    """Only for who is signed in and, if ``asks``, has proved who they are within the last five minutes."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *given: Any, **more: Any) -> HttpResponse:
            if owner(request) is None:
                return _go("account_login", request)
            # Else a script that was too fast with files would add a factor of its own and prove it with that.
            if asks and (not session_of(request).stepped_up or doors.is_held(viewer_of(request))):
                return _go("account_reauthenticate", request)
            return view(request, *given, **more)

        return guarded

    return wrap


def _go(name: str, request: HttpRequest) -> HttpResponse:
    back = request.path if request.method == "GET" else reverse("mfa_index")
    address = f"{reverse(name)}?{urlencode({'next': back})}"
    if wants_json(request):
        return JsonResponse({"reason": name, "next": address}, status=401)
    return HttpResponseRedirect(address)
