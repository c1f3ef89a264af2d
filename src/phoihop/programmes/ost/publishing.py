"""How substitution treatment lets its figures be worked out and told of."""

from collections.abc import Iterable, Mapping
from typing import Any

from phoihop.engines.indicators.facts import Table
from phoihop.engines.indicators.partitions import Source, batches
from phoihop.engines.indicators.rows import Count, Facts, Where
from phoihop.engines.indicators.values import Column, within
from phoihop.engines.publishing.registering import Asked, Programme
from phoihop.programmes.ost import facts, indicators
from phoihop.programmes.ost.indicators import tables
from phoihop.programmes.ost.models.shared import OST


class _Books:
    """The books of some facilities, as facts."""

    def __init__(self, release: facts.Release) -> None:
        self._release = release

    def months(self, table: Table) -> Mapping[str, str]:
        with self._release.reaching():
            return facts.months(table, self._release)

    def rows(self, table: Table, month: str) -> Iterable[Any]:
        with self._release.reaching():
            yield from batches(table, facts.rows(table, month, self._release))


def source(asked: Asked) -> Source:
    """Where the facts of a release come from."""
    return _Books(facts.Release(asked.secret, asked.facilities, asked.until))


PROGRAMME = Programme(
    OST,
    tables.ALL,
    indicators.ALL,
    source,
    heard=Count(Where(Facts(tables.DOSE), within(Column("day")))),
    unchecked=frozenset(each.code for each in indicators.UNCHECKED),
    words=indicators.SPLITS,
)
