"""The other verifiers, each called as its documentation says; the answer is what it exits with.

Each returns whether it accepts the input. `authsign` verifies the signature of a WACZ for `wacz
validate`; its trusted roots are made up here, as those of a real signer would need its key.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import io
import json
import logging
import subprocess
import sys
import tempfile
import threading
from contextlib import redirect_stdout
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import rfc3161_client
from authsign import crypto
from authsign.verifier import Verifier
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from tests.support.tamper import bag
from tests.support.tamper.material import DIGEST, PACKAGE, Package
from tests.support.tamper.timestamps import VALID
from tests.verify import tokenmaker as tm
from verify.timestamps.tokens import parse_request, parse_response

_BIN = Path(sys.executable).parent


def accepts(*command: str | Path) -> bool:
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    return done.returncode == 0


def _in_file(data: bytes, name: str, *command: str | Path, flags: tuple[str, ...] = ()) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return accepts(*command, path, *flags)


def warcio_check(warc: bytes) -> bool:
    return _in_file(warc, "data.warc.gz", _BIN / "warcio", "check")


def wacz_validate(wacz: bytes) -> bool:
    return _in_file(wacz, "page.wacz", _BIN / "wacz", "validate", "-f")


def wacz_signed(entries: dict[str, bytes]) -> bool:
    """With the good package's signature pasted into the digest file, verified by authsign."""
    told = json.loads(entries[DIGEST])
    pasted = {**told, "signedData": signature()}
    altered = Package({**entries, DIGEST: json.dumps(pasted).encode()}, [])
    with _Authsign() as url:
        flags = ("--verify-auth", "--verifier-url", url)
        return _in_file(altered.zipped(), "page.wacz", _BIN / "wacz", "validate", "-f", flags=flags)


# A signer as authsign has it: a domain's certificate signs the hash, an authority dates that
@functools.cache
def _signer() -> tuple[tm.Party, tm.Party, tm.Authority]:
    created = _created()
    root = tm.certify("Domain root", authority=True, usages=(), **VALID)
    start, end = created - dt.timedelta(days=1), created + dt.timedelta(days=80)
    domain = tm.certify("signer.example", root, usages=(), start=start, end=end)
    tsa_root = tm.certify("Root", authority=True, usages=(), **VALID)
    return root, domain, tm.Authority(tsa_root, tsa_root, tm.certify("TSA", tsa_root, **VALID))


def _created() -> dt.datetime:
    return dt.datetime.fromisoformat(json.loads(Package.of(bag.good()).entries[PACKAGE])["created"])


@functools.cache
def signature() -> dict[str, str]:
    """The `signedData` of the good package (WACZ signing specification 0.1.0)."""
    package = Package.of(bag.good())
    root, domain, who = _signer()
    hashed = json.loads(package.entries[DIGEST])["hash"]
    signed = crypto.sign(hashed, domain.key)
    time = f"{_created() + dt.timedelta(seconds=5):%Y%m%d%H%M%SZ}"
    text = signed.encode("ascii")
    reply = tm.good_response(text, who, content=tm.info(text, time=time, nonce=None))
    return {
        "hash": hashed,
        "created": json.loads(package.entries[PACKAGE])["created"],
        "signature": signed,
        "domain": "signer.example",
        "domainCert": (domain.pem + root.pem).decode(),
        "timeSignature": base64.b64encode(reply).decode(),
        "timestampCert": (who.signer.pem + who.root.pem).decode(),
    }


class _Authsign:
    """authsign's own verification behind an address, as its server offers it."""

    def __enter__(self) -> str:
        logging.disable(logging.CRITICAL)
        root, _, who = _signer()
        fingerprints = [p.certificate.fingerprint(hashes.SHA256()).hex() for p in (root, who.root)]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as roots:
            text = {"domain_cert_roots": fingerprints, "timestamp_cert_roots": fingerprints}
            roots.write(json.dumps(text))
            roots.flush()
            verify = Verifier(roots.name)
        self._server = HTTPServer(("127.0.0.1", 0), _handler(verify))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}/verify"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        logging.disable(logging.NOTSET)


def _handler(verify: Verifier) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                with redirect_stdout(io.StringIO()):
                    verify(json.loads(body))
                status = 200
            except Exception:  # noqa: BLE001 -- whatever it raises is its refusal
                status = 400
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Handler


# Timestamps
def openssl_ts(made: bag.Bag, roots: bytes) -> bool:
    """The token against the statement, and against the stored request, at the token's time."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        files = {p.rpartition("/")[2]: d for p, d in made.files.items() if p.startswith("seal/")}
        for name, data in {**files, "roots.pem": roots}.items():
            (place / name).write_bytes(data)
        stem = next(name for name in files if name.endswith(".tsr")).removesuffix(".tsr")
        rest = [
            *("-in", place / f"{stem}.tsr", "-CAfile", place / "roots.pem"),
            *("-untrusted", place / f"{stem}.chain.pem"),
        ]
        try:
            token = parse_response(files[f"{stem}.tsr"])
            rest += ["-attime", str(int(token.info.time.timestamp()))] if token else []
        except ValueError:
            pass  # then at the time of today, at which these certificates are valid too
        ts = ("openssl", "ts", "-verify")
        return accepts(*ts, "-data", place / "statement.json", *rest) and accepts(
            *ts, "-queryfile", place / f"{stem}.tsq", *rest
        )


def rfc3161(made: bag.Bag, roots: bytes) -> bool:
    """rfc3161-client, with the stored request's nonce, and the roots that are trusted.

    It wants a token's certificates in the order of DER, which few authorities keep; no signature
    covers their order, so it is given them so.
    """
    files = {p.rpartition(".")[2]: d for p, d in made.files.items() if "/timestamps/" in p}
    try:
        reply = rfc3161_client.decode_timestamp_response(_ordered(files["tsr"], files["pem"]))
        builder = rfc3161_client.VerifierBuilder()
        for certificate in x509.load_pem_x509_certificates(roots):
            builder = builder.add_root_certificate(certificate)
        builder = builder.nonce(_nonce(files["tsq"]))
        return builder.build().verify_message(reply, made.statement)
    except (ValueError, rfc3161_client.VerificationError):
        return False


def _ordered(reply: bytes, chain: bytes) -> bytes:
    certificates = x509.load_pem_x509_certificates(chain)
    encoded = [x.public_bytes(serialization.Encoding.DER) for x in certificates]
    return reply.replace(b"".join(encoded), b"".join(sorted(encoded)), 1)


def _nonce(query: bytes) -> int:
    return parse_request(query).nonce or 0
