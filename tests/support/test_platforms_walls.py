"""What stands between a visitor and a simulated platform: walls, sessions, limits; and actions."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.support.platforms import (
    Platforms,
    State,
)
from tests.support.reading_platforms import (
    chosen,
    content_url,
    every_platform,
    everything,
    parts,
    truth,
)


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=10) as client:
        yield client


@every_platform
@pytest.mark.parametrize(
    ("state", "status", "words"),
    [(State.SUSPENDED, 403, "has been suspended"), (State.DELETED, 410, "was deleted")],
)
def test_an_account_that_is_gone(
    platforms: Platforms, http: httpx.Client, name: str, state: State, status: int, words: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald")
    account.change(state=state)
    for url in (content_url(account), content_url(account, account.truth()[0])):
        answer = http.get(url)
        assert answer.status_code == status
        assert words in answer.text
    nobody = content_url(account).replace("grimwald", "nobody")
    assert http.get(nobody).status_code == 404


@every_platform
@pytest.mark.parametrize("status", [403, 429])
def test_a_bot_wall_that_comes_and_goes(
    platforms: Platforms, http: httpx.Client, name: str, status: int
) -> None:
    account = chosen(platforms, name).open_account(
        "grimwald",
        bot_wall=status,
        bot_wall_after=2,
        acts={4: lambda one: one.change(bot_wall=None)},
    )
    answers = [http.get(content_url(account)) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, status, status, 200, 200]
    assert ("challenge" in answers[1].text) or ("verify you are human" in answers[1].text)


@every_platform
def test_a_login_wall_after_so_many_items(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", posts=90, login_wall_after=30)
    seen: list[str] = []
    with pytest.raises(httpx.HTTPStatusError) as refused:  # noqa: PT012 - after some steps
        for part in parts(http, account):
            seen += part
    assert len(seen) == 30
    assert refused.value.response.status_code == (302 if name == "pages" else 401)
    http.cookies = httpx.Cookies({"sim_session": platform.sessions.log_in().cookie})
    assert set(everything(http, account)) == truth(account)


@every_platform
def test_a_session_opens_and_ends(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", needs_session=True)
    wall = http.get(content_url(account))
    assert wall.status_code == (401 if name == "scroll" else 302)
    short, long = platform.sessions.log_in(requests=2), platform.sessions.log_in()
    cookie = {"Cookie": f"a=b; sim_session={short.cookie}"}
    answers = [http.get(content_url(account), headers=cookie) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, wall.status_code]
    assert short.cookie in answers[0].headers["Set-Cookie"]
    bearer = {"Authorization": f"Bearer {long.token}"}
    assert http.get(content_url(account), headers=bearer).status_code == 200
    long.end()
    http.cookies.clear()
    assert http.get(content_url(account), headers=bearer).status_code == wall.status_code


@pytest.mark.parametrize("name", ["scroll", "cursor"])
def test_an_api_that_wants_the_token(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", needs_session=True, needs_token=True)
    session = platform.sessions.log_in()
    cookie = {"Cookie": f"sim_session={session.cookie}"}
    api = {"scroll": f"/api/v1/accounts/{account.id}/posts", "cursor": "/api/timeline"}[name]
    url = platform.url(f"{api}?account={account.id}")
    assert http.get(url, headers=cookie).status_code == 401
    token = {**cookie, "Authorization": f"Bearer {session.token}"}
    assert http.get(url, headers=token).status_code == 200


@every_platform
def test_a_page_can_hold_the_secrets_of_its_session(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald", leaks_secrets=True, pictures_every=1)
    session = platform.sessions.log_in()
    post = account.truth()[0]
    assert session.token not in http.get(content_url(account, post)).text
    cookie = {"Cookie": f"sim_session={session.cookie}"}
    text = http.get(content_url(account, post), headers=cookie).text
    assert f".jpg?access_token={session.token}" in text
    assert (session.csrf in text) == (name != "scroll")


def test_a_session_in_both_of_its_forms(platforms: Platforms) -> None:
    session = platforms.pages.sessions.log_in()
    state = json.loads(session.storage_state_json())
    assert {cookie["value"] for cookie in state["cookies"]} == {session.cookie, session.csrf}
    assert {cookie["domain"] for cookie in state["cookies"]} == {"127.0.0.2"}
    (origin,) = state["origins"]
    assert origin["origin"] == platforms.pages.origin
    assert origin["localStorage"] == [{"name": "sim_token", "value": session.token}]
    rows = [line.split("\t") for line in session.cookies_txt().splitlines()[1:]]
    assert [len(row) for row in rows] == [7, 7]
    assert session.token not in session.cookies_txt()


@every_platform
def test_too_many_requests_within_a_second(
    platforms: Platforms, http: httpx.Client, name: str
) -> None:
    account = chosen(platforms, name).open_account("grimwald", requests_a_second=2, retry_after=7)
    answers = [http.get(content_url(account)) for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["Retry-After"] for answer in refused} == {"7"}
    assert answers[0].status_code == answers[1].status_code == 200


@every_platform
def test_actions_are_recorded(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald")
    everything(http, account)
    query = {"query": "query Replies($id: ID!) { replies }", "variables": {"id": "1"}}
    assert http.post(platform.url("/graphql"), json=query).status_code == 200
    assert platform.acted == []
    mutation = {"query": "mutation Like { like }"}
    assert http.post(platform.url("/graphql"), json=mutation).status_code == 200
    assert http.put(platform.url("/api/seen"), json={}).status_code == 200
    assert http.post(platform.url("/api/like"), json={}).status_code == 200
    assert http.get(platform.url("/do/like?post=1")).status_code == 303
    assert [entry.path for entry in platform.acted] == [
        "/graphql",
        "/api/seen",
        "/api/like",
        "/do/like",
    ]


@every_platform
def test_slow_answers(platforms: Platforms, http: httpx.Client, name: str) -> None:
    account = chosen(platforms, name).open_account("grimwald", delay=60)
    with pytest.raises(httpx.ReadTimeout):
        http.get(content_url(account), timeout=0.2)


@every_platform
def test_nonsense_is_answered(platforms: Platforms, http: httpx.Client, name: str) -> None:
    platform = chosen(platforms, name)
    account = platform.open_account("grimwald")
    place = {
        "scroll": f"/api/v1/accounts/{account.id}/posts?before=x",
        "pages": "/u/grimwald?page=-3",
        "more": "/grimwald/more?before=x",
        "cursor": f"/api/timeline?account={account.id}&cursor=%00",
    }[name]
    assert http.get(platform.url(place)).status_code == (200 if name == "pages" else 400)
    assert http.post(platform.url("/graphql"), content=b"[1]").status_code == 400
    for path in ("/@", "/u/", "/profile/", "/post/x", "/grimwald/x", "/a/b/c", "/api/v1/posts/"):
        assert http.get(platform.url(path)).status_code in {200, 404}


def test_latency_delays_assets_too() -> None:
    with Platforms(latency=60) as platforms, httpx.Client(trust_env=False) as client:
        for path in ("/assets/style.css", "/login"):
            with pytest.raises(httpx.ReadTimeout):
                client.get(platforms.more.url(path), timeout=0.2)
