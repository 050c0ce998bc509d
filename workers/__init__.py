"""The pipeline that joins capture, seal and verification, and (in time) the tasks around it.

`pipeline` is the main path, readable in one screen; `workspace` keeps half-made bags out of sight;
`timestamping` and `verification` are two of its steps.
"""
