"""The demo's way in: one of its invented people, by one click. It exists in demo mode alone, which serves
this machine alone; whoever sits here may be anybody in it, so nothing is asked."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.base.org.explain import words
from phoihop.base.org.models import Account, Position
from phoihop.base.org.roles import ROLES
from phoihop.base.org.signin import after
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.pages.again import reauthenticate
from phoihop.base.org.signin.pages.shared import not_yet, owner, session_of
from phoihop.base.security import origin, scope, throttle
from phoihop.coordination.documents.pages.register import home
from phoihop.demo import people, progress

MEANS = "demo"  # how one came in, in the session and in the record
_TRIES, _PER = 60, 60.0  # entries in so many seconds: enough for any person, too few for a runaway script


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody to come in as."""

    username: str
    name: str
    role: str
    agency: str
    does: str


@require_safe
def first(request: HttpRequest) -> HttpResponseBase:
    """The first page: the demo's people, or, for who is in, the house's own."""
    _only_here()
    if owner(request) is not None:
        answer: HttpResponseBase = home(request)
        return answer
    return _offer(request)


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Come in as one of them: a session as after a passkey proved just now, written down as what it is."""
    _only_here()
    taken = throttle.take("demo-enter", origin.current().source, _TRIES, _PER)
    if not taken:
        answer = _offer(request, error=not_yet(taken.seconds), status=429)
        answer.headers["Retry-After"] = str(taken.seconds)
        return answer
    who = request.POST.get("who", "")
    known = who in {card.username for card in offered()}
    # From here on a visitor's, whoever sat here before.
    scope.change(scope.DOOR)
    accounts = Account.objects.select_related("person").filter(is_active=True)
    somebody = accounts.filter(username=who).first() if known else None
    if somebody is None:
        return _offer(request, error=_("Hãy chọn một người trong danh sách."), status=422)
    session = session_of(request)
    session.flush()
    # The browser is not remembered as theirs: they would all be warned of each other.
    session.begin(somebody, [MEANS])
    if session.row is not None:
        session.row.strong = True
    rotate_token(request)
    note("demo_entered", account=somebody.pk, about=somebody, detail={"means": MEANS})
    return HttpResponseRedirect("/")


@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponseBase:
    """Proving again who one is, before something grave. Who came in by one click has nothing to show."""
    _only_here()
    account, session = owner(request), session_of(request)
    if account is None or session.row is None or MEANS not in session.row.methods:
        answer: HttpResponseBase = reauthenticate(request)
        return answer
    asked = after.safe(request.POST.get("next") or request.GET.get("next") or "/")
    if request.method == "GET":
        return render(request, "demo/prove.html", {"asked": asked, "name": account.person.name})
    session.prove(MEANS)
    session.cycle_key()
    note("step_up", account=account.pk, detail={"means": MEANS})
    return HttpResponseRedirect(asked)


def _only_here() -> None:
    """Elsewhere these addresses are not declared; should somebody declare them, they are still not there."""
    if settings.PHOIHOP_MODE != "demo":
        raise Http404


def offered() -> list[Card]:
    """Who may be come in as: those of the demo's people who are there and hold their office today."""
    wanted = [
        someone for someone in (*people.PEOPLE, people.ADMINISTRATOR, people.PROTECTOR) if someone.offered
    ]
    there = {
        (position.person.account.username, position.role): position
        for position in Position.objects.filter(person__account__username__in=[s.username for s in wanted])
        .exclude(until__isnull=False)
        .select_related("person__account", "agency", "facility")
    }
    return [
        Card(
            someone.username,
            someone.name,
            _small(words(ROLES[someone.role].name)),
            _where(position),
            words(ROLES[someone.role].about),
        )
        for someone in wanted
        if (position := there.get((someone.username, someone.role))) is not None
    ]


def _where(position: Position) -> str:
    """The facility somebody works at, else the office."""
    place = position.facility or position.agency
    return place.name if place is not None else ""


def _small(name: str) -> str:
    """As it stands inside a sentence."""
    return name[:1].lower() + name[1:]


def _offer(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    known = {"cards": offered(), "error": error, "filling": progress.told()}
    return render(request, "demo/entrance.html", known, status=status)
