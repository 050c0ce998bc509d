"""Which revocation lists are kept: none that the verifier would not take."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.crls import MAX_FILE_BYTES, check_list
from seal.der import is_strict
from seal.errors import RevocationListError
from tests.verify import tokenmaker as tm
from verify.certificates import x509 as verifiers
from verify.timestamps import revocation

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
POINT = x509.UniformResourceIdentifier("http://lists.example/1.crl")
OTHER = x509.UniformResourceIdentifier("http://lists.example/2.crl")
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")

KEY = ec.generate_private_key(ec.SECP256R1())
STRANGER = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Issuer")])
SCOPE = {
    **dict.fromkeys(("full_name", "relative_name", "only_some_reasons"), None),
    **dict.fromkeys(("only_contains_user_certs", "only_contains_ca_certs"), False),
    **dict.fromkeys(("indirect_crl", "only_contains_attribute_certs"), False),
}


def certified(name, key, issuer_name, issuer_key, *extensions):
    builder = x509.CertificateBuilder(issuer_name, name, key.public_key(), 77)
    builder = builder.not_valid_before(NOW - 99 * HOUR).not_valid_after(NOW + 999 * HOUR)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def usage(**changes):
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{**dict.fromkeys(names, False), "key_cert_sign": True, **changes})


ROOT = certified(
    NAME, KEY, NAME, KEY, x509.BasicConstraints(ca=True, path_length=None), usage(crl_sign=True)
)
LEAF = certified(
    x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Signer")]),
    STRANGER,
    NAME,
    KEY,
    x509.CRLDistributionPoints([x509.DistributionPoint([POINT], None, None, None)]),
)


def listing(
    *entries, name=NAME, key=KEY, digest=None, begin=-HOUR, end=HOUR, scope=None, extensions=()
):
    builder = x509.CertificateRevocationListBuilder(name, NOW + begin, NOW + end)
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    if scope is not None:
        point = x509.IssuingDistributionPoint(**{**SCOPE, **scope})
        builder = builder.add_extension(point, critical=True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(key, digest or hashes.SHA256()).public_bytes(Encoding.DER)


def revoked(serial=77, *extensions, critical=False):
    builder = x509.RevokedCertificateBuilder(serial, NOW - HOUR)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.build()


def verifiers_opinion(pem):
    """What the verifier makes of a file with this list; raises where it costs the time claim."""
    leaf, root = (verifiers.read(each.public_bytes(Encoding.DER)) for each in (LEAF, ROOT))
    return revocation.check(pem, (leaf, root), (root,), NOW, "x.crls.pem")


@pytest.mark.parametrize(
    "der",
    [
        listing(),
        listing(revoked(1), revoked(2, x509.CRLReason(x509.ReasonFlags.superseded))),
        listing(scope={"full_name": [POINT, OTHER]}),
        listing(scope={"only_contains_user_certs": True}),
        listing(digest=hashes.SHA512()),
        listing(extensions=[(x509.CRLNumber(5), False), (UNKNOWN, False)]),
        listing(revoked(1, x509.InvalidityDate(datetime(2020, 1, 1)), critical=True)),  # noqa: DTZ001
    ],
)
def test_a_sound_list_is_kept_and_the_verifier_knows_from_it(der):
    pem, told = check_list(der, LEAF, ROOT, NOW)
    assert told is None
    known = verifiers_opinion(pem)
    assert known.known
    assert "was not revoked as of" in str(known)


def test_a_list_that_tells_of_a_revocation_is_kept_and_says_so():
    entry = revoked(77, x509.CRLReason(x509.ReasonFlags.key_compromise))
    _, told = check_list(listing(entry), LEAF, ROOT, NOW)
    assert told == f"revoked on {NOW - HOUR:%Y-%m-%d %H:%M:%S} UTC (keyCompromise)"
    assert "(no reason told)" in check_list(listing(revoked(77)), LEAF, ROOT, NOW)[1]


SAME_LETTERS = x509.Name(
    [x509.NameAttribute(x509.NameOID.COMMON_NAME, "Issuer", x509.name._ASN1Type.PrintableString)]
)
DELTA = x509.DeltaCRLIndicator(3)


@pytest.mark.parametrize(
    ("der", "words"),
    [
        (b"", "not a certificate revocation list"),
        (b"-----BEGIN X509 CRL-----\n", "not a certificate revocation list"),
        (listing() + b"\0", "not a certificate revocation list"),
        (listing()[:-1], "not a certificate revocation list"),
        (listing() + b"\0" * MAX_FILE_BYTES, "larger"),
        (listing(key=STRANGER), "not signed by"),
        (listing(name=LEAF.subject), "another issuer"),
        (listing(name=SAME_LETTERS), "another issuer"),
        (listing(key=rsa.generate_private_key(65537, 2048)), "not signed by"),
        (listing(digest=hashes.SHA3_256()), "algorithm"),
        (listing(begin=HOUR, end=2 * HOUR), "time to come"),
        (listing(begin=-2 * HOUR, end=-HOUR), "ended"),
        (listing(scope={"only_contains_ca_certs": True}), "not about this certificate"),
        (listing(scope={"only_contains_attribute_certs": True}), "not about this certificate"),
        (listing(scope={"indirect_crl": True}), "not about this certificate"),
        (listing(scope={"full_name": [OTHER]}), "not about this certificate"),
        (
            listing(scope={"only_some_reasons": frozenset([x509.ReasonFlags.key_compromise])}),
            "not about this certificate",
        ),
        (listing(extensions=[(DELTA, True)]), "not a complete one"),
        (listing(extensions=[(DELTA, False)]), "not a complete one"),
        (listing(extensions=[(UNKNOWN, True)]), "not a complete one"),
        (listing(revoked(1, UNKNOWN, critical=True)), "an entry of a kind"),
    ],
)
def test_what_is_in_doubt_is_left_out(der, words):
    with pytest.raises(RevocationListError, match=words):
        check_list(der, LEAF, ROOT, NOW)


def test_the_tokens_time_counts_where_it_is_later_than_ours():
    with pytest.raises(RevocationListError, match="ended"):
        check_list(listing(), LEAF, ROOT, NOW + 2 * HOUR)


def test_an_issuer_that_may_not_sign_lists_is_none():
    silent = certified(NAME, KEY, NAME, KEY, usage())
    with pytest.raises(RevocationListError, match="may not sign lists"):
        check_list(listing(), LEAF, silent, NOW)
    check_list(listing(), LEAF, certified(NAME, KEY, NAME, KEY), NOW)


def resigned(body: bytes) -> bytes:
    """A list with this body, signed as the issuer would sign it."""
    algorithm = tm.seq(tm.oid(tm.ECDSA_SHA256))
    signature = KEY.sign(body, ec.ECDSA(hashes.SHA256()))
    return tm.seq(body, algorithm, tm.tlv(0x03, b"\0", signature))


BODY = x509.load_der_x509_crl(
    listing(
        revoked(1, x509.CRLReason(x509.ReasonFlags.superseded)),
        scope={"full_name": [POINT], "only_contains_user_certs": True},
        extensions=[(x509.CRLNumber(5), False)],
    )
).tbs_certlist_bytes


def test_the_samples_body_is_sound():
    verifiers_opinion(check_list(resigned(BODY), LEAF, ROOT, NOW)[0])


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(BODY) - 1), st.sampled_from([0, 1, 2, 5, 0x80, 0xFF, None])),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 255),
)
def test_the_verifier_takes_whatever_an_issuer_signed_and_we_keep(changes, other):
    body = bytearray(BODY)
    for place, value in changes:
        body[place] = other if value is None else value
    try:
        pem, told = check_list(resigned(bytes(body)), LEAF, ROOT, NOW)
    except RevocationListError:
        return
    assert told is None
    assert verifiers_opinion(pem).known


def test_the_verifier_takes_each_list_with_one_changed_byte_that_we_keep():
    kept = 0
    for place in range(len(BODY)):
        for value in {0, 0x80, 0xFF, BODY[place] ^ 1, BODY[place] ^ 0x20, (BODY[place] + 1) % 256}:
            body = BODY[:place] + bytes([value]) + BODY[place + 1 :]
            try:
                pem, _ = check_list(resigned(body), LEAF, ROOT, NOW)
            except RevocationListError:
                continue
            kept += 1
            assert verifiers_opinion(pem).known, (place, value)
    assert kept > 10  # serial number, reason, date: much may be otherwise and still be sound


@pytest.mark.parametrize(
    ("der", "strict"),
    [
        ("3000", True),
        ("0500", True),
        ("020100", True),
        ("0201ff", True),
        ("020200ff", True),
        ("0202ff7f", True),
        ("0101ff", True),
        ("03020780", True),
        ("06022a03", True),
        ("170d3236303130313030303030305a", True),
        ("180f32303236303130313030303030305a", True),
        ("", False),
        ("30", False),
        ("3001", False),
        ("300000", False),
        ("308000 0000", False),
        ("308100", False),
        ("3082000100", False),
        ("0200", False),
        ("02020001", False),
        ("0202ff80", False),
        ("0a020001", False),
        ("010101", False),
        ("0300", False),
        ("03020781", False),
        ("030108", False),
        ("050100", False),
        ("0600", False),
        ("06012a80", False),
        ("06022a80", False),
        ("06032a8001", False),
        ("1f0100", False),
        ("1000", False),
        ("2400", False),
        ("170b323630313031303030305a", False),
        ("181132303236303130313030303030302e355a", False),
    ],
)
def test_strict_der_has_one_spelling(der, strict):
    assert is_strict(bytes.fromhex(der)) is strict


def test_strict_der_is_not_endlessly_deep():
    der = b""
    for _ in range(31):
        der = tm.seq(der)
    assert is_strict(der)
    assert not is_strict(tm.seq(tm.seq(der)))
