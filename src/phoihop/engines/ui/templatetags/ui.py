"""Formats and icons for templates."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from phoihop.engines.ui import formats

register = template.Library()
register.filter("number", formats.number)
register.filter("quantity", formats.quantity)
register.filter("day", formats.day)
register.filter("sentence", formats.sentence)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawing from the sprite, hidden from screen readers: words beside it carry the meaning."""
    return _drawing(static("ui/icons.svg"), name, css)


@lru_cache(maxsize=512)
def _drawing(sprite: str, name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        sprite,
        name,
    )
