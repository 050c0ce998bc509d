"""Bags with a session, of pages that do their worst: sealed and verified, or nothing at all."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

import pytest

from capture.browser.chromium import Chromium
from capture.errors import RedactionFailed
from capture.options import CaptureOptions
from capture.session.grant import Grant
from capture.session.reading import read_session
from capture.session.vault import Vault
from capture.target import parse_target
from seal.keys import load_or_create_key
from tests.support.capturing import LOOPBACK
from tests.support.secrets import found_in
from tests.support.site import Site
from tests.support.site.messages import Request, Response, html
from tests.support.site.pages import members
from workers.pipeline import Preserved, Settings, preserve

FALSE_MARK = "HOLDFAST-REDACTED-" + "ab" * 32
THREAT = "I know where you live"
OUR_WORDS = (  # which a site could issue, so that its own page could not be sealed
    *("HTTP/1.1", "HTTP/2", "requestBody", "holdfast-capture", "TLS_AES_128_GCM_SHA256"),
    *("HMAC-SHA-256", "application/json", "Content-Length", "Transfer-Encoding", "tls_untrusted"),
    *("HOLDFAST-REDACTED-0", "127.0.0.1", "data.warc.gz", "dom.html", "withheld_bodies"),
    *("text/html;charset", "Holdfast-Redacted", "2026-11-21T00:00:00Z", "screenshot.png"),
)
PAGE = f"""<!doctype html><title>{FALSE_MARK}</title><p>{THREAT}. Iknowwhere.
<script>
const paths = ['gzip?{FALSE_MARK}', 'heads?HOLDFAST-REDACTED-', 'trailers', 'cut',
  '{members.SID.replace("/", "%2F")}'];
for (const path of paths) fetch('/odd/' + path).then((r) => r.arrayBuffer()).catch(() => 0);
</script>"""


def settings(tmp_path: Path, **options) -> Settings:
    grant = Grant(read_session(members.cookies_txt()), Vault(tmp_path / "vault"))
    chosen = CaptureOptions(allow_networks=LOOPBACK, session=grant, **options)
    (tmp_path / "evidence").mkdir()
    return Settings(tmp_path / "evidence", load_or_create_key(tmp_path / "key.pem"), chosen)


def preserved(url: str, chosen: Settings) -> Preserved:
    async def run() -> Preserved:
        async with Chromium() as chromium:
            return await preserve(chromium, parse_target(url), chosen)

    return asyncio.run(run())


async def odd(request: Request) -> Response:
    sid, trick = members.SID, request.path.rpartition("/")[2]
    if trick == "gzip":  # no gzip at all
        return Response(sid.encode(), headers=[("Content-Encoding", "gzip")])
    if trick == "heads":
        odd_fields = [
            ("X-A", f"{sid} {FALSE_MARK}"),
            ("X-Empty", ""),
            ("Cookie", ""),
            ("auth", "1"),
        ]
        return Response(sid.encode(), content_type="image/png", headers=odd_fields, bare=True)
    if trick == "trailers":
        trailers = [("Set-Cookie", "t=trailing-token-0001"), ("X-Sid", sid)]
        return Response(b"trailing-token-0001", framing="chunked", trailers=trailers)
    if trick == "cut":
        packed = gzip.compress(sid.encode() * 50 + bytes(range(256)) * 20)
        coded = [("Content-Encoding", "gzip")]
        return Response(packed, cut_after=len(packed) - 60, headers=coded)
    return Response(b"", 404)


@pytest.mark.parametrize("flavour", ["http", "h2"])
def test_odd_exchanges_are_redacted_and_verify(site: Site, tmp_path: Path, flavour: str) -> None:
    values = (THREAT, "Iknowwhere", *OUR_WORDS)
    words = [("Set-Cookie", f"c{n}={value}") for n, value in enumerate(values)]
    site.routes.serve("/odd-page", lambda: html(PAGE, headers=list(words)))
    site.routes.under("/odd/")(odd)
    done = preserved(site.origin("main", flavour) + "/odd-page", settings(tmp_path))
    assert done.report["verdict"] == "PROVED"
    trailing = ("trailing-token-0001",) if flavour == "http" else ()  # h2: no part of the archive
    assert found_in(done.bag, (*members.SECRETS[:2], *trailing)) == []
    record = json.loads((done.bag / "data" / "capture.json").read_text("utf-8"))
    assert record["redaction"]["withheld_bodies"] == 1
    text = (done.bag / "data" / "text.txt").read_text("utf-8")
    assert f"{THREAT}. Iknowwhere." in text, "a page cannot have its words taken out"
    assert record["page"]["title"] == FALSE_MARK


@pytest.mark.parametrize(
    "path",
    ["/everything", "/everything/headers", "/hostile/broken-chunks", "/hostile/huge-headers"],
)
def test_pages_that_try_everything_verify(site: Site, tmp_path: Path, path: str) -> None:
    done = preserved(site.url(path), settings(tmp_path, time_limit_s=30))
    assert done.report["verdict"] == "PROVED"
    assert found_in(done.bag, members.SECRETS[:2]) == []
    site.errors.clear()


def test_more_secrets_than_can_be_searched_for_leave_nothing(site: Site, tmp_path: Path) -> None:
    tokens = "".join(f'{{"access_token": "token-{n:06}"}}' for n in range(2_100))
    site.routes.serve("/many", lambda: html(f"<!doctype html><p>{tokens}"))
    chosen = settings(tmp_path)
    with pytest.raises(RedactionFailed, match="more than 2000"):
        preserved(site.url("/many"), chosen)
    assert list(chosen.into.iterdir()) == []


def test_a_secret_that_is_overlooked_leaves_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is read again: a fault of ours must not become a leak."""
    monkeypatch.setattr("capture.session.redaction.Redactor.text", lambda self, text: text)
    monkeypatch.setattr("capture.files.redact_visit", lambda visit, redactor: None)
    chosen = settings(tmp_path)
    with pytest.raises(RedactionFailed, match="would have stood in"):
        preserved(site.url("/members/"), chosen)
    assert list(chosen.into.iterdir()) == []
