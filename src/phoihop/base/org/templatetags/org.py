"""What the room's pages need in templates: bilingual words, names of units, the menu, the way to "why"."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse

from phoihop.base.org import menu, tokens
from phoihop.base.org.explain import words
from phoihop.base.org.models import Unit
from phoihop.base.org.page import Seen
from phoihop.base.org.queries.units import full_name
from phoihop.base.org.roles import ROLES
from phoihop.kernel.refusals import Bilingual

register = template.Library()


@register.filter
def say(said: Bilingual | None) -> str:
    """In the language of the page."""
    return words(said) if said is not None else ""


@register.filter
def unit_name(unit: Unit | None) -> str:
    """As signs write it."""
    return full_name(unit) if unit is not None else ""


@register.filter
def role_name(code: str) -> str:
    """What a role is called."""
    return words(ROLES[code].name) if code in ROLES else code


@register.filter
def given_name(name: str) -> str:
    """The given name, which stands last and is what one is called by."""
    return name.rpartition(" ")[2]


@register.filter
def opaque(person: str) -> str:
    """A thing of the record ("org.Person/12") as an address names it ("org.Person:12")."""
    return person.replace("/", ":", 1)


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> dict[str, Any] | None:
    """The menu of who is signed in: ``links``, ``name`` and, where the page can say it, ``why``."""
    request: HttpRequest | None = context.get("request")
    viewer = getattr(request, "viewer", None)
    if request is None or viewer is None or viewer.account is None:
        return None
    return {"links": menu.links(viewer, request), "name": viewer.name}


@register.simple_tag(takes_context=True)
def why_address(context: dict[str, Any]) -> str:
    """Where the page's permission is explained; empty for a page that is everybody's."""
    request: HttpRequest | None = context.get("request")
    seen: Seen | None = getattr(request, "seen", None)
    viewer = getattr(request, "viewer", None)
    if seen is None or viewer is None or viewer.account is None or seen.code == "org.explain":
        return ""
    return reverse("why", args=[tokens.sealed(seen.code, seen.thing)])
