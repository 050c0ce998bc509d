"""Signatures of public keys, and the encodings that they come in. Verification only."""
