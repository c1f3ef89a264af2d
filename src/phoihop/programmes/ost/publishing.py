"""How substitution treatment lets its figures be worked out and told of."""

from collections.abc import Iterable, Mapping
from typing import Any

from phoihop.engines.indicators.definitions import Better, Unit
from phoihop.engines.indicators.disclosing import Part
from phoihop.engines.indicators.facts import Table
from phoihop.engines.indicators.partitions import Source
from phoihop.engines.indicators.rows import Count, Facts, Where
from phoihop.engines.indicators.values import Column, within
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.registering import Adds, Asked, Programme, Ratio, Reported
from phoihop.kernel.refusals import Bilingual
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
            yield from facts.batches(table, month, self._release)


def source(asked: Asked) -> Source:
    """Where the facts of a release come from."""
    return _Books(facts.Release(asked.secret, asked.facilities, asked.until))


# What others count or estimate, and write down for a period; never from these books.
REPORTED = (
    Reported(
        "OST_FILES",
        Bilingual(
            "Số người nghiện có hồ sơ quản lý", "People with drug addiction who have a management file"
        ),
        Unit.PERSONS,
        Better.NEITHER,
        Bilingual("Hồ sơ quản lý do công an cấp xã lập", "Files kept by commune police"),
    ),
    Reported(
        "OST_OPIOID_USERS",
        Bilingual(
            "Số người nghiện các chất dạng thuốc phiện, theo ước tính",
            "People estimated to depend on opioids",
        ),
        Unit.PERSONS,
        Better.NEITHER,
        Bilingual(
            "Số ước tính của tỉnh, đổi mỗi khi ước tính lại",
            "The province's estimate, which changes with each new one",
        ),
    ),
)
_SHARE = Bilingual(
    "Tử số từ hồ sơ điều trị (OST_CURR), mẫu số báo cáo tay cho cùng kỳ. Kế hoạch không nói chỉ tiêu “trên "
    "70 %” chia cho mẫu số nào (chưa đối chiếu)",
    "Numerator by treatment files (OST_CURR), denominator reported by hand for the same period. The plan "
    "does not say of which denominator “above 70 %” is (not checked)",
)
# People in treatment, of those whom others counted: as many shares as there are ways to count them.
RATIOS = (
    Ratio(
        "OST_COVERAGE_FILES",
        Bilingual(
            "Tỷ lệ điều trị thay thế trên người nghiện có hồ sơ quản lý",
            "People in substitution treatment, of those with a management file",
        ),
        Better.MORE,
        _SHARE,
        "OST_CURR",
        "OST_FILES",
        checked=False,
    ),
    Ratio(
        "OST_COVERAGE",
        Bilingual(
            "Tỷ lệ điều trị thay thế trên người nghiện chất dạng thuốc phiện ước tính",
            "People in substitution treatment, of the people estimated to depend on opioids",
        ),
        Better.MORE,
        _SHARE,
        "OST_CURR",
        "OST_OPIOID_USERS",
        checked=False,
    ),
)


# Who of those in treatment was asked about what, and who of those that were kept still takes medicine home.
SUMS = (
    Adds(("OST_CURR", Part.NUMERATOR), (("OST_TAKEHOME", Part.DENOMINATOR),)),
    Adds(("OST_CURR", Part.NUMERATOR), (("OST_DOSE_ADEQUATE", Part.DENOMINATOR),)),
    Adds(("OST_TH_COHORT", Part.NUMERATOR), (("OST_TAKEHOME", Part.NUMERATOR),)),
    Adds(("OST_TH_RET_6", Part.NUMERATOR), (("OST_TH_STAY_6", Part.NUMERATOR),)),
)
# Beside all of them these say who is left over: who does not attend, and who takes medicine home.
INSIDE = frozenset({"OST_ATTENDING", "OST_OTHER_RET_6", "OST_OTHER_MISSED_ANY", "OST_TH_MISSED_ANY"})

PROGRAMME = Programme(
    OST,
    tables.ALL,
    indicators.ALL,
    source,
    heard=Count(Where(Facts(tables.DOSE), within(Column("day")))),
    unchecked=frozenset(each.code for each in indicators.UNCHECKED),
    sums=SUMS,
    inside=INSIDE,
    words=indicators.SPLITS,
)


def register() -> None:
    """Make all of them known; may be called again."""
    registering.register(PROGRAMME)
    for figure in REPORTED:
        registering.register_reported(figure)
    for share in RATIOS:
        registering.register_ratio(share)
