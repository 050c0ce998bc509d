"""The stock commands that repeat the main checks with nothing of ours, on real paths."""

import shlex
from pathlib import Path

from verify.layout import SIGNATURE, SIGNER, STATEMENT
from verify.report import Report


def commands(report: Report) -> list[str]:
    """Return shell commands (coreutils, OpenSSL 3) that repeat the main checks on this bag.

    For a zip they begin by unpacking it into the working directory. Empty where no bag was read.
    They cover hashes, signature and timestamps; the format's strictness is left to this program.
    """
    if report.contents is None:
        return []
    bag = Path(report.path).absolute()
    lines = []
    if report.contents.kind == "zip":
        lines = [_line("unzip", "-q", bag, "-d", "unpacked")]
        bag = Path("unpacked") / report.contents.root
    return lines + _hash_commands(bag) + _signature_commands(bag) + _time_commands(bag, report)


def _hash_commands(bag: Path) -> list[str]:
    check = "sha256sum --check --strict manifest-sha256.txt tagmanifest-sha256.txt"
    manifests = [bag / "manifest-sha256.txt", bag / "tagmanifest-sha256.txt"]
    return [
        f"(cd {shlex.quote(str(bag))} && {check})",
        _line("sha256sum", *manifests) + "  # the two hashes that the statement names:",
        _line("cat", bag / STATEMENT),
    ]


def _signature_commands(bag: Path) -> list[str]:
    key, text, signature = bag / SIGNER, bag / STATEMENT, bag / SIGNATURE
    return [
        _line(
            *("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key),
            *("-rawin", "-in", text, "-sigfile", signature),
        ),
        _line("openssl", "pkey", "-pubin", "-in", key, "-outform", "DER")
        + " | sha256sum  # the key ID",
    ]


def _time_commands(bag: Path, report: Report) -> list[str]:
    folder = bag / "seal" / "timestamps"
    return [
        _line(
            *("openssl", "ts", "-verify", "-data", bag / STATEMENT),
            *(
                "-in",
                folder / f"{stamp.name}.tsr",
                "-untrusted",
                folder / f"{stamp.name}.chain.pem",
            ),
            *("-attime", int(stamp.time.timestamp()), "-CAfile", "ROOTS.pem"),
        )
        for stamp in report.timestamps
    ]


def _line(*words: object) -> str:
    return " ".join(shlex.quote(str(word)) for word in words)
