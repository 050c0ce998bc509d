"""A sound to play: a WAV file, which browsers fetch by ranges as they fetch any media."""

from __future__ import annotations

import functools
import io
import math
import struct
import wave

RATE = 8_000


@functools.cache
def tone(seed: int, seconds: int = 20) -> bytes:
    """A melody of twelve notes, one a second, over and over: 16 kB a second."""
    melody = _melody(seed)
    samples = (melody * (seconds // 12 + 1))[: seconds * RATE * 2]
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)
    return out.getvalue()


def _melody(seed: int) -> bytes:
    notes = []
    for second in range(12):
        step = 2 * math.pi * 220 * 2 ** ((seed + second) * 7 % 12 / 12) / RATE
        samples = (int(9_000 * math.sin(step * i) * (1 - i / RATE)) for i in range(RATE))
        notes.append(b"".join(struct.pack("<h", sample) for sample in samples))
    return b"".join(notes)
