"""How an account's archiving stands, and what became of its posts, in plain words."""

from __future__ import annotations

from service.profiles.counting import Counts
from service.profiles.models import Change, PostState, Profile, ProfilePost, Stage
from service.sessions.models import ENDED
from service.web.words import Told

_ENDS = {
    "end_of_timeline": "The list of posts was read to its end.",
    "max_posts": "As many posts were looked for as was asked.",
    "since": "It was read back to the day that was asked.",
    "loop": "The list of posts began to repeat itself, so it was taken for read.",
    "limit": "The list of posts was too long to be read to its end. There may be more posts.",
    "login_wall": "The web site asks visitors to sign in. There may be more posts behind that.",
    "bot_wall": "The web site wants proof that a person is there. There may be more posts.",
    "session_ended": "The session with the web site ended. There may be more posts.",
    "gone": "The account is gone, or the web site says so.",
    "failed": "The list of posts could not be read to its end. There may be more posts.",
}
_ADVICE = {
    False: "Look at the account in your own browser. Then go on, or call it off.",
    True: "It is under Your account, Sessions with web sites.",
}
INTERVALS = ((0, "Once"), (3_600, "Every hour"), (86_400, "Every day"), (604_800, "Every week"))
"""What the page offers, in seconds; the API takes any."""


def tell_profile(profile: Profile, counts: Counts) -> Told:
    """One word with its colour, and what happens now."""
    match Stage(profile.state):
        case Stage.WAITING if profile.reason:
            return Told("Waiting", "warn", f"{profile.explanation} It is tried again soon.")
        case Stage.WAITING:
            what = "It waits for its turn. You can leave this page: nothing is lost."
            return Told("Waiting", "", what)
        case Stage.READING:
            what = f"The list of posts is being read: {_posts(counts.found)} found so far."
            return Told("Under way", "", f"{what} They are preserved at the same time.")
        case Stage.CAPTURING:
            what = f"{_preserved(counts)} of {_posts(counts.found)} are preserved"
            return Told("Under way", "", f"{what}; {counts.under_way} pages are still to come.")
        case Stage.LISTING:
            return Told("Under way", "", "All posts are done. The list of them is being sealed.")
        case Stage.FINISHED:
            return _finished(profile, counts)
        case Stage.PAUSED:
            return Told("Paused", "bad", profile.explanation, _ADVICE[profile.reason == ENDED])
        case Stage.CANCELLED:
            what = "It was called off. What had been preserved until then stays."
            return Told("Cancelled", "", what)
        case Stage.ERASED:
            return Told("Erased", "", "What was known of it is gone for good.")


def tell_post(post: ProfilePost) -> Told:
    """What became of a post."""
    if post.change == Change.GONE:
        what = "It was preserved before, and has disappeared since. That was preserved as well."
        return Told("Gone", "bad", what)
    if post.change == Change.EDITED:
        return Told("Edited", "warn", "It says something else than before. Both are preserved.")
    if post.change == Change.BACK:
        return Told("Back", "warn", "It had disappeared, and is there again.")
    if post.state == PostState.CAPTURED:
        return Told("Preserved", "good", "The post was preserved.")
    if not post.is_done:
        return Told("Waiting", "", "It was found, and waits to be preserved.")
    return Told("Not preserved", "warn", f"{(post.reason or '').capitalize()}.")


def tell_changes(counts: Counts) -> str:
    """What has changed since it was preserved, in one sentence; '' for nothing."""
    parts = [
        f"{_posts(counts.gone)} disappeared" if counts.gone else "",
        f"{_posts(counts.edited)} edited" if counts.edited else "",
    ]
    said = " and ".join(each for each in parts if each)
    return f"Since they were preserved: {said}." if said else ""


def _finished(profile: Profile, counts: Counts) -> Told:
    reading = profile.readings.order_by("-pk").first()
    end = _ENDS.get(reading.told["end"], "") if reading else ""
    kept = f"{_preserved(counts)} of {_posts(counts.found)} are preserved; their list is sealed."
    end += _cut_threads(profile)
    when = profile.not_before if profile.interval_s else None
    next_time = f" It is looked at again at {when:%H:%M UTC on %d %B %Y}." if when else ""
    is_whole = counts.found == _preserved(counts) and "may be more" not in end
    return Told("Preserved", "good" if is_whole else "warn", f"{kept} {end}{next_time}")


def _cut_threads(profile: Profile) -> str:
    """What is to be said of threads that were asked for."""
    if not profile.threads:
        return ""
    captured = profile.posts.filter(found_in=None, state=PostState.CAPTURED, change=None)
    own = captured.exclude(sighting__own="no")
    read = own.filter(thread_reading__end="end_of_timeline").count()
    cut = own.count() - read
    said = f" Around {_posts(cut)} not all could be read: there may be more."
    return said if cut else ""


def _preserved(counts: Counts) -> int:
    """What is gone was preserved before."""
    return counts.captured + counts.gone


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count:,} posts"
