"""How quantities, medicines and places of the stock are written."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from phoihop.base.org.explain import words
from phoihop.engines.ui.formats import number, quantity
from phoihop.programmes.ost.models import LotRow
from phoihop.programmes.ost.queries import holding
from phoihop.programmes.ost.rules.disclosing import Told
from phoihop.programmes.ost.rules.stock import Kind

register = template.Library()


@register.filter
def amount(much: Decimal | None) -> str:
    """848.00 as 848, 2.50 as 2,5; nothing as nothing."""
    return number(f"{much.normalize():f}") if much is not None else ""


@register.filter
def medicine(row: LotRow) -> str:
    """A lot's medicine with its strength."""
    return holding.name_of(row.drug, row.strength)


@register.filter
def unit(row: LotRow) -> str:
    """What a lot is counted in."""
    return words(holding.unit_of(row.drug))


@register.filter
def place_name(kind: str) -> str:
    """A place of the ledger in words."""
    return words(holding.PLACES[Kind(kind)])


@register.filter
def people(count: Told) -> str:
    """A count of people as it may be shown; one that is hidden says so."""
    return number(count.value) if count.value is not None else _("ẩn")


@register.filter
def share(percent: int | None) -> str:
    """A share, or that it is hidden."""
    return quantity(percent, "%") if percent is not None else _("ẩn")
