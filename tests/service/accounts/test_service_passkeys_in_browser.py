"""Passkeys in a real Chromium with a virtual authenticator, under the service's real headers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from capture.browser.find import find_chromium
from tests.support.people import PASSWORD
from tests.support.web_process import WebProcess, web_process

_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    """A web server with nobody in it."""
    with web_process(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The real browser."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        running = playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox"])
        yield running
        running.close()


class Visitor:
    """Somebody at a browser whose device keeps passkeys."""

    def __init__(self, service: WebProcess, chromium: Browser, email: str) -> None:
        self.service, self.email = service, email
        service.holdfast("user", "create", email, "--password-stdin", typed=f"{PASSWORD}\n")
        self.page: Page = chromium.new_context().new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.devtools = self.page.context.new_cdp_session(self.page)
        self.devtools.send("WebAuthn.enable", {"enableUI": False})
        self.device = self.add_device()

    def add_device(self) -> str:
        added = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
        return str(added["authenticatorId"])

    def go(self, path: str) -> None:
        self.page.goto(self.service.origin + path)

    def at(self, path: str) -> None:
        """Wait until the browser is there."""
        self.page.wait_for_url(self.service.origin + path)

    def sign_in(self) -> None:
        self.go("/accounts/login/")
        self.page.fill("#id_login", self.email)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("button:text-is('Sign in')")

    def add_passkey(self, *, alone: bool) -> list[str]:
        """Add one after signing in; the recovery codes that come with the first."""
        self.go("/accounts/2fa/webauthn/add/")
        if self.page.locator("#id_password").count():
            self.page.fill("#id_password", PASSWORD)
            self.page.click("button:text-is('Go on')")
        self.page.fill("#id_name", "My telephone")
        self.page.set_checked("#id_passwordless", alone)
        self.page.click("#passkey_add")
        self.at("/accounts/2fa/recovery-codes/")
        return re.findall(r"\b\d{8}\b", self.page.inner_text("pre"))

    def sign_out(self) -> None:
        self.page.context.clear_cookies()

    @property
    def is_in(self) -> bool:
        self.go("/account/")
        return self.page.locator("h1:text-is('Your account')").count() == 1


@pytest.fixture
def visitor(
    service: WebProcess, chromium: Browser, request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    """A new account for each test; in the end the console had nothing to say."""
    name = re.sub(r"\W", "-", request.node.name).strip("-")
    made = Visitor(service, chromium, f"{name[-60:]}@example.org")
    yield made
    made.page.context.close()
    assert made.said == []


def test_a_passkey_signs_in_alone(visitor: Visitor) -> None:
    visitor.sign_in()
    assert len(visitor.add_passkey(alone=True)) == 10
    visitor.go("/account/")
    assert "signs in alone" in visitor.page.inner_text("main")
    visitor.sign_out()
    visitor.go("/accounts/login/?next=/account/tokens/")
    visitor.page.click("#passkey_login")
    visitor.at("/account/tokens/")


def test_a_security_key_is_the_second_step(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.add_passkey(alone=False)
    visitor.sign_out()
    visitor.sign_in()
    visitor.at("/accounts/2fa/authenticate/")
    assert not visitor.is_in
    visitor.go("/accounts/2fa/authenticate/")
    visitor.page.click("#passkey_use")
    visitor.at("/")


def test_a_passkey_shows_again_that_it_is_oneself(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.add_passkey(alone=True)
    visitor.sign_out()
    visitor.go("/accounts/login/")
    visitor.page.click("#passkey_login")
    visitor.at("/")
    visitor.go("/accounts/2fa/totp/activate/")
    visitor.page.click("a:has-text('A passkey or security key')")
    visitor.page.click("#passkey_use")
    visitor.at("/accounts/2fa/totp/activate/")
    assert visitor.page.locator("img[alt^='The secret']").evaluate("each => each.naturalWidth") > 0


def test_another_device_does_not_get_in(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.add_passkey(alone=True)
    visitor.sign_out()
    visitor.devtools.send(
        "WebAuthn.removeVirtualAuthenticator", {"authenticatorId": visitor.device}
    )
    visitor.add_device()
    visitor.go("/accounts/login/")
    visitor.page.click("#passkey_login")
    visitor.page.locator("[data-passkey-failed]").wait_for()
    assert "That did not work" in visitor.page.inner_text("[data-passkey-failed]")
    assert not visitor.is_in


def test_a_removed_passkey_does_not_get_in(visitor: Visitor) -> None:
    visitor.sign_in()
    visitor.add_passkey(alone=True)
    visitor.go("/account/")
    visitor.page.click("a:has-text('Remove')")
    visitor.page.click("button:text-is('Remove it')")
    visitor.at("/account/")
    visitor.sign_out()
    visitor.go("/accounts/login/")
    visitor.page.click("#passkey_login")
    visitor.page.locator(".notice.error:visible").wait_for()
    assert not visitor.is_in


def _ask_options(attacker: OpenerDirector, origin: str) -> dict[str, object]:
    request = Request(
        f"{origin}/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}
    )
    with attacker.open(request) as answer:
        told: dict[str, object] = json.load(answer)["request_options"]["publicKey"]
    return told


_SIGN = """
async (options) => {
  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=/g, "");
  const made = await navigator.credentials.get({
    publicKey: {...options, challenge: bytes(options.challenge), allowCredentials: []}});
  return {type: made.type, id: made.id, rawId: text(made.rawId), clientExtensionResults: {},
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      authenticatorData: text(made.response.authenticatorData),
      signature: text(made.response.signature),
      userHandle: text(made.response.userHandle)}};
}
"""


@pytest.mark.parametrize("where", ["elsewhere", "here"])
def test_an_answer_that_another_origin_got_opens_nothing(visitor: Visitor, where: str) -> None:
    """A page at another port of this machine has the person's device sign a challenge that an
    attacker was given. The same from our own page opens the account: the attack is sound."""
    origin = visitor.service.origin
    visitor.sign_in()
    visitor.add_passkey(alone=True)
    jar = CookieJar()
    attacker = build_opener(HTTPCookieProcessor(jar))
    attacker.open(f"{origin}/accounts/login/").read()
    options = _ask_options(attacker, origin)
    page = "http://localhost:1/" if where == "elsewhere" else f"{origin}/accounts/login/"
    visitor.page.route("http://localhost:1/**", lambda route: route.fulfill(body="<h1>Win!</h1>"))
    visitor.page.goto(page)
    credential = visitor.page.evaluate(_SIGN, options)
    told = {
        "credential": json.dumps(credential),
        "csrfmiddlewaretoken": next(each.value for each in jar if each.name == "csrf"),
    }
    attacker.open(f"{origin}/accounts/2fa/webauthn/login/", urlencode(told).encode()).read()
    with attacker.open(f"{origin}/account/") as answer:
        assert (visitor.email in answer.read().decode()) == (where == "here")
    visitor.said.clear()  # the picture of the other page's tab


def test_no_password_or_code_is_logged(visitor: Visitor) -> None:
    visitor.sign_in()
    codes = visitor.add_passkey(alone=True)
    log = visitor.service.log.read_text("utf-8")
    for secret in (PASSWORD, PASSWORD.replace(" ", "+"), *codes):
        assert secret not in log


def test_no_link_is_logged(service: WebProcess, visitor: Visitor) -> None:
    link = service.holdfast("user", "link", visitor.email).strip()
    secret = "A-_" * 14 + "x"
    visitor.page.goto(link)
    assert "Set your password" in visitor.page.inner_text("h1")
    for path in (f"/s/{secret}/", f"/s/{secret}/evidence.zip", f"/s/{secret}x/"):
        visitor.page.goto(service.origin + path)
    log = service.log.read_text("utf-8")
    assert "s/(?P<secret>" in log  # the route was logged
    assert secret not in log
    assert link.rstrip("/").rpartition("-")[2] not in log
    visitor.said.clear()  # the browser's own words about 404


def test_the_policy_allows_nothing_inline(service: WebProcess) -> None:
    with build_opener().open(f"{service.origin}/accounts/login/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
