"""The revocation lists of a token's certificates, fetched while they are to be had.

Later the authority may be gone, and its lists with it. They are kept beside the timestamp (format,
5.4), so that a verifier that contacts nobody can say whether its certificates had been revoked.

The addresses come from the certificates, so from strangers: the caller's `fetch` must judge them.
What becomes of a list never harms the timestamp.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from seal.crls import MAX_FILE_BYTES, check_list, points
from seal.errors import RevocationListError, TransportError

Fetch = Callable[[str, float], Awaitable[bytes]]
"""Gets the body at an http or https URL within so many seconds, without following redirects.

It judges whether the address may be reached. A body may be cut after `MAX_FILE_BYTES` + 1 bytes. It
raises `TransportError` where there is none, and `TimeoutError` when it took too long.
"""

_MAX_CERTIFICATES = 4  # of a token; real ones carry two or three
_MAX_ADDRESSES = 2  # of a certificate
_MAX_ADDRESS_CHARS = 500


@dataclass(frozen=True, slots=True)
class RevocationLists:
    """What was had: `pem` is the file to keep, empty where there is none; `kept` counts its lists.

    `left_out` says, a certificate each, why there is no list for it, `revoked` what a kept list
    says against one. Both are for people, and hold nothing of a stranger's but checked addresses.
    """

    pem: bytes = b""
    kept: int = 0
    left_out: tuple[str, ...] = ()
    revoked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A certificate for which a list is wanted: what to call it, who issued it, where to ask."""

    role: str
    certificate: x509.Certificate
    issuer: x509.Certificate | None
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Had:
    """A sound list in PEM, and the revocation of its certificate if it tells of one."""

    role: str
    pem: bytes
    revocation: str | None


@dataclass(frozen=True, slots=True)
class _Missing:
    """Why there is no list for a certificate."""

    role: str
    why: str


async def collect_lists(
    chain: Sequence[bytes], at: datetime, fetch: Fetch, timeout_s: float
) -> RevocationLists:
    """Get the lists for a token's certificates, all at once and within `timeout_s` in all.

    `chain` is a checked token's (DER): the signer's certificate and its issuers in order, as far as
    carried; `at` is the token's time. A root answers for itself and has no list. Where the issuer
    is not carried, a list could not be checked, and nobody is asked. Whatever fails is told in
    `left_out`.
    """
    wanted = _wanted([x509.load_der_x509_certificate(each) for each in chain])
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_get(each, at, fetch, timeout_s)) for each in wanted]
    return _put_together([task.result() for task in tasks])


def _wanted(chain: Sequence[x509.Certificate]) -> list[_Wanted]:
    above = [*chain[1:], None]
    return [
        _Wanted("the signer" if number == 0 else f"issuer {number}", each, issuer, _addresses(each))
        for number, (each, issuer) in enumerate(zip(chain, above, strict=True))
        if each.subject != each.issuer
    ][:_MAX_CERTIFICATES]


def _addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    """The http and https URLs of a certificate's lists: plain, printable, short and few."""
    names = [name for point in points(certificate) for name in point.full_name or ()]
    urls = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    usable = [url for url in urls if _is_usable(url)]
    return tuple(dict.fromkeys(usable))[:_MAX_ADDRESSES]


def _is_usable(url: str) -> bool:
    plain = all("!" <= char <= "~" for char in url) and len(url) <= _MAX_ADDRESS_CHARS
    return plain and url.lower().startswith(("http://", "https://"))


async def _get(wanted: _Wanted, at: datetime, fetch: Fetch, timeout_s: float) -> _Had | _Missing:
    """Ask at every address at once; the first sound list, in their order, is taken."""
    issuer = wanted.issuer
    if issuer is None:
        why = "its issuer's certificate is not in the token, so no list could be checked"
        return _Missing(wanted.role, why)
    if not wanted.addresses:
        return _Missing(wanted.role, "its certificate names no http address for a list")
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_get_from(url, wanted, issuer, at, fetch, timeout_s))
            for url in wanted.addresses
        ]
    answers = [task.result() for task in tasks]
    had = next((each for each in answers if isinstance(each, _Had)), None)
    failures = [each.why for each in answers if isinstance(each, _Missing)]
    return had or _Missing(wanted.role, "; ".join(failures))


async def _get_from(
    url: str,
    wanted: _Wanted,
    issuer: x509.Certificate,
    at: datetime,
    fetch: Fetch,
    timeout_s: float,
) -> _Had | _Missing:
    try:
        async with asyncio.timeout(timeout_s):
            der = await fetch(url, timeout_s)
            checked = await asyncio.to_thread(check_list, der, wanted.certificate, issuer, at)
    except TimeoutError:
        return _Missing(wanted.role, f"{url}: it did not come in time")
    except TransportError as error:
        return _Missing(wanted.role, f"{url}: {error.what}")
    except RevocationListError as error:
        return _Missing(wanted.role, f"{url}: the list {error}")
    return _Had(wanted.role, *checked)


def _put_together(answers: Sequence[_Had | _Missing]) -> RevocationLists:
    """One file of all sound lists, as far as they fit."""
    pem, kept, left_out, revoked = b"", 0, [], []
    for each in answers:
        if isinstance(each, _Missing):
            left_out.append(f"{each.role}: {each.why}")
        elif len(pem) + len(each.pem) > MAX_FILE_BYTES:
            left_out.append(f"{each.role}: the list is larger than what may be kept")
        else:
            pem, kept = pem + each.pem, kept + 1
            if each.revocation is not None:
                revoked.append(f"{each.role}: {each.revocation}")
    return RevocationLists(pem, kept, tuple(left_out), tuple(revoked))
