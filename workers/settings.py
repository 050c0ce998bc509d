"""How the service makes captures: the settings of `holdfast capture`, from the environment."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from django.conf import settings

from capture.options import MIB, CaptureOptions
from capture.session.grant import Grant
from seal.keys import SigningKey, load_or_create_key
from service import environment
from workers.authorities import DEFAULT_AUTHORITIES
from workers.pipeline import Settings


def pipeline_settings(into: Path, session: Grant | None = None) -> Settings:
    """Settings of the pipeline for one capture whose bag appears in `into`.

    Raises `InvalidOption`, `service.environment.BadSetting`, `seal.errors.SealError`.
    """
    return Settings(
        into=into,
        key=signing_key(),
        options=replace(capture_options(), session=session),
        authorities=authorities(),
        authority_time_limit_s=authority_time_limit_s(),
    )


def authorities() -> tuple[str, ...]:
    """URLs of the timestamp authorities to ask; none where timestamps are switched off."""
    wanted = environment.switch("HOLDFAST_TIMESTAMPS", default=True)
    return (
        environment.items("HOLDFAST_TIMESTAMP_AUTHORITIES", DEFAULT_AUTHORITIES) if wanted else ()
    )


def authority_time_limit_s() -> float:
    """Seconds that each of them may take."""
    return environment.number("HOLDFAST_TIMESTAMP_TIME_LIMIT", 15, 1, 600)


def key_path() -> Path:
    """Where the instance's key is: ``HOLDFAST_KEY``, else in the data folder."""
    return environment.folder("HOLDFAST_KEY", settings.DATA / "signing-key.pem")


def capture_limit_s() -> float:
    """Seconds after which a capture is ended that none of its own limits has ended: twice the time
    limit of the page, and as much as sealing, timestamps and the verifier may take."""
    return 2 * capture_options().time_limit_s + 120


def stop_grace_s() -> float:
    """Seconds that a capture has to come to its end when its worker is told to."""
    return environment.number("HOLDFAST_STOP_GRACE", 5, 0, 600)


@cache
def signing_key() -> SigningKey:
    """The instance's key; made at first use."""
    return load_or_create_key(key_path())


@cache
def capture_options() -> CaptureOptions:
    """Limits and looks of a capture; the same variables as the command line's."""
    usual = CaptureOptions()
    whole, number = environment.whole, environment.number
    text = environment.text
    return CaptureOptions(
        time_limit_s=number("HOLDFAST_TIME_LIMIT", usual.time_limit_s, 5, 600),
        byte_limit=whole("HOLDFAST_BYTE_LIMIT", usual.byte_limit // MIB, 1, 20_480) * MIB,
        request_limit=whole("HOLDFAST_REQUEST_LIMIT", usual.request_limit, 1, 1_000_000),
        memory_limit=whole("HOLDFAST_MEMORY_LIMIT", usual.memory_limit // MIB, 256, 1 << 20) * MIB,
        scroll_time_limit_s=number("HOLDFAST_SCROLL_TIME_LIMIT", usual.scroll_time_limit_s, 0, 600),
        height_limit_px=whole("HOLDFAST_HEIGHT_LIMIT", usual.height_limit_px, 100, 60_000),
        viewport_width_px=whole("HOLDFAST_WIDTH", usual.viewport_width_px, 200, 7_680),
        viewport_height_px=whole("HOLDFAST_HEIGHT", usual.viewport_height_px, 200, 4_320),
        locale=text("HOLDFAST_LOCALE", usual.locale),
        time_zone=text("HOLDFAST_TIME_ZONE", usual.time_zone),
        user_agent=text("HOLDFAST_USER_AGENT", "") or None,
        allow_networks=environment.networks("HOLDFAST_ALLOW_NETWORKS"),
        keep_wire=environment.switch("HOLDFAST_WIRE", default=True),
        machine_label=text("HOLDFAST_MACHINE_LABEL", "") or None,
        egress_address=text("HOLDFAST_RECORD_EGRESS_ADDRESS", "") or None,
    )
