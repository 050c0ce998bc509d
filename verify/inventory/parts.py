"""What inventory.json holds (format, 10.2 and 10.3), once it is known to be in form.

Times are as written (4.3), so that they compare as texts.
"""

from typing import NamedTuple


class Account(NamedTuple):
    """Whose profile it is; `key` stays when the name changes, and None means that none is known."""

    platform: str
    key: str | None
    ids: dict[str, str]
    names: dict[str, str]
    seen_as: tuple[str, ...]


class Options(NamedTuple):
    """What was asked for."""

    max_posts: int | None
    since: str | None
    threads: bool


class Discovery(NamedTuple):
    """One reading of the timeline: `found` posts of the `seen` ones were new to the inventory.

    `blocked` requests were not let out, since they could have acted in somebody's name.
    """

    started: str
    ended: str
    end: str
    explanation: str
    found: int
    seen: int
    blocked: int


class ThreadReading(NamedTuple):
    """The latest reading of what stands around a post on its page; `blocked` as in `Discovery`."""

    started: str
    ended: str
    end: str
    explanation: str
    blocked: int


class Capture(NamedTuple):
    """A bag, by its capture ID and statement hash, and what its statement and record say."""

    bag: str
    statement_sha256: str
    url: str
    started: str
    outcome: str


class Post(NamedTuple):
    """One post; `author` is its key and name, `decoded` the times as they stand in the file.

    `found_in` is the number of the post in whose thread it was found, None where the timeline
    showed it; `thread` are the numbers of what was seen around it.
    """

    number: int
    url: str
    key: str | None
    ids: dict[str, str]
    names: dict[str, str]
    author: tuple[str | None, str | None]
    own: str
    repost: bool
    pinned: bool
    shown_time: str | None
    datetime: str | None
    decoded: tuple[object, ...]
    text: str
    found_in: int | None
    first_seen: str
    last_seen: str
    state: str
    reason: str | None
    change: str | None
    has_difference: bool
    captures: tuple[Capture, ...]
    thread: tuple[int, ...]
    thread_reading: ThreadReading | None


class Inventory(NamedTuple):
    """The whole; `leaves` and `root` are what it says of its Merkle tree."""

    url: str
    started: str
    ended: str
    previous: str | None
    account: Account
    options: Options
    discovery: tuple[Discovery, ...]
    profile: tuple[Capture, ...]
    posts: tuple[Post, ...]
    leaves: int
    root: str

    @property
    def captures(self) -> list[tuple[Capture, int | None]]:
        """Return every capture in the order of the tree, with the number of its post."""
        of_posts = [(capture, post.number) for post in self.posts for capture in post.captures]
        return [*((capture, None) for capture in self.profile), *of_posts]
