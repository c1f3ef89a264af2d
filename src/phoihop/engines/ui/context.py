"""What every page knows without its view saying so."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = ("system", "light", "dark")
# The dark tokens are one style sheet; the theme decides for which media it counts. Never in print.
DARK_MEDIA = {"system": "screen and (prefers-color-scheme: dark)", "light": "not all", "dark": "screen"}


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Theme and version, for the layout."""
    theme = request.COOKIES.get(settings.PHOIHOP_THEME_COOKIE, "system")
    if theme not in THEMES:
        theme = "system"
    return {"theme": theme, "dark_media": DARK_MEDIA[theme], "languages": settings.LANGUAGES}
