"""Chromium: found, started, shown the page, and what is taken of the page."""
