"""The same figures by data frames: Polars, lazily and streaming, and pandas, which holds everything."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from nation.hand import COLUMNS, short
from nation.making import WINDOWS

KEYS = ["number", "unit", "sex", "band"]
Files = Mapping[str, Sequence[Path]]
Borders = Mapping[str, tuple[str, ...]]


def by_polars(files: Files, borders: Borders) -> dict[str, Any]:
    """Each figure as an Arrow table of its groups."""
    read = {
        short(name): pl.scan_parquet(list(files[name])).select(columns.split(", "))
        for name, columns in COLUMNS.items()
    }
    months = pl.LazyFrame(
        {
            "number": range(len(WINDOWS)),
            "first": [each.first for each in WINDOWS],
            "last": [each.last for each in WINDOWS],
        }
    )
    pairs = [(place, unit) for place, units in borders.items() for unit in units]
    places = pl.LazyFrame(pairs, schema=["facility", "unit"], orient="row")
    band = (
        pl.when(pl.col("born").dt.offset_by("50y") <= pl.col("last")).then(pl.lit("50+"))
        .when(pl.col("born").dt.offset_by("25y") <= pl.col("last")).then(pl.lit("25-49"))
        .when(pl.col("born").dt.offset_by("15y") <= pl.col("last")).then(pl.lit("15-24"))
        .otherwise(pl.lit("0-14")).alias("band")
    )  # fmt: skip
    treated = (
        read["spell"].join_where(months, pl.col("began") <= pl.col("last"))
        .filter(pl.col("ended").is_null() | (pl.col("ended") >= pl.col("last")))
        .sort("began").group_by("number", "person").last().join(places, on="facility")
        .with_columns(band).group_by(KEYS).agg(pl.len().alias("in treatment"))
    )  # fmt: skip
    near = ["person", "day"]
    dosed = read["dose"].filter(~pl.col("bottle")).select(near).unique().with_columns(dosed=True)
    held = read["cover"].filter(~pl.col("gone")).select(near).unique().with_columns(held=True)
    missed = pl.col("dosed").is_null() & pl.col("held").is_null()
    people = read["spell"].sort("began").group_by("person").agg(pl.last("sex"), pl.last("born"))
    asked = (
        read["due"].join(dosed, on=near, how="left").join(held, on=near, how="left")
        .group_by("person", "facility", pl.col("day").dt.truncate("1mo").alias("first"))
        .agg(pl.len().alias("asked"), missed.sum().alias("missed"))
        .join(months, on="first").join(people, on="person").join(places, on="facility").with_columns(band)
        .group_by(KEYS).agg(
            pl.sum("missed").alias("days missed"), pl.sum("asked").alias("days asked"),
            pl.col("person").filter(pl.col("missed") > 0).n_unique().alias("people who missed"),
            pl.col("person").n_unique().alias("people asked"),
        )
    )  # fmt: skip
    # Each pickup up to the next one: the months that end within it.
    until = pl.col("day") + pl.duration(days=pl.col("days").cast(pl.Int64) + 28)
    following = pl.col("day").shift(-1).over("person", order_by=["day", "days"])
    picked = (
        read["pickup"].with_columns(following=following)
        .with_columns(until=pl.min_horizontal(until, pl.col("following") - pl.duration(days=1)))
        .filter(pl.col("until") >= pl.col("day"))
    )  # fmt: skip
    died = read["death"].group_by("person").agg(pl.min("day").alias("died"))
    ended = read["ended"].group_by("person", "facility").agg(pl.col("day").alias("ends"))
    on_it = (
        picked.join_where(months, pl.col("day") <= pl.col("last"), pl.col("until") >= pl.col("last"))
        .join(died, on="person", how="left")
        .filter(pl.col("died").is_null() | (pl.col("died") > pl.col("last")))
        .join(ended, on=["person", "facility"], how="left").explode("ends")
        .filter(
            pl.col("ends").is_null() | (pl.col("ends") > pl.col("last")) | (pl.col("ends") < pl.col("day"))
        )
        .unique(["number", "person"])
        .join(read["person"], on="person").join(places, on="facility").with_columns(band)
        .group_by(KEYS).agg(pl.len().alias("on medicine"))
    )  # fmt: skip
    known = read["detection"].group_by("person").agg(pl.min("day").alias("found"))
    tested = (
        read["test"].filter(pl.col("told") & pl.col("result").is_in(["positive", "negative"]))
        .join(known, on="person", how="left")
        .filter(pl.col("found").is_null() | (pl.col("found") >= pl.col("day")))
        .with_columns(first=pl.col("day").dt.truncate("1mo")).join(months, on="first")
        .join(places, on="facility").rename({"age": "band"}).group_by(KEYS)
        .agg(
            pl.col("person").n_unique().alias("tested"),
            pl.col("person").filter(pl.col("result") == "positive").n_unique().alias("found positive"),
        )
    )  # fmt: skip
    found = {}
    for frame in (treated, asked, on_it, tested):
        table = frame.collect(engine="streaming").to_arrow()
        for name in table.column_names[len(KEYS) :]:
            found[name] = table.select([*KEYS, name])
    return found


def by_pandas(files: Files, borders: Borders) -> dict[str, Any]:
    """Doses alone, each figure as an Arrow table of its groups: the largest tables, all in memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def read(name: str) -> Any:
        some = [pq.read_table(path, columns=COLUMNS[name].split(", ")) for path in files[name]]
        return pa.concat_tables(some).to_pandas(date_as_object=False)

    spell, due = read("ost.spell"), read("ost.due")
    dose, cover = read("ost.dose"), read("ost.cover")
    near = ["person", "day"]
    dosed = dose.loc[~dose["bottle"].astype(bool), near].drop_duplicates().assign(dosed=True)
    held = cover.loc[~cover["gone"].astype(bool), near].drop_duplicates().assign(held=True)
    due = due.merge(dosed, on=near, how="left").merge(held, on=near, how="left")
    due["missed"] = due["dosed"].isna() & due["held"].isna()
    due["first"] = due["day"].dt.to_period("M").dt.start_time
    asked = due.groupby(["person", "facility", "first"]).agg(
        asked=("missed", "size"), missed=("missed", "sum")
    )
    months = pd.DataFrame(
        {
            "number": range(len(WINDOWS)),
            "first": pd.to_datetime([each.first for each in WINDOWS]),
            "last": pd.to_datetime([each.last for each in WINDOWS]),
        }
    )
    people = spell.sort_values("began").groupby("person").last()[["sex", "born"]].reset_index()
    pairs = [(place, unit) for place, units in borders.items() for unit in units]
    asked = asked.reset_index().merge(months, on="first").merge(people, on="person")
    asked["band"] = "0-14"
    for years, name in ((15, "15-24"), (25, "25-49"), (50, "50+")):
        asked.loc[asked["born"] + pd.DateOffset(years=years) <= asked["last"], "band"] = name
    asked = asked.merge(pd.DataFrame(pairs, columns=["facility", "unit"]), on="facility")
    asked["who missed"] = asked["person"].where(asked["missed"] > 0)
    table = asked.groupby(KEYS).agg(
        **{
            "days missed": ("missed", "sum"),
            "days asked": ("asked", "sum"),
            "people who missed": ("who missed", "nunique"),
            "people asked": ("person", "nunique"),
        }
    )
    whole = pa.Table.from_pandas(table.reset_index(), preserve_index=False)
    return {name: whole.select([*KEYS, name]) for name in whole.column_names[len(KEYS) :]}
