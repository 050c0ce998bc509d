"""All platforms, and which of them an address belongs to."""

from __future__ import annotations

from capture.platforms.address import Address
from capture.platforms.bluesky.urls import PLATFORM as BLUESKY
from capture.platforms.discord.urls import PLATFORM as DISCORD
from capture.platforms.facebook.urls import PLATFORM as FACEBOOK
from capture.platforms.generic.urls import PLATFORM as GENERIC
from capture.platforms.instagram.urls import PLATFORM as INSTAGRAM
from capture.platforms.linkedin.urls import PLATFORM as LINKEDIN
from capture.platforms.mastodon.urls import PLATFORM as MASTODON
from capture.platforms.platform import Platform
from capture.platforms.reddit.urls import PLATFORM as REDDIT
from capture.platforms.telegram.urls import PLATFORM as TELEGRAM
from capture.platforms.threads.urls import PLATFORM as THREADS
from capture.platforms.tiktok.urls import PLATFORM as TIKTOK
from capture.platforms.x.urls import PLATFORM as X
from capture.platforms.youtube.urls import PLATFORM as YOUTUBE

PLATFORMS = (
    *(X, INSTAGRAM, FACEBOOK, TIKTOK, YOUTUBE, REDDIT, THREADS, BLUESKY),
    *(TELEGRAM, LINKEDIN, DISCORD, MASTODON, GENERIC),
)
"""Those with hosts of their own, then those known by the shapes of their URLs, then the rest."""


def platform_of(address: Address) -> Platform:
    """The platform that `address` belongs to, `GENERIC` where it is none that is known.

    A platform's own hosts are compared whole, and only at the port that goes without saying. So
    ``x.com.evil.example``, ``xn--…`` and ``x.com:8443`` are not X.
    """
    for platform in PLATFORMS:
        if platform.certain and address.port is None and platform.owns(address.host):
            return platform
    for platform in PLATFORMS:
        looks_like = not platform.certain and address.host not in platform.not_hosts
        if looks_like and platform.read(address) is not None:
            return platform
    return GENERIC
