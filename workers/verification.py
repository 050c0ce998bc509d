"""The sealed bag, checked from disk by the verifier, exactly as an outside expert runs it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from workers.errors import VerifierFailed


async def verify_bag(bag: Path, trust: Path) -> tuple[bool, dict[str, Any]]:
    """Run ``python -m verify`` on `bag`, trusting the public key in the file `trust`.

    Returns whether everything required is proved, and the report. Raises `VerifierFailed` where
    the verifier gives no report.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "verify", str(bag), "--trust", str(trust), "--json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, complaints = await process.communicate()
    try:
        report: dict[str, Any] = json.loads(output)
    except ValueError as error:
        tail = complaints.decode("utf-8", "replace").strip()[-500:]
        raise VerifierFailed(
            f"The verifier gave no report (exit {process.returncode}): {tail}"
        ) from error
    return process.returncode == 0, report
