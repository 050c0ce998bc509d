"""What can go wrong with a server for tests.

ServerError
├── NotInstalled   its programs are not on this machine
├── NotStarted     it ended or did not answer; the message has the end of its log
└── NotStopped     it was asked to end and did not; it has been killed
"""


class ServerError(RuntimeError):
    """The root of what is raised here."""


class NotInstalled(ServerError):
    """The server's programs are not on this machine; `make setup-tests` installs them."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not installed. Run: make setup-tests")


class NotStarted(ServerError):
    """The server does not run."""


class NotStopped(ServerError):
    """The server went on after it was asked to end."""
