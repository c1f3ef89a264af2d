"""What an address names, for pages of rooms above, which know no tables."""

from phoihop.base.org.rules.permissions import Viewer
from phoihop.engines.publishing.models import Release


def release(viewer: Viewer, text: str) -> Release | None:
    """The release of a number; that it is there is no secret to whoever may see any."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    return Release.objects.filter(pk=number).first()
