"""The certificate that the station makes for itself: no authority is asked, the office's browsers are told to trust it."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

from loa.clock import Clock
from loa.files import atomic_path
from loa.station.console_address import own_addresses

LIFETIME = timedelta(days=800)  # phones refuse certificates that are good for more than 825 days
RENEW_BEFORE = timedelta(days=30)


def ensure_certificate(path: Path, clock: Clock) -> str:
    """Make the certificate with its key at `path` where there is none or it ends soon; return its SHA-256.

    The fingerprint is what a careful person compares with what the browser shows, as ``AB:CD:…``.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    certificate = None
    if path.exists():
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    if certificate is None or certificate.not_valid_after_utc - RENEW_BEFORE < clock.now():
        certificate = _made(path, clock)
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _made(path: Path, clock: Clock) -> Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loa")])
    now = clock.now()
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.DNSName(socket.gethostname() or "loa")]
    names += [x509.IPAddress(ip_address(address)) for address in ["127.0.0.1", *own_addresses()]]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a phone whose clock is slow
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with atomic_path(path) as temporary:
        temporary.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    path.chmod(0o600)
    return certificate


def be_nice() -> None:
    """Let the station's playout go first on this machine."""
    if hasattr(os, "nice"):
        os.nice(10)
