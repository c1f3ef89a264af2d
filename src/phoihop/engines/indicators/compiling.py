"""A definition becomes Ibis expressions: one for each measure, over many windows and units at once."""

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir

from phoihop.engines.indicators.bounds import once
from phoihop.engines.indicators.definitions import PLACE, Indicator
from phoihop.engines.indicators.expressions import SUM, WINDOW
from phoihop.engines.indicators.facts import PERSON, DefinitionError
from phoihop.engines.indicators.laying import Layout, memory, summed
from phoihop.engines.indicators.reference import UNIT, Borders
from phoihop.engines.indicators.rows import Keys, Measure, Persons, Total
from phoihop.kernel.calendars import Window

FIGURE = "figure:value"
_PLACED = "unit:facility"


def compiled(
    indicator: Indicator,
    tables: Mapping[str, ir.Table],
    windows: Sequence[Window],
    by: Sequence[str] = (),
    borders: Borders | None = None,
) -> tuple[ir.Table, ...]:
    """For each measure what counts it: a row for each window and group that has rows, with the window's
    number from 0 (``WINDOW``), the group's columns and the figure (``FIGURE``).

    ``tables``: facts by name; one that is not there is empty. With ``borders``, ``UNIT`` stands among ``by``:
    a facility in no unit counts under None, one in several units in each. DefinitionError where a column is
    not there, or a table of facts is of other kinds than the definition says.
    """
    if not windows or len(set(windows)) != len(windows):
        raise DefinitionError("no window, or one twice")
    if (borders is not None) != (UNIT in by):
        raise DefinitionError("units without borders, or borders without units")
    for measure in indicator.measures:
        own = set(measure.rows.columns())
        if not set(by) - {UNIT} <= own or len(set(by)) != len(by) or UNIT in own & set(by):
            raise DefinitionError(f"{tuple(by)} are not columns of {indicator.code}, each once")
    layout = Layout(tables, tuple(windows))
    return tuple(_measured(layout, measure, tuple(by), borders) for measure in indicator.measures)


def _measured(layout: Layout, measure: Measure, by: Keys, borders: Borders | None) -> ir.Table:
    rows = layout.lay(measure.rows)
    of_window = (WINDOW,) if WINDOW in rows.columns else ()
    if borders is None:
        found = _counted(measure, rows, of_window, by)
    else:
        found = _of_units(measure, rows, of_window, by, borders)
    if not of_window:
        found = found.cross_join(layout.windows.select(WINDOW))
    return found.select(WINDOW, *by, FIGURE)


def _of_units(measure: Measure, rows: ir.Table, of_window: Keys, by: Keys, borders: Borders) -> ir.Table:
    """Counted by facility and then summed up, where nobody is of two facilities; or else each person of a
    unit once."""
    pairs = [(place, unit) for place, units in sorted(borders.items()) for unit in sorted(set(units))]
    places = memory({_PLACED: "string", UNIT: "string"}, pairs)
    parts = tuple(name for name in by if name not in (UNIT, PLACE))
    if isinstance(measure, Persons) and not _single(measure, parts):
        first = rows.select(*dict.fromkeys((*of_window, PLACE, *parts, PERSON))).distinct()
        placed = first.left_join(places, first[PLACE] == places[_PLACED])
        return placed.group_by(*of_window, *by).aggregate(**{FIGURE: placed[PERSON].nunique().cast(SUM)})
    first = _counted(measure, rows, of_window, (PLACE, *parts))
    placed = first.left_join(places, first[PLACE] == places[_PLACED])
    return placed.group_by(*of_window, *by).aggregate(**{FIGURE: placed[FIGURE].sum().cast(SUM)})


def _counted(measure: Measure, rows: ir.Table, of_window: Keys, by: Keys) -> ir.Table:
    if isinstance(measure, Persons):
        # To tell people apart is dear, and needless where each has one row.
        found = rows[PERSON].count() if _single(measure, by) else rows[PERSON].nunique()
        figure = found.cast(SUM)
    else:
        figure = summed(rows, measure.column if isinstance(measure, Total) else None)
    keys = (*of_window, *by)
    return (rows.group_by(*keys) if keys else rows).aggregate(**{FIGURE: figure})


def _single(measure: Measure, by: Keys) -> bool:
    """Whether each person has at most one row in a group."""
    apart = once(measure.rows)
    return bool(apart) and {*apart} <= {PERSON, *by}
