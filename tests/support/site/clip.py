"""A video to play, made without a video encoder.

A lossy WebP picture is one VP8 key frame in a RIFF box, and a WebM file may consist of key frames
alone. So the clip is Pillow's WebP pictures, unwrapped and put into a Matroska file by hand.
"""

from __future__ import annotations

import functools
import struct

from . import images

STEP = 200  # milliseconds a frame is shown


def _size(length: int) -> bytes:
    """An EBML length in eight bytes."""
    return (length | 1 << 56).to_bytes(8, "big")


def _element(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + _size(len(body)) + body


def _number(tag: int, value: int) -> bytes:
    return _element(tag, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _key_frame(webp: bytes) -> bytes:
    """The VP8 bitstream of a lossy WebP file."""
    start = webp.index(b"VP8 ") + 4
    length = int.from_bytes(webp[start : start + 4], "little")
    return webp[start + 4 : start + 4 + length]


@functools.cache
def webm(seed: int, count: int = 12, width: int = 320, height: int = 180) -> bytes:
    """A WebM of `count` frames."""
    header = _element(
        0x1A45DFA3,
        _number(0x4286, 1),  # EBMLVersion
        _number(0x42F7, 1),  # EBMLReadVersion
        _number(0x42F2, 4),  # EBMLMaxIDLength
        _number(0x42F3, 8),  # EBMLMaxSizeLength
        _element(0x4282, b"webm"),  # DocType
        _number(0x4287, 2),  # DocTypeVersion
        _number(0x4285, 2),  # DocTypeReadVersion
    )
    information = _element(
        0x1549A966,
        _number(0x2AD7B1, 1_000_000),  # TimestampScale: one millisecond
        _element(0x4489, struct.pack(">d", count * STEP)),  # Duration
        _element(0x4D80, b"murmur"),  # MuxingApp
        _element(0x5741, b"murmur"),  # WritingApp
    )
    video = _element(0xE0, _number(0xB0, width), _number(0xBA, height))
    track = _element(
        0xAE,
        _number(0xD7, 1),  # TrackNumber
        _number(0x73C5, 1),  # TrackUID
        _number(0x83, 1),  # TrackType: video
        _element(0x86, b"V_VP8"),  # CodecID
        video,
    )
    blocks = [
        # SimpleBlock: track 1, time relative to the cluster, flags: key frame
        _element(0xA3, b"\x81", struct.pack(">h", number * STEP), b"\x80", _key_frame(picture))
        for number, picture in enumerate(images.frames(seed, count, width, height))
    ]
    cluster = _element(0x1F43B675, _number(0xE7, 0), *blocks)
    segment = _element(0x18538067, information, _element(0x1654AE6B, track), cluster)
    return header + segment
