"""While a session is given, nothing that acts leaves the machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capture.session.actions import LARGEST_BODY, head_refusal, refusal
from tests.capture.session.test_session_secrets import with_session
from tests.support.capturing import Taken, capture_one
from tests.support.site import Site
from tests.support.site.pages import members


def acted(site: Site) -> set[tuple[str, str]]:
    """Method and path of every action that arrived."""
    site.wait_quiet()
    return {(e.method, e.target) for e in site.log if "/members/act/" in e.target}


def tries(tmp_path: Path, site: Site, flavour: str) -> Taken:
    origin = site.origin("main", flavour)
    return with_session(tmp_path, f"{origin}/members/tries", members.storage_state(origin))


@pytest.mark.parametrize("flavour", ["http", "tls", "h2"])
def test_no_action_arrives(tmp_path: Path, site: Site, flavour: str) -> None:
    taken = tries(tmp_path, site, flavour)
    assert acted(site) == set()
    assert "answered" in taken.text, "a GraphQL query only reads"
    assert "fetch-failed" in taken.text
    assert "was-done" not in taken.text
    blocked = {entry["url"].rpartition("/")[2] for entry in taken.record["blocked_actions"]}
    assert blocked >= {
        *(
            "fetch",
            "keepalive",
            "put",
            "delete",
            "odd",
            "xhr",
            "beacon",
            "form",
            "cross",
            "log-out",
        ),
        *("graph", "worker", "shared", "socket"),
    }


def test_the_control_without_a_session_acts(tmp_path: Path, site: Site) -> None:
    capture_one(tmp_path, site.url("/members/tries"))
    arrived = {target.rpartition("/")[2] for _, target in acted(site)}
    assert arrived >= {
        *("fetch", "keepalive", "put", "delete", "xhr", "beacon", "form", "cross", "log-out"),
        *("graph", "worker", "shared", "socket", "service"),
    }


@pytest.mark.parametrize("flavour", ["http", "tls", "h2", "tls12"])
def test_the_gate_alone_lets_nothing_out(
    tmp_path: Path, site: Site, flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever gets past the browser's own guard ends at the proxy."""
    monkeypatch.setattr("capture.session.guard.refusal", lambda *_: None)
    taken = tries(tmp_path, site, flavour)
    assert acted(site) == set()
    assert any(each["kind"] == "connection" for each in taken.record["blocked_actions"])
    assert "It tries to act." in taken.text


GRAPH = "application/json"
VERDICTS = [
    ("GET", "https://a.test/", b"", "", True),
    ("HEAD", "https://a.test/", b"", "", True),
    ("OPTIONS", "https://a.test/", b"", "", True),
    ("GET", "https://a.test/", b"x", "", False),
    ("GET", "https://a.test/logout", b"", "", False),
    ("GET", "https://a.test/account/Sign-Out?x=1", b"", "", False),
    ("GET", "https://a.test/blog/signing-out-of-it", b"", "", True),
    ("GET", "https://www.youtube.com/api/stats/watchtime?x=1", b"", "", False),
    ("get", "https://a.test/", b"", "", False),
    ("PUT", "https://a.test/", b"", "", False),
    ("DELETE", "https://a.test/", b"", "", False),
    ("POST", "https://a.test/", b"", "", False),
    ("POST", "https://a.test/g", b'{"query": "{ me }"}', GRAPH, True),
    ("POST", "https://a.test/g", b'{"query": "query Q { me }"}', GRAPH + "; charset=utf-8", True),
    ("POST", "https://a.test/g", b'[{"query": "{ me }"}, {"query": "{ you }"}]', GRAPH, True),
    ("POST", "https://a.test/g", b"query Q { me }", "application/graphql", True),
    ("POST", "https://a.test/g", b'{"query": "mutation M { like }"}', GRAPH, False),
    ("POST", "https://a.test/g", b'{"query": "subscription S { like }"}', GRAPH, False),
    ("POST", "https://a.test/g", b'{"query": "query Q { me } mutation M { x }"}', GRAPH, False),
    ("POST", "https://a.test/g", b'{"query": "#\\nmutation M { x }"}', GRAPH, False),
    ("POST", "https://a.test/g", b'{"query": "{ a(b: \\"#\\") } mutation M { x }"}', GRAPH, False),
    ("POST", "https://a.test/g", b'{"query": "{ a(b: \\"mutation\\") }"}', GRAPH, True),
    ("POST", "https://a.test/g", b'{"query": "{ a(b: \\"\\"\\"mutation\\"\\"\\") }"}', GRAPH, True),
    ("POST", "https://a.test/g", b'{"query": "{ a(b: \\") } mutation M { x }"}', GRAPH, False),
    ("POST", "https://a.test/g", b'{"query": "{ a }", "query": "mutation M { x }"}', GRAPH, False),
    ("POST", "https://a.test/g", b'{"query": "{ a }", "id": "stored-mutation"}', GRAPH, False),
    ("POST", "https://a.test/g", b'[{"query": "{ a }"}, {"query": "mutation M{x}"}]', GRAPH, False),
    ("POST", "https://a.test/g", b"[]", GRAPH, False),
    ("POST", "https://a.test/g", b'{"query": "{ me }"}', "text/plain", False),
    ("POST", "https://a.test/g?query={me}", b"", GRAPH, False),
    (
        *("POST", "https://www.instagram.com/graphql/query"),
        *(b"fb_api_req_friendly_name=PolarisProfilePostsQuery&doc_id=1", "", True),
    ),
    (
        *("POST", "https://www.instagram.com/graphql/query"),
        *(b"fb_api_req_friendly_name=usePolarisLikeMutation&doc_id=1", "", False),
    ),
    (
        *("POST", "https://www.instagram.com/graphql/query"),
        *(b"fb_api_req_friendly_name=AQuery&fb_api_req_friendly_name=BMutation", "", False),
    ),
    ("POST", "https://x.com/i/api/graphql/abc/UserTweets", b"{}", GRAPH, True),
    ("POST", "https://x.com/i/api/graphql/abc/CreateTweet", b"{}", GRAPH, False),
    ("POST", "https://x.com.evil.test/i/api/graphql/abc/UserTweets", b"{}", GRAPH, False),
    ("POST", "https://www.youtube.com/youtubei/v1/browse", b"{}", GRAPH, True),
    ("POST", "https://www.youtube.com/youtubei/v1/like/like", b"{}", GRAPH, False),
    ("POST", "https://t.me/s/channel?before=5", b"", "", True),
    ("POST", "https://t.me/s/channel/x", b"", "", False),
]


@pytest.mark.parametrize(("method", "url", "body", "content_type", "may_leave"), VERDICTS)
def test_which_requests_only_read(
    method: str, url: str, body: bytes, content_type: str, *, may_leave: bool
) -> None:
    assert (refusal(method, url, body, content_type) is None) is may_leave
    if may_leave or method == "POST":
        assert head_refusal(method, url) is None


def test_a_large_or_deep_question_is_none() -> None:
    large = json.dumps({"query": "{ a }", "variables": {"x": "y" * LARGEST_BODY}}).encode()
    assert refusal("POST", "https://a.test/", large, GRAPH)
    deep = b'{"query": "{a}", "variables": ' + b"[" * 90_000
    assert refusal("POST", "https://a.test/", deep, GRAPH)
