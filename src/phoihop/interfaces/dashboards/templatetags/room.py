"""A figure's own words, for templates of this room."""

from django import template
from django.urls import reverse

from phoihop.engines.publishing.queries import Figure
from phoihop.engines.ui.formats import sentence
from phoihop.interfaces.dashboards import words
from phoihop.interfaces.dashboards.queries.beneath import Beneath
from phoihop.kernel.refusals import Bilingual

register = template.Library()


@register.simple_tag
def asked_of(it: Beneath) -> str:
    """The address of a target's page as it is seen: its period and split."""
    return f"{reverse('steering-target', args=[it.live.uid])}?ky={it.back}&theo={it.by}"


@register.filter
def amount_of(figure: Figure) -> Bilingual:
    """ "1.210"."""
    return words.amount(figure)


@register.filter
def headed(text: str) -> str:
    """A target's words for a list: of a row of the document's table its first cell, as the others have
    columns of their own here."""
    return sentence(words.heading(text))


@register.filter
def doubted(source: Bilingual | None) -> bool:
    """Whether a source says itself that it was not compared with its paper."""
    return words.doubted(source)


@register.filter
def period_of(figure: Figure) -> Bilingual:
    """ "quý III/2026"."""
    return words.named(figure.period)
