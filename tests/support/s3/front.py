"""What every request to the simulated store passes: what moto lacks, and faults that were ordered.

The rules are Amazon's: "Checking object integrity", "Conditional requests" and "Locking objects
with Object Lock" in the S3 user guide.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from tests.support.s3.faults import Fault, Kind

Environ = dict[str, Any]
Respond = Callable[..., Any]
Application = Callable[[Environ, Respond], Iterable[bytes]]

ORDERS = "/-/faults"
_LOCK = ("HTTP_X_AMZ_OBJECT_LOCK_MODE", "HTTP_X_AMZ_OBJECT_LOCK_RETAIN_UNTIL_DATE")
_FORGOTTEN: dict[Kind | None, tuple[str, ...]] = {
    Kind.OVERWRITE: ("HTTP_IF_NONE_MATCH",),
    Kind.WHOLE: ("HTTP_RANGE",),
    Kind.UNLOCKED: _LOCK,
}
_SECONDS_OF_SILENCE = 60


class Front:
    """A WSGI application before moto's. One request at a time, as if each were atomic."""

    def __init__(self, moto: Application) -> None:
        self._moto = moto
        self._one_at_a_time = threading.Lock()
        self._faults: list[Fault] = []
        self._locks: dict[str, tuple[str, str]] = {}

    def __call__(self, environ: Environ, respond: Respond) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if environ["PATH_INFO"] == ORDERS:
            orders = json.loads(body)
            self._faults = [Fault(**{**each, "kind": Kind(each["kind"])}) for each in orders]
            return _say(respond, "200 OK", b"")
        fault = self._fault(environ)
        if fault and fault.kind is Kind.HANG:
            threading.Event().wait(_SECONDS_OF_SILENCE)
        with self._one_at_a_time:
            return self._answer(environ, respond, body, fault)

    def _fault(self, environ: Environ) -> Fault | None:
        for index, fault in enumerate(self._faults):
            if fault.method == environ["REQUEST_METHOD"] and fault.query in environ["QUERY_STRING"]:
                rest = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self._faults[index : index + 1] = rest
                return fault
        return None

    def _answer(
        self, environ: Environ, respond: Respond, body: bytes, fault: Fault | None
    ) -> Iterable[bytes]:
        kind = fault.kind if fault else None
        if fault and kind is Kind.REFUSE:
            return _refuse(respond, fault.status, fault.code)
        if kind in {Kind.DAMAGE, Kind.DAMAGE_UNSEEN}:
            body = bytes([body[0] ^ 1]) + body[1:]
            environ["wsgi.input"] = io.BytesIO(body)
        for name in _FORGOTTEN.get(kind, ()):
            environ.pop(name, None)
        if kind is not Kind.DAMAGE_UNSEEN and not _is_what_its_checksum_says(environ, body):
            return _refuse(respond, 400, "BadDigest")
        if self._joins_parts_of_what_is_there(environ):
            return _refuse(respond, 412, "PreconditionFailed")
        status, headers, content = self._ask(environ)
        self._lock_what_came_in_parts(environ, status, content)
        if kind is Kind.CUT:
            content = content[: len(content) // 2]  # the headers still promise all of it
        respond(status, headers)
        return [content]

    def _joins_parts_of_what_is_there(self, environ: Environ) -> bool:
        """moto knows If-None-Match only of uploads in one request."""
        if environ["REQUEST_METHOD"] != "POST" or "HTTP_IF_NONE_MATCH" not in environ:
            return False
        head = {**environ, "REQUEST_METHOD": "HEAD", "QUERY_STRING": "", "CONTENT_LENGTH": "0"}
        del head["HTTP_IF_NONE_MATCH"]
        return self._ask({**head, "wsgi.input": io.BytesIO()})[0].startswith("200")

    def _lock_what_came_in_parts(self, environ: Environ, status: str, content: bytes) -> None:
        """moto knows object locks only of uploads in one request."""
        if environ["REQUEST_METHOD"] != "POST" or not status.startswith("200"):
            return
        if _LOCK[0] in environ:
            upload = content.partition(b"<UploadId>")[2].partition(b"</UploadId>")[0].decode()
            self._locks[upload] = (environ[_LOCK[0]], environ[_LOCK[1]])
        (upload,) = parse_qs(environ["QUERY_STRING"]).get("uploadId", [""])
        if upload in self._locks:
            mode, until = self._locks.pop(upload)
            date = f"<RetainUntilDate>{until}</RetainUntilDate>"
            body = f"<Retention><Mode>{mode}</Mode>{date}</Retention>".encode()
            put = {
                **environ,
                "REQUEST_METHOD": "PUT",
                "QUERY_STRING": "retention",
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM": "SHA256",
                "wsgi.input": io.BytesIO(body),
            }
            assert self._ask(put)[0].startswith("200")

    def _ask(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
        """moto's own answer."""
        said: list[Any] = []
        pieces = self._moto(dict(environ), lambda *answer: said.extend(answer))
        content = b"".join(pieces)
        return said[0], said[1], content


def _is_what_its_checksum_says(environ: Environ, body: bytes) -> bool:
    """moto repeats a checksum without computing it."""
    told = environ.get("HTTP_X_AMZ_CHECKSUM_SHA256")
    return told in {None, base64.b64encode(hashlib.sha256(body).digest()).decode()}


def _refuse(respond: Respond, status: int, code: str) -> Iterable[bytes]:
    error = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>told so</Message></Error>'
    return _say(respond, f"{status} Refused", error.encode())


def _say(respond: Respond, status: str, content: bytes) -> Iterable[bytes]:
    respond(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(content)))])
    return [content]
