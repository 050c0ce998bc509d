"""Query parameters that say how somebody came to a page, and nothing of what the page is.

Only names that mean this on any site. Sources: Google's *Custom campaigns* (``utm_…``) and
*auto-tagging* (``gclid`` and its kin); the list by which Firefox strips queries (Mozilla's remote
settings, collection *query-stripping*); the click IDs that Meta, Microsoft, Yandex, X, TikTok and
LinkedIn document for advertisers.
"""

from __future__ import annotations

import re

_ANYWHERE = re.compile(
    r"utm_[a-z_]+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id"
    r"|igsh|igshid|mc_cid|mc_eid|mkt_tok|oly_anon_id|oly_enc_id|vero_id|wickedid|_hsenc|_hsmi"
    r"|__hssc|__hstc|__hsfp|hsCtaTracking|_ga|_gl|__s|ref_src|ref_url",
    re.IGNORECASE,
)


def is_tracking(name: str) -> bool:
    """Whether a parameter of this name only tracks, on whatever site."""
    return _ANYWHERE.fullmatch(name) is not None
