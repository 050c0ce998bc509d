"""`/metrics`: what the database says, in Prometheus' form, for whoever may see it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import CollectorRegistry

from service.accounts.models import User
from service.captures import states
from service.captures.models import Attempt, Capture, State
from service.cases.models import Case
from service.evidence.fixity import Result
from service.operations import vitals
from service.operations.metrics import view
from service.operations.metrics.attempts import BOUNDS_S, Tally
from service.operations.metrics.figures import Figures
from service.operations.metrics.view import _Kept
from service.webhooks.models import Delivery, Webhook
from tests.support.service_captures import forget_store, queued, sealed

pytestmark = pytest.mark.django_db
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = CollectorRegistry()
    registry.register(Figures())
    monkeypatch.setattr(view, "_KEPT", _Kept(lambda: view.generate_latest(registry)))
    monkeypatch.setattr(view, "_FRESH_S", 0.0)
    monkeypatch.setattr(view, "_SHARE", 0)


def _samples(client: Client) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode("utf-8")
    families = list(text_string_to_metric_families(text))
    assert all(family.name.startswith("holdfast_") and family.documentation for family in families)
    return {
        (sample.name.removeprefix("holdfast_"), frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def _one(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def test_an_empty_system_has_every_figure_that_an_alarm_needs(client: Client) -> None:
    samples = _samples(client)
    for queue in ("capture", "bulk"):
        assert _one(samples, "queue_depth", queue=queue) == 0
        assert _one(samples, "queue_oldest_seconds", queue=queue) == 0
    assert _one(samples, "captures", state="failed") == 0
    assert _one(samples, "fixity", result="altered") == 0
    assert _one(samples, "leases_overdue") == 0
    assert _one(samples, "webhooks_waiting") == 0
    assert _one(samples, "processes") == 0


def test_the_queue_has_a_depth_and_an_age(client: Client, person: User, case: Case) -> None:
    first, later = queued(person, case), queued(person, case, "https://example.org/later")
    ago = timezone.now() - timedelta(minutes=10)
    Capture.objects.filter(pk=first.pk).update(not_before=ago)
    Capture.objects.filter(pk=later.pk).update(not_before=timezone.now() + timedelta(hours=1))
    samples = _samples(client)
    assert _one(samples, "queue_depth", queue="capture") == 2
    assert 600 <= _one(samples, "queue_oldest_seconds", queue="capture") < 700


def test_attempts_are_counted_by_their_end_and_timed(
    client: Client, person: User, case: Case, tmp_path: Path
) -> None:
    try:
        one = sealed(person, case, tmp_path)
    finally:
        forget_store()
    lease = states.claim(queued(person, case, "https://example.org/2").pk, "w")
    assert lease
    states.fail(lease, "capture failed", "no")
    started = timezone.now() - timedelta(minutes=5)
    Attempt.objects.filter(capture=one).update(
        started=started, ended=started + timedelta(seconds=42.5)
    )
    samples = _samples(client)
    assert _one(samples, "attempts_total", result="sealed", reason="none") == 1
    assert _one(samples, "attempts_total", result="failed", reason="capture failed") == 1
    assert _one(samples, "captures_sealed_total", outcome="captured") == 1
    assert _one(samples, "captures", state="sealed") == 1
    name = "attempt_duration_seconds"
    for bound in BOUNDS_S:
        held = _one(samples, f"{name}_bucket", result="sealed", le=str(float(bound)))
        assert held == (1 if bound >= 60 else 0)
    assert _one(samples, f"{name}_bucket", result="sealed", le="+Inf") == 1
    assert _one(samples, f"{name}_count", result="sealed") == 1
    assert _one(samples, f"{name}_sum", result="sealed") == pytest.approx(42.5)


def test_settled_attempts_are_not_counted_again(person: User, case: Case) -> None:
    capture = queued(person, case)
    long_ago = timezone.now() - timedelta(days=2)
    facts = {"capture": capture, "worker": "w", "result": "retry", "reason": "timed_out"}
    Attempt.objects.bulk_create(
        Attempt(number=n, started=long_ago, ended=long_ago + timedelta(seconds=n), **facts)
        for n in range(1, 51)
    )
    open_one = Attempt.objects.create(number=51, started=long_ago, **facts)
    tally = Tally()
    assert sum(tally.endings().number.values()) == 50
    Attempt.objects.filter(number__lte=50).update(result="never looked at again")
    Attempt.objects.filter(pk=open_one.pk).update(ended=timezone.now())
    late = Attempt.objects.create(number=52, started=long_ago, ended=timezone.now(), **facts)
    endings = tally.endings()
    assert sum(endings.number.values()) == 52
    assert {ending.result for ending in endings.number} == {"retry"}
    assert sum(endings.seconds.values()) > sum(range(51))
    late.delete()
    assert sum(Tally().endings().number.values()) == 51


def test_alarms_have_their_figures(
    client: Client, person: User, case: Case, tmp_path: Path
) -> None:
    try:
        one = sealed(person, case, tmp_path)
    finally:
        forget_store()
    hour = timedelta(hours=1)
    Capture.objects.filter(pk=one.pk).update(
        fixity=Result.ALTERED, checked=timezone.now() - timedelta(days=40)
    )
    lease = states.claim(queued(person, case, "https://example.org/2").pk, "w")
    assert lease
    Capture.objects.filter(pk=lease.capture).update(lease_until=timezone.now() - hour)
    hook = Webhook.objects.create(case=case, url="https://hooks.example/secret", secret="s")
    waiting = Delivery.objects.create(webhook=hook, capture=one.pk, event="sealed", body="{}")
    Delivery.objects.filter(pk=waiting.pk).update(created=timezone.now() - hour)
    vitals.seen("worker@one", disk_free=123, outbox=4, unclaimed=5)
    vitals.done("sweep", 0.1)
    vitals.count(vitals.BROWSER_RESTARTS, 3)
    vitals.count(vitals.BROWSER_RESTARTS)
    samples = _samples(client)
    assert _one(samples, "fixity", result="altered") == 1
    assert _one(samples, "fixity_oldest_check_seconds") > 39 * 86_400
    assert _one(samples, "leases_overdue") == 1
    assert _one(samples, "webhooks_waiting") == 1
    assert _one(samples, "webhooks_oldest_seconds") >= 3_600
    assert _one(samples, "disk_free_bytes", process="worker@one") == 123
    assert _one(samples, "outbox_bags", process="worker@one") == 4
    assert _one(samples, "unclaimed_bags", process="worker@one") == 5
    assert _one(samples, "browser_restarts_total") == 4
    assert _one(samples, "upkeep_age_seconds", task="sweep") < 60


def test_no_label_has_an_address_a_case_or_a_person(
    client: Client, person: User, case: Case
) -> None:
    capture = queued(person, case, "https://victim.example/post?who=ada")
    lease = states.claim(capture.pk, "w")
    assert lease
    states.fail(lease, "https://victim.example/"[:40], "no")
    text = client.get("/metrics").content.decode()
    assert 'reason="other"' in text
    for word in ("victim", "who=", str(case.pk), str(capture.pk), person.email):
        assert word not in text


def test_the_database_is_asked_seldom(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "_FRESH_S", 60.0)
    client.get("/metrics")
    queries = len(connection.queries_log)
    connection.force_debug_cursor = True
    try:
        client.get("/metrics")
        assert len(connection.queries_log) == queries
    finally:
        connection.force_debug_cursor = False


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "192.0.2.1"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.1"}, False),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer the-token"}, True),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer the-toke"}, False),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer "}, False),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer tökén"}, False),
    ],
)
def test_who_may_see_them(
    client: Client, settings: object, asked: dict[str, str], allowed: bool
) -> None:
    settings.METRICS_TOKEN = "the-token"  # type: ignore[attr-defined]
    assert (client.get("/metrics", **asked).status_code == 200) is allowed


def test_without_a_token_none_is_right(client: Client) -> None:
    asked = {"REMOTE_ADDR": "192.0.2.1", "HTTP_AUTHORIZATION": "Bearer None"}
    assert client.get("/metrics", **asked).status_code == 403


def test_behind_a_proxy_the_client_counts(client: Client, settings: object) -> None:
    settings.TRUSTED_PROXIES = 1  # type: ignore[attr-defined]
    settings.METRICS_NETWORKS = ("10.0.0.0/8",)  # type: ignore[attr-defined]
    inside = {"REMOTE_ADDR": "192.0.2.9", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 10.1.1.1"}
    outside = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "10.1.1.1, 192.0.2.1"}
    assert client.get("/metrics", **inside).status_code == 200
    assert client.get("/metrics", **outside).status_code == 403


def test_every_state_is_told(client: Client) -> None:
    samples = _samples(client)
    assert {value for (name, labels) in samples if name == "captures" for _, value in labels} == {
        state.value for state in State
    }


def test_a_captured_page_in_replay_cannot_ask(client: Client) -> None:
    for path in ("/metrics", "/healthz", "/readyz"):
        assert client.get(path, HTTP_HOST="0b1c.replay.localhost").status_code == 404
