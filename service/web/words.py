"""What happens to a capture, in words for people who are frightened or in a hurry.

For each end there are two sentences: what happened, and what they can do.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from service.captures.models import Capture, State

STEPS = {
    "": "It begins.",
    "capturing": "The page is being opened and recorded. This takes up to two minutes.",
    "sealing": "Recorded. It is being sealed, so that nobody can change it unseen.",
    "asking for timestamps": "Sealed. Independent authorities are being asked to date it.",
    "verifying": "Dated. The sealed evidence is being checked from the beginning.",
    "storing": "Sealed and checked. It is on its way into the store.",
}
HAPPENED = {
    "captured": "The page was preserved.",
    "listed": "The list of everything that was found of an account was sealed.",
    "http_error": (
        "The web site answered with an error. That answer was preserved: it shows what was to be"
        " seen there at that time."
    ),
    "login_wall": "The web site seems to ask visitors to sign in. That was preserved.",
    "bot_wall": (
        "The web site seems to want proof that a person is there, and showed nothing else. That"
        " was preserved."
    ),
    "download": "The address is a file, not a page. The file was preserved.",
    "no_content": "The web site answered, but with nothing in it. That answer was preserved.",
    "tls_untrusted": ("The page was preserved, but the web site could not prove which site it is."),
    "tls_failed": "No secure connection to the web site could be made. That was recorded.",
    "name_not_found": "There is no web site of this name, or not any more. That was recorded.",
    "connection_refused": "The web site refused the connection. That was recorded.",
    "connection_failed": "The web site could not be reached. That was recorded.",
    "address_refused": (
        "The address is not on the public internet, so it was not contacted. That was recorded."
    ),
    "redirect_loop": "The web site sends visitors round in circles. That was preserved.",
    "timed_out": "The web site did not answer in time. That was recorded.",
    "crashed": "The page brought the browser down. What came before was preserved.",
}
"""What came of a sealed capture, by its outcome (docs/evidence-format.md, section 6.2; a list has
none of these)."""
ADVICE = {
    "http_error": (
        "Open the address in your own browser. If you see the page there, it may be shown only to"
        " people who are signed in: keep a screenshot of your own as well."
    ),
    "login_wall": (
        "What is behind it cannot be preserved here. Keep a screenshot of your own, with the"
        " address and the time in it."
    ),
    "bot_wall": "Try again later. Keep a screenshot of your own until then.",
    "no_content": "Check that the address is complete.",
    "tls_untrusted": "Check that the address is written as you know it.",
    "tls_failed": "Try again later. If it opens in your own browser, keep a screenshot of it.",
    "name_not_found": "Check that the address is written rightly.",
    "connection_refused": "Try again later.",
    "connection_failed": "Try again later.",
    "address_refused": "Use the address that everybody can open.",
    "redirect_loop": "Try the address that your browser shows once the page is open.",
    "timed_out": "Try again later.",
    "crashed": "Try again once; if it happens again, keep a screenshot of your own as well.",
}
_PASSING = {
    "timed_out": "The web site did not answer in time.",
    "crashed": "The page brought the browser down.",
    "connection_failed": "The web site could not be reached.",
    "http_error": "The web site answered with an error that may pass.",
    "worker lost": "The machine that was at it stopped.",
    "stopped": "The machine that was at it was told to stop.",
    "disk full": "The machine that captures has no room just now.",
    "machine trouble": "The machine that captures has trouble of its own.",
    "browser failed": "The browser did not start.",
    "took too long": "It took too long and was ended.",
    "capture failed": "It could not be sealed.",
    "verification failed": "What was sealed did not pass its check.",
    "unexpected error": "Something went wrong here, not with the page.",
    "bag of no use": "What was sealed was spoiled before it was stored.",
}
_AGAIN = "Try again. If it fails again, keep a screenshot of your own and tell who runs this."
_ADVICE = {
    "disk full": "Tell whoever runs this service that the machine has no room, and try again then.",
    "worker lost": "The page may be too heavy. Try again; keep a screenshot of your own as well.",
    "verification failed": "Do not rely on it. Tell whoever runs this service, and try again.",
}
_ENDS_WELL = {"captured", "download", "listed"}
_WITHOUT_A_PAGE = {
    *("tls_failed", "name_not_found", "connection_refused", "connection_failed"),
    *("address_refused", "timed_out"),
}


@dataclass(frozen=True)
class Told:
    """A capture's state for people: one word with its colour, what happened, what to do."""

    word: str
    tone: str
    happened: str
    advice: str = ""


def tell(capture: Capture) -> Told:
    """What to say about `capture` now."""
    match State(capture.state):
        case State.QUEUED:
            return _waiting(capture)
        case State.CAPTURING:
            return Told("Under way", "", STEPS.get(capture.step, STEPS["capturing"]))
        case State.STORING:
            return Told("Under way", "", STEPS["storing"])
        case State.SEALED:
            return _sealed(capture)
        case State.FAILED:
            advice = _ADVICE.get(capture.reason, _AGAIN)
            return Told("Not preserved", "bad", capture.explanation, advice)
        case State.CANCELLED:
            return Told("Cancelled", "", "It was taken back before it began. Nothing was captured.")
        case State.ERASED:
            what = "Its content is gone for good. Times, hashes and the custody log stay."
            return Told("Erased", "", what)


def _waiting(capture: Capture) -> Told:
    if not capture.fence:
        return Told(
            "Waiting", "", "It waits for its turn. You can leave this page: nothing is lost."
        )
    when = capture.not_before
    soon = "now" if when is None or when <= timezone.now() else f"at {when:%H:%M:%S} UTC"
    why = _PASSING.get(capture.reason, capture.explanation)
    return Told("Waiting", "warn", f"{why} The next try is {soon}.")


def _sealed(capture: Capture) -> Told:
    happened = HAPPENED.get(capture.outcome, "What was to be seen was preserved.")
    advice = ADVICE.get(capture.outcome, "")
    if capture.outcome in _ENDS_WELL:
        return Told("Preserved", "good", happened, advice)
    word = "No page" if capture.outcome in _WITHOUT_A_PAGE else "Please check"
    return Told(word, "warn", happened, advice)
