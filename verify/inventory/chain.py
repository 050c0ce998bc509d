"""Step 10.3, the chain: the inventory that was made of a profile before (format, 10.2, `previous`).

It is found among the given ones by its statement hash. That it is not given contradicts nothing.
That it lists captures which the later one does not is told: nobody can take a bag out of both
without a trace, and who did it may have a reason.
"""

from collections.abc import Sequence

from verify.codes import Code
from verify.inventory.listing import Chain, Listing
from verify.quoting import shown
from verify.report import Finding, Report, Verdict

_STEP = 10


def check_chain(
    listing: Listing, inventories: Sequence[Report]
) -> tuple[Chain | None, list[Finding]]:
    """Return the previous inventory, as far as it was given, and what contradicts that it is."""
    if listing.previous is None:
        return None, []
    found = [each for each in inventories if each.statement_sha256 == listing.previous]
    if not found:
        return Chain(listing.previous, None), []
    before = found[0]
    if before.listing is None:
        message = f"the previous inventory, {shown(before.path)}, could not be read"
        return Chain(listing.previous, before.path), [_finding(message, Verdict.NOT_PROVED)]
    kept = {listed.statement_sha256 for listed in listing.captures}
    dropped = [each for each in before.listing.captures if each.statement_sha256 not in kept]
    chain = Chain(listing.previous, before.path, tuple(dropped))
    return chain, [_finding(message) for message in _contradictions(listing, before)]


def _contradictions(listing: Listing, before: Report) -> list[str]:
    earlier = before.listing
    if earlier is None:
        return []
    what = f"the previous inventory, {shown(before.path)},"
    integrity = next(claim for claim in before.claims if claim.name == "integrity")
    rules = {
        "is not as it was sealed": integrity.verdict is Verdict.CONTRADICTED,
        "was not made before this one": earlier.ended > listing.started,
        "is of another profile": _is_other_profile(listing, earlier),
    }
    return [f"{what} {told}" for told, broken in rules.items() if broken]


def _is_other_profile(one: Listing, other: Listing) -> bool:
    """Tell whether two are of different accounts; one URL can be typed in many ways, so by keys."""
    if one.account is None or other.account is None:
        return one.platform != other.platform
    return (one.platform, one.account) != (other.platform, other.account)


def _finding(message: str, effect: Verdict = Verdict.CONTRADICTED) -> Finding:
    return Finding(_STEP, Code.INVENTORY_CHAIN, message, None, effect)
