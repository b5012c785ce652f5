"""Whether a certificate is for the host that was asked for."""

import ipaddress
from typing import Any

from cryptography import x509


def is_certified(cert: Any, name: bytes) -> bool:
    """Whether pyOpenSSL's ``cert`` names the host ``name``: an address or a name, with a wildcard for one label.

    Names in the subject are not looked at, as browsers do it (RFC 9525, section 6.3).
    """
    try:
        extension = cert.to_cryptography().extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return False
    host = name.decode("ascii").lower().rstrip(".")
    try:
        return ipaddress.ip_address(host) in extension.value.get_values_for_type(x509.IPAddress)
    except ValueError:
        names = extension.value.get_values_for_type(x509.DNSName)
    _, _, domain = host.partition(".")
    return any(known.lower() in (host, f"*.{domain}" if "." in domain else host) for known in names)
