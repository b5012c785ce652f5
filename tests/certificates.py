"""An authority of our own and certificates for loopback servers, made afresh for each test session."""

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """Signs certificates; who trusts ``file`` trusts them."""

    file: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def certify(self, *hosts: str, key: ec.EllipticCurvePrivateKey | None = None) -> x509.Certificate:
        """A certificate for ``hosts``, names or addresses."""
        names: list[x509.GeneralName] = [
            x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts
        ]
        return (
            _builder(hosts[0], self.certificate.subject, key or ec.generate_private_key(ec.SECP256R1()))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def server_context(self, host: str = "127.0.0.1") -> ssl.SSLContext:
        """TLS for a server that may call itself ``host``."""
        key = ec.generate_private_key(ec.SECP256R1())
        place = self.file.with_name(f"{host}.pem")
        place.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + self.certify(host, key=key).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(place)
        return context


def make_authority(folder: Path) -> Authority:
    """An authority whose certificate lies in ``folder``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = "Tests"
    certificate = (
        _builder(name, _name(name), key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "authority.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(file, key, certificate)


def _builder(subject: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=1))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
