"""How long a link to choose a new password holds (spec: product.md section 6; OWASP, Forgot Password Cheat Sheet)."""

from datetime import datetime, timedelta

RESET_LIFETIME = timedelta(hours=1)


def expiry(now: datetime) -> datetime:
    """Return until when a reset that was asked for ``now`` can be used."""
    return now + RESET_LIFETIME
