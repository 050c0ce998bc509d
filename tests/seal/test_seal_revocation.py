"""Which revocation lists are asked for, and what is said of those that do not come."""

import asyncio
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from seal.authorities import Stamp, collect
from seal.crls import MAX_FILE_BYTES
from seal.errors import TransportError
from seal.revocation import RevocationLists, collect_lists
from tests.seal import test_seal_crls as made
from tests.support.tsa import Misbehaviour

NOW = datetime.now(UTC)
ONE, TWO, THREE = (f"http://lists.example/{number}.crl" for number in (1, 2, 3))


def chain(*urls, extra=(), issuer=made.ROOT):
    """A signer's certificate with these addresses, and its issuer; DER."""
    names = [x509.UniformResourceIdentifier(url) for url in urls]
    points = [x509.DistributionPoint([name], None, None, None) for name in names]
    extensions = [x509.CRLDistributionPoints([*points, *extra])] if points or extra else []
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Signer")])
    leaf = made.certified(subject, made.STRANGER, made.NAME, made.KEY, *extensions)
    return [each.public_bytes(Encoding.DER) for each in (leaf, issuer) if each]


def gather(certificates, answers, timeout_s=20.0) -> tuple[RevocationLists, list[str]]:
    """What is had where the addresses in `answers` give bytes or raise, and who was asked."""
    asked = []

    async def fetch(url, time_limit_s):
        asked.append(url)
        answer = answers.get(url, TransportError("The server answered with HTTP 404"))
        if answer is None:
            await asyncio.sleep(60)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return asyncio.run(collect_lists(certificates, NOW, fetch, timeout_s)), asked


def test_a_roots_own_list_is_not_asked_for():
    lists, asked = gather(chain(ONE), {ONE: made.listing()})
    assert asked == [ONE]
    assert (lists.kept, lists.left_out, lists.revoked) == (1, (), ())
    made.verifiers_opinion(lists.pem)


def test_where_the_issuer_is_not_carried_nobody_is_asked():
    lists, asked = gather(chain(ONE, issuer=None), {ONE: made.listing()})
    assert (lists.pem, lists.kept, asked) == (b"", 0, [])
    assert "the signer: its issuer's certificate is not in the token" in lists.left_out[0]


def test_the_first_sound_list_of_the_addresses_is_kept():
    answers = {ONE: b"nonsense", TWO: made.listing()}
    lists, asked = gather(chain(ONE, TWO, THREE), answers)
    assert set(asked) == {ONE, TWO}  # two addresses are enough
    assert (lists.kept, lists.left_out) == (1, ())
    lists, _ = gather(chain(ONE, TWO), {ONE: b"nonsense"})
    (told,) = lists.left_out
    assert told.startswith(
        f"the signer: {ONE}: the list is not a certificate revocation list in DER;"
    )
    assert told.endswith(f"; {TWO}: The server answered with HTTP 404")


@pytest.mark.parametrize(
    "url",
    [
        "ldap://directory.example/cn=list",
        "file:///etc/passwd",
        "ftp://lists.example/1.crl",
        "http://lists.example/a b",
        "http://lists.example/a\r\nX: y",
        "http://lists.example/\x1b[2J",
        "http://lists.example/" + "a" * 500,
        "",
    ],
)
def test_an_address_that_is_no_plain_one_is_neither_asked_nor_shown(url):
    lists, asked = gather(chain(url), {})
    assert asked == []
    assert lists.left_out == ("the signer: its certificate names no http address for a list",)


def test_points_of_other_kinds_are_passed_over():
    name = x509.UniformResourceIdentifier(ONE)
    directory = x509.DirectoryName(made.NAME)
    reasons = frozenset([x509.ReasonFlags.key_compromise])
    others = [
        x509.DistributionPoint([name], None, reasons, None),
        x509.DistributionPoint([name], None, None, [directory]),
        x509.DistributionPoint([directory], None, None, None),
        x509.DistributionPoint(None, made.NAME.rdns[0], None, None),
    ]
    assert gather(chain(extra=others), {ONE: made.listing()})[1] == []
    assert gather(chain(), {})[0].kept == 0


def test_a_slow_one_is_given_up_and_the_other_address_serves():
    lists, _ = gather(chain(ONE, TWO), {ONE: None, TWO: made.listing()}, timeout_s=2)
    assert lists.kept == 1
    lists, _ = gather(chain(ONE), {ONE: None}, timeout_s=0.05)
    assert lists.left_out == (f"the signer: {ONE}: it did not come in time",)
    assert gather(chain(ONE), {ONE: made.listing()}, timeout_s=0)[0].kept == 0
    assert gather(chain(ONE), {ONE: TimeoutError()})[0].kept == 0


def test_what_fetching_was_not_to_raise_comes_out():
    with pytest.raises(ExceptionGroup) as raised:
        gather(chain(ONE), {ONE: KeyError("a mistake in the program")})
    assert raised.group_contains(KeyError)


def test_what_does_not_fit_is_left_out():
    key = ec.generate_private_key(ec.SECP256R1())
    middle_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Middle")])
    points = [
        x509.CRLDistributionPoints(
            [x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)]
        )
        for url in (ONE, TWO)
    ]
    authority = x509.BasicConstraints(ca=True, path_length=None)
    middle = made.certified(middle_name, key, made.NAME, made.KEY, points[1], authority)
    leaf = made.certified(made.LEAF.subject, made.STRANGER, middle_name, key, points[0])
    certificates = [each.public_bytes(Encoding.DER) for each in (leaf, middle, made.ROOT)]
    entries = [made.revoked(number) for number in range(1000, 7000)]
    own = made.listing(*entries, name=middle_name, key=key)
    lists, _ = gather(certificates, {ONE: own, TWO: made.listing()})
    assert lists.kept == 2
    assert len(lists.pem) <= MAX_FILE_BYTES
    lists, _ = gather(certificates, {ONE: own, TWO: made.listing(*entries)})
    assert lists.kept == 1
    assert lists.left_out == ("issuer 1: the list is larger than what may be kept",)
    assert len(lists.pem) <= MAX_FILE_BYTES


def test_a_revocation_is_told_with_whose_it_is():
    lists, _ = gather(chain(ONE), {ONE: made.listing(made.revoked(77))})
    assert lists.kept == 1
    assert lists.revoked[0].startswith("the signer: revoked on ")


def test_a_stamp_brings_its_lists_and_stands_without_them(responder):
    authority = responder()

    async def post(url, query, time_limit_s):
        return authority.answer(query)

    async def fetch(url, time_limit_s):
        raise AssertionError("these certificates name no addresses")

    async def stamps():
        asked = await collect(b"{}", ["http://tsa.example"], post, 20.0, fetch)
        not_asked = await collect(b"{}", ["http://tsa.example"], post, 20.0)
        return asked + not_asked

    with_lists, without = asyncio.run(stamps())
    assert isinstance(with_lists, Stamp)
    assert len(with_lists.lists.left_out) == 2  # of signer and issuer; the root has none
    assert isinstance(without, Stamp)
    assert without.lists == RevocationLists()


def test_an_authority_that_lies_has_no_lists_fetched(responder):
    liar = responder(Misbehaviour.ALTERED_SIGNATURE)

    async def post(url, query, time_limit_s):
        return liar.answer(query)

    async def fetch(url, time_limit_s):
        raise AssertionError("nobody is to be asked")

    (attempt,) = asyncio.run(collect(b"{}", ["http://tsa.example"], post, 20.0, fetch))
    assert not isinstance(attempt, Stamp)
