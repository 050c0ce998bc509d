"""What can go wrong before or around a capture.

What goes wrong *with the page* (a 404, a refused connection, a crash) is not an error but an
`Outcome`: it is sealed like a success. These are the errors that leave nothing to seal.

::

    CaptureError
    ├── InvalidTarget      the URL cannot be captured; nothing was started
    ├── InvalidOption      an option has a value that makes no sense
    ├── BrowserNotFound    no Chromium on this machine
    ├── BrowserFailed      Chromium does not start, even after a second try
    ├── SessionUnusable    the session cannot be read, kept or given to this site
    └── RedactionFailed    a secret would have stood in the evidence: nothing is kept
"""


class CaptureError(Exception):
    """Root of this package's errors. The message says what is wrong and what to do."""


class InvalidTarget(CaptureError):
    """The URL cannot be captured; nothing was started and nothing was fetched."""


class InvalidOption(CaptureError):
    """An option has a value that makes no sense; the message names it."""


class BrowserNotFound(CaptureError):
    """No Chromium could be found; the message says what to run."""


class BrowserFailed(CaptureError):
    """Chromium does not start."""


class SessionUnusable(CaptureError):
    """A session cannot be read, kept or given to this site. The message never holds a value."""


class RedactionFailed(CaptureError):
    """A secret of the session would have stood in the evidence, so that there is none."""
