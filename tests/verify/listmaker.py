"""Revocation lists, as right or as wrong as a test wants them."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from tests.verify import bagmaker
from tests.verify import tokenmaker as tm

DAY = tm.DAY


def revoked(party, date, reason=None, *extensions):
    builder = x509.RevokedCertificateBuilder(party.certificate.serial_number, date)
    if reason is not None:
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.build()


def listing(issuer, *entries, start=tm.NOW + DAY, end=None, scope=None, key=None, extension=None):
    """A list in PEM, by default from a day after the timestamp and valid for a week."""
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=issuer.certificate.subject,
        last_update=start,
        next_update=end or start + 7 * DAY,
    )
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    if scope:
        values = dict.fromkeys(
            ("full_name", "relative_name", "only_some_reasons"), None
        ) | dict.fromkeys(
            (
                *("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl"),
                "only_contains_attribute_certs",
            ),
            False,
        )
        point = x509.IssuingDistributionPoint(**{**values, **scope})
        builder = builder.add_extension(point, critical=True)
    if extension:
        builder = builder.add_extension(extension, critical=True)
    made = builder.sign(key or issuer.key, hashes.SHA256())
    return bagmaker.pem(made.public_bytes(serialization.Encoding.DER), "X509 CRL")
