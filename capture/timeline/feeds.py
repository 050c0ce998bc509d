"""Posts in feeds: Atom (RFC 4287), RSS 2.0 and RDF. XML is hostile: entities are refused."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from capture.platforms.identity import Identity, identify
from capture.platforms.pagedata import moment, words
from capture.timeline.account import Account
from capture.timeline.permalinks import Permalinks
from capture.timeline.sighting import Author, Own, Sighting

_CHARACTERS_AT_MOST = 8_000_000
_ENTRIES_AT_MOST = 5_000
_TIMES = ("published", "pubDate", "date", "updated")
_TEXTS = ("content", "encoded", "description", "summary", "title")


def posts_in(
    text: str, url: str, account: Account, permalinks: Permalinks, now_us: int
) -> list[Sighting]:
    """The posts of the feed that came from `url`, such as have the permalinks of posts here. None
    of what is no feed. Never raises.

    The names in feeds are those that people are shown by, not those in addresses: in a feed below
    the account's page another name does not make a post somebody else's.
    """
    is_its = account.name_above(url) is not None
    found: dict[str, Sighting] = {}
    for entry in _entries(text):
        link = _link(entry, url)
        post = identify(link, now_us) if link else None
        if post is not None and permalinks.is_post(post):
            found.setdefault(post.canonical_url, _sighting(entry, post, account, is_its=is_its))
    return list(found.values())


def _sighting(entry: Element, post: Identity, account: Account, *, is_its: bool) -> Sighting:
    author = Author(None, _author(entry) or account.name_above(post.canonical_url))
    own = account.owns(author)
    return Sighting(
        url=post.canonical_url,
        key=post.key,
        ids=post.ids,
        names=post.names,
        author=author,
        own=Own.UNKNOWN if is_its and own is Own.NO else own,
        is_repost=False,
        is_pinned=False,
        shown_time=None,
        datetime=next((said for name in _TIMES if (said := _time(_text(entry, name)))), None),
        text=next((said for name in _TEXTS if (said := _bare(_text(entry, name)))), ""),
    )


def _author(entry: Element) -> str | None:
    """Atom's author has a name within; RSS knows ``dc:creator`` only as a name."""
    author = next((each for each in entry if _local(each) == "author"), None)
    named = _text(author, "name") if author is not None else _text(entry, "creator")
    return words(named) or None


def _entries(text: str) -> Iterator[Element]:
    try:
        root: Element = fromstring(text[:_CHARACTERS_AT_MOST].encode())
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return
    found = (each for each in root.iter() if _local(each) in {"entry", "item"})
    for _, entry in zip(range(_ENTRIES_AT_MOST), found, strict=False):
        yield entry


def _link(entry: Element, base: str) -> str | None:
    for each in entry:
        if _local(each) != "link" or each.get("rel", "alternate") != "alternate":
            continue
        link = (each.get("href") or each.text or "").strip()
        try:
            return urljoin(base, link) if link else None
        except ValueError:
            return None
    return None


def _time(said: str) -> str | None:
    if found := moment(said):
        return found
    try:
        return parsedate_to_datetime(said).isoformat() if said else None
    except (ValueError, TypeError, OverflowError):
        return None


def _text(entry: Element, name: str) -> str:
    found = next((each for each in entry if _local(each) == name), None)
    return "".join(found.itertext()) if found is not None else ""


def _bare(text: str) -> str:
    """Feeds hold HTML in their texts."""
    if "<" not in text:
        return words(text)
    reader = _Words()
    reader.feed(text[:50_000])
    return words(" ".join(reader.said))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)
