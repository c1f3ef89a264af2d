"""What the pages of plans do alike: finding a thing by its id, the way to its sentence, tabs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.base.org.page import Load, page
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Plan, Target
from phoihop.coordination.plans.queries.plans import Head
from phoihop.coordination.plans.queries.rows import Origin

# The thing is one of the loader's own model.
Allows = Callable[[Viewer, Any], bool]


def by_uid(model: type[models.Model], *related: str, allows: Allows | None = None) -> Load:
    """A loader by uid; ``allows`` keeps back what the viewer may not act on, as if it were not there."""
    return partial(_find, model, related, allows)


def uid_of(text: str) -> UUID | None:
    """The id that an address names; None for text that is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _find(
    model: type[models.Model], related: tuple[str, ...], allows: Allows | None, viewer: Viewer, text: str
) -> models.Model | None:
    # As much work for what is no id as for one that is not there.
    uid = uid_of(text) or UUID(int=0)
    found = model._default_manager.select_related(*related).filter(uid=uid).first()
    return found if found is None or allows is None or allows(viewer, found) else None


# A page of a plan, and of a target: for rooms above as well, which know no tables.
find_plan = by_uid(Plan, "before", "document", "agency", "unit")
of_plan = partial(page, of=Plan, arg="uid", load=find_plan)
of_target = partial(page, of=Target, arg="uid", load=by_uid(Target, "plan__agency", "plan__unit"))


def sentence_address(origin: Origin) -> str:
    """Where a sentence stands in its document's text; empty for what no document says."""
    if origin.document is None or origin.sentence is None:
        return ""
    return f"{reverse('document-text', args=[origin.document])}#src-{origin.sentence}"


@dataclass(frozen=True, slots=True)
class Act:
    """Something the viewer can do: where, in words, and whether it is what they most likely came for."""

    address: str
    words: str
    first: bool = False


def act(name: str, thing: Any, words: str, *, first: bool = False) -> Act:
    """An act on a thing that has a uid."""
    return Act(reverse(name, args=[thing.uid]), words, first)


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a plan beside the others; ``count`` says how much there asks for somebody."""

    address: str
    words: str
    current: bool
    count: int = 0


def tabs(head: Head, current: str) -> list[Tab]:
    """The pages of a plan."""
    named = (
        ("plan", _("Tổng quan"), 0),
        ("plan-targets", _("Chỉ tiêu"), 0),
        ("plan-agencies", _("Theo cơ quan"), 0),
        ("plan-periods", _("Theo quý"), 0),
        ("plan-timeline", _("Dòng thời gian"), 0),
        ("plan-loose", _("Chưa có ai phụ trách"), head.loose),
        ("plan-sub-plans", _("Kế hoạch phải lập"), head.owed),
        ("plan-compare", _("So với năm trước"), 0),
        ("plan-history", _("Lịch sử"), 0),
    )
    return [
        Tab(reverse(name, args=[head.uid]), words, name == current, count) for name, words, count in named
    ]
