"""Anything that people and tablets may do, in any order: nobody has a day twice, no double is silent, the
ledger is exact, and what tablets tell amounts to the same in whatever order it arrives."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from phoihop.programmes.ost.tests import tablets
from phoihop.programmes.ost.tests.random_centre import World
from phoihop.programmes.ost.tests.random_centre_base import Watch, base

clock = tablets.clock


@pytest.fixture
def worlds(house, clock, monkeypatch):
    """Worlds that begin alike, and leave nothing behind."""

    def set_clock(module):
        monkeypatch.setattr(module, "time", Watch(clock))

    return type("Begun", (World,), {"begun": base(house, clock, set_clock)})


def tried(worlds, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        worlds,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_days_at_three_sites(worlds):
    tried(worlds, 12, 20)
    assert worlds.seen["compared in another order"] > 0


@pytest.mark.long
def test_many_days_at_three_sites(worlds):
    tried(worlds, 60, 50)
    seen = worlds.seen
    assert seen["doubles"] > 0
    assert seen["compared in another order"] > 50
