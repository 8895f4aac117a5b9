"""Keys that hold keys: the master key wraps a practice's, which wraps those of its people.

Wrapped is: a version byte, a random nonce of 12 bytes, and AES-256-GCM (NIST SP 800-38D) over the
key, bound to its owner, so that a wrapped key copied into another row does not unwrap.
"""

import hmac
import os
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"


class MasterKeyError(Exception):
    """The master key is missing, of the wrong size, or another one than wrapped the stored keys."""


def make_master_key(path: Path) -> None:
    """Makes a master key at `path`, readable by its owner only; an existing one stays as it is.

    Several processes may do this at once and end up with one key.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # all or nothing, and never over another process's key
        except FileExistsError:
            return
        _sync_directory(path.parent)
    finally:
        draft.unlink()


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_master_key(path: Path) -> bytes:
    """The 32 bytes of the master key. Raises MasterKeyError."""
    try:
        key = path.read_bytes()
    except OSError as error:
        raise MasterKeyError(
            f"the master key cannot be read ({error.strerror}); let DAYBOOK_MASTER_KEY name a file "
            "with the 32 bytes that wrap the practices' keys"
        ) from None
    if len(key) != KEY_BYTES:
        raise MasterKeyError(
            f"the file DAYBOOK_MASTER_KEY names has {len(key)} bytes and must have {KEY_BYTES}; "
            "put back the key this installation was set up with"
        )
    return key


def encrypt(key: bytes, data: bytes, bound_to: bytes) -> bytes:
    """A version byte, a nonce, and `data` under `key`; opens only with the same `bound_to`."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, data, VERSION + bound_to)


def decrypt(key: bytes, blob: bytes, bound_to: bytes) -> bytes | None:
    """What `encrypt` was given; None if the blob, the key or `bound_to` is another one."""
    if blob[:1] != VERSION:
        return None
    try:
        return AESGCM(key).decrypt(blob[1:13], blob[13:], VERSION + bound_to)
    except (InvalidTag, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice's key, and what is derived from it, each for one purpose (RFC 5869)."""

    tenant: UUID
    key: bytes = field(repr=False)
    _derived: dict[bytes, bytes] = field(default_factory=dict, repr=False)

    def derive(self, purpose: bytes) -> bytes:
        """The practice's key for `purpose`. Purposes are constants of the code, so they are few."""
        found = self._derived.get(purpose)
        if found is None:
            found = HKDFExpand(SHA256(), KEY_BYTES, b"daybook\x00" + purpose).derive(self.key)
            self._derived[purpose] = found
        return found

    def mac(self, purpose: bytes, value: bytes) -> bytes:
        return hmac.digest(self.derive(b"mac\x00" + purpose), value, "sha256")

    def wrap(self, person: UUID, key: bytes) -> bytes:
        return encrypt(self.derive(b"wrap"), key, self.tenant.bytes + person.bytes)

    def unwrap(self, person: UUID, wrapped: bytes) -> bytes | None:
        return decrypt(self.derive(b"wrap"), wrapped, self.tenant.bytes + person.bytes)

    def seal_token(self, purpose: bytes, data: bytes) -> str:
        sealed = encrypt(self.derive(b"token\x00" + purpose), data, b"")
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open_token(self, purpose: bytes, token: str) -> bytes | None:
        try:
            sealed = b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        return decrypt(self.derive(b"token\x00" + purpose), sealed, b"")


def new_practice(tenant: UUID) -> Practice:
    return Practice(tenant, os.urandom(KEY_BYTES))


def wrap_practice(master: bytes, practice: Practice) -> bytes:
    """The practice's key under the master key."""
    return encrypt(master, practice.key, b"practice" + practice.tenant.bytes)


def unwrap_practice(master: bytes, tenant: UUID, wrapped: bytes) -> Practice:
    """The practice whose key was wrapped. Raises MasterKeyError."""
    key = decrypt(master, wrapped, b"practice" + tenant.bytes)
    if key is None:
        raise MasterKeyError(
            "the keys in database daybook_keys were wrapped by another master key than the one "
            "DAYBOOK_MASTER_KEY names; put back the key this installation was set up with"
        )
    return Practice(tenant, key)
