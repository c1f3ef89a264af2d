"""What stands before every page: may this person see this thing, and was the request one that the page knows.

A thing that does not exist and a thing that may not be seen are answered alike, by the same work: one
look for the thing, one record of the refusal, one body (A-01, A-02).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from phoihop.base.org import caseload, openings
from phoihop.base.org.doors import (
    DOORS,
    NeedsPurpose,
    NotAllowed,
    TooFast,
    may,
    may_somewhere,
    place_of,
    record_needed,
)
from phoihop.base.org.rules.permissions import Decision, Reason, Viewer, Why
from phoihop.kernel.refusals import Refusal

View = Callable[..., HttpResponseBase]
Load = Callable[[Viewer, str], models.Model | None]

_TEXT = re.compile(r"[^\x00-\x1f\x7f]{0,100}")
NUMBER = re.compile(r"[0-9]{1,9}")
CODE = re.compile(r"[a-z0-9.:_-]{0,64}")
TEXT = _TEXT
DAY = re.compile(r"[^\x00-\x1f\x7f]{0,20}")
THING = re.compile(r"[a-z]+\.[A-Za-z]+:[0-9]{1,18}|")

# A value of the query string is of a known shape, or one of a known few: nothing else reaches a query.
Allowed = re.Pattern[str] | frozenset[str]

# With these a person answers what a file outside their work asks, at the file's own address.
_PURPOSE = frozenset({"purpose", "purpose_words"})

_MISSING = Decision(False, (Reason(Why.NO_GRANT),))
_NEEDS_FACTOR = Decision(False, (Reason(Why.NEEDS_STRONG),))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows by which permission, so that it can say why."""

    code: str
    thing: models.Model | None = None


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks, as the middleware found."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def page(
    code: str,
    *,
    of: type[models.Model] | None = None,
    arg: str = "pk",
    load: Load | None = None,
    params: Mapping[str, Allowed] | None = None,
    fields: frozenset[str] = frozenset(),
    post: bool = False,
    only_post: bool = False,
    open: bool = False,  # noqa: A002 - reads well beside the code
) -> Callable[[View], View]:
    """Let a view answer only those who may pass the door ``code``; ``open`` lets everybody.

    With ``of`` the path's ``arg`` names a thing, which ``load(viewer, text)`` looks for (None: not there, or
    out of reach) and the view gets as its second argument; a room that knows no tables has ``load`` alone.
    ``params`` are the names allowed in the query string, each with the shape of its values; ``fields`` those
    of a sent form. All else is a bad request.
    ``post`` lets forms be sent too, ``only_post`` nothing else.

    A file outside the viewer's own work (caseload) asks for a purpose in place of what the page shows; the
    form is sent to the same address, and nothing of it ever stands in one.
    """
    known = dict(params or {})
    methods = ("POST",) if only_post else ("GET", "HEAD", "POST") if post else ("GET", "HEAD")

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **path: str) -> HttpResponseBase:
            says = caseload.is_file(of) and request.method == "POST" and "purpose_words" in request.POST
            if request.method not in methods and not says:
                return HttpResponseNotAllowed(methods)
            viewer = viewer_of(request)
            _check(request, known, _PURPOSE if says else fields)
            given: list[Any] = [request]
            thing: models.Model | None = None
            wanted = of is not None or load is not None
            if wanted:
                thing = _find(of, load, viewer, str(path.pop(arg)))
                given.append(thing)
            if not open:
                _ask(code, viewer, thing, wanted=wanted, by_load=load is not None)
            request.seen = Seen(code, thing)  # type: ignore[attr-defined]
            if says and thing is not None:
                return _take_purpose(request, code, thing)
            try:
                return view(*given, **path)
            except (NotAllowed, TooFast):
                raise  # answered by the middleware, once what the view did is undone
            except NeedsPurpose as needed:
                record_needed(needed)
                # A page that shows several files cannot ask for one of them.
                return _ask_purpose(request) if needed.thing == thing else _refused(request, needed)
            except Refusal as refusal:
                return _refused(request, refusal)

        answer.door_code, answer.of, answer.arg, answer.open = code, of, arg, open  # type: ignore[attr-defined]
        return answer

    return wrap


def endpoint(code: str, **given: Any) -> Callable[[Callable[..., Any]], View]:
    """As ``page``, for what scripts ask: the view returns plain data, which is sent as JSON."""

    def wrap(view: Callable[..., Any]) -> View:
        @wraps(view)
        def as_json(*args: Any, **path: str) -> HttpResponse:
            return JsonResponse(view(*args, **path))

        return page(code, **given)(as_json)

    return wrap


def said(refusal: Refusal) -> str:
    """A refusal in the language of the page."""
    return refusal.message.en if get_language() == "en" else refusal.message.vi


def _find(of: type[models.Model] | None, load: Load | None, viewer: Viewer, text: str) -> models.Model | None:
    if load is not None:
        return load(viewer, text)
    if of is None:
        return None
    # Beyond what the column holds there is nothing, and no need to trouble the database with it.
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    found: models.Model | None = of._default_manager.filter(pk=number).first()
    return found


def _ask(code: str, viewer: Viewer, thing: models.Model | None, *, wanted: bool, by_load: bool) -> None:
    """``by_load``: the loader kept to the viewer's reach, so any grant of the code is enough."""
    if wanted and thing is None and viewer.account is not None:
        decision = _MISSING
    elif wanted and not by_load:
        decision = may(viewer, code, thing)
    else:
        decision = may_somewhere(viewer, code)
    if not decision:
        # The refused thing is not named in the record: a missing one could not be, and both are one case.
        refusal = _NEEDS_FACTOR if _lacks_factor(code, viewer) else decision
        raise NotAllowed(DOORS[code], viewer, refusal, None, place_of(None))


def _lacks_factor(code: str, viewer: Viewer) -> bool:
    """Whether a second factor may turn a no into a yes, whatever was asked for.

    A password alone must not tell what is there from what is not, and a loader that keeps to one's reach
    finds nothing without the factor; so both lead to setting one up.
    """
    if viewer.account is None or viewer.strong:
        return False
    present, strong = (may_somewhere(replace(viewer, strong=s, stepped_up=True), code) for s in (False, True))
    return bool(strong) and bool(set(strong.reasons) - set(present.reasons if present else ()))


def _check(request: HttpRequest, known: Mapping[str, Allowed], fields: frozenset[str]) -> None:
    for name, values in request.GET.lists():
        allowed = known.get(name)
        if allowed is None or len(values) != 1 or not _fits(allowed, values[0]):
            raise BadRequest("a parameter this page does not know")
    if request.method == "POST" and set(request.POST) - fields - {"csrfmiddlewaretoken"}:
        raise BadRequest("a field this form does not have")


def _fits(allowed: Allowed, value: str) -> bool:
    return value in allowed if isinstance(allowed, frozenset) else allowed.fullmatch(value) is not None


def _ask_purpose(request: HttpRequest, fault: str = "") -> HttpResponse:
    """The form in place of the file. Nothing of the file is told: it has not been opened."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"reason": "purpose-missing", "purposes": list(caseload.PURPOSES)}, status=403)
    known = {
        "purposes": caseload.PURPOSES,
        "chosen": request.POST.get("purpose", ""),
        "words": request.POST.get("purpose_words", ""),
        "most": openings.LONGEST,
        "minutes": int(caseload.LASTS.total_seconds() // 60),
        "fault": fault,
    }
    return render(request, "org/purpose.html", known, status=422 if fault else 403)


def _take_purpose(request: HttpRequest, code: str, file: models.Model) -> HttpResponse:
    """Keep what was said and open the file; what cannot be taken comes back as it was typed."""
    purpose, words = request.POST.get("purpose", ""), request.POST.get("purpose_words", "")
    try:
        openings.give_purpose(by=viewer_of(request), code=code, file=file, purpose=purpose, words=words)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _ask_purpose(request, said(refusal))
    return HttpResponseRedirect(request.path)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Something was asked for that cannot be done now; the action undid what it had begun."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"reason": refusal.reason, "message": said(refusal)}, status=409)
    return render(request, "org/refused.html", {"message": said(refusal)}, status=409)
