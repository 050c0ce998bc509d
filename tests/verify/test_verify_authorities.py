"""Step 5, from 5.6 on: when a token was made, by whom, and whether they are to be relied upon.

Each token here is good but for the defect that its test is named after.
"""

import warnings

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.verify import bagmaker
from tests.verify import tokenmaker as tm
from verify.arithmetic import der
from verify.codes import Code
from verify.report import Verdict

CONTRADICTED, NOT_PROVED = Verdict.CONTRADICTED, Verdict.NOT_PROVED


# 5.6 The time


@pytest.mark.parametrize(
    ("time", "ok"),
    [
        ("20250601100141.5Z", True),  # 10 minutes before `sealed`
        ("20250601100140.5Z", True),  # and the second of accuracy
        ("20250601100140.4Z", False),
        ("20240601101200Z", False),
        ("00010101000000Z", False),
    ],
)
def test_time_before_the_statement_was_made(passes, finds, statement, authority, time, ok):
    reply = tm.good_response(statement, authority, content=tm.info(statement, time=time))
    if ok:
        passes(reply=reply)
    else:
        finds(Code.TIMESTAMP_EARLY, CONTRADICTED, reply=reply)


# 5.7 The certificate's purpose


@pytest.mark.parametrize(
    "change",
    [
        {"usages_critical": False},
        {"usages": ()},
        {"usages": (ExtendedKeyUsageOID.SERVER_AUTH,)},
        {"usages": (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)},
        {"usages": (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)},
        {"usages": (ExtendedKeyUsageOID.TIME_STAMPING,) * 2},
    ],
    ids=["not critical", "none", "TLS", "any", "and another", "twice"],
)
def test_certificate_that_is_not_solely_for_timestamping(finds, change):
    finds(Code.TIMESTAMP_PURPOSE, NOT_PROVED, who=tm.authority(**change))


@pytest.mark.parametrize(
    "change",
    [
        # The time-stamping usage as before, but the list is no list.
        (tm.seq(tm.oid("1.3.6.1.5.5.7.3.8")), tm.tlv(0x31, tm.oid("1.3.6.1.5.5.7.3.8"))),
        # The basic constraints' OID made into a second one of the usages'.
        (tm.oid("2.5.29.19"), tm.oid("2.5.29.37")),
    ],
    ids=["malformed", "twice"],
)
def test_certificate_whose_extensions_cannot_be_read(finds, authority, change):
    der = authority.signer.der
    assert change[0] in der
    patched = x509.load_der_x509_certificate(der.replace(*change))
    signer = tm.Party(authority.signer.key, patched)
    who = tm.Authority(authority.root, authority.middle, signer)
    finds(Code.TIMESTAMP_PURPOSE, NOT_PROVED, who=who)


# 5.8 The path


def authority_of(root: tm.Party, *, middle=None, signer=None) -> tm.Authority:
    middle = tm.certify("Issuer", root, **{"authority": True, **(middle or {})})
    return tm.Authority(root, middle, tm.certify("Authority", middle, **(signer or {})))


PAST = {"start": tm.NOW - 90 * tm.DAY, "end": tm.NOW - tm.DAY}
FUTURE = {"start": tm.NOW + tm.DAY, "end": tm.NOW + 90 * tm.DAY}


def good_root(**changes):
    return tm.certify("Root", **{"authority": True, "usages": (), **changes})


@pytest.mark.parametrize("validity", [PAST, FUTURE], ids=["expired", "not yet valid"])
@pytest.mark.parametrize("which", ["root", "middle", "signer"])
def test_certificate_not_valid_at_that_time(finds, which, validity):
    root = good_root(**(validity if which == "root" else {}))
    parts = {which: validity} if which != "root" else {}
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, who=authority_of(root, **parts))


def test_certificate_expired_since_was_valid_then(passes):
    """The time that counts is the timestamp's, not today."""
    short = {"start": tm.NOW - tm.DAY, "end": tm.NOW + tm.DAY}
    passes(who=authority_of(good_root(), middle=short, signer=short))


def test_root_of_the_same_name_with_another_key(finds, authority, verify_stamped, good):
    imposter = tm.Authority(good_root(), authority.middle, authority.signer)
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, who=imposter)


def test_root_of_another_name(finds, authority):
    root = tm.certify("Another root", authority=True, usages=())
    imposter = tm.Authority(root, authority.middle, authority.signer)
    finds(Code.TIMESTAMP_ROOT_UNKNOWN, NOT_PROVED, who=imposter)


def test_issuer_that_is_no_authority(finds):
    """Whoever has any certificate under the root could otherwise issue more."""
    finds(
        Code.TIMESTAMP_PATH,
        NOT_PROVED,
        who=authority_of(good_root(), middle={"authority": False}),
    )


def test_issuer_that_may_not_sign_certificates(finds):
    finds(
        Code.TIMESTAMP_PATH,
        NOT_PROVED,
        who=authority_of(good_root(), middle={"key_usage": "crl_sign"}),
    )


def test_issuer_that_may_sign_certificates(passes):
    passes(who=authority_of(good_root(), middle={"key_usage": "key_cert_sign"}))


def test_issuer_that_may_not_issue_for_timestamping(finds):
    usages = (ExtendedKeyUsageOID.SERVER_AUTH,)
    who = authority_of(good_root(), middle={"usages": usages})
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, who=who)


def test_issuer_without_limits_of_purpose(passes):
    any_usage = (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)
    passes(who=authority_of(good_root(), middle={"usages": ()}))
    passes(who=authority_of(good_root(), middle={"usages": any_usage, "usages_critical": False}))


def test_path_longer_than_the_root_allows(finds, passes):
    passes(who=authority_of(good_root(path_length=1)))
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, who=authority_of(good_root(path_length=0)))


def test_signer_that_is_an_authority(finds):
    who = authority_of(good_root(), signer={"authority": True})
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, who=who)


def test_signer_that_does_not_say_whether_it_is_an_authority(passes):
    passes(who=authority_of(good_root(), signer={"basic": False}))


def test_signer_that_may_not_sign_documents(finds, passes):
    who = authority_of(good_root(), signer={"key_usage": "key_encipherment"})
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, who=who)
    for usage in ("digital_signature", "content_commitment"):
        passes(who=authority_of(good_root(), signer={"key_usage": usage}))


def test_signer_directly_under_the_root(passes, statement):
    root = good_root()
    signer = tm.certify("Authority", root)
    who = tm.Authority(root, root, signer)
    passes(who=who)


def test_trusting_the_authority_s_own_certificate_is_not_enough(finds):
    """It is told so, rather than taken for a root."""
    root = good_root()
    middle = tm.certify("Issuer", root, authority=True)
    signer = tm.certify("Issuer", middle)
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, who=tm.Authority(signer, middle, signer))


def test_self_signed_signer_of_the_root_s_name(finds, authority):
    signer = tm.certify("Root")
    who = tm.Authority(authority.root, authority.middle, signer)
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, who=who)


def test_intermediate_missing(finds, statement, authority):
    content = tm.info(statement)
    signer = tm.signer_info(authority.signer, tm.signed_attributes(content, authority))
    reply = tm.response(tm.token(content, (authority.signer,), signer))
    finds(
        Code.TIMESTAMP_ROOT_UNKNOWN,
        NOT_PROVED,
        reply=reply,
        certificates=tm.chain((authority.signer,)),
    )


def test_unknown_critical_extension(finds, statement):
    root = good_root()
    middle = tm.certify("Issuer", root, authority=True)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder(
            issuer_name=middle.certificate.subject,
            subject_name=tm.name("Authority"),
            public_key=key.public_key(),
            serial_number=5,
            not_valid_before=tm.NOW - tm.DAY,
            not_valid_after=tm.NOW + tm.DAY,
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(
            x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\0"), critical=True
        )
        .sign(middle.key, hashes.SHA256())
    )
    who = tm.Authority(root, middle, tm.Party(key, certificate))
    finds(Code.TIMESTAMP_PATH, NOT_PROVED, who=who)


def test_authority_with_a_key_of_an_unknown_kind(finds, statement, authority):
    """An Ed25519 certificate: not an algorithm of RFC 3161's authorities, so not decided."""
    key = ed25519.Ed25519PrivateKey.generate()
    signer = tm.certify("Authority", authority.middle, key=key)
    stand_in = tm.Party(ec.generate_private_key(ec.SECP256R1()), signer.certificate)
    who = tm.Authority(authority.root, authority.middle, stand_in)
    finds(Code.TIMESTAMP_ALGORITHM, NOT_PROVED, who=who)


def test_old_root_with_serial_number_zero(verify_stamped, good, authority):
    """The library warns of it; it must neither be refused nor break a run with -W error."""
    tbs, *rest = der.parse(authority.root.der).children
    version, _, *others = (child.encoded for child in tbs.children)
    # The self-signature breaks by this; nobody checks it of a certificate that is trusted.
    old = tm.seq(tm.seq(version, tm.integer(0), *others), *(child.encoded for child in rest))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root = tm.Party(authority.root.key, x509.load_der_x509_certificate(old))
    who = tm.Authority(root, authority.middle, authority.signer)
    assert bagmaker.codes(verify_stamped(tm.stamped(good, who), who)) == []
