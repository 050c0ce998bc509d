"""Addresses of share links: the maker's, and the recipient's."""

from __future__ import annotations

from django.urls import path, re_path

from service.sharing import pages, recipient

_SECRET = r"(?P<secret>[\w-]{43})"  # noqa: S105 (the form of one)

urlpatterns = [
    path("captures/<uuid:capture_id>/shares/", pages.shares, name="capture_shares"),
    path(
        "captures/<uuid:capture_id>/shares/<uuid:link_id>/revoke/",
        pages.revoke,
        name="capture_share_revoke",
    ),
    re_path(rf"^s/{_SECRET}/$", recipient.shared, name="shared"),
    re_path(
        rf"^s/{_SECRET}/pictures/(?P<name>{'|'.join(recipient.PICTURES)})$",
        recipient.picture,
        name="shared_picture",
    ),
    re_path(rf"^s/{_SECRET}/evidence\.zip$", recipient.evidence, name="shared_evidence"),
]
