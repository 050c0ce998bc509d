"""The second opinion of the `openssl` program, where there is one on the PATH.

It is given copies of the bytes under names of ours, in a temporary directory that is removed
again, without a shell and with a time limit. Its `ts -verify` is asked as of the token's own time.
"""

import datetime as dt
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path

from verify import programs
from verify.arithmetic import pem
from verify.limits import OPINION_SECONDS
from verify.opinions.panel import Answer, Reply, Signature, Stamp
from verify.quoting import shown

# Words of refusals that are about the program, not the evidence: its build, its policy, and what
# it cannot read at all (such as tokens with certificates of kinds that it does not know).
_ABOUT_ITSELF = (
    *("unsupported", "not supported", "unknown", "disabled"),
    *("fetch", "too weak", "too small", "nested asn1 error"),
)


class OpenSsl:
    """OpenSSL 1.1.1 or later; LibreSSL and others of the name lack options and are not asked."""

    who = "openssl"

    def __init__(self) -> None:
        self._hangs = False  # whether it has once let the time limit pass; then it is left alone

    @cached_property
    def _program(self) -> str | None:
        return programs.find("openssl")

    @cached_property
    def version(self) -> str | None:
        """Return the version as it tells it, or None where there is no such program."""
        if self._program is None:
            return None
        done = self._run(None, "version")
        return done.split("(")[0].strip()[:80] if done else "of an unknown version"

    def signature(self, question: Signature) -> Reply:
        """Ask `openssl pkeyutl -verify`."""
        files = {
            "key.pem": pem.encode(question.key_info, "PUBLIC KEY"),
            "message": question.message,
            "signature": question.signature,
        }
        digest = ("-digest", question.hash_name) if question.hash_name else ()
        output = self._ask(
            files,
            *("pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", *digest),
            *("-in", "message", "-sigfile", "signature"),
        )
        return _reply(output, "Signature Verified Successfully", "Signature Verification Failure")

    def stamp(self, question: Stamp) -> Reply:
        """Ask `openssl ts -verify`."""
        files = {
            "data": question.data,
            "response.tsr": question.response,
            "untrusted.pem": _certificates((question.signer, *question.others)),
            "roots.pem": _certificates(question.roots),
        }
        output = self._ask(
            files,
            *("ts", "-verify", "-data", "data", "-in", "response.tsr", "-CAfile", "roots.pem"),
            *("-untrusted", "untrusted.pem", "-partial_chain"),
            *("-attime", _seconds(question.time)),
        )
        return _reply(output, "Verification: OK", "Verification: FAILED")

    def _ask(self, files: dict[str, bytes], *arguments: str) -> str | None:
        if not (self.version or "").startswith("OpenSSL "):
            return None
        try:
            with tempfile.TemporaryDirectory(prefix="holdfast-verify-") as folder:
                for name, data in files.items():
                    Path(folder, name).write_bytes(data)
                return self._run(folder, *arguments)
        except OSError:  # no room or no right to write: then it cannot be asked
            return None

    def _run(self, folder: str | None, *arguments: str) -> str | None:
        """Return all that it prints, or None where it cannot be run to its end."""
        if self._hangs:
            return None
        try:
            done = subprocess.run(
                [self._program or "openssl", *arguments],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=OPINION_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            self._hangs = True
            return None
        except OSError:
            return None
        return done.stdout.decode("ascii", "replace")


def _reply(output: str | None, accepts: str, refuses: str) -> Reply:
    lines = (output or "").splitlines()
    reason = _reason(lines)
    if accepts in lines:
        return Answer.ACCEPTS, ""
    if refuses in lines and not _is_about_itself(reason):
        return Answer.REFUSES, reason
    return Answer.NONE, reason or "it could not be run, or said nothing clear"


def _is_about_itself(reason: str) -> bool:
    # This one is about the certificate, and clear: it is not for timestamping.
    text = reason.lower().replace("unsupported certificate purpose", "")
    return any(word in text for word in _ABOUT_ITSELF)


def _reason(lines: list[str]) -> str:
    """Return why, in its own words: of `THREAD:error:CODE:library:function:reason:file:line:more`
    the reason and what follows the line number."""
    errors = [line.split(":") for line in lines if ":error:" in line]
    told = [" ".join(filter(None, (fields[5:6] + fields[8:]))) for fields in errors]
    return shown("; ".join(told)) if told else ""


def _certificates(ders: tuple[bytes, ...]) -> bytes:
    return b"".join(pem.encode(der, "CERTIFICATE") for der in ders)


def _seconds(time: dt.datetime) -> str:
    return str(int(time.timestamp()))
