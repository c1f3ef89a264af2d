"""Tables of a plan: rows that assign tasks ("Nhiệm vụ | Chủ trì | Phối hợp | Thời gian") or state targets."""

import re
from dataclasses import dataclass
from itertools import groupby

from phoihop.engines.reading.model import Basis, Comparator, Span, Target, TargetKind, Task
from phoihop.engines.reading.understanding.agencies import names_at
from phoihop.engines.reading.understanding.amounts import amounts_in
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.engines.reading.understanding.phrases import baseline_of, direction_of, scope_of
from phoihop.engines.reading.understanding.tasks import is_standing

Row = list[Piece]

_WORK = vi(r"(?i)nhiệm vụ|nội dung|công việc|hoạt động|giải pháp|tên (?:đề án|chương trình)")
_LEAD = vi(r"(?i)chủ trì|(?:đơn vị|cơ quan)\s+(?:tổ chức\s+)?thực hiện|đầu mối|chịu trách nhiệm")
_WITH = vi(r"(?i)phối hợp")
_WHEN = vi(r"(?i)thời\s+(?:gian|hạn|điểm)|tiến độ|hoàn thành")
_WHERE = vi(r"(?i)địa điểm")
_GOAL = vi(r"(?i)chỉ tiêu|mục tiêu|chỉ số|nội dung|tiêu chí")
_UNIT = vi(r"(?i)đơn vị(?:\s+tính)?|đvt")
_VALUE = vi(
    r"(?i)kế hoạch|chỉ tiêu\s+(?:năm|giao|đến)|mục tiêu\s+(?:năm|đến)|(?:năm|đến)?\s*20\d\d|số lượng|giao"
)
_DONE = vi(r"(?i)thực hiện|kết quả|hiện trạng|ước|đã đạt|năm trước")


@dataclass(frozen=True, slots=True)
class Table:
    """A header row and the rows below it; each cell a piece of clean text."""

    header: Row
    rows: list[Row]


def tables_of(lines: list[Piece]) -> list[Table]:
    """Runs of neighbouring rows with at least three cells, under a header without figures."""
    rows = [
        list(cells) for row, cells in groupby((x for x in lines if x.cell), key=lambda x: x.row) if row >= 0
    ]
    tables: list[Table] = []
    current: list[Row] = []
    for row in rows:
        if current and (row[0].row - current[-1][0].row > 2 or abs(len(row) - len(current[0])) > 1):
            _close(current, tables)
            current = []
        current.append(row)
    _close(current, tables)
    return tables


def _close(rows: list[Row], tables: list[Table]) -> None:
    if len(rows) >= 2 and len(rows[0]) >= 3:
        tables.append(Table(rows[0], rows[1:]))


def _column(header: Row, pattern: re.Pattern[str], besides: set[int | None]) -> int | None:
    return next((i for i, cell in enumerate(header) if i not in besides and pattern.search(cell.text)), None)


def _aligned(table: Table, row: Row) -> int:
    """How many leading cells a row lacks: a running number the header leaves without a name, or the reverse."""
    return len(row) - len(table.header)


def _cell(table: Table, row: Row, column: int | None) -> Piece | None:
    if column is None:
        return None
    at = column + min(0, _aligned(table, row))
    return row[at] if 0 <= at < len(row) else None


def tasks_in(tables: list[Table]) -> list[Task]:
    """Tasks of tables that have a column for the work and one for its leader."""
    tasks: list[Task] = []
    for table in tables:
        lead = _column(table.header, _LEAD, set())
        work = _column(table.header, _WORK, {lead})
        if lead is None or work is None:
            continue
        coordinate = _column(table.header, _WITH, {lead, work})
        when = _column(table.header, _WHEN, {lead, work, coordinate})
        where = _column(table.header, _WHERE, {lead, work, coordinate, when})
        for row in table.rows:
            subject, leader = _cell(table, row, work), _cell(table, row, lead)
            if subject is None or leader is None or subject is leader:
                continue
            leads, _ = names_at(leader.text)
            if not leads:
                continue
            others = _cell(table, row, coordinate)
            period = _cell(table, row, when)
            place = _cell(table, row, where)
            tasks.append(
                Task(
                    text=" ".join(subject.text.split()),
                    span=_span(row),
                    leads=tuple(leads),
                    coordinating=tuple(names_at(others.text)[0]) if others else (),
                    period=period.text if period else None,
                    place=place.text if place else None,
                    outputs=(),
                    basis=Basis.EXPLICIT,
                    standing=is_standing(period.text if period else None),
                    confidence=0.88,
                )
            )
    return tasks


def targets_in(tables: list[Table]) -> list[Target]:
    """Targets of tables that name an indicator, its unit and the value planned for a year."""
    targets: list[Target] = []
    for table in tables:
        unit = _column(table.header, _UNIT, set())
        goal = _column(table.header, _GOAL, {unit})
        if unit is None or goal is None or _LEAD.search(" ".join(c.text for c in table.header)):
            continue
        columns = [
            i
            for i, c in enumerate(table.header)
            if i not in (unit, goal) and _VALUE.search(c.text) and not _DONE.search(c.text)
        ]
        for row in table.rows:
            targets += _row_targets(table, row, goal, unit, columns)
    return targets


def _row_targets(table: Table, row: Row, goal: int, unit: int, columns: list[int]) -> list[Target]:
    subject, counted = _cell(table, row, goal), _cell(table, row, unit)
    if subject is None or counted is None:
        return []
    found: list[Target] = []
    for column in columns:
        value = _cell(table, row, column)
        if value is None or not re.search(r"\d", value.text) or len(value.text) > 24:
            continue
        amounts = amounts_in(f"{value.text} %" if "%" not in value.text else value.text, [])
        if len(amounts) != 1:
            continue
        a = amounts[0]
        year = re.search(r"20\d\d", table.header[column].text)
        name = counted.text.strip(" .")
        found.append(
            Target(
                text=f"{subject.text} | {name} | {value.text}",
                span=_span(row),
                value_span=value.span(),
                comparator=a.comparator if a.value_max is None else Comparator.EXACTLY,
                value=a.value,
                value_max=a.value_max,
                unit="%" if name in ("%", "Tỷ lệ %", "Phần trăm") else name.lower(),
                numerator=None,
                denominator=None,
                scope=scope_of(subject.text),
                baseline=baseline_of(subject.text),
                direction=direction_of(subject.text, 0, len(subject.text)),
                deadline=year.group() if year else None,
                kind=TargetKind.GOAL,
                confidence=0.75,
            )
        )
    return found


def _span(row: Row) -> Span:
    return (row[0].span()[0], row[-1].span()[1])
