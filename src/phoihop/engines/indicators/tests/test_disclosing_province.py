"""A whole province at once: the few stay hidden, and most of the rest is shown."""

import pytest

from phoihop.engines.indicators.disclosing import State, control
from phoihop.engines.indicators.tests.attacking import held
from phoihop.engines.indicators.tests.provincing import province


@pytest.mark.long
def test_a_province_is_shown_for_the_most_part_and_gives_nobody_away():
    """Eight facilities, three months, sex and five age bands: 648 cells with all their totals."""
    release = province(1209, seed=1)
    out = control(release)
    assert out.lost == frozenset()
    assert held(out, whole=False) == {}
    many = [cell for cell in release.cells if cell.numerator > 7]
    shown = [cell for cell in many if out.lines[cell.key].numerator.state is State.ROUNDED]
    assert len(shown) / len(many) > 0.85
    totals = [cell for cell in many if not cell.key.group and cell.key.unit == "P"]
    assert all(cell in shown for cell in totals)
