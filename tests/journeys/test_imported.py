"""The five real documents imported at a stroke, and what a planning officer then sees of each plan."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from phoihop.base.database import cluster
from phoihop.base.database.tests.support import place
from phoihop.engines.reading import read
from phoihop.engines.reading.contract import of_reading
from tests.house.test_import import RUNS, command
from tests.journeys.conftest import Visit
from tests.journeys.looks import enter
from tests.journeys.making import SEEDS
from tests.support import house
from tests.support.house import House

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="THE REAL DOCUMENTS ARE NOT HERE: no plan was looked at."),
]
OFFICER = "nhapvanban"
PLANS = """
from phoihop.coordination.plans.models import Plan
with scope.acting(Scope("job")):
    rows = Plan.objects.select_related("document", "unit")
    answer = {f"{row.unit.kind} {row.unit.name}": [str(row.uid), row.document.number] for row in rows}
"""


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    with place("imported-") as folder:
        for agency, wanted in RUNS:
            named = ["--agency", agency] if agency else []
            command(folder, *(str(_seed(start)) for start in wanted), *named)
        with cluster.start(folder) as started:
            own = {"PHOIHOP_DATA": str(folder), "PHOIHOP_KEY_FILE": str(folder / "keys" / "keys.sealed")}
            settings = "phoihop.config.settings"
            with house.opened(started.access, DJANGO_SETTINGS_MODULE=settings, **own) as found:
                yield found


def _seed(start: str) -> Path:
    return next(SEEDS.glob(f"{start}*.txt"))


def test_each_plan_has_what_its_document_says(visit: Visit, running: House, screens: Path) -> None:
    plans = running.do(PLANS)
    page = enter(visit, running, OFFICER, "/ke-hoach/")
    seen = 0
    for start, unit in ((start, unit) for _, wanted in RUNS for start, unit in wanted.items()):
        uid, number = plans[unit]
        (understood,) = of_reading(read(_seed(start).read_bytes(), _seed(start).name))["documents"]
        page.goto(f"{visit.site}/ke-hoach/{uid}/")
        expect(page.locator("main")).to_contain_text(number or unit.split()[-1])
        for words, listed in (("Nhiệm vụ", "tasks"), ("Chỉ tiêu", "targets")):
            count = len(understood[listed])
            expect(page.get_by_role("heading", name=f"{words} {count}", exact=True)).to_be_visible()
        page.screenshot(path=screens / f"imported-{start}.png", full_page=True)
        page.goto(f"{visit.site}/ke-hoach/{uid}/chi-tieu/")
        expect(page.locator("main tbody tr")).to_have_count(len(understood["targets"]))
        page.screenshot(path=screens / f"imported-{start}-targets.png", full_page=True)
        page.goto(f"{visit.site}/ke-hoach/{uid}/theo-co-quan/")
        page.screenshot(path=screens / f"imported-{start}-agencies.png", full_page=True)
        seen += 1
    assert seen == len(plans) == 5
