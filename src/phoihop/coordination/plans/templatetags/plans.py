"""Figures of plans as Vietnamese reads them, and the way from a target or task to its sentence."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from phoihop.base.org.explain import words
from phoihop.coordination.plans.pages.shared import sentence_address
from phoihop.coordination.plans.queries.rows import Origin, Promise
from phoihop.coordination.plans.queries.standing import Known
from phoihop.coordination.plans.rules import whys
from phoihop.coordination.plans.rules.binding import CALENDARS, SPANS, WAYS, Bound
from phoihop.engines.ui.formats import number, quantity
from phoihop.kernel.refusals import Bilingual

register = template.Library()


def _plain(value: Decimal) -> str:
    return number(value.normalize())


@register.filter
def said(both: Bilingual | None) -> str:
    """Words of both languages, in the page's."""
    return words(both) if both is not None else ""


@register.filter
def how(entry: Bound) -> str:
    """How a number comes: "Máy tính từ hồ sơ của chương trình"."""
    return words(WAYS[entry.way])


@register.filter
def when(entry: Bound) -> str:
    """How often, and by which calendar: "hằng quý, kỳ báo cáo HIV"."""
    return f"{words(SPANS[entry.span])}, {words(CALENDARS[entry.calendar])}"


@register.filter
def figure(value: Decimal | None) -> str:
    """A stored number without the zeros that its column adds: 92.500000 -> "92,5"."""
    return _plain(value) if value is not None else ""


@register.filter
def measured(value: Decimal | None, promise: Promise) -> str:
    """A number in the measure of a target: "92,5 %"."""
    return quantity(value.normalize(), promise.measure) if value is not None else ""


@register.filter
def promised(promise: Promise) -> str:
    """What a target asks for, in words: "trên 90 %", "giữ 0,5 %", "từ 2 đến 5 lớp"; empty: no number."""
    if promise.value is None:
        return _way(promise.direction)
    amount = quantity(promise.value.normalize(), promise.measure)
    if promise.value_max is not None:
        most = quantity(promise.value_max.normalize(), promise.measure)
        return _("từ %(least)s đến %(most)s") % {"least": _plain(promise.value), "most": most}
    words = {">=": _("ít nhất"), ">": _("trên"), "<=": _("không quá"), "<": _("dưới")}
    if sign := words.get(promise.comparator, ""):
        return f"{sign} {amount}"
    way = _way(promise.direction) if promise.direction in ("giữ", "giảm", "tăng") else ""
    if promise.direction in ("giảm", "tăng"):
        # "giảm 5 %" would be a change by that much; the number is where it should come to.
        return _("%(way)s, đến %(amount)s") % {"way": way, "amount": amount}
    return f"{way} {amount}".strip()


def _way(direction: str) -> str:
    ways = {"giữ": _("giữ"), "tăng": _("tăng"), "giảm": _("giảm"), "không để": _("không để")}
    return ways.get(direction, "")


@register.simple_tag
def reason(text: str) -> SafeString:
    """Why something was decided: in the words of who did, or in the program's, in the page's language."""
    own = whys.own(text)
    return format_html('<span lang="vi">{}</span>', text) if own is None else conditional_escape(words(own))


@register.simple_tag
def sentence_link(origin: Origin) -> str:
    """Where a sentence stands in its document; empty where there is no page of it."""
    return sentence_address(origin)


@register.inclusion_tag("plans/_bar.html")
def bar(*parts: int | str) -> dict[str, Any]:
    """One bar of several lengths: figures and the class of each, in turn; 1000 is the whole."""
    figures = [(int(figure), str(css)) for figure, css in zip(parts[::2], parts[1::2], strict=True) if figure]
    whole, drawn, start = sum(figure for figure, _ in figures), [], 0
    for figure, css in figures:
        # Whatever there is can be seen, be it one of a thousand.
        width = max(6, round(figure * 1000 / whole))
        drawn.append({"css": css, "start": start, "width": width})
        start += width
    return {"parts": drawn}


@register.filter
def roman(quarter: int) -> str:
    """A quarter as documents number it."""
    return ("", "I", "II", "III", "IV")[quarter]


@register.filter
def percent(permille: int) -> str:
    """For a drawing: 125 -> "12.5%", with a point in every language."""
    return f"{permille / 10:.1f}%"


@register.simple_tag
def obstacle_link(uid: UUID | None) -> str:
    """The page of an obstacle."""
    return reverse("obstacle", args=[uid]) if uid is not None else ""


@register.simple_tag
def share_done(known: Known | None, promise: Promise) -> str:
    """How much of a counted output is there, as a <progress> wants it: 0 to 100; empty where nobody knows."""
    if known is None or not promise.value:
        return ""
    return str(int(max(Decimal(0), min(Decimal(100), known.value * 100 / promise.value))))
