"""An authority, and what it signs: the files that Strimzi would put into our pods."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

HERE = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
DAY = timedelta(days=1)


def _name(said: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, said)])


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs whoever asks, for a day."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def certificate(self) -> bytes:
        """Its own, as PEM."""
        ca = x509.BasicConstraints(ca=True, path_length=0)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        return self._signed("authority", self.key.public_key(), ((ca, True), (usage, True)))

    def folder(self, path: Path, name: str) -> Path:
        """A folder with ca.crt, user.crt and user.key for `name`."""
        key = ec.generate_private_key(ec.SECP256R1())
        path.mkdir()
        (path / "ca.crt").write_bytes(self.certificate())
        (path / "user.crt").write_bytes(self._signed(name, key.public_key(), ((HERE, False),)))
        (path / "user.key").write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        return path

    def _signed(
        self,
        name: str,
        key: ec.EllipticCurvePublicKey,
        extensions: Sequence[tuple[x509.ExtensionType, bool]],
    ) -> bytes:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(
            issuer_name=_name("authority"),
            subject_name=_name(name),
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=now - DAY,
            not_valid_after=now + DAY,
        )
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key), critical=False
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.PEM)
