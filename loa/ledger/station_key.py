"""The station's Ed25519 key: it signs the ledger's head, so that a chain rebuilt from scratch is told from the true one.

What it cannot do: whoever can read the key file can sign anything. Against them stand the heads on stamped paper and the
copies of ``anchors.jsonl`` that lie elsewhere.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loa.errors import LedgerFailed
from loa.files import atomic_path, write_text
from loa.language import translate as _
from loa.ledger.rows import canonical_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_FILE = "station-key"
PUBLIC_KEY_FILE = "station-key.pub"
_SIGNED_AS = b"loa-anchor-1\n"


def fingerprint(public_key: str) -> str:
    """Return the 16 hex digits by which people compare keys: the first of the SHA-256 of the raw public key."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class StationKey:
    """A private key in memory.

    Attributes
    ----------
    public_key
        The raw public key, 64 hex digits.
    """

    _private: Ed25519PrivateKey
    public_key: str

    @property
    def fingerprint(self) -> str:
        """See `fingerprint`."""
        return fingerprint(self.public_key)

    def sign(self, statement: Mapping[str, Any]) -> str:
        """Return the signature of `statement` (plain values), 128 hex digits."""
        return self._private.sign(_message(statement)).hex()


def _message(statement: Mapping[str, Any]) -> bytes:
    return _SIGNED_AS + canonical_json(dict(statement)).encode()


def signature_fits(public_key: str, signature: str, statement: Mapping[str, Any]) -> bool:
    """Return whether `signature` (128 hex digits) of `statement` was made with the key behind `public_key`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), _message(statement))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def station_key(folder: Path) -> StationKey:
    """Return the key in `folder`, made there where none is.

    Two files: ``station-key`` (PKCS#8 PEM; only its owner may read it, where the system knows rights) and
    ``station-key.pub`` (the raw public key and its fingerprint, for people).

    Raises
    ------
    LedgerFailed
        It cannot be read or written, or is no such key.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = folder / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise TypeError(type(private).__name__)  # noqa: TRY301 - told below like any other file that is no key
        public_key = private.public_key().public_bytes_raw().hex()
        public_path = folder / PUBLIC_KEY_FILE
        if kept_public_key(folder) != public_key:
            write_text(public_path, f"{public_key}\n{fingerprint(public_key)}\n")
    except (OSError, ValueError, TypeError) as error:
        raise LedgerFailed(
            _(
                "The station's key {path} cannot be used ({error}). Put it back from a backup; or move it elsewhere, and a new "
                "key is made: the log then says that the key was changed."
            ).format(path=path, error=error)
        ) from error
    return StationKey(private, public_key)


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with atomic_path(path, mode=0o600) as temporary:
        temporary.write_bytes(pem)


def kept_public_key(folder: Path) -> str | None:
    """Return the public key in ``station-key.pub``, or None where there is no such file or nothing in it."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in (folder / PUBLIC_KEY_FILE).read_text(encoding="ascii").splitlines():
            return line
    return None
