"""The nation's files as they were a day before the last: its rows are not there yet, its ends not known."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nation.making import TABLES, WINDOWS
from phoihop.engines.indicators.partitions import write, young

LAST = WINDOWS[-1].last
OF = {"ost.spell": "began", "ost.order": "start"}  # the day that a row is of; "day" otherwise
ENDS = {"ost.spell": ("ended", "how")}


def day_before(root: Path, release: str, files: Mapping[str, Sequence[Path]]) -> dict[str, list[Path]]:
    """The files of each table; those that differ are made beside the others, once."""
    folder = root / f"{release}-eve"
    found = {}
    for table in TABLES:
        paths = list(files[table.name])
        names = [name for name, _ in table.columns]
        day, ends = OF.get(table.name, "day"), ENDS.get(table.name, ())
        late = young(path.name[:7] for path in paths)
        for at, path in enumerate(paths):
            made = folder / table.name / path.name
            if made.exists():
                paths[at] = made
            elif (at == len(paths) - 1 and day in names) or ends:
                rows = pq.read_table(path)
                earlier = rows
                if day in names:
                    earlier = earlier.filter(pc.not_equal(earlier[day], pa.scalar(LAST)))
                if ends:
                    on = pc.fill_null(pc.equal(earlier[ends[0]], pa.scalar(LAST)), False)
                    for name in ends:
                        column = pc.if_else(on, pa.scalar(None, earlier[name].type), earlier[name])
                        earlier = earlier.set_column(names.index(name), earlier.schema.field(name), column)
                if earlier != rows:
                    write(made, table, earlier.to_batches(), path.name[:7] in late)
                    paths[at] = made
        found[table.name] = paths
    return found
