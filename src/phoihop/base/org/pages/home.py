"""The first page after signing in, one's own page, one's notices, the roles."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from phoihop.base.org import actions, sections
from phoihop.base.org.describing import WHERE, abilities
from phoihop.base.org.doors import DOORS
from phoihop.base.org.menu import leads_to
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.queries import audit, own
from phoihop.base.org.roles import ROLES


def shares(asked: bool, work: int, ending: int, news: int) -> tuple[int, int, int]:
    """How many of the few things of a day are work of the rooms, positions that end, and news: in this order,
    with a line kept for the news where there is any. ``asked``: a decision stands before them all."""
    left = own.FEW - asked
    work = min(work, left - bool(news))
    ending = min(ending, left - work - bool(news))
    return work, ending, min(news, left - work - ending)


@page("org.see_own_page")
def today(request: HttpRequest) -> HttpResponse:
    """What waits today: at most five things."""
    viewer = viewer_of(request)
    found, rooms = own.today(viewer), list(sections.today(viewer))
    shown, ending, few = shares(bool(found.proposals), len(rooms), len(found.ending), len(found.notices))
    notices = [(told, times, leads_to(told.code, told.thing)) for told, times in found.notices[:few]]
    known = {
        "it": found,
        "notices": notices,
        "rooms": rooms[:shown],
        "others": rooms[shown:],
        "ending": found.ending[:ending],
    }
    return render(request, "org/today.html", known)


@page("org.see_own_notices")
def notices(request: HttpRequest) -> HttpResponse:
    """Everything one was told lately."""
    found = [(told, leads_to(told.code, told.thing)) for told in own.notices(viewer_of(request))]
    return render(
        request, "org/notices.html", {"notices": found, "unread": any(told.fresh for told, _ in found)}
    )


@page("org.change_own_notices", only_post=True)
def read(request: HttpRequest) -> HttpResponse:
    """All of it has been read."""
    actions.mark_notices_read(by=viewer_of(request))
    return redirect("notices")


@page("org.see_own_page")
def mine(request: HttpRequest) -> HttpResponse:
    """What one holds."""
    return render(request, "org/mine.html", {"it": own.mine(viewer_of(request))})


@page("org.see_own_readers")
def readers(request: HttpRequest) -> HttpResponse:
    """Who looked at one's own entry."""
    return render(request, "org/readers.html", {"readers": audit.my_readers(viewer_of(request))})


@page("org.explain")
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do: the permission matrix in words."""
    mine = {held.role for held in viewer_of(request).now}
    found = [(role, abilities(role.grants), role.code in mine) for role in ROLES.values()]
    # One's own roles first; the others in the order in which rooms declare them.
    found.sort(key=lambda each: not each[2])
    steps = [door.about for door in DOORS.values() if door.demand.step_up]
    return render(request, "org/roles.html", {"roles": found, "reaches": WHERE, "steps": steps})
