"""Sessions with web sites that people supply, so that what is behind a login can be preserved.

A session belongs to one person, and is used for their own submissions alone. It is kept encrypted
(`service.encryption`), handed to workers, and shown to nobody, its owner included.
"""
