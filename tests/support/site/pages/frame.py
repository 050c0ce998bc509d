"""The look that the pages of the social network share."""

from __future__ import annotations

from html import escape

from ..messages import HeaderList, Response, html

DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width">
<meta name="description" content="{description}">
<link rel="icon" href="/favicon.png" type="image/png">
<link rel="stylesheet" href="/assets/murmur.css">
{head}</head>
<body>
<header class="bar"><a class="logo" href="/"><i class="icon">&#xe002;</i> Murmur</a>
<form class="search"><input placeholder="Search Murmur" aria-label="Search"></form>
<nav><a href="/">Home</a><a href="/private/inbox">Messages</a><a href="/login">{who}</a></nav>
</header>
<main>
{body}
</main>
</body>
</html>
"""


def page(
    title: str,
    body: str,
    status: int = 200,
    *,
    head: str = "",
    description: str = "Murmur: what people say",
    who: str = "Log in",
    headers: HeaderList | None = None,
) -> Response:
    """A page of Murmur."""
    text = DOCUMENT.format(
        title=escape(title),
        body=body,
        head=head,
        description=escape(description),
        who=escape(who),
    )
    return html(text, status, headers)
