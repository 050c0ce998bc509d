"""Pages for what went wrong, in the look of the others; none of them asks the database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from service.web.context import of_every_page


def page(status: int, heading: str, words: str) -> HttpResponse:
    """An error page. `words` say what happened and what to do."""
    told = {"status": status, "heading": heading, "words": words, **of_every_page()}
    return HttpResponse(render_to_string("error.html", told), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    del request, exception
    words = "Your browser sent something that this service cannot read. Go back and try again."
    return page(400, "That could not be read", words)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403; `exception` says why where it was raised on purpose."""
    del request
    return page(403, "You cannot do that", str(exception or "") or "Ask the owner of the case.")


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token (CSRF): mostly one that stood open for long."""
    del request, reason
    words = "This form was open for too long, or your browser sent no cookie. Nothing was done."
    return page(403, "Please send it again", f"{words} Go back, reload the page and send it again.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what is not there and what this person may not know of."""
    del request, exception
    words = "There is nothing at this address, or it is not for you. Check that it is complete."
    return page(404, "Nothing here", words)


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    del request
    return page(413, "That is too much at once", "Split the list and send it in parts.")


def store_failed(request: HttpRequest) -> HttpResponse:
    """503 where the evidence store does not give what is asked of it."""
    del request
    words = "The store that keeps the evidence does not answer rightly now. Nothing was changed."
    again = "Try again in some minutes; if it lasts, tell whoever runs this service."
    return page(503, "The evidence cannot be read now", f"{words} {again}")


def failed(request: HttpRequest) -> HttpResponse:
    """500."""
    del request
    words = "Something went wrong on our side. What you submitted before is safe."
    again = "Try again; if it happens again, tell whoever runs this service."
    return page(500, "This page does not work now", f"{words} {again}")
