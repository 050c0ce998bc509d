"""Step 8 of an inventory: whether its parts tell one story (format, 10.2 to 10.4).

8.1 posts are numbered 1, 2, 3; no two have one key or one URL
8.2 times lie within the run (what is from earlier runs may be older), and run forwards
8.3 state, reason, change, difference and captures of a post go together
8.4 readings of the timeline found and saw as many posts as there are
8.5 one bag is listed in one way only, and its ID has the time of its start
8.6 threads: what was found in one is listed there, and is of no thread of its own
8.7 IDs stand in their URLs; decoded times are what their formulas give
"""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from verify.codes import Code
from verify.container.layout import INVENTORY_RECORD
from verify.decoded import Place, check_decoded
from verify.errors import Contradiction, Defect
from verify.inventory.parts import Capture, Inventory, Post
from verify.quoting import shown


def check_story(inventory: Inventory) -> Iterator[Defect]:
    """Yield where parts of the inventory disagree; raise where a decoded time is out of form."""
    yield from _check_posts(inventory.posts)
    yield from _check_times(inventory)
    yield from _check_captures("profile", inventory.profile)
    for post in inventory.posts:
        yield from _check_state(post)
        yield from _check_captures(_name(post), post.captures)
    yield from _check_counts(inventory)
    yield from _check_bags(capture for capture, _ in inventory.captures)
    yield from _check_threads(inventory)
    for post in inventory.posts:
        yield from _check_ids(post)


def _check_posts(posts: Iterable[Post]) -> Iterator[Defect]:
    """8.1."""
    keys: set[str] = set()
    urls: set[str] = set()
    for place, post in enumerate(posts, start=1):
        if post.number != place:
            message = f"the post in place {place} has the number {shown(post.number)}"
            yield _wrong(Code.INVENTORY_ORDER, message)
        if post.url in urls or post.key in keys:
            message = f"{_name(post)}: another post has its URL or key, {shown(post.url)}"
            yield _wrong(Code.INVENTORY_TWICE, message)
        urls.add(post.url)
        keys |= set() if post.key is None else {post.key}


def _check_times(inventory: Inventory) -> Iterator[Defect]:
    """8.2. Only an inventory that continues another one may hold what is older than its run."""
    earliest = inventory.started if inventory.previous is None else ""
    for name, first, last in _spans(inventory):
        if not earliest <= first <= last <= inventory.ended:
            message = f"{name}: from {first} to {last} is outside the run, or runs backwards"
            yield _wrong(Code.INVENTORY_TIME, message)
    starts = [reading.started for reading in inventory.discovery]
    if starts != sorted(starts):
        yield _wrong(Code.INVENTORY_ORDER, "discovery is not in order of time")


def _spans(inventory: Inventory) -> Iterator[tuple[str, str, str]]:
    for number, reading in enumerate(inventory.discovery):
        yield f"discovery[{number}]", reading.started, reading.ended
    for capture, post in inventory.captures:
        whose = "the profile" if post is None else f"post {post}"
        yield f"a capture of {whose}", capture.started, capture.started
    for each in inventory.posts:
        yield _name(each), each.first_seen, each.last_seen
        if each.thread_reading is not None:
            around = each.thread_reading
            yield f"the thread of {_name(each)}", around.started, around.ended


def _check_captures(whose: str, captures: tuple[Capture, ...]) -> Iterator[Defect]:
    starts = [capture.started for capture in captures]
    if starts != sorted(starts):
        message = f"the captures of {whose} are not in order of time"
        yield _wrong(Code.INVENTORY_ORDER, message)


def _check_state(post: Post) -> Iterator[Defect]:
    """8.3."""
    rules = {
        "is captured, but has no capture": post.state == "captured" and not post.captures,
        "has a reason exactly if it is not captured": (post.reason is None)
        != (post.state == "captured"),
        "has changed since its first capture, but has none": bool(
            post.change is not None and not post.captures
        ),
        "has a difference, but is not edited": post.has_difference and post.change != "edited",
        "was passed on, but is called the account's own": post.repost and post.own != "no",
    }
    for what, broken in rules.items():
        if broken:
            yield _wrong(Code.INVENTORY_DISAGREES, f"{_name(post)}: it {what}")


def _check_counts(inventory: Inventory) -> Iterator[Defect]:
    """8.4. Posts of earlier runs are found by readings that need not be in this inventory. What
    was found in a thread is no post of the timeline."""
    every, posts = len(inventory.posts), sum(x.found_in is None for x in inventory.posts)
    for number, reading in enumerate(inventory.discovery):
        if not reading.found <= reading.seen <= every:
            message = f"discovery[{number}]: found {shown(reading.found)}, seen"
            message += f" {shown(reading.seen)}, of {every} posts in all"
            yield _wrong(Code.INVENTORY_COUNT, message)
    found = sum(reading.found for reading in inventory.discovery)
    if found > posts or (inventory.previous is None and found != posts):
        message = f"{shown(found)} posts were found in the timeline, and {posts} are listed"
        yield _wrong(Code.INVENTORY_COUNT, message)


def _check_bags(captures: Iterable[Capture]) -> Iterator[Defect]:
    """8.5."""
    by_id: dict[str, Capture] = {}
    by_hash: dict[str, Capture] = {}
    for capture in captures:
        same = {
            by_id.setdefault(capture.bag, capture),
            by_hash.setdefault(capture.statement_sha256, capture),
        }
        if same != {capture}:
            message = f"the bag {capture.bag} is listed in two ways"
            yield _wrong(Code.INVENTORY_DISAGREES, message)
        started = f"{capture.started[:19]}Z".replace("-", "").replace(":", "")
        if capture.bag.partition("-")[0] != started:
            message = f"the bag {capture.bag} is said to have started at {capture.started}"
            yield _wrong(Code.INVENTORY_DISAGREES, message)


def _check_threads(inventory: Inventory) -> Iterator[Defect]:
    """8.6."""
    posts = {post.number: post for post in inventory.posts}
    for post in inventory.posts:
        around = set(post.thread)
        if len(around) < len(post.thread) or not around <= posts.keys() - {post.number}:
            message = f"{_name(post)}: its thread has a post twice, itself, or one that is not here"
            yield _wrong(Code.INVENTORY_DISAGREES, message)
        has_thread = bool(post.thread) or post.thread_reading is not None
        if has_thread and (post.found_in is not None or post.repost):
            message = f"{_name(post)}: it has a thread, but is not one of the account's own"
            yield _wrong(Code.INVENTORY_DISAGREES, message)
        place = posts.get(post.found_in) if post.found_in is not None else None
        if post.found_in is not None and (place is None or post.number not in place.thread):
            message = f"{_name(post)}: it is not in the thread in which it is said to be found"
            yield _wrong(Code.INVENTORY_DISAGREES, message)


def _check_ids(post: Post) -> Iterator[Defect]:
    """8.7."""
    place = Place(INVENTORY_RECORD, _name(post), Code.INVENTORY_FIELD)
    for name, text in post.ids.items():
        if text not in unquote(post.url):
            yield place.disagrees(f": the ID {shown(text)} ({shown(name)}) is not in its URL")
    for number, each in enumerate(post.decoded):
        here = place.at(f", decoded[{number}]")
        yield from check_decoded(each, post.ids, post.first_seen, here)


def _name(post: Post) -> str:
    return f"post {shown(post.number)}"


def _wrong(code: Code, message: str) -> Contradiction:
    return Contradiction(code, message, INVENTORY_RECORD)
