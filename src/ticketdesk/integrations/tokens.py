"""Signed tokens (RFC 7515, RFC 7519): the one module that knows jose, and that trusts it with little.

Read here, checked here: jose only compares the HMAC, which the standard library computes. The header of a token must
be ours byte by byte, so neither algorithm nor key is ever chosen by the sender; every claim is required; whatever goes
wrong is ``NotAuthenticated``.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from jose import jwk, jws
from jose.exceptions import JWSError

from ticketdesk.domain.errors import NotAuthenticated
from ticketdesk.domain.ports import TokenClaims, TokenPurpose

ALGORITHM = "HS256"
ISSUER = "ticketdesk"
MIN_KEY_BYTES = 32
# Ours have about 430 characters; anything longer is refused before it is looked into.
MAX_LENGTH = 1024
SIGNATURE_BYTES = 32
KEPT_TOKENS = 4096
SHARED_CLAIMS = frozenset({"iss", "aud", "sub", "jti", "iat", "exp"})
TICKET_CLAIM = "tid"


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


# Made once: ``json.dumps`` makes an encoder for each call that does not want its usual spaces.
_COMPACT = json.JSONEncoder(separators=(",", ":")).encode
# No "kid": with a constant header there is nothing in it to parse, and trying two or three keys costs microseconds.
HEADER = _base64url(_COMPACT({"alg": ALGORITHM, "typ": "JWT"}).encode())


class JoseSigner:
    """Signs with the newest key and accepts any of them, so that keys can be replaced without signing people out.

    Times are whole seconds (RFC 7519 ``NumericDate``): fractions are cut off when a token is issued.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Take ``keys``, newest first; raises ``ValueError`` for none, or one of fewer than 32 bytes."""
        if not keys or any(len(key.encode()) < MIN_KEY_BYTES for key in keys):
            raise ValueError(f"signing keys need at least {MIN_KEY_BYTES} bytes each, and there must be one")
        # Constructed once and as HMAC keys: jose would read a string that looks like JSON as a set of other keys.
        self._keys = [jwk.construct(key, ALGORITHM) for key in keys]
        # What signs is the standard library, in one call: jose would make an object of each signature first.
        self._newest = keys[0].encode()
        # What a token that one of our keys signed says never changes, and is asked with every request. Only tokens that
        # hold are kept, under their whole text; whether they have expired or were revoked is asked each time.
        self._known = lru_cache(KEPT_TOKENS)(self._read)
        self._digest_key = hashlib.sha256(b"digest:" + keys[0].encode()).digest()

    def issue(self, claims: TokenClaims) -> str:
        """Return the signed token for ``claims``, made with the newest key."""
        payload: dict[str, str | int] = {
            "iss": ISSUER,
            "aud": claims.purpose.value,
            "sub": str(claims.subject),
            "jti": str(claims.token_id),
            "iat": int(claims.issued_at.timestamp()),
            "exp": int(claims.expires_at.timestamp()),
        }
        if claims.purpose is TokenPurpose.LINK:
            payload[TICKET_CLAIM] = str(claims.ticket_id)
        signed = f"{HEADER}.{_base64url(_COMPACT(payload).encode())}"
        return f"{signed}.{_base64url(hmac.digest(self._newest, signed.encode(), 'sha256'))}"

    def digest(self, content: bytes) -> bytes:
        """Return the HMAC-SHA256 of ``content`` under a key of its own, derived from the newest one."""
        return hmac.digest(self._digest_key, content, "sha256")

    def verify(self, token: str, purposes: Collection[TokenPurpose], now: datetime) -> TokenClaims:
        """Return the claims; raises ``NotAuthenticated`` for whatever is wrong with the token, and nothing else."""
        try:
            claims = self._known(token)
        except Exception:  # noqa: BLE001 - jose and json raise far more than they document on hostile tokens
            raise _refused() from None
        if claims.purpose not in purposes:
            raise _refused()
        if now >= claims.expires_at:
            raise NotAuthenticated("The token has expired.")
        return claims

    def _read(self, token: str) -> TokenClaims:
        """Return the claims of a token that one of our keys signed; raises anything otherwise."""
        return _read_claims(json.loads(self._signed_payload(token)))

    def _signed_payload(self, token: str) -> bytes:
        if len(token) > MAX_LENGTH:
            raise _refused()
        header, _payload, signature = token.split(".")
        if header != HEADER or not _is_canonical(signature):
            raise _refused()
        for key in self._keys:
            with suppress(JWSError):
                return bytes(jws.verify(token, key, algorithms=[ALGORITHM]))
        raise _refused()


def _refused() -> NotAuthenticated:
    return NotAuthenticated("The token does not hold.")


def _is_canonical(signature: str) -> bool:
    """Tell whether this is the one spelling of a signature: base64 ignores foreign characters and spare bits."""
    decoded = urlsafe_b64decode(signature + "=")
    return len(decoded) == SIGNATURE_BYTES and _base64url(decoded) == signature


def _read_claims(payload: Mapping[str, Any]) -> TokenClaims:
    purpose = TokenPurpose(payload["aud"])
    expected = SHARED_CLAIMS | {TICKET_CLAIM} if purpose is TokenPurpose.LINK else SHARED_CLAIMS
    if payload.keys() != expected or payload["iss"] != ISSUER:
        raise _refused()
    issued_at, expires_at = _moment(payload["iat"]), _moment(payload["exp"])
    if issued_at >= expires_at:
        raise _refused()
    return TokenClaims(
        purpose,
        token_id=_uuid(payload["jti"]),
        subject=_uuid(payload["sub"]),
        issued_at=issued_at,
        expires_at=expires_at,
        ticket_id=_uuid(payload[TICKET_CLAIM]) if purpose is TokenPurpose.LINK else None,
    )


def _moment(value: object) -> datetime:
    # A boolean is an int to Python, and no time.
    if type(value) is not int:
        raise _refused()
    return datetime.fromtimestamp(value, UTC)


def _uuid(value: object) -> UUID:
    if not isinstance(value, str):
        raise _refused()
    found = UUID(value)
    if str(found) != value:
        raise _refused()
    return found
