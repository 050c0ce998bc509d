"""The API on the real web server: many requests at once, and a server that dies after answering.

With SQLite in a file, and with PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.support.receiver import Receiver
from tests.support.running_service import RunningService
from tests.support.servers import Postgres


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """A service with either database."""
    data: Path = tmp_path_factory.mktemp("data")
    with ExitStack() as stack:
        url = None
        if request.param == "postgresql":
            server: Postgres = request.getfixturevalue("postgres_server")
            url = stack.enter_context(server.database()).url
        yield RunningService(data, url)


@pytest.fixture(scope="module")
def token(service: RunningService) -> str:
    """A token with all scopes."""
    return service.token()


@pytest.fixture(scope="module")
def client(service: RunningService, token: str) -> Iterator[httpx.Client]:
    """Speaks to a running web server, from many threads."""
    with service.web() as web, _client(web.url, token) as opened:
        yield opened


@pytest.fixture
def case(client: httpx.Client) -> str:
    """A case of this test alone."""
    opened: str = client.post("/cases", json={"name": "a"}).json()["id"]
    return opened


def _client(url: str, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=120)


def test_twenty_equal_requests_at_once_are_one(client: httpx.Client, case: str) -> None:
    body = {"urls": [f"https://example.org/{number}" for number in range(30)], "case": case}

    def submit(_: int) -> httpx.Response:
        return client.post("/captures", json=body, headers={"Idempotency-Key": f"once-{case}"})

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(submit, range(20)))
    assert [each.status_code for each in answers] == [201] * 20
    assert len({each.text for each in answers}) == 1
    listed = client.get(f"/captures?case={case}&limit=200").json()["items"]
    ids = [each["id"] for each in answers[0].json()["items"]]
    assert [each["id"] for each in listed] == ids[::-1]
    events = client.get(f"/captures/{ids[0]}/custody").json()["events"]
    assert [each["kind"] for each in events] == ["submit"]


def test_twenty_different_requests_at_once_are_twenty(client: httpx.Client, case: str) -> None:
    def submit(number: int) -> httpx.Response:
        body = {"urls": [f"https://example.org/{number}"], "case": case}
        return client.post("/captures", json=body, headers={"Idempotency-Key": f"{case}-{number}"})

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(submit, range(20)))
    assert [each.status_code for each in answers] == [201] * 20
    ids = {each.json()["items"][0]["id"] for each in answers}
    assert len(ids) == 20
    listed = client.get(f"/captures?case={case}&limit=200").json()["items"]
    assert ids == {each["id"] for each in listed}


def test_the_first_requests_of_a_token_may_all_come_at_once(
    service: RunningService, client: httpx.Client
) -> None:
    with (
        _client(str(client.base_url).removesuffix("/api/v1/"), service.token()) as fresh,
        ThreadPoolExecutor(20) as threads,
    ):
        answers = list(threads.map(lambda _: fresh.get("/cases").status_code, range(20)))
    assert answers == [200] * 20


def test_what_is_answered_is_committed(
    service: RunningService, token: str, client: httpx.Client, case: str
) -> None:
    with service.web() as doomed, _client(doomed.url, token) as asking:
        body = {"urls": ["https://example.org/1"], "case": case}
        (item,) = asking.post("/captures", json=body).json()["items"]
        doomed.kill()
    assert client.get(f"/captures/{item['id']}").json()["state"] == "queued"


def test_ten_thousand_addresses_in_one_request(client: httpx.Client, case: str) -> None:
    urls = [f"https://site-{n % 50}.example/post/{n}" for n in range(9_998)] + ["nonsense", ""]
    answer = client.post("/captures", json={"urls": urls, "case": case})
    verdicts = [each["verdict"] for each in answer.json()["items"]]
    assert (verdicts.count("accepted"), verdicts.count("refused")) == (9_998, 2)
    assert client.get(f"/cases/{case}").json()["captures"] == {"queued": 9_998}


def test_two_workers_at_once_send_each_message_once(
    service: RunningService, client: httpx.Client, case: str
) -> None:
    with Receiver() as receiver:
        hook = {"url": receiver.url, "events": ["capture.sealed"]}
        made = client.post(f"/cases/{case}/webhooks", json=hook).json()
        workers = [service.python(_DELIVER) for _ in range(2)]
        service.ask(_QUEUE.format(webhook=made["id"], count=60))
        told = [worker.stdout.readline() for worker in workers if worker.stdout]
        assert told == ["ready\n"] * 2
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        tried = [int(worker.communicate()[0].splitlines()[-1]) for worker in workers]
    ids = [each.headers["webhook-id"] for each in receiver.received]
    assert sum(tried) == len(ids) == len(set(ids)) == 60
    assert min(tried) > 0  # both were at it
    path = f"/webhooks/{made['id']}/deliveries?limit=200"
    rows = client.get(path).json()["items"]
    assert [(each["attempts"], each["last_answer"]) for each in rows] == [(1, "HTTP 204")] * 60


_QUEUE = """
import uuid
from service.webhooks.models import Delivery
Delivery.objects.bulk_create(
    Delivery(webhook_id="{webhook}", capture=uuid.uuid4(), event="capture.sealed", body="{{}}")
    for _ in range({count}))
"""
_DELIVER = """
import sys
from workers.webhooks import deliver
print("ready", flush=True)
sys.stdin.readline()
tried = 0
while more := deliver(for_s=30):
    tried += more
print(tried)
"""
