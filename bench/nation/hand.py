"""The same figures by SQL as somebody writes it who knows the engine; it runs on DuckDB and PostgreSQL."""

from collections.abc import Mapping

from nation.making import WINDOWS

SIDE = ("OST_CURR", "OST_DAYS_MISSED", "OST_MISSED_ANY", "TX_CURR", "HTS_TST", "HTS_TST_POS")
# What each of them counts, in the order in which the statements say it.
FIGURES = (
    "in treatment", "days missed", "days asked", "people who missed", "people asked", "on medicine", "tested",
    "found positive",
)  # fmt: skip
COLUMNS = {
    "ost.spell": "person, facility, sex, born, began, ended",
    "ost.due": "person, facility, day",
    "ost.dose": "person, day, bottle",
    "ost.cover": "person, day, gone",
    "hiv.person": "person, sex, born",
    "hiv.pickup": "person, facility, day, days",
    "hiv.end": "person, facility, day",
    "hiv.death": "person, day",
    "hiv.test": "person, facility, sex, age, day, result, told",
    "hiv.detection": "person, day",
}
_BAND = """CASE WHEN born + INTERVAL '50 years' <= last THEN '50+'
    WHEN born + INTERVAL '25 years' <= last THEN '25-49'
    WHEN born + INTERVAL '15 years' <= last THEN '15-24' ELSE '0-14' END"""
STATEMENTS = {
    ("in treatment",): f"""
        WITH treated AS (
            SELECT DISTINCT ON (number, person) number, last, person, facility, sex, born
            FROM spell JOIN months ON began <= last AND (ended IS NULL OR ended >= last)
            ORDER BY number, person, began DESC)
        SELECT number, unit, sex, {_BAND} AS band, count(*)
        FROM treated JOIN places ON place = facility GROUP BY 1, 2, 3, 4""",
    ("days missed", "days asked", "people who missed", "people asked"): f"""
        WITH asked AS (
            SELECT d.person, d.facility, date_trunc('month', d.day)::date AS month, count(*) AS asked,
                count(*) FILTER (WHERE s.day IS NULL AND c.day IS NULL) AS missed
            FROM due d
            LEFT JOIN (SELECT DISTINCT person, day FROM dose WHERE NOT bottle) s
                ON s.person = d.person AND s.day = d.day
            LEFT JOIN (SELECT DISTINCT person, day FROM cover WHERE NOT gone) c
                ON c.person = d.person AND c.day = d.day
            GROUP BY 1, 2, 3),
        people AS (SELECT DISTINCT ON (person) person, sex, born FROM spell ORDER BY person, began DESC)
        SELECT number, unit, sex, {_BAND} AS band, sum(missed), sum(asked),
            count(DISTINCT person) FILTER (WHERE missed > 0), count(DISTINCT person)
        FROM asked JOIN months ON month = first JOIN people USING (person) JOIN places ON place = facility
        GROUP BY 1, 2, 3, 4""",
    ("on medicine",): f"""
        WITH picked AS (
            SELECT *, lead(day) OVER (PARTITION BY person ORDER BY day, days) AS following FROM pickup),
        held AS (
            SELECT number, last, picked.* FROM picked JOIN months ON day <= last
            AND last <= day + days::int + 28 AND (following IS NULL OR following > last))
        SELECT number, unit, sex, {_BAND} AS band, count(*)
        FROM held JOIN person USING (person) JOIN places ON place = facility
        WHERE NOT EXISTS (SELECT 1 FROM death x WHERE x.person = held.person AND x.day <= last)
        AND NOT EXISTS (SELECT 1 FROM ended e WHERE e.person = held.person AND e.facility = held.facility
            AND e.day <= last AND e.day >= held.day)
        GROUP BY 1, 2, 3, 4""",
    ("tested", "found positive"): """
        SELECT number, unit, sex, age AS band, count(DISTINCT t.person),
            count(DISTINCT t.person) FILTER (WHERE result = 'positive')
        FROM test t JOIN months ON date_trunc('month', t.day)::date = first JOIN places ON place = facility
        LEFT JOIN (SELECT person, min(day) AS found FROM detection GROUP BY person) d ON d.person = t.person
        WHERE told AND result IN ('positive', 'negative') AND (found IS NULL OR found >= t.day)
        GROUP BY 1, 2, 3, 4""",
}  # fmt: skip


def short(table: str) -> str:
    """A table's name in the statements."""
    return {"hiv.end": "ended"}.get(table, table.partition(".")[2])


def small(borders: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Statements that make the tables of months and of the units of each place."""
    months = ", ".join(f"({at}, DATE '{each.first}', DATE '{each.last}')" for at, each in enumerate(WINDOWS))
    places = ", ".join(f"('{place}', '{unit}')" for place, units in borders.items() for unit in units)
    return [
        "CREATE TABLE months (number int, first date, last date)",
        f"INSERT INTO months VALUES {months}",
        "CREATE TABLE places (place text, unit text)",
        f"INSERT INTO places VALUES {places}",
    ]
