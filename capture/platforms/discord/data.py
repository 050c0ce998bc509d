"""Nothing is read from Discord's data: without a login there is no page that has any.

Servers are open to their members only, so there is no public timeline to walk (Discord's help:
support.discord.com, *Server Discovery* shows servers, not messages, to visitors).
"""

from __future__ import annotations

from capture.platforms.told import nothing

read = nothing
