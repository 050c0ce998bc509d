"""Sealed evidence: kept write-once, served in ranges, read again.

`zipped` (with `manifests`) makes one object of a bag, `store` keeps it, `serve` finds the bytes
that a request asks for, `fixity` reads it again. None of these knows Django; the others do.
"""
