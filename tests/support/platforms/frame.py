"""What is around every page: the shared assets, the bar, the foot."""

from __future__ import annotations

from html import escape
from typing import Any

from ..site.messages import HeaderList, Response, html, json_answer

# Said of every answer: some browsers keep a 301 or a 410 that says nothing for ever.
NO_CACHE: HeaderList = [("Cache-Control", "private, no-cache")]


def page(
    title: str,
    body: str,
    status: int = 200,
    *,
    head: str = "",
    headers: HeaderList | None = None,
) -> Response:
    """A whole page; the five things that every page refers to are in `assets`."""
    text = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/assets/style.css"><link rel="icon" href="/assets/logo.png">
{head}</head><body>
<header class="bar"><a href="/"><img src="/assets/logo.png" alt="" width=32 height=32></a>
<a href="/login">Log in</a></header>
<main>{body}</main>
<footer><a href="/about">About</a> <a href="/help/posting">Help</a> <a href="/legal">Legal</a>
</footer>
<script src="/assets/bundle.js"></script></body></html>
"""
    return html(text, status, [*NO_CACHE, *(headers or [])])


def data(value: Any, status: int = 200) -> Response:
    """JSON for a script."""
    answer = json_answer(value, status)
    answer.headers += NO_CACHE
    return answer
