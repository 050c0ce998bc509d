"""What can go wrong between a URL and a verified bag.

::

    PipelineError
    ├── FolderUnusable        evidence cannot be kept in the folder that was named
    ├── VerificationFailed    the sealed bag did not verify; it is kept, under another name
    └── VerifierFailed        the verifier itself could not run
"""


class PipelineError(Exception):
    """Root of this package's errors. The message says what is wrong and what to do."""


class FolderUnusable(PipelineError):
    """Evidence cannot be kept in the folder that was named."""


class VerificationFailed(PipelineError):
    """The sealed bag did not verify; it is kept, under a name that says so."""


class VerifierFailed(PipelineError):
    """The verifier itself could not run, so nothing is known about the bag."""
