"""How quantities, medicines and places of the stock are written."""

from decimal import Decimal

from django import template

from phoihop.base.org.explain import words
from phoihop.engines.ui.formats import number
from phoihop.programmes.ost.models import LotRow
from phoihop.programmes.ost.queries import holding
from phoihop.programmes.ost.rules.stock import Kind

register = template.Library()


@register.filter
def amount(quantity: Decimal | None) -> str:
    """848.00 as 848, 2.50 as 2,5; nothing as nothing."""
    return number(f"{quantity.normalize():f}") if quantity is not None else ""


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
