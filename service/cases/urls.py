"""Addresses of the pages about who belongs to a case."""

from __future__ import annotations

from django.urls import path

from service.cases import pages

urlpatterns = [
    path("cases/<uuid:case_id>/members/", pages.case_members, name="case_members"),
    path("cases/<uuid:case_id>/members/invite/", pages.invite, name="case_invite"),
    path("cases/<uuid:case_id>/members/leave/", pages.leave, name="case_leave"),
    path("cases/<uuid:case_id>/members/<int:member_id>/role/", pages.change_role, name="case_role"),
    path("cases/<uuid:case_id>/members/<int:member_id>/remove/", pages.remove, name="case_remove"),
    path(
        "cases/<uuid:case_id>/invitations/<uuid:invitation_id>/withdraw/",
        pages.withdraw,
        name="case_withdraw",
    ),
    path("invitations/", pages.invitations, name="invitations"),
    path("invitations/<uuid:invitation_id>/accept/", pages.accept, name="invitation_accept"),
    path("invitations/<uuid:invitation_id>/decline/", pages.decline, name="invitation_decline"),
]
