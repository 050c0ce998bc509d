"""The fixity check finds what was changed, and says so in the chain."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from service.accounts.models import User
from service.captures.models import Capture
from service.captures.rereading import reread
from service.cases.models import Case
from service.custody.recording import history
from tests.support.service_captures import sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(person: User, case: Case, tmp_path: Path, settings: Settings) -> Capture:
    """A sealed capture that was not read again for long."""
    settings.FIXITY_BYTES_PER_S = 1 << 40
    capture = sealed(person, case, tmp_path)
    Capture.objects.filter(pk=capture.pk).update(checked=timezone.now() - timedelta(days=31))
    return capture


def _stored(settings: Settings, capture: Capture) -> Path:
    found = list((settings.DATA / "evidence").rglob(f"*{capture.pk}*/*.zip"))
    assert len(found) == 1
    return found[0]


def test_an_unchanged_bag_is_intact_and_has_its_next_turn_later(old: Capture) -> None:
    assert reread(5) == 1
    old.refresh_from_db()
    assert old.fixity == "intact"
    assert history(old.pk)[-1]["detail"]["result"] == "intact"
    assert reread(5) == 0


def test_one_changed_byte_is_an_alarm(
    old: Capture, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    path = _stored(settings, old)
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert reread(5) == 1
    old.refresh_from_db()
    assert old.fixity == "altered"
    last = history(old.pk)[-1]
    assert (last["kind"], last["detail"]["result"]) == ("fixity check", "altered")
    assert last["detail"]["found"] != last["detail"]["expected"]


def test_a_missing_bag_is_an_alarm_that_comes_again(old: Capture, settings: Settings) -> None:
    _stored(settings, old).unlink()
    assert reread(5) == 1
    old.refresh_from_db()
    assert old.fixity == "missing"
    Capture.objects.filter(pk=old.pk).update(checked=timezone.now() - timedelta(days=2))
    assert reread(5) == 1
