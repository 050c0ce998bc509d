"""Times, addresses and other people's words, shown so that they cannot mislead."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_LONGEST_TITLE = 200
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@register.filter
def moment(value: datetime | str | None) -> SafeString | str:
    """A time to the second, in UTC, as a `time` element; '' for none."""
    if not value:
        return ""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    when = when.astimezone(UTC)
    shown = f"{when.day} {when:%b %Y, %H:%M:%S} UTC"
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), shown)


@register.filter
def address(value: str) -> SafeString:
    """A web address, set apart from the text around it whatever its characters' direction."""
    return format_html('<bdi class="address">{}</bdi>', visible(value))


@register.filter
def theirs(value: str) -> SafeString:
    """Somebody else's words (a page's title), set apart, and cut where they do not end."""
    value = visible(value or "")
    cut = value if len(value) <= _LONGEST_TITLE else f"{value[:_LONGEST_TITLE]}…"
    return format_html("<bdi>{}</bdi>", cut)


@register.filter
def is_odd(value: str) -> bool:
    """Whether an address has letters that can pass for others."""
    return not value.isascii()


@register.filter
def spelt(value: str) -> str:
    """An address with every letter beyond ASCII written by its number."""
    return value.encode("ascii", "backslashreplace").decode("ascii")


def visible(text: str) -> str:
    """`text` with each character that does not show written by its number."""
    return "".join(
        f"\\u{ord(each):04x}" if unicodedata.category(each) in _HIDDEN else each for each in text
    )
