"""Mastodon, on any server: known by the shape of its URLs."""
