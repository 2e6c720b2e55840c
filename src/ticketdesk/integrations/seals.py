"""Authenticated encryption of what the database keeps for a while and must not be able to read (NIST SP 800-38D)."""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ticketdesk.domain.ports import SealBroken

# Random, since no key seals more than a handful of contents: each context has its own.
NONCE_BYTES = 12


class AesGcmSealer:
    """AES-256-GCM under a key for each context, made of the newest signing key and the context itself.

    So a context that holds a secret is needed to read what was sealed, even by those who know the signing key.
    """

    def __init__(self, newest_key: str) -> None:
        """Take the newest signing key; what was sealed under another can no longer be read."""
        self._master = hashlib.sha256(b"seal:" + newest_key.encode()).digest()

    def seal(self, content: bytes, context: bytes) -> bytes:
        """Return ``content`` encrypted for ``context``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher(context).encrypt(nonce, content, None)

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """Return the content; raises ``SealBroken`` for another context or key, and for what was altered."""
        try:
            return self._cipher(context).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:
            raise SealBroken("This was not sealed for this context, or was altered.") from error

    def _cipher(self, context: bytes) -> AESGCM:
        return AESGCM(hmac.digest(self._master, context, "sha256"))
