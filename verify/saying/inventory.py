"""An inventory in plain words, for text and page: what it lists, and what is here of it."""

from collections.abc import Iterator

from verify.inventory.listing import Listed, Presence, WithBags
from verify.report import Report

SHOWN = 20  # of each list; all of them are in the JSON report
ENDS = {  # format, 10.4
    "end_of_timeline": "to its end, as far as the site shows it",
    "max_posts": "up to the number of posts that was asked for",
    "since": "back to the date that was asked for",
    "loop": "until the site showed only what it had shown before",
    "limit": "up to a limit of time or length",
    "login_wall": "until the site asked to log in",
    "bot_wall": "until the site asked for proof that a person is there",
    "session_ended": "until the session with the site ended",
    "gone": "until the site said that there is no such account any more",
    "failed": "until it could not be read on",
    "interrupted": "until it was interrupted",
}
_STATES = {"captured": "captured", "failed": "failed", "not_reached": "not reached"}
_CHANGES = {"gone": "gone", "edited": "edited", "back": "back again"}
_PRESENCES = {
    Presence.DISAGREES: "tell something else than the list",
    Presence.EXCHANGED: "are other bags than the listed ones",
    Presence.ALTERED: "are not as they were sealed",
    Presence.NOT_PROVED: "are not proved to be as they were sealed",
}


def rows(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what the inventory says of itself, as name and value; both in our words and numbers."""
    listing = report.listing
    if listing is None:
        return
    yield "Posts", _counted(listing.posts, "post", listing.states, _STATES)
    if listing.changes:
        changes = [
            f"{listing.changes[x]} {name}" for x, name in _CHANGES.items() if x in listing.changes
        ]
        yield "Since captured", ", ".join(changes)
    yield "Timeline read", ENDS[listing.ends[-1]] if listing.ends else "never"
    yield "Captures listed", str(len(listing.captures))
    yield "Merkle root", listing.root


def presence(report: Report) -> str | None:
    """Return the sentence on how many of the listed bags are here; None for other bags."""
    there = report.with_bags
    if there is None:
        return None
    listed, missing = len(there.matches), there.count(Presence.MISSING)
    if not listed:
        return "It lists no captures."
    told = [f"{there.count(Presence.PRESENT)} of {listed} listed bags are here"]
    told += [f"{missing} {'is' if missing == 1 else 'are'} MISSING"] if missing else []
    told += [f"{n} {what}" for kind, what in _PRESENCES.items() if (n := there.count(kind))]
    return f"{', '.join(told)}."


def lists(report: Report) -> Iterator[tuple[str, list[tuple[str, str]], int]]:
    """Yield title, rows and how many more there are, of what is not as it should be, or to know.

    A row is what identifies it, and where it is from: a URL of the list or a path, to be made safe.
    """
    there = report.with_bags
    if there is None:
        return
    for kind, title in _TITLES.items():
        found = [match.listed for match in there.matches if match.presence is kind]
        yield from _list(title, [_row(listed) for listed in found])
    yield from _list(
        "Given, and not on the list of any given inventory",
        [("", path) for path in there.not_listed],
    )
    if there.chain:
        title = "Listed by the inventory before, and not by this one"
        yield from _list(title, [_row(listed) for listed in there.chain.dropped])


def chain(report: Report) -> str | None:
    """Return what is to be said of the inventory before; None where there is nothing."""
    if report.listing is None:
        return None
    if report.listing.previous is None:
        return "it names none before it"
    there: WithBags | None = report.with_bags
    path = there.chain.path if there and there.chain else None
    return "its inventory before is here" if path else "its inventory before was not given"


def _list(
    title: str, found: list[tuple[str, str]]
) -> Iterator[tuple[str, list[tuple[str, str]], int]]:
    if found:
        yield title, found[:SHOWN], max(0, len(found) - SHOWN)


def _row(listed: Listed) -> tuple[str, str]:
    whose = "the account's page" if listed.post is None else f"post {listed.post}"
    return f"{listed.capture_id} {whose}", listed.url


def _counted(number: int, what: str, parts: dict[str, int], names: dict[str, str]) -> str:
    told = ", ".join(f"{parts[x]} {name}" for x, name in names.items() if x in parts)
    return f"{number} {what}{'' if number == 1 else 's'}" + (f": {told}" if told else "")


_TITLES = {
    Presence.MISSING: "Missing: listed, and not among what was given",
    Presence.DISAGREES: "Listed, and telling something else than the list",
    Presence.EXCHANGED: "Listed, and another bag was given under its capture ID",
    Presence.ALTERED: "Listed, and not as it was sealed",
    Presence.NOT_PROVED: "Listed, and not proved to be as it was sealed",
}
