"""A figure's own words, for templates of this room."""

from django import template

from phoihop.engines.publishing.queries import Figure
from phoihop.interfaces.dashboards import words
from phoihop.kernel.refusals import Bilingual

register = template.Library()


@register.filter
def amount_of(figure: Figure) -> Bilingual:
    """ "1.210"."""
    return words.amount(figure)


@register.filter
def period_of(figure: Figure) -> Bilingual:
    """ "quý III/2026"."""
    return words.named(figure.period)
