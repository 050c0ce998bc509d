"""Whether a page is a timeline at all, or a wall or a notice instead."""

from __future__ import annotations

from typing import Any

from capture.browser.lens import Lens, LensProblem
from capture.outcome import Evidence, Outcome, decide
from capture.platforms.platform import Platform
from capture.platforms.timeline import COMMON_SIGNS, Sign
from capture.timeline.end import End, Walked
from capture.timeline.hearing import Refusal

_SHORT_PAGE = 2_500  # characters: a notice says little else
_FACTS = """({
  title: document.title,
  text: (document.body ? document.body.innerText : '').slice(0, 5000),
  url: location.href,
  passwords: document.querySelectorAll('input[type=password]').length,
})"""
_ENDS = {
    Sign.LOGIN_WALL: End.LOGIN_WALL,
    Sign.BOT_WALL: End.BOT_WALL,
    Sign.GONE: End.GONE,
    Sign.SUSPENDED: End.GONE,
    Sign.RENAMED: End.GONE,
}
_WALLS = {Outcome.LOGIN_WALL: End.LOGIN_WALL, Outcome.BOT_WALL: End.BOT_WALL}


async def notice(lens: Lens, platform: Platform, status: int | None) -> Walked | None:
    """What the open page is instead of a timeline; None where it may be one."""
    try:
        facts: dict[str, Any] = await lens.evaluate(_FACTS) or {}
    except LensProblem as problem:
        return Walked(End.FAILED, f"the page could not be looked at: {problem}")
    text, title = str(facts.get("text", "")), str(facts.get("title", ""))
    if said := _sign(platform, title, text):
        return said
    evidence = Evidence(
        status=status or 200,  # none where the browser had it already
        final_url=str(facts.get("url", "")),
        title=title,
        text=text,
        password_fields=int(facts.get("passwords", 0)),
    )
    outcome, basis = decide(evidence)
    if outcome in _WALLS:
        return Walked(_WALLS[outcome], basis)
    if status in {404, 410}:
        return Walked(End.GONE, f"status {status}")
    if status and status >= 400:
        return Walked(End.FAILED, f"status {status}")
    return None


def refused(refusal: Refusal) -> Walked:
    """How a timeline ended whose next part the site would not give."""
    said = f"the site answered {refusal.status} instead of more"
    if refusal.status in {401, 403}:
        return Walked(End.LOGIN_WALL if refusal.status == 401 else End.BOT_WALL, said)
    return Walked(End.GONE if refusal.status in {404, 410} else End.FAILED, said)


def _sign(platform: Platform, title: str, text: str) -> Walked | None:
    if len(text) > _SHORT_PAGE:
        return None
    for sign, pattern in (*platform.timeline.signs, *COMMON_SIGNS):
        if found := pattern.search(f"{title}\n{text}"):
            return Walked(_ENDS[sign], f"guessed from the words '{found[0]}'")
    return None
