"""The store that the settings name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent.parent.parent
_ASK = """
import django
django.setup()
from service.evidence.keeping import evidence_store, prepare_store
prepare_store()
evidence_store().check()
"""


@pytest.mark.parametrize("name", ["plain", "Ana María", "100% #1?"])
def test_the_data_folder_may_have_any_name(tmp_path, name):
    """The store is named by a URL, in which such characters are written otherwise."""
    folder = tmp_path / name
    settings = {"DJANGO_SETTINGS_MODULE": "service.settings", "HOLDFAST_DATA": str(folder)}
    plain = {key: value for key, value in os.environ.items() if not key.startswith("HOLDFAST_")}
    done = subprocess.run(
        [sys.executable, "-c", _ASK],
        cwd=_ROOT,
        env={**plain, **settings},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "evidence").is_dir()
