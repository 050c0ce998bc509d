"""Step 5.9: revocation lists stored beside a timestamp, as good or as bad as each test is named."""

import datetime as dt
import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import ReasonFlags

from tests.verify import bagmaker
from tests.verify import tokenmaker as tm
from tests.verify.listmaker import listing, revoked
from verify.arithmetic import der
from verify.certificates import crl
from verify.codes import Code
from verify.report import Verdict
from verify.saying import text
from verify.trusting import trust
from verify.verifier import verify_bag

DAY = tm.DAY
CRLS = "seal/timestamps/example.crls.pem"
URL = x509.UniformResourceIdentifier("http://crl.example.org/1.crl")


@pytest.fixture
def with_lists(verify_stamped, good, authority):
    def check(*lists, who=authority):
        files = {**tm.stamped(good, who), CRLS: b"".join(lists)}
        return verify_stamped(files, who)

    return check


def known(report):
    assert bagmaker.codes(report) == []
    assert bagmaker.verdicts(report)["time"] == "PROVED"
    return report.timestamps[0].revocation


def test_without_lists_it_is_said_that_revocation_is_not_known(passes):
    report = passes()
    assert not known(report).known
    assert "revocation not known" in text.render(report)


def test_lists_of_all_issuers(with_lists, authority):
    report = with_lists(listing(authority.middle), listing(authority.root))
    assert known(report).known
    page = text.render(report)
    assert "'CN=Authority' was not revoked as of 2025-06-02T10:12:00Z" in page
    assert "revocation not known" not in page
    assert report.as_json()["timestamps"][0]["revocation"]["known"] is True


def test_a_list_of_the_signer_s_issuer_only(with_lists, authority):
    told = known(with_lists(listing(authority.middle)))
    assert not told.known
    assert told.details == ("'CN=Authority' was not revoked as of 2025-06-02T10:12:00Z",)


@pytest.mark.parametrize("which", ["signer", "middle"])
@pytest.mark.parametrize(
    "reason",
    [
        *(None, ReasonFlags.key_compromise, ReasonFlags.ca_compromise),
        *(ReasonFlags.certificate_hold, ReasonFlags.privilege_withdrawn),
        ReasonFlags.aa_compromise,
    ],
)
def test_revoked_for_a_reason_by_which_all_timestamps_fall(with_lists, authority, which, reason):
    """Also where the revocation is much later."""
    issuer = {"signer": authority.middle, "middle": authority.root}[which]
    entry = revoked(getattr(authority, which), tm.NOW + 300 * DAY, reason)
    report = with_lists(listing(issuer, entry, start=tm.NOW + 301 * DAY))
    assert bagmaker.codes(report) == [Code.TIMESTAMP_REVOKED]
    assert report.findings[0].effect is Verdict.NOT_PROVED
    assert report.timestamps == ()


@pytest.mark.parametrize(
    "reason",
    [
        *(ReasonFlags.unspecified, ReasonFlags.affiliation_changed, ReasonFlags.superseded),
        ReasonFlags.cessation_of_operation,
    ],
)
def test_revoked_while_the_key_stayed_sound(with_lists, authority, reason):
    """Timestamps from before remain valid, those from the date on do not (RFC 3161, 4)."""
    later = revoked(authority.signer, tm.NOW + dt.timedelta(seconds=1), reason)
    if reason is ReasonFlags.unspecified:  # the builder leaves no choice: 0 is written out
        assert later.extensions
    told = known(with_lists(listing(authority.middle, later)))
    assert "was revoked later" in told.details[0]
    at = revoked(authority.signer, tm.NOW, reason)
    report = with_lists(listing(authority.middle, at))
    assert bagmaker.codes(report) == [Code.TIMESTAMP_REVOKED]


def test_another_certificate_was_revoked(with_lists, authority):
    entry = revoked(authority.middle, tm.NOW - DAY)
    assert known(with_lists(listing(authority.middle, entry))).details


def test_an_old_list_says_nothing_but_a_current_one_does(with_lists, authority):
    old = listing(authority.middle, start=tm.NOW - 9 * DAY, end=tm.NOW - DAY)
    assert known(with_lists(old)).details == ()
    current = listing(authority.middle, start=tm.NOW - DAY, end=tm.NOW + DAY)
    assert "as of 2025-05-31" in known(with_lists(current)).details[0]


def test_a_list_from_after_the_certificate_s_end_may_leave_it_out(with_lists, authority):
    late = listing(authority.middle, start=tm.NOW + 401 * DAY)
    assert known(with_lists(late)).details == ()
    entry = revoked(authority.signer, tm.NOW, ReasonFlags.key_compromise)
    late = listing(authority.middle, entry, start=tm.NOW + 401 * DAY)
    assert bagmaker.codes(with_lists(late)) == [Code.TIMESTAMP_REVOKED]


def test_a_forged_list(with_lists, authority):
    """Or one by the authority's next key: that cannot be told apart, so nothing is decided."""
    forged = listing(authority.middle, key=authority.root.key)
    report = with_lists(forged)
    assert bagmaker.codes(report) == [Code.TIMESTAMP_CRL]
    assert report.findings[0].effect is Verdict.NOT_PROVED
    assert report.timestamps == ()


def test_a_list_of_somebody_else(with_lists):
    report = with_lists(listing(tm.certify("Stranger", authority=True)))
    assert bagmaker.codes(report) == [Code.TIMESTAMP_CRL]
    assert report.findings[0].effect is Verdict.NOT_PROVED


def test_a_list_by_an_issuer_that_the_path_does_without(tmp_path, trust_file, good, authority):
    """As where the caller trusts the intermediate itself: the root's list is of no use then."""
    roots = tmp_path / "roots.pem"
    roots.write_bytes(authority.middle.pem)
    trusted = trust.load([str(trust_file), str(roots)])
    files = {**tm.stamped(good, authority), CRLS: listing(authority.root)}
    report = verify_bag(bagmaker.write(files, tmp_path), trusted)
    assert known(report).details == ("a list by 'CN=Root' is of no use here",)


def test_a_list_after_an_authority_renewed_its_key(verify_stamped, good):
    """Two certificates of one name in the path: the list is the one's whose key signed it."""
    root = tm.certify("Root", authority=True, usages=())
    renewed = tm.certify("Root", root, authority=True, usages=())
    who = tm.Authority(root, renewed, tm.certify("Authority", renewed))
    files = {**tm.stamped(good, who), CRLS: listing(renewed) + listing(root)}
    told = known(verify_stamped(files, who))
    assert told.known
    entry = revoked(who.signer, tm.NOW)
    files = {**tm.stamped(good, who), CRLS: listing(renewed, entry)}
    assert bagmaker.codes(verify_stamped(files, who)) == [Code.TIMESTAMP_REVOKED]
    files = {**tm.stamped(good, who), CRLS: listing(root, entry)}  # not the signer's issuer's
    assert "revoked" in known(verify_stamped(files, who)).details[0]


def test_an_issuer_that_may_not_sign_lists(with_lists):
    root = tm.certify("Root", authority=True, usages=())
    middle = tm.certify("Issuer", root, authority=True, key_usage="key_cert_sign")
    who = tm.Authority(root, middle, tm.certify("Authority", middle))
    assert "of no use" in known(with_lists(listing(middle), who=who)).details[0]


@pytest.mark.parametrize(
    "scope",
    [
        {"indirect_crl": True},
        {"only_contains_attribute_certs": True},
        {"only_some_reasons": frozenset([ReasonFlags.superseded])},
        {
            "full_name": None,
            "relative_name": x509.RelativeDistinguishedName(
                [x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")]
            ),
        },
    ],
    ids=["indirect", "attributes", "some reasons", "relative name"],
)
def test_a_list_of_a_kind_that_is_not_known_here(with_lists, authority, scope):
    assert "of no use" in known(with_lists(listing(authority.middle, scope=scope))).details[0]


def test_a_delta_list_is_of_no_use(with_lists, authority):
    delta = listing(authority.middle, extension=x509.DeltaCRLIndicator(1))
    assert "of no use" in known(with_lists(delta)).details[0]


def test_an_entry_with_an_unknown_critical_extension(with_lists, authority):
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")
    entry = revoked(authority.middle, tm.NOW, None, unknown)
    assert "of no use" in known(with_lists(listing(authority.middle, entry))).details[0]


def test_scopes(with_lists, authority):
    """A list for users' certificates covers the signer; one for authorities' does not."""
    entry = revoked(authority.signer, tm.NOW)
    users = listing(authority.middle, entry, scope={"only_contains_user_certs": True})
    assert bagmaker.codes(with_lists(users)) == [Code.TIMESTAMP_REVOKED]
    others = listing(authority.middle, entry, scope={"only_contains_ca_certs": True})
    assert known(with_lists(others)).details == ()
    elsewhere = listing(authority.middle, entry, scope={"full_name": [URL]})
    assert known(with_lists(elsewhere)).details == ()


@pytest.mark.parametrize("change", ["empty", "text", "certificate", "cut", "spelling", "two"])
def test_a_file_that_is_not_exactly_lists(with_lists, authority, change):
    good = listing(authority.middle)
    bad = {
        "empty": b"",
        "text": b"# a comment\n" + good,
        "certificate": authority.root.pem,
        "cut": good[:-1],
        "spelling": good.replace(b"\n", b"\r\n"),
        "two": bagmaker.pem(authority.root.der, "X509 CRL"),
    }[change]
    report = with_lists(bad)
    assert bagmaker.codes(report) == [Code.TIMESTAMP_CRL]
    assert report.verdict is Verdict.CONTRADICTED


def test_no_altered_byte_of_a_list_makes_it_say_more(with_lists, authority):
    """Nothing that the signature covers can be changed; the rest has one form."""
    entry = revoked(authority.signer, tm.NOW, ReasonFlags.key_compromise)
    (data,) = [block for _, block in _blocks(listing(authority.middle, entry))]
    for position in range(0, len(data), 3):
        changed = bytearray(data)
        changed[position] ^= 0x01
        report = with_lists(bagmaker.pem(bytes(changed), "X509 CRL"))
        assert bagmaker.verdicts(report)["time"] != "PROVED", position


def _blocks(data):
    from verify.arithmetic import pem

    return pem.blocks(data)


def test_reason_beyond_those_that_exist(authority):
    """Also one of a thousand digits, which Python would not even print."""
    entry = revoked(authority.signer, tm.NOW, ReasonFlags.key_compromise)
    (data,) = [block for _, block in _blocks(listing(authority.middle, entry))]
    small, giant = tm.tlv(0x0A, b"\1"), tm.tlv(0x0A, b"\x7f" * 100)
    assert data.count(small) == 1
    tree = der.parse(data)
    assert crl.read(data).entries[0].reason == 1
    with pytest.raises(der.DerError):
        crl.read(_rebuilt(tree, tm.octets(small), tm.octets(giant)))


def _rebuilt(element, old, new):
    if element.encoded == old:
        return new
    if not element.children:
        return element.encoded
    return tm.tlv(element.tag, *(_rebuilt(child, old, new) for child in element.children))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_lists_made_by_openssl(tmp_path, with_lists, authority):
    """An authority's own tool: one list before and one after the revocation."""
    issuer = authority.middle
    (tmp_path / "ca.pem").write_bytes(issuer.pem)
    (tmp_path / "signer.pem").write_bytes(authority.signer.pem)
    (tmp_path / "ca.key").write_bytes(
        issuer.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (tmp_path / "index.txt").write_text("")
    (tmp_path / "ca.cnf").write_text(
        "[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\ndefault_md = sha256\n"
        "certificate = ca.pem\nprivate_key = ca.key\ncrlnumber = number\n"
    )
    (tmp_path / "number").write_text("01\n")

    def run(*arguments):
        subprocess.run(
            ["openssl", "ca", "-config", "ca.cnf", *arguments],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )

    def stored():
        dates = ("-crl_lastupdate", "20250602000000Z", "-crl_nextupdate", "20250702000000Z")
        run("-gencrl", *dates, "-out", "list.pem")
        return (tmp_path / "list.pem").read_bytes()

    assert "as of 2025-06-02T00:00:00Z" in known(with_lists(stored())).details[0]
    run("-revoke", "signer.pem", "-crl_reason", "keyCompromise")
    assert bagmaker.codes(with_lists(stored())) == [Code.TIMESTAMP_REVOKED]


def test_lists_without_their_timestamp(verify, good, authority):
    report = verify({**good, CRLS: listing(authority.middle)})
    assert bagmaker.codes(report) == [Code.TIMESTAMP_INCOMPLETE]
