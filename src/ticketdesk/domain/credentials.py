"""How long credentials hold, and what an API key looks like (spec: api.md, auth)."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
PORTAL_SESSION_LIFETIME = timedelta(minutes=60)
SESSION_LIFETIME = timedelta(days=30)
REFRESH_LIFETIME = timedelta(days=14)
# Of an invite's or a password reset's token: far longer than either, because its row tells that it is over, and why.
ACCOUNT_TOKEN_LIFETIME = timedelta(days=3650)

API_KEY_MARK = "td_"
API_KEY_PREFIX_LENGTH = 8
# An API key's ``last_used_at`` is this exact: often enough for people, seldom enough to cost nothing.
LAST_USED_GRAIN = timedelta(minutes=1)


class SessionKind(StrEnum):
    """How a session began: with a password, or with the link of a mail."""

    SIGN_IN = "sign_in"
    LINK = "link"


def is_api_key(credential: str) -> bool:
    """Tell an API key from a token by its looks."""
    return credential.startswith(API_KEY_MARK)


def refresh_expiry(now: datetime, session_expires_at: datetime) -> datetime:
    """Return until when a refresh token made ``now`` holds: 14 days, but never beyond its session."""
    return min(now + REFRESH_LIFETIME, session_expires_at)


def access_expiry(now: datetime, session_expires_at: datetime) -> datetime:
    """Return until when an access token made ``now`` holds: 15 minutes, but never beyond its session."""
    return min(now + ACCESS_TOKEN_LIFETIME, session_expires_at)


def fingerprint(secret: str) -> bytes:
    """Return how an API key or a refresh token is stored: SHA-256 alone, because a random secret cannot be guessed."""
    return hashlib.sha256(secret.encode()).digest()
