"""Which paper classifies communes by drugs on a day, and its criteria, each value with its source.

Values that were read are in force. The others are proposals: they decide nothing before somebody compared
exactly that row with its paper and signed it, and a verdict names them as what it would have needed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from phoihop.kernel.certainty import Certainty, counts
from phoihop.kernel.refusals import Bilingual


class Class(StrEnum):
    """Classes of communes, the worst first."""

    ONE = "I"
    TWO = "II"
    THREE = "III"
    NONE = "none"  # outside the three; whether free of drugs is a question of other criteria


WORST_FIRST = tuple(Class)
TYPES = (Class.ONE, Class.TWO, Class.THREE)


class Criterion(StrEnum):
    """What is looked at, in the order of the letters."""

    ADDICTS = "addicts"  # addicted people with a management file
    HOT_SPOTS = "hot-spots"
    USERS = "users"  # addicted people and illegal users with a file, percent of residents
    PLACES = "places"  # where drug use is organised or harboured
    OFFENDERS = "offenders"  # arrested there, percent of residents
    CROPS = "crops"  # plants with narcotic substances found and destroyed, by number or by area
    ROUTE = "route"  # on a complex route, and some criteria of the class below


NAMES = {
    Criterion.ADDICTS: Bilingual("người nghiện có hồ sơ quản lý", "addicted people with a file"),
    Criterion.HOT_SPOTS: Bilingual("tụ điểm tệ nạn ma túy", "drug hot spots"),
    Criterion.USERS: Bilingual(
        "tỷ lệ người nghiện, người sử dụng trái phép có hồ sơ quản lý trên dân số",
        "addicted people and illegal users with a file, of all residents",
    ),
    Criterion.PLACES: Bilingual(
        "địa điểm tổ chức, chứa chấp sử dụng trái phép", "places where drug use is organised or harboured"
    ),
    Criterion.OFFENDERS: Bilingual(
        "tỷ lệ người phạm tội về ma túy bị bắt trên dân số", "drug offenders arrested, of all residents"
    ),
    Criterion.CROPS: Bilingual("cây có chứa chất ma túy", "plants with narcotic substances"),
    Criterion.ROUTE: Bilingual(
        "thuộc tuyến trọng điểm, phức tạp và có tiêu chí của loại dưới",
        "on a complex route, with criteria of the class below",
    ),
}


class Unit(StrEnum):
    """In what a value is given."""

    NUMBER = "number"
    PERCENT = "percent"
    PLANTS = "plants"
    SQUARE_METRES = "m2"
    CRITERIA = "criteria"


@dataclass(frozen=True, slots=True)
class Paper:
    """A decision on classes. ``first`` and ``last``: from the day of its signature, which was read;
    ``sure``: the day from which it certainly binds, for the day of its effect was not read. ``unread``: the
    classes whose list goes on beyond what was read, so that not meeting what was read clears nobody."""

    code: str
    first: date
    last: date | None
    sure: date
    article: Bilingual
    unread: frozenset[Class]

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


OLD = Paper(
    "3122/2010/QĐ-BCA",
    date(2010, 8, 9),
    date(2025, 8, 23),
    date(2011, 1, 1),
    Bilingual("Quyết định 3122/2010/QĐ-BCA, Điều 1", "Decision 3122/2010/QĐ-BCA, article 1"),
    frozenset({Class.ONE}),
)
NEW = Paper(
    "28/2025/QĐ-TTg",
    date(2025, 8, 24),
    None,
    date(2026, 1, 1),
    Bilingual(
        "Quyết định 28/2025/QĐ-TTg, tiêu chí địa bàn cấp xã",
        "Decision 28/2025/QĐ-TTg, criteria for communes",
    ),
    frozenset({Class.THREE}),
)
PAPERS = (OLD, NEW)


def paper(on: date) -> Paper:
    """The decision of a day. ValueError before the first one that is recorded."""
    for each in PAPERS:
        if each.covers(on):
            return each
    raise ValueError(f"no decision on classes of communes is recorded for {on}")


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a paper: a commune meets a criterion of a class from ``least`` on. ``criterion`` None: how
    many criteria make the class. Two rows of one criterion and class are alternatives."""

    paper: str
    of: Class
    criterion: Criterion | None
    least: Decimal
    unit: Unit
    place: str  # where in the article
    certainty: Certainty


def _row(at: Paper, of: Class, criterion: Criterion | None, least: str, unit: Unit, place: str) -> Row:
    return Row(at.code, of, criterion, Decimal(least), unit, place, Certainty.READ)


def _guess(at: Paper, of: Class, criterion: Criterion | None, least: str, unit: Unit, place: str) -> Row:
    return Row(at.code, of, criterion, Decimal(least), unit, place, Certainty.PAPER)


# Of 2010 the list of type I was read to its third letter, those of II and III not at all. Of 2025 type I was
# read in full; II on a damaged page, without the lower bound of its first letter; of III, that one criterion
# is enough, but none of them.
ROWS = (
    _row(OLD, Class.ONE, None, "1", Unit.CRITERIA, "1"),
    _row(OLD, Class.ONE, Criterion.ADDICTS, "100", Unit.NUMBER, "1.a"),
    _row(OLD, Class.ONE, Criterion.HOT_SPOTS, "5", Unit.NUMBER, "1.b"),
    _row(OLD, Class.ONE, Criterion.CROPS, "2000", Unit.SQUARE_METRES, "1.c"),
    _row(NEW, Class.ONE, None, "3", Unit.CRITERIA, "I"),
    _row(NEW, Class.ONE, Criterion.USERS, "0.5", Unit.PERCENT, "I.a"),
    _row(NEW, Class.ONE, Criterion.PLACES, "2", Unit.NUMBER, "I.b"),
    _row(NEW, Class.ONE, Criterion.OFFENDERS, "0.1", Unit.PERCENT, "I.c"),
    _row(NEW, Class.ONE, Criterion.CROPS, "3000", Unit.PLANTS, "I.d"),
    _row(NEW, Class.ONE, Criterion.CROPS, "750", Unit.SQUARE_METRES, "I.d"),
    _row(NEW, Class.ONE, Criterion.ROUTE, "2", Unit.CRITERIA, "I.đ"),
    _guess(NEW, Class.TWO, None, "3", Unit.CRITERIA, "II"),
    _guess(NEW, Class.TWO, Criterion.PLACES, "1", Unit.NUMBER, "II.b"),
    _guess(NEW, Class.TWO, Criterion.OFFENDERS, "0.05", Unit.PERCENT, "II.c"),
    _guess(NEW, Class.TWO, Criterion.CROPS, "500", Unit.PLANTS, "II.d"),
    _guess(NEW, Class.TWO, Criterion.CROPS, "125", Unit.SQUARE_METRES, "II.d"),
    _row(NEW, Class.THREE, None, "1", Unit.CRITERIA, "III"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """Rows, and those of them that were compared with their paper and signed. ``complete``: lists, by paper
    and class, that were found to hold no criterion beyond those of the rows."""

    rows: tuple[Row, ...] = ROWS
    signed: frozenset[Row] = frozenset()
    complete: frozenset[tuple[str, Class]] = frozenset()

    def of(self, at: Paper, which: Class, criterion: Criterion | None) -> tuple[Row, ...]:
        return tuple(
            row for row in self.rows if (row.paper, row.of, row.criterion) == (at.code, which, criterion)
        )

    def counts(self, row: Row) -> bool:
        """Whether a row is in force."""
        return counts(row, self.signed)

    def criteria(self, at: Paper) -> tuple[Criterion, ...]:
        """What a paper looks at, in its order."""
        found = {row.criterion for row in self.rows if row.paper == at.code}
        return tuple(each for each in Criterion if each in found)


def book(
    signed: Iterable[Row] = (), more: Iterable[Row] = (), complete: Iterable[tuple[str, Class]] = ()
) -> Book:
    """The rows that come with the program, an installation's own, and the signatures given there."""
    return Book((*ROWS, *more), frozenset(signed), frozenset(complete))


SHIPPED = book()
