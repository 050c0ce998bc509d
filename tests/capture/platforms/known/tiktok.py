"""Addresses of TikTok."""

from __future__ import annotations

from tests.capture.platforms.known import Known

_SECUID = "MS4wLjABAAAATh8Vewkn0LYM7Fo03iec3qKdeCUOcBIouRk1mkiag6h3o_pQu_dUXvZ2EZlGST7_"
KNOWN = [
    Known(
        *("tiktok", "video", "https://www.tiktok.com/@patroxofficial/video/6742501081818877190"),
        (
            "https://www.tiktok.com/@patroxofficial/video/6742501081818877190?langCountry=en",
            "https://tiktok.com/@PatroxOfficial/video/6742501081818877190?_r=1&_t=8abc&is_from_webapp=1",
            "https://m.tiktok.com/@patroxofficial/video/6742501081818877190",
        ),
        {"video": "6742501081818877190"},
        {"handle": "patroxofficial"},
        "tiktok:video:6742501081818877190",
    ),
    Known(
        *("tiktok", "video", "https://www.tiktok.com/embed/v2/6742501081818877190"),
        (
            "https://m.tiktok.com/v/6742501081818877190.html?u_code=1",
            "https://www.tiktok.com/embed/6742501081818877190",
            "https://www.tiktok.com/player/v1/6742501081818877190",
            "https://www.tiktok.com/@/video/6742501081818877190",
        ),
        {"video": "6742501081818877190"},
        {},
        "tiktok:video:6742501081818877190",
    ),
    Known(
        *("tiktok", "video", f"https://www.tiktok.com/@{_SECUID}/video/7042692929109986561"),
        (f"https://www.tiktok.com/@{_SECUID}/video/7042692929109986561",),
        {"account": _SECUID, "video": "7042692929109986561"},
        {},
        "tiktok:video:7042692929109986561",
    ),
    Known(
        *("tiktok", "post", "https://www.tiktok.com/@someone/photo/7059698374567611694"),
        ("https://www.tiktok.com/@someone/photo/7059698374567611694",),
        {"post": "7059698374567611694"},
        {"handle": "someone"},
        "tiktok:post:7059698374567611694",
    ),
    Known(
        *("tiktok", "account", "https://www.tiktok.com/@hankgreen1"),
        ("https://www.tiktok.com/@hankgreen1?lang=en", "https://tiktok.com/@hankgreen1/live"),
        {},
        {"handle": "hankgreen1"},
    ),
    Known(
        "tiktok",
        "link",
        "https://vm.tiktok.com/ZMabcdef/",
        ("https://vm.tiktok.com/ZMabcdef/",),
        {},
        {"code": "ZMabcdef"},
    ),
]
