"""Addresses of the pages. An ID in an address opens nothing: every view asks for the role."""

from __future__ import annotations

from django.urls import path

from service.web.views import (
    acting,
    capture,
    cases,
    erasing,
    evidence,
    home,
    profiles,
    proof,
    replay,
    sessions,
    submit,
)

_CASE = "cases/<uuid:case_id>/"
_PROFILE = "profiles/<uuid:profile_id>/"
_SESSION = "sessions/<uuid:session_id>/"
_CAPTURE = "captures/<uuid:capture_id>/"

urlpatterns = [
    path("", home.home, name="cases"),
    path("cases/new", cases.new_case, name="new_case"),
    path(_CASE, cases.case, name="case"),
    path(f"{_CASE}submit", submit.submit, name="submit"),
    path(f"{_CASE}submissions/<uuid:submission_id>", submit.verdicts, name="verdicts"),
    path(f"{_CASE}profiles/new", profiles.new_profile, name="new_profile"),
    path(_PROFILE, profiles.profile, name="profile"),
    path(f"{_PROFILE}everything.zip", evidence.profile_zip, name="profile_everything"),
    path(f"{_PROFILE}again", profiles.profile_again, name="profile_again"),
    path(f"{_PROFILE}cancel", profiles.profile_cancel, name="profile_cancel"),
    path(f"{_PROFILE}interval", profiles.profile_interval, name="profile_interval"),
    path("sessions/", sessions.sessions, name="sessions"),
    path(f"{_SESSION}replace", sessions.replace, name="session_replace"),
    path(f"{_SESSION}remove", sessions.remove, name="session_remove"),
    path(_CAPTURE, capture.capture, name="capture"),
    path(f"{_CAPTURE}pictures/<slug:name>", capture.picture, name="picture"),
    path(f"{_CAPTURE}cancel", acting.cancel, name="cancel"),
    path(f"{_CAPTURE}again", acting.again, name="again"),
    path(f"{_CAPTURE}note", acting.note, name="note"),
    path(f"{_CAPTURE}verify", acting.verify_again, name="verify_again"),
    path(f"{_CAPTURE}report", proof.report, name="report"),
    path(f"{_CAPTURE}custody", proof.custody, name="custody"),
    path(f"{_CAPTURE}custody.json", evidence.custody_json, name="custody_json"),
    path(f"{_CAPTURE}evidence.zip", evidence.evidence_zip, name="evidence"),
    path(f"{_CAPTURE}everything.zip", evidence.everything_zip, name="everything"),
    path(f"{_CAPTURE}files/<path:name>", evidence.file, name="file"),
    path(f"{_CAPTURE}replay", replay.replay, name="replay"),
    path(f"{_CAPTURE}erase", erasing.erase, name="erase"),
]
