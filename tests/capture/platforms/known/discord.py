"""Addresses of Discord."""

from __future__ import annotations

from tests.capture.platforms.known import Known

KNOWN = [
    Known(
        *("discord", "message"),
        "https://discord.com/channels/41771983423143937/155101607195836416/844397162624450620",
        (
            "https://discordapp.com/channels/41771983423143937/155101607195836416/844397162624450620",
            "https://ptb.discord.com/channels/41771983423143937/155101607195836416/844397162624450620/",
        ),
        {
            "server": "41771983423143937",
            "channel": "155101607195836416",
            "message": "844397162624450620",
        },
        {},
        "discord:message:844397162624450620",
    ),
    Known(
        *(
            "discord",
            "message",
            "https://discord.com/channels/@me/155101607195836416/844397162624450620",
        ),
        ("https://canary.discord.com/channels/@me/155101607195836416/844397162624450620",),
        {"channel": "155101607195836416", "message": "844397162624450620"},
        {},
        "discord:message:844397162624450620",
    ),
    Known(
        *(
            "discord",
            "channel",
            "https://discord.com/channels/41771983423143937/155101607195836416",
        ),
        ("https://discord.com/channels/41771983423143937/155101607195836416",),
        {"server": "41771983423143937", "channel": "155101607195836416"},
        {},
        "discord:channel:155101607195836416",
    ),
    Known(
        *("discord", "thread"),
        "https://discord.com/channels/41771983423143937/155101607195836416/threads/844397162624450620",
        (
            "https://discord.com/channels/41771983423143937/155101607195836416/threads/844397162624450620",
        ),
        {
            "server": "41771983423143937",
            "channel": "155101607195836416",
            "thread": "844397162624450620",
        },
        {},
        "discord:thread:844397162624450620",
    ),
    Known(
        *("discord", "server", "https://discord.com/channels/41771983423143937"),
        (
            "https://discord.com/channels/41771983423143937",
            "https://discord.com/servers/some-place-41771983423143937",
        ),
        {"server": "41771983423143937"},
        {},
        "discord:server:41771983423143937",
    ),
    Known(
        *("discord", "account", "https://discord.com/users/80351110224678912"),
        ("https://discordapp.com/users/80351110224678912",),
        {"account": "80351110224678912"},
        {},
        "discord:account:80351110224678912",
    ),
    Known(
        *("discord", "file"),
        "https://cdn.discordapp.com/attachments/155101607195836416/844397162624450620/a_b.png",
        (
            "https://cdn.discordapp.com/attachments/155101607195836416/844397162624450620/a_b.png?ex=1&hm=2",
            "https://media.discordapp.net/attachments/155101607195836416/844397162624450620/a_b.png?width=9",
        ),
        {"channel": "155101607195836416", "file": "844397162624450620"},
        {"filename": "a_b.png"},
        "discord:file:844397162624450620",
    ),
    Known(
        *("discord", "invite", "https://discord.com/invite/discord-api"),
        ("https://discord.gg/discord-api", "https://discord.com/invite/discord-api"),
        {},
        {"code": "discord-api"},
    ),
]
