"""Sealed evidence: kept write-once, served in ranges, read again; no Django in here."""
