"""Throw-away keys and certificates: a root, an issuing authority, and timestamping certificates.

All come from the `openssl` command. They are made once in a process and shared, since keys are
the slow part; the directory goes when the process ends.
"""

import atexit
import functools
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Literal

KeyKind = Literal["ec", "rsa"]

_NEW_KEY = {
    "ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "rsa": ["-newkey", "rsa:2048"],
}
_AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
_LEAF = "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\n"
_SIGNS = "keyUsage=critical,digitalSignature\n"
_STAMPS = "extendedKeyUsage=critical,timeStamping\n"

# Certificates for the stamping key: the right one, and each wrong in the way of its name. All
# have the same issuer and serial number, so that one can be put in another's place.
_LEAVES = {
    "tsa": _LEAF + _SIGNS + _STAMPS,
    "substitute": _LEAF + _STAMPS,
    "usage-absent": _LEAF + _SIGNS,
    "usage-not-critical": _LEAF + _SIGNS + "extendedKeyUsage=timeStamping\n",
    "usage-not-alone": _LEAF + _SIGNS + "extendedKeyUsage=critical,timeStamping,codeSigning\n",
    "usage-other": _LEAF + _SIGNS + "extendedKeyUsage=critical,codeSigning\n",
    "key-may-encipher": _LEAF + "keyUsage=critical,digitalSignature,keyEncipherment\n" + _STAMPS,
}


def openssl(*arguments: str | Path, cwd: Path | None = None) -> None:
    """Run an `openssl` command; a failure shows what it wrote."""
    command = ["openssl", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}")


class Identity:
    """The certificates and the key of an authority, as PEM files in a directory.

    With `lists_url` they name where their revocation lists are: `issuing.crl` and `root.crl` there.
    """

    def __init__(self, directory: Path, kind: KeyKind, lists_url: str | None = None) -> None:
        self.directory = directory
        self._lists_url = lists_url
        self.root_pem = directory / "root.pem"
        self.issuing_pem = directory / "issuing.pem"
        self.key_pem = directory / "tsa.key"
        self.issuers_pem = directory / "issuers.pem"
        self._lock = threading.Lock()
        self._make_issuers()
        self._request("tsa", kind)
        # The root first: whoever wants issuers in order must put them in order.
        self.issuers_pem.write_bytes(self.root_pem.read_bytes() + self.issuing_pem.read_bytes())

    def certificate(self, name: str = "tsa") -> Path:
        """The stamping certificate of this name; made when it is first asked for."""
        path = self.directory / f"{name}.pem"
        with self._lock:
            if not path.exists():
                self._issue(name, by="issuing", request="tsa", extensions=_LEAVES[name])
        return path

    def _make_issuers(self) -> None:
        self._request("root", "ec")
        openssl(
            *("x509", "-req", "-in", "root.csr", "-signkey", "root.key", "-days", "30"),
            *("-extfile", self._extensions("root", _AUTHORITY), "-out", "root.pem"),
            cwd=self.directory,
        )
        self._request("issuing", "ec")
        self._issue("issuing", by="root", request="issuing", extensions=_AUTHORITY)

    def _request(self, name: str, kind: KeyKind) -> None:
        openssl(
            *("req", "-new", *_NEW_KEY[kind], "-nodes", "-keyout", f"{name}.key"),
            *("-out", f"{name}.csr", "-subj", f"/O=Throw-away/CN=Test timestamping {name}"),
            cwd=self.directory,
        )

    def _issue(self, name: str, *, by: str, request: str, extensions: str) -> None:
        openssl(
            *("x509", "-req", "-in", f"{request}.csr", "-CA", f"{by}.pem", "-CAkey", f"{by}.key"),
            *("-set_serial", "4711", "-days", "30", "-sha256"),
            *("-extfile", self._extensions(name, extensions + self._point(by))),
            *("-out", f"{name}.pem"),
            cwd=self.directory,
        )

    def _point(self, issuer: str) -> str:
        url = self._lists_url
        return f"crlDistributionPoints=URI:{url}/{issuer}.crl\n" if url else ""

    def _extensions(self, name: str, text: str) -> Path:
        path = self.directory / f"{name}.ext"
        path.write_text(text)
        return path


@functools.cache
def shared_identity(kind: KeyKind = "ec") -> Identity:
    """This process's identity with a stamping key of this kind."""
    directory = Path(tempfile.mkdtemp(prefix="holdfast-test-tsa-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return Identity(directory, kind)
