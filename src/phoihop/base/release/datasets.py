"""What can be exported: a room declares each dataset once, with its columns and the doors that read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from phoihop.base.org.doors import Door
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.audit.entries import Kind, is_code
from phoihop.base.security.columns import Class
from phoihop.kernel.refusals import Bilingual, Refusal

FILTERS = 6
Value = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a dataset: its code, its title, the class of what it holds, how it looks."""

    code: str
    title: Bilingual
    cls: Class
    kind: Literal["text", "number", "whole", "percent", "date"] = "text"


@dataclass(frozen=True, slots=True)
class Filter:
    """A way of narrowing a dataset: what it is called, what turns its text into a value (ValueError), how it
    is asked for."""

    title: Bilingual
    understand: Callable[[str], Any]
    kind: Literal["date", "number", "text"] = "text"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows that may go out as a file, within the reach of who asks.

    ``pick(viewer, **filters)`` gives the ids of the rows, ``read(viewer, things=ids)`` a tuple for each, id
    first; both are query doors, asked again for every part of a job and at every download. So a row that the
    owner may not see any more, or whose person has taken consent back, is one that ``pick`` leaves out.
    ``filters`` hold ids, dates and codes only; six at most.
    """

    code: str
    title: Bilingual
    columns: tuple[Column, ...]
    pick: Callable[..., Sequence[int]]
    read: Callable[..., Sequence[tuple[Any, ...]]]
    filters: Mapping[str, Filter] = field(default_factory=dict)

    @property
    def named(self) -> bool:
        """Whether its rows tell of people: nobody can forget to say so."""
        return any(column.cls in (Class.PERSONAL, Class.SENSITIVE) for column in self.columns)

    @property
    def doors(self) -> tuple[Door, ...]:
        """The two doors its rows are read through. ValueError where they are none."""
        found: list[Door] = []
        for function in (self.pick, self.read):
            door: Door | None = getattr(function, "door", None)
            if door is None or door.kind is not Kind.EXPORT or not door.recorded:
                raise ValueError(f"{self.code}: rows are read through recorded query doors of kind export")
            found.append(door)
        return tuple(found)

    def ids(self, viewer: Viewer, filters: Mapping[str, str]) -> list[int]:
        """The rows as the viewer may see them now. NotAllowed; Refusal("filter")."""
        return list(self.pick(viewer, **self.understood(filters)))

    def rows(self, viewer: Viewer, things: Sequence[int]) -> list[tuple[Any, ...]]:
        """These rows, id first, without those that are not to be seen any more."""
        return list(self.read(viewer, things=list(things)))

    def understood(self, filters: Mapping[str, str]) -> dict[str, Any]:
        """The filters as values. Refusal("filter") for one that nobody declared, or that is no such value."""
        try:
            return {name: self.filters[name].understand(text) for name, text in filters.items()}
        except (KeyError, ValueError):
            raise Refusal(
                "filter", "Điều kiện lọc không hợp lệ.", "That is not something to filter by."
            ) from None


DATASETS: dict[str, Dataset] = {}


def add(dataset: Dataset) -> None:
    """Make a dataset known. ValueError if its code is taken or tells too much, or a door is missing."""
    if dataset.code in DATASETS:
        raise ValueError(f"two datasets are called {dataset.code}")
    if not is_code(dataset.code):
        raise ValueError("a dataset's code stands in logs, and must not tell what it is about")
    if len(dataset.filters) > FILTERS:
        raise ValueError(f"{dataset.code}: more filters than a page asks for")
    assert dataset.doors
    DATASETS[dataset.code] = dataset
