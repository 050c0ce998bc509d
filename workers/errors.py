"""What can go wrong between a URL and a verified bag.

::

    PipelineError
    ├── FolderUnusable        evidence cannot be kept in the folder that was named
    ├── VerificationFailed    the sealed bag did not verify; it is kept, under another name
    ├── VerifierFailed        the verifier itself could not run
    ├── CaptureTookTooLong    longer than all its own limits allow; it was ended
    ├── JobRuns               another process works on the same profile job
    ├── JobUnfinished         an earlier run did not end, or none is there to go on with
    └── Interrupted           the worker was told to end
"""


class PipelineError(Exception):
    """Root of this package's errors. The message says what is wrong and what to do."""


class FolderUnusable(PipelineError):
    """Evidence cannot be kept in the folder that was named."""


class VerificationFailed(PipelineError):
    """The sealed bag did not verify; it is kept, under a name that says so."""


class VerifierFailed(PipelineError):
    """The verifier itself could not run, so nothing is known about the bag."""


class CaptureTookTooLong(PipelineError):
    """The capture took longer than all its own limits allow, and was ended."""


class Interrupted(PipelineError):
    """The worker was told to end before the capture was done."""


class JobRuns(PipelineError):
    """Another process works on the same profile job."""


class JobUnfinished(PipelineError):
    """An earlier run did not come to its end and nobody said whether to go on, or the reverse."""
