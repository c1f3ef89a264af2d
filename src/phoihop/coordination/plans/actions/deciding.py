"""As whom somebody decides: the position that let them, which stays true of that day whatever they become."""

from typing import Any

from phoihop.base.org.doors import may
from phoihop.base.org.rules.permissions import Viewer


def position(by: Viewer, code: str, thing: Any) -> int | None:
    """The position in which the viewer may do this; None where no position is needed for it."""
    return next((each.position for each in may(by, code, thing).reasons if each.position is not None), None)
