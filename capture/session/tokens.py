"""By which names secrets go: header fields, and parameters of URLs, forms and JSON.

docs/evidence-format.md §11 has the same lists; the verifier reads heads by them.
"""

from __future__ import annotations

import re

_WORDS = {
    *("auth", "authorization", "authentication", "cookie", "cookie2", "csrf", "csrftoken"),
    *("xsrf", "token", "tokens", "session", "sessionid", "secret", "credential", "credentials"),
    *("password", "apikey", "jwt", "lsd", "claim"),
}
_HARMLESS = {"www-authenticate", "proxy-authenticate"}  # challenges, and no secrets
_BETWEEN_WORDS = re.compile(r"[-_.]")
_PARAMETERS = {
    *("accesstoken", "refreshtoken", "idtoken", "authtoken", "authenticitytoken", "csrftoken"),
    *("csrf", "csrfmiddlewaretoken", "xsrftoken", "xsrf", "token", "sessiontoken", "session"),
    *("sessionid", "sessionkey", "sid", "phpsessid", "jsessionid", "sessid", "apikey"),
    *("secret", "clientsecret", "password", "auth", "authorization", "fbdtsg", "lsd", "ct0"),
    *("requesttoken", "requestverificationtoken", "formkey", "formtoken", "nonce"),
    *("verificationtoken", "bearer", "bearertoken", "jwt", "guesttoken", "usertoken"),
    *("logintoken", "logouttoken", "xcsrftoken", "csrfparam", "anticsrftoken", "modhash"),
}


def bears_secret(field_name: str) -> bool:
    """Whether the value of a header field of this name is replaced, whatever it is.

    So is every one of whose words (between ``-``, ``_`` and ``.``) one is of the list, or that ends
    with ``api-key``; but not ``Access-Control-…`` and the challenges.
    """
    name = field_name.strip().lower()
    if name in _HARMLESS or name.startswith("access-control-"):
        return False
    return name.endswith("api-key") or bool(_WORDS & set(_BETWEEN_WORDS.split(name)))


def names_secret(parameter: str) -> bool:
    """Whether a parameter of this name holds a secret: compared in lower case, letters, digits."""
    return re.sub(r"[^a-z0-9]", "", parameter.lower()) in _PARAMETERS
