"""What LinkedIn says: ``urn:li:…`` in the answers of its own API (``voyager``), and JSON-LD.

An update has ``urn:li:activity:NUMBER`` in ``updateMetadata.urn``, and its actor's permanent name
in ``actor.urn`` (``urn:li:member:…``, ``urn:li:company:…``) or in the profile's ``entityUrn``
(``urn:li:fsd_profile:…``, beside ``publicIdentifier``, the handle). LinkedIn publishes none of
this. Source: github.com/tomquirk/linkedin-api (``linkedin_api/linkedin.py``). A member's number and
the profile's name are two IDs of one account, and no answer seen holds both: so an author is told
by handle only. All of it is behind the login, and unchecked against LinkedIn itself.
"""

from __future__ import annotations

from capture.platforms.generic.data import read_linked
from capture.platforms.pagedata import Object, name, objects, part
from capture.platforms.told import Told, ToldAccount

_PROFILE = r"urn:li:fsd?_(?:miniP|p)rofile:([A-Za-z0-9_-]{10,60})"
_COMPANY = r"urn:li:(?:fsd?_(?:normalized_)?company|fs_miniCompany):([1-9][0-9]{0,19})"


def read(data: object) -> Told:
    """The accounts in one answer, and whose page it is by its JSON-LD."""
    accounts = [each for each in map(_account, objects(data)) if each is not None]
    linked = read_linked(data)
    return Told(accounts=(*accounts, *linked.accounts), owner=linked.owner)


def _account(each: Object) -> ToldAccount | None:
    urn = each.get("entityUrn")
    handle = name(each.get("publicIdentifier")) or name(each.get("universalName"))
    if handle is None:
        return None
    if member := part(urn, _PROFILE):
        return ToldAccount({"account": member}, handle)
    if company := part(urn, _COMPANY):
        return ToldAccount({"company": company}, handle)
    return None
