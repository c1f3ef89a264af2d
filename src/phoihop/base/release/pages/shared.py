"""What the pages of this room have in common."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from phoihop.base.security.uploads import links
from phoihop.kernel.dates import typed_day
from phoihop.kernel.refusals import Bilingual


def words(said: Bilingual) -> str:
    """In the language of the page."""
    return said.en if get_language() == "en" else said.vi


def choices(of: Any) -> list[tuple[str, str]]:
    """Codes with their words, for a list to choose from."""
    return [(code, words(said)) for code, said in of.items()]


def saved(data: bytes, name: str, media_type: str) -> HttpResponse:
    """Bytes as something to be saved and never shown."""
    answer = HttpResponse(data)
    for header, value in links.headers(name, media_type, len(data)).items():
        answer[header] = value
    return answer


def day_of(request: HttpRequest, name: str) -> date:
    """A day of a sent form, as people type it. Refusal("no-day")."""
    return typed_day(request.POST.get(name, ""), timezone.localdate())


def number_of(request: HttpRequest, name: str) -> int:
    """A number of a sent form; 0, which nothing has, for what is none."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
