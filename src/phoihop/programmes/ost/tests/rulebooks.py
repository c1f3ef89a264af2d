"""Rulebooks for the tests of rules: as shipped, and with rows signed by an invented doctor."""

from datetime import UTC, datetime
from decimal import Decimal

from phoihop.programmes.ost.rules.parameters import Rulebook, SignOff, rulebook, shipped

SHIPPED = rulebook()


def signed(*prefixes: str) -> Rulebook:
    """The shipped rows, with every proposal signed whose rule begins with one of the prefixes."""
    at = datetime(2026, 1, 5, 8, tzinfo=UTC)
    return rulebook(
        SignOff(row.rule_id, row.valid_from, row.value, "doctor-1", at)
        for row in shipped()
        if not row.certainty.in_force and row.rule_id.startswith(prefixes)
    )


ALL_SIGNED = signed("")


def codes(reasons):
    """The codes of reasons, in order."""
    return [each.code for each in reasons]


def decimals(*numbers: int) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, numbers))
