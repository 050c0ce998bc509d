"""Certification paths: what RFC 5280 asks of each link, and hostile tangles of certificates."""

import datetime as dt

import pytest
from cryptography import x509 as theirs
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify import tokenmaker as tm
from verify import limits
from verify.arithmetic.der import DerError
from verify.certificates import names, path, x509
from verify.certificates.path import PathError


def read(*parties):
    return [x509.read(party.der) for party in parties]


def find(*parties, time=tm.NOW):
    """Find a path from the first to the last of these parties, over those between."""
    leaf, *others, anchor = read(*parties)
    return path.find(leaf, others, [anchor], time)


def issue(subject, issuer=None, *extensions, authority=False, key=None, **sign):
    """Make a certificate with exactly these extensions, each with whether it is critical."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = theirs.CertificateBuilder(
        issuer_name=issuer.certificate.subject if issuer else tm.name(subject),
        subject_name=tm.name(subject),
        public_key=key.public_key(),
        serial_number=theirs.random_serial_number(),
        not_valid_before=tm.NOW - tm.DAY,
        not_valid_after=tm.NOW + tm.DAY,
    )
    if authority:
        constraints = theirs.BasicConstraints(ca=True, path_length=None)
        builder = builder.add_extension(constraints, critical=True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return tm.Party(key, builder.sign(issuer.key if issuer else key, hashes.SHA256(), **sign))


@pytest.fixture(scope="module")
def root():
    return issue("Root", authority=True)


def test_path_is_in_order_whatever_the_order_of_what_is_carried(root):
    first = issue("First", root, authority=True)
    second = issue("Second", first, authority=True)
    leaf = issue("Leaf", second)
    for others in ([first, second], [second, first], [leaf, first, root, second, second]):
        found = path.find(*read(leaf), read(*others), read(root), tm.NOW)
        assert [names.text(x.subject) for x in found] == [
            *("CN=Leaf", "CN=Second", "CN=First", "CN=Root"),
        ]


def test_a_bad_certificate_of_the_issuer_s_name_does_not_hide_the_good_one(root):
    """As with cross-certificates: whichever leads to a trusted one counts."""
    good = issue("Issuer", root, authority=True)
    leaf = issue("Leaf", good)
    stranger = issue("Root", authority=True)
    bad = [
        issue("Issuer", root, key=good.key),
        issue("Issuer", stranger, authority=True, key=good.key),
        issue("Issuer", root, authority=True),
    ]
    found = path.find(*read(leaf), read(*bad, good), read(root), tm.NOW)
    assert found[1].der == good.der


def test_trusting_an_intermediate_is_enough(root):
    middle = issue("Issuer", root, authority=True)
    assert len(find(issue("Leaf", middle), middle)) == 2


def test_the_leaf_s_own_certificate_is_no_anchor(root):
    leaf = issue("Leaf", root)
    with pytest.raises(PathError):
        find(leaf, leaf)


@pytest.mark.parametrize("critical", [True, False])
def test_name_constraints_are_refused(root, critical):
    constraint = theirs.NameConstraints([theirs.DNSName("example.org")], None)
    middle = issue("Issuer", root, (constraint, critical), authority=True)
    with pytest.raises(PathError, match="constrains names"):
        find(issue("Leaf", middle), middle, root)


@pytest.mark.parametrize(
    "extension",
    [
        theirs.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None),
        theirs.InhibitAnyPolicy(0),
        theirs.UnrecognizedExtension(theirs.ObjectIdentifier("1.2.3.4"), b"\5\0"),
    ],
)
def test_unknown_critical_extension_of_an_issuer(root, extension):
    middle = issue("Issuer", root, (extension, True), authority=True)
    with pytest.raises(PathError, match="critical extension"):
        find(issue("Leaf", middle), middle, root)
    middle = issue("Issuer", root, (extension, False), authority=True)
    find(issue("Leaf", middle), middle, root)


def test_critical_extensions_that_are_known(root):
    policies = theirs.CertificatePolicies(
        [theirs.PolicyInformation(theirs.ObjectIdentifier("1.2.3"), None)]
    )
    alternative = theirs.SubjectAlternativeName([theirs.DNSName("tsa.example.org")])
    middle = issue("Issuer", root, (policies, True), authority=True)
    find(issue("Leaf", middle, (policies, True), (alternative, True)), middle, root)


def usage(*names_of_bits):
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return theirs.KeyUsage(**{bit: bit in names_of_bits for bit in every})


def test_signer_whose_key_is_for_more_than_signing(root):
    """RFC 5280, 4.2.1.12: with timestamping go these two usages and no other."""
    find(issue("Leaf", root, (usage("digital_signature", "content_commitment"), True)), root)
    for more in ("key_encipherment", "key_cert_sign", "key_agreement", "crl_sign"):
        leaf = issue("Leaf", root, (usage("digital_signature", more), True))
        with pytest.raises(PathError, match="signing documents"):
            find(leaf, root)


def test_self_issued_certificates_do_not_count_against_the_length():
    """RFC 5280, 6.1.4 (l): a rollover of an authority's own key is no further level."""
    root = tm.certify("Root", authority=True, path_length=0, usages=())
    renewed = tm.certify("Root", root, authority=True, usages=())
    leaf = tm.certify("Leaf", renewed)
    assert len(find(leaf, renewed, root)) == 3
    other = tm.certify("Another", root, authority=True, usages=())
    with pytest.raises(PathError, match="which allows 0"):
        find(tm.certify("Leaf", other), other, root)


def test_purposes_nest_also_at_the_trusted_certificate():
    for purposes, ok in (
        ((ExtendedKeyUsageOID.SERVER_AUTH,), False),
        ((ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.TIME_STAMPING), True),
        ((ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,), True),
    ):
        root = tm.certify("Root", authority=True, usages=purposes, usages_critical=False)
        leaf = tm.certify("Leaf", root)
        if ok:
            find(leaf, root)
            continue
        with pytest.raises(PathError, match="may not issue"):
            find(leaf, root)


@pytest.mark.parametrize(
    ("offset", "ok"),
    [
        (-tm.DAY, True),
        (-tm.DAY - dt.timedelta(seconds=1), False),
        (tm.DAY, True),
        (tm.DAY + dt.timedelta(seconds=1), False),
    ],
)
def test_validity_is_inclusive(root, offset, ok):
    leaf = issue("Leaf", root)
    if ok:
        find(leaf, root, time=tm.NOW + offset)
    else:
        with pytest.raises(PathError, match="is valid from"):
            find(leaf, root, time=tm.NOW + offset)


def test_signatures_of_certificates():
    """RSASSA-PSS is taken here, with SHA-2; PKCS1-v1_5 and all three curves as well."""
    for bits in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()):
        root = issue("Root", authority=True, key=ec.generate_private_key(bits))
        find(issue("Leaf", root), root)
    key = rsa.generate_private_key(65537, 2048)
    root = issue("Root", authority=True, key=key)
    find(issue("Leaf", root), root)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    find(issue("Leaf", root, rsa_padding=pss), root)
    other = padding.PSS(padding.MGF1(hashes.SHA512()), 32)
    with pytest.raises(PathError, match="RSASSA-PSS"):
        find(issue("Leaf", root, rsa_padding=other), root)


def test_one_altered_bit_of_a_certificate_breaks_the_path(root):
    middle = issue("Issuer", root, authority=True)
    leaf = issue("Leaf", middle)
    for position in range(0, len(middle.der), 2):
        changed = bytearray(middle.der)
        changed[position] ^= 0x02
        try:
            other = x509.read(bytes(changed))
        except DerError:
            continue
        with pytest.raises(PathError):
            path.find(*read(leaf), [other], read(root), tm.NOW)


def test_a_tangle_is_given_up_upon(root):
    """Every certificate may have issued every other: there are more paths than can be tried."""
    key = ec.generate_private_key(ec.SECP256R1())
    tangled = issue("Tangle", authority=True, key=key)
    tangle = [issue("Tangle", tangled, authority=True, key=key) for _ in range(12)]
    with pytest.raises(PathError, match="tangle"):
        path.find(*read(issue("Leaf", tangled)), read(*tangle), read(root), tm.NOW)


def test_a_path_longer_than_any_real_one(root):
    chain = [root]
    for number in range(limits.PATH_CERTIFICATES):
        chain.append(issue(f"Issuer {number}", chain[-1], authority=True))
    with pytest.raises(PathError):
        find(issue("Leaf", chain[-1]), *reversed(chain))


# Reading certificates


@settings(deadline=None, max_examples=150)
@given(position=st.integers(0, 10_000), mask=st.integers(1, 255))
def test_mutated_certificates_are_read_or_refused_with_our_error(position, mask):
    changed = bytearray(CERTIFICATE)
    changed[position % len(changed)] ^= mask
    try:
        certificate = x509.read(bytes(changed))
        names.text(certificate.subject)
        certificate.authority()
        certificate.key_usage()
        certificate.extended_key_usage()
        certificate.subject_key_identifier()
    except DerError:
        return


CERTIFICATE = tm.certify("Leaf", identifier=True, key_usage="digital_signature").der


@pytest.mark.parametrize(
    "attributes",
    [
        [("CN", "a")],
        [("C", "DE"), ("O", 'A, B "C" + <D>; \\'), ("CN", "#x")],
        [("CN", " leading"), ("O", "trailing ")],
        [("O", "Größe"), ("CN", "ü\u4e2d")],
    ],
    ids=range(4),
)
def test_names_are_written_as_theirs(attributes):
    kinds = {"CN": "2.5.4.3", "O": "2.5.4.10", "C": "2.5.4.6"}
    name = theirs.Name(
        [
            theirs.NameAttribute(theirs.ObjectIdentifier(kinds[kind]), value)
            for kind, value in attributes
        ]
    )
    assert names.text(name.public_bytes()) == name.rfc4514_string()


def test_name_of_an_unreadable_kind():
    strange = tm.seq(tm.tlv(0x31, tm.seq(tm.oid("2.5.4.3"), tm.tlv(0x0C, b"\xff"))))
    assert names.text(strange) == "CN=#0c01ff"
    unknown = tm.seq(tm.tlv(0x31, tm.seq(tm.oid("1.2.3"), tm.integer(5))))
    assert names.text(unknown) == "1.2.3=#020105"
    for bad in (tm.seq(tm.tlv(0x31)), tm.seq(tm.integer(1)), tm.seq(tm.seq())):
        with pytest.raises(DerError):
            names.text(bad)


def test_two_signature_algorithms_in_one_certificate():
    """The outer one is not signed; it must be the inner one (RFC 5280, 4.1.1.2)."""
    inner = bytes.fromhex("06082a8648ce3d040302")
    assert CERTIFICATE.count(inner) == 2
    position = CERTIFICATE.rindex(inner)
    changed = CERTIFICATE[:position] + inner[:-1] + b"\x03" + CERTIFICATE[position + len(inner) :]
    with pytest.raises(DerError, match="two signature algorithms"):
        x509.read(changed)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        *((0x17, b"2506011012Z"), (0x17, b"250601101200"), (0x17, b"250601101200+0000")),
        *((0x18, b"20250601101200.5Z"), (0x18, b"20250631101200Z"), (0x13, b"250601101200Z")),
    ],
)
def test_times_of_other_forms(tag, text):
    from verify.arithmetic.der import parse

    with pytest.raises(DerError):
        x509.read_time(parse(tm.tlv(tag, text)))


def test_times():
    from verify.arithmetic.der import parse

    for tag, text, year in (
        *((0x17, b"491231235959Z", 2049), (0x17, b"500101000000Z", 1950)),
        (0x18, b"99991231235959Z", 9999),
    ):
        assert x509.read_time(parse(tm.tlv(tag, text))).year == year


def test_encodings_are_those_of_the_other_library():
    certificate = x509.read(CERTIFICATE)
    parsed = theirs.load_der_x509_certificate(CERTIFICATE)
    assert certificate.tbs == parsed.tbs_certificate_bytes
    assert certificate.signature == parsed.signature
    assert certificate.serial == parsed.serial_number
    assert (certificate.start, certificate.end) == (
        parsed.not_valid_before_utc,
        parsed.not_valid_after_utc,
    )
    assert certificate.key_info == parsed.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
