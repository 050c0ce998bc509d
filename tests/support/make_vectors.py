"""`python -m tests.support.make_vectors`: the good bags of tests/vectors/good, one per outcome.

Real captures of the simulated site by the real pipeline, stamped by a real (throw-away) timestamp
authority. The pages are tiny, so that the bags are. They are sealed with `bagmaker.KEY`, whose
private half is public on purpose: tests must be able to seal again what they have altered.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from capture.assets.store import AssetStore
from capture.browser.chromium import Chromium
from capture.options import CaptureOptions
from capture.session.grant import Grant
from capture.session.session import Cookie, Session
from capture.session.vault import Vault
from capture.target import parse_target
from seal.keys import SigningKey
from tests.support.capturing import LOOPBACK
from tests.support.site import Site
from tests.support.site.messages import Request, Response, html
from tests.support.tsa import TimestampAuthority
from tests.verify import bagmaker
from workers.pipeline import Settings, preserve

GOOD = Path(__file__).parent.parent / "vectors" / "good"
SMALL_BYTES = 150_000
TINY = CaptureOptions(
    allow_networks=LOOPBACK,
    viewport_width_px=200,
    viewport_height_px=200,
    height_limit_px=3_000,
    time_limit_s=8,
    scroll_time_limit_s=2,
    quiet_ms=200,
)
PAGE = (
    "<!doctype html><html lang=en><title>A post</title><p>I know where you live."
    "<script>fetch('/tiny/like?post=1&by=me').then(r => r.text());"
    "fetch('/tiny/send', {method: 'POST', body: 'a=1&b=2'})</script>"
)
SESSION = Session("cookies.txt", (Cookie("sid", "tiny-session-5f1e7a", "127.0.0.1"),))
MEMBERS = (
    "<!doctype html><html lang=en><title>Members</title><p>Only members are told where you live."
    "<script>const sid = 'tiny-session-5f1e7a'; fetch('/tiny/mine?sid=' + sid).then(r => r.text());"
    "fetch('/tiny/send', {method: 'POST', body: sid}).catch(() => 0)"
    "</script>"
)
DRESSED = (
    "<!doctype html><html lang=en><title>A post in a job</title><link rel=stylesheet "
    "href=/tiny/style.css><img src=/tiny/logo.svg alt=logo><p>I know where you live."
)
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>'
_NAMED_OTHERWISE = {"session": "captured", "cached": "captured"}
WALL = "<!doctype html><title>Just a moment</title><p>Verify you are human by completing this."
LOGIN = "<!doctype html><title>Log in</title><p>Log in to continue<input type=password>"


def addresses(site: Site) -> dict[str, str]:
    """Outcome -> the address whose capture has it."""
    return {
        "captured": site.url("/tiny"),
        "session": site.url("/tiny/members"),
        "cached": site.h2_url("/tiny/dressed"),
        "http_error": site.url("/tiny/gone"),
        "login_wall": site.url("/tiny/login"),
        "bot_wall": site.url("/tiny/robots"),
        "download": site.url("/tiny/file"),
        "no_content": site.url("/everything/status/204"),
        "tls_untrusted": site.h2_url("/tiny"),
        "tls_failed": site.garbage_url("/", scheme="https"),
        "name_not_found": "http://nobody.invalid/",
        "connection_refused": site.refused_url("/"),
        "connection_failed": site.reset_url("/"),
        "address_refused": site.internal_url("/"),
        "redirect_loop": site.url("/hostile/redirect-loop"),
        "timed_out": site.silent_url("/"),
        "crashed": site.url("/hostile/deep-dom"),
    }


def serve_tiny_pages(site: Site) -> None:
    """Add the pages, which are as small as pages can be."""
    quiet = [("Content-Disposition", 'attachment; filename="list.txt"')]

    async def page(request: Request) -> Response:
        return html(PAGE)

    site.routes.at("/tiny")(page)
    site.routes.serve("/tiny/like", lambda: Response(b"1", content_type="text/plain"))
    site.routes.serve("/tiny/send", lambda: Response(b"2", content_type="text/plain"))
    cookie = [("Set-Cookie", "next=issued-0c9d2b77e1; Path=/")]
    site.routes.serve("/tiny/members", lambda: html(MEMBERS, headers=list(cookie)))
    site.routes.serve("/tiny/mine", lambda: Response(b"tiny-session-5f1e7a, issued-0c9d2b77e1"))
    kept = [("Cache-Control", "max-age=3600")]
    site.routes.serve("/tiny/dressed", lambda: html(DRESSED))
    site.routes.serve(
        "/tiny/style.css", lambda: Response(b"p{color:red}", 200, "text/css", list(kept))
    )
    site.routes.serve("/tiny/logo.svg", lambda: Response(LOGO, 200, "image/svg+xml", list(kept)))
    site.routes.serve("/tiny/gone", lambda: html("<!doctype html><title>Gone</title>gone", 410))
    site.routes.serve("/tiny/login", lambda: html(LOGIN))
    site.routes.serve("/tiny/robots", lambda: html(WALL))
    site.routes.serve("/tiny/file", lambda: Response(b"a\n", 200, "text/plain", quiet))


async def make(into: Path, only: list[str]) -> list[str]:
    """Make the bags named, or all; return what came out otherwise than it should."""
    wrong = []
    with Site() as site, TimestampAuthority() as tsa, tempfile.TemporaryDirectory() as work:
        serve_tiny_pages(site)
        async with Chromium() as chromium:
            for outcome, url in addresses(site).items():
                if only and outcome not in only:
                    continue
                options = TINY
                if outcome == "address_refused":
                    options = replace(TINY, allow_networks=())
                if outcome == "session":
                    options = replace(TINY, session=Grant(SESSION, Vault(Path(work) / "vault")))
                evidence = Path(work) / outcome
                evidence.mkdir()
                settings = Settings(evidence, SigningKey(bagmaker.KEY), options, (tsa.url,))
                store = AssetStore() if outcome == "cached" else None
                if store is not None:
                    os.environ["SSL_CERT_FILE"] = str(site.ca_pem)
                    await preserve(chromium, parse_target(url), settings, store=store)
                done = await preserve(chromium, parse_target(url), settings, store=store)
                os.environ.pop("SSL_CERT_FILE", None)
                found = done.captured.outcome.value
                sys.stdout.write(f"{outcome}: {found} {done.bag.name}\n")
                if found != _NAMED_OTHERWISE.get(outcome, outcome):
                    wrong.append(outcome)
                    continue
                _keep(done.bag, into / outcome)
                key = bagmaker.pem(bagmaker.spki(bagmaker.KEY))
                (into / outcome / "trust.pem").write_bytes(key + tsa.root_pem.read_bytes())
    return wrong


def _keep(bag: Path, folder: Path) -> None:
    """Keep a small bag as a directory, and one with the browser's large error page as its zip."""
    shutil.rmtree(folder, ignore_errors=True)
    files = {str(x.relative_to(bag)): x.read_bytes() for x in bag.rglob("*") if x.is_file()}
    if sum(map(len, files.values())) < SMALL_BYTES:
        shutil.copytree(bag, folder / bag.name)
        return
    folder.mkdir(parents=True)
    (folder / f"{bag.name}.zip").write_bytes(bagmaker.zipped(files, root=bag.name))


def main() -> int:
    """Make the bags; 1 where a capture had another outcome than it should."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.make_vectors")
    parser.add_argument("--into", type=Path, default=GOOD)
    parser.add_argument("outcome", nargs="*", help="only these")
    options = parser.parse_args()
    return 1 if asyncio.run(make(options.into, options.outcome)) else 0


if __name__ == "__main__":
    sys.exit(main())
