"""No ID of Reddit holds a time; they are counted in base 36, so a larger one was made later.

Source: the glossary of PRAW, the Python wrapper of Reddit's API (*fullname*: ``t3_…`` a post,
``t1_…`` a comment, each with an ID in base 36). Posts and comments are counted apart. That they are
counted upwards is experience; Reddit does not promise it.
"""

from __future__ import annotations

from capture.platforms.timescheme import Schemes

SCHEMES: Schemes = {}
NOTE = "No time in these IDs: they are counted in base 36, and only order (the larger, the later)."
