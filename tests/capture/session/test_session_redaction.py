"""Taking secrets out, piece by piece: spellings, heads, bodies, MHTML."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode, urlsafe_b64encode
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from urllib.parse import quote

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from capture.errors import RedactionFailed
from capture.session import bodies, harvest, mhtml
from capture.session.commitment import COMMITMENT, commitment
from capture.session.redaction import Redactor, of_trailers
from capture.session.session import Cookie, Session, Stored
from capture.wire.exchange import Exchange, Message, WebSocketMessage
from capture.wire.http1 import header_fields
from tests.support.secrets import spellings

SECRET = "s3/cr+t=of~you?"
REDACTOR = Redactor([SECRET.encode()])
MARK = commitment(REDACTOR.key, SECRET.encode())


def message(head: bytes, body: bytes = b"", entity: bytes | None = None) -> Message:
    return Message(head, header_fields(head), body, body if entity is None else entity, 1, 2)


@given(st.text(min_size=8, max_size=40), st.binary(max_size=20), st.binary(max_size=20))
def test_every_spelling_of_any_value_goes(value: str, before: bytes, after: bytes) -> None:
    redactor = Redactor([value.encode()])
    for how, spelled in spellings(value).items():
        data = before + b" " + spelled + b" " + after
        assert redactor.holds(data), how
        done = redactor.redact(data)
        assert spelled not in done, how
        assert COMMITMENT.search(done), how


@given(st.text(alphabet=SECRET, max_size=40))
def test_what_is_not_the_secret_stays(text: str) -> None:
    data = text.encode()
    if not REDACTOR.holds(data):
        assert REDACTOR.redact(data) == data


MIXED = [
    SECRET.replace("/", "%2f").replace("+", "%2B"),
    quote(quote(SECRET, safe=""), safe=""),
    SECRET.replace("/", "\\/").replace("+", "\\u002B").replace("=", "\\x3d"),
    SECRET.replace("=", "&#61;").replace("+", "&#x2B;").replace("?", "&#063;"),
    json.dumps(json.dumps({"a": SECRET}))[1:-1].replace("/", "\\\\/"),
    SECRET.upper().lower(),
    SECRET.replace("=", "=3D").replace("~", "=7E"),
]


@pytest.mark.parametrize("spelled", MIXED)
def test_mixtures_of_spellings(spelled: str) -> None:
    assert REDACTOR.redact(f"a {spelled} b".encode()).startswith((b"a HOLD", b'{\\"a', b"a {"))
    assert not REDACTOR.holds(REDACTOR.redact(spelled.encode()))
    assert MARK in REDACTOR.redact(spelled.encode())


def test_a_commitment_is_an_hmac_of_the_value_under_a_key_of_its_own() -> None:
    assert COMMITMENT.fullmatch(MARK)
    assert REDACTOR.redact(SECRET.encode()) == MARK
    assert Redactor([SECRET.encode()]).redact(SECRET.encode()) != MARK


def test_base64_leaves_no_bits_at_the_ends() -> None:
    for encode in (b64encode, urlsafe_b64encode):
        for before in range(3):
            for after in range(3):
                rests = set()
                for value in (SECRET.encode(), b"Zq9-kd_83.ab~Wx"):
                    coded = encode(b"x" * before + value + b"y" * after)
                    rests.add(COMMITMENT.sub(b"", Redactor([value]).redact(b"'" + coded + b"'")))
                assert len(rests) == 1, rests  # what is left says nothing about the value


def test_values_inside_others_and_many_values() -> None:
    redactor = Redactor([b"long-secret-value", b"secret-value"])
    done = redactor.redact(b"long-secret-value secret-value")
    assert done == b" ".join(commitment(redactor.key, v) for v in redactor.values)
    with pytest.raises(RedactionFailed, match="more than"):
        Redactor([f"value-{n:06}".encode() for n in range(3_000)])


def test_fields_that_bear_secrets_are_replaced_whatever_they_hold() -> None:
    head = (
        b"GET /a?b HTTP/1.1\r\nHost: a\r\nCookie: a=b;\r\n c=d\r\nx-csrf-token :\tz\r\n"
        b"X-Other: fold\r\n " + SECRET.encode() + b"\r\nX-Same: 1\r\n  2\r\n\r\n"
    )
    done = REDACTOR.head(head)
    cookie, token = commitment(REDACTOR.key, b"a=b; c=d"), commitment(REDACTOR.key, b"z")
    assert done == (
        b"GET /a?b HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + b"\r\nx-csrf-token : " + token
        + b"\r\nX-Other: fold " + MARK + b"\r\nX-Same: 1\r\n  2\r\n\r\n"
    )  # fmt: skip
    assert REDACTOR.head(b"HTTP/1.1 200 OK\nServer: x\n\n") == b"HTTP/1.1 200 OK\nServer: x\n\n"


CODINGS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("coding", CODINGS)
def test_coded_bodies(coding: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nETag: 1\r\n\r\n".encode()
    plain = b'{"a": "' + SECRET.encode() + b'"}'
    done = REDACTOR.message(message(head, CODINGS[coding](plain)))
    body = b'{"a": "' + MARK + b'"}'
    assert done.body == done.entity == body
    assert (
        done.head == f"HTTP/1.1 200 OK\r\nETag: 1\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    )
    assert done.redacted == ("body",)
    clean = message(head, CODINGS[coding](b"nothing"))
    assert REDACTOR.message(clean) == clean


def test_codings_over_codings_and_empty_ones() -> None:
    body = brotli.compress(gzip.compress(SECRET.encode()))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: br, identity\r\n\r\n"
    assert REDACTOR.message(message(head, body)).body == MARK
    assert REDACTOR.message(message(head)).body == b""


def test_what_cannot_be_decoded_is_withheld() -> None:
    redactor = Redactor([SECRET.encode()])
    for coding in ("compress", "gzip", "br", "zstd", "gzip, secret"):
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\n\r\n".encode()
        done = redactor.message(message(head, b"no such coding"))
        assert done.body == commitment(redactor.key, b"no such coding")
    assert redactor.withheld == 5


@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_that_expands_without_end_is_withheld(coding: str, monkeypatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", 1 << 20)
    packed = CODINGS[coding](bytes(3 << 20))
    with pytest.raises(bodies.NotReadable):
        bodies.decoded(packed, coding)
    assert bodies.decoded(CODINGS[coding](bytes(1000)), coding) == bytes(1000)


def test_what_came_of_a_cut_body_is_searched() -> None:
    packed = gzip.compress(SECRET.encode() + bytes(range(256)) * 50)[:-30]
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    assert MARK in REDACTOR.message(message(head, packed)).body


def test_a_secret_in_the_framing_goes_with_the_framing() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"2;x=" + SECRET.encode() + b"\r\nhi\r\n0\r\nSet-Cookie: a=another-token-1\r\n\r\n"
    chunked = message(head, body, b"hi")
    done = REDACTOR.message(chunked)
    assert (done.head, done.body) == (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"hi")
    assert list(of_trailers(chunked)) == [b"another-token-1"]


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_message_can_be_redacted(head: bytes, body: bytes) -> None:
    whole = b"HTTP/1.1 200 OK\r\n" + head.replace(b"\n", b"") + b"\r\n\r\n"
    done = REDACTOR.message(message(whole, body + SECRET.encode()))
    assert not REDACTOR.holds(done.head)
    assert not REDACTOR.holds(done.body)


def test_mhtml_is_redacted_part_by_part() -> None:
    file = MIMEMultipart("related")
    file["Subject"] = f"=?utf-8?B?{b64encode(SECRET.encode()).decode()}?="
    long = "x" * 60 + SECRET + "y"
    for coding in ("quoted-printable", "base64", "8bit"):
        part = MIMEText("", "html", "utf-8")
        del part["Content-Transfer-Encoding"]
        part["Content-Transfer-Encoding"] = coding
        part["Content-Location"] = f"https://a.test/?{quote(SECRET, safe='')}"
        data = long.encode()
        if coding == "base64":
            data = b64encode(data)
        if coding == "quoted-printable":
            data = b"x" * 60 + b"s3/cr+t=3Do=\r\nf~you?"
        part.set_payload(data.decode("latin-1"))
        file.attach(part)
    data = file.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert mhtml.holds(data, REDACTOR)
    done = mhtml.redacted(data, REDACTOR)
    assert done is not None
    assert not mhtml.holds(done, REDACTOR)
    assert done.count(b"https://a.test/?" + MARK) == 3
    assert mhtml.redacted(b"no MHTML at all", REDACTOR) is None


def test_which_values_are_secrets() -> None:
    session = Session(
        "storage state",
        (
            Cookie("a", "en_GB", "a.test"),
            Cookie("b", '"quoted%2Fvalue1"', "a.test"),
            Cookie("c", "accepted", "a.test"),
            Cookie("d", "12345678", "a.test"),
        ),
        (
            Stored(
                "https://a.test", "s", json.dumps({"t": ["stored-token-0123", "two words here 1"]})
            ),
        ),
    )
    found = harvest.of_session(session)
    assert {b"quoted%2Fvalue1", b"quoted/value1", b"stored-token-0123", b"12345678"} <= found
    assert not {b"en_GB", b"accepted"} & found
    assert b"two words here 1" not in found


ISSUED = {
    b"Set-Cookie: a=0123456789a; Path=/\r\n": {b"0123456789a"},
    b"Set-Cookie: a=1732212345\r\n": set(),
    b"Set-Cookie: a=accepted\r\n": set(),
    b"Set-Cookie: a=https%3A%2F%2Fa.test%2Fposts%2F1\r\n": set(),
    b"Set-Cookie: a=I know where you live\r\n": set(),
    b"Set-Cookie: a=harmless; b\r\n": set(),
    b"Set-Cookie: a=HOLDFAST-REDACTED-\r\n": set(),
    b"Cookie: a=1; b=token-0001; c=token-0002\r\n": {b"token-0001", b"token-0002"},
    b"Authorization: Bearer abc.def.0123\r\n": {b"abc.def.0123"},
    b"Content-Type: text/html-0123456789\r\n": set(),
}


@pytest.mark.parametrize("field", ISSUED)
def test_what_heads_issue(field: bytes) -> None:
    assert set(harvest.of_head(header_fields(b"x\r\n" + field + b"\r\n"))) >= ISSUED[field]
    assert bool(list(harvest.of_head(header_fields(b"x\r\n" + field + b"\r\n")))) == bool(
        ISSUED[field]
    )


TEXTS = {
    b"/a?access_token=abcdef0123&x=notatoken1234567890": {b"abcdef0123"},
    b"csrf_token=abcdef0123&text=hello": {b"abcdef0123"},
    b'{"access_token": "abc\\/def0123", "text": "something-else-0123"}': {b"abc/def0123"},
    b'"{\\"csrfToken\\": \\"abcdef0123\\"}"': {b"abcdef0123"},
    b'<input type=hidden name="authenticity_token" value="abcdef0123">': {b"abcdef0123"},
    b"<meta content='abcdef0123' name='csrf-token'>": {b"abcdef0123"},
    b'<input name="q" value="abcdef0123">': set(),
    b'{"token": "I know where you live"}': set(),
}


@pytest.mark.parametrize("text", TEXTS)
def test_what_texts_issue(text: bytes) -> None:
    assert set(harvest.of_text(text)) == TEXTS[text]


def test_a_whole_exchange() -> None:
    head = b"GET /?q=" + SECRET.encode() + b" HTTP/1.1\r\nCookie: a\r\n\r\n"
    url = f"https://a.test/?q={SECRET}"
    answer = message(b"HTTP/1.1 101 x\r\n\r\n")
    exchange = Exchange(1, url, "GET", "http/1.1", message(head), answer)
    hint = b"HTTP/1.1 103 x\r\nLink: " + SECRET.encode() + b"\r\nSet-Cookie: b\r\n\r\n"
    exchange.interim = [hint]
    exchange.websocket = [WebSocketMessage(1, "page", "text", b"my " + SECRET.encode())]
    done = REDACTOR.exchange(exchange)
    assert done.url == f"https://a.test/?q={MARK.decode()}"
    assert done.request.redacted == ("head",)
    assert done.interim[0].count(b"HOLDFAST-REDACTED-") == 2
    assert done.websocket == [WebSocketMessage(1, "page", "text", b"my " + MARK)]
    assert exchange.url == url, "what was read stays as it is"
