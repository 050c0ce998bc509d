"""The service's own settings, with a data folder that ends with the tests."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_FOLDER = tempfile.mkdtemp(prefix="holdfast-test-data-")
Path(_FOLDER, "static").mkdir()  # whitenoise warns where it is missing
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_KEPT = {"HOLDFAST_EXAMPLES"}  # no setting: how long the tests of properties try
for _name in [each for each in os.environ if each.startswith("HOLDFAST_") and each not in _KEPT]:
    del os.environ[_name]  # nothing of whoever runs the tests
os.environ["HOLDFAST_DATA"] = _FOLDER
os.environ["HOLDFAST_ORIGIN"] = "http://testserver"
os.environ["HOLDFAST_HOSTS"] = "localhost"  # as schemathesis calls it
os.environ["HOLDFAST_REPLAY_ORIGIN"] = "http://{capture}.replay.localhost"

from service.settings import *  # noqa: E402, F403
from service.settings import DATABASES  # noqa: E402

# A file, as in use: a web server with several threads cannot share a database in memory.
DATABASES["default"]["TEST"] = {"NAME": f"{_FOLDER}/test.sqlite3"}

PASSWORD_HASHERS = ["tests.support.hashing.QuickArgon2"]
