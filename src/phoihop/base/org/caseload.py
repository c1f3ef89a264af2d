"""Whose work a file is: what a room says of its files, so that opening somebody else's is asked about.

A nurse who looks up a neighbour has every right that her work needs (T4). So a file outside one's own work,
or of somebody of one's own surname and commune, opens after a purpose was given, and the head is told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from phoihop.base.org import reach
from phoihop.base.org.models import Opening, Position, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.sealed import Sealed
from phoihop.kernel.refusals import Bilingual
from phoihop.kernel.text import plain

LASTS = timedelta(minutes=30)  # how long a purpose opens a file for the session that gave it

PURPOSES: dict[str, Bilingual] = {
    "care": Bilingual("Phục vụ người này hôm nay", "Serving this person today"),
    "cover": Bilingual("Làm thay đồng nghiệp vắng mặt", "Covering for a colleague who is away"),
    "asked": Bilingual("Người này đến hỏi hoặc gọi hỏi", "This person came or called to ask"),
    "check": Bilingual("Kiểm tra, sửa sổ sách", "Checking or correcting the records"),
    "other": Bilingual("Việc khác, ghi ở dưới", "Something else, said below"),
}


@dataclass(frozen=True, slots=True)
class FileKind:
    """How the files of one model stand to whoever reads them; each asked of a viewer and a file.

    ``mine``: in the viewer's own work. ``kin``: surname and commune are the viewer's own (``is_kin``).
    ``on_duty``: the viewer is on a shift or on call, whatever the hour.
    """

    mine: Callable[[Viewer, Any], bool]
    kin: Callable[[Viewer, Any], bool]
    on_duty: Callable[[Viewer], bool] = lambda viewer: False


@dataclass(frozen=True, slots=True)
class Standing:
    """How one file stands to one reader."""

    mine: bool
    kin: bool
    on_duty: bool

    @property
    def asks(self) -> bool:
        """Whether it opens only with a purpose."""
        return self.kin or not self.mine


KINDS: dict[type[models.Model], FileKind] = {}


def declare(model: type[models.Model], kind: FileKind) -> None:
    """Say how a model's files stand to their readers; ValueError if it is said already."""
    if model in KINDS:
        raise ValueError(f"two declarations of {model._meta.label}")
    KINDS[model] = kind


def is_file(model: type[models.Model] | None) -> bool:
    """Whether things of this model are somebody's file."""
    return model is not None and issubclass(model, Sealed)


def standing(viewer: Viewer, thing: Any) -> Standing | None:
    """How a file stands to a reader; None for what is nobody's file. Nobody's work if no room says."""
    if not isinstance(thing, Sealed):
        return None
    kind = KINDS.get(type(thing))
    if kind is None:
        return Standing(mine=False, kin=False, on_duty=False)
    return Standing(kind.mine(viewer, thing), kind.kin(viewer, thing), kind.on_duty(viewer))


def is_kin(viewer: Viewer, name: str, commune: int | None) -> bool:
    """Whether a person of this name and commune (the id of a unit) has the viewer's surname and commune.

    The viewer's communes are those they work in: where they live is known to nobody here.
    """
    if commune is None or not _surname(name) or _surname(name) != _surname(viewer.name):
        return False
    held = Position.objects.filter(pk__in=[position.id for position in viewer.now])
    found = held.values_list("units", "agency__unit", "facility__unit", "facility__agency__unit")
    own: set[Any] = {unit for row in found for unit in row} - {None}
    communes = Unit.objects.filter(pk__in=own, level="commune").values_list("pk", flat=True)
    return commune in reach.lineage().covered(communes)


def _surname(name: str) -> str:
    words = plain(name).split()
    return words[0] if words else ""


def purpose_given(viewer: Viewer, file: str) -> str:
    """The code of the purpose with which this session opens the file now; empty if there is none."""
    given = Opening.objects.filter(
        account=viewer.account, session=viewer.session, file=file, until__gt=timezone.now()
    )
    return given.order_by("-at").values_list("purpose", flat=True).first() or ""
